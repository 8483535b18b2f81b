//! Plans at work (生成回访任务): by the event that a service record was closed, every night, and on demand. Nothing is made twice.
//!
//! Whoever a plan is about either gets a task or is left out for a reason that is written down:
//!
//! - `do_not_call`, `no_phone`, `no_consent`: looked at again every night for [`LOOK_BACK_DAYS`];
//! - `already_open`: a task of the same kind is open, and that call stands for this one too (合并回访); final. A task of another
//!   kind is made, but whichever call comes first puts the other off by the gap;
//! - `min_gap`: marketing and care wait for a later night; a quality call is made with a later start instead, for no
//!   dissatisfaction may go unheard.
//!
//! Each batch has its own transaction. A sweep that is killed starts again and finds done what was done.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use liuke_domain::followup::{LeftOut, PlanTrigger};
use liuke_domain::worktime;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::{audit, counter, events};
use serde_json::json;
use uuid::Uuid;

use super::callers::{Branches, Callers};
use super::candidates::{self, Candidate, ServiceRange, VisitRange};
use super::decide::{Decision, Left, decide};
use super::house::House;
use super::plan_views::{LeftOut as LeftOutView, PlanPreview, PlanSample};
use super::plans::{self, Plan};
use super::store;
use super::{NUMBERS, TOPIC};
use crate::App;

/// The job that runs all plans.
pub const JOB: &str = "followup.sweep";
/// How far back a sweep looks beyond the one before, days.
pub(crate) const LOOK_BACK_DAYS: i64 = 30;
/// How many tasks a preview shows.
const SAMPLES: usize = 10;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// Tasks made.
    pub tasks: u64,
    /// Customers or service records left out for a reason.
    pub left_out: u64,
}

/// What all plans share during a run.
pub(super) struct Run {
    pub(super) house: House,
    pub(super) branches: Branches,
    pub(super) callers: Callers,
}

impl Run {
    async fn load(db: &impl Sql) -> Result<Self, Fault> {
        Ok(Self {
            house: House::load(db).await?,
            branches: Branches::load(db).await?,
            callers: Callers::load(db).await?,
        })
    }
}

/// Runs all active plans, gives tasks of people who left back, and counts what is incomplete.
pub async fn run_all(app: &App, ctx: &Ctx) -> Result<Made, Fault> {
    release(app, ctx).await?;
    let mut run = Run::load(&app.db).await?;
    let mut made = Made::default();
    for plan in plans::active(&app.db).await? {
        let of_plan = run_plan(app, ctx, &mut run, &plan, None).await?;
        made.tasks += of_plan.tasks;
        made.left_out += of_plan.left_out;
        let tx = app.db.begin().await?;
        plans::ran(&tx, plan.id, ctx.now_ms()).await?;
        let now = ctx.at(app.base.now());
        events::tell(&tx, &now, "followup_plan", &json!({ "id": plan.id })).await?;
        tx.commit().await?;
    }
    super::completeness::check(app, ctx).await?;
    Ok(made)
}

/// Runs the plans that a closed service record may concern.
pub(super) async fn service_closed(
    app: &App,
    ctx: &Ctx,
    service_record_id: Uuid,
) -> Result<Made, Fault> {
    let mut run = Run::load(&app.db).await?;
    let mut made = Made::default();
    for plan in plans::active(&app.db).await? {
        if matches!(plan.trigger, PlanTrigger::ServiceClosed { .. }) {
            let of_plan = run_plan(app, ctx, &mut run, &plan, Some(service_record_id)).await?;
            made.tasks += of_plan.tasks;
            made.left_out += of_plan.left_out;
        }
    }
    Ok(made)
}

/// Tasks of people who are no longer active go back to those that nobody has.
async fn release(app: &App, ctx: &Ctx) -> Result<(), Fault> {
    let tx = app.db.begin().await?;
    let released = tx
        .run(
            "UPDATE followup_task SET assignee_id = NULL, version = version + 1 WHERE status = 'open'
             AND assignee_id IN (SELECT id FROM staff WHERE active = FALSE)",
            args![],
        )
        .await?;
    if released > 0 {
        audit::write(
            &tx,
            ctx,
            "followup.release",
            "followup_task",
            None,
            None,
            Some(json!({ "tasks": released })),
        )
        .await?;
    }
    tx.commit().await
}

