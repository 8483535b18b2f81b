//! Whether somebody may contact a customer on a task now (可否联系), asked again when the call is made and not only when it was
//! planned.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use liuke_domain::customer::Channel;
use liuke_domain::followup::{
    ContactError, LeftOut, Outcome, TaskKind, TaskReason, Window, asked_for_now, keeps_to_windows,
    may_call, may_contact, within_windows,
};
use liuke_domain::ids::StaffId;
use liuke_domain::worktime;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::candidates::{self, Reach};
use super::decide::unreachable;
use super::house::House;
use super::plans::Words;
use super::store;
use super::today::TaskData;
use crate::refused;

/// A task with what decides over its call.
pub(crate) struct Standing {
    pub(crate) kind: TaskKind,
    pub(crate) channel: Channel,
    pub(crate) reason: TaskReason,
    pub(crate) zone: TimeZone,
    /// Nothing when the customer was deleted.
    pub(crate) reach: Option<Reach>,
    /// The customer's own contact window.
    pub(crate) window: Option<Window>,
    /// The time the customer named in the last attempt.
    pub(crate) asked_at: Option<Timestamp>,
    /// Who must not call, with names.
    pub(crate) served: BTreeMap<Uuid, String>,
}

impl Standing {
    pub(crate) async fn load(db: &impl Sql, task: &TaskData) -> Result<Self, Fault> {
        let wrong = |column| Fault::inconsistent("followup_task", column, task.id);
        let kind = TaskKind::parse(&task.kind).ok_or_else(|| wrong("kind"))?;
        let channel = Channel::parse(&task.channel).ok_or_else(|| wrong("channel"))?;
        let customers = [task.customer_id];
        let mut reach =
            candidates::reach(db, &customers, channel.as_str(), kind.purpose().as_str()).await?;
        let reach = reach.remove(&task.customer_id);
        Ok(Self {
            kind,
            channel,
            reason: TaskReason::parse(&task.reason_code).ok_or_else(|| wrong("reason_code"))?,
            zone: worktime::zone(&task.branch_zone)
                .ok_or_else(|| Fault::inconsistent("branch", "zone", task.branch_id))?,
            window: reach.as_ref().map(Reach::window).transpose()?.flatten(),
            reach,
            asked_at: asked_at(db, task).await?,
            served: store::served(db, task.id).await?,
        })
    }

    /// Whoever served does not call (回避原则): no exception.
    pub(crate) fn check_caller(&self, staff_id: Uuid) -> Result<(), Problem> {
        let served: Vec<StaffId> = self.served.keys().copied().map(StaffId).collect();
        if may_call(StaffId(staff_id), &served) {
            Ok(())
        } else {
            let names: Vec<&str> = self.served.values().map(String::as_str).collect();
            Err(Problem::new(403, "followup.caller_served").param("names", names))
        }
    }

    /// What the customer wants holds also when the outcome is entered: nobody is called who does not want to be.
    ///
    /// A number that turned out wrong meanwhile does not stand in the way of saying so.
    pub(crate) fn check_customer(&self) -> Result<(), Problem> {
        let reach = self
            .reach
            .as_ref()
            .ok_or_else(|| Problem::not_found("customer"))?;
        match unreachable(self.channel, self.kind.purpose(), reach) {
            Some(LeftOut::DoNotCall) => Err(Problem::new(409, "followup.do_not_call")),
            Some(LeftOut::NoConsent) => Err(Problem::new(409, "followup.no_consent")),
            _ => Ok(()),
        }
    }

    /// Everything that speaks against a contact now: who calls, what the customer wants, the gap, the windows.
    ///
    /// The gap does not hold back what the customer asked for or was promised: another attempt, a confirming call, a task somebody
    /// made by hand.
    pub(crate) fn check(
        &self,
        task: &TaskData,
        words: &Words,
        house: &House,
        staff_id: Uuid,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.check_caller(staff_id)?;
        self.check_customer()?;
        let reach = self
            .reach
            .as_ref()
            .ok_or_else(|| Problem::not_found("customer"))?;
        if unreachable(self.channel, self.kind.purpose(), reach).is_some() {
            return Err(Problem::new(409, "followup.no_phone"));
        }
        let planned = matches!(self.reason, TaskReason::ServiceClosed | TaskReason::NoVisit);
        if planned && task.attempt_count == 0 {
            let wanted = words.min_gap_days.and_then(|d| u32::try_from(d).ok());
            let gap = house.gap_days(wanted, reach.last_outcome.as_deref() == Some("refused"));
            may_contact(
                reach.last_contact_at.and_then(worktime::from_millis),
                now,
                gap,
                &self.zone,
            )
            .map_err(refused)?;
        }
        self.check_window(house, now)
    }

    /// Calls and texts stay inside the customer's own window, or else the house's; letters and meetings need none. The time the
    /// customer named in the last attempt goes before both.
    pub(crate) fn check_window(&self, house: &House, now: Timestamp) -> Result<(), Problem> {
        let windows = house.windows_for(self.window.as_ref());
        let asked = self.asked_at.is_some_and(|at| asked_for_now(at, now));
        if asked || !keeps_to_windows(self.channel) || within_windows(now, &self.zone, windows) {
            return Ok(());
        }
        let allowed = self.allowed(house, now);
        let until = match self.asked_at {
            Some(asked) if now < asked => asked.min(allowed),
            _ => allowed,
        };
        Err(refused(ContactError::OutsideWindow { until }))
    }

    /// The first instant from then on at which the customer may be called.
    pub(crate) fn allowed(&self, house: &House, at: Timestamp) -> Timestamp {
        house.allowed(self.window.as_ref(), at, &self.zone)
    }
}

/// The time the customer named, while nothing has been tried since.
async fn asked_at(db: &impl Sql, task: &TaskData) -> Result<Option<Timestamp>, Fault> {
    if task.last_outcome.as_deref() != Some(Outcome::CallAgain.as_str()) {
        return Ok(None);
    }
    let last = store::attempts(db, task.id).await?.into_iter().next();
    Ok(last
        .filter(|a| a.outcome == Outcome::CallAgain.as_str())
        .and_then(|a| a.next_at)
        .and_then(worktime::from_millis))
}
