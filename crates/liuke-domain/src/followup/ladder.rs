//! What comes after an attempt (结果去向): every outcome leads somewhere.
//!
//! | outcome | leads to |
//! |---|---|
//! | reached (已接通) | done |
//! | call again (稍后再打) | the time the customer named, also outside the contact windows: what the customer asks for goes first |
//! | no answer (无人接听) | the next rung: 2 hours later, next day 10:00, 2 days later 15:00, a text and 2 days later 18:30; after the fifth attempt unreachable (无法接通): the next visit's reception asks |
//! | refused (拒访) | closed; withdrawing the consent for this purpose is suggested and the minimum gap doubles |
//! | wrong number (错号) | the phone is marked do-not-use and the record goes to data repair; with another number the task goes on there |

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::contact::{Window, next_allowed};
use super::{Outcome, TaskKind};
use crate::customer::{Channel, ConsentPurpose};
use crate::refusal::Refusal;

/// How long to wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum Wait {
    /// Hours from now.
    Hours {
        /// How many.
        hours: u32,
    },
    /// Calendar days from today, at a time of day.
    DaysAt {
        /// How many.
        days: u32,
        /// When, `HH:MM:SS`.
        at: Time,
    },
}

/// The retry ladder (重拨阶梯).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// Waits after the first, second, … unanswered attempt; the last one repeats.
    pub waits: Vec<Wait>,
    /// With this attempt the customer counts as unreachable.
    pub max_attempts: u32,
    /// From this attempt on another channel is tried before the next call, where the customer agreed to one.
    pub text_after: u32,
    /// The minimum gap is multiplied by this after a refusal.
    pub refused_gap_factor: u32,
}

impl Default for Ladder {
    fn default() -> Self {
        let at = |days, hour, minute| Wait::DaysAt {
            days,
            at: Time::constant(hour, minute, 0, 0),
        };
        Self {
            waits: vec![
                Wait::Hours { hours: 2 },
                at(1, 10, 0),
                at(2, 15, 0),
                at(2, 18, 30),
            ],
            max_attempts: 5,
            text_after: 4,
            refused_gap_factor: 2,
        }
    }
}

/// An attempt as reported by the caller.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// Now.
    pub now: Timestamp,
    /// The time the customer named, with [`Outcome::CallAgain`].
    pub call_again_at: Option<Timestamp>,
    /// What the task is for.
    pub kind: TaskKind,
    /// The customer has another number that can be called.
    pub has_other_phone: bool,
    /// A channel other than the phone that the customer agreed to.
    pub other_channel: Option<Channel>,
    /// Zone of the branch.
    pub zone: &'a TimeZone,
    /// Contact windows.
    pub windows: &'a [Window],
}

/// Where an attempt leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Next {
    /// Nothing more to do (完成).
    Done,
    /// Call again (再次拨打); the task stays open and out of sight until then.
    RetryAt {
        /// When.
        #[serde(
            rename = "at",
            with = "jiff::fmt::serde::timestamp::millisecond::required"
        )]
        at: Timestamp,
    },
    /// Try another channel now, and the phone again later (换渠道).
    OtherChannel {
        /// Which.
        channel: Channel,
        /// When to call again.
        #[serde(
            rename = "at",
            with = "jiff::fmt::serde::timestamp::millisecond::required"
        )]
        at: Timestamp,
    },
    /// The phone is wrong: mark it do-not-use, list the record for repair (档案修正). With another number the task stays open.
    DataRepair {
        /// The task goes on with another number.
        goes_on: bool,
    },
    /// The customer does not want this (拒访): the task is closed.
    ClosedRefused {
        /// Consent whose withdrawal is suggested, for the phone.
        withdraw: ConsentPurpose,
        /// The minimum gap is multiplied by this for this customer.
        gap_factor: u32,
    },
    /// Given up (无法接通): the task is closed, the reception asks for the right number at the next visit.
    Unreachable,
}

