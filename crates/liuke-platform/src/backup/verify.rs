//! Is a backup whole?

use std::collections::BTreeMap;
use std::path::Path;

use crate::db::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::args;
use crate::audit::{self, Entry, Walk};
use crate::db::{Db, Sql as _};
use crate::fault::Fault;

use super::lines::{Line, Lines, TableHead};
use super::{Content, Form, Manifest, content_of, fingerprint, manifest_of, off_thread};

/// What a check of a backup found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Schema number.
    pub schema: u32,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// The audit chain.
    pub audit: audit::Report,
    /// Whether a manifest stood beside the file.
    pub has_manifest: bool,
    /// What is wrong, in words; empty when the backup is good.
    pub wrong: Vec<String>,
}

impl Verified {
    /// Whether the backup can be relied on.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Checks a backup: checksum, readability, row counts, audit chain. Changes nothing.
pub async fn verify(path: &Path) -> Result<Verified, Fault> {
    let form = Form::of(path)?;
    let manifest = manifest_of(path).await?;
    let mut wrong = Vec::new();
    if let Some(manifest) = &manifest {
        let (sha256, size) = fingerprint(path).await?;
        if size != manifest.size {
            wrong.push(format!(
                "size is {size}, the manifest says {}",
                manifest.size
            ));
        } else if sha256 != manifest.sha256 {
            wrong.push("checksum differs from the manifest".to_owned());
        }
    }
    let read = match form {
        Form::Sqlite => read_sqlite(path, &mut wrong).await,
        Form::Portable => {
            let path = path.to_owned();
            off_thread(move || read_portable(&path)).await
        }
    };
    let (content, audit) = match read {
        Ok(read) => read,
        Err(fault) => {
            wrong.push(fault.chain());
            let audit = audit::Report {
                entries: 0,
                head: None,
                broken_at: None,
            };
            return Ok(Verified {
                schema: 0,
                rows: BTreeMap::new(),
                audit,
                has_manifest: manifest.is_some(),
                wrong,
            });
        }
    };
    if let Some(at) = audit.broken_at {
        wrong.push(format!("the audit chain is broken at entry {at}"));
    }
    if let Some(manifest) = &manifest {
        compare(manifest, &content, &audit, &mut wrong);
    }
    Ok(Verified {
        schema: content.schema,
        rows: content.rows,
        audit,
        has_manifest: manifest.is_some(),
        wrong,
    })
}

fn compare(manifest: &Manifest, content: &Content, audit: &audit::Report, wrong: &mut Vec<String>) {
    if manifest.schema != content.schema {
        wrong.push(format!(
            "schema is {}, the manifest says {}",
            content.schema, manifest.schema
        ));
    }
    for (table, rows) in &manifest.rows {
        let found = content.rows.get(table).copied();
        if found != Some(*rows) {
            wrong.push(format!(
                "{table} has {} rows, the manifest says {rows}",
                found.unwrap_or(0)
            ));
        }
    }
    if audit.broken_at.is_none()
        && (audit.entries != manifest.audit_seq || audit.head != manifest.audit_hash)
    {
        wrong.push(format!(
            "the audit ends at {}, the manifest says {}",
            audit.entries, manifest.audit_seq
        ));
    }
}

async fn read_sqlite(
    path: &Path,
    wrong: &mut Vec<String>,
) -> Result<(Content, audit::Report), Fault> {
    #[derive(FromQueryResult)]
    struct Said {
        integrity_check: String,
    }
    let db = Db::open_copy(path).await?;
    let read = async {
        let said: Vec<Said> = db.all("PRAGMA integrity_check(20)", args![]).await?;
        wrong.extend(
            said.into_iter()
                .map(|s| s.integrity_check)
                .filter(|s| s != "ok"),
        );
        let content = content_of(&db).await?;
        let audit = audit::verify(&db).await?;
        Ok((content, audit))
    };
    let read = read.await;
    db.close().await?;
    read
}

fn read_portable(path: &Path) -> Result<(Content, audit::Report), Fault> {
    let (head, mut lines) = Lines::open(path)?;
    let mut rows = BTreeMap::new();
    let mut table: Option<(TableHead, u64)> = None;
    let mut walk = Walk::default();
    let mut last = None;
    while let Some(line) = lines.next()? {
        match (line, &mut table) {
            (Line::Table(head), None) => table = Some((head, 0)),
            (Line::Row(values), Some((head, count))) => {
                *count += 1;
                if head.table == "audit" {
                    let entry = entry_of(head, &values)?;
                    walk.take(&entry)?;
                    last = Some(audit::Head {
                        seq: entry.seq,
                        hash: entry.hash,
                    });
                }
            }
            (Line::End { end, rows: said }, Some((head, count))) if end == head.table => {
                if said != *count {
                    return Err(Fault::other(format!(
                        "{end} has {count} rows, its end says {said}"
                    )));
                }
                rows.insert(end, said);
                table = None;
            }
            _ => return Err(Fault::other("backup: lines out of order")),
        }
    }
    Ok((
        Content {
            schema: head.schema,
            rows,
            audit: last,
        },
        walk.report(),
    ))
}

/// An audit entry out of a row.
fn entry_of(head: &TableHead, values: &[Json]) -> Result<Entry, Fault> {
    let value = |column: &str| {
        head.columns
            .iter()
            .position(|c| c == column)
            .and_then(|at| values.get(at))
            .unwrap_or(&Json::Null)
    };
    let number = |column: &str| value(column).as_i64().unwrap_or_default();
    let maybe = |column: &str| value(column).as_str().map(str::to_owned);
    let text = |column: &str| maybe(column).unwrap_or_default();
    let id = |column: &str| value(column).as_str().and_then(|t| Uuid::parse_str(t).ok());
    Ok(Entry {
        seq: value("seq")
            .as_i64()
            .ok_or_else(|| Fault::other("backup: audit without seq"))?,
        at: number("at"),
        actor_id: id("actor_id"),
        actor_name: text("actor_name"),
        via: text("via"),
        action: text("action"),
        subject_kind: text("subject_kind"),
        subject_id: id("subject_id"),
        before_json: maybe("before_json"),
        after_json: maybe("after_json"),
        trace: text("trace"),
        prev_hash: text("prev_hash"),
        hash: text("hash"),
    })
}
