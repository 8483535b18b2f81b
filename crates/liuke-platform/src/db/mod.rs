//! Both database engines behind one small surface (数据库): SQLite inside the process, or PostgreSQL.
//!
//! Everything is SQL text with `$1…`, which runs on both engines: by rusqlite on SQLite, by sea-orm's pool on PostgreSQL.
//! A second text for one engine goes visibly through [`pick`].
//!
//! Things to know when writing SQL for both:
//! - `sum()` of a BIGINT is NUMERIC on PostgreSQL: write `CAST(sum(x) AS BIGINT)`.
//! - Compare text keys by prefix only on `{key}` columns (COLLATE "C").
//! - A parameter that stands alone (`SELECT $1`, `$1 IS NULL`) needs a cast: `CAST($1 AS BIGINT)`.
//! - While a [`Tx`] from [`Db::begin`] is open, do not begin a second one in the same task: SQLite has one writer.

mod place;
mod pulse;
mod row;
mod rows;
mod sqlite;
#[cfg(feature = "testing")]
mod tape;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, IsolationLevel, Statement, StreamTrait, TransactionOptions, TransactionTrait,
};
use serde::Serialize;

pub use liuke_macros::FromQueryResult;
pub use pulse::Pulse;
pub use row::{Column, FromQueryResult, QueryResult};
pub use rows::insert_rows;
pub use sea_orm::Value;
#[cfg(feature = "testing")]
pub use tape::{Sent, Tape};
pub use text::{SqlText, pick, plain_places};

use sqlite::{Held, Sqlite};

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
}

