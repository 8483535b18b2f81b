//! The ground under Liuke (底座): databases, jobs, HTTP, sessions, audit. Knows no business word.
//!
//! Start at [`base::Base`] (what everything needs), [`ctx::Ctx`] (who, when, which ids), [`db`] (SQL on both engines)
//! and [`identity::May`] (the first extractor of every handler).

// For what the derives of liuke-macros write.
extern crate self as liuke_platform;

pub mod audit;
pub mod backup;
pub mod base;
pub mod blob;
pub mod config;
pub mod counter;
pub mod ctx;
pub mod db;
pub mod events;
pub mod extract;
pub mod fault;
pub mod http;
pub mod idempotency;
pub mod identity;
pub mod jobs;
pub mod live;
pub mod migrate;
pub mod page;
pub mod problem;
pub mod secret;
pub mod session;
pub mod setting;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use ctx::{Actor, Clock, Ctx, Ids, ManualClock, SystemClock, Via};
pub use db::{Column, Db, Engine, FromQueryResult, Sql, SqlText, Tx, Value, pick};
pub use extract::{Body, Params, PathId};
pub use fault::Fault;
pub use identity::{AnyStaff, Identity, May, Permission, Public, Scope, ScopeKind};
pub use page::{Page, PageQuery};
pub use problem::{FieldProblem, Problem};
