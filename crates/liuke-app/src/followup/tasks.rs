//! What people do with tasks besides the contact itself (任务管理): make by hand, claim, hand out, put off, cancel, open again.

use jiff::Timestamp;
use liuke_domain::customer::Channel;
use liuke_domain::followup::TaskKind;
use liuke_domain::{text, worktime};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, counter, events};
use serde_json::{Value, json};
use uuid::Uuid;

use super::contact::Standing;
use super::entered::TEXT_MAX;
use super::finish::require_open;
use super::house::House;
use super::store::{self, Change, Closed, NewTask};
use super::today::{self, TaskData, tier_rank};
use super::views::{AssignInput, ReasonInput, SnoozeInput, TaskInput, TaskRow};
use super::{NUMBERS, TOPIC, candidates, rows};
use crate::{App, customer};

/// How far a task can be put off, days.
const SNOOZE_MAX_DAYS: i64 = 30;
/// How far ahead a task by hand can lie, days.
const AHEAD_MAX_DAYS: i64 = 366;
const DAY_MS: i64 = 86_400_000;

/// A task as it is, to be changed.
fn unchanged(task: &TaskData) -> Change {
    Change {
        status: "open",
        assignee_id: task.assignee_id,
        due_at: task.due_at,
        not_before: task.not_before,
        attempt_count: task.attempt_count,
        last_outcome: task.last_outcome.clone(),
        slip_id: task.slip_id,
        closed: None,
        cancel_reason: None,
    }
}

async fn find(db: &impl Sql, who: &Identity, id: Uuid) -> Result<TaskData, Problem> {
    today::find(db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))
}

/// Tells, writes the audit, commits, and shows the task.
async fn done(
    tx: Tx,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    action: &str,
    states: (Option<Value>, Option<Value>),
) -> Result<TaskRow, Problem> {
    // Handed to somebody else, a task may leave the reader's scope; it is shown all the same, since the reader did it. Read before the
    // commit: what has just been written is at hand then, and the audit comes last.
    let seen = today::find(&tx, &who.scope, id).await?;
    let task = match seen {
        Some(task) => task,
        None => today::find(&tx, &liuke_platform::identity::Scope::unlimited(), id)
            .await?
            .ok_or_else(|| Problem::not_found("task"))?,
    };
    let house = House::load(&tx).await?;
    events::tell(&tx, ctx, TOPIC, &json!({ "id": id })).await?;
    audit::write(
        &tx,
        ctx,
        action,
        "followup_task",
        Some(id),
        states.0,
        states.1,
    )
    .await?;
    let row = rows::row(&task, &house, ctx.now)?;
    tx.commit_with(ctx, &row).await?;
    Ok(row)
}

/// Makes a task by hand (手工任务).
pub(super) async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: &TaskInput,
) -> Result<TaskRow, Problem> {
    let (kind, channel, purpose) = checked(ctx, input)?;
    let tx = app.db.begin_for(ctx).await?;
    let customer = customer::require(&tx, &who.scope, input.customer_id).await?;
    let same = store::open_of(&tx, &[customer.id])
        .await?
        .into_iter()
        .find(|t| t.kind == kind.as_str());
    if let Some(task) = same {
        return Err(Problem::new(409, "followup.already_open")
            .param("number", task.number)
            .param("id", task.id.to_string()));
    }
    let last = candidates::last_services(&tx, &[customer.id])
        .await?
        .remove(&customer.id)
        .unwrap_or_default();
    if let Some(assignee) = input.assignee_id {
        require_caller(&tx, assignee).await?;
        if last.served.contains(&assignee) {
            return Err(Problem::new(409, "followup.caller_served")
                .field("assignee_id", "followup.caller_served"));
        }
    }
    let zone = crate::team::branch_zone(&tx, customer.branch_id).await?;
    let due = worktime::from_millis(input.due_at).unwrap_or(ctx.now);
    let number = counter::next_number(&tx, NUMBERS, worktime::business_day(ctx.now, &zone)).await?;
    let task = NewTask {
        id: ctx.new_id(),
        number: number.clone(),
        dedup: None,
        plan_id: None,
        customer_id: customer.id,
        asset_id: last.asset_id,
        service_record_id: None,
        slip_id: None,
        branch_id: customer.branch_id,
        assignee_id: input.assignee_id,
        kind: kind.as_str().to_owned(),
        channel: channel.as_str().to_owned(),
        purpose,
        reason_code: "manual",
        reason_on: None,
        reason_days: None,
        due_at: input.due_at,
        due_day: worktime::business_day(due, &zone).to_string(),
        not_before: ctx.now_ms(),
        tier_rank: tier_rank(customer.tier.as_deref()),
        created_at: ctx.now_ms(),
        served: last.served,
    };
    store::insert(&tx, &task).await?;
    let after = json!({ "number": number, "kind": task.kind, "channel": task.channel, "due_at": task.due_at,
        "assignee_id": task.assignee_id });
    done(
        tx,
        ctx,
        who,
        task.id,
        "followup.create",
        (None, Some(after)),
    )
    .await
}

