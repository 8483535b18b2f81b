//! Requests that pretend to be something else: other hosts, methods, paths, media types, sizes.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse as _;
use liuke_platform::args;
use liuke_platform::config::Config;
use liuke_platform::db::{Engine, Sql as _};
use liuke_platform::extract::LONGEST_JSON;
use serde_json::{Value, json};

use crate::architecture_tests::routes;
use crate::on_both;
use crate::permission::ALL;
use crate::testing::{PASSWORD, TestApp};

use super::World;

on_both!(
    no_header_changes_where_a_link_leads,
    no_header_or_field_turns_one_method_into_another,
    no_spelling_of_a_path_leads_past_the_gate,
    what_is_too_large_is_refused_before_it_is_held,
    what_says_it_is_something_else_is_not_read,
);

async fn person(t: &TestApp, login: &str) -> Value {
    let roles = t.as_role("administrator").get("/api/v1/roles").await.ok();
    let role = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "agent")
        .unwrap()["id"]
        .clone();
    json!({ "login": login, "name": "新人", "branch_id": t.org.tianfu, "role_ids": [role] })
}

const CLAIMS: [&str; 6] = [
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-original-url",
    "x-rewrite-url",
    "x-host",
    "forwarded",
];

async fn no_header_changes_where_a_link_leads(t: TestApp) {
    let mut admin = t.as_role("administrator").header("host", "evil.example");
    for claim in CLAIMS {
        admin = admin.header(claim, "host=evil.example");
    }
    let made = admin
        .post("/api/v1/staff", person(&t, "one").await)
        .await
        .ok();
    let link = made["link"].as_str().unwrap();
    assert!(
        link.starts_with("http://127.0.0.1:8080/invite?token="),
        "{link}"
    );
    // A program's claim is checked by nobody and so not used.
    let token = json!({ "name": "x", "scopes": ALL, "expires_in_days": 7 });
    let token = t
        .as_role("administrator")
        .post("/api/v1/tokens", token)
        .await
        .ok();
    let program = t
        .with_token(token["token"].as_str().unwrap())
        .header("origin", "https://evil.example");
    let made = program
        .post("/api/v1/staff", person(&t, "two").await)
        .await
        .ok();
    let link = made["link"].as_str().unwrap();
    assert!(
        link.starts_with("http://127.0.0.1:8080/invite?token="),
        "{link}"
    );
}

#[tokio::test]
async fn only_the_hosts_of_the_configuration_are_answered() {
    let mut config = Config::default();
    config.server.allowed_hosts = vec!["crm.example.com".into()];
    let t = TestApp::configured(Engine::Sqlite, config).await.unwrap();
    let path = "/api/v1/login-options";
    for good in ["crm.example.com", "CRM.example.com", "crm.example.com:8443"] {
        t.as_nobody().header("host", good).get(path).await.ok();
    }
    for bad in [
        "evil.example",
        "crm.example.com.evil.example",
        "evil.example:crm.example.com",
        "crm.example.com:80@evil",
        "",
    ] {
        t.as_nobody()
            .header("host", bad)
            .get(path)
            .await
            .refused(421, "host_not_allowed");
        // The true name in another header does not help.
        let client = t
            .as_nobody()
            .header("host", bad)
            .header("x-forwarded-host", "crm.example.com");
        client.get(path).await.refused(421, "host_not_allowed");
    }
}

async fn no_header_or_field_turns_one_method_into_another(t: TestApp) {
    let world = World::of(&t).await;
    let path = format!("/api/v1/customers/{}?version=1", world.customer);
    let mut chief = world.chief(&t);
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        chief = chief.header(name, "DELETE");
    }
    chief.get(&format!("{path}&_method=DELETE")).await.ok();
    assert_eq!(
        chief
            .post(&path, json!({ "_method": "DELETE" }))
            .await
            .status(),
        405
    );
    chief.get(&path).await.ok();
    for method in ["TRACE", "CONNECT", "PROPFIND", "get", "XYZ"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = chief
            .send(method, "/api/v1/customers", None, Body::empty())
            .await;
        assert_eq!(answer.status(), 405);
    }
    // Asking what may be asked gives nothing to foreign pages.
    let asked = t
        .as_nobody()
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST");
    let answer = asked
        .send(Method::OPTIONS, "/api/v1/customers", None, Body::empty())
        .await;
    for name in [
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-allow-headers",
    ] {
        assert_eq!(answer.header(name), "");
    }
}

