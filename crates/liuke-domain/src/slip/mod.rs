//! Feedback slips (反馈单): a dissatisfaction that somebody answers, somebody else countersigns, and a second call confirms.
//!
//! ```text
//! raised ──answer+sign──▶ answered ──countersign──▶ countersigned ──confirm──▶ closed
//!    ▲                        │                            │                      │
//!    └────────return──────────┘                            │                      │
//!    └────────────────────────reopen (customer not satisfied)◀────────────────────┘
//! ```
//!
//! A closed slip is opened again by whoever leads, with a reason; that takes signatures away and gives none, so whoever signed may.
//!
//! Nobody confirms his own work: the answer is signed by the person responsible only, the countersignature comes from somebody else, and the
//! confirming call from somebody who did neither. Reopening counts.

mod content;

pub use content::{Content, canonical, content_hash};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::ids::StaffId;
use crate::refusal::Refusal;

crate::text_enum! {
    /// Where a slip stands (反馈单状态).
    SlipState {
        /// 待答复: raised, or raised again.
        Raised => "raised",
        /// 待会签: answered and signed.
        Answered => "answered",
        /// 待确认: countersigned.
        Countersigned => "countersigned",
        /// 已关闭: the customer has confirmed.
        Closed => "closed",
    }
}

crate::text_enum! {
    /// What somebody may do with a slip now (可用操作).
    SlipAction {
        /// Name the person responsible (指派).
        Assign => "assign",
        /// Answer and sign (答复签字).
        Answer => "answer",
        /// Send back to the person responsible (退回).
        Return => "return",
        /// Countersign (会签).
        Countersign => "countersign",
        /// Tell what the customer says in the confirming call (确认).
        Confirm => "confirm",
        /// Open a closed slip again, with a reason (重开).
        Reopen => "reopen",
    }
}

crate::text_enum! {
    /// What happened to a slip (反馈单经过).
    SlipEvent {
        /// 提出.
        Raised => "raised",
        /// 指派.
        Assigned => "assigned",
        /// 答复.
        Answered => "answered",
        /// 退回.
        Returned => "returned",
        /// 会签.
        Countersigned => "countersigned",
        /// 客户确认.
        Confirmed => "confirmed",
        /// 重开.
        Reopened => "reopened",
    }
}

crate::text_enum! {
    /// What a signature stands for (签字类型).
    SignatureRole {
        /// The person responsible has answered.
        Answer => "answer",
        /// The service director has countersigned.
        Countersign => "countersign",
        /// The second caller has heard the customer confirm.
        Confirm => "confirm",
    }
}

/// Hours to answer and settle a slip (默认时限).
pub const DUE_HOURS: i64 = 24;
/// Longest problem, answer or remark, in characters.
pub const TEXT_MAX: usize = 2_000;

/// A signature (签字): who, when, and the hash of what was signed. The password was entered again just before; that is the caller's duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Who signed.
    pub by: StaffId,
    /// The name as it was then.
    pub name: String,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// SHA-256 of the signed content, hexadecimal.
    pub hash: String,
}

/// The part of a slip that its rules need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// State.
    pub state: SlipState,
    /// Who raised it.
    pub raised_by: StaffId,
    /// Person responsible (责任人); none until assigned.
    pub responsible: Option<StaffId>,
    /// Deadline of this round.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub due_at: Timestamp,
    /// The answer, once given.
    pub answer: Option<String>,
    /// Signature under the answer.
    pub answered: Option<Signature>,
    /// Countersignature.
    pub countersigned: Option<Signature>,
    /// How often it was reopened (重开次数).
    pub reopened: u32,
    /// When it was closed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub closed_at: Option<Timestamp>,
}

