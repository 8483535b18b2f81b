//! Days as the shop counts them (营业日), in the branch's time zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The zone of an installation that has not chosen one (默认时区).
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// A time zone by its IANA name, from the table compiled into the program; `None` for an unknown name.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The day (营业日) an instant belongs to in a zone. Facts that daily figures count store it once.
pub fn business_day(now: Timestamp, zone: &TimeZone) -> Date {
    now.to_zoned(zone.clone()).date()
}

/// Instant of epoch milliseconds, the form of columns and JSON (`…_at`); `None` outside the calendar.
pub fn from_millis(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_business_day_turns_at_midnight_of_the_branch_and_not_of_greenwich() {
        let zone = zone(DEFAULT_ZONE).unwrap();
        for (instant, day) in [
            ("2026-01-01T15:59:59Z", date(2026, 1, 1)),
            ("2026-01-01T16:00:00Z", date(2026, 1, 2)),
            ("2026-01-01T00:00:00Z", date(2026, 1, 1)),
        ] {
            assert_eq!(
                business_day(instant.parse().unwrap(), &zone),
                day,
                "{instant}"
            );
        }
    }

    #[test]
    fn a_zone_with_summer_time_is_followed() {
        let zone = zone("Europe/London").unwrap();
        assert_eq!(
            business_day("2026-07-01T23:30:00Z".parse().unwrap(), &zone),
            date(2026, 7, 2)
        );
        assert!(super::zone("Mars/Olympus").is_none());
    }
}
