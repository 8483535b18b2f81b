//! The interface and the page of the API (界面): the same for everybody, so no session is asked for here.

use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use liuke_platform::problem::Problem;

use crate::web::{self, WebFile};

/// The page of the API, of `web/public/api-docs`.
const DOCS: &str = "api-docs/index.html";

/// The description of the API, written once.
static OPENAPI: LazyLock<Bytes> =
    LazyLock::new(|| liuke_app::openapi().to_string().into_bytes().into());

/// Everything besides the HTTP interface.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/docs", get(docs))
        .route("/api/docs/", get(docs))
        .fallback(page)
}

async fn openapi() -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, OPENAPI.clone()).into_response()
}

async fn docs(headers: HeaderMap) -> Response {
    match web::file(DOCS, text(&headers, header::ACCEPT_ENCODING)) {
        Some(file) => answer(DOCS, &file, text(&headers, header::IF_NONE_MATCH)),
        None => Problem::new(404, "not_found").into_response(),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// A file of the interface; for an address of the interface its one page; 404 for missing files and API addresses, so
/// that a page from before an upgrade finds out.
async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Problem::new(404, "not_found").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let headers = request.headers();
    let name = path.trim_start_matches('/');
    let accepted = text(headers, header::ACCEPT_ENCODING);
    let (name, file) = match web::file(name, accepted) {
        Some(file) => (name, Some(file)),
        None if is_address(name) => ("index.html", web::file("index.html", accepted)),
        None => (name, None),
    };
    let Some(file) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(name, &file, text(headers, header::IF_NONE_MATCH))
}

/// Whether this is an address of the interface rather than of a file.
fn is_address(name: &str) -> bool {
    !name.starts_with("assets/") && !name.rsplit('/').next().unwrap_or_default().contains('.')
}

fn answer(name: &str, file: &WebFile, known: &str) -> Response {
    let unchanged = known
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == file.etag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.bytes.clone()))
    };
    let headers = response.headers_mut();
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&file.etag) {
        headers.insert(header::ETAG, etag);
    }
    if !unchanged {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(name)),
        );
        if let Some(packing) = file.packing.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(packing));
        }
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str, header: Option<(&str, &str)>) -> Response {
        let mut request = Request::get(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        routes()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .map(|v| v.to_str().unwrap())
            .unwrap_or_default()
    }

    #[tokio::test]
    async fn every_address_of_the_interface_answers_its_one_page() {
        for path in [
            "/",
            "/index.html",
            "/customers",
            "/customers/019a",
            "/setup?token=x",
        ] {
            let response = ask(path, None).await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(
                header(&response, "content-type"),
                "text/html; charset=utf-8",
                "{path}"
            );
            assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
        }
    }

    #[tokio::test]
    async fn missing_files_and_api_addresses_are_not_found() {
        for path in [
            "/assets/gone-1234.js",
            "/assets/gone",
            "/favicon.xyz",
            "/api/v1/nothing",
            "/api",
        ] {
            assert_eq!(ask(path, None).await.status(), 404, "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_that_has_not_changed_is_not_sent_again() {
        let etag = header(&ask("/", None).await, "etag").to_owned();
        assert!(etag.len() > 20);
        let again = ask("/", Some(("if-none-match", &etag))).await;
        assert_eq!(again.status(), 304);
        assert_eq!(header(&again, "etag"), etag);
    }

    #[tokio::test]
    async fn the_api_describes_itself_on_a_page_without_inline_scripts() {
        assert_eq!(ask("/api/openapi.json", None).await.status(), 200);
        if !web::is_built() {
            return; // the page is a file of the interface
        }
        let page = ask("/api/docs/", None).await;
        assert_eq!(page.status(), 200);
        let bytes = axum::body::to_bytes(page.into_body(), 1 << 20)
            .await
            .unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        for script in text.split("<script").skip(1) {
            assert!(
                script.split('>').next().unwrap().contains("src="),
                "{script}"
            );
        }
        for file in ["swagger-ui.css", "swagger-ui-bundle.js", "start.js"] {
            let path = format!("/api-docs/{file}");
            assert!(text.contains(&path), "{path}");
            assert_eq!(ask(&path, None).await.status(), 200, "{path}");
        }
    }
}
