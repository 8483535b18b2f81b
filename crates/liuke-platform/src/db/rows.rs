//! Many rows per statement (批量写入).

use super::{Sql as _, Tx, Value};
use crate::fault::Fault;

/// Rows per statement, largest first; few sizes, so that the statements stay prepared. 250 rows of 40 columns stay
/// below both engines' limits (32,766 and 65,535 arguments).
const SIZES: [usize; 5] = [250, 60, 15, 4, 1];

/// Inserts rows of `columns` (comma separated) into a table, many per statement. `suffix` is an `ON CONFLICT …` or empty.
pub async fn insert_rows(
    tx: &Tx,
    table: &str,
    columns: &str,
    rows: Vec<Vec<Value>>,
    suffix: &str,
) -> Result<(), Fault> {
    let width = columns.split(',').count();
    let mut left = rows.into_iter();
    for size in SIZES {
        if left.len() < size {
            continue;
        }
        let text = statement(table, columns, width, size, suffix);
        while left.len() >= size {
            let values: Vec<Value> = left.by_ref().take(size).flatten().collect();
            tx.run(&text, values).await?;
        }
    }
    Ok(())
}

fn statement(table: &str, columns: &str, width: usize, rows: usize, suffix: &str) -> String {
    let mut text = format!("INSERT INTO {table} ({columns}) VALUES ");
    let mut number = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            number += 1;
            if column > 0 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&number.to_string());
        }
        text.push(')');
    }
    if !suffix.is_empty() {
        text.push(' ');
        text.push_str(suffix);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_counts_its_arguments_through() {
        assert_eq!(
            statement("t", "a, b", 2, 2, "ON CONFLICT DO NOTHING"),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
    }
}
