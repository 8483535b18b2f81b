//! Both database engines behind one small surface (数据库): SQLite inside the process, or PostgreSQL.
//!
//! sea-orm holds the connections; everything else writes SQL text with `$1…`, which runs on both engines.
//! A second text for one engine goes visibly through [`pick`].
//!
//! Things to know when writing SQL for both:
//! - `sum()` of a BIGINT is NUMERIC on PostgreSQL: write `CAST(sum(x) AS BIGINT)`.
//! - Compare text keys by prefix only on `{key}` columns (COLLATE "C").
//! - A parameter that stands alone (`SELECT $1`, `$1 IS NULL`) needs a cast: `CAST($1 AS BIGINT)`.
//! - While a [`Tx`] from [`Db::begin`] is open, do not begin a second one in the same task: SQLite has one writer.

mod place;
mod pulse;
mod rows;
#[cfg(feature = "testing")]
mod tape;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use sea_orm::sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, IsolationLevel, QueryResult, SqliteTransactionMode, Statement, StreamTrait,
    TransactionOptions, TransactionTrait, TryGetError,
};

pub use pulse::Pulse;
pub use rows::insert_rows;
pub use sea_orm::{FromQueryResult, TryGetable, Value};
#[cfg(feature = "testing")]
pub use tape::{Sent, Tape};
pub use text::{SqlText, pick, plain_places};

use crate::config::DatabaseConfig;
use crate::ctx::Ctx;
use crate::fault::Fault;
use crate::problem::Problem;

/// Which database runs underneath (数据库引擎).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in this process.
    Sqlite,
    /// A PostgreSQL server, version 15 or later.
    Postgres,
}

impl Engine {
    /// The engine a URL asks for.
    pub fn of(url: &str) -> Result<Self, Fault> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(Fault::Config(
                "database.url: must start with sqlite: or postgres://".into(),
            ))
        }
    }

    /// `sqlite` or `postgres`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    fn statement(self, sql: &str, mut args: Vec<Value>) -> Statement {
        // PostgreSQL's text holds no NUL and answers a fault; nobody types one.
        for arg in &mut args {
            if let Value::String(Some(text)) = arg
                && text.contains('\0')
            {
                *arg = Value::from(text.replace('\0', "\u{FFFD}"));
            }
        }
        if self == Self::Sqlite
            && let Some(sql) = text::plain_places(sql)
        {
            return Statement::from_sql_and_values(self.backend(), sql, args);
        }
        Statement::from_sql_and_values(self.backend(), sql, args)
    }
}

/// Figures about the database since the start, for `/metrics`.
#[derive(Debug, Default)]
pub struct DbFigures {
    /// Statements sent.
    pub statements: AtomicU64,
    /// Writing transactions begun.
    pub begun: AtomicU64,
    /// Writing transactions committed.
    pub committed: AtomicU64,
}

