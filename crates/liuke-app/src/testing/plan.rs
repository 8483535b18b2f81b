//! What the engines would do for a statement (执行计划): no list may read a large table from end to end.

use std::collections::BTreeMap;

use liuke_platform::db::{Db, Engine, FromQueryResult, QueryResult, Sql as _, SqlText, Value};
use liuke_platform::fault::Fault;

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
    fn from_query_result(row: &QueryResult<'_>) -> Result<Self, Fault> {
        // SQLite answers id, parent, notused, detail; PostgreSQL one column of text.
        let text = row.at(3).or_else(|_| row.at(0))?;
        Ok(Self(text.unwrap_or_default()))
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

/// Asserts that the statement reads no large table whole: neither from end to end, nor along an index, unless it
/// walks in the order it answers in and its limit ends it. Stricter than [`assert_no_scan`]; wants enough rows and
/// statistics (`ANALYZE`).
pub async fn assert_bounded(db: &Db, sql: &str, args: Vec<Value>) {
    let (text, whole) = match db.engine() {
        Engine::Sqlite => {
            let steps = lite_steps(db, sql, args).await;
            let whole = lite_whole(&steps, &aliases(sql), sql.contains(" LIMIT "));
            (told(&steps), whole)
        }
        Engine::Postgres => {
            // Where there are few rows, joins that read both sides look cheaper than they are.
            let off = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"];
            let tree = postgres_tree(db, sql, args, &off).await;
            let mut whole = Vec::new();
            postgres_whole(&tree, false, &mut whole);
            (serde_json::to_string_pretty(&tree).unwrap(), whole)
        }
    };
    assert!(
        whole.is_empty(),
        "{} reads the whole of {whole:?}:\n{sql}\n\n{text}",
        db.engine().name()
    );
}

/// Asserts that the statement finds its rows in the order it answers in, without sorting any. PostgreSQL may rather
/// sort where there is little to sort: it is asked whether it could do without.
pub async fn assert_in_order(db: &Db, sql: &str, args: Vec<Value>) {
    let (text, sorts) = match db.engine() {
        Engine::Sqlite => {
            let steps = lite_steps(db, sql, args).await;
            let sorts = steps
                .iter()
                .any(|step| step.detail.contains("TEMP B-TREE FOR ORDER BY"));
            (told(&steps), sorts)
        }
        Engine::Postgres => {
            let off = [
                "enable_seqscan",
                "enable_sort",
                "enable_hashjoin",
                "enable_mergejoin",
                "enable_bitmapscan",
            ];
            let tree = postgres_tree(db, sql, args, &off).await;
            let text = serde_json::to_string_pretty(&tree).unwrap();
            let sorts = text.contains("\"Node Type\": \"Sort\"");
            (text, sorts)
        }
    };
    assert!(
        !sorts,
        "{} sorts what an index could give in order:\n{sql}\n\n{text}",
        db.engine().name()
    );
}

/// A step of SQLite's plan; steps of one (sub)query have one parent.
struct LiteStep {
    parent: i64,
    detail: String,
}

impl FromQueryResult for LiteStep {
    fn from_query_result(row: &QueryResult<'_>) -> Result<Self, Fault> {
        Ok(Self {
            parent: row.at(1)?.unwrap_or_default(),
            detail: row.at(3)?.unwrap_or_default(),
        })
    }
}

async fn lite_steps(db: &Db, sql: &str, args: Vec<Value>) -> Vec<LiteStep> {
    db.all(&format!("EXPLAIN QUERY PLAN {sql}"), args)
        .await
        .unwrap()
}

fn told(steps: &[LiteStep]) -> String {
    steps
        .iter()
        .map(|step| format!("{:>4} {}", step.parent, step.detail))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Large tables that are read whole: scanned in an inner loop, scanned and then sorted or grouped, scanned without a limit,
/// or indexed for this one statement.
fn lite_whole(
    steps: &[LiteStep],
    aliases: &BTreeMap<String, String>,
    has_limit: bool,
) -> Vec<String> {
    let mut whole = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let mut words = step.detail.split_whitespace();
        let (Some(way @ ("SCAN" | "SEARCH")), Some(name)) = (words.next(), words.next()) else {
            continue;
        };
        let made_up = step.detail.contains(" AUTOMATIC ");
        if way == "SEARCH" && !made_up {
            continue;
        }
        let table = aliases.get(name).map_or(name, String::as_str);
        let beside = |other: &&LiteStep| other.parent == step.parent;
        let inner =
            steps.iter().take(place).filter(beside).any(|other| {
                other.detail.starts_with("SCAN ") || other.detail.starts_with("SEARCH ")
            });
        let gathered = steps
            .iter()
            .filter(beside)
            .any(|other| other.detail.contains("TEMP B-TREE"));
        if LARGE.contains(&table) && (made_up || inner || gathered || !has_limit) {
            whole.push(table.to_owned());
        }
    }
    whole
}

/// PostgreSQL's plan as a tree, with some ways forbidden which it prefers where there are few rows.
async fn postgres_tree(db: &Db, sql: &str, args: Vec<Value>, off: &[&str]) -> serde_json::Value {
    let tx = db.snapshot().await.unwrap();
    for way in off {
        tx.run(&format!("SET LOCAL {way} = off"), vec![])
            .await
            .unwrap();
    }
    let tree: Option<serde_json::Value> = tx
        .scalar(&format!("EXPLAIN (FORMAT JSON) {sql}"), args)
        .await
        .unwrap();
    tx.rollback().await;
    tree.unwrap()[0]["Plan"].clone()
}

/// Large tables that are read whole. `ends_early`: a limit above ends the reading, with nothing between that gathers all.
fn postgres_whole(node: &serde_json::Value, ends_early: bool, whole: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let by_key = ["Index Cond", "Recheck Cond", "TID Cond"]
        .iter()
        .any(|key| node.get(key).is_some());
    if LARGE.contains(&table) && kind.ends_with("Scan") && !by_key && !ends_early {
        whole.push(table.to_owned());
    }
    let ends_early = match kind {
        "Limit" => true,
        "Sort" | "Hash" | "Aggregate" | "Group" | "WindowAgg" | "Materialize" | "SetOp" => false,
        _ => ends_early,
    };
    for child in node["Plans"].as_array().into_iter().flatten() {
        let outer = !matches!(
            child["Parent Relationship"].as_str(),
            Some("Inner" | "InitPlan" | "SubPlan")
        );
        postgres_whole(child, ends_early && outer, whole);
    }
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

    on_both!(a_whole_reading_and_a_sort_are_seen_and_a_page_in_order_is_none);
    async fn a_whole_reading_and_a_sort_are_seen_and_a_page_in_order_is_none(t: TestApp) {
        let page = "SELECT c.id FROM customer c WHERE c.notes <> $1 ORDER BY c.created_at DESC, c.id DESC LIMIT 20";
        assert_bounded(t.db(), page, vec!["x".into()]).await;
        assert_in_order(t.db(), page, vec!["x".into()]).await;
        let db = t.db().clone();
        for whole in [
            "SELECT c.id FROM customer c WHERE c.notes <> $1 ORDER BY c.notes, c.id LIMIT 20",
            "SELECT count(*) FROM customer c WHERE c.sort_key <> $1",
            "SELECT s.id FROM staff s JOIN customer c ON c.notes = s.name WHERE s.name <> $1 ORDER BY s.name LIMIT 20",
        ] {
            let seen = std::panic::AssertUnwindSafe(assert_bounded(&db, whole, vec!["x".into()]));
            assert!(
                futures::FutureExt::catch_unwind(seen).await.is_err(),
                "{whole}"
            );
        }
        let sorted =
            "SELECT c.id FROM customer c WHERE c.notes <> $1 ORDER BY c.notes, c.id LIMIT 20";
        let seen = std::panic::AssertUnwindSafe(assert_in_order(&db, sorted, vec!["x".into()]));
        assert!(futures::FutureExt::catch_unwind(seen).await.is_err());
    }
}