fn checked(ctx: &Ctx, input: &TaskInput) -> Result<(TaskKind, Channel, String), Problem> {
    let mut wrong = Vec::new();
    let (kind, channel) = (TaskKind::parse(&input.kind), Channel::parse(&input.channel));
    for (path, known) in [("kind", kind.is_some()), ("channel", channel.is_some())] {
        if !known {
            wrong.push(FieldProblem::new(path, "unknown_value"));
        }
    }
    let purpose = reason(&mut wrong, "purpose", &input.purpose);
    if input.due_at <= ctx.now_ms() {
        wrong.push(FieldProblem::new("due_at", "in_past"));
    } else if input.due_at > ctx.now_ms() + AHEAD_MAX_DAYS * DAY_MS {
        wrong.push(FieldProblem::new("due_at", "too_far"));
    }
    match (kind, channel) {
        (Some(kind), Some(channel)) if wrong.is_empty() => Ok((kind, channel, purpose)),
        _ => Err(Problem::invalid(wrong)),
    }
}

fn reason(wrong: &mut Vec<FieldProblem>, path: &str, given: &str) -> String {
    match text::clean_lines(given) {
        None => wrong.push(FieldProblem::new(path, "required")),
        Some(text) if text.chars().count() > TEXT_MAX => {
            wrong.push(FieldProblem::new(path, "too_long").param("max", TEXT_MAX));
        }
        Some(text) => return text,
    }
    String::new()
}

/// Whoever is given a task must be there and make calls.
async fn require_caller(db: &impl Sql, staff_id: Uuid) -> Result<(), Problem> {
    if store::may_work(db, staff_id).await? {
        Ok(())
    } else {
        Err(Problem::new(422, "followup.cannot_call").field("staff_id", "followup.cannot_call"))
    }
}

/// Hands a task to somebody, or back to nobody (分派); never to whoever served.
pub(super) async fn assign(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &AssignInput,
) -> Result<TaskRow, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let task = find(&tx, who, id).await?;
    require_open(&task)?;
    if let Some(staff_id) = input.staff_id {
        require_caller(&tx, staff_id).await?;
        Standing::load(&tx, &task)
            .await?
            .check_caller(staff_id)
            .map_err(|problem| Problem {
                status: 409,
                ..problem
            })?;
    }
    store::update(
        &tx,
        id,
        input.version,
        Change {
            assignee_id: input.staff_id,
            ..unchanged(&task)
        },
    )
    .await?;
    let states = (
        Some(json!({ "assignee_id": task.assignee_id })),
        Some(json!({ "assignee_id": input.staff_id })),
    );
    done(tx, ctx, who, id, "followup.assign", states).await
}

/// Takes a task that nobody has (认领).
pub(super) async fn claim(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<TaskRow, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let task = find(&tx, who, id).await?;
    require_open(&task)?;
    Standing::load(&tx, &task)
        .await?
        .check_caller(who.staff_id)
        .map_err(|problem| Problem {
            status: 409,
            ..problem
        })?;
    if task.assignee_id.is_some_and(|other| other != who.staff_id) {
        return Err(Problem::new(409, "followup.taken").param("name", task.assignee_name));
    }
    store::update(
        &tx,
        id,
        version,
        Change {
            assignee_id: Some(who.staff_id),
            ..unchanged(&task)
        },
    )
    .await?;
    let states = (
        Some(json!({ "assignee_id": task.assignee_id })),
        Some(json!({ "assignee_id": who.staff_id })),
    );
    done(tx, ctx, who, id, "followup.claim", states).await
}

