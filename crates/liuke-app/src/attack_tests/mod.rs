//! Attacks (攻击): what somebody with ill intent would try. Routes come from the description of the API, so that a new one
//! cannot be forgotten. Which promise each test shows stands in `docs/security.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests fail by panicking"
)]

mod bombs;
mod disguise;
mod forgery;
mod formulas;
mod guessing;
mod headers;
mod injection;
mod rights;
mod samples;
mod scripts;
mod world;

use crate::architecture_tests::{Route, routes};

use world::World;

/// Routes that ask for a session.
fn guarded() -> Vec<Route> {
    routes()
        .into_iter()
        .filter(|route| route.permission != "public")
        .collect()
}