async fn run_plan(
    app: &App,
    ctx: &Ctx,
    run: &mut Run,
    plan: &Plan,
    only: Option<Uuid>,
) -> Result<Made, Fault> {
    let mut made = Made::default();
    let mut source = Source::for_run(plan, &run.house, &run.branches, ctx.now, only);
    while let Some(batch) = source.next(&app.db, plan).await? {
        let decided = decide(&app.db, ctx.now, run, plan, batch, false).await?;
        let of_batch = write(app, ctx, &run.house, plan, decided).await?;
        made.tasks += of_batch.tasks;
        made.left_out += of_batch.left_out;
    }
    Ok(made)
}

/// What the plan would have made of the last [`LOOK_BACK_DAYS`]; writes nothing.
pub(super) async fn preview(app: &App, ctx: &Ctx, plan: &Plan) -> Result<PlanPreview, Fault> {
    let mut run = Run::load(&app.db).await?;
    let mut source = Source::for_preview(plan, &run.house, &run.branches, ctx.now);
    let mut due = 0;
    let mut sample = Vec::new();
    let mut left_out: BTreeMap<LeftOut, i64> = BTreeMap::new();
    while let Some(batch) = source.next(&app.db, plan).await? {
        for decision in decide(&app.db, ctx.now, &mut run, plan, batch, true).await? {
            match decision {
                Decision::Make(task, customer_name) => {
                    due += 1;
                    if task.assignee_id.is_none() {
                        *left_out.entry(LeftOut::NoCaller).or_default() += 1;
                    }
                    if sample.len() < SAMPLES {
                        sample.push(PlanSample {
                            customer_id: task.customer_id,
                            customer_name,
                            reason_on: task.reason_on.unwrap_or_default(),
                            due_at: task.due_at,
                            assignee_name: task
                                .assignee_id
                                .and_then(|id| run.callers.name(id))
                                .map(str::to_owned),
                        });
                    }
                }
                Decision::Leave(left) => *left_out.entry(left.reason).or_default() += 1,
            }
        }
    }
    let left_out = left_out
        .into_iter()
        .map(|(reason, count)| LeftOutView {
            reason: reason.as_str().to_owned(),
            count,
        })
        .collect();
    Ok(PlanPreview {
        due,
        sample,
        left_out,
    })
}

/// Where the candidates of a plan come from, batch by batch.
enum Source {
    Services {
        range: ServiceRange,
        branches: Option<Vec<Uuid>>,
        done: bool,
    },
    Absent {
        range: VisitRange,
        branches: Option<Vec<Uuid>>,
        done: bool,
    },
}

impl Source {
    /// Since the plan is active, but no further back than [`LOOK_BACK_DAYS`] before its last run.
    fn for_run(
        plan: &Plan,
        house: &House,
        branches: &Branches,
        now: Timestamp,
        only: Option<Uuid>,
    ) -> Self {
        let now_ms = now.as_millisecond();
        let before =
            plan.last_run_at.unwrap_or(plan.active_since).min(now_ms) - LOOK_BACK_DAYS * DAY_MS;
        Self::since(
            plan,
            house,
            branches,
            now,
            plan.active_since.max(before),
            only,
            false,
        )
    }

    fn for_preview(plan: &Plan, house: &House, branches: &Branches, now: Timestamp) -> Self {
        Self::since(
            plan,
            house,
            branches,
            now,
            now.as_millisecond() - LOOK_BACK_DAYS * DAY_MS,
            None,
            true,
        )
    }

    fn since(
        plan: &Plan,
        house: &House,
        branches: &Branches,
        now: Timestamp,
        since: i64,
        only: Option<Uuid>,
        again: bool,
    ) -> Self {
        let below = plan.branch_id.map(|id| branches.below(id));
        match plan.trigger {
            PlanTrigger::ServiceClosed { .. } => Self::Services {
                range: ServiceRange {
                    from: since,
                    until: now.as_millisecond(),
                    only,
                    again,
                    after: None,
                },
                branches: below,
                done: false,
            },
            PlanTrigger::NoVisit { days } => {
                // The days on which customers reach the N, taken back by N to the days of their last visits.
                let back = |at: Timestamp| {
                    let day = worktime::business_day(at, &house.zone);
                    day.checked_sub(i64::from(days).days())
                        .unwrap_or(Date::MIN)
                        .to_string()
                };
                let from = Timestamp::from_millisecond(since).unwrap_or(now);
                Self::Absent {
                    range: VisitRange {
                        from: back(from),
                        until: back(now),
                        again,
                        after: None,
                    },
                    branches: below,
                    done: false,
                }
            }
        }
    }

