//! Requests that foreign pages send in somebody's name, sessions and tokens that are planted, kept or used again.

use axum::body::Body;
use axum::http::Method;
use jiff::SignedDuration;
use liuke_platform::args;
use liuke_platform::config::Config;
use liuke_platform::db::{Engine, Sql as _};
use serde_json::{Value, json};

use crate::architecture_tests::{Route, routes};
use crate::on_both;
use crate::testing::{Answer, Client, PASSWORD, TestApp};

use super::World;

on_both!(
    no_changing_route_can_be_called_by_a_foreign_page,
    no_form_of_a_foreign_page_signs_anybody_in,
    reading_changes_nothing,
    a_cookie_planted_before_the_log_in_is_worth_nothing_after_it,
    a_session_that_has_ended_stays_ended,
    a_token_is_good_only_for_what_and_as_long_as_it_was_made,
    a_stored_answer_is_given_only_to_who_might_still_ask_for_it,
    a_link_with_a_secret_works_once,
);

async fn call(client: &Client<'_>, route: &Route) -> Answer {
    let path = route.path.replace("{id}", &uuid::Uuid::nil().to_string());
    let (media_type, body) = if route.multipart {
        ("multipart/form-data; boundary=x", "--x--\r\n")
    } else {
        ("application/json", "{}")
    };
    client
        .send(
            route.method.clone(),
            &path,
            Some(media_type),
            Body::from(body),
        )
        .await
}

async fn no_changing_route_can_be_called_by_a_foreign_page(t: TestApp) {
    let cookie = t.fresh_cookie(t.staff("administrator")).await;
    let signed_in = || t.as_nobody().cookie(&cookie);
    let before = entries(&t).await;
    for route in routes().iter().filter(|route| route.method != Method::GET) {
        let mut forged = vec![
            signed_in().unmarked(),
            signed_in().unmarked().header("x-liuke-request", "0"),
        ];
        for origin in [
            "https://evil.example",
            "null",
            "http://liuke.test.evil.example",
            "http://liuke.test:81",
            "file://",
            "",
        ] {
            forged.push(
                signed_in()
                    .header("host", "liuke.test")
                    .header("origin", origin),
            );
            forged.push(
                t.as_nobody()
                    .header("host", "liuke.test")
                    .header("origin", origin),
            );
        }
        for site in ["cross-site", "same-site", "CROSS-SITE", "x"] {
            forged.push(signed_in().header("sec-fetch-site", site));
        }
        for client in forged {
            let answer = call(&client, route).await;
            assert_eq!(
                (answer.status(), answer.code().as_str()),
                (403, "csrf"),
                "{}",
                route.id
            );
        }
        if route.id != "logout" {
            let own = signed_in()
                .header("host", "liuke.test")
                .header("origin", "https://liuke.test");
            let answer = call(&own.header("sec-fetch-site", "same-origin"), route).await;
            assert_ne!(answer.text(), "csrf", "{}", route.id);
        }
    }
    assert!(
        entries(&t).await - before < 6,
        "a forged request did something"
    );
}

async fn entries(t: &TestApp) -> i64 {
    t.db()
        .scalar::<i64>("SELECT count(*) FROM audit", args![])
        .await
        .unwrap()
        .unwrap()
}

