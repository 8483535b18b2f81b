//! Confirming calls (反馈单确认回访): somebody who neither answered, signed, served nor, where possible, raised the slip calls the
//! customer and asks whether it is settled.

use std::collections::BTreeSet;

use liuke_domain::customer::{Channel, ConsentPurpose};
use liuke_domain::followup::{DUE_HOURS, TaskKind};
use liuke_domain::{text, worktime};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope};
use liuke_platform::problem::Problem;
use liuke_platform::{args, audit, counter, events};
use serde_json::json;
use uuid::Uuid;

use super::callers::{Branches, Callers};
use super::candidates;
use super::decide::unreachable;
use super::house::House;
use super::store::{self, Change, Closed, NewTask};
use super::today::{self, TaskData, tier_rank};
use super::{NUMBERS, TOPIC};
use crate::{App, slip};

/// Longest part of the problem that becomes the purpose, characters.
const PROBLEM_SHOWN: usize = 200;

/// Makes the confirming call of a slip that was countersigned; nothing when it is there or no longer needed.
pub(super) async fn make(app: &App, ctx: &Ctx, slip_id: Uuid) -> Result<(), Fault> {
    let Some(parties) = slip::parties(&app.db, slip_id).await? else {
        return Ok(());
    };
    if !parties.awaits_confirmation {
        return Ok(());
    }
    let house = House::load(&app.db).await?;
    let branches = Branches::load(&app.db).await?;
    let zone = branches.zone(parties.branch_id);
    let (channel, purpose) = (Channel::Phone, ConsentPurpose::Service);
    let mut reach = candidates::reach(
        &app.db,
        &[parties.customer_id],
        channel.as_str(),
        purpose.as_str(),
    )
    .await?;
    let Some(reach) = reach.remove(&parties.customer_id) else {
        return Ok(());
    };
    // The customer was promised an answer; whoever cannot be called hears it at the next visit.
    let channel = if unreachable(channel, purpose, &reach).is_some() {
        Channel::FaceToFace
    } else {
        channel
    };
    let mut served: BTreeSet<Uuid> = parties.signed.iter().copied().collect();
    served.extend(served_on(&app.db, parties.service_record_id).await?);
    let assignee_id = another(
        &app.db,
        &branches,
        &parties,
        reach.preferred_staff_id,
        &served,
    )
    .await?;
    let own = reach.window()?;
    let from = house.allowed(own.as_ref(), ctx.now, &zone);
    let due = from
        .checked_add(jiff::SignedDuration::from_hours(DUE_HOURS))
        .unwrap_or(from);
    let due = house.allowed(own.as_ref(), due, &zone);
    let tx = app.db.begin().await?;
    let number = counter::next_number(&tx, NUMBERS, worktime::business_day(ctx.now, &zone)).await?;
    let task = NewTask {
        id: ctx.new_id(),
        number: number.clone(),
        dedup: Some(format!("slip:{slip_id}:{}", parties.reopened_count)),
        plan_id: None,
        customer_id: parties.customer_id,
        asset_id: parties.asset_id,
        service_record_id: parties.service_record_id,
        slip_id: Some(slip_id),
        branch_id: parties.branch_id,
        assignee_id,
        kind: TaskKind::ServiceQuality.as_str().to_owned(),
        channel: channel.as_str().to_owned(),
        purpose: format!(
            "{} {}",
            parties.number,
            text::truncate(&parties.problem, PROBLEM_SHOWN)
        ),
        reason_code: "slip_confirm",
        reason_on: Some(worktime::business_day(ctx.now, &zone).to_string()),
        reason_days: Some(0),
        due_at: due.as_millisecond(),
        due_day: worktime::business_day(due, &zone).to_string(),
        not_before: ctx.now_ms(),
        tier_rank: tier_rank(reach.tier.as_deref()),
        created_at: ctx.now_ms(),
        served,
    };
    if !store::insert(&tx, &task).await? {
        tx.rollback().await;
        return Ok(());
    }
    events::tell(&tx, ctx, TOPIC, &json!({ "id": task.id })).await?;
    let after = json!({ "number": number, "slip_id": slip_id, "assignee_id": assignee_id, "channel": task.channel });
    audit::write(
        &tx,
        ctx,
        "followup.confirm_made",
        "followup_task",
        Some(task.id),
        None,
        Some(after),
    )
    .await?;
    tx.commit().await
}

