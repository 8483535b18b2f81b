//! Eighteen months of follow-up calls of the demo shop, up to this morning's open tasks.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _, Value, insert_rows};
use liuke_platform::fault::Fault;
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use uuid::Uuid;

use super::archive::{Archive, Known, Repair, Writer};
use super::org::Person;
use super::trade::{GRIEVANCES, Grievance, PRAISE};

/// Place of customers without a tier; set right once the pyramid is ranked.
const NO_TIER: i64 = 5;
/// Follow-ups go back this far, in days.
const DAYS: i64 = 548;

/// A dissatisfied answer that became a feedback slip.
#[derive(Debug, Clone)]
pub(super) struct Dissatisfied {
    pub(super) task: Uuid,
    pub(super) repair: Repair,
    pub(super) customer: Known,
    pub(super) caller: Person,
    pub(super) at: Timestamp,
    pub(super) grievance: &'static Grievance,
    pub(super) scores: [i64; 5],
}

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Plan {
    pub(super) id: Uuid,
    trigger_kind: String,
    days: i64,
    purpose: String,
    kind: String,
}

/// Rows gathered for one bulk write each.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) tasks: Vec<Vec<Value>>,
    served: Vec<Vec<Value>>,
    pub(super) attempts: Vec<Vec<Value>>,
    number: usize,
}

/// A task before it is a row.
pub(super) struct NewTask<'a> {
    pub(super) plan: Option<&'a Plan>,
    pub(super) dedup: Option<String>,
    pub(super) customer: &'a Known,
    pub(super) repair: Option<&'a Repair>,
    pub(super) slip: Option<Uuid>,
    pub(super) reason: (&'static str, Option<Date>, Option<i64>),
    pub(super) assignee: Option<Uuid>,
    pub(super) purpose: &'a str,
    pub(super) kind: &'a str,
    pub(super) created: Timestamp,
    pub(super) due: Timestamp,
    pub(super) done: Option<(Timestamp, &'static str, Uuid)>,
    pub(super) attempts: i64,
}

/// What was said in one call.
pub(super) struct Said<'a> {
    pub(super) outcome: &'static str,
    pub(super) next: Option<Timestamp>,
    pub(super) scores: Option<[i64; 5]>,
    pub(super) dissatisfied: bool,
    pub(super) verbatim: Option<&'a str>,
}