/// What a form of a page can send without asking first: three media types and no header of its own.
async fn no_form_of_a_foreign_page_signs_anybody_in(t: TestApp) {
    let body = json!({ "login": "agent", "password": PASSWORD }).to_string();
    for media_type in [
        Some("text/plain"),
        Some("text/plain; charset=application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        None,
    ] {
        let client = t.as_nobody().unmarked();
        let answer = client
            .send(
                Method::POST,
                "/api/v1/login",
                media_type,
                Body::from(body.clone()),
            )
            .await;
        assert_eq!(
            (answer.status(), answer.cookie().as_str()),
            (415, ""),
            "{media_type:?}"
        );
    }
}

/// A link or an image of a foreign page can make a browser read with the person's cookie: that must be all.
async fn reading_changes_nothing(t: TestApp) {
    /// Reading that leaves a trace on purpose.
    const TRACED: &[&str] = &["export_customers"]; // who took customers out of the house is in the audit
    let world = World::of(&t).await;
    let chief = world.chief(&t);
    let state = async || {
        let mut counts = Vec::new();
        for table in [
            "audit",
            "event",
            "job",
            "customer",
            "followup_task",
            "slip_event",
            "customer_reveal",
            "blob",
        ] {
            let sql = format!("SELECT count(*) FROM {table}");
            counts.push((table, t.db().scalar::<i64>(&sql, args![]).await.unwrap()));
        }
        counts
    };
    let before = state().await;
    for route in routes()
        .iter()
        .filter(|r| r.method == Method::GET && r.permission != "public")
    {
        if !TRACED.contains(&route.id.as_str()) {
            let answer = chief.get(&world.path(&route.path)).await;
            assert!(answer.status() < 500, "{}", route.id);
            assert_eq!(state().await, before, "{}", route.id);
        }
    }
}

async fn log_in(client: Client<'_>, password: &str) -> Answer {
    client
        .post(
            "/api/v1/login",
            json!({ "login": "agent", "password": password }),
        )
        .await
}

fn is_in(answer: &Answer) -> bool {
    answer.status() == 200
}

async fn a_cookie_planted_before_the_log_in_is_worth_nothing_after_it(t: TestApp) {
    let planted = "liuke=attackers-choice-attackers-choice-attackers";
    let entered = log_in(t.as_nobody().cookie(planted), PASSWORD).await;
    entered.ok();
    let fresh = entered.cookie();
    assert!(fresh.len() > 40 && fresh != planted);
    assert!(!is_in(
        &t.as_nobody().cookie(planted).get("/api/v1/session").await
    ));
    assert!(is_in(
        &t.as_nobody().cookie(&fresh).get("/api/v1/session").await
    ));
    // The attacker's own session, planted in the victim's browser, does not become the victim's.
    let attackers = t.fresh_cookie(t.staff("clerk")).await;
    let entered = log_in(t.as_nobody().cookie(&attackers), PASSWORD)
        .await
        .cookie();
    assert_ne!(entered, attackers);
    assert!(!is_in(
        &t.as_nobody()
            .cookie(&attackers)
            .get("/api/v1/session")
            .await
    ));
    // A wrong password leaves no cookie at all.
    assert_eq!(
        log_in(t.as_nobody().cookie(planted), "wrong")
            .await
            .cookie(),
        ""
    );
}

async fn a_session_that_has_ended_stays_ended(t: TestApp) {
    let agent = t.staff("agent");
    let open =
        async |cookie: &str| is_in(&t.as_nobody().cookie(cookie).get("/api/v1/session").await);
    let (first, second) = (t.fresh_cookie(agent).await, t.fresh_cookie(agent).await);
    let out = t
        .as_nobody()
        .cookie(&first)
        .post("/api/v1/logout", json!({}))
        .await;
    assert!(
        out.header("set-cookie").contains("Max-Age=0"),
        "{}",
        out.header("set-cookie")
    );
    assert!(!open(&first).await && open(&second).await);

    let third = t.fresh_cookie(agent).await;
    let new = json!({ "current": PASSWORD, "new": "每天练习打电话三十分钟" });
    t.as_nobody()
        .cookie(&third)
        .post("/api/v1/session/password", new)
        .await
        .ok();
    assert!(!open(&second).await && open(&third).await);
    log_in(t.as_nobody(), PASSWORD)
        .await
        .refused(401, "login.refused");

    let admin = t.as_role("administrator");
    admin
        .post(&format!("/api/v1/staff/{agent}/reset-password"), json!({}))
        .await
        .ok();
    assert!(!open(&third).await);
    let fourth = t.fresh_cookie(agent).await;
    let person = admin.get(&format!("/api/v1/staff/{agent}")).await.ok();
    let seen = json!({ "version": person["version"] });
    admin
        .post(&format!("/api/v1/staff/{agent}/deactivate"), seen)
        .await
        .ok();
    assert!(!open(&fourth).await);
    // Not only idle ones end: the longest time counts from the log-in.
    let clerk = t.fresh_cookie(t.staff("clerk")).await;
    let longest = t.app.base.config.limits.session_h * 3_600_000;
    let (start, pause) = (t.now_ms(), t.app.base.session_idle_ms() / 2);
    while open(&clerk).await {
        t.advance(SignedDuration::from_millis(pause));
        assert!(
            t.now_ms() - start <= longest + pause,
            "a busy session never ends"
        );
    }
    assert!(t.now_ms() - start > 2 * pause, "it ended while it was busy");
}

async fn token(t: &TestApp, scopes: &[&str]) -> (String, String) {
    let made = json!({ "name": "x", "scopes": scopes, "expires_in_days": 7 });
    let made = t
        .as_role("administrator")
        .post("/api/v1/tokens", made)
        .await
        .ok();
    (
        made["token"].as_str().unwrap().to_owned(),
        made["view"]["id"].as_str().unwrap().to_owned(),
    )
}

async fn a_token_is_good_only_for_what_and_as_long_as_it_was_made(t: TestApp) {
    let (secret, id) = token(&t, &["customer.read"]).await;
    let list = "/api/v1/customers";
    t.with_token(&secret).get(list).await.ok();
    t.with_token(&secret)
        .get("/api/v1/roles")
        .await
        .refused(403, "forbidden");
    t.with_token(&secret)
        .get("/api/v1/tokens")
        .await
        .refused(403, "forbidden");
    // In no other place than its header.
    let cookie = format!("liuke={secret}");
    t.as_nobody()
        .cookie(&cookie)
        .get(list)
        .await
        .refused(401, "unauthenticated");
    t.as_nobody()
        .get(&format!("{list}?token={secret}"))
        .await
        .refused(401, "unauthenticated");
    let session = t.fresh_cookie(t.staff("administrator")).await;
    let (_, session) = session.split_once('=').unwrap();
    t.with_token(session)
        .get(list)
        .await
        .refused(401, "token.invalid");
    // A wrong token is not made good by a cookie beside it.
    let cookie = format!("liuke={session}");
    t.with_token("lk_x")
        .cookie(&cookie)
        .get(list)
        .await
        .refused(401, "token.invalid");
    // What only a person at a screen does.
    let (all, _) = token(&t, crate::permission::ALL).await;
    let program = t.with_token(&all);
    let more = json!({ "name": "y", "scopes": ["customer.read"], "expires_in_days": 7 });
    program
        .post("/api/v1/tokens", more)
        .await
        .refused(403, "session.required");
    program
        .post("/api/v1/logout", json!({}))
        .await
        .refused(403, "session.required");
    let new = json!({ "current": PASSWORD, "new": "每天练习打电话三十分钟" });
    program
        .post("/api/v1/session/password", new)
        .await
        .refused(403, "session.required");

    t.as_role("administrator")
        .post(&format!("/api/v1/tokens/{id}/revoke"), json!({}))
        .await
        .ok();
    t.with_token(&secret)
        .get(list)
        .await
        .refused(401, "token.invalid");
    t.advance(SignedDuration::from_hours(24 * 7));
    t.with_token(&all)
        .get(list)
        .await
        .refused(401, "token.invalid");
}

async fn a_stored_answer_is_given_only_to_who_might_still_ask_for_it(t: TestApp) {
    let (wide, _) = token(&t, &["customer.read", "customer.write"]).await;
    let (narrow, _) = token(&t, &["report.read"]).await;
    let customer = json!({
        "name": "王建国", "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [], "phones": [],
    });
    let send =
        async |client: Client<'_>| client.key("k-1").post("/api/v1/customers", &customer).await;
    let made = send(t.with_token(&wide)).await.ok();
    assert_eq!(send(t.with_token(&wide)).await.ok(), made);
    let answer = send(t.with_token(&narrow)).await;
    assert!(
        answer.status() >= 400 && !answer.text().contains("王建国"),
        "{}",
        answer.text()
    );
    // Nor once the right is gone.
    let agent = t.staff("agent");
    let send = async || {
        t.as_staff(agent)
            .key("k-2")
            .post("/api/v1/customers", &customer)
            .await
    };
    send().await.ok();
    send().await.ok();
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let mut role = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "agent")
        .unwrap()
        .clone();
    let path = format!("/api/v1/roles/{}", role["id"].as_str().unwrap());
    role = json!({
        "code": "agent", "name": role["name"], "scope": "branch", "permissions": ["report.read"], "version": role["version"],
    });
    admin.put(&path, role).await.ok();
    let answer = send().await;
    assert!(
        answer.status() >= 400 && !answer.text().contains("王建国"),
        "{}",
        answer.text()
    );
}