/// An open database (数据库). Cheap to clone.
///
/// SQLite: a pool of readers and a pool of exactly one writer. PostgreSQL: one pool.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    pulse: Pulse,
    figures: Arc<DbFigures>,
    url: Arc<str>,
    #[cfg(feature = "testing")]
    tape: Tape,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database; creates the SQLite file and its folder when missing.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that opens databases"
    )]
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, Fault> {
        let engine = Engine::of(&config.url)?;
        let (reader, writer) = match engine {
            Engine::Sqlite => {
                if let Some(file) = sqlite_path(&config.url) {
                    place::make_ready(&file).await?;
                }
                // The writer first: it creates the file and switches it to WAL.
                let writer = Database::connect(sqlite_options(config, true)).await?;
                let reader = Database::connect(sqlite_options(config, false)).await?;
                (reader, writer)
            }
            Engine::Postgres => {
                let pool = Database::connect(postgres_options(config)).await?;
                refuse_old_postgres(&pool).await?;
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            engine,
            reader,
            writer,
            pulse: Pulse::default(),
            figures: Arc::default(),
            url: config.url.as_str().into(),
            #[cfg(feature = "testing")]
            tape: Tape::default(),
        })
    }

    /// Opens a SQLite file that nobody writes to, such as a backup, without touching it.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that opens databases"
    )]
    pub(crate) async fn open_copy(file: &std::path::Path) -> Result<Self, Fault> {
        let url = format!("sqlite:{}", file.display());
        let mut options = ConnectOptions::new(url.clone());
        options.max_connections(1).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|o| o.read_only(true).immutable(true));
        let only = Database::connect(options).await?;
        Ok(Self {
            engine: Engine::Sqlite,
            reader: only.clone(),
            writer: only,
            pulse: Pulse::default(),
            figures: Arc::default(),
            url: url.as_str().into(),
            #[cfg(feature = "testing")]
            tape: Tape::default(),
        })
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The SQLite file; nothing on PostgreSQL.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        sqlite_path(&self.url)
    }

    /// Begins a writing transaction; `BEGIN IMMEDIATE` on SQLite, so it waits for its turn here and nowhere else.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        self.figures.begun.fetch_add(1, Ordering::Relaxed);
        let inner = self
            .writer
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: (self.engine == Engine::Sqlite)
                    .then_some(SqliteTransactionMode::Immediate),
            })
            .await?;
        Ok(self.tx(inner))
    }

    /// Begins a writing transaction for one request and claims its idempotency key, if it carries one, in it.
    pub async fn begin_for(&self, ctx: &Ctx) -> Result<Tx, Problem> {
        let tx = self.begin().await?;
        crate::idempotency::claim(&tx, ctx).await?;
        Ok(tx)
    }

    /// Begins a reading transaction which sees one state of the database throughout.
    pub async fn snapshot(&self) -> Result<Tx, Fault> {
        let postgres = self.engine == Engine::Postgres;
        let inner = self
            .reader
            .begin_with_options(TransactionOptions {
                isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
                access_mode: postgres.then_some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            })
            .await?;
        Ok(self.tx(inner))
    }

    /// Runs statements outside a transaction on the writing connection (`VACUUM`, `ANALYZE`).
    pub async fn run_outside(&self, sql: &str) -> Result<(), Fault> {
        self.writer.execute_unprepared(sql).await?;
        Ok(())
    }

    /// Name and version of the engine, such as `PostgreSQL 15.8`.
    pub async fn version(&self) -> Result<String, Fault> {
        let (name, sql) = match self.engine {
            Engine::Sqlite => ("SQLite", "SELECT sqlite_version()"),
            Engine::Postgres => ("PostgreSQL", "SHOW server_version"),
        };
        let version: Option<String> = self.scalar(sql, Vec::new()).await?;
        Ok(format!("{name} {}", version.unwrap_or_default()))
    }

    /// Tells in-process listeners (job workers, live updates) that something was committed.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Figures since the start.
    pub fn figures(&self) -> &DbFigures {
        &self.figures
    }

    /// What keeps the statements sent, while it is asked to.
    #[cfg(feature = "testing")]
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// Closes every connection and waits for them.
    pub async fn close(self) -> Result<(), Fault> {
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        Ok(())
    }

    fn tx(&self, inner: DatabaseTransaction) -> Tx {
        Tx {
            engine: self.engine,
            inner,
            pulse: self.pulse.clone(),
            figures: Arc::clone(&self.figures),
            rouse: AtomicBool::new(false),
            #[cfg(feature = "testing")]
            tape: self.tape.clone(),
        }
    }
}

