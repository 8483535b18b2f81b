//! The same creating request twice, done once (幂等).
//!
//! A POST with `Idempotency-Key` stores its answer under (actor, key). The key is claimed inside the business
//! transaction by [`Db::begin_for`](crate::db::Db::begin_for), so the work and the claim stand or fall together. The answer is added by
//! [`Tx::commit_with`], in the same transaction, or else after it.
//! Answers are kept for [`KEPT_MS`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::db::FromQueryResult;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::args;
use crate::ctx::{Base, Ctx, IdemKey};
use crate::db::{Sql, Tx};
use crate::extract::LONGEST_JSON;
use crate::fault::Fault;
use crate::identity::Identity;
use crate::problem::Problem;

/// How long an answer is kept: 48 hours.
pub const KEPT_MS: i64 = 48 * 3_600_000;
/// After this long a request without an answer is no longer under way. Its claim is seen only when its work is done, so that
/// nothing but the answer can still be on its way.
const UNDER_WAY_MS: i64 = 60_000;
const LONGEST_KEY: usize = 100;
/// Answers larger than this are not stored; the claim alone then refuses a repetition.
const LARGEST_ANSWER: usize = 1 << 20;

/// Claims the request's key in the business transaction; nothing to do for a request without one.
pub(crate) async fn claim(tx: &Tx, ctx: &Ctx) -> Result<(), Problem> {
    let (Some(key), Some(actor)) = (&ctx.idempotency_key, ctx.actor.id) else {
        return Ok(());
    };
    let claimed = tx
        .run(
            "INSERT INTO idempotency (actor_id, k, request_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            args![actor, key.key.as_str(), key.request_hash.as_str(), ctx.now_ms()],
        )
        .await?;
    if claimed == 0 {
        Err(Problem::new(409, "idempotency.in_progress"))
    } else {
        Ok(())
    }
}

/// Adds the answer to the claim, in the business transaction.
pub(crate) async fn answer(tx: &Tx, ctx: &Ctx, answer: &impl Serialize) -> Result<(), Fault> {
    let (Some(key), Some(actor)) = (&ctx.idempotency_key, ctx.actor.id) else {
        return Ok(());
    };
    let body = serde_json::to_vec(answer)?;
    if body.len() <= LARGEST_ANSWER {
        store(
            tx,
            actor,
            &key.key,
            StatusCode::OK,
            Some("application/json"),
            body,
        )
        .await?;
        key.answered.store(true, Ordering::Relaxed);
    }
    Ok(())
}

async fn store(
    tx: &Tx,
    actor: Uuid,
    key: &str,
    status: StatusCode,
    media_type: Option<&str>,
    body: Vec<u8>,
) -> Result<u64, Fault> {
    tx.run(
        "UPDATE idempotency SET status = $3, media_type = $4, body = $5 WHERE actor_id = $1 AND k = $2",
        args![actor, key, i64::from(status.as_u16()), media_type, body],
    )
    .await
}

/// Forgets old answers.
pub async fn purge(tx: &Tx, ctx: &Ctx) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM idempotency WHERE created_at < $1",
        args![ctx.now_ms() - KEPT_MS],
    )
    .await
}

#[derive(FromQueryResult)]
struct StoredRow {
    request_hash: String,
    status: Option<i64>,
    media_type: Option<String>,
    body: Option<Vec<u8>>,
    created_at: i64,
}

