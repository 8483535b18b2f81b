//! What the house has set for follow-up (回访设置): gap between contacts, windows, retry ladder.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use liuke_domain::followup::{
    ContactError, Ladder, Window, may_contact, next_allowed, windows_for,
};
use liuke_domain::worktime;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;

use super::views::ContactWindow;

/// The settings of the house as the rules take them.
#[derive(Debug, Clone)]
pub(crate) struct House {
    /// Days between two contacts of one person, over all kinds.
    pub(crate) min_gap_days: u32,
    /// When customers may be called who have no window of their own.
    pub(crate) windows: Vec<Window>,
    /// What comes after an unanswered attempt.
    pub(crate) ladder: Ladder,
    /// Zone of the house, for what belongs to no branch.
    pub(crate) zone: TimeZone,
}

impl House {
    pub(crate) async fn load(db: &impl Sql) -> Result<Self, Fault> {
        let settings = crate::team::settings(db).await?;
        let windows = settings
            .contact_windows
            .iter()
            .map(|w| {
                Window::parse(&w.from, &w.to)
                    .ok_or_else(|| Fault::inconsistent("setting", "contact_windows", &w.from))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            min_gap_days: u32::try_from(settings.min_gap_days).map_err(|_| {
                Fault::inconsistent("setting", "min_gap_days", settings.min_gap_days)
            })?,
            windows,
            ladder: Ladder::default(),
            zone: worktime::zone(&settings.zone)
                .ok_or_else(|| Fault::inconsistent("setting", "zone", &settings.zone))?,
        })
    }

    /// The gap after the last contact; wider when it was a refusal.
    pub(crate) fn gap_days(&self, wanted: Option<u32>, refused: bool) -> u32 {
        let days = wanted.unwrap_or(self.min_gap_days);
        if refused {
            days.saturating_mul(self.ladder.refused_gap_factor)
        } else {
            days
        }
    }

    /// From when on somebody contacted now may be contacted again; nothing without a gap.
    pub(crate) fn quiet_until(
        &self,
        now: Timestamp,
        refused: bool,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        match may_contact(Some(now), now, self.gap_days(None, refused), zone) {
            Err(ContactError::TooSoon { until }) => Some(until),
            _ => None,
        }
    }

    /// The windows that hold for a customer with this window of the own.
    pub(crate) fn windows_for<'a>(&'a self, own: Option<&'a Window>) -> &'a [Window] {
        windows_for(own, &self.windows)
    }

    /// The first instant from then on at which a customer with this window of the own may be called.
    pub(crate) fn allowed(
        &self,
        own: Option<&Window>,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Timestamp {
        next_allowed(at, zone, self.windows_for(own))
    }
}

/// Windows as they go over the wire.
pub(crate) fn shown(windows: &[Window]) -> Vec<ContactWindow> {
    windows
        .iter()
        .filter_map(|w| {
            serde_json::to_value(w)
                .ok()
                .and_then(|v| serde_json::from_value(v).ok())
        })
        .collect()
}
