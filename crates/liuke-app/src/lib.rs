//! The capabilities of Liuke (应用), one folder each: HTTP, actions, SQL and jobs of a capability stand together.
//!
//! A slice calls another only through what its `mod.rs` re-exports, and only downwards:
//! `team < customer < importing, value < slip < followup < report`. Upward reactions are events, see [`wiring`].

pub mod customer;
pub mod demo;
pub mod followup;
pub mod importing;
pub mod migrations;
pub mod permission;
pub mod report;
pub mod shapes;
pub mod slip;
pub mod team;
pub mod value;
pub mod wiring;
pub mod words;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

mod app;

#[cfg(test)]
mod architecture_tests;
#[cfg(test)]
mod attack_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod scope_tests;

pub use app::{App, jobs, openapi, refused, router, start, zone};
