//! The table behind background work.

use crate::db::FromQueryResult;
use serde::Serialize;
use uuid::Uuid;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Sql, Tx, pick};
use crate::fault::Fault;

/// Puts work into the queue, in the business transaction.
///
/// With `dedup`, nothing is added while a job with the same key still waits for its first attempt; one that already
/// runs does not count, for it may have read what the new job is about. Use [`cancel`] first to replace one.
pub async fn enqueue(
    tx: &Tx,
    ctx: &Ctx,
    kind: &str,
    payload: &impl Serialize,
    due_at_ms: i64,
    dedup: Option<&str>,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO job (id, kind, payload, due_at, dedup_key, actor_id, actor_name, trace, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (dedup_key) WHERE attempt = 0 AND dead_at IS NULL DO NOTHING",
        args![
            ctx.new_id::<Uuid>(),
            kind,
            serde_json::to_string(payload)?,
            due_at_ms,
            dedup,
            ctx.actor.id,
            ctx.actor.name.as_str(),
            ctx.trace.as_str(),
            ctx.now_ms()
        ],
    )
    .await?;
    tx.queues();
    Ok(())
}

/// Takes all work with this key back; work that runs at this moment is stopped when it next renews its lease, and is not
/// tried again.
pub async fn cancel(tx: &Tx, dedup: &str) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM job WHERE dedup_key = $1 AND dead_at IS NULL",
        args![dedup],
    )
    .await
}

/// Work that was given up (失败任务), for the operator.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct DeadJob {
    /// The job.
    pub id: Uuid,
    /// What it was to do.
    pub kind: String,
    /// How often it was tried.
    pub attempt: i64,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was due last.
    pub due_at: i64,
    /// When it was given up.
    pub dead_at: i64,
}

/// The latest jobs that were given up.
pub async fn dead(db: &impl Sql, limit: i64) -> Result<Vec<DeadJob>, Fault> {
    db.all(
        "SELECT id, kind, attempt, error, due_at, dead_at FROM job WHERE dead_at IS NOT NULL
         ORDER BY dead_at DESC, id DESC LIMIT $1",
        args![limit],
    )
    .await
}

/// Gives a dead job another chance now; false when there is none of this id.
pub async fn retry(tx: &Tx, ctx: &Ctx, id: Uuid) -> Result<bool, Fault> {
    // attempt 1 keeps it out of the dedup index, where a younger job may stand; the attempts start over.
    let revived = tx
        .run(
            "UPDATE job SET dead_at = NULL, attempt = 1, due_at = $2, owner = NULL, lease_until = NULL
             WHERE id = $1 AND dead_at IS NOT NULL",
            args![id, ctx.now_ms()],
        )
        .await?;
    tx.queues();
    Ok(revived == 1)
}

/// How far the queue is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// Jobs due now that nobody has taken.
    pub waiting: i64,
    /// For how long the oldest of them has been due, milliseconds.
    pub oldest_ms: i64,
    /// Jobs given up.
    pub dead: i64,
}

/// How far the queue is behind at this time.
pub async fn lag(db: &impl Sql, now_ms: i64) -> Result<Lag, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        waiting: i64,
        oldest: Option<i64>,
    }
    let row = db
        .one::<Row>(
            "SELECT count(*) AS waiting, min(due_at) AS oldest FROM job WHERE due_at <= $1 AND dead_at IS NULL",
            args![now_ms],
        )
        .await?;
    let dead = db
        .scalar::<i64>(
            "SELECT count(*) FROM job WHERE dead_at IS NOT NULL",
            args![],
        )
        .await?
        .unwrap_or(0);
    let (waiting, oldest) = row.map_or((0, None), |r| (r.waiting, r.oldest));
    Ok(Lag {
        waiting,
        oldest_ms: oldest.map_or(0, |o| now_ms - o),
        dead,
    })
}

