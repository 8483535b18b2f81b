//! What stands around every route: trace, log, headers, limits, identity, repetition.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, NotForContentType, Predicate as _, SizeAbove};
use tracing::Instrument as _;

use crate::ctx::{Actor, Base};
use crate::identity::Authenticate;
use crate::jobs::panic_text;
use crate::migrate::Migration;
use crate::problem::{Problem, ProblemCode, TRACE};
use crate::{idempotency, session};

use super::health;

/// Scripts only from our own files. Styles may stand in the page: the component library (antd) writes them there.
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// Headers every answer carries unless its handler has set them.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The whole service around the application's routes.
///
/// Adds `/healthz`, `/readyz`, `/metrics`; trace ids, request log, security headers, compression, host check, time and
/// size limits; sessions and API tokens with protection against forged requests; repetition of creating requests.
pub fn shell(
    router: Router,
    base: &Base,
    who: Arc<dyn Authenticate>,
    migrations: &'static [Migration],
) -> Router {
    let largest = usize::try_from(base.config.server.max_body_mb).unwrap_or(64) << 20;
    let machines = Router::new()
        .route("/healthz", health::healthz())
        .route("/readyz", health::readyz(migrations))
        .route("/metrics", health::metrics())
        .with_state(base.clone());
    router
        .layer(from_fn_with_state(base.clone(), idempotency::layer))
        .layer(from_fn_with_state(
            session::Gate::new(base.clone(), who),
            session::layer,
        ))
        .merge(machines)
        .layer(DefaultBodyLimit::max(largest))
        .layer(from_fn_with_state(base.clone(), limit_time))
        .layer(from_fn_with_state(base.clone(), check_host))
        .layer(compression())
        .layer(from_fn(refusals_as_problems))
        .layer(from_fn_with_state(base.clone(), observe))
        // Outermost, so that the answer to a panic carries them too.
        .layer(from_fn_with_state(base.clone(), add_headers))
}

type Compressible = And<
    And<And<SizeAbove, NotForContentType>, NotForContentType>,
    And<NotForContentType, NotForContentType>,
>;

/// gzip for text over 1 kB; not for streams of events nor for files that are compressed already.
fn compression() -> CompressionLayer<Compressible> {
    let files = NotForContentType::const_new("application/vnd.")
        .and(NotForContentType::const_new("application/pdf"));
    CompressionLayer::new().gzip(true).compress_when(
        SizeAbove::new(1024)
            .and(NotForContentType::SSE)
            .and(NotForContentType::IMAGES)
            .and(files),
    )
}

/// Gives the request its trace id, watches over panics, counts and logs it.
async fn observe(State(base): State<Base>, mut request: Request, next: Next) -> Response {
    let trace = base
        .ctx(Actor::system())
        .new_id::<uuid::Uuid>()
        .simple()
        .to_string();
    let method = request.method().clone();
    let span = tracing::info_span!("request", %method, trace = %trace);
    request.headers_mut().remove("x-request-id");
    let started = tokio::time::Instant::now();
    let route_at_start = request
        .extensions()
        .get::<MatchedPath>()
        .map(|m| m.as_str().to_owned());
    let answered = TRACE.scope(
        trace.clone(),
        AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .instrument(span.clone()),
    );
    let mut response = match answered.await {
        Ok(response) => response,
        Err(panic) => {
            span.in_scope(|| tracing::error!(panic = panic_text(&*panic), "panic"));
            let mut problem = Problem::internal();
            problem.trace = Some(trace.clone());
            problem.into_response()
        }
    };
    if let Ok(value) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert("x-request-id", value);
    }
    let took = started.elapsed();
    let status = response.status().as_u16();
    let route = route_at_start.unwrap_or_else(|| "other".to_owned());
    base.metrics
        .count_request(method.as_str(), &route, status, took);
    let code = response
        .extensions()
        .get::<ProblemCode>()
        .map(|c| c.0.clone())
        .unwrap_or_default();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if status >= 500 {
            tracing::warn!(route, status, code = %code, ms, "answered");
        } else {
            tracing::info!(route, status, code = %code, ms, "answered");
        }
    });
    response
}

async fn add_headers(State(base): State<Base>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    if base.config.server.cookies_are_secure() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Refusals of the framework itself (no such route, wrong method, too large) become problem documents too.
async fn refusals_as_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error()
        || response.headers().contains_key(header::CONTENT_TYPE) && !is_plain(&response)
    {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "body.too_large",
        StatusCode::BAD_REQUEST
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => "invalid",
        _ => return response,
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut problem = Problem::new(status.as_u16(), code).into_response();
    if let Some(allow) = allow {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    problem
}

fn is_plain(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/plain"))
}

/// Refuses requests for other host names, if names are set: a guard against DNS rebinding.
async fn check_host(State(base): State<Base>, request: Request, next: Next) -> Response {
    let allowed = &base.config.server.allowed_hosts;
    if allowed.is_empty() {
        return next.run(request).await;
    }
    let host = request
        .uri()
        .host()
        .map(str::to_owned)
        .or_else(|| {
            request
                .headers()
                .get(header::HOST)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned)
        })
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host.as_str(),
    };
    if allowed
        .iter()
        .any(|a| a.eq_ignore_ascii_case(name) || a.eq_ignore_ascii_case(&host))
    {
        next.run(request).await
    } else {
        Problem::new(421, "host_not_allowed").into_response()
    }
}

/// Ends requests that take too long; uploads may take ten times as long.
async fn limit_time(State(base): State<Base>, request: Request, next: Next) -> Response {
    let upload = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| {
            v.as_bytes().starts_with(b"multipart/") || v.as_bytes() == b"application/octet-stream"
        });
    let seconds = base
        .config
        .limits
        .request_s
        .saturating_mul(if upload { 10 } else { 1 });
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(503, "timeout").into_response(),
    }
}
