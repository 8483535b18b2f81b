//! Background work of follow-up (后台任务): plans at night, what other capabilities told.

use futures::FutureExt as _;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Sql as _;
use liuke_platform::jobs::{JobError, JobKind, JobOutcome, Jobs, Schedule};
use serde_json::Value;
use uuid::Uuid;

use super::{confirm, sweep};
use crate::App;

/// The job that listens to [`crate::customer::SERVICE_CLOSED`].
pub const ON_SERVICE_CLOSED: &str = "followup.on_service_closed";
/// The job that listens to [`crate::slip::COUNTERSIGNED`].
pub const ON_SLIP_COUNTERSIGNED: &str = "followup.on_slip_countersigned";
/// The job that listens to [`crate::slip::SETTLED`].
pub const ON_SLIP_SETTLED: &str = "followup.on_slip_settled";
/// The job that listens to new tiers.
pub const ON_TIERS: &str = "followup.on_tiers";

/// The job that listens to [`crate::team::SETUP_DONE`].
pub const ON_SETUP: &str = "followup.on_setup";

/// Adds the background work of this capability.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all.kinds([
        JobKind {
            kind: sweep::JOB,
            max_attempts: 5,
            run: |app, ctx, _| all_plans(app, ctx).boxed(),
        },
        JobKind {
            kind: ON_SERVICE_CLOSED,
            max_attempts: 8,
            run: |app, ctx, told| service_closed(app, ctx, told).boxed(),
        },
        JobKind {
            kind: ON_SLIP_COUNTERSIGNED,
            max_attempts: 8,
            run: |app, ctx, told| slip_countersigned(app, ctx, told).boxed(),
        },
        JobKind {
            kind: ON_SLIP_SETTLED,
            max_attempts: 8,
            run: |app, ctx, told| slip_settled(app, ctx, told).boxed(),
        },
        JobKind {
            kind: ON_SETUP,
            max_attempts: 5,
            run: |app, ctx, _| first_plans(app, ctx).boxed(),
        },
        JobKind {
            kind: ON_TIERS,
            max_attempts: 5,
            run: |app, _, _| new_tiers(app).boxed(),
        },
    ])
    .schedules([Schedule::new(sweep::JOB, sweep::JOB, "20 2 * * *")])
}

/// The `id` that an event carries.
fn told_id(told: &Value) -> Result<Uuid, JobError> {
    told.get("id")
        .and_then(Value::as_str)
        .and_then(|id| Uuid::parse_str(id).ok())
        .ok_or_else(|| JobError::GiveUp("payload: no id".to_owned()))
}

async fn all_plans(app: App, ctx: Ctx) -> JobOutcome {
    let made = sweep::run_all(&app, &ctx).await?;
    tracing::info!(
        tasks = made.tasks,
        left_out = made.left_out,
        "follow-up plans ran"
    );
    Ok(())
}

async fn service_closed(app: App, ctx: Ctx, told: Value) -> JobOutcome {
    sweep::service_closed(&app, &ctx, told_id(&told)?).await?;
    Ok(())
}

async fn slip_countersigned(app: App, ctx: Ctx, told: Value) -> JobOutcome {
    confirm::make(&app, &ctx, told_id(&told)?).await?;
    Ok(())
}

async fn slip_settled(app: App, ctx: Ctx, told: Value) -> JobOutcome {
    confirm::settled(&app, &ctx, told_id(&told)?).await?;
    Ok(())
}

async fn first_plans(app: App, ctx: Ctx) -> JobOutcome {
    let tx = app.db.begin().await?;
    super::ensure_default_plans(&tx, &ctx).await?;
    tx.commit().await?;
    Ok(())
}

/// Tasks looked at in one transaction, so that nobody waits long to write while a million are looked at.
const AT_ONCE: i64 = 5_000;

/// The order of Today ends with the tier, which every task repeats.
async fn new_tiers(app: App) -> JobOutcome {
    const RANK: &str = "(SELECT CASE c.tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'C' THEN 3 WHEN 'D' THEN 4 ELSE 5 END
        FROM customer c WHERE c.id = followup_task.customer_id)";
    let mut from = Uuid::nil();
    loop {
        let to: Option<Uuid> = app
            .db
            .scalar(
                "SELECT id FROM followup_task WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2",
                args![from, AT_ONCE],
            )
            .await?;
        let to_or_last = to.unwrap_or(Uuid::max());
        let tx = app.db.begin().await?;
        tx.run(
            &format!(
                "UPDATE followup_task SET tier_rank = {RANK}
                 WHERE id > $1 AND id <= $2 AND status = 'open' AND tier_rank <> {RANK}"
            ),
            args![from, to_or_last],
        )
        .await?;
        tx.commit().await?;
        match to {
            Some(last) => from = last,
            None => return Ok(()),
        }
    }
}
