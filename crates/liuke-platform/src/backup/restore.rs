//! The way back from a backup, into either engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::db::{FromQueryResult, Value};
use serde_json::Value as Json;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::args;
use crate::audit;
use crate::config::DatabaseConfig;
use crate::ctx::Clock;
use crate::db::{Db, Engine, Sql as _, Tx, insert_rows, sqlite_path};
use crate::fault::Fault;
use crate::migrate::{self, Migration, catalogue, has_table, raw_kinds};

use super::lines::{Head, Line, Lines, TableHead};
use super::{Form, beside, dump, off_thread, verify};

/// What was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Rows by table, as they were in the backup.
    pub rows: BTreeMap<String, u64>,
    /// Schema number of the backup.
    pub from_schema: u32,
    /// Schema number now.
    pub schema: u32,
    /// Where the SQLite file that was there before has gone.
    pub set_aside: Option<PathBuf>,
}

/// Brings a backup back into the database of this configuration. The server must not run meanwhile.
///
/// Refuses a backup that is not whole, one of a newer schema, and a database that holds something already unless
/// `force`: then an old SQLite file is set aside, an old PostgreSQL schema dropped. Open sessions are not brought back.
pub async fn restore(
    path: &Path,
    config: &DatabaseConfig,
    list: &[Migration],
    clock: &dyn Clock,
    force: bool,
) -> Result<Restored, Fault> {
    let verified = verify(path).await?;
    if !verified.is_good() {
        return Err(Fault::other(format!(
            "{}: {}",
            path.display(),
            verified.wrong.join("; ")
        )));
    }
    let known = list.last().map_or(0, |m| m.number);
    if verified.schema > known {
        return Err(Fault::NewerSchema {
            found: verified.schema,
            known,
        });
    }
    let engine = Engine::of(&config.url)?;
    let set_aside = match engine {
        Engine::Sqlite => set_file_aside(config, clock, force).await?,
        Engine::Postgres => None,
    };
    if Form::of(path)? == Form::Sqlite && engine == Engine::Sqlite {
        let target = sqlite_path(&config.url)
            .ok_or_else(|| Fault::Config("database.url: no file".into()))?;
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            tokio::fs::create_dir_all(folder).await?;
        }
        // Under the live name only when it is whole.
        let part = beside(&target, ".part");
        tokio::fs::copy(path, &part).await?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, &target).await?;
        // The copy beside the backup is the backup itself: no further one before migrating.
        let db = Db::connect(config).await?;
        let done = finish(&db, list, clock, verified.schema, set_aside, verified.rows).await;
        db.close().await?;
        return done;
    }
    let db = Db::connect(config).await?;
    let loaded = async {
        if engine == Engine::Postgres {
            empty_postgres(&db, force).await?;
        }
        let first: Vec<Migration> = list
            .iter()
            .copied()
            .filter(|m| m.number <= verified.schema)
            .collect();
        migrate::migrate(&db, &first, clock).await?;
        match Form::of(path)? {
            Form::Portable => load(&db, path).await?,
            Form::Sqlite => {
                let folder = tempfile::tempdir()?;
                let portable = folder.path().join("restore.jsonl.gz");
                let source = Db::open_copy(path).await?;
                let snapshot = source.snapshot().await?;
                let dumped = dump::dump(&snapshot, clock.now(), &portable).await;
                snapshot.rollback().await;
                source.close().await?;
                dumped?;
                load(&db, &portable).await?;
            }
        }
        finish(&db, list, clock, verified.schema, set_aside, verified.rows).await
    };
    let done = loaded.await;
    db.close().await?;
    done
}

async fn finish(
    db: &Db,
    list: &[Migration],
    clock: &dyn Clock,
    from_schema: u32,
    set_aside: Option<PathBuf>,
    rows: BTreeMap<String, u64>,
) -> Result<Restored, Fault> {
    let migrated = migrate::migrate(db, list, clock).await?;
    let tx = db.begin().await?;
    for table in ["session", "idempotency"] {
        if rows.contains_key(table) {
            tx.run(&format!("DELETE FROM {table}"), args![]).await?;
        }
    }
    tx.commit().await?;
    let chain = audit::verify(db).await?;
    if let Some(at) = chain.broken_at {
        return Err(Fault::other(format!(
            "the audit chain is broken at entry {at} after restoring"
        )));
    }
    Ok(Restored {
        rows,
        from_schema,
        schema: migrated.schema,
        set_aside,
    })
}