/// Puts a task off (稍后). What it is measured by, its due day, stays.
pub(super) async fn snooze(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SnoozeInput,
) -> Result<TaskRow, Problem> {
    if input.until <= ctx.now_ms() {
        return Err(Problem::invalid([FieldProblem::new("until", "in_past")]));
    }
    if input.until > ctx.now_ms() + SNOOZE_MAX_DAYS * DAY_MS {
        return Err(Problem::invalid([
            FieldProblem::new("until", "too_far").param("max", SNOOZE_MAX_DAYS)
        ]));
    }
    let why = input.reason.as_deref().and_then(text::clean_lines);
    if why.as_deref().is_some_and(|t| t.chars().count() > TEXT_MAX) {
        let wrong = FieldProblem::new("reason", "too_long").param("max", TEXT_MAX);
        return Err(Problem::invalid([wrong]));
    }
    let tx = app.db.begin_for(ctx).await?;
    let task = find(&tx, who, id).await?;
    require_open(&task)?;
    let change = Change {
        not_before: input.until,
        due_at: task.due_at.max(input.until),
        ..unchanged(&task)
    };
    store::update(&tx, id, input.version, change).await?;
    let before = json!({ "not_before": task.not_before, "due_at": task.due_at });
    let after =
        json!({ "not_before": input.until, "due_at": task.due_at.max(input.until), "reason": why });
    done(
        tx,
        ctx,
        who,
        id,
        "followup.snooze",
        (Some(before), Some(after)),
    )
    .await
}

/// Cancels a task (取消), with a reason.
pub(super) async fn cancel(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &ReasonInput,
) -> Result<TaskRow, Problem> {
    let why = needed_reason(input)?;
    let tx = app.db.begin_for(ctx).await?;
    let task = find(&tx, who, id).await?;
    require_open(&task)?;
    let day = closing_day(&task, ctx.now)?;
    let change = Change {
        status: "cancelled",
        closed: Some(Closed {
            at: ctx.now_ms(),
            day,
            by: Some(who.staff_id),
        }),
        cancel_reason: Some(why.clone()),
        ..unchanged(&task)
    };
    store::update(&tx, id, input.version, change).await?;
    let states = (
        Some(json!({ "status": "open" })),
        Some(json!({ "status": "cancelled", "reason": why })),
    );
    done(tx, ctx, who, id, "followup.cancel", states).await
}

/// Opens a closed task again (重开), with a reason: the attempts start over, with a new deadline.
pub(super) async fn reopen(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &ReasonInput,
) -> Result<TaskRow, Problem> {
    let why = needed_reason(input)?;
    let tx = app.db.begin_for(ctx).await?;
    let task = find(&tx, who, id).await?;
    if task.status == "open" {
        return Err(Problem::new(409, "followup.task_open"));
    }
    let standing = Standing::load(&tx, &task).await?;
    if task.reason_code == "slip_confirm" {
        let slip = match task.slip_id {
            Some(slip) => crate::slip::parties(&tx, slip).await?,
            None => None,
        };
        if !slip.is_some_and(|s| s.awaits_confirmation) {
            return Err(Problem::new(409, "slip.not_countersigned"));
        }
    }
    let house = House::load(&tx).await?;
    let hours = super::plans::words(&tx, task.plan_id)
        .await?
        .due_hours
        .max(1);
    let start = standing.allowed(&house, ctx.now);
    let due = start
        .checked_add(jiff::SignedDuration::from_hours(hours))
        .unwrap_or(start);
    let due = standing.allowed(&house, due);
    let change = Change {
        not_before: ctx.now_ms(),
        due_at: due.as_millisecond(),
        attempt_count: 0,
        last_outcome: None,
        ..unchanged(&task)
    };
    store::update(&tx, id, input.version, change).await?;
    if task.last_outcome.as_deref() == Some("refused") {
        store::take_refusal_back(&tx, &task).await?;
    }
    let states = (
        Some(json!({ "status": task.status })),
        Some(json!({ "status": "open", "reason": why, "due_at": due.as_millisecond() })),
    );
    done(tx, ctx, who, id, "followup.reopen", states).await
}

fn needed_reason(input: &ReasonInput) -> Result<String, Problem> {
    let mut wrong = Vec::new();
    let why = reason(&mut wrong, "reason", &input.reason);
    if wrong.is_empty() {
        Ok(why)
    } else {
        Err(Problem::invalid(wrong))
    }
}

fn closing_day(task: &TaskData, now: Timestamp) -> Result<String, Fault> {
    let zone = worktime::zone(&task.branch_zone)
        .ok_or_else(|| Fault::inconsistent("branch", "zone", task.branch_id))?;
    Ok(worktime::business_day(now, &zone).to_string())
}
