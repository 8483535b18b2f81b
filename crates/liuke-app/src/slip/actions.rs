//! What people do with slips (反馈单办理): load, let the rules decide, store, tell, write the audit.

use jiff::Timestamp;
use liuke_domain::ids::StaffId;
use liuke_domain::slip::{Signature, Slip, SlipEvent, SlipState, checked_text};
use liuke_domain::worktime;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope};
use liuke_platform::problem::Problem;
use liuke_platform::{audit, counter, events};
use serde_json::{Value, json};
use uuid::Uuid;

use super::seal::{self, Sealed, Standing};
use super::store::{self, Change, EventData, NewEvent, NewSlip, SlipData};
use super::views::{SlipAnswer, SlipAssign, SlipCountersign, SlipReopen, SlipReturn};
use crate::customer::Scores;
use crate::{App, refused};

/// Told for every change of a slip, for open browsers.
pub const TOPIC: &str = "slip";
/// Told when a slip was countersigned: somebody else has to call the customer now.
pub const COUNTERSIGNED: &str = "slip_countersigned";
/// Told when a slip was closed or opened again: confirming calls are settled.
pub const SETTLED: &str = "slip_settled";

/// A slip with what happened to it, as an action needs it.
struct Loaded {
    data: SlipData,
    events: Vec<EventData>,
    standing: Standing,
    rule: Slip,
}

async fn load(db: &impl Sql, scope: &Scope, id: Uuid) -> Result<Loaded, Problem> {
    let data = store::find(db, scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("slip"))?;
    let events = store::events(db, id).await?;
    let standing = Standing::of(&events)?;
    let rule = seal::rule(&data, &standing)?;
    Ok(Loaded {
        data,
        events,
        standing,
        rule,
    })
}

/// Raised out of a follow-up, or by hand (提出).
#[derive(Debug)]
pub struct Raise<'a> {
    /// The slip's id, made by the caller.
    pub id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
    /// Where it belongs.
    pub branch_id: Uuid,
    /// The follow-up task it came from.
    pub task_id: Option<Uuid>,
    /// The vehicle or equipment.
    pub asset_id: Option<Uuid>,
    /// The service record it is about.
    pub service_record_id: Option<Uuid>,
    /// The problem.
    pub problem: &'a str,
    /// The customer's own words.
    pub verbatim: Option<&'a str>,
    /// What the customer said, factor by factor.
    pub scores: &'a Scores,
    /// Who shall answer.
    pub responsible_id: Option<Uuid>,
}

/// Raises a slip in the caller's transaction; the caller commits. Writes the audit, so call it late. The slip's number.
pub async fn raise(tx: &Tx, ctx: &Ctx, who: &Identity, slip: Raise<'_>) -> Result<String, Problem> {
    let problem = checked_text(slip.problem).map_err(refused)?;
    if let Some(responsible) = slip.responsible_id {
        require_answerer(tx, responsible).await?;
    }
    let due_hours = crate::team::settings(tx).await?.slip_due_hours;
    let zone = crate::team::branch_zone(tx, slip.branch_id).await?;
    let rule = Slip::raise(
        StaffId(who.staff_id),
        slip.responsible_id.map(StaffId),
        ctx.now,
        due_hours,
    );
    let day = worktime::business_day(ctx.now, &zone);
    let id = slip.id;
    let number = counter::next_number(tx, "FK", day).await?;
    let scores = slip.scores;
    store::insert(
        tx,
        NewSlip {
            id,
            number: number.clone(),
            customer_id: slip.customer_id,
            task_id: slip.task_id,
            asset_id: slip.asset_id,
            service_record_id: slip.service_record_id,
            branch_id: slip.branch_id,
            problem: &problem,
            scores: [
                scores.result,
                scores.tangibles,
                scores.responsiveness,
                scores.empathy,
                scores.contrast,
            ],
            responsible_id: slip.responsible_id,
            raised_by: who.staff_id,
            raised_at: ctx.now_ms(),
            raised_day: day.to_string(),
            due_at: rule.due_at.as_millisecond(),
        },
    )
    .await?;
    let verbatim = slip.verbatim.and_then(liuke_domain::text::clean_lines);
    record(
        tx,
        ctx,
        who,
        id,
        SlipEvent::Raised,
        verbatim.as_deref(),
        None,
    )
    .await?;
    tell(tx, ctx, id, slip.responsible_id).await?;
    let after = json!({ "number": number, "state": "raised", "responsible_id": slip.responsible_id,
        "task_id": slip.task_id, "due_at": rule.due_at.as_millisecond() });
    audit::write(tx, ctx, "slip.raise", "slip", Some(id), None, Some(after)).await?;
    Ok(number)
}

