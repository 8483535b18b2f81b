//! What everything needs, in one value that is cheap to clone (基座).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::config::Config;
use crate::ctx::{Actor, Clock, Ctx, Ids, SystemClock};
use crate::db::Db;
use crate::events::Wiring;
use crate::http::Metrics;
use crate::live::Live;

/// Minutes without a request after which a session ends, until the house's setting is read.
const SESSION_IDLE_MIN: i64 = 12 * 60;

/// What everything needs (基座): database, clock, ids, configuration, live updates. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Base {
    /// The database.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Ids,
    /// The configuration.
    pub config: Arc<Config>,
    /// Live updates to browsers.
    pub live: Live,
    /// Which job listens to which event.
    pub wiring: Arc<Wiring>,
    /// Figures for `/metrics`.
    pub metrics: Metrics,
    session_idle_min: Arc<AtomicI64>,
}

impl Base {
    /// The base of a running program: system clock, random ids.
    pub fn new(db: Db, config: Config, wiring: Wiring) -> Self {
        Self::with(db, config, wiring, Arc::new(SystemClock), Ids::random())
    }

    /// A base with its own clock and ids, for tests and the demo.
    pub fn with(db: Db, config: Config, wiring: Wiring, clock: Arc<dyn Clock>, ids: Ids) -> Self {
        let live = Live::new(db.clone(), Arc::clone(&clock), &config.limits);
        Self {
            db,
            clock,
            ids,
            config: Arc::new(config),
            live,
            wiring: Arc::new(wiring),
            metrics: Metrics::default(),
            session_idle_min: Arc::new(AtomicI64::new(SESSION_IDLE_MIN)),
        }
    }

    /// After how long without a request a session ends, milliseconds.
    pub fn session_idle_ms(&self) -> i64 {
        self.session_idle_min
            .load(Ordering::Relaxed)
            .saturating_mul(60_000)
    }

    /// Sets it, in this process, when the house's setting is read or changed. In minutes.
    pub fn set_session_idle_min(&self, minutes: i64) {
        self.session_idle_min
            .store(minutes.max(5), Ordering::Relaxed);
    }

    /// A context for this actor, at this moment.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        let ids = self.ids.sequence();
        let now = self.clock.now();
        let trace =
            crate::problem::current_trace().unwrap_or_else(|| ids.next(now).simple().to_string());
        Ctx {
            actor,
            now,
            trace,
            idempotency_key: None,
            ids,
            wiring: Arc::clone(&self.wiring),
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
