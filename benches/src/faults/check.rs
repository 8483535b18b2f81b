//! The end of a run: what was acknowledged against what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use liuke_app::App;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _};
use serde::Serialize;
use serde_json::{Value, json};

use super::firm::Firm;
use super::ledger::{Book, Ledger};
use super::postgres;
use crate::client::{Ask, Client};
use crate::server::Engine;
use crate::{Outcome, data};

/// What was compared.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Compared {
    customers: usize,
    notes: usize,
    tasks: usize,
    sheets: usize,
    finished: usize,
    imports: usize,
    lines_imported: usize,
    pyramids: usize,
    plan_runs: usize,
    services_closed: usize,
    services_with_a_task: i64,
    audit_entries: i64,
    files: i64,
}

#[derive(FromQueryResult)]
struct Counted {
    mark: String,
    n: i64,
}

/// Opens the firm's database beside its server, which may be in the middle of something.
async fn open(firm: &Firm) -> Outcome<App> {
    let begun = Instant::now();
    loop {
        match data::open(&firm.database).await {
            Err(error) if begun.elapsed() > Duration::from_mins(2) => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            opened => return opened,
        }
    }
}

/// Waits until nothing is left in the queue.
pub(super) async fn drain(firm: &Firm, ledger: &Ledger, longest: Duration) -> Outcome {
    let app = open(firm).await?;
    let begun = Instant::now();
    loop {
        let left: Vec<Counted> = app
            .db
            .all(
                "SELECT kind AS mark, count(*) AS n FROM job WHERE dead_at IS NULL GROUP BY kind ORDER BY kind",
                args![],
            )
            .await?;
        if left.is_empty() {
            break;
        }
        if begun.elapsed() > longest {
            let left: Vec<String> = left
                .iter()
                .map(|row| format!("{} {}", row.n, row.mark))
                .collect();
            ledger.finding(format!(
                "the queue does not drain in {longest:?}: {}",
                left.join(", ")
            ));
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(app.db.clone().close().await?)
}

/// Compares everything; the server runs.
pub(super) async fn compare(firm: &Firm, ledger: &Ledger) -> Outcome<Compared> {
    let app = open(firm).await?;
    let mut book = std::mem::take(&mut *ledger.open());
    let mut done = Compared {
        customers: book.customers.len(),
        notes: book.notes.len(),
        tasks: book.tasks.len(),
        sheets: book.sheets.len(),
        finished: book.finished.len(),
        imports: book.imports.len(),
        lines_imported: book.imports.values().sum(),
        pyramids: book.pyramids,
        plan_runs: book.plan_runs,
        services_closed: book.services.len(),
        ..Compared::default()
    };
    let mut wrong = Vec::new();
    writes(&app, &book, &mut wrong).await?;
    sheets(&app, &book, &mut wrong).await?;
    imports(&app, &book, &mut wrong).await?;
    work(&app, &book, &mut wrong).await?;
    let (with, forgotten) = follow_up(&app, &book.services).await?;
    done.services_with_a_task = with;
    wrong.extend(forgotten);
    done.files = files(&app, &mut wrong).await?;
    engine(firm, &app, &mut wrong).await?;
    app.db.clone().close().await?;
    let mut admin = Client::connect(&firm.host, &firm.admin).await?;
    let audit = admin.json(&Ask::post("/audit/verify", json!({}))).await?;
    done.audit_entries = audit["entries"].as_i64().unwrap_or(0);
    if !audit["broken_at"].is_null() || done.audit_entries == 0 {
        wrong.push(format!("audit: {audit}"));
    }
    if !firm
        .tool()?
        .arg("verify")
        .stdout(std::process::Stdio::null())
        .status()?
        .success()
    {
        wrong.push("liuke verify fails".to_owned());
    }
    book.findings.extend(wrong);
    *ledger.open() = book;
    Ok(done)
}

/// Each mark exactly once: none missing, none twice, none that nobody was told of.
async fn exactly_once(
    app: &App,
    what: &str,
    sql: &str,
    acknowledged: &BTreeSet<String>,
    wrong: &mut Vec<String>,
) -> Outcome {
    let rows: Vec<Counted> = app.db.all(sql, args![]).await?;
    let found: BTreeMap<&str, i64> = rows.iter().map(|row| (row.mark.as_str(), row.n)).collect();
    for mark in acknowledged {
        match found.get(mark.as_str()) {
            Some(1) => {}
            Some(n) => wrong.push(format!("{what} {mark} is there {n} times")),
            None => wrong.push(format!("{what} {mark} was acknowledged and is not there")),
        }
    }
    for mark in found.keys().filter(|mark| !acknowledged.contains(**mark)) {
        wrong.push(format!("{what} {mark} is there and nobody was told"));
    }
    Ok(())
}

async fn writes(app: &App, book: &Book, wrong: &mut Vec<String>) -> Outcome {
    const CUSTOMERS: &str = "SELECT external_id AS mark, count(*) AS n FROM customer WHERE external_id LIKE 'F%' GROUP BY 1";
    const NOTES: &str =
        "SELECT text AS mark, count(*) AS n FROM customer_note WHERE text LIKE 'F%-%' GROUP BY 1";
    const TASKS: &str = "SELECT purpose AS mark, count(*) AS n FROM followup_task WHERE purpose LIKE 'F%-%' GROUP BY 1";
    exactly_once(app, "customer", CUSTOMERS, &book.customers, wrong).await?;
    exactly_once(app, "note", NOTES, &book.notes, wrong).await?;
    exactly_once(app, "task", TASKS, &book.tasks, wrong).await?;
    let once: BTreeMap<String, i64> = attempts(app).await?;
    for task in &book.finished {
        match once.get(task) {
            Some(1) => {}
            other => wrong.push(format!(
                "task {task} was finished and has {other:?} attempts, closed"
            )),
        }
    }
    for task in once.keys().filter(|task| !book.finished.contains(*task)) {
        wrong.push(format!("task {task} was finished and nobody was told"));
    }
    Ok(())
}

/// Attempts of the agents' tasks, if the task is done.
async fn attempts(app: &App) -> Outcome<BTreeMap<String, i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: uuid::Uuid,
        n: i64,
    }
    let rows: Vec<Row> = app
        .db
        .all(
            "SELECT t.id, count(*) AS n FROM followup_task t JOIN followup_attempt a ON a.task_id = t.id
             WHERE t.purpose LIKE 'F%-%' AND t.status = 'done' GROUP BY t.id",
            args![],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.to_string(), row.n))
        .collect())
}