/// Names who shall answer (指派).
pub(super) async fn assign(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SlipAssign,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let slip = load(&tx, &who.scope, id).await?;
    require_answerer(&tx, input.responsible_id).await?;
    let name = crate::team::staff_names(&tx, &[input.responsible_id])
        .await?
        .remove(&input.responsible_id);
    let next = slip
        .rule
        .clone()
        .assign(StaffId(input.responsible_id))
        .map_err(refused)?;
    save(&tx, ctx, &slip.data, input.version, &next, &slip.standing).await?;
    record(
        &tx,
        ctx,
        who,
        id,
        SlipEvent::Assigned,
        name.as_deref(),
        None,
    )
    .await?;
    tell(&tx, ctx, id, Some(input.responsible_id)).await?;
    let before = json!({ "responsible_id": slip.data.responsible_id });
    let after = json!({ "responsible_id": input.responsible_id });
    audit::write(
        &tx,
        ctx,
        "slip.assign",
        "slip",
        Some(id),
        Some(before),
        Some(after),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The person responsible answers and signs (处理并签字).
pub(super) async fn answer(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SlipAnswer,
) -> Result<(), Problem> {
    let slip = load(&app.db, &who.scope, id).await?;
    slip.rule
        .may_answer(StaffId(who.staff_id))
        .map_err(refused)?;
    let text = checked_text(&input.answer).map_err(refused)?;
    crate::team::verify_password(app, ctx, who.staff_id, &input.password).await?;
    let tx = app.db.begin_for(ctx).await?;
    let slip = load(&tx, &who.scope, id).await?;
    let sealed = seal::seal(&slip.data, &slip.events, Some(&text), None, None)?;
    let next = slip
        .rule
        .clone()
        .answer(&text, signature(ctx, who, &sealed))
        .map_err(refused)?;
    let standing = Standing {
        answer: next.answered.clone(),
        ..Standing::default()
    };
    save(&tx, ctx, &slip.data, input.version, &next, &standing).await?;
    record(
        &tx,
        ctx,
        who,
        id,
        SlipEvent::Answered,
        Some(&text),
        Some(&sealed),
    )
    .await?;
    tell(&tx, ctx, id, None).await?;
    audit_state(&tx, ctx, "slip.answer", &slip.data, &next, Some(&sealed)).await?;
    tx.commit().await?;
    Ok(())
}

/// The supervisor sends an answer back (退回).
pub(super) async fn send_back(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SlipReturn,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let slip = load(&tx, &who.scope, id).await?;
    let next = slip
        .rule
        .clone()
        .send_back(StaffId(who.staff_id), &input.reason)
        .map_err(refused)?;
    let reason = checked_text(&input.reason).map_err(refused)?;
    save(
        &tx,
        ctx,
        &slip.data,
        input.version,
        &next,
        &Standing::default(),
    )
    .await?;
    record(&tx, ctx, who, id, SlipEvent::Returned, Some(&reason), None).await?;
    tell(&tx, ctx, id, slip.data.responsible_id).await?;
    audit_state(&tx, ctx, "slip.return", &slip.data, &next, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The service director countersigns (会签).
pub(super) async fn countersign(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SlipCountersign,
) -> Result<(), Problem> {
    let slip = load(&app.db, &who.scope, id).await?;
    slip.rule
        .may_countersign(StaffId(who.staff_id))
        .map_err(refused)?;
    let note = input
        .note
        .as_deref()
        .and_then(liuke_domain::text::clean_lines);
    crate::team::verify_password(app, ctx, who.staff_id, &input.password).await?;
    let tx = app.db.begin_for(ctx).await?;
    let slip = load(&tx, &who.scope, id).await?;
    let answer_hash = slip.standing.answer.as_ref().map(|s| s.hash.as_str());
    let sealed = seal::seal(
        &slip.data,
        &slip.events,
        slip.data.answer.as_deref(),
        answer_hash,
        None,
    )?;
    let next = slip
        .rule
        .clone()
        .countersign(signature(ctx, who, &sealed))
        .map_err(refused)?;
    let standing = Standing {
        countersign: next.countersigned.clone(),
        ..slip.standing.clone()
    };
    save(&tx, ctx, &slip.data, input.version, &next, &standing).await?;
    record(
        &tx,
        ctx,
        who,
        id,
        SlipEvent::Countersigned,
        note.as_deref(),
        Some(&sealed),
    )
    .await?;
    tell(&tx, ctx, id, None).await?;
    events::tell(&tx, ctx, COUNTERSIGNED, &json!({ "id": id })).await?;
    audit_state(
        &tx,
        ctx,
        "slip.countersign",
        &slip.data,
        &next,
        Some(&sealed),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// A closed slip is opened again (重开), with a reason: back to the person responsible.
pub(super) async fn reopen(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SlipReopen,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let slip = load(&tx, &who.scope, id).await?;
    let due_hours = crate::team::settings(&tx).await?.slip_due_hours;
    let next = slip
        .rule
        .clone()
        .reopen_closed(&input.reason, ctx.now, due_hours)
        .map_err(refused)?;
    let reason = checked_text(&input.reason).map_err(refused)?;
    save(
        &tx,
        ctx,
        &slip.data,
        input.version,
        &next,
        &Standing::default(),
    )
    .await?;
    record(&tx, ctx, who, id, SlipEvent::Reopened, Some(&reason), None).await?;
    tell(&tx, ctx, id, slip.data.responsible_id).await?;
    audit_state(&tx, ctx, "slip.reopen", &slip.data, &next, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a slip, or opens it again when the customer is not satisfied, in the caller's transaction. Writes the audit, so call it
/// late. Whoever makes a confirming call sees its slip, so the caller has checked the scope of one of the two.
pub async fn settle(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    satisfied: bool,
    verbatim: Option<&str>,
) -> Result<(), Problem> {
    let slip = load(tx, &Scope::unlimited(), id).await?;
    let me = StaffId(who.staff_id);
    let verbatim = verbatim.and_then(liuke_domain::text::clean_lines);
    let version = slip.data.version;
    let action = if satisfied {
        let answer_hash = slip.standing.answer.as_ref().map(|s| s.hash.as_str());
        let counter_hash = slip.standing.countersign.as_ref().map(|s| s.hash.as_str());
        let sealed = seal::seal(
            &slip.data,
            &slip.events,
            slip.data.answer.as_deref(),
            answer_hash,
            counter_hash,
        )?;
        let next = slip.rule.clone().confirm(me, ctx.now).map_err(refused)?;
        let standing = Standing {
            confirm: Some(signature(ctx, who, &sealed)),
            ..slip.standing.clone()
        };
        save(tx, ctx, &slip.data, version, &next, &standing).await?;
        record(
            tx,
            ctx,
            who,
            id,
            SlipEvent::Confirmed,
            verbatim.as_deref(),
            Some(&sealed),
        )
        .await?;
        ("slip.confirm", next, Some(sealed))
    } else {
        let due_hours = crate::team::settings(tx).await?.slip_due_hours;
        slip.rule.may_confirm(me).map_err(refused)?;
        let next = slip
            .rule
            .clone()
            .reopen(me, ctx.now, due_hours)
            .map_err(refused)?;
        save(tx, ctx, &slip.data, version, &next, &Standing::default()).await?;
        record(
            tx,
            ctx,
            who,
            id,
            SlipEvent::Reopened,
            verbatim.as_deref(),
            None,
        )
        .await?;
        ("slip.reopen", next, None)
    };
    let (name, next, sealed) = action;
    tell(tx, ctx, id, slip.data.responsible_id.filter(|_| !satisfied)).await?;
    events::tell(
        tx,
        ctx,
        SETTLED,
        &json!({ "id": id, "satisfied": satisfied }),
    )
    .await?;
    audit_state(tx, ctx, name, &slip.data, &next, sealed.as_ref()).await?;
    Ok(())
}

/// Whether somebody may tell what the confirming call found, of a slip of the own scope as it was read: by the slip alone, whether
/// anybody may call is the call's.
pub async fn check_confirm(
    db: &impl Sql,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<(), Problem> {
    let slip = load(db, &who.scope, id).await?;
    slip.rule
        .may_confirm(StaffId(who.staff_id))
        .map_err(refused)?;
    if slip.data.version == version {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Whoever shall answer a slip must be there and have the right to.
async fn require_answerer(db: &impl Sql, staff_id: Uuid) -> Result<(), Problem> {
    if store::may_answer(db, staff_id).await? {
        Ok(())
    } else {
        Err(Problem::new(422, "slip.cannot_answer").field("responsible_id", "slip.cannot_answer"))
    }
}

fn signature(ctx: &Ctx, who: &Identity, sealed: &Sealed) -> Signature {
    Signature {
        by: StaffId(who.staff_id),
        name: who.name.clone(),
        at: ctx.now,
        hash: sealed.hash.clone(),
    }
}

async fn save(
    tx: &Tx,
    ctx: &Ctx,
    old: &SlipData,
    version: i64,
    next: &Slip,
    standing: &Standing,
) -> Result<(), Problem> {
    let closed_day = match next.closed_at {
        Some(at) => Some(
            worktime::business_day(at, &crate::team::branch_zone(tx, old.branch_id).await?)
                .to_string(),
        ),
        None => None,
    };
    let by = |s: &Option<Signature>| s.as_ref().map(|s| s.by.uuid());
    let at = |s: &Option<Signature>| s.as_ref().map(|s| s.at.as_millisecond());
    let closed = next.state == SlipState::Closed;
    store::update(
        tx,
        old.id,
        version,
        Change {
            state: next.state.as_str(),
            responsible_id: next.responsible.map(StaffId::uuid),
            due_at: next.due_at.as_millisecond(),
            answer: next.answer.as_deref(),
            answered_by: by(&standing.answer),
            answered_at: at(&standing.answer),
            countersigned_by: by(&standing.countersign),
            countersigned_at: at(&standing.countersign),
            confirmed_by: closed.then_some(ctx.actor.id).flatten(),
            closed_at: next.closed_at.map(Timestamp::as_millisecond),
            closed_day,
            reopened_count: i64::from(next.reopened),
        },
    )
    .await
}

async fn record(
    tx: &Tx,
    ctx: &Ctx,
    who: &Identity,
    slip_id: Uuid,
    action: SlipEvent,
    text: Option<&str>,
    sealed: Option<&Sealed>,
) -> Result<(), Fault> {
    store::add_event(
        tx,
        NewEvent {
            id: ctx.new_id(),
            slip_id,
            at: ctx.now_ms(),
            staff_id: who.staff_id,
            staff_name: &who.name,
            action: action.as_str(),
            text,
            content: sealed.map(|s| s.text.as_str()),
            content_hash: sealed.map(|s| s.hash.as_str()),
        },
    )
    .await
}

/// Tells open browsers; `asked` is whose turn it is now, where that is one person.
async fn tell(tx: &Tx, ctx: &Ctx, id: Uuid, asked: Option<Uuid>) -> Result<(), Fault> {
    events::tell(tx, ctx, TOPIC, &json!({ "id": id, "asked": asked })).await
}

async fn audit_state(
    tx: &Tx,
    ctx: &Ctx,
    action: &str,
    old: &SlipData,
    next: &Slip,
    sealed: Option<&Sealed>,
) -> Result<(), Fault> {
    let before = json!({ "state": old.state, "reopened_count": old.reopened_count });
    let after = json!({ "state": next.state.as_str(), "reopened_count": next.reopened,
        "signed": sealed.map_or(Value::Null, |s| Value::String(s.hash.clone())) });
    audit::write(
        tx,
        ctx,
        action,
        "slip",
        Some(old.id),
        Some(before),
        Some(after),
    )
    .await
}