/// An open transaction (事务). Rolled back when dropped without [`Tx::commit`].
pub struct Tx {
    engine: Engine,
    inner: DatabaseTransaction,
    pulse: Pulse,
    figures: Arc<DbFigures>,
    rouse: AtomicBool,
    #[cfg(feature = "testing")]
    tape: Tape,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl Tx {
    /// Makes everything written in this transaction permanent.
    pub async fn commit(self) -> Result<(), Fault> {
        self.inner.commit().await?;
        self.figures.committed.fetch_add(1, Ordering::Relaxed);
        if self.rouse.load(Ordering::Relaxed) {
            self.pulse.beat();
        }
        Ok(())
    }

    /// Takes everything back. A connection that is lost meanwhile has rolled back by itself.
    pub async fn rollback(self) {
        if let Err(error) = self.inner.rollback().await {
            tracing::debug!(%error, "rollback");
        }
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Wakes job workers and live updates after the commit.
    pub fn rouse_after_commit(&self) {
        self.rouse.store(true, Ordering::Relaxed);
    }

    /// Runs schema statements without preparing them.
    pub(crate) async fn run_schema(&self, sql: &str) -> Result<(), Fault> {
        self.inner.execute_unprepared(sql).await?;
        Ok(())
    }
}

/// SQL text in, rows out. [`Db`] reads; [`Tx`] reads and writes.
pub trait Sql: Send + Sync {
    /// The engine underneath, for [`pick`].
    fn engine(&self) -> Engine;

    /// All rows.
    fn all<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, Fault>> + Send;

    /// The first row, if there is one.
    fn one<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, Fault>> + Send;

    /// The first column of the first row; nothing when there is no row or it is NULL.
    fn scalar<T: TryGetable + Send>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, Fault>> + Send;

    /// Runs a statement; how many rows it touched. On [`Db`] SQLite refuses statements that write.
    fn run(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// Rows one by one, in constant memory. Holds a connection until the stream is dropped.
    fn stream<'a, T: FromQueryResult + Send + 'a>(
        &'a self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<BoxStream<'a, Result<T, Fault>>, Fault>> + Send;
}

macro_rules! sql_by {
    ($type:ty, $connection:ident) => {
        impl $type {
            #[cfg_attr(
                not(feature = "testing"),
                allow(unused_variables, reason = "only tests and benchmarks keep statements")
            )]
            fn count(&self, sql: &str, args: &[Value]) {
                self.figures.statements.fetch_add(1, Ordering::Relaxed);
                #[cfg(feature = "testing")]
                self.tape.keep(sql, args);
            }
        }

        impl Sql for $type {
            fn engine(&self) -> Engine {
                self.engine
            }

            async fn all<T: FromQueryResult + Send>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Vec<T>, Fault> {
                self.count(sql, &args);
                let rows = self
                    .$connection
                    .query_all_raw(self.engine.statement(sql, args))
                    .await?;
                rows.iter()
                    .map(|row| Ok(T::from_query_result(row, "")?))
                    .collect()
            }

            async fn one<T: FromQueryResult + Send>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Option<T>, Fault> {
                self.count(sql, &args);
                let row = self
                    .$connection
                    .query_one_raw(self.engine.statement(sql, args))
                    .await?;
                row.map(|row| Ok(T::from_query_result(&row, "")?))
                    .transpose()
            }

            async fn scalar<T: TryGetable + Send>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Option<T>, Fault> {
                self.count(sql, &args);
                let row = self
                    .$connection
                    .query_one_raw(self.engine.statement(sql, args))
                    .await?;
                row.map_or(Ok(None), |row| first_column(&row))
            }

            async fn run(&self, sql: &str, args: Vec<Value>) -> Result<u64, Fault> {
                self.count(sql, &args);
                Ok(self
                    .$connection
                    .execute_raw(self.engine.statement(sql, args))
                    .await?
                    .rows_affected())
            }

            async fn stream<'a, T: FromQueryResult + Send + 'a>(
                &'a self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<BoxStream<'a, Result<T, Fault>>, Fault> {
                self.count(sql, &args);
                let rows = self
                    .$connection
                    .stream_raw(self.engine.statement(sql, args))
                    .await?;
                Ok(rows.map(|row| Ok(T::from_query_result(&row?, "")?)).boxed())
            }
        }
    };
}

sql_by!(Db, reader);
sql_by!(Tx, inner);

fn first_column<T: TryGetable>(row: &QueryResult) -> Result<Option<T>, Fault> {
    match T::try_get_by(row, 0) {
        Ok(value) => Ok(Some(value)),
        Err(TryGetError::Null(_)) => Ok(None),
        Err(TryGetError::DbErr(error)) => Err(error.into()),
    }
}

/// The file behind `sqlite:path`, `sqlite://path` or `sqlite:///path`, without its query part.
pub(crate) fn sqlite_path(url: &str) -> Option<std::path::PathBuf> {
    let rest = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or(rest);
    (!path.is_empty() && path != ":memory:").then(|| path.into())
}

async fn refuse_old_postgres(pool: &DatabaseConnection) -> Result<(), Fault> {
    let statement = Engine::Postgres.statement(
        "SELECT current_setting('server_version_num')::bigint",
        Vec::new(),
    );
    let number: Option<i64> = match pool.query_one_raw(statement).await? {
        Some(row) => first_column(&row)?,
        None => None,
    };
    if number.is_some_and(|n| n < OLDEST_POSTGRES) {
        return Err(Fault::Config(
            "database.url: PostgreSQL 15 or later is needed".into(),
        ));
    }
    Ok(())
}

const OLDEST_POSTGRES: i64 = 150_000;
const BUSY: Duration = Duration::from_secs(10);

fn sqlite_options(config: &DatabaseConfig, writer: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.clone());
    options
        .max_connections(if writer { 1 } else { config.readers.max(1) })
        .min_connections(1)
        .acquire_timeout(BUSY)
        .idle_timeout(if writer {
            None
        } else {
            Some(Duration::from_mins(5))
        })
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false);
    let relaxed = config.relaxed;
    options.map_sqlx_sqlite_opts(move |o| {
        let o = o
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if relaxed {
                SqliteSynchronous::Off
            } else {
                SqliteSynchronous::Normal
            })
            .auto_vacuum(SqliteAutoVacuum::None)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(512)
            .pragma("cache_size", "-16000")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "memory")
            .pragma("journal_size_limit", "67108864")
            .optimize_on_close(writer, None);
        if writer {
            o
        } else {
            o.pragma("query_only", "on")
        }
    });
    options.map_sqlx_sqlite_pool_opts(|o| o.after_release(|c, _| clean(c)));
    options
}

/// Whether a connection that comes back stands outside any transaction; one that does not is closed.
///
/// A full disk or a failing one ends a transaction inside SQLite. The driver, which then rolls back what is no longer
/// there, goes on believing that one is open, would make savepoints of all later transactions, and would never commit.
fn clean(connection: &mut SqliteConnection) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    async move {
        if connection.is_in_transaction() {
            // A rollback may still be on its way.
            connection.ping().await?;
        }
        let is_clean = !connection.is_in_transaction();
        if !is_clean {
            tracing::warn!("a connection that lost its transaction is replaced");
        }
        Ok(is_clean)
    }
    .boxed()
}

fn postgres_options(config: &DatabaseConfig) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.clone());
    options
        .max_connections(config.pool.max(2))
        .min_connections(1)
        .acquire_timeout(BUSY)
        .idle_timeout(Some(Duration::from_mins(5)))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false);
    options.map_sqlx_postgres_opts(|o| o.statement_cache_capacity(512).application_name("liuke"));
    options
}
