//! Migrations (数据库迁移): one numbered Rust list for both engines, forward only, never changed once applied.

mod catalogue;
mod ddl;
#[cfg(any(test, feature = "testing"))]
mod rules;
mod tables;

use std::path::PathBuf;

use crate::db::FromQueryResult;
use sha2::{Digest as _, Sha256};

pub(crate) use catalogue::raw_kinds;
pub use catalogue::{Catalogue, Column, ForeignKey, Index, Table, catalogue};
pub use ddl::ddl;
#[cfg(any(test, feature = "testing"))]
pub use rules::{Rules, rules};
pub use tables::platform_ddl;

use crate::args;
use crate::ctx::Clock;
use crate::db::{Db, Engine, Sql, Tx};
use crate::fault::Fault;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number; the list rises without gaps.
    pub number: u32,
    /// Its name, such as `customer`.
    pub slug: &'static str,
    /// Its statements for one engine, usually through [`ddl`].
    pub up: fn(Engine) -> Vec<String>,
}

impl Migration {
    /// SHA-256 over its statements for this engine.
    pub fn checksum(&self, engine: Engine) -> String {
        let mut hash = Sha256::new();
        for statement in (self.up)(engine) {
            hash.update(statement.as_bytes());
            hash.update(b"\n;\n");
        }
        hex::encode(hash.finalize())
    }
}

/// What a run of the migrations did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Numbers applied in this run.
    pub applied: Vec<u32>,
    /// The schema's number now.
    pub schema: u32,
    /// The copy of the SQLite file made before.
    pub copy: Option<PathBuf>,
}

#[derive(Debug, FromQueryResult)]
struct AppliedRow {
    number: i64,
    checksum: String,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number {int} NOT NULL PRIMARY KEY,
    slug {text} NOT NULL,
    checksum {text} NOT NULL,
    applied_at {int} NOT NULL
);";

/// Serialises the migrations of several processes that start together on one PostgreSQL.
const LOCK: i64 = 0x006c_6975_6b65_0001;

/// Brings the schema up to date, each migration in its own transaction.
///
/// Refuses a database with a higher number than `list` knows and one in which an applied migration differs. Copies an
/// existing SQLite file to `<file>.before-mNNNN-<ms>` first.
pub async fn migrate(db: &Db, list: &[Migration], clock: &dyn Clock) -> Result<Migrated, Fault> {
    check_list(list)?;
    let mut done = Migrated {
        applied: Vec::new(),
        schema: 0,
        copy: None,
    };
    loop {
        let tx = db.begin().await?;
        lock(&tx).await?;
        for statement in ddl(db.engine(), TABLE) {
            tx.run_schema(&statement).await?;
        }
        let known = applied(&tx).await?;
        check_applied(&known, list, db.engine())?;
        let highest = known.last().map_or(0, |row| row.number);
        done.schema = u32::try_from(highest).unwrap_or(u32::MAX);
        let Some(next) = list.iter().find(|m| i64::from(m.number) > highest) else {
            tx.commit().await?;
            return Ok(done);
        };
        // A database that this run has begun holds nothing to be kept.
        if highest > 0 && done.applied.is_empty() && done.copy.is_none() && db.file().is_some() {
            // VACUUM INTO does not run inside a transaction; nobody else writes to the file yet.
            tx.rollback().await;
            done.copy = copy_before(db, next.number, clock).await?;
            continue;
        }
        tracing::info!(number = next.number, slug = next.slug, "migrate");
        for statement in (next.up)(db.engine()) {
            tx.run_schema(&statement).await.map_err(|fault| {
                let head: String = statement.chars().take(120).collect();
                Fault::other(format!(
                    "migration m{:04}_{}: {}: {head}",
                    next.number,
                    next.slug,
                    fault.chain()
                ))
            })?;
        }
        tx.run(
            "INSERT INTO schema_migration (number, slug, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            args![i64::from(next.number), next.slug, next.checksum(db.engine()), clock.now().as_millisecond()],
        )
        .await?;
        tx.commit().await?;
        done.applied.push(next.number);
    }
}

/// The schema's number in the database; 0 for an empty one.
pub async fn schema_number(db: &Db) -> Result<u32, Fault> {
    if !has_table(db, "schema_migration").await? {
        return Ok(0);
    }
    let number: Option<i64> = db
        .scalar("SELECT max(number) FROM schema_migration", args![])
        .await?;
    Ok(u32::try_from(number.unwrap_or(0)).unwrap_or(u32::MAX))
}

/// Whether the schema is exactly that of `list`; the reason when it is not. Changes nothing.
pub async fn check(db: &Db, list: &[Migration]) -> Result<bool, Fault> {
    if !has_table(db, "schema_migration").await? {
        return Ok(list.is_empty());
    }
    let known = applied(db).await?;
    check_applied(&known, list, db.engine())?;
    Ok(known.len() == list.len())
}

/// Whether a table of this name exists.
pub async fn has_table(db: &impl Sql, name: &str) -> Result<bool, Fault> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT CAST(count(*) AS BIGINT) FROM sqlite_master WHERE type = 'table' AND name = $1"
        }
        Engine::Postgres => {
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
        }
    };
    Ok(db.scalar::<i64>(sql, args![name]).await?.unwrap_or(0) > 0)
}

async fn applied(db: &impl Sql) -> Result<Vec<AppliedRow>, Fault> {
    db.all(
        "SELECT number, checksum FROM schema_migration ORDER BY number",
        args![],
    )
    .await
}

async fn lock(tx: &Tx) -> Result<(), Fault> {
    if tx.engine() == Engine::Postgres {
        tx.run("SELECT pg_advisory_xact_lock($1)", args![LOCK])
            .await?;
    }
    Ok(())
}

fn check_list(list: &[Migration]) -> Result<(), Fault> {
    for (expected, migration) in (1_u32..).zip(list) {
        if migration.number != expected {
            return Err(Fault::other(format!(
                "migration {} stands in place {expected}",
                migration.number
            )));
        }
    }
    Ok(())
}

fn check_applied(known: &[AppliedRow], list: &[Migration], engine: Engine) -> Result<(), Fault> {
    let highest = list.last().map_or(0, |m| m.number);
    for row in known {
        let Some(migration) = list.iter().find(|m| i64::from(m.number) == row.number) else {
            return Err(Fault::NewerSchema {
                found: u32::try_from(known.last().map_or(0, |r| r.number)).unwrap_or(u32::MAX),
                known: highest,
            });
        };
        if migration.checksum(engine) != row.checksum {
            return Err(Fault::ChangedMigration {
                number: migration.number,
            });
        }
    }
    Ok(())
}

async fn copy_before(db: &Db, next: u32, clock: &dyn Clock) -> Result<Option<PathBuf>, Fault> {
    let Some(file) = db.file() else {
        return Ok(None);
    };
    let mut name = file.clone().into_os_string();
    name.push(format!(
        ".before-m{next:04}-{}",
        clock.now().as_millisecond()
    ));
    let copy = PathBuf::from(name);
    let target = copy.to_string_lossy().replace('\'', "''");
    db.run_outside(&format!("VACUUM INTO '{target}'")).await?;
    tracing::info!(copy = %copy.display(), "copied the database before migrating");
    Ok(Some(copy))
}
