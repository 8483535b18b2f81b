//! The whole shell around a few routes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::config::{Config, ServerConfig};
use crate::events::Wiring;
use crate::http::{Peer, shell};
use crate::identity::Authenticate;
use crate::testing::{PLATFORM_ONLY, TestBase};
use crate::{
    AnyStaff, Base, Engine, Fault, Identity, May, Permission, Problem, Public, Scope, Sql as _,
    Via, args, extract, on_both, secret, session,
};

const WANG: Uuid = Uuid::from_u128(11);

struct People;

fn wang(via: Via, permissions: &[&str]) -> Identity {
    Identity {
        staff_id: WANG,
        name: "王".into(),
        login: "wang".into(),
        permissions: permissions
            .iter()
            .map(|p| (*p).to_owned())
            .collect::<BTreeSet<_>>(),
        scope: Scope::unlimited(),
        via,
        session_id: None,
        token_id: None,
    }
}

impl Authenticate for People {
    fn by_staff<'a>(
        &'a self,
        _: &'a Base,
        staff_id: Uuid,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>> {
        async move { Ok((staff_id == WANG).then(|| wang(Via::Ui, &["note.write"]))) }.boxed()
    }

    fn by_token<'a>(
        &'a self,
        _: &'a Base,
        digest: &'a str,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>> {
        async move { Ok((digest == secret::digest("good")).then(|| wang(Via::Api, &[]))) }.boxed()
    }
}

struct WriteNote;
impl Permission for WriteNote {
    const CODE: &'static str = "note.write";
}

#[derive(Clone)]
struct App {
    base: Base,
    made: Arc<AtomicU32>,
}

impl FromRef<App> for Base {
    fn from_ref(app: &App) -> Self {
        app.base.clone()
    }
}

#[derive(Debug, Deserialize, Serialize)]
struct Note {
    text: String,
}

async fn login(State(app): State<App>, public: Public, peer: Peer) -> Result<Response, Problem> {
    let tx = app.base.db.begin().await?;
    let before = public.who.as_ref().and_then(|w| w.session_id.as_deref());
    let cookie = session::begin(&tx, &public.ctx, &app.base, WANG, &peer, before).await?;
    tx.commit().await?;
    Ok(([(header::SET_COOKIE, cookie)], "").into_response())
}

async fn add_note(
    State(app): State<App>,
    may: May<WriteNote>,
    extract::Body(note): extract::Body<Note>,
) -> Result<(StatusCode, axum::Json<Value>), Problem> {
    let tx = app.base.db.begin_for(&may.ctx).await?;
    if note.text == "refuse" {
        return Err(Problem::new(409, "note.refused"));
    }
    let count = app.made.fetch_add(1, Ordering::SeqCst);
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        axum::Json(json!({ "count": count, "text": note.text, "by": may.ctx.actor.name })),
    ))
}

async fn me(any: AnyStaff) -> String {
    format!("{} {}", any.who.login, any.ctx.actor.via.as_str())
}

async fn broken() -> Result<(), Problem> {
    Err(Fault::other("secret detail").into())
}

async fn panics() -> &'static str {
    panic!("secret detail")
}

fn service(t: &TestBase) -> Router {
    let app = App {
        base: t.base.clone(),
        made: Arc::default(),
    };
    let router = Router::new()
        .route("/api/v1/login", post(login))
        .route("/api/v1/notes", post(add_note))
        .route("/api/v1/me", get(me))
        .route(
            "/api/v1/things/{id}",
            get(async |id: extract::PathId<Uuid>| id.0.to_string()),
        )
        .route("/api/v1/broken", get(broken))
        .route("/api/v1/panics", get(panics))
        .route("/api/v1/long", get(async || axum::Json("x".repeat(5000))))
        .with_state(app);
    shell(router, &t.base, Arc::new(People), &PLATFORM_ONLY)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let json = self.json();
        assert_eq!(json["status"], self.status);
        json["code"].as_str().unwrap().to_owned()
    }
}

async fn ask(
    service: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "liuke.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
    let response = service
        .clone()
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap().to_vec();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

async fn sign_in(service: &Router, cookie: Option<&str>) -> String {
    let mut headers = vec![("x-liuke-request", "1")];
    headers.extend(cookie.map(|c| ("cookie", c)));
    let answer = ask(service, "POST", "/api/v1/login", &headers, None).await;
    assert_eq!(answer.status, 200);
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        set.contains("; HttpOnly; SameSite=Lax; Max-Age=604800"),
        "{set}"
    );
    set.split(';').next().unwrap().to_owned()
}

