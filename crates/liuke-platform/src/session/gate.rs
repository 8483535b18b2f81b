//! The middleware that finds out who asks, and refuses forged requests.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::ctx::Base;
use crate::identity::{Authenticate, Identity};
use crate::problem::Problem;
use crate::secret;

/// Only these addresses know people; pages and their files are the same for everybody.
const API: &str = "/api/";

/// State of the middleware.
#[derive(Clone)]
pub struct Gate {
    base: Base,
    who: Arc<dyn Authenticate>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate that asks the application about people.
    pub fn new(base: Base, who: Arc<dyn Authenticate>) -> Self {
        Self { base, who }
    }
}

/// Puts the [`Identity`] into the request; answers 401 to a wrong token and 403 `csrf` to a forged request.
pub async fn layer(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(API) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match identify(&gate, &parts).await {
        Ok(Some(identity)) => {
            parts.extensions.insert(Arc::new(identity));
        }
        Ok(None) => {}
        Err(problem) => return problem.into_response(),
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // Answers to signed-in people must not stay in a shared cache.
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(header::HeaderValue::from_static("no-store"));
    response
}

async fn identify(gate: &Gate, request: &Parts) -> Result<Option<Identity>, Problem> {
    let headers = &request.headers;
    if let Some(token) = bearer(headers) {
        let digest = secret::digest(token);
        let identity = gate.who.by_token(&gate.base, &digest).await?;
        return identity
            .map(Some)
            .ok_or_else(|| Problem::new(401, "token.invalid"));
    }
    let cookie = cookie(headers, super::cookie_name(&gate.base));
    guard_against_forgery(&gate.base, request, cookie.is_some())?;
    let Some(cookie) = cookie else {
        return Ok(None);
    };
    let id = secret::digest(cookie);
    let Some(staff_id) = super::staff_of(&gate.base, &id).await? else {
        return Ok(None);
    };
    let identity = gate.who.by_staff(&gate.base, staff_id).await?;
    Ok(identity.map(|identity| Identity {
        session_id: Some(id),
        ..identity
    }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// A request that changes something must come from our own pages: with a cookie it needs the header that a foreign
/// page cannot send, and where the browser names the origin it must be ours.
fn guard_against_forgery(base: &Base, request: &Parts, has_cookie: bool) -> Result<(), Problem> {
    if matches!(
        request.method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    ) {
        return Ok(());
    }
    let forged = || Problem::new(403, "csrf");
    let headers = &request.headers;
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if has_cookie && text("x-liuke-request") != Some("1") {
        return Err(forged());
    }
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return Err(forged());
    }
    if let Some(origin) = text("origin") {
        let host = text("host").or_else(|| {
            request
                .uri
                .authority()
                .map(axum::http::uri::Authority::as_str)
        });
        let same_host = origin
            .split_once("://")
            .is_some_and(|(_, o)| host.is_some_and(|h| h.eq_ignore_ascii_case(o)));
        let public = base
            .config
            .server
            .public_url
            .as_deref()
            .map(|u| u.trim_end_matches('/'));
        let is_public = public.is_some_and(|p| {
            p == origin || p.strip_prefix(origin).is_some_and(|r| r.starts_with('/'))
        });
        if !same_host && !is_public {
            return Err(forged());
        }
    }
    Ok(())
}
