//! What the engines would do for a statement (执行计划): no list may read a large table from end to end.

use std::collections::BTreeMap;

use liuke_platform::db::{Db, Engine, FromQueryResult, Sql as _, SqlText, Value};
use sea_orm::{DbErr, QueryResult};

/// Tables that grow with the trade.
pub const LARGE: &[&str] = &[
    "customer",
    "customer_phone",
    "customer_email",
    "customer_tag",
    "customer_consent",
    "customer_key",
    "customer_note",
    "customer_reveal",
    "asset",
    "sales_order",
    "service_record",
    "import_row",
    "tier_result",
    "followup_task",
    "followup_task_served",
    "followup_sheet",
    "followup_attempt",
    "slip",
    "slip_event",
    "audit",
    "event",
    "job",
];

struct PlanRow(String);

impl FromQueryResult for PlanRow {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        // SQLite answers id, parent, notused, detail; PostgreSQL one column of text.
        row.try_get_by_index::<String>(3)
            .or_else(|_| row.try_get_by_index::<String>(0))
            .map(Self)
    }
}

/// The plan of a statement, one step per line; PostgreSQL is told to avoid sequential scans where it can.
pub async fn plan(db: &Db, sql: &str, args: Vec<Value>) -> Vec<String> {
    let rows: Vec<PlanRow> = match db.engine() {
        Engine::Sqlite => db
            .all(&format!("EXPLAIN QUERY PLAN {sql}"), args)
            .await
            .unwrap(),
        Engine::Postgres => {
            let tx = db.snapshot().await.unwrap();
            tx.run("SET LOCAL enable_seqscan = off", vec![])
                .await
                .unwrap();
            let rows = tx.all(&format!("EXPLAIN {sql}"), args).await.unwrap();
            tx.rollback().await;
            rows
        }
    };
    rows.into_iter().map(|row| row.0).collect()
}

/// Asserts that the statement reads no large table from end to end.
pub async fn assert_no_scan(db: &Db, sql: &str, args: Vec<Value>) {
    let steps = plan(db, sql, args).await;
    let aliases = aliases(sql);
    for step in &steps {
        let Some(name) = scanned(db.engine(), step) else {
            continue;
        };
        let table = aliases.get(name).map_or(name, String::as_str);
        assert!(
            !LARGE.contains(&table),
            "{} reads {table} from end to end:\n{sql}\n\n{}",
            db.engine().name(),
            steps.join("\n")
        );
    }
}

/// The same for a statement put together from pieces.
pub async fn assert_no_scan_of(db: &Db, sql: SqlText) {
    let (text, values) = sql.into_parts();
    assert_no_scan(db, &text, values).await;
}

/// The table (or its alias) that a step reads from end to end.
fn scanned(engine: Engine, step: &str) -> Option<&str> {
    match engine {
        Engine::Sqlite => {
            let rest = step.trim().strip_prefix("SCAN ")?;
            // In the order of an index a LIMIT ends it early.
            if rest.contains(" USING ") {
                None
            } else {
                rest.split_whitespace().next()
            }
        }
        Engine::Postgres => step.split("Seq Scan on ").nth(1)?.split_whitespace().next(),
    }
}

/// Alias → table of every `FROM table alias` and `JOIN table AS alias`.
fn aliases(sql: &str) -> BTreeMap<String, String> {
    let words: Vec<&str> = sql
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';'))
        .filter(|w| !w.is_empty())
        .collect();
    let mut found = BTreeMap::new();
    for (place, word) in words.iter().enumerate() {
        if !matches!(
            word.to_uppercase().as_str(),
            "FROM" | "JOIN" | "UPDATE" | "INTO"
        ) {
            continue;
        }
        let Some(table) = words.get(place + 1) else {
            continue;
        };
        let alias = match words.get(place + 2) {
            Some(word) if word.eq_ignore_ascii_case("as") => words.get(place + 3),
            other => other,
        };
        if let Some(alias) = alias {
            found.insert((*alias).to_owned(), (*table).to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::on_both;
    use crate::testing::TestApp;

    use super::*;

    on_both!(a_scan_of_a_large_table_is_seen_through_its_alias);
    async fn a_scan_of_a_large_table_is_seen_through_its_alias(t: TestApp) {
        assert_no_scan(
            t.db(),
            "SELECT c.id FROM customer c WHERE c.number = $1",
            vec!["x".into()],
        )
        .await;
        assert_no_scan(
            t.db(),
            "SELECT s.id FROM staff s WHERE s.name <> $1",
            vec!["x".into()],
        )
        .await;
        let db = t.db().clone();
        let seen = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(assert_no_scan(
            &db,
            "SELECT c.id FROM customer AS c WHERE c.notes = $1",
            vec!["x".into()],
        )));
        assert!(seen.await.is_err());
    }
}