/// Work taken under a lease.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Claimed {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: String,
    pub(super) attempt: i64,
    pub(super) actor_id: Option<Uuid>,
    pub(super) actor_name: String,
    pub(super) trace: String,
}

/// SQLite has one writer, so nobody else can claim meanwhile.
const CLAIM_SQLITE: &str = "
UPDATE job SET owner = $1, attempt = attempt + 1, due_at = $3, lease_until = $3 WHERE id = (
    SELECT id FROM job WHERE due_at <= $2 AND dead_at IS NULL ORDER BY due_at, id LIMIT 1)
RETURNING id, kind, payload, attempt, actor_id, actor_name, trace";

/// PostgreSQL: rows that others are claiming are skipped, not waited for.
const CLAIM_POSTGRES: &str = "
UPDATE job SET owner = $1, attempt = attempt + 1, due_at = $3, lease_until = $3 WHERE id = (
    SELECT id FROM job WHERE due_at <= $2 AND dead_at IS NULL ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload, attempt, actor_id, actor_name, trace";

/// Takes the job that has been due longest.
pub(super) async fn claim(
    tx: &Tx,
    owner: &str,
    now_ms: i64,
    lease_ms: i64,
) -> Result<Option<Claimed>, Fault> {
    tx.one(
        pick(tx.engine(), CLAIM_SQLITE, CLAIM_POSTGRES),
        args![owner, now_ms, now_ms + lease_ms],
    )
    .await
}

/// Prolongs the lease; false when the job was taken over meanwhile.
pub(super) async fn renew(
    tx: &Tx,
    job: &Claimed,
    owner: &str,
    until_ms: i64,
) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE job SET due_at = $4, lease_until = $4 WHERE id = $1 AND owner = $2 AND attempt = $3",
            args![job.id, owner, job.attempt, until_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// Removes finished work; false when the job was taken over meanwhile.
pub(super) async fn finish(tx: &Tx, job: &Claimed, owner: &str) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "DELETE FROM job WHERE id = $1 AND owner = $2 AND attempt = $3",
            args![job.id, owner, job.attempt],
        )
        .await?;
    Ok(touched == 1)
}

/// Puts work off.
pub(super) async fn postpone(
    tx: &Tx,
    job: &Claimed,
    owner: &str,
    due_ms: i64,
    error: &str,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE job SET due_at = $4, owner = NULL, lease_until = NULL, error = $5
         WHERE id = $1 AND owner = $2 AND attempt = $3",
        args![job.id, owner, job.attempt, due_ms, error],
    )
    .await?;
    Ok(())
}

/// Puts work off that did not fail: the attempt does not count. It stays above zero, where younger work with the same key may
/// stand.
pub(super) async fn put_off(
    tx: &Tx,
    job: &Claimed,
    owner: &str,
    due_ms: i64,
    error: &str,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE job SET due_at = $4, owner = NULL, lease_until = NULL, error = $5, attempt = CASE WHEN attempt > 1 THEN attempt - 1 ELSE 1 END
         WHERE id = $1 AND owner = $2 AND attempt = $3",
        args![job.id, owner, job.attempt, due_ms, error],
    )
    .await?;
    Ok(())
}

/// Gives work up but keeps it to be seen.
pub(super) async fn bury(
    tx: &Tx,
    job: &Claimed,
    owner: &str,
    now_ms: i64,
    error: &str,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE job SET dead_at = $4, due_at = $4, owner = NULL, lease_until = NULL, error = $5
         WHERE id = $1 AND owner = $2 AND attempt = $3",
        args![job.id, owner, job.attempt, now_ms, error],
    )
    .await?;
    Ok(())
}

/// When the next job is due, for the sleep of a worker.
pub(super) async fn next_due(db: &impl Sql) -> Result<Option<i64>, Fault> {
    db.scalar("SELECT min(due_at) FROM job WHERE dead_at IS NULL", args![])
        .await
}