/// What PostgreSQL is sent.
fn statement(sql: &str, mut args: Vec<Value>) -> Statement {
    // Its text holds no NUL and answers a fault; nobody types one.
    for arg in &mut args {
        if let Value::String(Some(text)) = arg
            && text.contains('\0')
        {
            *arg = Value::from(text.replace('\0', "\u{FFFD}"));
        }
    }
    Statement::from_sql_and_values(DbBackend::Postgres, sql, args)
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
/// SQLite: some readers and exactly one writer. PostgreSQL: one pool.
#[derive(Clone)]
pub struct Db {
    driver: Driver,
    pulse: Pulse,
    figures: Arc<DbFigures>,
    url: Arc<str>,
    #[cfg(feature = "testing")]
    tape: Tape,
}

#[derive(Clone)]
enum Driver {
    Sqlite(Sqlite),
    Postgres(DatabaseConnection),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("engine", &self.engine())
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
        let driver = match engine {
            Engine::Sqlite => {
                let file = sqlite_path(&config.url).ok_or_else(|| {
                    Fault::Config("database.url: names no file after sqlite:".into())
                })?;
                place::make_ready(&file).await?;
                Driver::Sqlite(Sqlite::open(file, config.readers, config.relaxed).await?)
            }
            Engine::Postgres => {
                let pool = Database::connect(postgres_options(config)).await?;
                refuse_old_postgres(&pool).await?;
                Driver::Postgres(pool)
            }
        };
        Ok(Self::over(driver, &config.url))
    }

    /// Opens a SQLite file that nobody writes to, such as a backup, without touching it.
    pub(crate) async fn open_copy(file: &std::path::Path) -> Result<Self, Fault> {
        let driver = Driver::Sqlite(Sqlite::open_copy(file).await?);
        Ok(Self::over(driver, &format!("sqlite:{}", file.display())))
    }

    fn over(driver: Driver, url: &str) -> Self {
        Self {
            driver,
            pulse: Pulse::default(),
            figures: Arc::default(),
            url: url.into(),
            #[cfg(feature = "testing")]
            tape: Tape::default(),
        }
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        match &self.driver {
            Driver::Sqlite(_) => Engine::Sqlite,
            Driver::Postgres(_) => Engine::Postgres,
        }
    }

    /// The SQLite file; nothing on PostgreSQL.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        sqlite_path(&self.url)
    }

    /// Begins a writing transaction; `BEGIN IMMEDIATE` on SQLite, so it waits for its turn here and nowhere else.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        self.figures.begun.fetch_add(1, Ordering::Relaxed);
        Ok(self.tx(match &self.driver {
            Driver::Sqlite(sqlite) => Inner::Sqlite(sqlite.clone(), sqlite.begin().await?),
            Driver::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Begins a writing transaction for one request and claims its idempotency key, if it carries one, in it.
    pub async fn begin_for(&self, ctx: &Ctx) -> Result<Tx, Problem> {
        let tx = self.begin().await?;
        crate::idempotency::claim(&tx, ctx).await?;
        Ok(tx)
    }

    /// Begins a reading transaction which sees one state of the database throughout.
    pub async fn snapshot(&self) -> Result<Tx, Fault> {
        Ok(self.tx(match &self.driver {
            Driver::Sqlite(sqlite) => Inner::Sqlite(sqlite.clone(), sqlite.snapshot().await?),
            Driver::Postgres(pool) => {
                let options = TransactionOptions {
                    isolation_level: Some(IsolationLevel::RepeatableRead),
                    access_mode: Some(AccessMode::ReadOnly),
                    sqlite_transaction_mode: None,
                };
                Inner::Postgres(pool.begin_with_options(options).await?)
            }
        }))
    }

    /// Runs statements outside a transaction on the writing connection (`VACUUM`, `ANALYZE`).
    pub async fn run_outside(&self, sql: &str) -> Result<(), Fault> {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.run_outside(sql).await,
            Driver::Postgres(pool) => {
                pool.execute_unprepared(sql).await?;
                Ok(())
            }
        }
    }

    /// Name and version of the engine, such as `PostgreSQL 15.8`.
    pub async fn version(&self) -> Result<String, Fault> {
        let (name, sql) = match self.engine() {
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
        match self.driver {
            Driver::Sqlite(sqlite) => sqlite.close().await,
            Driver::Postgres(pool) => pool.close().await?,
        }
        Ok(())
    }

    fn tx(&self, inner: Inner) -> Tx {
        Tx {
            inner,
            pulse: self.pulse.clone(),
            figures: Arc::clone(&self.figures),
            tells: AtomicBool::new(false),
            queues: AtomicBool::new(false),
            #[cfg(feature = "testing")]
            tape: self.tape.clone(),
        }
    }
}

/// An open transaction (事务). Rolled back when dropped without [`Tx::commit`].
pub struct Tx {
    inner: Inner,
    pulse: Pulse,
    figures: Arc<DbFigures>,
    tells: AtomicBool,
    queues: AtomicBool,
    #[cfg(feature = "testing")]
    tape: Tape,
}

enum Inner {
    Sqlite(Sqlite, Held),
    Postgres(DatabaseTransaction),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

impl Tx {
    /// Commits, and keeps the JSON answer for a repetition of the request in the same transaction: whatever happens to the
    /// process afterwards, a repetition gets it. Otherwise it is kept after the answer, in a transaction of its own.
    pub async fn commit_with(self, ctx: &Ctx, answer: &impl Serialize) -> Result<(), Fault> {
        crate::idempotency::answer(&self, ctx, answer).await?;
        self.commit().await
    }

    /// Makes everything written in this transaction permanent.
    pub async fn commit(self) -> Result<(), Fault> {
        match self.inner {
            Inner::Sqlite(sqlite, held) => sqlite.commit(held).await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        self.figures.committed.fetch_add(1, Ordering::Relaxed);
        if self.tells.load(Ordering::Relaxed) {
            self.pulse.told();
        }
        if self.queues.load(Ordering::Relaxed) {
            self.pulse.queued();
        }
        Ok(())
    }

    /// Takes everything back. A connection that is lost meanwhile has rolled back by itself.
    pub async fn rollback(self) {
        match self.inner {
            Inner::Sqlite(sqlite, held) => sqlite.roll_back(held).await,
            Inner::Postgres(tx) => {
                if let Err(error) = tx.rollback().await {
                    tracing::debug!(%error, "rollback");
                }
            }
        }
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        match &self.inner {
            Inner::Sqlite(..) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Wakes live updates after the commit.
    pub fn tells(&self) {
        self.tells.store(true, Ordering::Relaxed);
    }

    /// Wakes a job worker after the commit.
    pub fn queues(&self) {
        self.queues.store(true, Ordering::Relaxed);
    }

    /// Runs schema statements without preparing them.
    pub(crate) async fn run_schema(&self, sql: &str) -> Result<(), Fault> {
        match &self.inner {
            Inner::Sqlite(sqlite, held) => sqlite.run_schema(held, sql).await,
            Inner::Postgres(tx) => {
                tx.execute_unprepared(sql).await?;
                Ok(())
            }
        }
    }
}

/// SQL text in, rows out. [`Db`] reads; [`Tx`] reads and writes.
pub trait Sql: Send + Sync {
    /// The engine underneath, for [`pick`].
    fn engine(&self) -> Engine;

    /// All rows.
    fn all<T: FromQueryResult + Send + 'static>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, Fault>> + Send;

    /// The first row, if there is one.
    fn one<T: FromQueryResult + Send + 'static>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, Fault>> + Send;

    /// The first column of the first row; nothing when there is no row or it is NULL.
    fn scalar<T: Column + Send + 'static>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, Fault>> + Send;

    /// Runs a statement; how many rows it touched. On [`Db`] SQLite refuses statements that write.
    fn run(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<u64, Fault>> + Send;

    /// Rows one by one, in constant memory. Holds a connection until the stream is dropped.
    fn stream<'a, T: FromQueryResult + Send + 'static>(
        &'a self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<BoxStream<'a, Result<T, Fault>>, Fault>> + Send;
}

/// Where a statement of this handle goes.
enum Way<'a, P> {
    Sqlite(&'a Sqlite, Option<&'a Held>),
    Postgres(&'a P),
}

impl Db {
    fn way(&self) -> Way<'_, DatabaseConnection> {
        match &self.driver {
            Driver::Sqlite(sqlite) => Way::Sqlite(sqlite, None),
            Driver::Postgres(pool) => Way::Postgres(pool),
        }
    }
}

impl Tx {
    fn way(&self) -> Way<'_, DatabaseTransaction> {
        match &self.inner {
            Inner::Sqlite(sqlite, held) => Way::Sqlite(sqlite, Some(held)),
            Inner::Postgres(tx) => Way::Postgres(tx),
        }
    }
}

fn whole<T: FromQueryResult>(row: &QueryResult<'_>) -> Result<Option<T>, Fault> {
    T::from_query_result(row).map(Some)
}

fn first_column<T: Column>(row: &QueryResult<'_>) -> Result<Option<T>, Fault> {
    row.at(0)
}

macro_rules! sql_by {
    ($type:ty) => {
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

            async fn first<T: Send + 'static>(
                &self,
                sql: &str,
                args: Vec<Value>,
                read: fn(&QueryResult<'_>) -> Result<Option<T>, Fault>,
            ) -> Result<Option<T>, Fault> {
                self.count(sql, &args);
                match self.way() {
                    Way::Sqlite(sqlite, held) => sqlite.first(held, sql, args, read).await,
                    Way::Postgres(pool) => {
                        let row = pool.query_one_raw(statement(sql, args)).await?;
                        row.map_or(Ok(None), |row| read(&QueryResult::postgres(&row)))
                    }
                }
            }
        }

        impl Sql for $type {
            fn engine(&self) -> Engine {
                self.engine()
            }

            async fn all<T: FromQueryResult + Send + 'static>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Vec<T>, Fault> {
                self.count(sql, &args);
                match self.way() {
                    Way::Sqlite(sqlite, held) => sqlite.all(held, sql, args).await,
                    Way::Postgres(pool) => {
                        let rows = pool.query_all_raw(statement(sql, args)).await?;
                        let read = |row| T::from_query_result(&QueryResult::postgres(row));
                        rows.iter().map(read).collect()
                    }
                }
            }

            async fn one<T: FromQueryResult + Send + 'static>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Option<T>, Fault> {
                self.first(sql, args, whole).await
            }

            async fn scalar<T: Column + Send + 'static>(
                &self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<Option<T>, Fault> {
                self.first(sql, args, first_column).await
            }

            async fn run(&self, sql: &str, args: Vec<Value>) -> Result<u64, Fault> {
                self.count(sql, &args);
                match self.way() {
                    Way::Sqlite(sqlite, held) => sqlite.run(held, sql, args).await,
                    Way::Postgres(pool) => {
                        let done = pool.execute_raw(statement(sql, args)).await?;
                        Ok(done.rows_affected())
                    }
                }
            }

            async fn stream<'a, T: FromQueryResult + Send + 'static>(
                &'a self,
                sql: &str,
                args: Vec<Value>,
            ) -> Result<BoxStream<'a, Result<T, Fault>>, Fault> {
                self.count(sql, &args);
                match self.way() {
                    Way::Sqlite(sqlite, held) => sqlite.stream(held, sql, args).await,
                    Way::Postgres(pool) => {
                        let rows = pool.stream_raw(statement(sql, args)).await?;
                        let read = |row: Result<sea_orm::QueryResult, _>| {
                            T::from_query_result(&QueryResult::postgres(&row?))
                        };
                        Ok(rows.map(read).boxed())
                    }
                }
            }
        }
    };
}

sql_by!(Db);
sql_by!(Tx);

/// The file behind `sqlite:path`, `sqlite://path` or `sqlite:///path`, without its query part.
pub(crate) fn sqlite_path(url: &str) -> Option<std::path::PathBuf> {
    let rest = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or(rest);
    (!path.is_empty() && path != ":memory:").then(|| path.into())
}

async fn refuse_old_postgres(pool: &DatabaseConnection) -> Result<(), Fault> {
    let statement = statement(
        "SELECT current_setting('server_version_num')::bigint",
        Vec::new(),
    );
    let number: Option<i64> = match pool.query_one_raw(statement).await? {
        Some(row) => first_column(&QueryResult::postgres(&row))?,
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
