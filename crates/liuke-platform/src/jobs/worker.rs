//! Workers: take a job, run it outside any transaction, remove it or put it off.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::ctx::{Actor, Base, Ctx, Via};
use crate::db::Engine;
use crate::fault::Fault;
use crate::problem::Problem;

use super::queue::{self, Claimed};
use super::schedule::{self, Schedule};

/// Ends of the process that a job survives: one more, and it is taken for their cause.
const CRASHES: i64 = 20;
/// Length of a lease; renewed every third of it while the work runs.
const LEASE_MS: i64 = 60_000;
/// How often the table is looked at when nothing wakes the worker.
const POLL: Duration = Duration::from_secs(1);
/// First wait after a failure; doubles with each further one.
const FIRST_WAIT_MS: i64 = 5_000;
/// Wait after a failure of the database or its disk, which is no fault of the job: such failures do not count.
const LATER: Duration = Duration::from_secs(5);
/// Longest wait after a failure.
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// How often work of a kind this program does not know is passed on before it is given up.
const UNKNOWN_ATTEMPTS: i64 = 20;

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Not now: try again after this long.
    #[error("retry after {0:?}")]
    Retry(Duration),
    /// Never: keep it as dead with this reason.
    #[error("given up: {0}")]
    GiveUp(String),
    /// Something broke: try again with growing waits.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Problem> for JobError {
    /// A refusal will be the same next time; a failure may not, and what is busy will be free.
    fn from(problem: Problem) -> Self {
        if problem.status < 500 {
            Self::GiveUp(problem.to_string())
        } else if problem.status == 503 || problem.status == 507 {
            Self::Retry(LATER)
        } else {
            Self::Fault(Fault::other(problem.to_string()))
        }
    }
}

impl From<serde_json::Error> for JobError {
    /// A payload that cannot be read will not become readable.
    fn from(error: serde_json::Error) -> Self {
        Self::GiveUp(format!("payload: {error}"))
    }
}

/// What a job handler returns.
pub type JobOutcome = Result<(), JobError>;

/// A kind of background work.
pub struct JobKind<S> {
    /// Stable name, such as `followup.make_tasks`.
    pub kind: &'static str,
    /// How often it is tried before it is given up.
    pub max_attempts: u32,
    /// The work. May run twice; must not mind.
    pub run: fn(S, Ctx, Value) -> BoxFuture<'static, JobOutcome>,
}

impl<S> Clone for JobKind<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for JobKind<S> {}

impl<S> std::fmt::Debug for JobKind<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobKind")
            .field("kind", &self.kind)
            .field("max_attempts", &self.max_attempts)
            .finish_non_exhaustive()
    }
}

/// All kinds of work and all schedules of the program.
#[derive(Debug)]
pub struct Jobs<S> {
    kinds: BTreeMap<&'static str, JobKind<S>>,
    schedules: Vec<Schedule>,
}

impl<S> Default for Jobs<S> {
    fn default() -> Self {
        Self {
            kinds: BTreeMap::new(),
            schedules: Vec::new(),
        }
    }
}

impl<S> Clone for Jobs<S> {
    fn clone(&self) -> Self {
        Self {
            kinds: self.kinds.clone(),
            schedules: self.schedules.clone(),
        }
    }
}

