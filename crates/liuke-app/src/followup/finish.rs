//! The end of a contact (回访结果): every outcome leads somewhere.
//!
//! | outcome | leads to |
//! |---|---|
//! | reached | done; a dissatisfaction raises a slip, or says in the note why not; a confirming call closes its slip or opens it again |
//! | call again | the task comes back at the time the customer named |
//! | no answer | the next rung of the ladder; after the last the reception asks at the next visit |
//! | refused | done; the consent to be called for this purpose is withdrawn, the gap doubles |
//! | wrong number | the number is not used again; the next one, or the reception asks |
//!
//! What was done is recorded even when it happened outside a window, and the audit says so; who served, and whoever does not want
//! to be called, stands in the way here too.

use jiff::Timestamp;
use liuke_domain::customer::Channel;
use liuke_domain::followup::{Next, Outcome, Report, TaskReason, next_step};
use liuke_domain::worktime;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope};
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events};
use serde_json::{Value, json};
use uuid::Uuid;

use super::contact::Standing;
use super::entered::{Entered, check};
use super::house::House;
use super::store::{self, Change, Closed, NewAttempt};
use super::today::{self, TaskData};
use super::views::{Explain, FinishInput, FinishView, SheetDraft};
use super::{TOPIC, rows};
use crate::{App, customer, refused, slip};

/// What an unanswered call has after its next start, hours.
const RETRY_HOURS: i64 = 2;

/// Where it led, for the answer.
struct Led {
    closes: bool,
    next_at: Option<Timestamp>,
    explain: Explain,
    slip_id: Option<Uuid>,
    /// For the audit: how the task was, and what has become of it.
    states: (Value, Value),
}

/// Writes the audit, which comes last.
async fn note(
    tx: &Tx,
    ctx: &Ctx,
    task: Uuid,
    (before, after): (Value, Value),
) -> Result<(), Fault> {
    audit::write(
        tx,
        ctx,
        "followup.finish",
        "followup_task",
        Some(task),
        Some(before),
        Some(after),
    )
    .await
}