    async fn next(&mut self, db: &impl Sql, plan: &Plan) -> Result<Option<Vec<Candidate>>, Fault> {
        let found = match self {
            Self::Services { done: true, .. } | Self::Absent { done: true, .. } => return Ok(None),
            Self::Services {
                range,
                branches,
                done,
            } => {
                let (found, end) =
                    candidates::services(db, plan, branches.as_deref(), range).await?;
                *done = end.is_none();
                range.after = end;
                found
            }
            Self::Absent {
                range,
                branches,
                done,
            } => {
                let (found, end) = candidates::absent(db, plan, branches.as_deref(), range).await?;
                *done = end.is_none();
                range.after = end;
                found
            }
        };
        Ok(Some(found))
    }
}

async fn write(
    app: &App,
    ctx: &Ctx,
    house: &House,
    plan: &Plan,
    decided: Vec<Decision>,
) -> Result<Made, Fault> {
    let mut tasks = Vec::new();
    let mut left = Vec::new();
    for decision in decided {
        match decision {
            Decision::Make(task, _) => tasks.push(*task),
            Decision::Leave(one) => left.push(one),
        }
    }
    if tasks.is_empty() && left.is_empty() {
        return Ok(Made::default());
    }
    let tx = app.db.begin().await?;
    let mut made = Made::default();
    let mut ids: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    let day = worktime::business_day(ctx.now, &house.zone);
    let count = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    let numbers = counter::next_numbers(&tx, NUMBERS, day, count).await?;
    let mut first = None;
    for (mut task, number) in tasks.into_iter().zip(numbers) {
        task.id = ctx.new_id();
        task.number = number;
        if store::insert(&tx, &task).await? {
            made.tasks += 1;
            first.get_or_insert(task.id);
            ids.insert(task.customer_id, task.id);
            forget(&tx, task.dedup.as_deref()).await?;
        }
    }
    for one in &left {
        made.left_out += keep(&tx, ctx, plan, one, &ids).await?;
    }
    if let Some(first) = first {
        // One message for the batch: it makes the lists of open browsers stale, whichever task it names.
        let now = ctx.at(app.base.now());
        events::tell(&tx, &now, TOPIC, &json!({ "id": first })).await?;
        let after = json!({ "plan": plan.name, "tasks": made.tasks, "left_out": made.left_out });
        audit::write(
            &tx,
            ctx,
            "followup.tasks_made",
            "followup_plan",
            Some(plan.id),
            None,
            Some(after),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(made)
}

/// There is a task now, so the reason why there was none is no longer true.
async fn forget(tx: &Tx, dedup: Option<&str>) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM followup_left_out WHERE dedup = $1",
        args![dedup],
    )
    .await?;
    Ok(())
}

/// Writes down why there is no task; 1 when that is news.
async fn keep(
    tx: &Tx,
    ctx: &Ctx,
    plan: &Plan,
    left: &Left,
    made: &BTreeMap<Uuid, Uuid>,
) -> Result<u64, Fault> {
    // A task of this same batch had no id yet when the decision was made.
    let covered_by = left.covered_by.and_then(|id| {
        if id.is_nil() {
            made.get(&left.customer_id).copied()
        } else {
            Some(id)
        }
    });
    let mut sql = SqlText::with(
        "INSERT INTO followup_left_out (dedup, plan_id, customer_id, service_record_id, reason, reason_on, covered_by, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (dedup) DO UPDATE SET reason = excluded.reason, covered_by = excluded.covered_by, at = excluded.at
         WHERE followup_left_out.reason <> excluded.reason",
        args![
            left.dedup.as_str(),
            plan.id,
            left.customer_id,
            left.service_record_id,
            left.reason.as_str(),
            left.reason_on.as_str(),
            covered_by,
            ctx.now_ms()
        ],
    );
    let (text, values) = sql.finish();
    tx.run(&text, values).await
}