async fn a_link_with_a_secret_works_once(t: TestApp) {
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let role = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "agent")
        .unwrap()["id"]
        .clone();
    let person = json!({ "login": "new.person", "name": "新人", "branch_id": t.org.tianfu, "role_ids": [role] });
    let made = admin.post("/api/v1/staff", person).await.ok();
    let secret = |made: &Value| {
        made["link"]
            .as_str()
            .unwrap()
            .split_once("token=")
            .unwrap()
            .1
            .to_owned()
    };
    let (first, id) = (
        secret(&made),
        made["staff"]["id"].as_str().unwrap().to_owned(),
    );
    let reset = admin
        .post(&format!("/api/v1/staff/{id}/reset-password"), json!({}))
        .await
        .ok();
    let second = secret(&reset);
    let take = async |token: &str| {
        let body = json!({ "token": token, "password": "机油三滤每次都换一遍吧" });
        t.as_nobody().post("/api/v1/invites/accept", body).await
    };
    take(&first).await.refused(404, "invite.invalid");
    take(&second).await.ok();
    take(&second).await.refused(404, "invite.invalid");
    t.as_nobody()
        .get(&format!("/api/v1/invites/{second}"))
        .await
        .refused(404, "invite.invalid");
    // Two at once: one of them.
    let third = secret(
        &admin
            .post(&format!("/api/v1/staff/{id}/reset-password"), json!({}))
            .await
            .ok(),
    );
    let taken = futures::future::join_all((0..3).map(|_| take(&third))).await;
    assert_eq!(taken.iter().filter(|a| a.status() == 200).count(), 1);
    // What is kept is no link.
    let kept = "SELECT count(*) FROM staff WHERE invite_hash = $1 OR password_hash = $1";
    let fourth = secret(
        &admin
            .post(&format!("/api/v1/staff/{id}/reset-password"), json!({}))
            .await
            .ok(),
    );
    assert_eq!(
        t.db()
            .scalar::<i64>(kept, args![fourth.as_str()])
            .await
            .unwrap(),
        Some(0)
    );
    // For who has been deactivated none is good.
    let person = admin.get(&format!("/api/v1/staff/{id}")).await.ok();
    let seen = json!({ "version": person["version"] });
    admin
        .post(&format!("/api/v1/staff/{id}/deactivate"), seen)
        .await
        .ok();
    take(&fourth).await.refused(404, "invite.invalid");
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_foreign_pages_and_open_lines() {
    let mut config = Config::default();
    config.server.public_url = Some("https://crm.example.com".into());
    let t = TestApp::configured(Engine::Sqlite, config).await.unwrap();
    let link = crate::team::setup_link(&t.app).await.unwrap().unwrap();
    assert!(link.starts_with("https://crm.example.com/setup?token="));
    let setup = json!({
        "token": link.split_once("token=").unwrap().1, "company": "安达", "branch_name": "一号店", "login": "wang.fang",
        "name": "王芳", "password": PASSWORD,
    });
    let done = t.as_nobody().post("/api/v1/setup", setup.clone()).await;
    let set = done.header("set-cookie").to_owned();
    for flag in [
        "__Host-liuke=",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
        "; Path=/",
    ] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    // The name without the prefix, which a neighbouring host or an open line could set, is not looked at.
    let bare = done.cookie().replace("__Host-", "");
    t.as_nobody()
        .cookie(&bare)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
    t.as_nobody()
        .cookie(&done.cookie())
        .get("/api/v1/session")
        .await
        .ok();
    t.as_nobody()
        .post("/api/v1/setup", setup)
        .await
        .refused(409, "setup.done");
}
