//! Fresh databases for tests (测试): each test has its own, on both engines.
//!
//! A migrated template is made once per schema and copied per test: a file for SQLite, `CREATE DATABASE … TEMPLATE`
//! for PostgreSQL. `LIUKE_TEST_PG` names a PostgreSQL database whose user may create databases; without it the
//! PostgreSQL half is skipped, unless `LIUKE_REQUIRE_PG=1` makes that a failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, read their environment and tidy up after themselves"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

use crate::config::{Config, DatabaseConfig};
use crate::ctx::{Actor, Base, Ctx, Ids, ManualClock, SystemClock, Via};
use crate::db::{Db, Engine};
use crate::events::Wiring;
use crate::migrate::{Migration, migrate, platform_ddl};

/// Monday 2026-11-23, 09:00 in Shanghai: when every test begins.
pub const START_MS: i64 = 1_795_395_600_000;

/// Everything this thread logs from now on, at the most talkative level; other threads are not heard.
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    _listening: tracing::subscriber::DefaultGuard,
}

/// Where the lines go.
#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Begins to listen.
    pub fn listen() -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Lines(lines.clone());
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone());
        let registry = tracing_subscriber::registry()
            .with(crate::http::log::filter("trace").unwrap())
            .with(layer);
        Self {
            lines,
            _listening: registry.set_default(),
        }
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8(self.lines.lock().unwrap().clone()).unwrap()
    }
}

/// A fresh, migrated database; gone when dropped.
#[derive(Debug)]
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// How to open it again.
    pub config: DatabaseConfig,
    keep: Keep,
}

#[derive(Debug)]
enum Keep {
    Folder(#[allow(dead_code, reason = "removes the folder when dropped")] TempDir),
    Database { admin: String, name: String },
}

/// Whether tests on this engine run; panics when PostgreSQL is required but not there.
pub fn wanted(engine: Engine) -> bool {
    if engine == Engine::Sqlite || postgres_url().is_some() {
        return true;
    }
    assert!(
        std::env::var("LIUKE_REQUIRE_PG").as_deref() != Ok("1"),
        "LIUKE_REQUIRE_PG=1, but LIUKE_TEST_PG names no PostgreSQL"
    );
    eprintln!("skipped on PostgreSQL: LIUKE_TEST_PG is not set");
    false
}

fn postgres_url() -> Option<String> {
    std::env::var("LIUKE_TEST_PG")
        .ok()
        .filter(|u| !u.is_empty())
}

impl TestDb {
    /// A fresh database of this engine with this schema.
    pub async fn fresh(engine: Engine, migrations: &[Migration]) -> Self {
        match engine {
            Engine::Sqlite => Self::fresh_sqlite(migrations).await,
            Engine::Postgres => Self::fresh_postgres(migrations).await,
        }
    }

    async fn fresh_sqlite(migrations: &[Migration]) -> Self {
        let template = sqlite_template(migrations).await;
        let folder = TempDir::with_prefix("liuke-t-").unwrap();
        let file = folder.path().join("liuke.db");
        std::fs::copy(template, &file).unwrap();
        let config = sqlite_config(&file);
        let db = Db::connect(&config).await.unwrap();
        Self {
            db,
            config,
            keep: Keep::Folder(folder),
        }
    }

    async fn fresh_postgres(migrations: &[Migration]) -> Self {
        let admin = postgres_url().expect("LIUKE_TEST_PG");
        let template = postgres_template(&admin, migrations).await;
        let name = format!("liuke_t_{}_{}", seconds(), suffix());
        let mut connection = PgConnection::connect(&admin).await.unwrap();
        run(
            &mut connection,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await
        .unwrap();
        connection.close().await.unwrap();
        let config = postgres_config(&admin, &name);
        let db = Db::connect(&config).await.unwrap();
        Self {
            db,
            config,
            keep: Keep::Database { admin, name },
        }
    }

    /// A folder for files of this test, next to the SQLite database.
    pub fn folder(&self) -> PathBuf {
        match &self.keep {
            Keep::Folder(folder) => folder.path().to_owned(),
            Keep::Database { name, .. } => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder).unwrap();
                folder
            }
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Keep::Database { admin, name } = &self.keep else {
            return;
        };
        let _ = std::fs::remove_dir_all(std::env::temp_dir().join(name));
        let (admin, name) = (admin.clone(), name.clone());
        // A runtime of its own: the test's may be gone or unwinding.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&admin)
                    .await
                    .map_err(std::io::Error::other)?;
                run(
                    &mut connection,
                    &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                )
                .await
                .map_err(std::io::Error::other)
            })
        });
        if let Ok(Err(error)) = dropper.join() {
            eprintln!("test database not dropped: {error}");
        }
    }
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .map(|_| ())
}

fn sqlite_config(file: &Path) -> DatabaseConfig {
    DatabaseConfig {
        relaxed: true,
        readers: 3,
        ..DatabaseConfig::of(format!("sqlite:{}", file.display()))
    }
}

fn postgres_config(admin: &str, name: &str) -> DatabaseConfig {
    let (before, query) = admin
        .split_once('?')
        .map_or((admin, None), |(b, q)| (b, Some(q)));
    let (server, _) = before
        .rsplit_once('/')
        .expect("LIUKE_TEST_PG ends with a database name");
    let query = query.map(|q| format!("?{q}")).unwrap_or_default();
    DatabaseConfig {
        pool: 6,
        ..DatabaseConfig::of(format!("{server}/{name}{query}"))
    }
}

/// A short name for a schema.
fn fingerprint(engine: Engine, migrations: &[Migration]) -> String {
    let mut hash = Sha256::new();
    for migration in migrations {
        hash.update(migration.checksum(engine));
        hash.update(migration.slug);
    }
    hex::encode(hash.finalize()).chars().take(16).collect()
}

