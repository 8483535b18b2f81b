use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::FromRef;
use futures::FutureExt as _;
use jiff::SignedDuration;
use serde_json::json;

use crate::config::Config;
use crate::events::{self, Wiring};
use crate::jobs::{self, JobError, JobKind, Jobs, Schedule};
use crate::testing::{PLATFORM_ONLY, TestBase};
use crate::{Base, Engine, Fault, Sql as _, args, on_both};

#[derive(Clone)]
struct State {
    base: Base,
    ran: Arc<AtomicU32>,
}

impl FromRef<State> for Base {
    fn from_ref(state: &State) -> Self {
        state.base.clone()
    }
}

fn kinds() -> Jobs<State> {
    Jobs::<State>::new()
        .kinds([
            JobKind {
                kind: "count",
                max_attempts: 3,
                run: |s: State, _, _| {
                    async move {
                        s.ran.fetch_add(1, Ordering::SeqCst);
                        Ok(())
                    }
                    .boxed()
                },
            },
            JobKind {
                kind: "break",
                max_attempts: 3,
                run: |s: State, _, _| {
                    async move {
                        s.ran.fetch_add(1, Ordering::SeqCst);
                        Err(Fault::other("no paper").into())
                    }
                    .boxed()
                },
            },
            JobKind {
                kind: "panic",
                max_attempts: 1,
                run: |_, _, _| async move { panic!("at the disco") }.boxed(),
            },
            JobKind {
                kind: "later",
                max_attempts: 1,
                run: |s: State, _, _| {
                    async move {
                        if s.ran.fetch_add(1, Ordering::SeqCst) == 0 {
                            Err(JobError::Retry(Duration::from_secs(90)))
                        } else {
                            Ok(())
                        }
                    }
                    .boxed()
                },
            },
            JobKind {
                kind: "slow",
                max_attempts: 1,
                run: |s: State, _, _| {
                    async move {
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        s.ran.fetch_add(1, Ordering::SeqCst);
                        Ok(())
                    }
                    .boxed()
                },
            },
        ])
        .schedules([Schedule::new("nightly", "count", "30 2 * * *")])
}

fn state(t: &TestBase) -> State {
    State {
        base: t.base.clone(),
        ran: Arc::default(),
    }
}

async fn put(t: &TestBase, kind: &str, in_s: i64, dedup: Option<&str>) {
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    jobs::enqueue(
        &tx,
        &ctx,
        kind,
        &json!({}),
        ctx.now_ms() + in_s * 1000,
        dedup,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn left(t: &TestBase) -> i64 {
    t.base
        .db
        .scalar("SELECT count(*) FROM job", args![])
        .await
        .unwrap()
        .unwrap()
}

on_both!(work_is_done_once_and_only_when_it_is_due);
async fn work_is_done_once_and_only_when_it_is_due(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "count", 0, None).await;
    put(&t, "count", 60, None).await;
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    t.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    assert_eq!((s.ran.load(Ordering::SeqCst), left(&t).await), (2, 0));
}

on_both!(the_same_work_waits_only_once_and_can_be_cancelled);
async fn the_same_work_waits_only_once_and_can_be_cancelled(t: TestBase) {
    for _ in 0..3 {
        put(&t, "count", 60, Some("sla:42")).await;
    }
    assert_eq!(left(&t).await, 1);
    let tx = t.base.db.begin().await.unwrap();
    assert_eq!(jobs::cancel(&tx, "sla:42").await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(left(&t).await, 0);
}

on_both!(broken_work_is_tried_again_then_kept_as_dead_and_can_be_revived);
async fn broken_work_is_tried_again_then_kept_as_dead_and_can_be_revived(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "break", 0, Some("x")).await;
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    assert_eq!(jobs.run_due(&s).await.unwrap(), 0, "waits 5 s first");
    t.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    t.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    let dead = jobs::dead(&t.base.db, 10).await.unwrap();
    assert_eq!(
        (dead.len(), dead[0].attempt, dead[0].error.as_deref()),
        (1, 3, Some("no paper"))
    );
    put(&t, "count", 0, Some("x")).await;
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    assert!(jobs::retry(&tx, &ctx, dead[0].id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(jobs.run_due(&s).await.unwrap(), 2);
    let lag = jobs::lag(&t.base.db, t.base.now().as_millisecond())
        .await
        .unwrap();
    assert_eq!((lag.waiting, lag.dead), (0, 0));
}

on_both!(a_panic_is_a_failure_like_any_other);
async fn a_panic_is_a_failure_like_any_other(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "panic", 0, None).await;
    put(&t, "count", 0, None).await;
    assert_eq!(jobs.run_due(&s).await.unwrap(), 2);
    assert_eq!(
        jobs::dead(&t.base.db, 10).await.unwrap()[0]
            .error
            .as_deref(),
        Some("panic: at the disco")
    );
}

on_both!(work_that_ends_the_process_again_and_again_is_given_up);
async fn work_that_ends_the_process_again_and_again_is_given_up(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "count", 0, None).await;
    let tx = t.base.db.begin().await.unwrap();
    tx.run("UPDATE job SET attempt = 40", args![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    let dead = jobs::dead(&t.base.db, 10).await.unwrap();
    assert!(dead[0].error.as_deref().unwrap().contains("process ended"));
}

on_both!(work_may_ask_for_another_time);
async fn work_may_ask_for_another_time(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "later", 0, None).await;
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    t.clock.advance(SignedDuration::from_secs(89));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 0);
    t.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    assert_eq!(left(&t).await, 0);
}

on_both!(unknown_work_is_left_to_others);
async fn unknown_work_is_left_to_others(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "from_the_future", 0, None).await;
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    assert_eq!(
        (
            left(&t).await,
            jobs::dead(&t.base.db, 9).await.unwrap().len()
        ),
        (1, 0)
    );
}

