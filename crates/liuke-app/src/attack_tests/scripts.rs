//! Scripts where text is expected: they come back as data, on paper as letters, and no answer leads away.

use std::process::Command;

use axum::http::Method;
use serde_json::{Value, json};

use crate::architecture_tests::routes;
use crate::on_both;
use crate::testing::{PASSWORD, TestApp};

use super::World;

on_both!(
    what_looks_like_a_script_comes_back_as_data,
    no_answer_leads_to_another_site
);

const SCRIPTS: [&str; 3] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(document.cookie)",
];

/// Puts it into every text there is, as people would.
async fn plant(t: &TestApp, world: &World, script: &str) {
    let (admin, chief) = (t.as_role("administrator"), world.chief(t));
    let tag: String = script.chars().take(30).collect();
    let customer = json!({
        "name": script, "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": true, "keep_birthday": false, "tags": [tag], "emails": [], "notes": script, "address": script,
        "consents": [{ "channel": "phone", "purpose": "service", "granted": true, "source": script }],
        "phones": [{ "number": "13700137000", "label": script, "primary": true, "do_not_use": false }],
    });
    let customer = chief.post("/api/v1/customers", customer).await.ok()["row"]["id"].clone();
    let path = format!("/api/v1/customers/{}", customer.as_str().unwrap());
    chief
        .post(&format!("{path}/notes"), json!({ "text": script }))
        .await
        .ok();
    let asset = json!({ "kind": "equipment", "serial": "S1", "model": script, "site": script, "notes": script });
    let asset = chief.post(&format!("{path}/assets"), asset).await;
    if asset.status() != 409 {
        asset.ok();
    }
    let order = json!({
        "customer_id": customer, "kind": "sale", "ordered_at": t.now_ms(), "revenue_fen": 1, "title": script,
        "branch_id": t.org.tianfu,
    });
    chief.post("/api/v1/orders", order).await.ok();
    let service = json!({
        "customer_id": customer, "branch_id": t.org.tianfu, "opened_at": t.now_ms() - 1, "revenue_fen": 1, "close": true,
        "work": script, "advice": script, "parts": script, "category": script, "advisor_name": script,
    });
    chief.post("/api/v1/service-records", service).await.ok();
    let plan = json!({
        "name": script, "kind": "service_quality", "trigger": "no_visit", "days": 90, "channel": "phone", "purpose": script,
        "opener": script, "permission_ask": script, "benefit": script, "recap_hint": script, "due_hours": 24,
        "active": true, "branch_id": t.org.tianfu,
    });
    chief.post("/api/v1/plans", plan).await.ok();
    let task = json!({
        "customer_id": customer, "kind": "care", "channel": "phone", "purpose": script, "due_at": t.now_ms() + 60_000,
    });
    let task = chief.post("/api/v1/tasks", task).await.ok();
    let draft = json!({
        "scores": {}, "dissatisfied": true, "problem": script, "verbatim": script, "note": script, "discussed": script,
        "agreed": script, "planned": script, "permission": "yes",
    });
    let sheet = format!("/api/v1/tasks/{}/sheet", task["id"].as_str().unwrap());
    chief
        .put(&sheet, json!({ "draft": draft, "version": 0 }))
        .await
        .ok();
    let team = json!({ "branch_id": t.org.tianfu, "name": script });
    chief.post("/api/v1/teams", team).await.ok();
    let token = json!({ "name": script, "scopes": ["customer.read"], "expires_in_days": 1 });
    chief.post("/api/v1/tokens", token).await.ok();
    let code = format!("x{}", script.len());
    let role =
        json!({ "code": code, "name": script, "scope": "own", "permissions": ["customer.read"] });
    let role = admin.post("/api/v1/roles", role).await.ok()["id"].clone();
    let person = json!({ "login": code, "name": script, "branch_id": t.org.tianfu, "role_ids": [role], "employee_no": code });
    admin.post("/api/v1/staff", person).await.ok();
    let branch = json!({
        "parent_id": t.org.region, "code": code.to_uppercase(), "name": script, "kind": "branch", "zone": "Asia/Shanghai",
        "active": true,
    });
    admin.post("/api/v1/branches", branch).await.ok();
    let file = format!("\"{}\",手机号\n", script.replace('"', "\"\""));
    chief
        .upload(
            "/api/v1/imports",
            &format!("{script}.csv"),
            file.as_bytes(),
            &[("kind", "customers")],
        )
        .await
        .ok();
    let slip = super::world::raise(
        t,
        script,
        world.chief,
        customer.as_str().unwrap().parse().unwrap(),
    )
    .await;
    let slip = format!("/api/v1/slips/{slip}");
    let version = chief.get(&slip).await.ok()["row"]["version"].clone();
    chief
        .post(
            &format!("{slip}/answer"),
            json!({ "answer": script, "password": PASSWORD, "version": version }),
        )
        .await
        .ok();

    let paper = chief.get(&format!("{slip}/paper")).await;
    assert_eq!(
        (paper.status(), paper.header("content-type")),
        (200, "application/pdf")
    );
    let raw = String::from_utf8_lossy(paper.bytes());
    for active in [
        "/JavaScript",
        "/JS",
        "/OpenAction",
        "/Launch",
        "/URI",
        "/EmbeddedFile",
        "/AA",
    ] {
        assert!(!raw.contains(active), "{active}");
    }
    let folder = t.folder();
    let file = folder.join("paper.pdf");
    std::fs::write(&file, paper.bytes()).unwrap();
    let said = Command::new("pdftotext")
        .arg("-raw")
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    let squeezed = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let text = squeezed(&String::from_utf8(said.stdout).unwrap());
    assert!(
        text.contains(&squeezed(script)),
        "{script} is not on the paper:\n{text}"
    );
}