/// Moves an existing SQLite file with its companions out of the way. A log whose file is gone would be carried over into the new one.
async fn set_file_aside(
    config: &DatabaseConfig,
    clock: &dyn Clock,
    force: bool,
) -> Result<Option<PathBuf>, Fault> {
    let Some(file) = sqlite_path(&config.url) else {
        return Ok(None);
    };
    let mut there = Vec::new();
    for companion in ["", "-wal", "-shm"] {
        if tokio::fs::try_exists(&beside(&file, companion)).await? {
            there.push(companion);
        }
    }
    if there.is_empty() {
        return Ok(None);
    }
    if there.contains(&"") && !force {
        return Err(exists(&file.display().to_string()));
    }
    let aside = beside(
        &file,
        &format!(".before-restore-{}", clock.now().as_millisecond()),
    );
    for companion in there {
        tokio::fs::rename(beside(&file, companion), beside(&aside, companion)).await?;
    }
    Ok(Some(aside))
}

fn exists(what: &str) -> Fault {
    Fault::other(format!("{what} holds data already; --force replaces it"))
}

/// Makes room in a PostgreSQL schema: refuses unless it is empty or `force`.
async fn empty_postgres(db: &Db, force: bool) -> Result<(), Fault> {
    #[derive(FromQueryResult)]
    struct Thing {
        statement: String,
    }
    if has_table(db, "schema_migration").await? && !force {
        return Err(exists("the database"));
    }
    let tx = db.begin().await?;
    let things: Vec<Thing> = tx
        .all(
            "SELECT format('DROP %s IF EXISTS %I CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname)
                AS statement FROM pg_class
             WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v')
             UNION ALL
             SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
             WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype = 'trigger'::regtype
                AND p.proname = 'audit_refuse'",
            args![],
        )
        .await?;
    for thing in things {
        tx.run(&thing.statement, args![]).await?;
    }
    tx.commit().await
}

/// Rows inserted at a time.
const BATCH: usize = 250;

/// Loads the rows of a portable backup into a freshly migrated database, in one transaction.
async fn load(db: &Db, path: &Path) -> Result<(), Fault> {
    let (sender, mut receiver) = mpsc::channel::<Batch>(4);
    let path = path.to_owned();
    let reading = off_thread(move || read(&path, &sender));
    // Takes the receiver along: when writing ends early, the reading thread is told and does not wait for ever.
    let writing = async move {
        let tx = db.begin().await?;
        let foreign_keys = lift_foreign_keys(&tx).await?;
        clear(&tx).await?;
        let raw = raw_kinds(&tx).await?;
        while let Some(batch) = receiver.recv().await {
            insert(&tx, &raw, batch).await?;
        }
        for statement in foreign_keys {
            tx.run(&statement, args![]).await?;
        }
        Ok::<Tx, Fault>(tx)
    };
    let (read, written) = tokio::join!(reading, writing);
    // Nothing is committed unless the file was read to its end.
    let tx = written?;
    read?;
    tx.commit().await
}

/// Some rows of one table.
struct Batch {
    head: TableHead,
    rows: Vec<Vec<Json>>,
}

fn read(path: &Path, sender: &mpsc::Sender<Batch>) -> Result<Head, Fault> {
    let (head, mut lines) = Lines::open(path)?;
    let send = |head: &TableHead, rows: &mut Vec<Vec<Json>>| {
        let batch = Batch {
            head: head.clone(),
            rows: std::mem::take(rows),
        };
        sender
            .blocking_send(batch)
            .map_err(|_| Fault::other("restore: the database has stopped"))
    };
    let mut table: Option<TableHead> = None;
    let mut rows = Vec::new();
    while let Some(line) = lines.next()? {
        match (line, &table) {
            (Line::Table(head), _) => table = Some(head),
            (Line::Row(values), Some(head)) => {
                rows.push(values);
                // Pieces of files are large: few of them at a time.
                if rows.len() >= BATCH || (head.table == "blob_chunk" && rows.len() >= 8) {
                    send(head, &mut rows)?;
                }
            }
            (Line::End { .. }, Some(head)) => {
                if !rows.is_empty() {
                    send(head, &mut rows)?;
                }
                table = None;
            }
            _ => return Err(Fault::other("backup: lines out of order")),
        }
    }
    Ok(head)
}