async fn no_spelling_of_a_path_leads_past_the_gate(t: TestApp) {
    let world = World::of(&t).await;
    let pages = Router::new().fallback(async || (StatusCode::OK, "the page").into_response());
    let router = crate::router(&t.app, pages);
    let long = "a".repeat(60_000);
    let spellings = [
        "/api/v1//customers",
        "//api/v1/customers",
        "/api//v1/customers",
        "/./api/v1/customers",
        "/x/../api/v1/customers",
        "/api/v1/../v1/customers",
        "/api/v1/%2e%2e/v1/customers",
        "/%2e/api/v1/customers",
        "/%61pi/v1/customers",
        "/api%2fv1%2fcustomers",
        "/api/v1%2Fcustomers",
        "/api/v1/customers/",
        "/api/v1/customers/.",
        "/api/v1/customers;x=1",
        "/api/v1/customers%00",
        "/api/v1/customers%20",
        "/api/v1/customers%3f",
        "/API/v1/customers",
        "/api/V1/customers",
        "\\api\\v1\\customers",
        "/api/v1/customers/%00",
        "/api/v1/customers/%ff%fe",
        "/api/v1/customers/..%2f..%2fetc%2fpasswd",
        "/api/v1/customers/0",
        "/api/v1/customers/00000000-0000-0000-0000-000000000000%0d%0aset-cookie:x=1",
        "/api/v1/invites/%00",
        "/api/v1/invites/..%2f..%2fsession",
        "/../../../../etc/passwd",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/.git/config",
        "/.env",
    ];
    let mut spellings: Vec<String> = spellings.map(str::to_owned).to_vec();
    spellings.push(format!("/api/v1/customers/{long}"));
    spellings.push(format!("/api/v1/invites/{long}"));
    spellings.push(format!("/{long}"));
    for path in &spellings {
        for client in [t.as_nobody(), t.as_staff(world.chief)] {
            let Ok(uri) = path.parse::<axum::http::Uri>() else {
                continue;
            };
            let answer = client.to(&router).get(&uri.to_string()).await;
            let short: String = path.chars().take(60).collect();
            assert!(answer.status() < 500, "{short}: {}", answer.text());
            // Either the page that everybody gets, or a refusal; never data.
            let text = answer.text();
            assert!(
                text == "the page" || answer.status() >= 400,
                "{short}: {text}"
            );
            assert!(!text.contains("王建国"), "{short}");
            assert_eq!(
                answer.header("x-content-type-options"),
                "nosniff",
                "{short}"
            );
            assert_eq!(answer.header("set-cookie"), "", "{short}");
        }
    }
    // The ids of every route, spelt strangely.
    for route in routes()
        .iter()
        .filter(|r| r.method == Method::GET && r.path.contains("{id}"))
    {
        for id in [
            "0", "-1", "%00", "%27", "null", "a%2fb", "{id}", "%2e%2e", "1e9", "\u{202e}", &long,
        ] {
            let answer = world
                .chief(&t)
                .get(
                    &route
                        .path
                        .replace("{id}", &id.replace('{', "%7b").replace('}', "%7d")),
                )
                .await;
            answer.refused(404, "not_found");
        }
    }
}

async fn what_is_too_large_is_refused_before_it_is_held(t: TestApp) {
    let world = World::of(&t).await;
    let large = json!({ "login": "agent", "password": "x".repeat(LONGEST_JSON) }).to_string();
    let json = Some("application/json");
    let answer = t
        .as_nobody()
        .send(
            Method::POST,
            "/api/v1/login",
            json,
            Body::from(large.clone()),
        )
        .await;
    answer.refused(413, "body.too_large");
    // Also when it does not say how long it is, and when a key asks for repetition.
    let pieces = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(" ".repeat(64 << 10)));
    let answer = t
        .as_nobody()
        .send(
            Method::POST,
            "/api/v1/login",
            json,
            Body::from_stream(pieces),
        )
        .await;
    answer.refused(413, "body.too_large");
    let pieces = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(" ".repeat(64 << 10)));
    let chief = world.chief(&t).key("k");
    let answer = chief
        .send(
            Method::POST,
            "/api/v1/customers",
            json,
            Body::from_stream(pieces),
        )
        .await;
    answer.refused(413, "body.too_large");
    // Nobody's upload is looked at.
    let answer = t
        .as_nobody()
        .upload(
            "/api/v1/imports",
            "a.csv",
            &vec![b'a'; 1 << 20],
            &[("kind", "customers")],
        )
        .await;
    answer.refused(401, "unauthenticated");
    // Deep rather than long.
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let answer = t
            .as_nobody()
            .send(Method::POST, "/api/v1/login", json, Body::from(deep))
            .await;
        assert!(matches!(answer.status(), 400 | 422), "{}", answer.text());
    }
    // Long values within a small body.
    let long = "长".repeat(100_000);
    let customer = json!({
        "name": long, "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [], "phones": [],
    });
    assert_eq!(
        world
            .chief(&t)
            .post("/api/v1/customers", customer)
            .await
            .status(),
        422
    );
    let answer = t
        .as_nobody()
        .post("/api/v1/login", json!({ "login": long, "password": long }))
        .await;
    answer.refused(401, "login.refused");
}

