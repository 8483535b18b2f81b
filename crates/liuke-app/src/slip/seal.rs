//! What was signed, and whether it still stands (签名核对).
//!
//! Every signature keeps the content it was given for, word for word, with its hash. A slip is sound when each kept content has its
//! hash, later signatures carry the hashes of the earlier ones, and the slip still says what the signatures of this round were
//! given for. Names may change afterwards (a customer marries, a plate is corrected); they are kept as they were and not compared.

use jiff::Timestamp;
use liuke_domain::ids::StaffId;
use liuke_domain::satisfaction::Scores as Given;
use liuke_domain::slip::{
    Content, Signature, SignatureRole, Slip, SlipEvent, SlipState, canonical, content_hash,
};
use liuke_platform::fault::Fault;
use serde_json::Value;

use super::store::{EventData, SlipData};
use crate::customer::Scores;

/// The signatures that stand in this round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub(crate) answer: Option<Signature>,
    pub(crate) countersign: Option<Signature>,
    pub(crate) confirm: Option<Signature>,
}

impl Standing {
    /// Walks through what happened: sending back takes the answer's signature away, reopening all of them.
    pub(crate) fn of(events: &[EventData]) -> Result<Self, Fault> {
        let mut standing = Self::default();
        for event in events {
            match word(event)? {
                SlipEvent::Answered => standing.answer = signature(event),
                SlipEvent::Countersigned => standing.countersign = signature(event),
                SlipEvent::Confirmed => standing.confirm = signature(event),
                SlipEvent::Returned => standing.answer = None,
                SlipEvent::Reopened => standing = Self::default(),
                SlipEvent::Raised | SlipEvent::Assigned => {}
            }
        }
        Ok(standing)
    }

    /// All of them with their roles, in the order they were given.
    pub(crate) fn all(&self) -> impl Iterator<Item = (SignatureRole, &Signature)> {
        [
            (SignatureRole::Answer, self.answer.as_ref()),
            (SignatureRole::Countersign, self.countersign.as_ref()),
            (SignatureRole::Confirm, self.confirm.as_ref()),
        ]
        .into_iter()
        .filter_map(|(role, signature)| Some((role, signature?)))
    }
}

fn signature(event: &EventData) -> Option<Signature> {
    Some(Signature {
        by: StaffId(event.staff_id),
        name: event.staff_name.clone(),
        at: Timestamp::from_millisecond(event.at).ok()?,
        hash: event.content_hash.clone()?,
    })
}

fn word(event: &EventData) -> Result<SlipEvent, Fault> {
    SlipEvent::parse(&event.action)
        .ok_or_else(|| Fault::inconsistent("slip_event", "action", event.staff_id))
}

/// The part of a slip that its rules decide over.
pub(crate) fn rule(slip: &SlipData, standing: &Standing) -> Result<Slip, Fault> {
    let wrong = |column| Fault::inconsistent("slip", column, slip.id);
    let instant = |ms: i64, column| Timestamp::from_millisecond(ms).map_err(|_| wrong(column));
    Ok(Slip {
        state: SlipState::parse(&slip.state).ok_or_else(|| wrong("state"))?,
        raised_by: StaffId(slip.raised_by),
        responsible: slip.responsible_id.map(StaffId),
        due_at: instant(slip.due_at, "due_at")?,
        answer: slip.answer.clone(),
        answered: standing.answer.clone(),
        countersigned: standing.countersign.clone(),
        reopened: u32::try_from(slip.reopened_count).map_err(|_| wrong("reopened_count"))?,
        closed_at: slip
            .closed_at
            .map(|ms| instant(ms, "closed_at"))
            .transpose()?,
    })
}

/// The scores of a slip as they go over the wire.
pub(crate) fn scores(slip: &SlipData) -> Scores {
    Scores {
        result: slip.result_score,
        tangibles: slip.tangibles_score,
        responsiveness: slip.responsiveness_score,
        empathy: slip.empathy_score,
        contrast: slip.contrast_score,
    }
}