/// Lets rows come in any order: SQLite checks references at the commit; on PostgreSQL they are taken off and put back.
/// Returns the statements that put them back.
async fn lift_foreign_keys(tx: &Tx) -> Result<Vec<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Key {
        table_name: String,
        constraint_name: String,
        definition: String,
    }
    if tx.engine() == Engine::Sqlite {
        tx.run("PRAGMA defer_foreign_keys = on", args![]).await?;
        return Ok(Vec::new());
    }
    let keys: Vec<Key> = tx
        .all(
            "SELECT t.relname::text AS table_name, c.conname::text AS constraint_name,
                pg_get_constraintdef(c.oid) AS definition
             FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
             WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
            args![],
        )
        .await?;
    let mut back = Vec::new();
    for key in keys {
        let (table, name) = (key.table_name, key.constraint_name);
        tx.run(
            &format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\""),
            args![],
        )
        .await?;
        back.push(format!(
            "ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {}",
            key.definition
        ));
    }
    Ok(back)
}

/// Removes what migrations put into tables by themselves; the backup holds it too.
async fn clear(tx: &Tx) -> Result<(), Fault> {
    for table in catalogue(tx).await?.tables.into_keys() {
        if table != "schema_migration" && table != "audit" {
            tx.run(&format!("DELETE FROM \"{table}\""), args![]).await?;
        }
    }
    Ok(())
}

async fn insert(
    tx: &Tx,
    raw: &BTreeMap<(String, String), String>,
    batch: Batch,
) -> Result<(), Fault> {
    let TableHead {
        table,
        columns,
        kinds,
    } = batch.head;
    if table == "schema_migration" {
        return Ok(());
    }
    let raw: Vec<&str> = columns
        .iter()
        .map(|c| {
            raw.get(&(table.clone(), c.clone()))
                .map_or("", String::as_str)
        })
        .collect();
    let mut rows = Vec::with_capacity(batch.rows.len());
    for row in batch.rows {
        if row.len() != columns.len() {
            return Err(Fault::other(format!(
                "backup: a row of {table} has {} values",
                row.len()
            )));
        }
        let values: Option<Vec<Value>> = row
            .into_iter()
            .zip(&kinds)
            .zip(&raw)
            .map(|((value, kind), raw)| bound(value, kind, raw))
            .collect();
        rows.push(
            values
                .ok_or_else(|| Fault::other(format!("backup: a value of {table} does not fit")))?,
        );
    }
    let quoted: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
    insert_rows(tx, &format!("\"{table}\""), &quoted.join(", "), rows, "").await
}

/// A JSON value as the column's type; nothing when it does not fit.
fn bound(value: Json, kind: &str, raw: &str) -> Option<Value> {
    Some(match (kind, value) {
        ("bytes", Json::Null) if raw == "uuid" => Value::from(None::<Uuid>),
        ("bytes", Json::String(hex)) if raw == "uuid" => Value::from(Uuid::parse_str(&hex).ok()?),
        ("bytes", Json::Null) => Value::from(None::<Vec<u8>>),
        ("bytes", Json::String(hex)) => Value::from(hex::decode(hex).ok()?),
        ("int", Json::Null) => Value::from(None::<i64>),
        ("int", Json::Number(number)) => Value::from(number.as_i64()?),
        ("bool", Json::Null) => Value::from(None::<bool>),
        ("bool", Json::Number(number)) => Value::from(number.as_i64()? != 0),
        ("bool", Json::Bool(flag)) => Value::from(flag),
        ("text", Json::Null) => Value::from(None::<String>),
        ("text", Json::String(text)) => Value::from(text),
        ("real" | "double precision", Json::Null) => Value::from(None::<f64>),
        ("real" | "double precision", Json::Number(number)) => Value::from(number.as_f64()?),
        _ => return None,
    })
}
