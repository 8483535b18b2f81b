//! When a customer may be contacted (联系时段与间隔).

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::customer::Channel;
use crate::period::parse_time;
use crate::refusal::Refusal;

/// Fewest days between two contacts of one person, over all kinds (最小间隔).
pub const MIN_GAP_DAYS: u32 = 7;

/// A time of day in which customers are called (联系时段): from, up to but without to. `{"from":"09:00","to":"11:30"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First minute.
    pub from: Time,
    /// First minute no more.
    pub to: Time,
}

impl Window {
    /// Reads two times `HH:MM`; `None` when they are no times or the end is not behind the start.
    pub fn parse(from: &str, to: &str) -> Option<Self> {
        let to = if to == "24:00" {
            Time::MAX
        } else {
            parse_time(to)?
        };
        let from = parse_time(from)?;
        (from < to).then_some(Self { from, to })
    }
}

#[derive(Serialize, Deserialize)]
struct WindowText {
    from: String,
    to: String,
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |t: Time| {
            if t == Time::MAX {
                "24:00".to_owned()
            } else {
                format!("{:02}:{:02}", t.hour(), t.minute())
            }
        };
        WindowText {
            from: text(self.from),
            to: text(self.to),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WindowText { from, to } = WindowText::deserialize(deserializer)?;
        Self::parse(&from, &to)
            .ok_or_else(|| serde::de::Error::custom("expected HH:MM before HH:MM"))
    }
}

/// 09:00–11:30 and 14:00–20:00: not at breakfast, lunch, the noon rest or late.
pub fn default_windows() -> Vec<Window> {
    let time = |hour, minute| Time::constant(hour, minute, 0, 0);
    vec![
        Window {
            from: time(9, 0),
            to: time(11, 30),
        },
        Window {
            from: time(14, 0),
            to: time(20, 0),
        },
    ]
}

/// Why a list of windows cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// No window at all: nobody could ever be called.
    #[error("no contact window")]
    None,
    /// They overlap or are not in order.
    #[error("contact windows overlap or are out of order")]
    Overlap,
}

impl Refusal for WindowError {
    fn status(&self) -> u16 {
        422
    }

    fn code(&self) -> &'static str {
        match self {
            Self::None => "setting.no_window",
            Self::Overlap => "setting.windows_overlap",
        }
    }
}

/// Checks windows that an administrator entered.
pub fn check_windows(windows: &[Window]) -> Result<(), WindowError> {
    if windows.is_empty() {
        return Err(WindowError::None);
    }
    let ordered = windows
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.to <= b.from));
    if ordered {
        Ok(())
    } else {
        Err(WindowError::Overlap)
    }
}

/// The windows that hold for one customer (可联系时段): the customer's own, when there is one, takes the place of the house's.
///
/// What the customer asked for goes first, also where it lies outside the house's windows.
pub fn windows_for<'a>(own: Option<&'a Window>, house: &'a [Window]) -> &'a [Window] {
    own.map_or(house, std::slice::from_ref)
}

/// Whether a contact by this channel keeps to the windows: calls and texts disturb, what is read or said at leisure does not.
pub const fn keeps_to_windows(channel: Channel) -> bool {
    matches!(channel, Channel::Phone | Channel::Sms)
}

/// Whether an instant lies inside a window of its day in the zone. Without windows every instant does.
pub fn within_windows(at: Timestamp, zone: &TimeZone, windows: &[Window]) -> bool {
    let time = at.to_zoned(zone.clone()).time();
    windows.is_empty() || windows.iter().any(|w| w.from <= time && time < w.to)
}

/// Minutes around the time a customer named in which the call may be made whatever the windows say.
pub const ASKED_MINUTES: i64 = 30;

/// Whether the customer asked to be called about now (客户约定的时间): what the customer asked for goes before every window.
pub fn asked_for_now(asked_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(asked_at).abs() <= SignedDuration::from_mins(ASKED_MINUTES)
}

/// The first instant from `now` on that lies inside a window; `now` itself when it does.
///
/// Checked again when the call is made, not only when it is planned: a queue may take longer than the window lasts.
pub fn next_allowed(now: Timestamp, zone: &TimeZone, windows: &[Window]) -> Timestamp {
    if within_windows(now, zone, windows) {
        return now;
    }
    let today = now.to_zoned(zone.clone()).date();
    for ahead in 0i64..=2 {
        let Ok(day) = today.checked_add(ahead.days()) else {
            break;
        };
        let starts = windows.iter().filter_map(|w| {
            Some(
                day.to_datetime(w.from)
                    .to_zoned(zone.clone())
                    .ok()?
                    .timestamp(),
            )
        });
        if let Some(first) = starts.filter(|start| *start >= now).min() {
            return first;
        }
    }
    now
}

/// Why a customer is not contacted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The last contact is too recent (间隔未到).
    #[error("the last contact is too recent")]
    TooSoon {
        /// From this instant on.
        until: Timestamp,
    },
    /// Outside the contact windows (非联系时段).
    #[error("outside the contact windows")]
    OutsideWindow {
        /// From this instant on.
        until: Timestamp,
    },
}

impl Refusal for ContactError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooSoon { .. } => "followup.too_soon",
            Self::OutsideWindow { .. } => "followup.outside_window",
        }
    }

    fn params(&self) -> Value {
        match self {
            Self::TooSoon { until } | Self::OutsideWindow { until } => {
                json!({ "until": until.as_millisecond() })
            }
        }
    }
}

/// Whether a customer may be contacted by us again (最小间隔), over all kinds of contact.
///
/// Days are counted by the calendar of the branch: with a gap of 7, who was called on the 1st may be called on the 8th from 00:00. Contacts
/// that the customer asked for (call again, a slip's confirming call) are not held back; the caller does not ask this then.
pub fn may_contact(
    last_contact_at: Option<Timestamp>,
    now: Timestamp,
    min_gap_days: u32,
    zone: &TimeZone,
) -> Result<(), ContactError> {
    let Some(last) = last_contact_at else {
        return Ok(());
    };
    let day = last.to_zoned(zone.clone()).date();
    let Ok(first_day) = day.checked_add(i64::from(min_gap_days).days()) else {
        return Ok(());
    };
    let Ok(until) = first_day.to_zoned(zone.clone()).map(|z| z.timestamp()) else {
        return Ok(());
    };
    if now >= until {
        Ok(())
    } else {
        Err(ContactError::TooSoon { until })
    }
}