/// Middleware: replays a stored answer, or lets the request run and stores what it answers.
pub(crate) async fn layer(State(base): State<Base>, request: Request, next: Next) -> Response {
    let who = request.extensions().get::<Arc<Identity>>().cloned();
    let key = request.headers().get("idempotency-key").cloned();
    let (Some(who), Some(key)) = (who, key) else {
        return next.run(request).await;
    };
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match replay_or_run(&base, &who, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn replay_or_run(
    base: &Base,
    who: &Identity,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|k| !k.is_empty() && k.len() <= LONGEST_KEY)
        .ok_or_else(|| Problem::new(422, "idempotency.bad_key"))?
        .to_owned();
    let actor = who.staff_id;
    // A file upload is not held in memory for this: its size and type stand for it.
    let (mut parts, body) = request.into_parts();
    let mut hash = Sha256::new();
    // A stored answer is no way around rights: it is for the same door with the same rights as when it was made.
    hash.update(
        serde_json::to_vec(&(who.token_id, who.scope.kind, &who.permissions))
            .map_err(Fault::from)?,
    );
    hash.update(b"\n");
    hash.update(parts.method.as_str());
    hash.update(b"\n");
    hash.update(parts.uri.path_and_query().map_or("", |p| p.as_str()));
    hash.update(b"\n");
    let is_json = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/json"));
    let body = if is_json {
        let bytes = to_bytes(body, LONGEST_JSON)
            .await
            .map_err(|error| unreadable(&error))?;
        hash.update(&bytes);
        Body::from(bytes)
    } else {
        if let Some(length) = parts.headers.get(header::CONTENT_LENGTH) {
            hash.update(length.as_bytes());
        }
        body
    };
    let request_hash = hex::encode(hash.finalize());
    if let Some(stored) = find(base, actor, &key).await? {
        return answer_again(stored, &request_hash, base.now().as_millisecond());
    }
    let answered = Arc::new(AtomicBool::new(false));
    parts.extensions.insert(IdemKey {
        key: key.clone(),
        request_hash,
        answered: Arc::clone(&answered),
    });
    let response = next.run(Request::from_parts(parts, body)).await;
    if answered.load(Ordering::Relaxed) || !response.status().is_success() {
        return Ok(response);
    }
    keep(base, actor, &key, response).await
}

/// Too large, or broken off.
fn unreadable(error: &axum::Error) -> Problem {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<http_body_util::LengthLimitError>() {
            return Problem::new(413, "body.too_large");
        }
        source = inner.source();
    }
    Problem::new(400, "body.unreadable")
}

async fn find(base: &Base, actor: Uuid, key: &str) -> Result<Option<StoredRow>, Fault> {
    base.db
        .one(
            "SELECT request_hash, status, media_type, body, created_at FROM idempotency WHERE actor_id = $1 AND k = $2",
            args![actor, key],
        )
        .await
}

fn answer_again(stored: StoredRow, request_hash: &str, now_ms: i64) -> Result<Response, Problem> {
    if stored.request_hash != request_hash {
        return Err(Problem::new(422, "idempotency.key_reused"));
    }
    let Some(status) = stored.status else {
        // Done, but the process ended before the answer was stored.
        let lost = now_ms - stored.created_at > UNDER_WAY_MS;
        return Err(if lost {
            Problem::new(409, "idempotency.answer_lost")
        } else {
            Problem::new(409, "idempotency.in_progress")
        });
    };
    let status = u16::try_from(status)
        .ok()
        .and_then(|s| StatusCode::from_u16(s).ok())
        .unwrap_or(StatusCode::OK);
    let mut response = (status, stored.body.unwrap_or_default()).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(media_type) = stored
        .media_type
        .and_then(|m| HeaderValue::from_str(&m).ok())
    {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, media_type);
    }
    response
        .headers_mut()
        .insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

async fn keep(
    base: &Base,
    actor: Uuid,
    key: &str,
    response: Response,
) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let is_small = http_body_hint(&body).is_some_and(|n| n <= LARGEST_ANSWER);
    if !is_small {
        return Ok(Response::from_parts(parts, body));
    }
    let bytes = to_bytes(body, LARGEST_ANSWER)
        .await
        .map_err(|e| Fault::other(format!("answer: {e}")))?;
    let media_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    // The claim is there when the handler wrote anything; a handler that wrote nothing leaves no row to fill.
    let stored = async {
        let tx = base.db.begin().await?;
        store(
            &tx,
            actor,
            key,
            parts.status,
            media_type.as_deref(),
            bytes.to_vec(),
        )
        .await?;
        tx.commit().await
    };
    if let Err(fault) = stored.await {
        tracing::warn!(error = fault.chain(), "answer not stored for repetition");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn http_body_hint(body: &Body) -> Option<usize> {
    use axum::body::HttpBody as _;
    body.size_hint()
        .exact()
        .and_then(|n| usize::try_from(n).ok())
}
