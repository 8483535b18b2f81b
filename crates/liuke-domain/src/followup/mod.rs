//! Follow-up callbacks (跟踪回访): when they are due, who calls, what comes after each outcome, and what is most urgent.
//!
//! Every number here is a default that a shop changes in its settings; the rules take them as arguments.

mod caller;
mod contact;
mod ladder;
mod urgency;

pub use caller::{Candidate, choose_caller, may_call};
pub use contact::{
    ASKED_MINUTES, ContactError, MIN_GAP_DAYS, Window, WindowError, asked_for_now, check_windows,
    default_windows, keeps_to_windows, may_contact, next_allowed, windows_for, within_windows,
};
pub use ladder::{Ladder, Next, OutcomeError, Report, Wait, next_step};
pub use urgency::{SOON_BP, Standing, URGENT_BP, Urgency, compare, urgency, why};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What makes a plan create tasks (回访触发).
    TriggerKind {
        /// N days after a service record was closed (完工后 N 天).
        ServiceClosed => "service_closed",
        /// No visit for N days (N 天未到店).
        NoVisit => "no_visit",
    }
}

/// What makes a plan create tasks, with its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trigger", rename_all = "snake_case")]
pub enum PlanTrigger {
    /// A service record was closed this many days ago.
    ServiceClosed {
        /// Days after.
        days: u32,
    },
    /// The last visit was this many days ago.
    NoVisit {
        /// Days without a visit.
        days: u32,
    },
}

impl PlanTrigger {
    /// From the two columns of a plan.
    pub const fn new(kind: TriggerKind, days: u32) -> Self {
        match kind {
            TriggerKind::ServiceClosed => Self::ServiceClosed { days },
            TriggerKind::NoVisit => Self::NoVisit { days },
        }
    }

    /// Which of the two.
    pub const fn kind(self) -> TriggerKind {
        match self {
            Self::ServiceClosed { .. } => TriggerKind::ServiceClosed,
            Self::NoVisit { .. } => TriggerKind::NoVisit,
        }
    }

    /// The N.
    pub const fn days(self) -> u32 {
        match self {
            Self::ServiceClosed { days } | Self::NoVisit { days } => days,
        }
    }
}

crate::text_enum! {
    /// Kinds of follow-up (回访类型).
    TaskKind {
        /// 服务质量回访: attitude, workmanship, price.
        ServiceQuality => "service_quality",
        /// 营销回访: materials, booking.
        Marketing => "marketing",
        /// 关怀回访: greetings, reminders.
        Care => "care",
    }
}

impl TaskKind {
    /// The consent that a contact of this kind needs.
    pub const fn purpose(self) -> crate::customer::ConsentPurpose {
        match self {
            Self::ServiceQuality | Self::Care => crate::customer::ConsentPurpose::Service,
            Self::Marketing => crate::customer::ConsentPurpose::Marketing,
        }
    }
}

crate::text_enum! {
    /// Where a task stands (任务状态).
    TaskStatus {
        /// 待办.
        Open => "open",
        /// 完成.
        Done => "done",
        /// 取消.
        Cancelled => "cancelled",
    }
}

crate::text_enum! {
    /// Why a task exists (任务来由).
    TaskReason {
        /// A service record was closed.
        ServiceClosed => "service_closed",
        /// No visit for a long time.
        NoVisit => "no_visit",
        /// A feedback slip waits for its confirming call (反馈单确认).
        SlipConfirm => "slip_confirm",
        /// Made by hand.
        Manual => "manual",
    }
}

crate::text_enum! {
    /// How an attempt ended (回访结果).
    Outcome {
        /// 已接通.
        Reached => "reached",
        /// 稍后再打, at a time the customer named.
        CallAgain => "call_again",
        /// 无人接听.
        NoAnswer => "no_answer",
        /// 拒访.
        Refused => "refused",
        /// 错号.
        WrongNumber => "wrong_number",
    }
}

crate::text_enum! {
    /// What the customer said when asked for a moment (是否方便).
    Permission {
        /// 方便.
        Yes => "yes",
        /// 不方便.
        No => "no",
        /// 稍后.
        Later => "later",
    }
}

crate::text_enum! {
    /// Why a customer whom a plan found gets no task (未入列原因).
    LeftOut {
        /// Contacted too recently (间隔未到).
        MinGap => "min_gap",
        /// No consent for this purpose on this channel (未同意).
        NoConsent => "no_consent",
        /// Asked not to be called (勿扰).
        DoNotCall => "do_not_call",
        /// No number that can be called (无有效电话).
        NoPhone => "no_phone",
        /// Such a task is open already (已有任务).
        AlreadyOpen => "already_open",
        /// Nobody but those who served (无可用回访员); the task is made all the same, unassigned.
        NoCaller => "no_caller",
    }
}

/// When in the day a new task becomes due to start (默认开始时刻).
pub const START_OF_CALLS: Time = Time::constant(10, 0, 0, 0);

/// Hours from the start of a task to its deadline (默认时限).
pub const DUE_HOURS: i64 = 24;

/// The day on which the trigger fires: N days after the event.
pub fn fires_on(trigger: PlanTrigger, event_on: Date) -> Option<Date> {
    event_on.checked_add(i64::from(trigger.days()).days()).ok()
}

/// The span in which a task is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// From this instant on it may be called (not before).
    pub from: Timestamp,
    /// Deadline (到期时间).
    pub due_at: Timestamp,
}

/// When a task of a trigger is due: it may start on the firing day at 10:00, or now when that has passed, moved into a contact window, and
/// ends `due_hours` later, again moved into a contact window so that no deadline falls into the night.
pub fn due_at(
    trigger: PlanTrigger,
    event_on: Date,
    now: Timestamp,
    due_hours: i64,
    zone: &TimeZone,
    windows: &[Window],
) -> Option<Due> {
    let planned = fires_on(trigger, event_on)?
        .to_datetime(START_OF_CALLS)
        .to_zoned(zone.clone())
        .ok()?
        .timestamp();
    let from = next_allowed(planned.max(now), zone, windows);
    let end = from
        .checked_add(SignedDuration::from_hours(due_hours.max(0)))
        .ok()?;
    Some(Due {
        from,
        due_at: next_allowed(end, zone, windows),
    })
}

#[cfg(test)]
mod tests;