/// Why an action on a slip is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlipError {
    /// A text is missing.
    #[error("a text is needed")]
    TextMissing,
    /// A text is too long.
    #[error("the text is too long")]
    TextTooLong,
    /// The slip is closed.
    #[error("the slip is closed")]
    Closed,
    /// The slip is not closed, so it cannot be opened again.
    #[error("the slip is not closed")]
    NotClosed,
    /// Nobody is responsible yet.
    #[error("nobody is responsible yet")]
    NotAssigned,
    /// It has been answered already.
    #[error("the slip has been answered already")]
    AlreadyAnswered,
    /// It has not been answered yet.
    #[error("the slip has not been answered yet")]
    NotAnswered,
    /// It has been countersigned already.
    #[error("the slip has been countersigned already")]
    AlreadyCountersigned,
    /// It has not been countersigned yet.
    #[error("the slip has not been countersigned yet")]
    NotCountersigned,
    /// Only the person responsible answers.
    #[error("only the person responsible answers")]
    NotResponsible,
    /// Who answered does not countersign or send back.
    #[error("who answered does not countersign")]
    OwnAnswer,
    /// Who answered or countersigned does not confirm: a second caller does.
    #[error("who signed does not confirm")]
    OwnSignature,
}

impl Refusal for SlipError {
    fn status(&self) -> u16 {
        match self {
            Self::TextMissing | Self::TextTooLong => 422,
            Self::NotResponsible | Self::OwnAnswer | Self::OwnSignature => 403,
            _ => 409,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TextMissing => "slip.text_missing",
            Self::TextTooLong => "slip.text_too_long",
            Self::Closed => "slip.closed",
            Self::NotClosed => "slip.not_closed",
            Self::NotAssigned => "slip.not_assigned",
            Self::AlreadyAnswered => "slip.already_answered",
            Self::NotAnswered => "slip.not_answered",
            Self::AlreadyCountersigned => "slip.already_countersigned",
            Self::NotCountersigned => "slip.not_countersigned",
            Self::NotResponsible => "slip.not_responsible",
            Self::OwnAnswer => "slip.own_answer",
            Self::OwnSignature => "slip.own_signature",
        }
    }
}

/// A text of the slip, trimmed and within its limit.
pub fn checked_text(input: &str) -> Result<String, SlipError> {
    let text = crate::text::clean_lines(input).ok_or(SlipError::TextMissing)?;
    if text.chars().count() > TEXT_MAX {
        Err(SlipError::TextTooLong)
    } else {
        Ok(text)
    }
}

/// The deadline of a round that begins now.
pub fn due_at(now: Timestamp, due_hours: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(due_hours.max(1)))
        .unwrap_or(now)
}

impl Slip {
    /// A new slip (提出).
    pub fn raise(
        raised_by: StaffId,
        responsible: Option<StaffId>,
        now: Timestamp,
        due_hours: i64,
    ) -> Self {
        Self {
            state: SlipState::Raised,
            raised_by,
            responsible,
            due_at: due_at(now, due_hours),
            answer: None,
            answered: None,
            countersigned: None,
            reopened: 0,
            closed_at: None,
        }
    }

    /// Names the person responsible (指派), or another one, as long as nobody has answered.
    pub fn assign(self, responsible: StaffId) -> Result<Self, SlipError> {
        self.expect_raised()?;
        Ok(Self {
            responsible: Some(responsible),
            ..self
        })
    }

    /// The person responsible answers and signs (答复签字). `hash` is [`content_hash`] of what is on the sheet, answer included.
    pub fn answer(self, answer: &str, signature: Signature) -> Result<Self, SlipError> {
        self.may_answer(signature.by)?;
        let answer = checked_text(answer)?;
        Ok(Self {
            state: SlipState::Answered,
            answer: Some(answer),
            answered: Some(signature),
            ..self
        })
    }

    /// The supervisor sends an answer back (退回) with a reason; the signature no longer stands.
    pub fn send_back(self, by: StaffId, reason: &str) -> Result<Self, SlipError> {
        self.may_countersign(by)?;
        checked_text(reason)?;
        Ok(Self {
            state: SlipState::Raised,
            answered: None,
            ..self
        })
    }

    /// The service director or general manager countersigns (会签).
    pub fn countersign(self, signature: Signature) -> Result<Self, SlipError> {
        self.may_countersign(signature.by)?;
        Ok(Self {
            state: SlipState::Countersigned,
            countersigned: Some(signature),
            ..self
        })
    }

    /// The customer has confirmed to a second caller (客户确认): closed.
    pub fn confirm(self, by: StaffId, now: Timestamp) -> Result<Self, SlipError> {
        self.may_confirm(by)?;
        Ok(Self {
            state: SlipState::Closed,
            closed_at: Some(now),
            ..self
        })
    }