impl<S> Jobs<S>
where
    S: Clone + Send + Sync + 'static,
    Base: FromRef<S>,
{
    /// Nothing to do yet, but the platform's own cleaning up.
    pub fn new() -> Self {
        Self::default()
            .kinds([JobKind {
                kind: "platform.tidy",
                max_attempts: 3,
                run: |s, ctx, _| tidy(Base::from_ref(&s), ctx).boxed(),
            }])
            .schedules([Schedule::new(
                "platform.tidy",
                "platform.tidy",
                "17 * * * *",
            )])
    }

    /// Adds kinds of work.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = JobKind<S>>) -> Self {
        for kind in kinds {
            let before = self.kinds.insert(kind.kind, kind);
            debug_assert!(
                before.is_none(),
                "job kind {} is registered twice",
                kind.kind
            );
        }
        self
    }

    /// Adds schedules.
    #[must_use]
    pub fn schedules(mut self, schedules: impl IntoIterator<Item = Schedule>) -> Self {
        self.schedules.extend(schedules);
        self
    }

    /// Lets the schedules go by this time zone, the firm's own.
    #[must_use]
    pub fn in_zone(mut self, zone: &str) -> Self {
        let moved = self.schedules.into_iter().map(|s| s.in_zone(zone));
        self.schedules = moved.collect();
        self
    }

    /// Names of all kinds, sorted.
    pub fn kind_names(&self) -> Vec<&'static str> {
        self.kinds.keys().copied().collect()
    }

    /// All schedules.
    pub fn all_schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// Writes the schedules into their table. Part of [`Jobs::start`]; tests call it once.
    pub async fn settle(&self, state: &S) -> Result<(), Fault> {
        schedule::settle(&Base::from_ref(state), &self.schedules).await
    }

    /// Starts the workers of this process.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that starts background work"
    )]
    pub async fn start(self, state: S) -> Result<Workers, Fault> {
        self.settle(&state).await?;
        let count = Base::from_ref(&state).config.jobs.workers;
        let jobs = Arc::new(self);
        let stop = CancellationToken::new();
        let mut handles: Vec<JoinHandle<()>> = (0..count)
            .map(|number| {
                let (jobs, state, stop) = (Arc::clone(&jobs), state.clone(), stop.clone());
                tokio::spawn(async move { jobs.work(&state, number, &stop).await })
            })
            .collect();
        let (base, until) = (Base::from_ref(&state), stop.clone());
        handles.push(tokio::spawn(async move { fire(&base, &until).await }));
        Ok(Workers { stop, handles })
    }

    async fn work(&self, state: &S, number: u32, stop: &CancellationToken) {
        let base = Base::from_ref(state);
        let owner = format!(
            "{}-{number}",
            base.ctx(Actor::system()).new_id::<uuid::Uuid>().simple()
        );
        let pulse = base.db.pulse();
        while !stop.is_cancelled() {
            match self.step(state, &base, &owner).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(fault) => said(&fault),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = pulse.work() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Runs everything that is due, including what this makes due; how many jobs ran. For tests and the demo.
    pub async fn run_due(&self, state: &S) -> Result<usize, Fault> {
        let base = Base::from_ref(state);
        let owner = "run-due".to_owned();
        let mut ran = 0;
        loop {
            schedule::fire_due(&base).await?;
            if !self.step(state, &base, &owner).await? {
                return Ok(ran);
            }
            ran += 1;
            if ran > 100_000 {
                return Err(Fault::other(
                    "background work makes itself due again without end",
                ));
            }
        }
    }

    /// Takes one job and runs it; false when none is due.
    async fn step(&self, state: &S, base: &Base, owner: &str) -> Result<bool, Fault> {
        let now = base.now().as_millisecond();
        if queue::next_due(&base.db).await?.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let tx = base.db.begin().await?;
        let Some(job) = queue::claim(&tx, owner, now, LEASE_MS).await? else {
            tx.rollback().await;
            return Ok(false);
        };
        tx.commit().await?;
        // There may be more: somebody else looks meanwhile.
        base.db.pulse().queued();
        let span = tracing::info_span!("job", kind = %job.kind, id = %job.id, attempt = job.attempt, trace = %job.trace);
        let outcome = self
            .run(state, base, owner, &job)
            .instrument(span.clone())
            .await;
        self.settle_outcome(base, owner, &job, outcome)
            .instrument(span)
            .await?;
        Ok(true)
    }

    async fn run(&self, state: &S, base: &Base, owner: &str, job: &Claimed) -> Ran {
        let Some(kind) = self.kinds.get(job.kind.as_str()) else {
            return Ran::Unknown;
        };
        if job.attempt > i64::from(kind.max_attempts.max(1)) + CRASHES {
            return Ran::Done(Err(Fault::other(format!(
                "the process ended {CRASHES} times while this was under way"
            ))
            .into()));
        }
        let payload: Value = match serde_json::from_str(&job.payload) {
            Ok(payload) => payload,
            Err(error) => return Ran::Done(Err(error.into())),
        };
        let mut ctx = base.ctx(Actor {
            id: job.actor_id,
            name: job.actor_name.clone(),
            via: Via::Job,
        });
        ctx.trace.clone_from(&job.trace);
        let work = AssertUnwindSafe((kind.run)(state.clone(), ctx, payload)).catch_unwind();
        // Both go on side by side: the work may hold the only connection that writes, for which the renewal waits.
        tokio::select! {
            done = work => match done {
                Ok(outcome) => Ran::Done(outcome),
                Err(panic) => Ran::Done(Err(Fault::other(format!("panic: {}", panic_text(&*panic))).into())),
            },
            () = lost(base, owner, job) => Ran::Lost,
        }
    }

    async fn settle_outcome(
        &self,
        base: &Base,
        owner: &str,
        job: &Claimed,
        ran: Ran,
    ) -> Result<(), Fault> {
        let now = base.now().as_millisecond();
        let max = self
            .kinds
            .get(job.kind.as_str())
            .map_or(UNKNOWN_ATTEMPTS, |k| i64::from(k.max_attempts.max(1)));
        let tx = base.db.begin().await?;
        let word = match ran {
            Ran::Lost => {
                tracing::warn!("lease lost, another worker has taken over");
                "lost"
            }
            Ran::Done(Ok(())) => {
                if !queue::finish(&tx, job, owner).await? {
                    tracing::warn!("finished, but cancelled or taken over meanwhile");
                }
                "done"
            }
            Ran::Done(Err(JobError::GiveUp(reason))) => {
                tracing::warn!(reason, "given up");
                queue::bury(&tx, job, owner, now, &reason).await?;
                "dead"
            }
            Ran::Done(Err(JobError::Fault(fault))) if fault.is_retriable() => {
                let error = fault.chain();
                tracing::warn!(error, "will be tried again");
                let after = i64::try_from(LATER.as_millis()).unwrap_or(LONGEST_WAIT_MS);
                queue::put_off(&tx, job, owner, now + after, &error).await?;
                "put_off"
            }
            Ran::Done(Err(JobError::Retry(after))) => {
                let after = i64::try_from(after.as_millis()).unwrap_or(LONGEST_WAIT_MS);
                queue::put_off(&tx, job, owner, now + after, "").await?;
                "put_off"
            }
            Ran::Done(Err(JobError::Fault(fault))) => {
                let error = fault.chain();
                if job.attempt >= max {
                    tracing::error!(error, "given up after {} attempts", job.attempt);
                    queue::bury(&tx, job, owner, now, &error).await?;
                    "dead"
                } else {
                    tracing::warn!(error, "will be tried again");
                    queue::postpone(&tx, job, owner, now + wait_after(job.attempt), &error).await?;
                    "failed"
                }
            }
            Ran::Unknown if job.attempt >= max => {
                queue::bury(&tx, job, owner, now, "unknown kind").await?;
                "dead"
            }
            Ran::Unknown => {
                tracing::warn!("this program does not know the kind; left to others");
                queue::postpone(&tx, job, owner, now + 60_000, "unknown kind").await?;
                "failed"
            }
        };
        tx.commit().await?;
        base.metrics.count_job(&job.kind, word);
        Ok(())
    }
}

/// Makes work of what is due by its schedule, also while every worker is busy.
async fn fire(base: &Base, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(fault) = schedule::fire_due(base).await {
            said(&fault);
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

fn said(fault: &Fault) {
    if fault.is_retriable() {
        tracing::warn!(error = fault.chain(), "job queue busy");
    } else {
        tracing::error!(error = fault.chain(), "job queue");
    }
}

enum Ran {
    Done(JobOutcome),
    Lost,
    Unknown,
}

/// Renews the lease for as long as that is possible.
async fn lost(base: &Base, owner: &str, job: &Claimed) {
    let third = Duration::from_millis(u64::try_from(LEASE_MS / 3).unwrap_or(1));
    let mut renewal = tokio::time::interval(third);
    renewal.tick().await;
    loop {
        renewal.tick().await;
        match prolong(base, owner, job).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(fault) => tracing::warn!(error = fault.chain(), "lease not renewed"),
        }
    }
}

async fn prolong(base: &Base, owner: &str, job: &Claimed) -> Result<bool, Fault> {
    let until = base.now().as_millisecond() + LEASE_MS;
    let tx = base.db.begin().await?;
    let held = queue::renew(&tx, job, owner, until).await?;
    tx.commit().await?;
    Ok(held)
}

/// 5 s, 10 s, 20 s … one hour at most.
fn wait_after(attempt: i64) -> i64 {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
    FIRST_WAIT_MS
        .saturating_mul(1_i64 << doublings)
        .min(LONGEST_WAIT_MS)
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Removes what has had its time: old events, answers kept for repetition, sessions, failed logins.
async fn tidy(base: Base, ctx: Ctx) -> JobOutcome {
    let tx = base.db.begin().await?;
    crate::events::purge(&tx, &ctx).await?;
    crate::idempotency::purge(&tx, &ctx).await?;
    crate::session::purge(&tx, &ctx, &base).await?;
    crate::session::throttle::purge(&tx, &ctx).await?;
    tx.commit().await?;
    if base.db.engine() == Engine::Sqlite {
        // Keeps the statistics the planner goes by; PostgreSQL does so by itself.
        base.db.run_outside("PRAGMA optimize").await?;
    }
    Ok(())
}

/// The running workers of this process.
#[derive(Debug)]
pub struct Workers {
    stop: CancellationToken,
    handles: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Takes no more work and waits for what runs.
    pub async fn stop(self) {
        self.stop.cancel();
        for handle in self.handles {
            if let Err(error) = handle.await {
                tracing::error!(%error, "worker");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn waits_double_up_to_an_hour() {
        assert_eq!(
            [1, 2, 3, 10, 11, 99].map(wait_after),
            [5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000]
        );
    }
}
