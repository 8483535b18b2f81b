//! Live updates (实时更新): server-sent events that carry a topic and an id, never data.
//!
//! The rows of `event` are the source: an in-process pulse tells of commits here, a poll finds those of other
//! processes. What a browser missed while away is sent from the table (`Last-Event-ID`).

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::db::FromQueryResult;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt as _};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::args;
use crate::config::LimitsConfig;
use crate::ctx::Clock;
use crate::db::{Db, Sql as _};
use crate::fault::Fault;
use crate::identity::Identity;
use crate::problem::Problem;

/// How far back the table is searched: longer than a transaction may stay open before its events are lost to others.
const WINDOW_MS: i64 = 60_000;
/// How often the table is looked at for events of other processes.
const POLL: Duration = Duration::from_secs(1);
/// Least time between two looks, so that an import does not cause one per row.
const PAUSE: Duration = Duration::from_millis(200);
/// A stream ends after this long; the browser comes back and its session is looked at again.
const LONGEST: Duration = Duration::from_mins(15);
/// Most missed events sent to a browser that comes back; beyond that it is told to read anew.
const MOST_MISSED: i64 = 500;
/// Events looked at per poll.
const MOST_PER_LOOK: i64 = 2_000;
const BUFFER: usize = 1_024;
/// How long before the last event that a browser has heard of others are looked for, that were committed after it.
const LATEST_MS: i64 = 10_000;

/// One thing that has happened, as a browser hears of it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LiveEvent {
    /// The event's own id; the browser sends the last one back when it reconnects.
    pub id: Uuid,
    /// What kind of thing, such as `followup_task`.
    pub topic: String,
    /// Which one.
    pub subject_id: Option<Uuid>,
}

impl LiveEvent {
    fn frame(&self) -> Event {
        let data = serde_json::json!({ "topic": self.topic, "id": self.subject_id });
        Event::default()
            .id(self.id.simple().to_string())
            .data(data.to_string())
    }
}

/// The hub of all open streams in this process. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    db: Db,
    clock: Arc<dyn Clock>,
    sender: broadcast::Sender<LiveEvent>,
    seen: tokio::sync::Mutex<Option<HashSet<Uuid>>>,
    open: Mutex<HashMap<Uuid, usize>>,
    closing: CancellationToken,
    per_person: usize,
    total: usize,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("open", &self.open())
            .finish_non_exhaustive()
    }
}

