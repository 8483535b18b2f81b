//! The pyramid is ranked every night (夜间重算).

use futures::FutureExt as _;
use liuke_platform::ctx::Ctx;
use liuke_platform::jobs::{JobKind, JobOutcome, Schedule};

use super::actions::{self, PyramidRun};
use crate::App;

const RANK: &str = "value.rank";

pub(super) fn kinds() -> Vec<JobKind<App>> {
    vec![JobKind {
        kind: RANK,
        max_attempts: 5,
        run: |app, ctx, _| rank(app, ctx).boxed(),
    }]
}

/// After the day's imports and before anybody comes to work.
pub(super) fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(RANK, RANK, "30 2 * * *")]
}

async fn rank(app: App, ctx: Ctx) -> JobOutcome {
    actions::rank(&app, &ctx, &PyramidRun::default()).await?;
    Ok(())
}