async fn sheets(app: &App, book: &Book, wrong: &mut Vec<String>) -> Outcome {
    for (task, sheet) in &book.sheets {
        let id = uuid::Uuid::parse_str(task)?;
        let draft: Option<String> = app
            .db
            .scalar(
                "SELECT draft FROM followup_sheet WHERE task_id = $1",
                args![id],
            )
            .await?;
        let draft: Value = draft.map_or(Ok(Value::Null), |text| serde_json::from_str(&text))?;
        let number = draft["verbatim"]
            .as_str()
            .and_then(|text| text.split(' ').nth(1))
            .and_then(|number| number.parse().ok())
            .unwrap_or(0_u32);
        if number < sheet.acknowledged || number > sheet.sent {
            wrong.push(format!("sheet {task} holds text {number}, {sheet:?}"));
        }
    }
    Ok(())
}

async fn imports(app: &App, book: &Book, wrong: &mut Vec<String>) -> Outcome {
    #[derive(FromQueryResult)]
    struct Row {
        file_name: String,
        status: String,
        counts: String,
    }
    let rows: Vec<Row> = app
        .db
        .all(
            "SELECT file_name, status, counts FROM import_batch ORDER BY file_name",
            args![],
        )
        .await?;
    for (mark, lines) in &book.imports {
        let name = format!("{mark}.csv");
        let of_file: Vec<&Row> = rows.iter().filter(|row| row.file_name == name).collect();
        let [row] = of_file.as_slice() else {
            wrong.push(format!("import {mark} is there {} times", of_file.len()));
            continue;
        };
        let counts: Value = serde_json::from_str(&row.counts)?;
        let wanted = i64::try_from(*lines)?;
        let there: i64 = app
            .db
            .scalar(
                "SELECT count(*) FROM customer WHERE external_id LIKE $1",
                args![format!("{mark}-%")],
            )
            .await?
            .unwrap_or(0);
        let whole = row.status == "done"
            && counts["rows"] == wanted
            && counts["create"] == wanted
            && there == wanted;
        if !whole {
            wrong.push(format!(
                "import {mark} is torn: {} {counts}, {there} customers",
                row.status
            ));
        }
    }
    if rows.len() != book.imports.len() {
        wrong.push(format!(
            "{} imports, {} were acknowledged",
            rows.len(),
            book.imports.len()
        ));
    }
    Ok(())
}

