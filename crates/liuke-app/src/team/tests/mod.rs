//! Through HTTP, on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

mod audit;
mod clock;
mod org;
mod people;
mod role;
mod session;
mod setting;
mod setup;
mod staff;
mod token;
