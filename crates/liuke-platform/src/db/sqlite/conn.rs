//! One connection to the file (连接): how it is opened, and what runs on it in the asking thread.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Bare, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use sea_orm::Value;

use crate::db::BUSY;
use crate::db::row::QueryResult;
use crate::fault::Fault;

/// Operations of SQLite's machine between two looks at the clockwork.
const STEP: i32 = 1_000;
/// Prepared statements that each connection keeps.
const PREPARED: usize = 512;
/// Pages in the log from which on it is carried over into the file: 4 MB.
const LOG_PAGES: i32 = 1_000;
/// Rows that a transaction changes before its commit counts as long.
const LARGE: u64 = 500;

thread_local! {
    /// Pages in the log after the commit that this thread has just made.
    static LOGGED: Cell<i32> = const { Cell::new(0) };
}

/// How connections are opened.
pub(super) struct How {
    pub(super) file: PathBuf,
    /// Without waiting for the disk: tests only.
    pub(super) relaxed: bool,
    /// A finished copy that nobody writes to.
    pub(super) copy: bool,
}

pub(super) struct Conn {
    sqlite: Connection,
    /// Steps left until a statement is stopped.
    left: Arc<AtomicI64>,
    /// Rows changed in all when the transaction began.
    changed: Cell<u64>,
    /// The log was carried over since the last commit: the next one begins it anew, and waits for the disk.
    carried: Cell<bool>,
}

impl Conn {
    pub(super) fn open(how: &How, writer: bool) -> Result<Self, rusqlite::Error> {
        let sqlite = if how.copy {
            let path = how.file.to_string_lossy();
            let path = path
                .replace('%', "%25")
                .replace('?', "%3f")
                .replace('#', "%23");
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
                | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(format!("file:{path}?immutable=1"), flags)?
        } else {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let sqlite = Connection::open_with_flags(&how.file, flags)?;
            sqlite.busy_timeout(BUSY)?;
            sqlite.pragma_update(None, "journal_mode", "wal")?;
            let synchronous = if how.relaxed { "off" } else { "normal" };
            sqlite.pragma_update(None, "synchronous", synchronous)?;
            sqlite.pragma_update(None, "journal_size_limit", 64 << 20)?;
            sqlite
        };
        sqlite.busy_timeout(BUSY)?;
        sqlite.pragma_update(None, "foreign_keys", true)?;
        // A statement is planned once, not anew for each value that is bound.
        sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // What is read is in the system's cache as well, and forgotten here at each change by another connection.
        let cache = if writer { -16_000 } else { -8_000 };
        sqlite.pragma_update(None, "cache_size", cache)?;
        // Not mapped: after each change by another connection the whole file would be unmapped and mapped anew, on every
        // processor (docs/performance.md).
        sqlite.pragma_update(None, "mmap_size", 0)?;
        sqlite.pragma_update(None, "temp_store", "memory")?;
        if !writer {
            sqlite.pragma_update(None, "query_only", true)?;
        }
        sqlite.set_prepared_statement_cache_capacity(PREPARED);
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let steps = Arc::clone(&left);
        sqlite.progress_handler(
            STEP,
            Some(move || steps.fetch_sub(1, Ordering::Relaxed) <= 0),
        )?;
        if writer {
            // Instead of SQLite's own hook, which would wait for the disk in the middle of a commit.
            sqlite.wal_hook(Some(|_, pages| {
                LOGGED.set(pages);
                Ok(())
            }));
        }
        Ok(Self {
            sqlite,
            left,
            changed: Cell::new(0),
            carried: Cell::new(false),
        })
    }

    /// Whether no transaction is open.
    pub(super) fn is_autocommit(&self) -> bool {
        self.sqlite.is_autocommit()
    }

    /// Steps left of those that [`Conn::limit`] gave.
    pub(super) fn left(&self) -> i64 {
        self.left.load(Ordering::Relaxed)
    }

    /// Makes statements stop when they are long, or not.
    pub(super) fn limit(&self, steps: i64) {
        self.left.store(steps, Ordering::Relaxed);
    }