async fn work(app: &App, book: &Book, wrong: &mut Vec<String>) -> Outcome {
    let count = async |sql: &str| -> Outcome<i64> {
        Ok(app.db.scalar::<i64>(sql, args![]).await?.unwrap_or(0))
    };
    for (what, sql, wanted) in [
        (
            "runs of the pyramid",
            "SELECT count(*) FROM audit WHERE action = 'pyramid.ranked' AND via = 'ui'",
            book.pyramids,
        ),
        (
            "runs of the plans",
            "SELECT count(*) FROM audit WHERE action = 'followup.plans_run'",
            book.plan_runs,
        ),
    ] {
        let there = count(sql).await?;
        if there != i64::try_from(wanted)? {
            wrong.push(format!("{there} {what}, {wanted} were acknowledged"));
        }
    }
    let dead: Vec<Counted> = app
        .db
        .all(
            "SELECT kind || ': ' || coalesce(error, '') AS mark, count(*) AS n FROM job WHERE dead_at IS NOT NULL GROUP BY 1",
            args![],
        )
        .await?;
    wrong.extend(
        dead.iter()
            .map(|row| format!("{} dead jobs {}", row.n, row.mark)),
    );
    Ok(())
}

/// Files have all their pieces and somebody who refers to them.
async fn files(app: &App, wrong: &mut Vec<String>) -> Outcome<i64> {
    let count = async |sql: &str| -> Outcome<i64> {
        Ok(app.db.scalar::<i64>(sql, args![]).await?.unwrap_or(0))
    };
    for (what, sql) in [
        (
            "files without an import",
            "SELECT count(*) FROM blob WHERE id NOT IN (SELECT file_blob_id FROM import_batch)",
        ),
        (
            "imports without their file",
            "SELECT count(*) FROM import_batch WHERE file_blob_id NOT IN (SELECT id FROM blob)",
        ),
        (
            "files whose pieces are not their size",
            "SELECT count(*) FROM blob b WHERE b.size <>
             (SELECT CAST(coalesce(sum(length(c.data)), 0) AS BIGINT) FROM blob_chunk c WHERE c.blob_id = b.id)",
        ),
    ] {
        let n = count(sql).await?;
        if n > 0 {
            wrong.push(format!("{n} {what}"));
        }
    }
    count("SELECT count(*) FROM blob").await
}

