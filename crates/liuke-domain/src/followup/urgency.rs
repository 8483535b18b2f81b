//! What is most urgent (紧急程度): overdue first, then by the share of the allowed time that is left.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::Serialize;

use crate::percent;
use crate::pyramid::Tier;

crate::text_enum! {
    /// How urgent a task or slip is.
    Urgency {
        /// Past its deadline (已超时).
        Overdue => "overdue",
        /// At most 10 % of the allowed time left (紧急).
        Urgent => "urgent",
        /// At most 33 % left (临近).
        Soon => "soon",
        /// More (正常).
        Ok => "ok",
    }
}

/// Up to this share of the allowed time left: urgent.
pub const URGENT_BP: i64 = 1_000;
/// Up to this share left: soon.
pub const SOON_BP: i64 = 3_300;

/// An urgency with the figures that led to it, for the explanation on screen (为什么).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The word.
    pub urgency: Urgency,
    /// Milliseconds from creation to deadline.
    pub allowed_ms: i64,
    /// Milliseconds left; negative when overdue.
    pub left_ms: i64,
    /// Share of the allowed time left; `None` when no time was allowed.
    pub left_bp: Option<i64>,
}

/// How urgent, and why. Due exactly now is not yet overdue.
pub fn why(created_at: Timestamp, due_at: Timestamp, now: Timestamp) -> Standing {
    let allowed_ms = due_at.as_millisecond() - created_at.as_millisecond();
    let left_ms = due_at.as_millisecond() - now.as_millisecond();
    let left_bp = percent::ratio(left_ms, allowed_ms);
    let urgency = match left_bp {
        _ if left_ms < 0 => Urgency::Overdue,
        None => Urgency::Urgent,
        Some(_) if left_ms.saturating_mul(10_000) <= allowed_ms.saturating_mul(URGENT_BP) => {
            Urgency::Urgent
        }
        Some(_) if left_ms.saturating_mul(10_000) <= allowed_ms.saturating_mul(SOON_BP) => {
            Urgency::Soon
        }
        Some(_) => Urgency::Ok,
    };
    Standing {
        urgency,
        allowed_ms,
        left_ms,
        left_bp,
    }
}

/// How urgent.
pub fn urgency(created_at: Timestamp, due_at: Timestamp, now: Timestamp) -> Urgency {
    why(created_at, due_at, now).urgency
}

/// The order of the Today page (今日待办): overdue before the rest, then by deadline, then A before B before C before D before none. The
/// store writes the same as `due_at, tier` since what is overdue has the earliest deadlines anyway.
pub fn compare(a: (Timestamp, Option<Tier>), b: (Timestamp, Option<Tier>)) -> Ordering {
    let place = |tier: Option<Tier>| {
        tier.map_or(Tier::ALL.len(), |t| {
            Tier::ALL
                .iter()
                .position(|x| *x == t)
                .unwrap_or(Tier::ALL.len())
        })
    };
    a.0.cmp(&b.0).then_with(|| place(a.1).cmp(&place(b.1)))
}
