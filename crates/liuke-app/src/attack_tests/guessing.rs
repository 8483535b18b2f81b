//! Guessing passwords, and finding out who is there.

use liuke_platform::config::Config;
use liuke_platform::db::Engine;
use serde_json::{Value, json};

use crate::on_both;
use crate::testing::{Answer, Client, PASSWORD, TestApp};

use super::world::hire;

on_both!(
    a_name_is_throttled_from_wherever_it_is_guessed,
    an_address_is_throttled_whatever_names_it_tries,
    who_claims_to_come_from_elsewhere_is_not_believed,
    a_network_of_one_household_is_one_address,
    guesses_at_once_are_counted_like_guesses_in_turn,
    nobody_finds_out_who_is_there,
    a_signature_is_no_way_to_guess_a_password,
);

async fn guess(client: Client<'_>, login: &str, password: &str) -> Answer {
    client
        .post(
            "/api/v1/login",
            json!({ "login": login, "password": password }),
        )
        .await
}

async fn a_name_is_throttled_from_wherever_it_is_guessed(t: TestApp) {
    for (n, spelling) in ["agent", "AGENT", " agent ", "Agent", "ａｇｅｎｔ"]
        .iter()
        .enumerate()
    {
        let from = t.as_nobody().address(&format!("203.0.113.{n}"));
        guess(from, spelling, "wrong")
            .await
            .refused(401, "login.refused");
    }
    let from = || t.as_nobody().address("198.51.100.9");
    let answer = guess(from(), "agent", PASSWORD).await;
    answer.refused(429, "login.throttled");
    assert!(!answer.header("retry-after").is_empty());
    // Nor does somebody else of the same address suffer.
    guess(from(), "agent2", PASSWORD).await.ok();
}

async fn an_address_is_throttled_whatever_names_it_tries(t: TestApp) {
    for n in 0..20 {
        let answer = guess(
            t.as_nobody().address("203.0.113.7"),
            &format!("name{n}"),
            "wrong",
        )
        .await;
        answer.refused(401, "login.refused");
    }
    let from = || t.as_nobody().address("203.0.113.7");
    guess(from(), "another", "wrong")
        .await
        .refused(429, "login.throttled");
    // The guesser's own account does not wipe the slate.
    guess(from(), "agent", PASSWORD)
        .await
        .refused(429, "login.throttled");
    guess(t.as_nobody().address("203.0.113.8"), "agent", PASSWORD)
        .await
        .ok();
}

const CLAIMS: [&str; 4] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "cf-connecting-ip",
];

async fn who_claims_to_come_from_elsewhere_is_not_believed(t: TestApp) {
    for n in 0..20 {
        let mut from = t.as_nobody().address("203.0.113.7");
        for claim in CLAIMS {
            from = from.header(claim, &format!("10.1.1.{n}"));
        }
        guess(from, &format!("name{n}"), "wrong")
            .await
            .refused(401, "login.refused");
    }
    let from = t
        .as_nobody()
        .address("203.0.113.7")
        .header("x-forwarded-for", "10.9.9.9");
    guess(from, "another", "wrong")
        .await
        .refused(429, "login.throttled");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_last_address_it_saw_counts() {
    let mut config = Config::default();
    config.server.trusted_proxies = vec!["10.0.0.1".into()];
    let t = TestApp::configured(Engine::Sqlite, config).await.unwrap();
    for n in 0..20 {
        // The guesser writes something new each time; the proxy adds whom it really saw.
        let claim = format!("172.16.0.{n}, 203.0.113.7");
        let from = t
            .as_nobody()
            .address("10.0.0.1")
            .header("x-forwarded-for", &claim);
        guess(from, &format!("name{n}"), "wrong")
            .await
            .refused(401, "login.refused");
    }
    let from = |seen: &str| {
        t.as_nobody()
            .address("10.0.0.1")
            .header("x-forwarded-for", seen)
    };
    guess(from("8.8.8.8, 203.0.113.7"), "another", "wrong")
        .await
        .refused(429, "login.throttled");
    guess(from("8.8.8.8, 203.0.113.7:4711"), "another", "wrong")
        .await
        .refused(429, "login.throttled");
    guess(from("203.0.113.8"), "another", "wrong")
        .await
        .refused(401, "login.refused");
}

/// IPv6 gives every household 2⁶⁴ addresses.
async fn a_network_of_one_household_is_one_address(t: TestApp) {
    for n in 0..20 {
        let from = t.as_nobody().address(&format!("2001:db8:1:2::{n:x}"));
        guess(from, &format!("name{n}"), "wrong")
            .await
            .refused(401, "login.refused");
    }
    let from = t.as_nobody().address("2001:db8:1:2:ffff::1");
    guess(from, "another", "wrong")
        .await
        .refused(429, "login.throttled");
    let from = t.as_nobody().address("2001:db8:1:3::1");
    guess(from, "another", "wrong")
        .await
        .refused(401, "login.refused");
}

async fn guesses_at_once_are_counted_like_guesses_in_turn(t: TestApp) {
    let guesses = (0..16).map(|n| {
        let from = t.as_nobody().address(&format!("203.0.113.{n}"));
        // The last is right; it comes too late.
        guess(from, "agent", if n == 15 { PASSWORD } else { "wrong" })
    });
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|a| a.status() == 401).count();
    assert!(looked_at <= 5, "{looked_at} guesses were answered");
    assert!(
        answers
            .iter()
            .all(|a| a.status() == 401 || a.status() == 429)
    );
}