pub(super) const QUIET: fn(&'static str, Option<Timestamp>) -> Said<'static> =
    |outcome, next| Said {
        outcome,
        next,
        scores: None,
        dissatisfied: false,
        verbatim: None,
    };

impl Writer<'_> {
    pub(super) fn moment(&self, day: Date, hour: i8, minute: i8) -> Result<Timestamp, Fault> {
        let time =
            Time::new(hour, minute, 0, 0).map_err(|error| Fault::other(error.to_string()))?;
        let zoned = day
            .to_datetime(time)
            .to_zoned(self.zone.clone())
            .map_err(|error| Fault::other(error.to_string()))?;
        Ok(zoned.timestamp())
    }

    pub(super) fn day_of(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).date().to_string()
    }

    /// Adds a task; its id.
    pub(super) fn task(&self, rows: &mut Rows, new: &NewTask<'_>) -> Result<Uuid, Fault> {
        rows.number += 1;
        let id: Uuid = self.ctx.at(new.created).new_id();
        let shop = self
            .firm
            .shops
            .get(new.customer.shop)
            .ok_or_else(|| Fault::other("no such demo shop"))?;
        let (code, on, days) = &new.reason;
        let (status, outcome, closed_at, closed_by) = match new.done {
            Some((at, outcome, by)) => ("done", Some(outcome), Some(at), Some(by)),
            None => ("open", None, None, None),
        };
        rows.tasks.push(args![
            id,
            format!(
                "HF-{}-{:05}",
                self.day_of(new.created).replace('-', ""),
                rows.number
            ),
            new.dedup.clone(),
            new.plan.map(|plan| plan.id),
            new.customer.id,
            new.repair.map(|repair| repair.asset),
            new.repair.map(|repair| repair.id),
            new.slip,
            shop.id,
            new.assignee,
            new.kind,
            "phone",
            new.purpose,
            *code,
            on.map(|day| day.to_string()),
            *days,
            status,
            new.due.as_millisecond(),
            self.day_of(new.due),
            new.created.as_millisecond(),
            NO_TIER,
            new.attempts,
            outcome,
            closed_at.map(Timestamp::as_millisecond),
            closed_at.map(|at| self.day_of(at)),
            closed_by,
            1_i64,
            new.created.as_millisecond()
        ]);
        if let Some(repair) = new.repair {
            rows.served.push(args![id, repair.advisor.id]);
            rows.served.push(args![id, repair.technician.id]);
        }
        Ok(id)
    }

    /// Adds a call.
    pub(super) fn call(
        &self,
        rows: &mut Rows,
        task: Uuid,
        customer: &Known,
        caller: Uuid,
        at: Timestamp,
        said: &Said<'_>,
    ) -> Result<(), Fault> {
        let shop = self
            .firm
            .shops
            .get(customer.shop)
            .ok_or_else(|| Fault::other("no such demo shop"))?;
        let score = |index: usize| said.scores.and_then(|scores| scores.get(index).copied());
        let reached = said.outcome == "reached";
        rows.attempts.push(args![
            self.ctx.at(at).new_id::<Uuid>(),
            task,
            customer.id,
            shop.id,
            caller,
            "phone",
            said.outcome,
            at.as_millisecond(),
            self.day_of(at),
            said.next.map(Timestamp::as_millisecond),
            reached.then_some("yes"),
            score(0),
            score(1),
            score(2),
            score(3),
            score(4),
            said.dissatisfied,
            said.verbatim,
            reached.then_some(if said.dissatisfied {
                "客户反映问题，已开反馈单"
            } else {
                "本次维修质量与服务"
            })
        ]);
        Ok(())
    }

    /// Plans as the product seeds them, active since before the first repair.
    async fn plans(&self) -> Result<Vec<Plan>, Fault> {
        self.tx
            .run(
                "UPDATE followup_plan SET active_since = $1",
                args![self.ctx.now_ms() - (DAYS + 30) * 86_400_000],
            )
            .await?;
        // In an order: the dice fall as the plans follow each other.
        self.tx
            .all(
                "SELECT id, trigger_kind, days, purpose, kind FROM followup_plan WHERE active = TRUE ORDER BY id",
                args![],
            )
            .await
    }

    /// Writes tasks and calls; the dissatisfied answers are left for their slips.
    pub(super) async fn calls(
        &self,
        rng: &mut StdRng,
        archive: &Archive,
        rows: &mut Rows,
    ) -> Result<Vec<Dissatisfied>, Fault> {
        let plans = self.plans().await?;
        let mut dissatisfied = Vec::new();
        let since = self.today.checked_sub(DAYS.days()).unwrap_or(self.today);
        for plan in plans
            .iter()
            .filter(|plan| plan.trigger_kind == "service_closed")
        {
            for repair in archive.repairs.iter().filter(|repair| repair.day >= since) {
                let Some(customer) = archive.customers.get(repair.customer) else {
                    continue;
                };
                if let Some(found) = self.service_call(rng, rows, plan, repair, customer)? {
                    dissatisfied.push(found);
                }
            }
        }
        for plan in plans.iter().filter(|plan| plan.trigger_kind == "no_visit") {
            for customer in &archive.customers {
                self.absence_call(rng, rows, plan, customer)?;
            }
        }
        Ok(dissatisfied)
    }

    fn service_call(
        &self,
        rng: &mut StdRng,
        rows: &mut Rows,
        plan: &Plan,
        repair: &Repair,
        customer: &Known,
    ) -> Result<Option<Dissatisfied>, Fault> {
        let due_day = repair
            .day
            .checked_add(plan.days.days())
            .unwrap_or(repair.day);
        let created = self.moment(due_day, 6, 0)?;
        if created > self.ctx.now {
            return Ok(None);
        }
        let due = self.moment(due_day, 9, 0)? + SignedDuration::from_hours(24);
        let Some(shop) = self.firm.shops.get(customer.shop) else {
            return Ok(None);
        };
        let Some(caller) = shop.agents.choose(rng) else {
            return Ok(None);
        };
        let mut new = NewTask {
            plan: Some(plan),
            dedup: Some(format!("service:{}:{}", plan.id, repair.id)),
            customer,
            repair: Some(repair),
            slip: None,
            reason: ("service_closed", Some(repair.day), Some(plan.days)),
            assignee: Some(caller.id),
            purpose: &plan.purpose,
            kind: &plan.kind,
            created,
            due,
            done: None,
            attempts: 0,
        };
        let age = (self.today - due_day).get_days();
        // The last days are worked in part; further back hardly anything is open.
        let open = match age {
            ..=0 => true,
            1 => rng.random_bool(0.45),
            2 => rng.random_bool(0.08),
            3..=9 => rng.random_bool(0.02),
            _ => false,
        };
        if open {
            new.assignee = (!rng.random_bool(0.06)).then_some(caller.id);
            self.task(rows, &new)?;
            return Ok(None);
        }
        let first = self.moment(due_day, rng.random_range(9..11), rng.random_range(0..60))?
            + SignedDuration::from_mins(rng.random_range(0..360));
        let first = first.min(self.ctx.now - SignedDuration::from_mins(20));
        let luck = rng.random_range(0..100);
        let missed = match luck {
            0..=17 => rng.random_range(1..=2_i64),
            18..=22 => 5,
            _ => 0,
        };
        let outcome = match luck {
            18..=22 => "no_answer",
            23..=25 => "refused",
            26 => "wrong_number",
            _ => "reached",
        };
        let last = (first + SignedDuration::from_hours(3 * missed))
            .min(self.ctx.now - SignedDuration::from_mins(10));
        new.done = Some((last, outcome, caller.id));
        new.attempts = if outcome == "no_answer" {
            missed
        } else {
            missed + 1
        };
        let task = self.task(rows, &new)?;
        for number in 0..missed {
            let at = (first + SignedDuration::from_hours(3 * number)).min(last);
            self.call(
                rows,
                task,
                customer,
                caller.id,
                at,
                &QUIET("no_answer", Some(last)),
            )?;
        }
        if outcome != "reached" {
            if outcome != "no_answer" {
                self.call(rows, task, customer, caller.id, last, &QUIET(outcome, None))?;
            }
            return Ok(None);
        }
        let unhappy = rng
            .random_bool(0.065)
            .then(|| GRIEVANCES.choose(rng))
            .flatten();
        let scores = answer(rng, unhappy);
        let said = Said {
            outcome,
            next: None,
            scores: Some(scores),
            dissatisfied: unhappy.is_some(),
            verbatim: match unhappy {
                Some(grievance) => Some(grievance.words),
                None => rng
                    .random_bool(0.5)
                    .then(|| PRAISE.choose(rng).copied())
                    .flatten(),
            },
        };
        self.call(rows, task, customer, caller.id, last, &said)?;
        Ok(unhappy.map(|grievance| Dissatisfied {
            task,
            repair: repair.clone(),
            customer: customer.clone(),
            caller: caller.clone(),
            at: last,
            grievance,
            scores,
        }))
    }

    fn absence_call(
        &self,
        rng: &mut StdRng,
        rows: &mut Rows,
        plan: &Plan,
        customer: &Known,
    ) -> Result<(), Fault> {
        let Some(last_visit) = customer.last_visit else {
            return Ok(());
        };
        let due_day = last_visit
            .checked_add(plan.days.days())
            .unwrap_or(last_visit);
        let age = (self.today - due_day).get_days();
        if !(0..=120).contains(&age) {
            return Ok(());
        }
        let created = self.moment(due_day, 6, 0)?;
        if created > self.ctx.now {
            return Ok(());
        }
        let Some(shop) = self.firm.shops.get(customer.shop) else {
            return Ok(());
        };
        let Some(caller) = shop.agents.choose(rng) else {
            return Ok(());
        };
        let due = self.moment(due_day, 9, 0)? + SignedDuration::from_hours(72);
        let called = created + SignedDuration::from_hours(rng.random_range(4..10));
        let done = (age > 3 && called < self.ctx.now).then_some(called);
        let outcome = if rng.random_bool(0.7) {
            "reached"
        } else {
            "refused"
        };
        let task = self.task(
            rows,
            &NewTask {
                plan: Some(plan),
                dedup: Some(format!("visit:{}:{}:{last_visit}", plan.id, customer.id)),
                customer,
                repair: None,
                slip: None,
                reason: ("no_visit", Some(last_visit), Some(plan.days)),
                assignee: Some(caller.id),
                purpose: &plan.purpose,
                kind: &plan.kind,
                created,
                due,
                done: done.map(|at| (at, outcome, caller.id)),
                attempts: done.map_or(0, |_| 1),
            },
        )?;
        if let Some(at) = done {
            self.call(rows, task, customer, caller.id, at, &QUIET(outcome, None))?;
        }
        Ok(())
    }

    /// Writes what was gathered.
    pub(super) async fn flush(&self, rows: Rows) -> Result<(), Fault> {
        insert_rows(
            self.tx,
            "followup_task",
            "id, number, dedup, plan_id, customer_id, asset_id, service_record_id, slip_id, branch_id, assignee_id, kind, \
             channel, purpose, reason_code, reason_on, reason_days, status, due_at, due_day, not_before, tier_rank, attempt_count, \
             last_outcome, closed_at, closed_day, closed_by, version, created_at",
            rows.tasks,
            "",
        )
        .await?;
        insert_rows(
            self.tx,
            "followup_task_served",
            "task_id, staff_id",
            rows.served,
            "",
        )
        .await?;
        insert_rows(
            self.tx,
            "followup_attempt",
            "id, task_id, customer_id, branch_id, staff_id, channel, outcome, at, business_day, next_at, permission, \
             result_score, tangibles_score, responsiveness_score, empathy_score, contrast_score, dissatisfied, verbatim, discussed",
            rows.attempts,
            "",
        )
        .await?;
        self.tx
            .run(
                "UPDATE customer SET last_contact_at = (SELECT MAX(a.at) FROM followup_attempt a
                    WHERE a.customer_id = customer.id AND a.outcome = 'reached')",
                args![],
            )
            .await?;
        Ok(())
    }
}

/// Scores of the five factors: mostly 4 and 5; the factor of a grievance gets 1 or 2.
fn answer(rng: &mut StdRng, grievance: Option<&Grievance>) -> [i64; 5] {
    let mut scores = [0_i64; 5];
    for (factor, score) in scores.iter_mut().enumerate() {
        let low = grievance.is_some_and(|grievance| grievance.factor == factor);
        *score = match (low, grievance.is_some()) {
            (true, _) => rng.random_range(1..=2),
            (false, true) => rng.random_range(3..=4),
            (false, false) if factor == 4 => *[3_i64, 4, 4, 5, 5].choose(rng).unwrap_or(&4),
            (false, false) => *[4_i64, 4, 5, 5, 5, 5, 3].choose(rng).unwrap_or(&5),
        };
    }
    scores
}