impl Live {
    /// A hub over the events of this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>, limits: &LimitsConfig) -> Self {
        Self(Arc::new(Hub {
            db,
            clock,
            sender: broadcast::Sender::new(BUFFER),
            seen: tokio::sync::Mutex::new(None),
            open: Mutex::default(),
            closing: CancellationToken::new(),
            per_person: limits.live_per_person,
            total: limits.live_total,
        }))
    }

    /// Open streams.
    pub fn open(&self) -> usize {
        self.0
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }

    /// Hears everything from now on.
    pub fn listen(&self) -> broadcast::Receiver<LiveEvent> {
        self.0.sender.subscribe()
    }

    /// Ends all streams, so that the server can stop.
    pub fn close(&self) {
        self.0.closing.cancel();
    }

    /// Passes events on until [`Live::close`].
    pub async fn run(&self) {
        let mut pulse = self.0.db.pulse().events();
        while !self.0.closing.is_cancelled() {
            if let Err(fault) = self.look().await {
                tracing::warn!(error = fault.chain(), "live updates");
            }
            tokio::select! {
                () = self.0.closing.cancelled() => return,
                () = async {
                    tokio::time::sleep(PAUSE).await;
                    tokio::select! {
                        _ = pulse.changed() => {}
                        () = tokio::time::sleep(POLL) => {}
                    }
                } => {}
            }
        }
    }

    /// Looks once for events that were not passed on yet; how many there were. One look at a time, or an older one would make
    /// news of what a newer one has passed on.
    pub async fn look(&self) -> Result<usize, Fault> {
        let mut seen = self.0.seen.lock().await;
        if self.0.sender.receiver_count() == 0 {
            *seen = None;
            return Ok(0);
        }
        let since = self.0.clock.now().as_millisecond() - WINDOW_MS;
        let mut rows: Vec<LiveEvent> = self
            .0
            .db
            .all(
                "SELECT id, topic, subject_id FROM event WHERE at >= $1 ORDER BY at DESC, id DESC LIMIT $2",
                args![since, MOST_PER_LOOK],
            )
            .await?;
        rows.reverse();
        let present: HashSet<Uuid> = rows.iter().map(|r| r.id).collect();
        let Some(before) = seen.replace(present) else {
            return Ok(0);
        };
        let mut passed = 0;
        for row in rows {
            if !before.contains(&row.id) {
                // Nobody listening is no fault.
                let _ = self.0.sender.send(row);
                passed += 1;
            }
        }
        Ok(passed)
    }

    /// Begins to remember what is there, unless that was done for those who listen already: otherwise the first event after this would
    /// be taken for an old one.
    async fn ready(&self) -> Result<(), Fault> {
        if self.0.seen.lock().await.is_none() {
            self.look().await?;
        }
        Ok(())
    }

    fn enter(&self, person: Uuid) -> Result<Seat, Problem> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= self.0.total {
            return Err(Problem::new(503, "live.full").param("retry_after_s", 30));
        }
        let own = open.entry(person).or_insert(0);
        if *own >= self.0.per_person {
            return Err(Problem::new(429, "live.too_many").param("retry_after_s", 30));
        }
        *own += 1;
        Ok(Seat {
            hub: Arc::clone(&self.0),
            person,
        })
    }

    async fn missed(&self, last: Option<&str>) -> Result<Vec<Event>, Fault> {
        let Some(last) = last.and_then(|l| Uuid::parse_str(l).ok()) else {
            return Ok(Vec::new());
        };
        let at: Option<i64> = self
            .0
            .db
            .scalar("SELECT at FROM event WHERE id = $1", args![last])
            .await?;
        let Some(at) = at else {
            return Ok(vec![read_anew()]);
        };
        let rows: Vec<LiveEvent> = self
            .0
            .db
            .all(
                "SELECT id, topic, subject_id FROM event WHERE at >= $1 AND id <> $2 ORDER BY at, id LIMIT $3",
                // What began earlier may have been committed later. To hear of something twice does no harm.
                args![at - LATEST_MS, last, MOST_MISSED + 1],
            )
            .await?;
        if i64::try_from(rows.len()).is_ok_and(|n| n > MOST_MISSED) {
            return Ok(vec![read_anew()]);
        }
        Ok(rows.iter().map(LiveEvent::frame).collect())
    }
}

/// Tells a browser that it has missed something and has to read everything anew.
fn read_anew() -> Event {
    Event::default().data(r#"{"topic":"resync","id":null}"#)
}

/// One open stream; gives its place back when dropped.
struct Seat {
    hub: Arc<Hub>,
    person: Uuid,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.hub.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.person) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.person);
            }
        }
    }
}

/// Opens a stream for a person; `last` is the request's `Last-Event-ID`.
pub async fn sse(live: &Live, who: &Identity, last: Option<&str>) -> Result<Response, Problem> {
    let seat = live.enter(who.staff_id)?;
    let receiver = live.listen();
    let mut first = vec![
        Event::default()
            .retry(Duration::from_secs(3))
            .comment("open"),
    ];
    first.extend(live.missed(last).await?);
    live.ready().await?;
    let frames = stream::iter(first).chain(follow(receiver, seat, live.0.closing.clone()));
    let response = Sse::new(
        frames
            .map(Ok::<_, Infallible>)
            .take_until(tokio::time::sleep(LONGEST)),
    )
    .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)));
    Ok(([("x-accel-buffering", "no")], response).into_response())
}

fn follow(
    receiver: broadcast::Receiver<LiveEvent>,
    seat: Seat,
    closing: CancellationToken,
) -> impl Stream<Item = Event> + Send {
    stream::unfold(
        (receiver, seat, closing),
        |(mut receiver, seat, closing)| async move {
            let frame = tokio::select! {
                () = closing.cancelled() => return None,
                heard = receiver.recv() => match heard {
                    Ok(event) => event.frame(),
                    Err(RecvError::Lagged(_)) => read_anew(),
                    Err(RecvError::Closed) => return None,
                },
            };
            Some((frame, (receiver, seat, closing)))
        },
    )
}