    /// The customer is not satisfied after all (重开): raised again with a new deadline, both signatures no longer stand, and it counts.
    pub fn reopen(self, by: StaffId, now: Timestamp, due_hours: i64) -> Result<Self, SlipError> {
        self.may_confirm(by)?;
        Ok(self.raised_again(now, due_hours))
    }

    /// A closed slip is opened again (重开) with a reason: back to the person responsible, with a new deadline, and it counts.
    pub fn reopen_closed(
        self,
        reason: &str,
        now: Timestamp,
        due_hours: i64,
    ) -> Result<Self, SlipError> {
        self.may_reopen_closed()?;
        checked_text(reason)?;
        Ok(self.raised_again(now, due_hours))
    }

    fn raised_again(self, now: Timestamp, due_hours: i64) -> Self {
        Self {
            state: SlipState::Raised,
            due_at: due_at(now, due_hours),
            answer: None,
            answered: None,
            countersigned: None,
            reopened: self.reopened.saturating_add(1),
            closed_at: None,
            ..self
        }
    }

    /// Whether it is late (超时). Due exactly now is not yet late; a closed slip never is.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state != SlipState::Closed && now > self.due_at
    }

    /// What a member of staff may do now by the rules of the slip; rights and data scope come on top.
    pub fn allowed(&self, by: StaffId) -> Vec<SlipAction> {
        let may = |action: SlipAction| match action {
            SlipAction::Assign => self.expect_raised().is_ok(),
            SlipAction::Answer => self.may_answer(by).is_ok(),
            SlipAction::Return | SlipAction::Countersign => self.may_countersign(by).is_ok(),
            SlipAction::Confirm => self.may_confirm(by).is_ok(),
            SlipAction::Reopen => self.may_reopen_closed().is_ok(),
        };
        SlipAction::ALL
            .iter()
            .copied()
            .filter(|action| may(*action))
            .collect()
    }

    /// Whether the person responsible may answer now.
    pub fn may_answer(&self, by: StaffId) -> Result<(), SlipError> {
        self.expect_raised()?;
        match self.responsible {
            None => Err(SlipError::NotAssigned),
            Some(responsible) if responsible != by => Err(SlipError::NotResponsible),
            Some(_) => Ok(()),
        }
    }

    /// Whether somebody may countersign or send back now.
    pub fn may_countersign(&self, by: StaffId) -> Result<(), SlipError> {
        match self.state {
            SlipState::Raised => Err(SlipError::NotAnswered),
            SlipState::Countersigned => Err(SlipError::AlreadyCountersigned),
            SlipState::Closed => Err(SlipError::Closed),
            SlipState::Answered if self.is_answerer(by) => Err(SlipError::OwnAnswer),
            SlipState::Answered => Ok(()),
        }
    }

    /// Whether somebody may tell the customer's confirmation now, or reopen.
    pub fn may_confirm(&self, by: StaffId) -> Result<(), SlipError> {
        match self.state {
            SlipState::Raised => Err(SlipError::NotAnswered),
            SlipState::Answered => Err(SlipError::NotCountersigned),
            SlipState::Closed => Err(SlipError::Closed),
            SlipState::Countersigned => self.signed_by(by),
        }
    }

    /// Whether it may be opened again after it was closed.
    pub fn may_reopen_closed(&self) -> Result<(), SlipError> {
        if self.state == SlipState::Closed {
            Ok(())
        } else {
            Err(SlipError::NotClosed)
        }
    }

    fn signed_by(&self, by: StaffId) -> Result<(), SlipError> {
        let countersigner = self.countersigned.as_ref().is_some_and(|s| s.by == by);
        if self.is_answerer(by) || countersigner {
            Err(SlipError::OwnSignature)
        } else {
            Ok(())
        }
    }

    fn is_answerer(&self, by: StaffId) -> bool {
        self.responsible == Some(by) || self.answered.as_ref().is_some_and(|s| s.by == by)
    }

    fn expect_raised(&self) -> Result<(), SlipError> {
        match self.state {
            SlipState::Raised => Ok(()),
            SlipState::Answered => Err(SlipError::AlreadyAnswered),
            SlipState::Countersigned => Err(SlipError::AlreadyCountersigned),
            SlipState::Closed => Err(SlipError::Closed),
        }
    }
}

#[cfg(test)]
mod tests;
