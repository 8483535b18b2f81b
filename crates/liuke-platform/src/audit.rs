//! The audit (审计): append-only, chained by hash.
//!
//! Each entry's hash covers the entry before, so that a change anywhere breaks the chain from there on.
//! Write it last in a transaction: on PostgreSQL writers queue for the end of the chain until they commit.

use crate::db::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Engine, Sql, Tx};
use crate::fault::Fault;

/// Where the chain begins.
const GENESIS: &str = "";
/// Queues the writers of several PostgreSQL connections.
const LOCK: i64 = 0x006c_6975_6b65_0002;

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    pub seq: i64,
    /// When, epoch ms.
    pub at: i64,
    /// Who; nobody for the system.
    pub actor_id: Option<Uuid>,
    /// Who, by name at the time.
    pub actor_name: String,
    /// By which way.
    pub via: String,
    /// What, such as `customer.reveal`.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which one.
    pub subject_id: Option<Uuid>,
    /// How it was, JSON.
    pub before_json: Option<String>,
    /// How it is now, JSON.
    pub after_json: Option<String>,
    /// Trace of the request.
    pub trace: String,
    /// Hash of the entry before.
    pub prev_hash: String,
    /// SHA-256 over all of the above.
    pub hash: String,
}

/// The columns of [`Entry`], for queries.
pub const COLUMNS: &str = "seq, at, actor_id, actor_name, via, action, subject_kind, subject_id, before_json, \
    after_json, trace, prev_hash, hash";

impl Entry {
    /// The hash this entry should have.
    pub fn computed_hash(&self) -> Result<String, Fault> {
        // A JSON array keeps the fields apart whatever they contain.
        let fields = serde_json::to_vec(&(
            self.seq,
            self.at,
            self.actor_id,
            &self.actor_name,
            &self.via,
            &self.action,
            &self.subject_kind,
            self.subject_id,
            &self.before_json,
            &self.after_json,
            &self.trace,
        ))?;
        let mut hash = Sha256::new();
        hash.update(self.prev_hash.as_bytes());
        hash.update(b"\n");
        hash.update(fields);
        Ok(hex::encode(hash.finalize()))
    }
}

/// Appends an entry. Call it last in the transaction.
pub async fn write(
    tx: &Tx,
    ctx: &Ctx,
    action: &str,
    subject_kind: &str,
    subject_id: Option<Uuid>,
    before: Option<Json>,
    after: Option<Json>,
) -> Result<(), Fault> {
    if tx.engine() == Engine::Postgres {
        tx.run("SELECT pg_advisory_xact_lock($1)", args![LOCK])
            .await?;
    }
    let last = head(tx).await?;
    let (seq, prev_hash) = last.map_or((1, GENESIS.to_owned()), |h| (h.seq + 1, h.hash));
    let mut entry = Entry {
        seq,
        at: ctx.now_ms(),
        actor_id: ctx.actor.id,
        actor_name: ctx.actor.name.clone(),
        via: ctx.actor.via.as_str().to_owned(),
        action: action.to_owned(),
        subject_kind: subject_kind.to_owned(),
        subject_id,
        before_json: before.map(|j| j.to_string()),
        after_json: after.map(|j| j.to_string()),
        trace: ctx.trace.clone(),
        prev_hash,
        hash: String::new(),
    };
    entry.hash = entry.computed_hash()?;
    tx.run(
        &format!("INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
        args![
            entry.seq,
            entry.at,
            entry.actor_id,
            entry.actor_name,
            entry.via,
            entry.action,
            entry.subject_kind,
            entry.subject_id,
            entry.before_json,
            entry.after_json,
            entry.trace,
            entry.prev_hash,
            entry.hash
        ],
    )
    .await?;
    Ok(())
}

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult, Serialize)]
pub struct Head {
    /// Place of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// The end of the chain; nothing while it is empty.
pub async fn head(db: &impl Sql) -> Result<Option<Head>, Fault> {
    db.one(
        "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
        args![],
    )
    .await
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Entries looked at.
    pub entries: i64,
    /// Hash of the last entry in order.
    pub head: Option<String>,
    /// The first entry that does not fit.
    pub broken_at: Option<i64>,
}

/// Walks along a chain, entry by entry.
#[derive(Debug, Default)]
pub struct Walk {
    entries: i64,
    head: Option<String>,
    broken_at: Option<i64>,
}

impl Walk {
    /// Takes the next entry; they have to come in order.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Fault> {
        if self.broken_at.is_some() {
            return Ok(());
        }
        let expected = self.head.as_deref().unwrap_or(GENESIS);
        if entry.seq != self.entries + 1
            || entry.prev_hash != expected
            || entry.hash != entry.computed_hash()?
        {
            self.broken_at = Some(entry.seq);
        } else {
            self.entries += 1;
            self.head = Some(entry.hash.clone());
        }
        Ok(())
    }

    /// What was found.
    pub fn report(self) -> Report {
        Report {
            entries: self.entries,
            head: self.head,
            broken_at: self.broken_at,
        }
    }
}

/// Entries read at a time.
const STRETCH: i64 = 1_000;

/// Checks the whole chain, in constant memory. Stretch by stretch rather than as one stream, so that no connection is
/// held meanwhile and handlers can wait for it (rust-lang/rust#100013).
pub async fn verify(db: &impl Sql) -> Result<Report, Fault> {
    let mut walk = Walk::default();
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2");
    let mut last = i64::MIN;
    loop {
        let entries: Vec<Entry> = db.all(&sql, args![last, STRETCH]).await?;
        let Some(end) = entries.last() else {
            return Ok(walk.report());
        };
        last = end.seq;
        for entry in &entries {
            walk.take(entry)?;
        }
    }
}
