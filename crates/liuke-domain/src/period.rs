//! Days, months and ranges of days (期间). Days are civil dates, `YYYY-MM-DD`; months are `YYYY-MM`.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Reads a day in the one form of columns and JSON, `YYYY-MM-DD`. Imports read more forms, see `importing`.
pub fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 10 {
        return None;
    }
    text.parse().ok()
}

/// Reads a time of day in the one form of columns and JSON, `HH:MM`.
pub fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// A range of days, both ends included (起止日期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayRange {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl DayRange {
    /// `None` when the end lies before the start.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// The `days` days that end with `today` (最近 N 天); at least one day.
    pub fn last_days(today: Date, days: u32) -> Self {
        let back = i64::from(days.max(1)) - 1;
        let from = today.checked_sub(back.days()).unwrap_or(Date::MIN);
        Self { from, to: today }
    }

    /// The twelve months that end with `today` (近一年): from the day after the same day last year.
    pub fn last_year(today: Date) -> Self {
        let from = today
            .checked_sub(1.year())
            .and_then(Date::tomorrow)
            .unwrap_or(Date::MIN);
        Self { from, to: today }
    }

    /// Whether the day lies inside.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Number of days.
    pub fn days(self) -> i64 {
        self.from
            .until(self.to)
            .map_or(0, |span| i64::from(span.get_days()))
            + 1
    }

    /// The same number of days immediately before (上期).
    #[must_use]
    pub fn before(self) -> Self {
        let to = self.from.yesterday().unwrap_or(Date::MIN);
        let from = self
            .from
            .checked_sub(self.days().days())
            .unwrap_or(Date::MIN);
        Self { from, to }
    }

    /// The instants it covers in a zone: from the first, up to but without the second.
    pub fn instants(self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let from = self.from.to_zoned(zone.clone()).ok()?.timestamp();
        let until = self
            .to
            .tomorrow()
            .ok()?
            .to_zoned(zone.clone())
            .ok()?
            .timestamp();
        Some((from, until))
    }
}

/// A calendar month (月), `YYYY-MM` as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The first day stands for the month, so that a month is always a real one.
    first: Date,
}

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
        }
    }

    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 7 || text.as_bytes().get(4) != Some(&b'-') {
            return None;
        }
        parse_day(&format!("{text}-01")).map(|first| Self { first })
    }

    /// First day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// All days of the month.
    pub fn range(self) -> DayRange {
        DayRange {
            from: self.first(),
            to: self.last(),
        }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.last().tomorrow().map_or(self, Self::of)
    }

    /// The month before.
    #[must_use]
    pub fn prev(self) -> Self {
        self.first.yesterday().map_or(self, Self::of)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected YYYY-MM"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;
    use jiff::tz;

    use super::*;

    #[test]
    fn a_month_is_written_and_read_as_year_and_month() {
        let month = Month::parse("2026-02").unwrap();
        assert_eq!(month.to_string(), "2026-02");
        assert_eq!(month.last(), date(2026, 2, 28));
        assert_eq!(
            Month::parse("2024-12").unwrap().next().to_string(),
            "2025-01"
        );
        assert_eq!(
            Month::parse("2025-01").unwrap().prev().to_string(),
            "2024-12"
        );
        for bad in ["2026-13", "2026-2", "2026/02", "202602", "", "2026-02-01"] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_range_includes_both_ends() {
        let range = DayRange::new(date(2026, 1, 1), date(2026, 1, 31)).unwrap();
        assert_eq!(range.days(), 31);
        assert!(range.contains(date(2026, 1, 1)) && range.contains(date(2026, 1, 31)));
        assert!(!range.contains(date(2026, 2, 1)));
        assert_eq!(
            range.before(),
            DayRange {
                from: date(2025, 12, 1),
                to: date(2025, 12, 31)
            }
        );
        assert_eq!(DayRange::new(date(2026, 1, 2), date(2026, 1, 1)), None);
    }

    #[test]
    fn the_last_seven_days_end_today() {
        assert_eq!(
            DayRange::last_days(date(2026, 3, 3), 7).from,
            date(2026, 2, 25)
        );
        assert_eq!(DayRange::last_days(date(2026, 3, 3), 0).days(), 1);
        assert_eq!(DayRange::last_year(date(2026, 3, 3)).from, date(2025, 3, 4));
        assert_eq!(
            DayRange::last_year(date(2024, 2, 29)).from,
            date(2023, 3, 1)
        );
    }

    #[test]
    fn the_instants_of_a_day_are_those_of_the_zone() {
        let zone = TimeZone::fixed(tz::offset(8));
        let day = DayRange {
            from: date(2026, 1, 1),
            to: date(2026, 1, 1),
        };
        let (from, until) = day.instants(&zone).unwrap();
        assert_eq!(from.to_string(), "2025-12-31T16:00:00Z");
        assert_eq!(until.to_string(), "2026-01-01T16:00:00Z");
    }

    #[test]
    fn a_day_has_one_written_form() {
        assert_eq!(parse_day("2026-01-31"), Some(date(2026, 1, 31)));
        for bad in [
            "2026-1-31",
            "20260131",
            "2026-02-30",
            "2026-01-31T00:00",
            "",
        ] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
    }
}
