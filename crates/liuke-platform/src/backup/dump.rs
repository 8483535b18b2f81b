//! Writing the portable form.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::db::FromQueryResult;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::mpsc;

use crate::args;
use crate::audit;
use crate::db::{Engine, Sql, Tx};
use crate::fault::Fault;
use crate::migrate::{Table, catalogue, raw_kinds};

use super::lines::{Head, TableHead};
use super::{Content, FORMAT, off_thread};

#[derive(FromQueryResult)]
struct Row {
    line: String,
}

/// Bytes passed to the writing thread at a time.
const BATCH: usize = 1 << 16;

/// Writes every table of a snapshot into a file, in constant memory.
pub(super) async fn dump(snapshot: &Tx, now: Timestamp, path: &Path) -> Result<Content, Fault> {
    let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(8);
    let file = File::create_new(path)?;
    let writing = off_thread(move || {
        let mut gz = GzEncoder::new(file, Compression::default());
        while let Some(bytes) = receiver.blocking_recv() {
            gz.write_all(&bytes)?;
        }
        gz.finish()?.sync_all()?;
        Ok(())
    });
    let reading = async move {
        let mut out = Out {
            sender,
            buffer: Vec::with_capacity(BATCH),
        };
        let content = write_all(snapshot, now, &mut out).await;
        // A stopped writer is the cause, not the consequence: its own error is told below.
        out.flush().await.ok();
        content
    };
    let (content, written) = tokio::join!(reading, writing);
    written?;
    content
}

/// Lines on their way to the writing thread.
struct Out {
    sender: mpsc::Sender<Vec<u8>>,
    buffer: Vec<u8>,
}

impl Out {
    async fn line(&mut self, line: &str) -> Result<(), Fault> {
        self.buffer.extend_from_slice(line.as_bytes());
        self.buffer.push(b'\n');
        if self.buffer.len() >= BATCH {
            self.flush().await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self) -> Result<(), Fault> {
        let bytes = std::mem::replace(&mut self.buffer, Vec::with_capacity(BATCH));
        self.sender
            .send(bytes)
            .await
            .map_err(|_| Fault::other("backup: the writer has stopped"))
    }
}

async fn write_all(snapshot: &Tx, now: Timestamp, out: &mut Out) -> Result<Content, Fault> {
    let schema: Option<i64> = snapshot
        .scalar("SELECT max(number) FROM schema_migration", args![])
        .await?;
    let schema = u32::try_from(schema.unwrap_or(0)).unwrap_or(0);
    let head = Head {
        format: FORMAT.to_owned(),
        version: 1,
        schema,
        engine: snapshot.engine().name().to_owned(),
        made_at: now.as_millisecond(),
    };
    out.line(&serde_json::to_string(&head)?).await?;
    let raw = raw_kinds(snapshot).await?;
    let mut rows = BTreeMap::new();
    for (name, table) in catalogue(snapshot).await?.tables {
        let kind = |column: &str| {
            raw.get(&(name.clone(), column.to_owned()))
                .map_or("", String::as_str)
        };
        let head = TableHead {
            table: name.clone(),
            columns: table.columns.keys().cloned().collect(),
            kinds: table.columns.values().map(|c| c.kind.clone()).collect(),
        };
        out.line(&serde_json::to_string(&head)?).await?;
        let sql = select(snapshot.engine(), &name, &table, kind);
        let mut count = 0_u64;
        let mut stream = snapshot.stream::<Row>(&sql, args![]).await?;
        while let Some(row) = stream.try_next().await? {
            out.line(&row.line).await?;
            count += 1;
        }
        drop(stream);
        out.line(&json!({ "end": name, "rows": count }).to_string())
            .await?;
        rows.insert(name, count);
    }
    out.line(&json!({ "done": true }).to_string()).await?;
    let audit = if rows.contains_key("audit") {
        audit::head(snapshot).await?
    } else {
        None
    };
    Ok(Content {
        schema,
        rows,
        audit,
    })
}

/// One JSON array per row, made by the database.
fn select<'a>(engine: Engine, name: &str, table: &Table, raw: impl Fn(&str) -> &'a str) -> String {
    let values: Vec<String> = table
        .columns
        .iter()
        .map(|(column, c)| match (engine, c.kind.as_str(), raw(column)) {
            (Engine::Sqlite, "bytes", _) => {
                format!(
                    "CASE WHEN \"{column}\" IS NULL THEN NULL ELSE lower(hex(\"{column}\")) END"
                )
            }
            (Engine::Postgres, "bytes", "uuid") => {
                format!("encode(uuid_send(\"{column}\"), 'hex')")
            }
            (Engine::Postgres, "bytes", _) => format!("encode(\"{column}\", 'hex')"),
            (Engine::Postgres, "bool", _) => format!("\"{column}\"::int"),
            _ => format!("\"{column}\""),
        })
        .collect();
    let values = values.join(", ");
    let order: Vec<String> = table.primary.iter().map(|p| format!("\"{p}\"")).collect();
    let order = if order.is_empty() {
        String::new()
    } else {
        format!(" ORDER BY {}", order.join(", "))
    };
    match engine {
        Engine::Sqlite => format!("SELECT json_array({values}) AS line FROM \"{name}\"{order}"),
        // jsonb breaks no line inside a row, json_build_array might.
        Engine::Postgres => {
            format!("SELECT jsonb_build_array({values})::text AS line FROM \"{name}\"{order}")
        }
    }
}
