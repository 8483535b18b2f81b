//! Sessions (会话): who is signed in at which browser.
//!
//! Own and small rather than axum-login: that brings a second table format, a serialised record per session and the
//! system's clock, which tests could not move. Here a session is one row found by its key: one indexed read per
//! request, one write in five minutes. The cookie holds 32 random bytes; the table only their SHA-256.

mod gate;
pub mod password;
pub mod throttle;

use std::time::Duration;

use crate::db::FromQueryResult;
use axum::http::HeaderValue;
use uuid::Uuid;

pub use gate::{Gate, layer};

use crate::args;
use crate::ctx::{Base, Ctx};
use crate::db::{Sql, Tx};
use crate::fault::Fault;
use crate::http::Peer;
use crate::secret;

/// At most one write per session in this time.
const TOUCH_MS: i64 = 5 * 60_000;

/// Signs a person in at this browser: always a new session id; a session the browser had before (its digest) ends.
///
/// Returns the `Set-Cookie` value.
pub async fn begin(
    tx: &Tx,
    ctx: &Ctx,
    base: &Base,
    staff_id: Uuid,
    peer: &Peer,
    before: Option<&str>,
) -> Result<HeaderValue, Fault> {
    if let Some(before) = before {
        end(tx, before).await?;
    }
    let token = secret::fresh()?;
    let longest_ms = base.config.limits.session_h.saturating_mul(3_600_000);
    tx.run(
        "INSERT INTO session (id, staff_id, created_at, seen_at, ends_at, address, agent)
         VALUES ($1, $2, $3, $3, $4, $5, $6)",
        args![
            secret::digest(&token),
            staff_id,
            ctx.now_ms(),
            ctx.now_ms().saturating_add(longest_ms),
            peer.address.as_str(),
            peer.agent.as_str()
        ],
    )
    .await?;
    set_cookie(base, &token, longest_ms / 1000)
}

/// Ends one session, by its digest.
pub async fn end(tx: &Tx, session_id: &str) -> Result<u64, Fault> {
    tx.run("DELETE FROM session WHERE id = $1", args![session_id])
        .await
}

/// Ends all sessions of a person, except perhaps the one at hand.
pub async fn end_all(tx: &Tx, staff_id: Uuid, except: Option<&str>) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM session WHERE staff_id = $1 AND id <> $2",
        args![staff_id, except.unwrap_or_default()],
    )
    .await
}

/// The `Set-Cookie` value that takes the cookie back.
pub fn forget_cookie(base: &Base) -> Result<HeaderValue, Fault> {
    set_cookie(base, "", 0)
}

/// Forgets sessions that have ended.
pub(crate) async fn purge(tx: &Tx, ctx: &Ctx, base: &Base) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM session WHERE ends_at < $1 OR seen_at < $2",
        args![
            ctx.now_ms(),
            ctx.now_ms() - base.session_idle_ms() - TOUCH_MS
        ],
    )
    .await
}

/// One session of a person, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct OpenSession {
    /// Its digest.
    pub id: String,
    /// Since when.
    pub created_at: i64,
    /// When last seen, to five minutes.
    pub seen_at: i64,
    /// From where.
    pub address: String,
    /// With which program.
    pub agent: String,
}

/// The open sessions of a person, latest first.
pub async fn of_person(
    db: &impl Sql,
    staff_id: Uuid,
    now_ms: i64,
) -> Result<Vec<OpenSession>, Fault> {
    db.all(
        "SELECT id, created_at, seen_at, address, agent FROM session WHERE staff_id = $1 AND ends_at > $2
         ORDER BY seen_at DESC, id",
        args![staff_id, now_ms],
    )
    .await
}

/// The cookie's name; the prefix makes browsers insist on Secure and the whole host.
pub fn cookie_name(base: &Base) -> &'static str {
    if base.config.server.cookies_are_secure() {
        "__Host-liuke"
    } else {
        "liuke"
    }
}

fn set_cookie(base: &Base, token: &str, seconds: i64) -> Result<HeaderValue, Fault> {
    let secure = if base.config.server.cookies_are_secure() {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(base);
    HeaderValue::from_str(&format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    ))
    .map_err(|e| Fault::other(format!("cookie: {e}")))
}

#[derive(FromQueryResult)]
struct SessionRow {
    staff_id: Uuid,
    seen_at: i64,
    ends_at: i64,
}

/// The person of a session, if it has not ended; notes from time to time that it was seen.
async fn staff_of(base: &Base, id: &str) -> Result<Option<Uuid>, Fault> {
    let now = base.now().as_millisecond();
    let row: Option<SessionRow> = base
        .db
        .one(
            "SELECT staff_id, seen_at, ends_at FROM session WHERE id = $1",
            args![id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.ends_at <= now || row.seen_at.saturating_add(base.session_idle_ms()) <= now {
        return Ok(None);
    }
    if now - row.seen_at > TOUCH_MS {
        // A busy writer is no reason to keep the person waiting; the next request tries again.
        let touched = tokio::time::timeout(Duration::from_millis(500), async {
            let tx = base.db.begin().await?;
            tx.run(
                "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2",
                args![id, now],
            )
            .await?;
            tx.commit().await
        });
        if let Ok(Err(fault)) = touched.await {
            tracing::debug!(error = fault.chain(), "session not touched");
        }
    }
    Ok(Some(row.staff_id))
}