impl Next {
    /// Stable code for screens: `followup.next.retry_at`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Done => "followup.next.done",
            Self::RetryAt { .. } => "followup.next.retry_at",
            Self::OtherChannel { .. } => "followup.next.other_channel",
            Self::DataRepair { .. } => "followup.next.data_repair",
            Self::ClosedRefused { .. } => "followup.next.closed_refused",
            Self::Unreachable => "followup.next.unreachable",
        }
    }

    /// Whether the task is finished with it.
    pub const fn closes(&self) -> bool {
        match self {
            Self::Done
            | Self::ClosedRefused { .. }
            | Self::Unreachable
            | Self::DataRepair { goes_on: false } => true,
            Self::RetryAt { .. }
            | Self::OtherChannel { .. }
            | Self::DataRepair { goes_on: true } => false,
        }
    }

    /// When the task comes back into sight.
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::RetryAt { at } | Self::OtherChannel { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Whether the reception is to ask at the next visit (到店询问): nobody can be reached by phone.
    pub const fn asks_reception(&self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::DataRepair { goes_on: false }
        )
    }
}

/// Why an outcome cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeError {
    /// Call again needs a time.
    #[error("call again needs a time")]
    TimeMissing,
    /// That time has passed.
    #[error("the time to call again has passed")]
    TimePast,
    /// Further ahead than 90 days: that is a new task and no other call.
    #[error("the time to call again is too far ahead")]
    TimeTooFar,
}

impl Refusal for OutcomeError {
    fn status(&self) -> u16 {
        422
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TimeMissing => "followup.call_again_missing",
            Self::TimePast => "followup.call_again_past",
            Self::TimeTooFar => "followup.call_again_too_far",
        }
    }
}

/// Furthest ahead a customer can ask to be called again.
const FURTHEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Where an attempt leads; see the table of the module.
pub fn next_step(report: &Report<'_>, ladder: &Ladder) -> Result<Next, OutcomeError> {
    Ok(match report.outcome {
        Outcome::Reached => Next::Done,
        Outcome::CallAgain => Next::RetryAt {
            at: call_again(report)?,
        },
        Outcome::NoAnswer if report.attempts >= ladder.max_attempts => Next::Unreachable,
        Outcome::NoAnswer => {
            let at = next_attempt(report, ladder);
            match report.other_channel {
                Some(channel)
                    if report.attempts >= ladder.text_after && channel != Channel::Phone =>
                {
                    Next::OtherChannel { channel, at }
                }
                _ => Next::RetryAt { at },
            }
        }
        Outcome::Refused => Next::ClosedRefused {
            withdraw: report.kind.purpose(),
            gap_factor: ladder.refused_gap_factor,
        },
        Outcome::WrongNumber => Next::DataRepair {
            goes_on: report.has_other_phone,
        },
    })
}

fn call_again(report: &Report<'_>) -> Result<Timestamp, OutcomeError> {
    let at = report.call_again_at.ok_or(OutcomeError::TimeMissing)?;
    if at <= report.now {
        return Err(OutcomeError::TimePast);
    }
    if at.duration_since(report.now) > FURTHEST {
        return Err(OutcomeError::TimeTooFar);
    }
    Ok(at)
}

fn next_attempt(report: &Report<'_>, ladder: &Ladder) -> Timestamp {
    let rung = usize::try_from(report.attempts.saturating_sub(1)).unwrap_or(0);
    let wait = ladder
        .waits
        .get(rung)
        .or_else(|| ladder.waits.last())
        .copied()
        .unwrap_or(Wait::Hours { hours: 24 });
    let planned = match wait {
        Wait::Hours { hours } => report
            .now
            .checked_add(SignedDuration::from_hours(i64::from(hours)))
            .ok(),
        Wait::DaysAt { days, at } => {
            let today: Date = report.now.to_zoned(report.zone.clone()).date();
            let day = today.checked_add(i64::from(days).days()).ok();
            day.and_then(|d| d.to_datetime(at).to_zoned(report.zone.clone()).ok())
                .map(|z| z.timestamp())
        }
    };
    next_allowed(planned.unwrap_or(report.now), report.zone, report.windows)
}
