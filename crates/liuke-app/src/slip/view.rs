//! A slip as its readers see it (反馈单视图).

use jiff::Timestamp;
use liuke_domain::followup::{Urgency, urgency};
use liuke_domain::ids::StaffId;
use liuke_domain::slip::{SlipAction, SlipState};
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use uuid::Uuid;

use super::seal::{self, Standing};
use super::store::{self, AwaitsMe, SlipData};
use super::views::{SlipEvent, SlipRow, SlipSignature, SlipView};

/// The right that an action needs.
pub(crate) const fn right(action: SlipAction) -> &'static str {
    match action {
        // Opening again is for whoever hands slips out.
        SlipAction::Assign | SlipAction::Reopen => "slip.assign",
        SlipAction::Answer => "slip.answer",
        SlipAction::Return | SlipAction::Countersign => "slip.countersign",
        SlipAction::Confirm => "followup.work",
    }
}

/// The vehicle or equipment of a slip in one line; else what the customer has.
pub(crate) fn asset_line(slip: &SlipData) -> Option<String> {
    match slip.asset_model.as_deref() {
        Some(model) => Some(crate::customer::asset_line(
            slip.asset_plate.as_deref(),
            slip.asset_vin.as_deref(),
            slip.asset_serial.as_deref(),
            model,
        )),
        None => slip.customer_asset_line.clone(),
    }
}

/// How pressing a slip is; a closed one is not.
fn pressing(slip: &SlipData, now: Timestamp) -> Result<Urgency, Fault> {
    if slip.state == SlipState::Closed.as_str() {
        return Ok(Urgency::Ok);
    }
    let instant = |ms: i64, column| {
        Timestamp::from_millisecond(ms).map_err(|_| Fault::inconsistent("slip", column, slip.id))
    };
    Ok(urgency(
        instant(slip.raised_at, "raised_at")?,
        instant(slip.due_at, "due_at")?,
        now,
    ))
}

/// Whether somebody served the customer: such a person does not confirm (回访人不得是接待人).
pub(crate) fn has_served(slip: &SlipData, staff_id: Uuid) -> bool {
    [slip.advisor_id, slip.technician_id].contains(&Some(staff_id))
}

/// Whose act is asked for, by the reader's rights.
pub(crate) fn awaits_me(who: &Identity) -> AwaitsMe {
    AwaitsMe {
        me: who.staff_id,
        answers: who.may("slip.answer"),
        assigns: who.may("slip.assign"),
        countersigns: who.may("slip.countersign"),
        confirms: who.may("followup.work"),
    }
}

/// Whether the reader is who has to act next: answer, name who does, countersign or confirm.
fn awaits(slip: &SlipData, who: &Identity) -> bool {
    let me = Some(who.staff_id);
    let signed = slip.answered_by == me || slip.responsible_id == me;
    match SlipState::parse(&slip.state) {
        Some(SlipState::Raised) if slip.responsible_id.is_none() => who.may("slip.assign"),
        Some(SlipState::Raised) => slip.responsible_id == me && who.may("slip.answer"),
        Some(SlipState::Answered) => !signed && who.may("slip.countersign"),
        Some(SlipState::Countersigned) => {
            !signed
                && slip.countersigned_by != me
                && !has_served(slip, who.staff_id)
                && who.may("followup.work")
        }
        Some(SlipState::Closed) | None => false,
    }
}

/// A slip as lists show it.
pub(crate) fn row(slip: &SlipData, who: &Identity, now: Timestamp) -> Result<SlipRow, Fault> {
    Ok(SlipRow {
        id: slip.id,
        number: slip.number.clone(),
        customer_id: slip.customer_id,
        customer_name: slip.customer_name.clone(),
        tier: slip.tier.clone(),
        problem: slip.problem.clone(),
        state: slip.state.clone(),
        responsible_id: slip.responsible_id,
        responsible_name: slip.responsible_name.clone(),
        raised_by_name: slip.raised_by_name.clone(),
        raised_at: slip.raised_at,
        due_at: slip.due_at,
        closed_at: slip.closed_at,
        urgency: pressing(slip, now)?.as_str().to_owned(),
        reopened_count: slip.reopened_count,
        branch_name: slip.branch_name.clone(),
        awaits_me: awaits(slip, who),
        version: slip.version,
    })
}

/// A slip in full.
pub(crate) async fn full(
    db: &impl Sql,
    slip: &SlipData,
    who: &Identity,
    now: Timestamp,
) -> Result<SlipView, Fault> {
    let events = store::events(db, slip.id).await?;
    let standing = Standing::of(&events)?;
    let rule = seal::rule(slip, &standing)?;
    let me = StaffId(who.staff_id);
    let mut allowed: Vec<SlipAction> = rule.allowed(me);
    allowed.retain(|action| {
        let served = *action == SlipAction::Confirm && has_served(slip, who.staff_id);
        !served && who.may(right(*action))
    });
    let content_hash = match standing.all().last() {
        Some((_, signature)) => signature.hash.clone(),
        None => seal::seal(slip, &events, slip.answer.as_deref(), None, None)?.hash,
    };
    Ok(SlipView {
        row: row(slip, who, now)?,
        task_id: slip.task_id,
        asset_line: asset_line(slip),
        phone_masked: slip.phone_masked.clone(),
        scores: seal::scores(slip),
        answer: slip.answer.clone(),
        signatures: standing
            .all()
            .map(|(role, s)| SlipSignature {
                role: role.as_str().to_owned(),
                staff_name: s.name.clone(),
                at: s.at.as_millisecond(),
                hash: s.hash.clone(),
            })
            .collect(),
        hash_ok: seal::is_sound(slip, &events, &standing)?,
        content_hash,
        confirm_task_id: store::confirm_task(db, slip.id).await?,
        loop_ms: slip.closed_at.map(|closed| closed - slip.raised_at),
        allowed: allowed.into_iter().map(SlipAction::as_str).collect(),
        events: events
            .into_iter()
            .map(|e| SlipEvent {
                at: e.at,
                staff_name: e.staff_name,
                action: e.action,
                text: e.text,
                hash: e.content_hash,
            })
            .collect(),
    })
}