pub(super) async fn finish(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: FinishInput,
) -> Result<FinishView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let task = today::find(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    require_open(&task)?;
    let standing = Standing::load(&tx, &task).await?;
    standing.check_caller(who.staff_id)?;
    standing.check_customer()?;
    let entered = check(&task, &standing, &input)?;
    let house = House::load(&tx).await?;
    let led = lead(&tx, ctx, who, &task, &standing, &house, &entered, &input).await?;
    let kept = if led.closes {
        entered.draft
    } else {
        for_next_attempt(entered.draft)
    };
    let draft = serde_json::to_string(&kept).map_err(Fault::from)?;
    store::save_sheet(&tx, id, input.version, &draft, ctx.actor.id, ctx.now_ms()).await?;
    let task = today::find(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    let view = FinishView {
        task: rows::row(&task, &house, ctx.now)?,
        next_at: led.next_at.map(Timestamp::as_millisecond),
        next: led.explain,
        slip_id: led.slip_id,
        next_task_id: today::next_for(&tx, &who.scope, ctx.now_ms(), id).await?,
    };
    note(&tx, ctx, id, led.states).await?;
    tx.commit_with(ctx, &view).await?;
    Ok(view)
}

/// The customer was called about a slip, and its own page is told so (回访确认): the contact is recorded on the confirming call like any
/// other, under the same conditions. What somebody typed on the call's sheet stays.
pub(super) async fn confirm(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    task: &TaskData,
    input: &slip::SlipConfirm,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let task = today::find(&tx, &Scope::unlimited(), task.id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    require_open(&task)?;
    let slip_id = task.slip_id.ok_or_else(|| Problem::not_found("slip"))?;
    slip::check_confirm(&tx, who, slip_id, input.version).await?;
    let standing = Standing::load(&tx, &task).await?;
    standing.check_caller(who.staff_id)?;
    standing.check_customer()?;
    let input = FinishInput {
        outcome: Outcome::Reached.as_str().to_owned(),
        draft: SheetDraft {
            verbatim: input.verbatim.clone(),
            ..SheetDraft::default()
        },
        version: 0,
        call_again_at: None,
        phone_id: None,
        raise_slip: false,
        slip_satisfied: Some(input.satisfied),
    };
    let entered = check(&task, &standing, &input)?;
    let house = House::load(&tx).await?;
    let led = lead(&tx, ctx, who, &task, &standing, &house, &entered, &input).await?;
    note(&tx, ctx, task.id, led.states).await?;
    tx.commit().await?;
    Ok(())
}

/// What stays on the sheet for the next attempt: what was said of the matter, not what belonged to this attempt. Its note and whether
/// it suited are in the record of attempts; left on the sheet they would be taken for the next one's.
fn for_next_attempt(draft: SheetDraft) -> SheetDraft {
    SheetDraft {
        permission: None,
        note: None,
        ..draft
    }
}

pub(super) fn require_open(task: &TaskData) -> Result<(), Problem> {
    if task.status == "open" {
        Ok(())
    } else {
        Err(Problem::new(409, "followup.task_closed").param("status", task.status.as_str()))
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "the pieces that an outcome is decided over"
)]
async fn lead(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    task: &TaskData,
    standing: &Standing,
    house: &House,
    entered: &Entered,
    input: &FinishInput,
) -> Result<Led, Problem> {
    let wrong_phone = match entered.outcome {
        Outcome::WrongNumber => Some(wrong_phone(tx, task.customer_id, input.phone_id).await?),
        _ => None,
    };
    let attempts = u32::try_from(task.attempt_count)
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let report = Report {
        outcome: entered.outcome,
        attempts,
        now: ctx.now,
        call_again_at: entered.call_again_at,
        kind: standing.kind,
        has_other_phone: wrong_phone.as_ref().is_some_and(|p| p.others),
        other_channel: other_channel(tx, task.customer_id, standing).await?,
        zone: &standing.zone,
        windows: house.windows_for(standing.window.as_ref()),
    };
    let next = next_step(&report, &house.ladder).map_err(refused)?;
    add_attempt(tx, ctx, who, task, standing, entered, &next).await?;
    let raised = input.raise_slip && entered.outcome == Outcome::Reached;
    let slip_id = if raised { Some(ctx.new_id()) } else { None };
    settle_task(
        tx, ctx, who, task, standing, &next, entered, slip_id, attempts,
    )
    .await?;
    contacted(tx, ctx, task, standing, house, entered.outcome).await?;
    events::tell(tx, ctx, TOPIC, &json!({ "id": task.id })).await?;
    let mut explain = words(&next, entered.outcome);
    let mut settled = slip_id;
    if let Some(slip_id) = slip_id {
        let number = raise(tx, ctx, who, task, entered, slip_id).await?;
        explain = Explain {
            code: "slip_raised".to_owned(),
            params: json!({ "number": number }),
        };
    }
    if let (TaskReason::SlipConfirm, Outcome::Reached, Some(slip_id)) =
        (standing.reason, entered.outcome, task.slip_id)
    {
        let satisfied = input.slip_satisfied.unwrap_or(false);
        slip::settle(
            tx,
            ctx,
            who,
            slip_id,
            satisfied,
            entered.draft.verbatim.as_deref(),
        )
        .await?;
        let code = if satisfied {
            "slip_closed"
        } else {
            "slip_reopened"
        };
        explain = Explain {
            code: code.to_owned(),
            params: json!({ "number": task.slip_number }),
        };
        settled = Some(slip_id);
    }
    after_effects(tx, ctx, task, standing, &next, wrong_phone.as_ref()).await?;
    let outside = standing.check_window(house, ctx.now).is_err();
    let before = json!({ "status": task.status, "attempt_count": task.attempt_count });
    let after = json!({ "outcome": entered.outcome.as_str(), "next": next.code(), "attempt_count": attempts,
        "slip_id": settled, "outside_window": outside });
    // Another number can be called as soon as a window is open.
    let next_at = match next {
        Next::DataRepair { goes_on: true } => Some(standing.allowed(house, ctx.now)),
        _ => next.at(),
    };
    Ok(Led {
        closes: next.closes(),
        next_at,
        explain,
        slip_id: settled,
        states: (before, after),
    })
}

/// Where it leads, as a code whose words are the web's (`followup.explain.…`).
fn words(next: &Next, outcome: Outcome) -> Explain {
    let (code, params) = match next {
        Next::Done => ("closed", Value::Null),
        Next::RetryAt { .. } if outcome == Outcome::CallAgain => ("call_again", Value::Null),
        Next::RetryAt { .. } => ("retry", Value::Null),
        Next::OtherChannel { channel, .. } => {
            ("other_channel", json!({ "channel": channel.as_str() }))
        }
        Next::DataRepair { goes_on: true } => ("next_phone", Value::Null),
        Next::DataRepair { goes_on: false } => ("ask_at_reception", Value::Null),
        Next::ClosedRefused { .. } => ("refused", Value::Null),
        Next::Unreachable => ("given_up", Value::Null),
    };
    Explain {
        code: code.to_owned(),
        params,
    }
}

async fn add_attempt(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    task: &TaskData,
    standing: &Standing,
    entered: &Entered,
    next: &Next,
) -> Result<(), Fault> {
    let draft = &entered.draft;
    let said = entered.outcome == Outcome::Reached;
    let scores = &draft.scores;
    let given = [
        scores.result,
        scores.tangibles,
        scores.responsiveness,
        scores.empathy,
        scores.contrast,
    ];
    store::add_attempt(
        tx,
        NewAttempt {
            id: ctx.new_id(),
            task_id: task.id,
            customer_id: task.customer_id,
            branch_id: task.branch_id,
            staff_id: who.staff_id,
            channel: &task.channel,
            outcome: entered.outcome.as_str(),
            at: ctx.now_ms(),
            business_day: worktime::business_day(ctx.now, &standing.zone).to_string(),
            note: draft.note.as_deref(),
            next_at: next.at().map(Timestamp::as_millisecond),
            permission: draft.permission.as_deref(),
            // Without a talk there is nothing the customer can have said.
            scores: if said { given } else { [None; 5] },
            dissatisfied: said && entered.dissatisfied,
            verbatim: draft.verbatim.as_deref().filter(|_| said),
            discussed: draft.discussed.as_deref().filter(|_| said),
            planned: draft.planned.as_deref().filter(|_| said),
            agreed: draft.agreed.as_deref().filter(|_| said),
        },
    )
    .await
}

#[allow(
    clippy::too_many_arguments,
    reason = "the pieces that make up the task's new state"
)]
async fn settle_task(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    task: &TaskData,
    standing: &Standing,
    next: &Next,
    entered: &Entered,
    slip_id: Option<Uuid>,
    attempts: u32,
) -> Result<(), Problem> {
    let closes = next.closes();
    let at = next.at().map(Timestamp::as_millisecond);
    let due_at = match (entered.outcome, at) {
        // A time the customer named is a promise.
        (Outcome::CallAgain, Some(at)) => at,
        (_, Some(at)) => task.due_at.max(at + RETRY_HOURS * 3_600_000),
        (_, None) => task.due_at,
    };
    let day = worktime::business_day(ctx.now, &standing.zone).to_string();
    store::update(
        tx,
        task.id,
        task.version,
        Change {
            status: if closes { "done" } else { "open" },
            assignee_id: Some(who.staff_id),
            due_at,
            not_before: at.unwrap_or(task.not_before),
            attempt_count: i64::from(attempts),
            last_outcome: Some(entered.outcome.as_str().to_owned()),
            slip_id: slip_id.or(task.slip_id),
            closed: closes.then(|| Closed {
                at: ctx.now_ms(),
                day,
                by: Some(who.staff_id),
            }),
            cancel_reason: None,
        },
    )
    .await
}

