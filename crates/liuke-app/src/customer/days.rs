//! Days and instants as the branch counts them (营业日), and the limits of what can be entered.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use liuke_domain::period::parse_day;
use liuke_domain::worktime::{business_day, from_millis, zone};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql};
use liuke_platform::fault::Fault;
use liuke_platform::problem::FieldProblem;
use uuid::Uuid;

/// The time zone of a branch as it was entered. One that does not exist is refused with the other fields, not here: until then the
/// installation's zone serves. Elsewhere a branch is known to exist, see `team::branch_zone`.
pub(super) async fn zone_entered<S: Sql>(db: &S, branch_id: Uuid) -> Result<TimeZone, Fault> {
    let name: Option<String> = db
        .scalar("SELECT zone FROM branch WHERE id = $1", args![branch_id])
        .await?;
    named(
        name.as_deref()
            .unwrap_or(liuke_domain::worktime::DEFAULT_ZONE),
        branch_id,
    )
}

/// The day it is at a branch.
pub(super) async fn of_branch<S: Sql>(
    db: &S,
    branch_id: Uuid,
    now: Timestamp,
) -> Result<Date, Fault> {
    Ok(business_day(now, &zone_entered(db, branch_id).await?))
}

/// The day it is for the house as a whole, in the zone of its settings.
pub(super) async fn of_company<S: Sql>(db: &S, now: Timestamp) -> Result<Date, Fault> {
    let zone = named(&crate::team::settings(db).await?.zone, Uuid::nil())?;
    Ok(business_day(now, &zone))
}

/// Time zones of all branches, for bulk writes.
pub(super) async fn zones<S: Sql>(db: &S) -> Result<BTreeMap<Uuid, TimeZone>, Fault> {
    #[derive(FromQueryResult)]
    struct ZoneRow {
        id: Uuid,
        zone: String,
    }
    db.all::<ZoneRow>("SELECT id, zone FROM branch", args![])
        .await?
        .into_iter()
        .map(|row| Ok((row.id, named(&row.zone, row.id)?)))
        .collect()
}

fn named(name: &str, branch_id: Uuid) -> Result<TimeZone, Fault> {
    zone(name).ok_or_else(|| Fault::inconsistent("branch", "zone", branch_id))
}

/// The day of an instant in a zone, `YYYY-MM-DD`.
pub(super) fn day_of(at_ms: i64, zone: &TimeZone) -> Option<String> {
    from_millis(at_ms).map(|at| business_day(at, zone).to_string())
}

/// First year anything here can have happened.
const FIRST_YEAR: i16 = 1900;
/// How far ahead a warranty or the next service can lie, in years.
const YEARS_AHEAD: i16 = 30;

/// Checks a day that was entered; `future` tells whether it may lie ahead. Adds to `problems`, gives the stored form.
pub(super) fn day(
    problems: &mut Vec<FieldProblem>,
    path: &str,
    text: Option<&str>,
    today: Date,
    future: bool,
) -> Option<String> {
    let text = text.map(str::trim).filter(|t| !t.is_empty())?;
    let Some(day) = parse_day(text) else {
        problems.push(FieldProblem::new(path, "field.bad_day"));
        return None;
    };
    let last = if future {
        today.checked_add(YEARS_AHEAD.years()).unwrap_or(Date::MAX)
    } else {
        today
    };
    if day > last {
        let code = if future {
            "field.too_late"
        } else {
            "field.in_future"
        };
        problems.push(FieldProblem::new(path, code).param("max", last.to_string()));
        return None;
    }
    if day.year() < FIRST_YEAR {
        problems.push(FieldProblem::new(path, "field.too_early").param("min", FIRST_YEAR));
        return None;
    }
    Some(day.to_string())
}

/// Checks an instant that was entered: not before 1900 and not later than a day from now, since clocks differ.
pub(super) fn instant(
    problems: &mut Vec<FieldProblem>,
    path: &str,
    at_ms: i64,
    now: Timestamp,
) -> i64 {
    let earliest = -2_208_988_800_000;
    let latest = now.as_millisecond() + 86_400_000;
    if at_ms > latest {
        problems.push(FieldProblem::new(path, "field.in_future"));
    } else if at_ms < earliest {
        problems.push(FieldProblem::new(path, "field.too_early").param("min", FIRST_YEAR));
    }
    at_ms
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_out_of_the_world_are_refused() {
        let today = date(2026, 11, 21);
        for (text, future, want) in [
            ("2026-11-21", false, None),
            ("2026-11-22", false, Some("field.in_future")),
            ("3000-01-01", true, Some("field.too_late")),
            ("2030-01-01", true, None),
            ("1899-12-31", true, Some("field.too_early")),
            ("2026-02-30", true, Some("field.bad_day")),
            ("21.11.2026", true, Some("field.bad_day")),
        ] {
            let mut problems = Vec::new();
            let kept = day(&mut problems, "x", Some(text), today, future);
            assert_eq!(problems.first().map(|p| p.code.as_ref()), want, "{text}");
            assert_eq!(kept.is_some(), want.is_none(), "{text}");
        }
    }
}
