//! SQLite inside this process (嵌入式数据库): a few reading connections and exactly one that writes.
//!
//! A statement that takes microseconds runs where it is asked for: handing it to another thread and waiting for the
//! answer costs several times as much (docs/adr/0005). One that turns out to be long is stopped, begun again on a thread
//! for such work, and remembered, so that it never again holds up those who wait for short ones. A commit only adds to the
//! log; carrying the log over into the file waits for the disk, and is done after the answer, on a thread of its own.

mod conn;

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sea_orm::Value;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;

use self::conn::{Conn, How, Trouble};
use super::row::{FromQueryResult, QueryResult};
use super::{BUSY, text};
use crate::fault::Fault;

/// Looks at the clockwork until a statement counts as long: about 5 ms.
const STEPS: i64 = 200;
/// A statement with more arguments inserts many rows and is long.
const MANY: usize = 500;
/// Statements remembered as long; there are some hundred texts in all.
const REMEMBERED: usize = 10_000;
/// Rows handed over at once by a stream.
const CHUNK: usize = 256;

/// An open SQLite database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sqlite {
    how: Arc<How>,
    readers: Arc<Readers>,
    writer: Arc<tokio::sync::Mutex<Option<Conn>>>,
    long: Arc<RwLock<HashSet<u64>>>,
}

/// Reading connections: as many as there are permits, the rest not yet opened.
struct Readers {
    permits: Arc<Semaphore>,
    all: u32,
    idle: Mutex<Vec<Conn>>,
}

/// A connection that is lent; whatever was begun on it is taken back when it comes home.
pub(super) struct Lease {
    conn: Option<Conn>,
    /// A transaction was begun.
    begun: bool,
    home: Home,
}

enum Home {
    Readers(
        Arc<Readers>,
        #[allow(dead_code, reason = "given back when dropped")] OwnedSemaphorePermit,
    ),
    Writer(OwnedMutexGuard<Option<Conn>>),
}

impl Lease {
    fn conn(&self) -> Result<&Conn, Fault> {
        let conn = self.conn.as_ref().ok_or_else(closed)?;
        if self.begun && conn.is_autocommit() {
            // A full or failing disk ends a transaction inside SQLite: what came after would be kept without the rest.
            return Err(Fault::other("the transaction is gone"));
        }
        Ok(conn)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        conn.roll_back();
        if !conn.is_autocommit() {
            tracing::warn!("a connection that could not take its transaction back is replaced");
            return;
        }
        match &mut self.home {
            Home::Readers(readers, _) => readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(conn),
            Home::Writer(place) => **place = Some(conn),
        }
    }
}

/// A transaction's connection: statements take their turns on it.
pub(super) type Held = Arc<tokio::sync::Mutex<Lease>>;

fn closed() -> Fault {
    Fault::Unavailable(sea_orm::DbErr::Custom("the database is closed".to_owned()))
}

fn busy() -> Fault {
    Fault::Busy(sea_orm::DbErr::Custom(
        "no connection became free".to_owned(),
    ))
}

async fn off_thread<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, Fault> + Send + 'static,
) -> Result<R, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Fault::other(format!("a statement's thread: {error}")))?
}

impl Sqlite {
    /// Opens the file, which is made when missing, and switches it to WAL.
    pub(super) async fn open(file: PathBuf, readers: u32, relaxed: bool) -> Result<Self, Fault> {
        Self::with(
            How {
                file,
                relaxed,
                copy: false,
            },
            readers,
        )
        .await
    }

    /// Opens a file that nobody writes to, without touching it.
    pub(super) async fn open_copy(file: &Path) -> Result<Self, Fault> {
        let how = How {
            file: file.to_owned(),
            relaxed: true,
            copy: true,
        };
        Self::with(how, 1).await
    }

    async fn with(how: How, readers: u32) -> Result<Self, Fault> {
        let how = Arc::new(how);
        let readers = readers.max(1);
        let first = if how.copy {
            None
        } else {
            let how = Arc::clone(&how);
            Some(off_thread(move || Ok(Conn::open(&how, true)?)).await?)
        };
        let database = Self {
            how,
            readers: Arc::new(Readers {
                permits: Arc::new(Semaphore::new(usize::try_from(readers).unwrap_or(1))),
                all: readers,
                idle: Mutex::default(),
            }),
            writer: Arc::new(tokio::sync::Mutex::new(first)),
            long: Arc::default(),
        };
        // One that cannot be read says so now.
        database.reader().await?;
        Ok(database)
    }

