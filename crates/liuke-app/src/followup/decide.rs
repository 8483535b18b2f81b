//! What becomes of somebody a plan is about (任务判定): a task, or a reason why there is none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use liuke_domain::customer::{Channel, ConsentPurpose};
use liuke_domain::followup::{
    ContactError, LeftOut, PlanTrigger, TaskKind, due_at, fires_on, may_contact,
};
use liuke_domain::{period, worktime};
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::candidates::{self, Candidate, Reach};
use super::plans::Plan;
use super::store::{self, NewTask, OpenTask};
use super::sweep::Run;
use super::today::tier_rank;

/// Left out, and why.
pub(super) struct Left {
    pub(super) dedup: String,
    pub(super) customer_id: Uuid,
    pub(super) service_record_id: Option<Uuid>,
    pub(super) reason: LeftOut,
    pub(super) reason_on: String,
    pub(super) covered_by: Option<Uuid>,
}

/// What becomes of somebody a plan is about.
pub(super) enum Decision {
    /// A task, and the customer's name.
    Make(Box<NewTask>, String),
    /// No task, and why.
    Leave(Left),
}

/// Decides over a batch; what it decides counts for the rest of the batch. `preview` overlooks the tasks that a plan made itself.
pub(super) async fn decide(
    db: &impl Sql,
    now: Timestamp,
    run: &mut Run,
    plan: &Plan,
    batch: Vec<Candidate>,
    preview: bool,
) -> Result<Vec<Decision>, Fault> {
    let customers: BTreeSet<Uuid> = batch.iter().map(|c| c.customer_id).collect();
    let customers: Vec<Uuid> = customers.into_iter().collect();
    let purpose = plan.kind.purpose();
    let reach = candidates::reach(db, &customers, plan.channel.as_str(), purpose.as_str()).await?;
    let mut open: BTreeMap<Uuid, Vec<OpenTask>> = BTreeMap::new();
    for task in store::open_of(db, &customers).await? {
        open.entry(task.customer_id).or_default().push(task);
    }
    let mut decisions = Vec::with_capacity(batch.len());
    for candidate in batch {
        let Some(customer) = reach.get(&candidate.customer_id) else {
            continue;
        };
        let zone = run.branches.zone(candidate.branch_id);
        let same_kind = open.get(&candidate.customer_id).and_then(|tasks| {
            let own = |t: &&OpenTask| {
                preview
                    && t.service_record_id.is_some()
                    && t.service_record_id == candidate.service_record_id
            };
            tasks
                .iter()
                .find(|t| t.kind == plan.kind.as_str() && !own(t))
                .map(|t| t.id)
        });
        let decision = decide_one(now, run, plan, &candidate, customer, same_kind, &zone)?;
        if let Decision::Make(task, _) = &decision {
            // The next service record of the same customer is bundled with this task.
            open.entry(task.customer_id).or_default().push(OpenTask {
                id: task.id,
                number: String::new(),
                customer_id: task.customer_id,
                service_record_id: task.service_record_id,
                kind: task.kind.clone(),
            });
        }
        decisions.push(decision);
    }
    Ok(decisions)
}