async fn nobody_finds_out_who_is_there(t: TestApp) {
    hire(&t, "gone", t.org.tianfu, &["agent"]).await;
    let admin = t.as_role("administrator");
    let people = admin.get("/api/v1/staff?q=gone").await.ok();
    let (id, seen) = (
        people["items"][0]["id"].as_str().unwrap(),
        json!({ "version": people["items"][0]["version"] }),
    );
    admin
        .post(&format!("/api/v1/staff/{id}/deactivate"), seen)
        .await
        .ok();
    let roles = people["items"][0]["roles"][0]["id"].clone();
    let invited =
        json!({ "login": "invited", "name": "邀", "branch_id": t.org.tianfu, "role_ids": [roles] });
    admin.post("/api/v1/staff", invited).await.ok();

    let mut answers: Vec<(String, Value)> = Vec::new();
    for login in [
        "agent",
        "gone",
        "invited",
        "nobody",
        "",
        "a b",
        "' OR 1=1 --",
        "\u{0}",
    ] {
        let from = t
            .as_nobody()
            .address(&format!("203.0.113.1{}", answers.len()));
        let mut said = guess(from, login, "wrong password").await.json();
        said.as_object_mut().unwrap().remove("trace");
        answers.push((login.to_owned(), said));
    }
    let expected = json!({ "status": 401, "code": "login.refused", "fields": [] });
    for (login, said) in &answers {
        assert_eq!(said, &expected, "{login:?}");
    }
    // Nor by the time it takes: `password::verify` does the same work for a name without a password.
    // Nor by being throttled or not.
    for _ in 0..4 {
        guess(t.as_nobody().address("203.0.113.99"), "nobody", "wrong")
            .await
            .refused(401, "login.refused");
    }
    guess(t.as_nobody().address("203.0.113.99"), "nobody", "wrong")
        .await
        .refused(429, "login.throttled");
    // What the log-in page is told names nobody.
    let options = t.as_nobody().get("/api/v1/login-options").await.ok();
    assert_eq!(options["demo_logins"], json!([]));
}

async fn a_signature_is_no_way_to_guess_a_password(t: TestApp) {
    let world = super::World::of(&t).await;
    let sign = async |password: &str| {
        let body = json!({ "answer": "已更换", "password": password, "version": 1 });
        world
            .chief(&t)
            .post(&format!("/api/v1/slips/{}/answer", world.slip), body)
            .await
    };
    let answers = futures::future::join_all((0..12).map(|_| sign("wrong"))).await;
    let looked_at = answers.iter().filter(|a| a.status() == 422).count();
    assert!(looked_at <= 5, "{looked_at} guesses were answered");
    sign(PASSWORD).await.refused(429, "login.throttled");
    let change = json!({ "current": PASSWORD, "new": "每天练习打电话三十分钟" });
    world
        .chief(&t)
        .post("/api/v1/session/password", change)
        .await
        .refused(429, "login.throttled");
}