#[tokio::test]
async fn an_upload_larger_than_the_house_allows_is_refused_and_not_kept() {
    let mut config = Config::default();
    config.server.max_body_mb = 1;
    let t = TestApp::configured(Engine::Sqlite, config).await.unwrap();
    let link = crate::team::setup_link(&t.app).await.unwrap().unwrap();
    let setup = json!({
        "token": link.split_once("token=").unwrap().1, "company": "安达", "branch_name": "一号店", "login": "wang.fang",
        "name": "王芳", "password": PASSWORD,
    });
    let cookie = t.as_nobody().post("/api/v1/setup", setup).await.cookie();
    let client = t.as_nobody().cookie(&cookie);
    let answer = client
        .upload(
            "/api/v1/imports",
            "a.csv",
            &vec![b'a'; 2 << 20],
            &[("kind", "customers")],
        )
        .await;
    answer.refused(413, "body.too_large");
    assert_eq!(
        t.db()
            .scalar::<i64>("SELECT count(*) FROM blob", args![])
            .await
            .unwrap(),
        Some(0)
    );
}

async fn what_says_it_is_something_else_is_not_read(t: TestApp) {
    let world = World::of(&t).await;
    for route in routes()
        .iter()
        .filter(|r| r.method != Method::GET && r.method != Method::DELETE)
    {
        let api = crate::openapi();
        let Some(body) = super::samples::body(&api, route, &world, 0) else {
            continue;
        };
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/html",
            "application/xml",
            "json",
            "application/jsonp",
        ] {
            let body = Body::from(body.to_string());
            let answer = world
                .chief(&t)
                .send(
                    route.method.clone(),
                    &world.path(&route.path),
                    Some(media_type),
                    body,
                )
                .await;
            assert_eq!(
                answer.status(),
                415,
                "{} {media_type}: {}",
                route.id,
                answer.text()
            );
        }
    }
    // A body that says it is packed is not unpacked.
    let packed = {
        use std::io::Write as _;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(
            json!({ "login": "agent", "password": PASSWORD })
                .to_string()
                .as_bytes(),
        )
        .unwrap();
        gz.finish().unwrap()
    };
    let client = t.as_nobody().header("content-encoding", "gzip");
    let answer = client
        .send(
            Method::POST,
            "/api/v1/login",
            Some("application/json"),
            Body::from(packed),
        )
        .await;
    answer.refused(400, "json.malformed");
    // A form that is none, or lacks its end.
    for (media_type, body) in [
        ("application/json", "{}"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=", "x"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc",
        ),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n",
        ),
    ] {
        let answer = world
            .chief(&t)
            .send(
                Method::POST,
                "/api/v1/imports",
                Some(media_type),
                Body::from(body),
            )
            .await;
        assert!(
            (400..500).contains(&answer.status()),
            "{media_type}: {}",
            answer.text()
        );
    }
    // A file's name is only a name.
    let name = "../../etc/cron.d/x\u{202e}gpj.<b>.csv";
    let (file, fields) = (
        "姓名,手机\n王五,13900139001\n".as_bytes(),
        [("kind", "customers")],
    );
    let upload = world
        .chief(&t)
        .upload("/api/v1/imports", name, file, &fields)
        .await
        .ok();
    let errors = world
        .chief(&t)
        .get(&format!(
            "/api/v1/imports/{}/errors.csv",
            upload["id"].as_str().unwrap()
        ))
        .await;
    assert!(
        !errors.header("content-disposition").contains("etc"),
        "{}",
        errors.header("content-disposition")
    );
}
