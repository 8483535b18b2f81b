//! SQL where data is expected: in every query parameter, every field of every body, headers and cursors.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Method;
use base64::Engine as _;
use liuke_platform::args;
use liuke_platform::db::Sql as _;
use serde_json::{Value, json};

use crate::architecture_tests::{Route, routes};
use crate::on_both;
use crate::testing::{Answer, TestApp};

use super::{World, guarded, samples};

on_both!(
    no_query_parameter_is_taken_for_sql,
    no_field_of_a_body_is_taken_for_sql,
    no_text_is_longer_than_its_field,
    marks_of_patterns_are_letters,
    no_cursor_of_somebody_elses_making_does_harm,
);

const SQL: [&str; 8] = [
    "' OR '1'='1",
    "'; DROP TABLE customer; --",
    "x') UNION SELECT login, password_hash FROM staff --",
    "\\' OR 1=1 --",
    "$1 ?1 :a {0} %s %n",
    "%_\\",
    "\u{0}\u{1}",
    "\u{202e}\u{fffd}\u{feff}𝕏",
];

const NUMBERS: [i64; 4] = [i64::MAX, i64::MIN, -1, 0];

fn encoded(text: &str) -> String {
    let mut all = String::new();
    for byte in text.bytes() {
        write!(all, "%{byte:02X}").unwrap();
    }
    all
}

fn assert_sound(answer: &Answer, what: &str) {
    assert!(is_sound(answer), "{what}: {}", answer.text());
}

/// No fault of ours, no secret, and nothing of what the database said.
fn is_sound(answer: &Answer) -> bool {
    let text = answer.text();
    let said = ["sqlite", "postgres", "syntax error", "SELECT ", "panicked"];
    answer.status() < 500
        && !text.contains("$argon2")
        && (answer.status() < 400 || !said.iter().any(|word| text.contains(word)))
}

/// Everything is where it was.
async fn assert_intact(t: &TestApp, before: &[(&'static str, i64)]) {
    for (table, count) in before {
        let sql = format!("SELECT count(*) FROM {table}");
        assert!(
            t.db().scalar::<i64>(&sql, args![]).await.unwrap() >= Some(*count),
            "{table}"
        );
    }
    let verified = t
        .as_role("administrator")
        .post("/api/v1/audit/verify", json!({}))
        .await
        .ok();
    assert_eq!(verified["broken_at"], Value::Null, "{verified}");
}

async fn counts(t: &TestApp) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for table in [
        "customer",
        "customer_phone",
        "asset",
        "sales_order",
        "service_record",
        "staff",
        "role",
        "audit",
        "slip",
        "followup_task",
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        counts.push((
            table,
            t.db().scalar::<i64>(&sql, args![]).await.unwrap().unwrap(),
        ));
    }
    counts
}

async fn no_query_parameter_is_taken_for_sql(t: TestApp) {
    let world = World::of(&t).await;
    let api = crate::openapi();
    let before = counts(&t).await;
    let chief = world.chief(&t);
    let mut tried = 0;
    for route in routes()
        .iter()
        .filter(|r| r.id != "events" && r.method == Method::GET)
    {
        let path = if route.path.contains("{token}") {
            route.path.clone()
        } else {
            world.path(&route.path)
        };
        for name in samples::queries(&api, route) {
            for value in SQL
                .into_iter()
                .map(encoded)
                .chain(NUMBERS.map(|n| n.to_string()))
            {
                let answer = chief.get(&format!("{path}?{name}={value}")).await;
                assert_sound(&answer, &format!("{}?{name}={value}", route.id));
                tried += 1;
            }
        }
        for value in SQL {
            // As the name of a parameter, and in the path where a word stands.
            assert_sound(
                &chief.get(&format!("{path}?{}=1", encoded(value))).await,
                &route.id,
            );
            if path.contains("{token}") {
                assert_sound(
                    &chief.get(&path.replace("{token}", &encoded(value))).await,
                    &route.id,
                );
            }
        }
    }
    assert!(tried > 500, "{tried}");
    assert_intact(&t, &before).await;
}

/// Every place in a body that holds a text or a number.
fn leaves(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                leaves(value, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                leaves(value, &format!("{place}/{n}"), found);
            }
        }
        Value::String(_) | Value::Number(_) => found.push(place.to_owned()),
        Value::Null | Value::Bool(_) => {}
    }
}

