//! Who acts, when, and with which ids (上下文): the one argument every action takes.
//!
//! Nothing else reads the clock or makes ids. `now` is fixed for one request or job.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::base::Base;
use crate::events::Wiring;

/// By which way an action came in (途径).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A person at the screen.
    Ui,
    /// A program with an API token.
    Api,
    /// An import.
    Import,
    /// Background work.
    Job,
    /// The command line.
    Cli,
}

impl Via {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ui => "ui",
            Self::Api => "api",
            Self::Import => "import",
            Self::Job => "job",
            Self::Cli => "cli",
        }
    }

    /// From its stored form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ui, Self::Api, Self::Import, Self::Job, Self::Cli]
            .into_iter()
            .find(|v| v.as_str() == text)
    }
}

/// Who acts (操作人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person; nobody for the system itself.
    pub id: Option<Uuid>,
    /// Name as it was at the time, for the audit.
    pub name: String,
    /// By which way.
    pub via: Via,
}

impl Actor {
    /// The system itself, in background work.
    pub fn system() -> Self {
        Self {
            id: None,
            name: "system".into(),
            via: Via::Job,
        }
    }

    /// Whoever sits at the command line of the server.
    pub fn cli() -> Self {
        Self {
            id: None,
            name: "cli".into(),
            via: Via::Cli,
        }
    }

    /// A person.
    pub fn person(id: Uuid, name: impl Into<String>, via: Via) -> Self {
        Self {
            id: Some(id),
            name: name.into(),
            via,
        }
    }
}

/// A request's idempotency key (幂等键).
#[derive(Debug, Clone)]
pub struct IdemKey {
    /// The key the client chose, up to 100 characters.
    pub key: String,
    /// SHA-256 over method, path and body, hexadecimal.
    pub request_hash: String,
    /// The answer is kept already, by [`Tx::commit_with`](crate::db::Tx::commit_with).
    pub(crate) answered: Arc<AtomicBool>,
}

/// Actor, time and ids of one request or job (上下文).
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The time, the same throughout one request or job.
    pub now: Timestamp,
    /// Id under which the log and problem documents speak of this request.
    pub trace: String,
    /// The idempotency key the request carries; claimed by [`Db::begin_for`](crate::db::Db::begin_for).
    pub idempotency_key: Option<IdemKey>,
    pub(crate) ids: Sequence,
    pub(crate) wiring: Arc<Wiring>,
}

impl Ctx {
    /// `now` in epoch milliseconds, as both databases store it.
    pub fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// A new id (UUIDv7); ids of one context sort in the order they were made.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(self.ids.next(self.now))
    }

    /// The same actor and ids at another time, for long work that moves on.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self {
            now,
            ..self.clone()
        }
    }

    /// The same context on behalf of another actor.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }
}

/// Where the time comes from. Two implementations: the system's clock, and one moved by hand.
pub trait Clock: Send + Sync + std::fmt::Debug + 'static {
    /// The time now, in whole milliseconds.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    fn now(&self) -> Timestamp {
        whole_ms(Timestamp::now())
    }
}

/// A clock moved by hand, for tests and for the demo's eighteen months.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(whole_ms(start))))
    }

    /// Moves it on.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    /// Puts it to a time.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = whole_ms(to);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn whole_ms(t: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(t.as_millisecond()).unwrap_or(t)
}

/// Maker of ids (编号生成器): UUIDv7, random or, for tests and the demo, from a seed.
#[derive(Debug, Clone)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl Default for Ids {
    fn default() -> Self {
        Self::random()
    }
}

impl Ids {
    /// Unforeseeable ids.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that makes random ids"
    )]
    pub fn random() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_os_rng())))
    }

    /// The same ids every time, in the same order.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    pub(crate) fn sequence(&self) -> Sequence {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = StdRng::from_seed(rng.random());
        drop(rng);
        Sequence(Arc::new(Mutex::new(SequenceState { tail: 0, rng: own })))
    }
}

/// Ids of one context: they rise, also within one millisecond.
#[derive(Debug, Clone)]
pub(crate) struct Sequence(Arc<Mutex<SequenceState>>);

#[derive(Debug)]
struct SequenceState {
    /// The 74 bits after the time; 0 before the first id.
    tail: u128,
    rng: StdRng,
}

/// The upper bit stays free, so that a sequence cannot overflow within a lifetime.
const TAIL_BITS: u32 = 73;

impl Sequence {
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tail == 0 {
            state.tail = state.rng.random::<u128>() >> (128 - TAIL_BITS);
        } else {
            state.tail += 1 + u128::from(state.rng.random::<u32>());
        }
        let tail = state.tail;
        drop(state);
        let ms = u128::from(u64::try_from(now.as_millisecond()).unwrap_or(0));
        let high = (tail >> 62) & 0xfff;
        let low = tail & ((1 << 62) - 1);
        Uuid::from_u128((ms << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn ids_of_one_context_rise_and_carry_its_time() {
        let ids = Ids::seeded(7).sequence();
        let now = Timestamp::from_millisecond(1_795_000_000_123).unwrap();
        let made: Vec<Uuid> = (0..1000).map(|_| ids.next(now)).collect();
        assert!(made.is_sorted());
        for id in &made {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            let (s, ns) = id.get_timestamp().unwrap().to_unix();
            assert_eq!((s, ns), (1_795_000_000, 123_000_000));
        }
    }

    #[test]
    fn a_seed_gives_the_same_ids() {
        let now = Timestamp::from_millisecond(5).unwrap();
        assert_eq!(
            Ids::seeded(1).sequence().next(now),
            Ids::seeded(1).sequence().next(now)
        );
        assert_ne!(
            Ids::random().sequence().next(now),
            Ids::random().sequence().next(now)
        );
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_moved() {
        let clock = ManualClock::at(Timestamp::from_second(100).unwrap());
        clock.advance(SignedDuration::from_mins(2));
        assert_eq!(clock.now(), Timestamp::from_second(220).unwrap());
    }
}