/// Scores for the rules; what is no score is left out.
pub fn given(scores: &Scores) -> Given {
    let score = |s: Option<i64>| s.and_then(|s| u8::try_from(s).ok());
    Given {
        result: score(scores.result),
        tangibles: score(scores.tangibles),
        responsiveness: score(scores.responsiveness),
        empathy: score(scores.empathy),
        contrast: score(scores.contrast),
    }
}

/// What lies before the person who signs, as canonical text with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) text: String,
    pub(crate) hash: String,
}

/// The content of a slip for a signature; `answer` may differ from the stored one while it is being given.
pub(crate) fn seal(
    slip: &SlipData,
    events: &[EventData],
    answer: Option<&str>,
    answer_hash: Option<&str>,
    countersign_hash: Option<&str>,
) -> Result<Sealed, Fault> {
    let asset = super::view::asset_line(slip);
    let content = Content {
        number: &slip.number,
        round: u32::try_from(slip.reopened_count)
            .map_err(|_| Fault::inconsistent("slip", "reopened_count", slip.id))?,
        customer: &slip.customer_name,
        asset: asset.as_deref(),
        raised_at: slip.raised_at,
        raised_by: &slip.raised_by_name,
        problem: &slip.problem,
        verbatim: verbatim(events),
        scores: given(&scores(slip)),
        responsible: slip.responsible_name.as_deref(),
        answer,
        answer_hash,
        countersign_hash,
    };
    let value = serde_json::to_value(&content)?;
    Ok(Sealed {
        text: canonical(&value),
        hash: content_hash(&value),
    })
}

/// The customer's own words, which stand beside the raising.
fn verbatim(events: &[EventData]) -> Option<&str> {
    events
        .first()
        .filter(|e| e.action == SlipEvent::Raised.as_str())
        .and_then(|e| e.text.as_deref())
}

/// Whether every signature fits what was signed, and the slip still says the same.
pub(crate) fn is_sound(
    slip: &SlipData,
    events: &[EventData],
    standing: &Standing,
) -> Result<bool, Fault> {
    for event in events {
        let (Some(content), Some(hash)) = (&event.content, &event.content_hash) else {
            continue;
        };
        let kept: Option<Value> = serde_json::from_str(content).ok();
        if kept.is_none_or(|kept| content_hash(&kept) != *hash) {
            return Ok(false);
        }
    }
    let answer_hash = standing.answer.as_ref().map(|s| s.hash.as_str());
    let countersign_hash = standing.countersign.as_ref().map(|s| s.hash.as_str());
    for (role, signature) in standing.all() {
        let (earlier, second) = match role {
            SignatureRole::Answer => (None, None),
            SignatureRole::Countersign => (answer_hash, None),
            SignatureRole::Confirm => (answer_hash, countersign_hash),
        };
        let now = seal(slip, events, slip.answer.as_deref(), earlier, second)?;
        let kept = events
            .iter()
            .rev()
            .find(|e| e.content_hash.as_deref() == Some(signature.hash.as_str()));
        let same = kept
            .and_then(|e| e.content.as_deref())
            .is_some_and(|kept| facts(kept) == facts(&now.text));
        if !same {
            return Ok(false);
        }
    }
    // A signature cannot vanish either: the state says which ones there have to be.
    let (answered, countersigned) = match SlipState::parse(&slip.state) {
        Some(SlipState::Raised) => (false, false),
        Some(SlipState::Answered) => (true, false),
        Some(SlipState::Countersigned | SlipState::Closed) => (true, true),
        None => return Err(Fault::inconsistent("slip", "state", slip.id)),
    };
    Ok((!answered || standing.answer.is_some())
        && (!countersigned || standing.countersign.is_some()))
}

/// What may not change after a signature: everything but names.
fn facts(text: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let map = value.as_object_mut()?;
    for name in ["customer", "asset", "raised_by", "responsible"] {
        map.remove(name);
    }
    Some(value)
}