/// Another caller than the one who raised it, where there is one.
async fn another(
    db: &impl Sql,
    branches: &Branches,
    parties: &slip::Parties,
    preferred: Option<Uuid>,
    served: &BTreeSet<Uuid>,
) -> Result<Option<Uuid>, Fault> {
    let mut callers = Callers::load(db).await?;
    let mut others = served.clone();
    others.insert(parties.raised_by);
    Ok(callers
        .choose(branches, parties.branch_id, preferred, &others)
        .or_else(|| callers.choose(branches, parties.branch_id, preferred, served)))
}

/// Who served on a service record.
async fn served_on(
    db: &impl Sql,
    service_record_id: Option<Uuid>,
) -> Result<BTreeSet<Uuid>, Fault> {
    #[derive(liuke_platform::db::FromQueryResult)]
    struct Row {
        advisor_id: Option<Uuid>,
        technician_id: Option<Uuid>,
    }
    let Some(id) = service_record_id else {
        return Ok(BTreeSet::new());
    };
    let row: Option<Row> = db
        .one(
            "SELECT advisor_id, technician_id FROM service_record WHERE id = $1",
            args![id],
        )
        .await?;
    Ok(row
        .map(|r| r.advisor_id.into_iter().chain(r.technician_id).collect())
        .unwrap_or_default())
}

/// What the confirming call found, told on the slip's own page. The call itself may not have been made by its job yet.
pub(super) async fn on_page(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    slip_id: Uuid,
    input: &slip::SlipConfirm,
) -> Result<(), Problem> {
    slip::check_confirm(&app.db, who, slip_id, input.version).await?;
    let task = if let Some(task) = open_call(&app.db, slip_id).await? {
        task
    } else {
        make(app, ctx, slip_id).await?;
        open_call(&app.db, slip_id)
            .await?
            .ok_or_else(|| Problem::not_found("customer"))?
    };
    super::finish::confirm(app, ctx, who, &task, input).await
}

async fn open_call(db: &impl Sql, slip_id: Uuid) -> Result<Option<TaskData>, Fault> {
    match store::confirm_tasks(db, slip_id).await?.first() {
        Some(id) => today::find(db, &Scope::unlimited(), *id).await,
        None => Ok(None),
    }
}

/// A slip was closed or opened again without them: its confirming calls are over. Nobody called, so none of them counts as reached.
pub(super) async fn settled(app: &App, ctx: &Ctx, slip_id: Uuid) -> Result<(), Fault> {
    let open = store::confirm_tasks(&app.db, slip_id).await?;
    if open.is_empty() {
        return Ok(());
    }
    let tx = app.db.begin().await?;
    for id in open {
        let Some(task) = today::find(&tx, &Scope::unlimited(), id)
            .await?
            .filter(|t| t.status == "open")
        else {
            continue;
        };
        let zone = worktime::zone(&task.branch_zone)
            .ok_or_else(|| Fault::inconsistent("branch", "zone", task.branch_id))?;
        let change = Change {
            status: "cancelled",
            assignee_id: task.assignee_id,
            due_at: task.due_at,
            not_before: task.not_before,
            attempt_count: task.attempt_count,
            last_outcome: task.last_outcome.clone(),
            slip_id: task.slip_id,
            closed: Some(Closed {
                at: ctx.now_ms(),
                day: worktime::business_day(ctx.now, &zone).to_string(),
                by: ctx.actor.id,
            }),
            cancel_reason: task.slip_number.clone(),
        };
        store::update(&tx, id, task.version, change)
            .await
            .map_err(|p| Fault::other(p.to_string()))?;
        events::tell(&tx, ctx, TOPIC, &json!({ "id": id })).await?;
        let after = json!({ "status": "cancelled", "slip_id": slip_id });
        audit::write(
            &tx,
            ctx,
            "followup.confirm_over",
            "followup_task",
            Some(id),
            None,
            Some(after),
        )
        .await?;
    }
    tx.commit().await
}