async fn what_looks_like_a_script_comes_back_as_data(t: TestApp) {
    let world = World::of(&t).await;
    for script in SCRIPTS {
        plant(&t, &world, script).await;
        t.run_jobs().await;
    }
    let admin = t.as_role("administrator");
    let mut shown = 0;
    for route in routes()
        .iter()
        .filter(|r| r.method == Method::GET && !r.path.contains('{') && r.id != "events")
    {
        let answer = admin.get(&route.path).await;
        let media_type = answer.header("content-type").to_owned();
        assert_eq!(
            answer.header("x-content-type-options"),
            "nosniff",
            "{}",
            route.id
        );
        if media_type.starts_with("application/json") {
            let json = answer.json();
            shown += usize::from(SCRIPTS.iter().all(|script| holds(&json, script)));
        } else {
            let file = answer
                .header("content-disposition")
                .starts_with("attachment");
            assert!(
                file || media_type == "application/problem+json",
                "{}: {media_type}",
                route.id
            );
        }
    }
    assert!(shown >= 9, "only {shown} lists show what was planted");
}

/// Whether a text of the document is exactly this, or contains it.
fn holds(json: &Value, script: &str) -> bool {
    match json {
        Value::String(text) => text.contains(script),
        Value::Array(items) => items.iter().any(|item| holds(item, script)),
        Value::Object(map) => map.values().any(|value| holds(value, script)),
        _ => false,
    }
}

async fn no_answer_leads_to_another_site(t: TestApp) {
    let world = World::of(&t).await;
    for route in routes() {
        let path = if route.path.contains("{id}") {
            world.path(&route.path)
        } else {
            route.path.replace("{token}", "x")
        };
        for next in [
            "https://evil.example",
            "//evil.example",
            "javascript:alert(1)",
            "%0d%0alocation:%20//evil.example",
        ] {
            let asked = format!("{path}?next={next}&redirect={next}&return_to={next}&url={next}");
            for client in [t.as_nobody(), world.chief(&t)] {
                if route.method != Method::GET || route.id == "events" {
                    continue;
                }
                let client = client
                    .header("referer", "https://evil.example/")
                    .header("host", "evil.example");
                let answer = client.get(&asked).await;
                assert!(!(300..400).contains(&answer.status()), "{}", route.id);
                for name in ["location", "refresh", "content-location", "link"] {
                    assert_eq!(answer.header(name), "", "{} {name}", route.id);
                }
            }
        }
    }
}
