//! Many customers per statement (批量读写).

use liuke_platform::args;
use liuke_platform::db::{Sql as _, Tx, Value};
use liuke_platform::fault::Fault;

pub(super) use liuke_platform::db::insert_rows;

/// Most ids in one `IN (…)`.
pub(super) const IDS: usize = 400;

/// Deletes the rows of one customer from a child table.
pub(super) async fn delete_of(tx: &Tx, table: &str, customer_id: uuid::Uuid) -> Result<u64, Fault> {
    tx.run(
        &format!("DELETE FROM {table} WHERE customer_id = $1"),
        args![customer_id],
    )
    .await
}

/// Rows per statement of [`in_batches`], largest first; few sizes, so that the statements stay prepared.
const SIZES: [usize; 4] = [200, 40, 8, 1];

/// Runs a statement over `(VALUES …)` rows, many per statement. `text` gets the rows as `($1, $2), ($3, $4)`.
pub(super) async fn in_batches(
    tx: &Tx,
    rows: Vec<Vec<Value>>,
    text: impl Fn(&str) -> String,
) -> Result<(), Fault> {
    let Some(width) = rows.first().map(Vec::len) else {
        return Ok(());
    };
    let mut left = rows.into_iter();
    for size in SIZES {
        if left.len() < size {
            continue;
        }
        let statement = text(&places(size, width));
        while left.len() >= size {
            let values: Vec<Value> = left.by_ref().take(size).flatten().collect();
            tx.run(&statement, values).await?;
        }
    }
    Ok(())
}

fn places(rows: usize, width: usize) -> String {
    (0..rows)
        .map(|row| {
            let row: Vec<String> = (1..=width)
                .map(|column| format!("${}", row * width + column))
                .collect();
            format!("({})", row.join(", "))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_through() {
        assert_eq!(places(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
