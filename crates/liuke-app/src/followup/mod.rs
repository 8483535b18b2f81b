//! 回访: plans make tasks, the Today page orders them, the call sheet holds what was said, and every outcome leads somewhere.
//!
//! | file | what |
//! |---|---|
//! | `plans`, `plan_input`, `defaults` | plans and those a new installation starts with |
//! | `candidates`, `sweep`, `decide`, `callers`, `house` | whom a plan is about, what becomes of them, who calls |
//! | `today`, `rows` | lists of tasks and the day in figures |
//! | `sheet`, `contact`, `entered`, `finish` | the call sheet, whether one may call, where outcomes lead |
//! | `tasks`, `confirm` | tasks by hand and in other hands, confirming calls of slips |
//! | `completeness` | the daily check that no service record was forgotten |

mod callers;
mod candidates;
mod completeness;
mod confirm;
mod contact;
mod decide;
mod defaults;
mod entered;
mod finish;
mod house;
mod http;
mod jobs;
mod plan_input;
mod plan_views;
mod plans;
mod rows;
mod sheet;
mod store;
mod sweep;
mod tasks;
mod timeline;
mod today;
mod views;

#[cfg(test)]
mod tests;

pub use defaults::ensure_default_plans;
pub use http::routes;
pub use jobs::{
    ON_SERVICE_CLOSED, ON_SETUP, ON_SLIP_COUNTERSIGNED, ON_SLIP_SETTLED, ON_TIERS, jobs,
};
pub use sweep::{JOB as SWEEP, Made, run_all};
pub use timeline::TIMELINE;

/// Told for every change of a task, for open browsers.
pub const TOPIC: &str = "followup_task";
/// Prefix of task numbers (回访编号).
const NUMBERS: &str = "HF";
