//! Tests on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests"
)]

mod audit;
mod backup;
mod db;
mod faults;
mod http;
mod jobs;
mod live;
mod migrate;
mod stores;
