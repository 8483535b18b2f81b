//! Running numbers people read (流水号), such as `TS-20261121-0007`.

use jiff::civil::Date;

use crate::args;
use crate::db::{Sql as _, Tx};
use crate::fault::Fault;

/// The next number of this prefix on this day. Given back if the transaction is rolled back.
pub async fn next_number(tx: &Tx, prefix: &str, day: Date) -> Result<String, Fault> {
    let last = take(tx, prefix, day, 1).await?;
    Ok(shown(prefix, day, last))
}

/// The next `count` numbers, for bulk work.
pub async fn next_numbers(
    tx: &Tx,
    prefix: &str,
    day: Date,
    count: u32,
) -> Result<Vec<String>, Fault> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let last = take(tx, prefix, day, i64::from(count)).await?;
    Ok((last - i64::from(count) + 1..=last)
        .map(|n| shown(prefix, day, n))
        .collect())
}

/// The next number of a plain series that never starts over, such as `C-000123`.
pub async fn next_plain(
    tx: &Tx,
    prefix: &str,
    count: u32,
) -> Result<std::ops::RangeInclusive<i64>, Fault> {
    let last = advance(tx, prefix, i64::from(count)).await?;
    Ok(last - i64::from(count) + 1..=last)
}

async fn take(tx: &Tx, prefix: &str, day: Date, count: i64) -> Result<i64, Fault> {
    advance(tx, &format!("{prefix}-{}", day.strftime("%Y%m%d")), count).await
}

async fn advance(tx: &Tx, name: &str, count: i64) -> Result<i64, Fault> {
    tx.scalar(
        "INSERT INTO counter (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value",
        args![name, count],
    )
    .await?
    .ok_or_else(|| Fault::other("counter gave no number"))
}

fn shown(prefix: &str, day: Date, number: i64) -> String {
    format!("{prefix}-{}-{number:04}", day.strftime("%Y%m%d"))
}