async fn no_field_of_a_body_is_taken_for_sql(t: TestApp) {
    let world = World::of(&t).await;
    let api = crate::openapi();
    let before = counts(&t).await;
    let chief = world.chief(&t);
    let (mut tried, mut accepted, mut unsound) = (0, 0, Vec::new());
    for route in routes() {
        let path = if route.permission == "public" {
            route.path.clone()
        } else {
            world.path(&route.path)
        };
        let version = if route.permission == "public" {
            0
        } else {
            world.version(&t, &route.path).await
        };
        let Some(body) = samples::body(&api, &route, &world, version) else {
            continue;
        };
        let mut places = Vec::new();
        leaves(&body, "", &mut places);
        for place in places.iter().filter(|place| *place != "/version") {
            let number = body.pointer(place).unwrap().is_number();
            let values: Vec<Value> = if number {
                NUMBERS.iter().map(|n| json!(n)).collect()
            } else {
                [SQL[1], SQL[2], SQL[5], SQL[6]]
                    .iter()
                    .map(|text| json!(text))
                    .collect()
            };
            for value in values {
                let mut body = body.clone();
                *body.pointer_mut(place).unwrap() = value.clone();
                if let Some(version) = body.get_mut("version").filter(|v| v.is_i64()) {
                    let now = if route.permission == "public" {
                        0
                    } else {
                        world.version(&t, &route.path).await
                    };
                    if ![
                        "save_sheet",
                        "finish_task",
                        "put_settings",
                        "put_pyramid_settings",
                    ]
                    .contains(&route.id.as_str())
                    {
                        *version = now.into();
                    }
                }
                let sent = Body::from(body.to_string());
                let answer = chief
                    .send(route.method.clone(), &path, Some("application/json"), sent)
                    .await;
                if !is_sound(&answer) {
                    unsound.push(format!("{} {place} {value}: {}", route.id, answer.text()));
                }
                tried += 1;
                accepted += usize::from(answer.status() < 300);
            }
        }
    }
    assert!(unsound.is_empty(), "{}", unsound.join("\n"));
    assert!(tried > 500 && accepted > 60, "{accepted} of {tried}");
    assert_intact(&t, &before).await;
    // Headers end up in tables too.
    let client = t
        .as_nobody()
        .header("user-agent", SQL[1])
        .header("accept-language", SQL[0])
        .header("x-request-id", SQL[0]);
    let entered = client
        .post(
            "/api/v1/login",
            json!({ "login": "agent2", "password": crate::testing::PASSWORD }),
        )
        .await;
    entered.ok();
    for key in [SQL[1], SQL[2], "\t", "é"] {
        assert_sound(&chief.get("/api/v1/session").await, "session");
        let chief = world.chief(&t).key(key);
        assert_sound(
            &chief
                .post(
                    "/api/v1/customers/duplicates",
                    json!({ "phones": [], "plates": [], "vins": [] }),
                )
                .await,
            key,
        );
    }
    for id in [SQL[1], "0", "00000000-0000-0000-0000-000000000000"] {
        assert_sound(
            &world
                .chief(&t)
                .header("last-event-id", id)
                .get("/api/v1/events")
                .await,
            id,
        );
    }
    assert_intact(&t, &before).await;
}

/// Endless texts would fill the database, and every list that shows them.
async fn no_text_is_longer_than_its_field(t: TestApp) {
    let world = World::of(&t).await;
    let api = crate::openapi();
    let long = "长".repeat(30_000);
    let mut taken = Vec::new();
    // What is only asked with, or not known and left out, is kept nowhere.
    let kept = |route: &Route| !["find_duplicates", "map_import"].contains(&route.id.as_str());
    for route in guarded().into_iter().filter(kept) {
        let version = world.version(&t, &route.path).await;
        let Some(body) = samples::body(&api, &route, &world, version) else {
            continue;
        };
        let mut places = Vec::new();
        leaves(&body, "", &mut places);
        for place in places
            .iter()
            .filter(|place| body.pointer(place).unwrap().is_string())
        {
            let mut body = body.clone();
            *body.pointer_mut(place).unwrap() = json!(long);
            let sent = Body::from(body.to_string());
            let answer = world
                .chief(&t)
                .send(
                    route.method.clone(),
                    &world.path(&route.path),
                    Some("application/json"),
                    sent,
                )
                .await;
            if answer.status() < 400 || answer.status() >= 500 {
                taken.push(format!("{} {place}: {}", route.id, answer.status()));
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

async fn marks_of_patterns_are_letters(t: TestApp) {
    let world = World::of(&t).await;
    let chief = world.chief(&t);
    for list in ["customers", "staff", "slips", "service-records", "today"] {
        for q in ["%", "_", "%%%", "_____", "王_国"] {
            if list == "staff" && q == "_" {
                continue; // log-in names have some
            }
            let found = chief.get(&format!("/api/v1/{list}?q={}", encoded(q))).await;
            assert_sound(&found, list);
            let found = found.json()["items"].as_array().map_or(0, Vec::len);
            assert_eq!(found, 0, "{list}?q={q}");
        }
    }
    for q in ["%", "_", "%%%", "王_国"] {
        let found = chief.get(&format!("/api/v1/search?q={}", encoded(q))).await;
        assert_eq!(found.json(), json!([]), "search?q={q}");
    }
}

/// Cursors are made by us and come back by anybody.
async fn no_cursor_of_somebody_elses_making_does_harm(t: TestApp) {
    let world = World::of(&t).await;
    let api = crate::openapi();
    let chief = world.chief(&t);
    let mut lists = 0;
    let write = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let id = world.customer.to_string();
    for route in routes() {
        if route.method != Method::GET
            || !samples::queries(&api, &route).contains(&"after".to_owned())
        {
            continue;
        }
        lists += 1;
        let path = world.path(&route.path);
        let join = if path.contains('?') { '&' } else { '?' };
        for forged in [
            "null".to_owned(),
            "[]".to_owned(),
            "{}".to_owned(),
            "9223372036854775807".to_owned(),
            "-1".to_owned(),
            format!("[\"' OR 1=1 --\",\"{id}\"]"),
            format!("[\"\\u0000\",\"{id}\"]"),
            format!("[9223372036854775807,\"{id}\"]"),
            format!("[-9223372036854775808,\"{id}\"]"),
            format!("[null,\"{id}\"]"),
            format!("[1,1,\"{id}\"]"),
            "[".repeat(10_000),
        ] {
            for after in [write(&forged), encoded(&forged)] {
                let answer = chief
                    .get(&format!("{path}{join}after={after}&limit=1"))
                    .await;
                assert_sound(&answer, &format!("{} {forged}", route.id));
            }
        }
        for limit in ["0", "-1", "4294967295", "99999999999", "1e9"] {
            let answer = chief.get(&format!("{path}{join}limit={limit}")).await;
            assert_sound(&answer, &route.id);
        }
    }
    assert!(lists >= 12, "{lists}");
}