on_both!(a_schedule_fires_once_among_many);
async fn a_schedule_fires_once_among_many(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    jobs.settle(&s).await.unwrap();
    jobs.settle(&s).await.unwrap();
    assert_eq!(jobs.run_due(&s).await.unwrap(), 0);
    t.clock.advance(SignedDuration::from_hours(17));
    t.clock.advance(SignedDuration::from_mins(29));
    jobs.run_due(&s).await.unwrap();
    assert_eq!(s.ran.load(Ordering::SeqCst), 0);
    t.clock.advance(SignedDuration::from_mins(1));
    let (a, b) = tokio::join!(jobs.run_due(&s), jobs.run_due(&s));
    a.unwrap();
    b.unwrap();
    assert_eq!(s.ran.load(Ordering::SeqCst), 1);
    t.clock.advance(SignedDuration::from_hours(24 * 5));
    jobs.run_due(&s).await.unwrap();
    assert_eq!(
        s.ran.load(Ordering::SeqCst),
        2,
        "missed nights are caught up once"
    );
}

async fn wired(engine: Engine) -> Option<TestBase> {
    let config = Config {
        jobs: crate::config::JobsConfig { workers: 2 },
        ..Config::default()
    };
    TestBase::with(
        engine,
        &PLATFORM_ONLY,
        Wiring::new().on("slip", "count").on("slip", "later"),
        config,
    )
    .await
}

on_both!(an_event_makes_one_job_per_listener, super::wired);
async fn an_event_makes_one_job_per_listener(t: TestBase) {
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    let id: uuid::Uuid = ctx.new_id();
    events::tell(&tx, &ctx, "slip", &json!({ "id": id }))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(left(&t).await, 2);
    let subject: Option<uuid::Uuid> = t
        .base
        .db
        .scalar("SELECT subject_id FROM event", args![])
        .await
        .unwrap();
    assert_eq!(subject, Some(id));
}

on_both!(
    workers_wake_at_a_commit_and_finish_what_they_hold_at_a_stop,
    super::wired
);
async fn workers_wake_at_a_commit_and_finish_what_they_hold_at_a_stop(t: TestBase) {
    let s = state(&t);
    let workers = kinds().start(s.clone()).await.unwrap();
    for _ in 0..4 {
        put(&t, "count", 0, None).await;
    }
    put(&t, "slow", 0, None).await;
    while left(&t).await > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    workers.stop().await;
    assert!(s.ran.load(Ordering::SeqCst) >= 4);
    let held: Option<i64> = t
        .base
        .db
        .scalar("SELECT count(*) FROM job WHERE owner IS NOT NULL", args![])
        .await
        .unwrap();
    assert_eq!(held, Some(0), "nothing is left under a lease");
}

async fn one_worker(engine: Engine) -> Option<TestBase> {
    let mut config = Config::default();
    config.jobs.workers = 1;
    TestBase::with(engine, &PLATFORM_ONLY, Wiring::new(), config).await
}

on_both!(
    what_is_due_is_noticed_while_every_worker_is_busy,
    super::one_worker
);
async fn what_is_due_is_noticed_while_every_worker_is_busy(t: TestBase) {
    let s = state(&t);
    let endless = JobKind {
        kind: "endless",
        max_attempts: 1,
        run: |s: State, _, _| {
            async move {
                // Until the nightly work stands in the queue.
                while left_of(&s.base, "count").await == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Ok(())
            }
            .boxed()
        },
    };
    let workers = kinds().kinds([endless]).start(s.clone()).await.unwrap();
    put(&t, "endless", 0, None).await;
    while left_of(&t.base, "endless").await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    t.clock.advance(SignedDuration::from_hours(24));
    while left(&t).await > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    workers.stop().await;
    assert_eq!(s.ran.load(Ordering::SeqCst), 1);
}

async fn left_of(base: &Base, kind: &str) -> i64 {
    let sql = "SELECT count(*) FROM job WHERE kind = $1";
    base.db.scalar(sql, args![kind]).await.unwrap().unwrap_or(0)
}

on_both!(work_of_a_killed_process_comes_back_when_its_lease_ends);
async fn work_of_a_killed_process_comes_back_when_its_lease_ends(t: TestBase) {
    let (jobs, s) = (kinds(), state(&t));
    put(&t, "count", 0, None).await;
    let tx = t.base.db.begin().await.unwrap();
    let due = t.base.now().as_millisecond() + 60_000;
    tx.run(
        "UPDATE job SET owner = 'killed', attempt = 1, due_at = $1, lease_until = $1",
        args![due],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(jobs.run_due(&s).await.unwrap(), 0);
    t.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(jobs.run_due(&s).await.unwrap(), 1);
    assert_eq!((s.ran.load(Ordering::SeqCst), left(&t).await), (1, 0));
}