on_both!(a_session_opens_idles_and_ends);
async fn a_session_opens_idles_and_ends(t: TestBase) {
    let s = service(&t);
    assert_eq!(
        ask(&s, "GET", "/api/v1/me", &[], None).await.code(),
        "unauthenticated"
    );
    let cookie = sign_in(&s, None).await;
    let me = async |cookie: &str| {
        ask(&s, "GET", "/api/v1/me", &[("cookie", cookie)], None)
            .await
            .status
    };
    assert_eq!(me(&cookie).await, 200);
    let again = sign_in(&s, Some(&cookie)).await;
    assert_ne!(again, cookie);
    assert_eq!(
        me(&cookie).await,
        401,
        "the id before the login is worth nothing after it"
    );
    for _ in 0..10 {
        t.clock.advance(SignedDuration::from_hours(11));
        assert_eq!(me(&again).await, 200, "use keeps it open");
    }
    t.clock.advance(SignedDuration::from_hours(12));
    assert_eq!(me(&again).await, 401, "idle for twelve hours");
    let fresh = sign_in(&s, None).await;
    for _ in 0..15 {
        t.clock.advance(SignedDuration::from_hours(11));
        me(&fresh).await;
    }
    t.clock.advance(SignedDuration::from_hours(4));
    assert_eq!(me(&fresh).await, 401, "seven days at most");
    let (one, two) = (sign_in(&s, None).await, sign_in(&s, None).await);
    let keep = secret::digest(two.split_once('=').unwrap().1);
    let tx = t.base.db.begin().await.unwrap();
    session::end_all(&tx, WANG, Some(&keep)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((me(&one).await, me(&two).await), (401, 200));
    assert_eq!(
        session::of_person(&t.base.db, WANG, 0).await.unwrap().len(),
        1
    );
}

on_both!(a_token_signs_in_without_a_cookie);
async fn a_token_signs_in_without_a_cookie(t: TestBase) {
    let s = service(&t);
    let answer = ask(
        &s,
        "GET",
        "/api/v1/me",
        &[("authorization", "Bearer good")],
        None,
    )
    .await;
    assert_eq!(answer.body, b"wang api");
    let wrong = ask(
        &s,
        "GET",
        "/api/v1/me",
        &[("authorization", "Bearer bad")],
        None,
    )
    .await;
    assert_eq!(wrong.code(), "token.invalid");
    let lacks = ask(
        &s,
        "POST",
        "/api/v1/notes",
        &[("authorization", "Bearer good")],
        Some(json!({"text": "a"})),
    )
    .await;
    assert_eq!((lacks.status, lacks.code().as_str()), (403, "forbidden"));
    assert_eq!(lacks.json()["params"]["permission"], "note.write");
}

on_both!(forged_requests_are_refused);
async fn forged_requests_are_refused(t: TestBase) {
    let s = service(&t);
    let cookie = sign_in(&s, None).await;
    let post = async |headers: &[(&str, &str)]| {
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        ask(
            &s,
            "POST",
            "/api/v1/notes",
            &all,
            Some(json!({"text": "a"})),
        )
        .await
    };
    assert_eq!(post(&[]).await.code(), "csrf");
    assert_eq!(post(&[("x-liuke-request", "1")]).await.status, 201);
    assert_eq!(
        post(&[("x-liuke-request", "1"), ("sec-fetch-site", "cross-site")])
            .await
            .code(),
        "csrf"
    );
    assert_eq!(
        post(&[("x-liuke-request", "1"), ("origin", "https://evil.example")])
            .await
            .code(),
        "csrf"
    );
    assert_eq!(
        post(&[("x-liuke-request", "1"), ("origin", "null")])
            .await
            .code(),
        "csrf"
    );
    let own = [
        ("x-liuke-request", "1"),
        ("origin", "http://liuke.example"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(post(&own).await.status, 201);
}

on_both!(a_repeated_request_is_answered_again_but_done_once);
async fn a_repeated_request_is_answered_again_but_done_once(t: TestBase) {
    let s = service(&t);
    let cookie = sign_in(&s, None).await;
    let post = async |key: &str, text: &str| {
        let headers = [
            ("cookie", cookie.as_str()),
            ("x-liuke-request", "1"),
            ("idempotency-key", key),
        ];
        ask(
            &s,
            "POST",
            "/api/v1/notes",
            &headers,
            Some(json!({ "text": text })),
        )
        .await
    };
    let first = post("k1", "a").await;
    assert_eq!(
        (first.status, first.json()["count"].clone()),
        (201, json!(0))
    );
    let again = post("k1", "a").await;
    assert_eq!((again.status, again.json()), (201, first.json()));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["content-type"], "application/json");
    assert_eq!(post("k1", "b").await.code(), "idempotency.key_reused");
    assert_eq!(post("k2", "a").await.json()["count"], 1);
    assert_eq!(post("k3", "refuse").await.code(), "note.refused");
    assert_eq!(
        post("k3", "refuse").await.code(),
        "note.refused",
        "a refusal claims nothing"
    );
    assert_eq!(
        post(&"k".repeat(101), "a").await.code(),
        "idempotency.bad_key"
    );
    let together = futures::future::join_all((0..6).map(|_| post("k9", "c"))).await;
    let made = together
        .iter()
        .filter(|a| a.status == 201 && !a.headers.contains_key("idempotency-replayed"))
        .count();
    assert_eq!(made, 1);
    assert!(
        together
            .iter()
            .all(|a| a.status == 201 || a.code() == "idempotency.in_progress")
    );
    let tx = t.base.db.begin().await.unwrap();
    tx.run(
        "UPDATE idempotency SET status = NULL WHERE k = 'k1'",
        args![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(post("k1", "a").await.code(), "idempotency.in_progress");
    t.clock.advance(SignedDuration::from_mins(11));
    assert_eq!(post("k1", "a").await.code(), "idempotency.answer_lost");
    t.clock.advance(SignedDuration::from_hours(49));
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    assert_eq!(crate::idempotency::purge(&tx, &ctx).await.unwrap(), 3);
    tx.commit().await.unwrap();
}

on_both!(every_refusal_is_a_problem_document);
async fn every_refusal_is_a_problem_document(t: TestBase) {
    let s = service(&t);
    let cookie = sign_in(&s, None).await;
    let signed = [("cookie", cookie.as_str()), ("x-liuke-request", "1")];
    assert_eq!(
        ask(&s, "GET", "/api/v1/nowhere", &[], None).await.code(),
        "not_found"
    );
    assert_eq!(
        ask(&s, "GET", "/api/v1/things/abc", &[], None).await.code(),
        "not_found"
    );
    let wrong = ask(&s, "DELETE", "/api/v1/me", &signed, None).await;
    assert_eq!(wrong.code(), "method_not_allowed");
    assert_eq!(wrong.headers["allow"], "GET,HEAD");
    let invalid = ask(
        &s,
        "POST",
        "/api/v1/notes",
        &signed,
        Some(json!({"text": 5})),
    )
    .await;
    assert_eq!((invalid.status, invalid.code().as_str()), (422, "invalid"));
    assert_eq!(
        invalid.json()["fields"],
        json!([{"path": "text", "code": "wrong_type"}])
    );
    assert_eq!(
        ask(&s, "POST", "/api/v1/notes", &signed, None).await.code(),
        "json.content_type"
    );
    for path in ["/api/v1/broken", "/api/v1/panics"] {
        let failed = ask(&s, "GET", path, &[], None).await;
        assert_eq!((failed.status, failed.code().as_str()), (500, "internal"));
        assert_eq!(
            failed.json()["trace"],
            failed.headers["x-request-id"].to_str().unwrap()
        );
        assert!(!String::from_utf8_lossy(&failed.body).contains("secret"));
    }
}

on_both!(machines_find_their_doors);
async fn machines_find_their_doors(t: TestBase) {
    let s = service(&t);
    assert_eq!(ask(&s, "GET", "/healthz", &[], None).await.body, b"ok");
    let ready = ask(&s, "GET", "/readyz", &[], None).await;
    assert_eq!(
        (ready.status, ready.json()["ready"].clone()),
        (200, json!(true)),
        "{}",
        ready.json()
    );
    ask(
        &s,
        "GET",
        "/api/v1/things/00000000-0000-0000-0000-000000000001",
        &[],
        None,
    )
    .await;
    let metrics = String::from_utf8(ask(&s, "GET", "/metrics", &[], None).await.body).unwrap();
    assert!(
        metrics.contains("route=\"/api/v1/things/{id}\",status=\"2xx\"} 1"),
        "{metrics}"
    );
    assert!(metrics.contains("\nliuke_jobs_waiting 0\n"), "{metrics}");
    let tx = t.base.db.begin().await.unwrap();
    tx.run(
        "INSERT INTO schema_migration (number, slug, checksum, applied_at) VALUES (2, 'x', 'y', 0)",
        args![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let newer = ask(&s, "GET", "/readyz", &[], None).await;
    assert_eq!(
        (newer.status, newer.json()["schema"].clone()),
        (503, json!("failed"))
    );
}

async fn strict(engine: Engine) -> Option<TestBase> {
    let server = ServerConfig {
        allowed_hosts: vec!["liuke.example".into()],
        public_url: Some("https://liuke.example".into()),
        ..ServerConfig::default()
    };
    TestBase::with(
        engine,
        &PLATFORM_ONLY,
        Wiring::new(),
        Config {
            server,
            ..Config::default()
        },
    )
    .await
}

#[tokio::test]
async fn answers_carry_the_headers_that_keep_browsers_safe() {
    let t = strict(Engine::Sqlite).await.unwrap();
    let s = service(&t);
    let long = ask(
        &s,
        "GET",
        "/api/v1/long",
        &[("accept-encoding", "gzip")],
        None,
    )
    .await;
    assert_eq!(long.headers["content-encoding"], "gzip");
    assert!(
        long.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(long.headers["x-content-type-options"], "nosniff");
    assert_eq!(
        long.headers["strict-transport-security"],
        "max-age=31536000"
    );
    assert_eq!(long.headers["cache-control"], "no-store");
    let other = ask(&s, "GET", "/api/v1/long", &[], None).await;
    assert!(!other.headers.contains_key("content-encoding"));
    let mut request = Request::builder()
        .uri("/healthz")
        .header("host", "rebound.example:80")
        .body(Body::empty())
        .unwrap();
    request.headers_mut().remove("x");
    let refused = s.clone().oneshot(request).await.unwrap();
    assert_eq!(refused.status(), 421);
    let set = ask(
        &s,
        "POST",
        "/api/v1/login",
        &[("x-liuke-request", "1")],
        None,
    )
    .await;
    let set = set.headers["set-cookie"].to_str().unwrap();
    assert!(
        set.starts_with("__Host-liuke=") && set.ends_with("; Secure"),
        "{set}"
    );
}

#[tokio::test]
async fn the_server_stops_without_cutting_requests_off_and_drops_slow_clients() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let t = TestBase::on(Engine::Sqlite).await.unwrap();
    let mut config = (*t.base.config).clone();
    config.server.listen = "127.0.0.1:0".into();
    config.limits.header_s = 1;
    let router = service(&t).route(
        "/slow",
        get(async || {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            "done"
        }),
    );
    let listener = crate::http::bind(&config).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let stopping = stop.clone();
    let serving = tokio::spawn(async move {
        crate::http::serve_on(listener, router, &config, stopping)
            .await
            .unwrap();
    });
    let mut dawdler = tokio::net::TcpStream::connect(address).await.unwrap();
    dawdler.write_all(b"GET / HT").await.unwrap();
    let mut said = String::new();
    tokio::time::timeout(
        std::time::Duration::from_secs(5),
        dawdler.read_to_string(&mut said),
    )
    .await
    .unwrap()
    .unwrap();
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client
        .write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    stop.cancel();
    let mut said = String::new();
    client.read_to_string(&mut said).await.unwrap();
    assert!(
        said.starts_with("HTTP/1.1 200 OK") && said.ends_with("done"),
        "{said}"
    );
    serving.await.unwrap();
}

#[tokio::test]
async fn the_program_stops_with_an_open_stream_and_waiting_work() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let t = TestBase::on(Engine::Sqlite).await.unwrap();
    let app = App {
        base: t.base.clone(),
        made: Arc::default(),
    };
    let live = Router::new()
        .route(
            "/live",
            get(async |State(app): State<App>| {
                crate::live::sse(&app.base.live, &wang(Via::Ui, &[]), None).await
            }),
        )
        .with_state(app.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(crate::http::run(
        listener,
        live,
        app,
        crate::jobs::Jobs::new(),
        stop.clone(),
    ));
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client
        .write_all(b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0_u8; 15];
    client.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(5), running)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