fn seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn suffix() -> String {
    crate::secret::digest(crate::secret::fresh().unwrap())
        .chars()
        .take(12)
        .collect()
}

async fn sqlite_template(migrations: &[Migration]) -> PathBuf {
    let folder = std::env::temp_dir().join("liuke-test-templates");
    let template = folder.join(format!("{}.db", fingerprint(Engine::Sqlite, migrations)));
    if template.is_file() {
        return template;
    }
    let making = folder.join(format!("making-{}.db", suffix()));
    let db = Db::connect(&sqlite_config(&making)).await.unwrap();
    migrate(&db, migrations, &SystemClock).await.unwrap();
    db.run_outside("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    db.close().await.unwrap();
    // Two processes may get here at once: the later file is the same as the earlier.
    std::fs::rename(&making, &template).unwrap();
    for rest in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(making.with_extension(rest));
    }
    template
}

async fn postgres_template(admin: &str, migrations: &[Migration]) -> String {
    const LOCK: i64 = 0x006c_6975_6b65_0009;
    let template = format!("liuke_tpl_{}", fingerprint(Engine::Postgres, migrations));
    let mut connection = PgConnection::connect(admin)
        .await
        .expect("the PostgreSQL of LIUKE_TEST_PG");
    let exists = async |connection: &mut PgConnection| -> bool {
        sqlx::query_scalar::<_, bool>(
            "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)",
        )
        .bind(&template)
        .fetch_one(connection)
        .await
        .unwrap()
    };
    if !exists(&mut connection).await {
        // Held until the connection closes; whoever comes second finds the template made.
        run(&mut connection, &format!("SELECT pg_advisory_lock({LOCK})"))
            .await
            .unwrap();
        if !exists(&mut connection).await {
            sweep(&mut connection).await;
            let making = format!("liuke_t_{}_making{}", seconds(), suffix());
            run(
                &mut connection,
                &format!("CREATE DATABASE {making} TEMPLATE template0"),
            )
            .await
            .unwrap();
            let db = Db::connect(&postgres_config(admin, &making)).await.unwrap();
            migrate(&db, migrations, &SystemClock).await.unwrap();
            db.close().await.unwrap();
            for attempt in 0.. {
                match run(
                    &mut connection,
                    &format!("ALTER DATABASE {making} RENAME TO {template}"),
                )
                .await
                {
                    Ok(()) => break,
                    // The server may not have noticed yet that the last connection is gone.
                    Err(_) if attempt < 50 => tokio::time::sleep(Duration::from_millis(20)).await,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
    connection.close().await.unwrap();
    template
}

/// Drops databases that killed tests left behind more than an hour ago.
async fn sweep(connection: &mut PgConnection) {
    let names: Vec<String> = sqlx::query_scalar(
        r"SELECT datname::text FROM pg_database WHERE datname LIKE 'liuke\_t\_%'",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap_or_default();
    for name in names {
        let made: Option<u64> = name.split('_').nth(2).and_then(|s| s.parse().ok());
        if made.is_some_and(|m| m + 3600 < seconds()) {
            let _ = run(
                connection,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )
            .await;
        }
    }
}

/// The platform's own tables alone, for its own tests.
pub const PLATFORM_ONLY: [Migration; 1] = [Migration {
    number: 1,
    slug: "platform",
    up: platform_ddl,
}];

/// A base over a fresh database with a hand-moved clock and seeded ids.
#[derive(Debug)]
pub struct TestBase {
    /// What everything needs.
    pub base: Base,
    /// Its clock; moved by hand only.
    pub clock: ManualClock,
    /// Its database.
    pub test_db: TestDb,
}

impl TestBase {
    /// On this engine with the platform's own tables; nothing where the engine is not wanted.
    pub async fn on(engine: Engine) -> Option<Self> {
        Self::with(engine, &PLATFORM_ONLY, Wiring::new(), Config::default()).await
    }

    /// On this engine with this schema and wiring; nothing where the engine is not wanted.
    pub async fn with(
        engine: Engine,
        migrations: &[Migration],
        wiring: Wiring,
        config: Config,
    ) -> Option<Self> {
        if !wanted(engine) {
            return None;
        }
        let test_db = TestDb::fresh(engine, migrations).await;
        let clock = ManualClock::at(Timestamp::from_millisecond(START_MS).unwrap());
        let config = Config {
            database: test_db.config.clone(),
            ..config
        };
        let base = Base::with(
            test_db.db.clone(),
            config,
            wiring,
            Arc::new(clock.clone()),
            Ids::seeded(1),
        );
        Some(Self {
            base,
            clock,
            test_db,
        })
    }

    /// A context of a made-up person.
    pub fn ctx(&self) -> Ctx {
        let id = self.base.ctx(Actor::system()).new_id();
        self.base.ctx(Actor::person(id, "测试", Via::Ui))
    }
}

/// Makes a test of this name for each engine, which calls the async function of the same name.
///
/// `on_both!(a_sentence)` passes a [`TestBase`](crate::testing::TestBase); `on_both!(a_sentence, path::to::maker)`
/// whatever the maker gives, an `async fn(Engine) -> Option<T>` by its full path.
#[macro_export]
macro_rules! on_both {
    ($name:ident) => {
        $crate::on_both!($name, $crate::testing::TestBase::on);
    };
    ($name:ident, $($make:tt)+) => {
        mod $name {
            #[::tokio::test]
            async fn sqlite() {
                if let Some(made) = $($make)+($crate::Engine::Sqlite).await {
                    super::$name(made).await;
                }
            }

            #[::tokio::test]
            async fn postgres() {
                if let Some(made) = $($make)+($crate::Engine::Postgres).await {
                    super::$name(made).await;
                }
            }
        }
    };
}