/// The engine's own opinion of its files.
async fn engine(firm: &Firm, app: &App, wrong: &mut Vec<String>) -> Outcome {
    match firm.engine {
        Engine::Sqlite => {
            let ok: Option<String> = app.db.scalar("PRAGMA integrity_check", args![]).await?;
            if ok.as_deref() != Some("ok") {
                wrong.push(format!("integrity_check: {ok:?}"));
            }
            let orphan: Option<String> = app.db.scalar("PRAGMA foreign_key_check", args![]).await?;
            if let Some(table) = orphan {
                wrong.push(format!("foreign_key_check: {table}"));
            }
        }
        Engine::Postgres => {
            const INDEXES: &str = "SELECT count(bt_index_check(c.oid, true)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE a.amname = 'btree' AND n.nspname = 'public'";
            let client = postgres::connect(&firm.database).await?;
            // Part of PostgreSQL's contributed modules; where they are not installed there is nothing to ask.
            if client
                .batch_execute("CREATE EXTENSION IF NOT EXISTS amcheck")
                .await
                .is_ok()
                && let Err(error) = client.query_one(INDEXES, &[]).await
            {
                wrong.push(format!("amcheck: {error}"));
            }
        }
    }
    Ok(())
}

/// Notes that were acknowledged and are not there, by the first word of their text.
pub(super) async fn notes_lost(firm: &Firm, ledger: &Ledger) -> Outcome<usize> {
    #[derive(FromQueryResult)]
    struct Row {
        text: String,
    }
    let app = open(firm).await?;
    let rows: Vec<Row> = app
        .db
        .all(
            "SELECT text FROM customer_note WHERE text LIKE 'F%-%'",
            args![],
        )
        .await?;
    app.db.clone().close().await?;
    let there: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row.text.split(' ').next())
        .collect();
    let acknowledged = ledger.open().notes.clone();
    Ok(acknowledged
        .iter()
        .filter(|mark| !there.contains(mark.as_str()))
        .count())
}

/// Whether the database's own checks and the audit chain find nothing.
pub(super) async fn healthy(firm: &Firm) -> Outcome<bool> {
    let mut wrong = Vec::new();
    let app = open(firm).await?;
    engine(firm, &app, &mut wrong).await?;
    files(&app, &mut wrong).await?;
    app.db.clone().close().await?;
    for text in &wrong {
        println!("  {text}");
    }
    let verified = firm
        .tool()?
        .arg("verify")
        .stdout(std::process::Stdio::null())
        .status()?;
    Ok(wrong.is_empty() && verified.success())
}

/// Whether each of these service records is there once and has what the plans owe it, once; how many have a task.
pub(super) async fn followed_up(
    firm: &Firm,
    served: &BTreeSet<String>,
) -> Outcome<(i64, Vec<String>)> {
    let app = open(firm).await?;
    let found = follow_up(&app, served).await?;
    app.db.clone().close().await?;
    Ok(found)
}

async fn follow_up(app: &App, served: &BTreeSet<String>) -> Outcome<(i64, Vec<String>)> {
    const SERVED: &str =
        "SELECT work AS mark, count(*) AS n FROM service_record WHERE work LIKE 'S0%' GROUP BY 1";
    const OF: &str = "SELECT count(*) FROM service_record s WHERE s.work LIKE 'S0%'";
    const TASK: &str = "SELECT 1 FROM followup_task t WHERE t.service_record_id = s.id";
    const LEFT: &str = "SELECT 1 FROM followup_left_out l WHERE l.service_record_id = s.id";
    const TWICE: &str = "SELECT count(*) FROM (SELECT 1 AS one FROM followup_task WHERE plan_id IS NOT NULL
        AND service_record_id IS NOT NULL GROUP BY plan_id, service_record_id HAVING count(*) > 1) twice";
    let mut wrong = Vec::new();
    exactly_once(app, "service record", SERVED, served, &mut wrong).await?;
    let count = async |sql: &str| -> Outcome<i64> {
        Ok(app.db.scalar::<i64>(sql, args![]).await?.unwrap_or(0))
    };
    let with = count(&format!("{OF} AND EXISTS ({TASK})")).await?;
    let without = count(&format!(
        "{OF} AND NOT EXISTS ({TASK}) AND NOT EXISTS ({LEFT})"
    ))
    .await?;
    let twice = count(TWICE).await?;
    if without > 0 || twice > 0 {
        wrong.push(format!(
            "{with} service records have a task, {without} were forgotten, {twice} have two"
        ));
    }
    Ok((with, wrong))
}