    /// Waits for the work under way, then closes every connection, the writing one last.
    pub(super) async fn close(&self) {
        let all = timeout(BUSY, self.readers.permits.acquire_many(self.readers.all)).await;
        self.readers.permits.close();
        let idle = std::mem::take(
            &mut *self
                .readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        drop(all);
        let writer = timeout(BUSY, self.writer.lock()).await;
        let writer = writer.ok().and_then(|mut writer| writer.take());
        let closing = tokio::task::spawn_blocking(move || {
            drop(idle);
            if let Some(writer) = writer
                && let Err(error) = writer.batch("PRAGMA optimize")
            {
                tracing::debug!(%error, "optimise");
            }
        });
        let _ = closing.await;
    }

    async fn reader(&self) -> Result<Box<Lease>, Fault> {
        let permit = Arc::clone(&self.readers.permits).acquire_owned();
        let permit = timeout(BUSY, permit)
            .await
            .map_err(|_| busy())?
            .map_err(|_| closed())?;
        let idle = self
            .readers
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let conn = if let Some(conn) = idle {
            conn
        } else {
            self.connection(false).await?
        };
        let home = Home::Readers(Arc::clone(&self.readers), permit);
        Ok(Box::new(Lease {
            conn: Some(conn),
            begun: false,
            home,
        }))
    }

    async fn connection(&self, writer: bool) -> Result<Conn, Fault> {
        let how = Arc::clone(&self.how);
        off_thread(move || Ok(Conn::open(&how, writer)?)).await
    }

    async fn writer(&self) -> Result<Lease, Fault> {
        let place = timeout(BUSY, Arc::clone(&self.writer).lock_owned());
        let mut place = place.await.map_err(|_| busy())?;
        if self.readers.permits.is_closed() {
            return Err(closed());
        }
        let conn = if let Some(conn) = place.take() {
            conn
        } else {
            self.connection(true).await?
        };
        Ok(Lease {
            conn: Some(conn),
            begun: false,
            home: Home::Writer(place),
        })
    }

    /// Begins to write, when nobody else does: another process may, and is waited for without holding up anybody.
    pub(super) async fn begin(&self) -> Result<Held, Fault> {
        let mut lease = self.writer().await?;
        let asked = Instant::now();
        while !lease.conn()?.begin()? {
            if asked.elapsed() > BUSY {
                return Err(busy());
            }
            sleep(Duration::from_millis(10)).await;
        }
        lease.begun = true;
        Ok(Arc::new(tokio::sync::Mutex::new(lease)))
    }

    /// Begins to read one state of the database.
    pub(super) async fn snapshot(&self) -> Result<Held, Fault> {
        let mut lease = self.reader().await?;
        lease.conn()?.batch("BEGIN")?;
        lease.begun = true;
        Ok(Arc::new(tokio::sync::Mutex::new(*lease)))
    }

    /// Runs statements outside a transaction on the writing connection.
    pub(super) async fn run_outside(&self, sql: &str) -> Result<(), Fault> {
        let (lease, sql) = (self.writer().await?, sql.to_owned());
        off_thread(move || Ok(lease.conn()?.batch(&sql)?)).await
    }

    /// Runs statements of a schema.
    pub(super) async fn run_schema(&self, held: &Held, sql: &str) -> Result<(), Fault> {
        let (lease, sql) = (Arc::clone(held).lock_owned().await, sql.to_owned());
        off_thread(move || Ok(lease.conn()?.batch(&sql)?)).await
    }

    /// Commits. While the log is carried over afterwards nobody else writes, or it would grow without end.
    pub(super) async fn commit(&self, held: Held) -> Result<(), Fault> {
        let lease = held.lock_owned().await;
        let (lease, log_is_full) = if lease.conn()?.takes_long() {
            off_thread(move || {
                let log_is_full = lease.conn()?.commit()?;
                Ok((lease, log_is_full))
            })
            .await?
        } else {
            let log_is_full = lease.conn()?.commit()?;
            (lease, log_is_full)
        };
        if log_is_full {
            tokio::task::spawn_blocking(move || {
                if let Some(conn) = &lease.conn {
                    conn.carry_over();
                }
            });
        }
        Ok(())
    }

    /// Takes everything back.
    pub(super) async fn roll_back(&self, held: Held) {
        if let Ok(conn) = held.lock().await.conn() {
            conn.roll_back();
        }
    }

    pub(super) async fn all<T>(
        &self,
        held: Option<&Held>,
        sql: &str,
        args: Vec<Value>,
    ) -> Result<Vec<T>, Fault>
    where
        T: FromQueryResult + Send + 'static,
    {
        self.work(held, sql, args, |conn, sql, args| {
            let mut all = Vec::new();
            conn.rows(sql, args, |row| {
                all.push(T::from_query_result(row)?);
                Ok(true)
            })?;
            Ok(all)
        })
        .await
    }

    /// The first row, read by `read`.
    pub(super) async fn first<T: Send + 'static>(
        &self,
        held: Option<&Held>,
        sql: &str,
        args: Vec<Value>,
        read: fn(&QueryResult<'_>) -> Result<Option<T>, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.work(held, sql, args, move |conn, sql, args| {
            let mut first = None;
            conn.rows(sql, args, |row| {
                first = read(row)?;
                Ok(false)
            })?;
            Ok(first)
        })
        .await
    }

    pub(super) async fn run(
        &self,
        held: Option<&Held>,
        sql: &str,
        args: Vec<Value>,
    ) -> Result<u64, Fault> {
        self.work(held, sql, args, Conn::run).await
    }

    /// Rows as they are found, on a thread of their own that stays a little ahead.
    pub(super) async fn stream<'a, T>(
        &self,
        held: Option<&Held>,
        sql: &str,
        args: Vec<Value>,
    ) -> Result<BoxStream<'a, Result<T, Fault>>, Fault>
    where
        T: FromQueryResult + Send + 'static,
    {
        let (send, receive) = mpsc::channel::<Result<Vec<T>, Fault>>(2);
        let sql = text::places(sql);
        let work = move |lease: &Lease| {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = lease.conn().map_err(Trouble::from).and_then(|conn| {
                conn.limit(i64::MAX);
                conn.rows(&sql, &args, |row| {
                    chunk.push(T::from_query_result(row)?);
                    if chunk.len() < CHUNK {
                        return Ok(true);
                    }
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                    // Nobody listens any more when the stream was dropped.
                    Ok(send.blocking_send(Ok(full)).is_ok())
                })
            });
            let last = read.map(|()| chunk).map_err(Fault::from);
            let _ = send.blocking_send(last);
        };
        if let Some(held) = held {
            let lease = Arc::clone(held).lock_owned().await;
            tokio::task::spawn_blocking(move || work(&lease));
        } else {
            let lease = self.reader().await?;
            tokio::task::spawn_blocking(move || work(&lease));
        }
        let chunks = ReceiverStream::new(receive);
        Ok(chunks
            .flat_map(|chunk| {
                let rows: Vec<Result<T, Fault>> = match chunk {
                    Ok(rows) => rows.into_iter().map(Ok).collect(),
                    Err(fault) => vec![Err(fault)],
                };
                futures::stream::iter(rows)
            })
            .boxed())
    }

    /// A statement, on the connection of a transaction or on one that reads.
    async fn work<R: Send + 'static>(
        &self,
        held: Option<&Held>,
        sql: &str,
        args: Vec<Value>,
        work: impl Fn(&Conn, &str, &[Value]) -> Result<R, Trouble> + Send + 'static,
    ) -> Result<R, Fault> {
        let sql = text::places(sql);
        if let Some(held) = held {
            let lease = Arc::clone(held).lock_owned().await;
            self.work_on(lease, sql, args, work).await
        } else {
            let lease = self.reader().await?;
            self.work_on(lease, sql, args, work).await
        }
    }

    async fn work_on<R: Send + 'static>(
        &self,
        lease: impl Deref<Target = Lease> + Send + 'static,
        sql: String,
        args: Vec<Value>,
        work: impl Fn(&Conn, &str, &[Value]) -> Result<R, Trouble> + Send + 'static,
    ) -> Result<R, Fault> {
        if args.len() <= MANY && !self.is_long(&sql) {
            let conn = lease.conn()?;
            conn.limit(STEPS);
            let done = work(conn, &sql, &args);
            let left = conn.left();
            // What writes was not stopped, but may have been as long.
            if left > STEPS && i64::MAX - left > STEPS {
                self.remember(&sql);
            }
            match done {
                Err(trouble) if trouble.is_stopped() => self.remember(&sql),
                done => {
                    drop(lease);
                    // Nothing above waited: others get their turn after some statements.
                    tokio::task::coop::consume_budget().await;
                    return Ok(done?);
                }
            }
        }
        off_thread(move || {
            let conn = lease.conn()?;
            conn.limit(i64::MAX);
            Ok(work(conn, &sql, &args)?)
        })
        .await
    }

    fn is_long(&self, sql: &str) -> bool {
        let long = self.long.read().unwrap_or_else(PoisonError::into_inner);
        !long.is_empty() && long.contains(&hash(sql))
    }

    fn remember(&self, sql: &str) {
        let mut long = self.long.write().unwrap_or_else(PoisonError::into_inner);
        if long.len() < REMEMBERED {
            long.insert(hash(sql));
        }
    }
}

fn hash(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