/// The customer was spoken to: remembered, and other calls wait for the gap.
async fn contacted(
    tx: &Tx,
    ctx: &Ctx,
    task: &TaskData,
    standing: &Standing,
    house: &House,
    outcome: Outcome,
) -> Result<(), Fault> {
    if !matches!(
        outcome,
        Outcome::Reached | Outcome::Refused | Outcome::CallAgain
    ) {
        return Ok(());
    }
    customer::touch_contact(tx, task.customer_id, ctx.now_ms()).await?;
    if outcome == Outcome::CallAgain {
        return Ok(());
    }
    if let Some(until) = house.quiet_until(ctx.now, outcome == Outcome::Refused, &standing.zone) {
        let start = standing.allowed(house, until);
        let day = worktime::business_day(start, &standing.zone).to_string();
        store::put_off_others(tx, task.customer_id, task.id, start.as_millisecond(), &day).await?;
    }
    Ok(())
}

async fn raise(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    task: &TaskData,
    entered: &Entered,
    slip_id: Uuid,
) -> Result<String, Problem> {
    let draft = &entered.draft;
    let problem = draft
        .problem
        .as_deref()
        .or(draft.verbatim.as_deref())
        .unwrap_or_default();
    let raised = slip::Raise {
        id: slip_id,
        customer_id: task.customer_id,
        branch_id: task.branch_id,
        task_id: Some(task.id),
        asset_id: task.asset_id,
        service_record_id: task.service_record_id,
        problem,
        verbatim: draft.verbatim.as_deref(),
        scores: &draft.scores,
        responsible_id: draft.responsible_id,
    };
    slip::raise(tx, ctx, who, raised).await
}

