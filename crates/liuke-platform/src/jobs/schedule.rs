//! Work that comes round (定时计划): rows with a cron text, fired once among any number of processes.

use std::str::FromStr as _;

use crate::db::FromQueryResult;
use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::args;
use crate::ctx::{Actor, Base};
use crate::db::{Sql as _, Tx};
use crate::fault::Fault;

use super::queue::enqueue;

/// A job that comes round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Stable name.
    pub name: &'static str,
    /// The job kind it makes, with an empty payload.
    pub kind: &'static str,
    /// When: minute hour day month weekday, such as `30 2 * * *`.
    pub cron: String,
    /// Time zone the cron text is meant in, such as `Asia/Shanghai`.
    pub zone: String,
}

impl Schedule {
    /// A schedule in the time zone of China, until [`Schedule::in_zone`] says otherwise.
    pub fn new(name: &'static str, kind: &'static str, cron: &str) -> Self {
        Self {
            name,
            kind,
            cron: cron.to_owned(),
            zone: "Asia/Shanghai".to_owned(),
        }
    }

    /// The same in another time zone.
    #[must_use]
    pub fn in_zone(mut self, zone: &str) -> Self {
        zone.clone_into(&mut self.zone);
        self
    }

    /// The first time after this one.
    pub fn next_after(&self, after: Timestamp) -> Result<Timestamp, Fault> {
        next_after(&self.cron, &self.zone, after)
    }
}

fn next_after(cron: &str, zone: &str, after: Timestamp) -> Result<Timestamp, Fault> {
    let wrong = |e: String| Fault::other(format!("schedule {cron:?} in {zone}: {e}"));
    let zone = TimeZone::get(zone).map_err(|e| wrong(e.to_string()))?;
    let parsed = Cron::from_str(cron).map_err(|e| wrong(e.to_string()))?;
    let next = parsed
        .find_next_occurrence(&after.to_zoned(zone), false)
        .map_err(|e| wrong(e.to_string()))?;
    Ok(next.timestamp())
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    kind: String,
    cron: String,
    zone: String,
    next_due_at: i64,
}

const COLUMNS: &str = "SELECT name, kind, cron, zone, next_due_at FROM schedule";

/// Writes the program's schedules into the table: new ones, changed ones; removes those that are no more.
pub(super) async fn settle(base: &Base, schedules: &[Schedule]) -> Result<(), Fault> {
    let rows: Vec<Row> = base.db.all(COLUMNS, args![]).await?;
    let same = rows.len() == schedules.len()
        && schedules.iter().all(|s| {
            rows.iter().any(|r| {
                r.name == s.name && r.kind == s.kind && r.cron == s.cron && r.zone == s.zone
            })
        });
    if same {
        return Ok(());
    }
    let now = base.now();
    let tx = base.db.begin().await?;
    for schedule in schedules {
        tx.run(
            "INSERT INTO schedule (name, kind, cron, zone, next_due_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, cron = excluded.cron, zone = excluded.zone,
             next_due_at = excluded.next_due_at
             WHERE schedule.cron <> excluded.cron OR schedule.zone <> excluded.zone OR schedule.kind <> excluded.kind",
            args![
                schedule.name,
                schedule.kind,
                schedule.cron.as_str(),
                schedule.zone.as_str(),
                schedule.next_after(now)?.as_millisecond()
            ],
        )
        .await?;
    }
    for row in rows
        .iter()
        .filter(|r| schedules.iter().all(|s| s.name != r.name))
    {
        tx.run(
            "DELETE FROM schedule WHERE name = $1",
            args![row.name.as_str()],
        )
        .await?;
    }
    tx.commit().await
}

/// Lets all schedules go by another time zone from now on; when it is the firm's that changes.
pub async fn move_to_zone(tx: &Tx, now: Timestamp, zone: &str) -> Result<(), Fault> {
    let rows: Vec<Row> = tx.all(COLUMNS, args![]).await?;
    for row in rows.iter().filter(|row| row.zone != zone) {
        let next = next_after(&row.cron, zone, now)?.as_millisecond();
        tx.run(
            "UPDATE schedule SET zone = $2, next_due_at = $3 WHERE name = $1",
            args![row.name.as_str(), zone, next],
        )
        .await?;
    }
    Ok(())
}

/// Makes the jobs of all schedules that are due; a time missed while nothing ran is caught up once.
pub(super) async fn fire_due(base: &Base) -> Result<usize, Fault> {
    let now = base.now();
    let due: Vec<Row> = base
        .db
        .all(
            &format!("{COLUMNS} WHERE next_due_at <= $1"),
            args![now.as_millisecond()],
        )
        .await?;
    let mut fired = 0;
    for row in due {
        let next = next_after(&row.cron, &row.zone, now)?;
        let tx = base.db.begin().await?;
        if take(&tx, &row, now, next).await? {
            let ctx = base.ctx(Actor::system());
            enqueue(
                &tx,
                &ctx,
                &row.kind,
                &serde_json::json!({}),
                ctx.now_ms(),
                Some(&format!("schedule:{}", row.name)),
            )
            .await?;
            tx.commit().await?;
            fired += 1;
        } else {
            tx.rollback().await;
        }
    }
    Ok(fired)
}

/// Moves the row on; false when another process has just done so.
async fn take(tx: &Tx, row: &Row, now: Timestamp, next: Timestamp) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE schedule SET last_run_at = $3, next_due_at = $4 WHERE name = $1 AND next_due_at = $2",
            args![row.name.as_str(), row.next_due_at, now.as_millisecond(), next.as_millisecond()],
        )
        .await?;
    Ok(touched == 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn june_and_december_are_found_in_the_zone_of_the_shop() {
        let half_yearly = Schedule::new("x", "y", "0 3 1 6,12 *");
        let after: Timestamp = "2026-11-21T22:00:00Z".parse().unwrap();
        assert_eq!(
            half_yearly.next_after(after).unwrap(),
            "2026-11-30T19:00:00Z".parse().unwrap()
        );
    }

    #[test]
    fn a_senseless_text_is_a_fault() {
        assert!(
            Schedule::new("x", "y", "every day")
                .next_after(Timestamp::UNIX_EPOCH)
                .is_err()
        );
        assert!(
            Schedule::new("x", "y", "0 3 * * *")
                .in_zone("Mars/One")
                .next_after(Timestamp::UNIX_EPOCH)
                .is_err()
        );
    }
}
