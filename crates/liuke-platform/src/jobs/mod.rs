//! Durable background work (后台任务): enqueued in the business transaction, claimed under a lease, run outside any.
//!
//! A handler may run twice (a process killed at the wrong moment), so it is idempotent. What leaves the house goes
//! through an outbox row that is marked before and after.

mod queue;
mod schedule;
mod worker;

pub use queue::{DeadJob, Lag, cancel, dead, enqueue, lag, retry};
pub use schedule::{Schedule, move_to_zone};
pub(crate) use worker::panic_text;
pub use worker::{JobError, JobKind, JobOutcome, Jobs, Workers};
