//! What every answer tells browsers, so that they help.

use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use liuke_platform::config::Config;
use liuke_platform::db::Engine;
use serde_json::json;

use crate::architecture_tests::routes;
use crate::on_both;
use crate::testing::{Answer, TestApp};

use super::World;

on_both!(
    every_kind_of_answer_carries_the_headers_that_keep_browsers_safe,
    answers_about_people_are_stored_nowhere
);

/// Pages as the binary serves them, and a handler that breaks.
fn outside() -> Router {
    Router::new()
        .route(
            "/broken",
            get(async || -> StatusCode { panic!("on purpose") }),
        )
        .route(
            "/assets/x.js",
            get(async || ([(header::CONTENT_TYPE, "text/javascript")], "1").into_response()),
        )
        .route("/gone", get(async || StatusCode::NOT_FOUND))
        .fallback(async || {
            (
                [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
                "<!doctype html>",
            )
                .into_response()
        })
}

fn assert_safe(answer: &Answer, what: &str) {
    let csp = answer.header("content-security-policy");
    let directives: Vec<&str> = csp.split(';').map(str::trim).collect();
    for directive in [
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            directives.contains(&directive),
            "{what}: no {directive} in {csp}"
        );
    }
    // Scripts only from our own files; styles may stand in the page, for the component library writes them there.
    for directive in directives {
        assert!(
            !directive.contains("unsafe-eval")
                && !directive.contains('*')
                && !directive.contains("http"),
            "{what}: {directive}"
        );
        assert!(
            !directive.contains("unsafe-inline") || directive.starts_with("style-src "),
            "{what}: {directive}"
        );
        assert!(
            !directive.contains("data:") || directive.starts_with("img-src "),
            "{what}: {directive}"
        );
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin",
        "{what}"
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "same-origin",
        "{what}"
    );
    assert!(
        answer.header("permissions-policy").contains("camera=()"),
        "{what}"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
    for telling in ["server", "x-powered-by"] {
        assert_eq!(answer.header(telling), "", "{what}");
    }
}

async fn every_kind_of_answer_carries_the_headers_that_keep_browsers_safe(t: TestApp) {
    let world = World::of(&t).await;
    let router = crate::router(&t.app, outside());
    let chief = world.chief(&t).to(&router);
    for path in [
        "/",
        "/login?next=/today",
        "/assets/x.js",
        "/gone",
        "/broken",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api",
        "/api/v1/none",
    ] {
        assert_safe(&chief.get(path).await, path);
    }
    assert_eq!(chief.get("/broken").await.status(), 500);
    for route in routes() {
        let path = world_path(&world, &route.path);
        assert_safe(&t.as_nobody().to(&router).get(&path).await, &route.id);
        if route.method == Method::GET {
            assert_safe(&chief.get(&path).await, &route.id);
        }
    }
    for path in [
        "/api/v1/customers/export?format=csv",
        "/api/v1/customers/export?format=xlsx",
        "/api/v1/rates/export?from=2026-11-01&to=2026-11-21",
    ] {
        let answer = chief.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_safe(&answer, path);
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment"),
            "{path}"
        );
    }
    let paper = chief
        .get(&format!("/api/v1/slips/{}/paper", world.slip))
        .await;
    assert_eq!(
        (paper.status(), paper.header("content-type")),
        (200, "application/pdf")
    );
    assert_safe(&paper, "paper");
    // Refusals of every kind.
    assert_safe(
        &t.as_nobody()
            .to(&router)
            .post("/api/v1/login", json!({}))
            .await,
        "422",
    );
    assert_safe(
        &t.as_nobody()
            .to(&router)
            .unmarked()
            .cookie("liuke=x")
            .post("/api/v1/login", json!({}))
            .await,
        "csrf",
    );
    assert_safe(
        &t.with_token("x").to(&router).get("/api/v1/session").await,
        "401",
    );
    assert_safe(&chief.delete("/api/v1/login").await, "405");
}

fn world_path(world: &World, path: &str) -> String {
    if path.contains("{id}") {
        world.path(path)
    } else {
        path.replace("{token}", "x")
    }
}

async fn answers_about_people_are_stored_nowhere(t: TestApp) {
    let world = World::of(&t).await;
    for route in routes() {
        let path = world_path(&world, &route.path);
        for client in [world.chief(&t), t.as_nobody()] {
            if route.method == Method::GET {
                let answer = client.get(&path).await;
                let kept = answer.header("cache-control");
                // Live updates hold ids only and are read as they come.
                assert!(
                    kept == "no-store" || (route.id == "events" && kept == "no-cache"),
                    "{}: {kept}",
                    route.id
                );
            }
        }
    }
}

#[tokio::test]
async fn under_https_browsers_are_told_to_stay_there() {
    let mut config = Config::default();
    config.server.public_url = Some("https://crm.example.com".into());
    let t = TestApp::configured(Engine::Sqlite, config).await.unwrap();
    let answer = t.as_nobody().get("/api/v1/login-options").await;
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
    let t = TestApp::configured(Engine::Sqlite, Config::default())
        .await
        .unwrap();
    let answer = t.as_nobody().get("/api/v1/login-options").await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn figures_are_for_the_neighbourhood_only() {
    let t = TestApp::configured(Engine::Sqlite, Config::default())
        .await
        .unwrap();
    let ask = async |client: crate::testing::Client<'_>| client.get("/metrics").await.status();
    assert_eq!(ask(t.as_nobody()).await, 200);
    assert_eq!(ask(t.as_nobody().address("203.0.113.7")).await, 404);
    assert_eq!(
        ask(t
            .as_nobody()
            .address("203.0.113.7")
            .header("x-forwarded-for", "127.0.0.1"))
        .await,
        404
    );
    // Through a proxy on this machine that the configuration does not name: whose request it is nobody knows.
    for name in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(
            ask(t.as_nobody().header(name, "203.0.113.7")).await,
            404,
            "{name}"
        );
    }
}