/// What an outcome changes in the customer's record.
async fn after_effects(
    tx: &Tx,
    ctx: &Ctx,
    task: &TaskData,
    standing: &Standing,
    next: &Next,
    wrong_phone: Option<&WrongPhone>,
) -> Result<(), Fault> {
    if let Some(phone) = wrong_phone.and_then(|p| p.id) {
        customer::mark_phone_unusable(tx, ctx, phone).await?;
    }
    if let Next::ClosedRefused { withdraw, .. } = next {
        // A refusal face to face is a refusal of calls.
        let channel = if standing.channel == Channel::FaceToFace {
            Channel::Phone
        } else {
            standing.channel
        };
        let (channel, purpose) = (channel.as_str(), withdraw.as_str());
        customer::withdraw_consent(tx, ctx, task.customer_id, channel, purpose, "followup").await?;
    }
    if next.asks_reception() {
        customer::set_ask_at_reception(tx, ctx, task.customer_id, true).await?;
    }
    Ok(())
}

/// The number that is wrong, and whether there is another.
struct WrongPhone {
    id: Option<Uuid>,
    others: bool,
}

async fn wrong_phone(
    db: &impl Sql,
    customer_id: Uuid,
    given: Option<Uuid>,
) -> Result<WrongPhone, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        usable: bool,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT id, (do_not_use = FALSE AND valid = TRUE) AS usable FROM customer_phone WHERE customer_id = $1
             ORDER BY is_primary DESC, position",
            args![customer_id],
        )
        .await?;
    let id = match given {
        Some(id) if rows.iter().any(|r| r.id == id) => Some(id),
        Some(_) => {
            return Err(Problem::invalid([FieldProblem::new(
                "phone_id",
                "not_found",
            )]));
        }
        None => rows.iter().find(|r| r.usable).map(|r| r.id),
    };
    Ok(WrongPhone {
        id,
        others: rows.iter().any(|r| r.usable && Some(r.id) != id),
    })
}

/// Another channel that the customer agreed to, for when nobody answers.
async fn other_channel(
    db: &impl Sql,
    customer_id: Uuid,
    standing: &Standing,
) -> Result<Option<Channel>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        channel: String,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT channel FROM customer_consent WHERE customer_id = $1 AND purpose = $2 AND granted = TRUE",
            args![customer_id, standing.kind.purpose().as_str()],
        )
        .await?;
    let agreed = |channel: Channel| rows.iter().any(|r| r.channel == channel.as_str());
    Ok([
        Channel::Wechat,
        Channel::Sms,
        Channel::Email,
        Channel::Letter,
    ]
    .into_iter()
    .find(|c| agreed(*c)))
}
