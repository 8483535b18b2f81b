//! Events (事件): what has happened, written in the same transaction, for slices above and for open browsers.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Sql as _, Tx};
use crate::fault::Fault;
use crate::jobs;

/// How long events are kept for browsers that come back: 7 days.
pub const KEPT_MS: i64 = 7 * 86_400_000;

/// Which job kinds listen to which topic (事件接线). One list for the whole program.
#[derive(Debug, Clone, Default)]
pub struct Wiring(BTreeMap<&'static str, Vec<&'static str>>);

impl Wiring {
    /// Nobody listens to anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a job of this kind be made for each event of this topic; the job's payload is the event's.
    #[must_use]
    pub fn on(mut self, topic: &'static str, job_kind: &'static str) -> Self {
        self.0.entry(topic).or_default().push(job_kind);
        self
    }

    /// The job kinds that listen to this topic.
    pub fn listeners(&self, topic: &str) -> &[&'static str] {
        self.0.get(topic).map_or(&[], Vec::as_slice)
    }

    /// All topics with their listeners.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &[&'static str])> {
        self.0
            .iter()
            .map(|(topic, kinds)| (*topic, kinds.as_slice()))
    }
}

/// Writes an event and one job per listener. `payload.id` is what open browsers are told.
pub async fn tell(
    tx: &Tx,
    ctx: &Ctx,
    topic: &'static str,
    payload: &impl Serialize,
) -> Result<(), Fault> {
    let payload = serde_json::to_value(payload)?;
    let subject = payload
        .get("id")
        .and_then(|id| id.as_str())
        .and_then(|id| Uuid::parse_str(id).ok());
    tx.run(
        "INSERT INTO event (id, topic, subject_id, payload, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![ctx.new_id::<Uuid>(), topic, subject, payload.to_string(), ctx.actor.id, ctx.now_ms()],
    )
    .await?;
    for kind in ctx.wiring.listeners(topic) {
        jobs::enqueue(tx, ctx, kind, &payload, ctx.now_ms(), None).await?;
    }
    tx.tells();
    Ok(())
}

/// Forgets old events.
pub async fn purge(tx: &Tx, ctx: &Ctx) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM event WHERE at < $1",
        args![ctx.now_ms() - KEPT_MS],
    )
    .await
}