    fn prepare(&self, sql: &str, args: &[Value]) -> Result<CachedStatement<'_>, Trouble> {
        let mut statement = self.sqlite.prepare_cached(sql)?;
        for place in 1..=statement.parameter_count() {
            let value = place.checked_sub(1).and_then(|place| args.get(place));
            let value =
                value.ok_or_else(|| Fault::other(format!("argument {place} is missing")))?;
            statement.raw_bind_parameter(place, bare(value)?)?;
        }
        if !statement.readonly() {
            // Stopped in the middle it would take the whole transaction back.
            self.limit(i64::MAX);
        }
        Ok(statement)
    }

    /// Hands every row to `each` until it wants no more.
    pub(super) fn rows(
        &self,
        sql: &str,
        args: &[Value],
        mut each: impl FnMut(&QueryResult<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Trouble> {
        let mut statement = self.prepare(sql, args)?;
        let names: Vec<String> = statement
            .column_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !each(&QueryResult::sqlite(row, &names))? {
                break;
            }
        }
        Ok(())
    }

    /// Runs a statement to its end; how many rows it changed.
    pub(super) fn run(&self, sql: &str, args: &[Value]) -> Result<u64, Trouble> {
        let mut statement = self.prepare(sql, args)?;
        let writes = !statement.readonly();
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(if writes { self.sqlite.changes() } else { 0 })
    }

    /// Runs statements without arguments, however long they take.
    pub(super) fn batch(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.limit(i64::MAX);
        self.sqlite.execute_batch(sql)
    }

    /// Begins to write; false when another process is writing just now.
    pub(super) fn begin(&self) -> Result<bool, rusqlite::Error> {
        self.sqlite.busy_timeout(Duration::ZERO)?;
        let begun = self.batch("BEGIN IMMEDIATE");
        self.sqlite.busy_timeout(BUSY)?;
        self.changed.set(self.sqlite.total_changes());
        match begun {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// Whether the commit of the open transaction takes long: it has changed much, or begins the log anew.
    pub(super) fn takes_long(&self) -> bool {
        self.carried.get() || self.sqlite.total_changes() - self.changed.get() > LARGE
    }

    /// Makes the transaction permanent, without waiting for the disk unless it [takes long](Conn::takes_long); whether the log
    /// should now be carried over.
    pub(super) fn commit(&self) -> Result<bool, rusqlite::Error> {
        LOGGED.set(0);
        self.batch("COMMIT")?;
        self.carried.set(false);
        Ok(LOGGED.get() >= LOG_PAGES)
    }

    /// Carries the log over into the file and waits for the disk.
    pub(super) fn carry_over(&self) {
        let carrying = "PRAGMA wal_checkpoint(PASSIVE)";
        if let Err(error) = self.sqlite.query_row(carrying, [], |_| Ok(())) {
            tracing::debug!(%error, "checkpoint");
        }
        self.carried.set(true);
    }

    pub(super) fn roll_back(&self) {
        if !self.sqlite.is_autocommit()
            && let Err(error) = self.batch("ROLLBACK")
        {
            tracing::debug!(%error, "rollback");
        }
    }
}

/// Why a statement did not come to its end.
pub(super) enum Trouble {
    Sqlite(rusqlite::Error),
    Fault(Fault),
}

impl Trouble {
    pub(super) fn is_stopped(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted))
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Sqlite(error) => error.into(),
            Trouble::Fault(fault) => fault,
        }
    }
}

fn bare(value: &Value) -> Result<ToSqlOutput<'_>, Fault> {
    let borrowed = |value| ToSqlOutput::Borrowed(value);
    let owned = |value| ToSqlOutput::Owned(value);
    Ok(match value {
        Value::Bool(Some(bit)) => owned(Bare::Integer(i64::from(*bit))),
        Value::Int(Some(number)) => owned(Bare::Integer(i64::from(*number))),
        Value::BigInt(Some(number)) => owned(Bare::Integer(*number)),
        Value::Double(Some(number)) => owned(Bare::Real(*number)),
        Value::String(Some(text)) => borrowed(ValueRef::Text(text.as_bytes())),
        Value::Bytes(Some(bytes)) => borrowed(ValueRef::Blob(bytes.as_slice())),
        Value::Uuid(Some(id)) => borrowed(ValueRef::Blob(id.as_bytes())),
        Value::Bool(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::Double(None)
        | Value::String(None)
        | Value::Bytes(None)
        | Value::Uuid(None) => borrowed(ValueRef::Null),
        _ => {
            return Err(Fault::other(
                "an argument of a type that SQLite does not have",
            ));
        }
    })
}