fn decide_one(
    now: Timestamp,
    run: &mut Run,
    plan: &Plan,
    candidate: &Candidate,
    customer: &Reach,
    same_kind: Option<Uuid>,
    zone: &TimeZone,
) -> Result<Decision, Fault> {
    let wrong = |column| Fault::inconsistent("customer", column, candidate.customer_id);
    let event_on = match (&candidate.visit_on, candidate.at) {
        (Some(day), _) => period::parse_day(day).ok_or_else(|| wrong("last_visit_on"))?,
        (None, Some(at)) => {
            let at = worktime::from_millis(at)
                .ok_or_else(|| Fault::inconsistent("service_record", "closed_at", at))?;
            worktime::business_day(at, zone)
        }
        (None, None) => return Err(wrong("last_visit_on")),
    };
    let leave = |reason, covered_by| {
        Ok(Decision::Leave(Left {
            dedup: candidate.dedup.clone(),
            customer_id: candidate.customer_id,
            service_record_id: candidate.service_record_id,
            reason,
            reason_on: event_on.to_string(),
            covered_by,
        }))
    };
    if let Some(reason) = unreachable(plan.channel, plan.kind.purpose(), customer) {
        return leave(reason, None);
    }
    if same_kind.is_some() {
        return leave(LeftOut::AlreadyOpen, same_kind);
    }
    let own = customer.window()?;
    let due = due_at(
        plan.trigger,
        event_on,
        now,
        plan.due_hours,
        zone,
        run.house.windows_for(own.as_ref()),
    )
    .ok_or_else(|| Fault::other("the plan's days lead out of the calendar"))?;
    let mut due_at = due.due_at;
    let mut not_before = first_sight(plan.trigger, event_on, now, zone).unwrap_or(now);
    let gap = run.house.gap_days(
        plan.min_gap_days,
        customer.last_outcome.as_deref() == Some("refused"),
    );
    let last = customer.last_contact_at.and_then(worktime::from_millis);
    if let Err(ContactError::TooSoon { until }) = may_contact(last, due.from, gap, zone) {
        if plan.kind != TaskKind::ServiceQuality {
            return leave(LeftOut::MinGap, None);
        }
        let from = run.house.allowed(own.as_ref(), until, zone);
        let hours = jiff::SignedDuration::from_hours(plan.due_hours.max(0));
        due_at = run
            .house
            .allowed(own.as_ref(), from.checked_add(hours).unwrap_or(from), zone);
        not_before = until;
    }
    let assignee_id = run.callers.choose(
        &run.branches,
        candidate.branch_id,
        customer.preferred_staff_id,
        &candidate.served,
    );
    let task = NewTask {
        id: Uuid::nil(),
        number: String::new(),
        dedup: Some(candidate.dedup.clone()),
        plan_id: Some(plan.id),
        customer_id: candidate.customer_id,
        asset_id: candidate.asset_id,
        service_record_id: candidate.service_record_id,
        slip_id: None,
        branch_id: candidate.branch_id,
        assignee_id,
        kind: plan.kind.as_str().to_owned(),
        channel: plan.channel.as_str().to_owned(),
        purpose: plan.purpose.clone(),
        reason_code: plan.trigger.kind().as_str(),
        reason_on: Some(event_on.to_string()),
        reason_days: Some(i64::from(plan.trigger.days())),
        due_at: due_at.as_millisecond(),
        due_day: worktime::business_day(due_at, zone).to_string(),
        not_before: not_before.as_millisecond(),
        tier_rank: tier_rank(customer.tier.as_deref()),
        created_at: now.as_millisecond(),
        served: candidate.served.clone(),
    };
    Ok(Decision::Make(Box::new(task), customer.name.clone()))
}

/// From when on a task is seen: the beginning of the day on which it may start, so that the day can be planned.
fn first_sight(
    trigger: PlanTrigger,
    event_on: Date,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let day = fires_on(trigger, event_on)?;
    let start = day.to_zoned(zone.clone()).ok()?.timestamp();
    Some(start.max(now))
}

/// Why a customer cannot be reached by a channel for a purpose.
pub(crate) fn unreachable(
    channel: Channel,
    purpose: ConsentPurpose,
    customer: &Reach,
) -> Option<LeftOut> {
    let rings = matches!(channel, Channel::Phone | Channel::Sms);
    let reachable = match channel {
        Channel::Phone => customer.phones > 0,
        Channel::Sms => customer.mobiles > 0,
        Channel::Email => customer.emails > 0,
        Channel::Letter => customer.has_address,
        Channel::Wechat | Channel::FaceToFace => true,
    };
    let consents = match (customer.consent, purpose) {
        (Some(granted), _) => granted,
        // Service calls belong to the service; marketing needs a yes.
        (None, ConsentPurpose::Service) => true,
        (None, ConsentPurpose::Marketing) => false,
    };
    if rings && customer.do_not_call {
        Some(LeftOut::DoNotCall)
    } else if !reachable {
        Some(LeftOut::NoPhone)
    } else if !consents {
        Some(LeftOut::NoConsent)
    } else {
        None
    }
}
