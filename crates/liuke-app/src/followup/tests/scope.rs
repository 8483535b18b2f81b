//! Nobody sees another branch's tasks and slips, by whatever way they ask.

use serde_json::{Value, json};

use super::{a_due_call, finish, merge, outcome, path, today};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    another_branch_finds_nothing_by_any_way,
    whoever_has_to_answer_sees_the_slip_and_nothing_else
);

async fn a_slip(t: &TestApp) -> (uuid::Uuid, Value, String) {
    let (customer, task) = a_due_call(t).await;
    let mut reached = outcome("reached");
    merge(
        &mut reached,
        json!({ "raise_slip": true, "draft": { "scores": { "result": 1 }, "dissatisfied": true,
        "problem": "异响", "responsible_id": t.staff("technician") } }),
    );
    let done = finish(t, "agent2", &task, reached).await.ok();
    (
        customer,
        done["task"].clone(),
        done["slip_id"].as_str().unwrap().to_owned(),
    )
}

async fn another_branch_finds_nothing_by_any_way(t: TestApp) {
    let (customer, task, slip) = a_slip(&t).await;
    let far = t.as_role("agent_jinjiang");
    for query in ["", "?who=all", "?who=unassigned", "?q=wjg"] {
        assert!(
            today(&t, "agent_jinjiang", query).await.is_empty(),
            "{query}"
        );
    }
    assert_eq!(
        far.get(&format!("/api/v1/tasks?customer_id={customer}"))
            .await
            .ok()["items"],
        json!([])
    );
    assert_eq!(
        far.get(&format!("/api/v1/slips?customer_id={customer}"))
            .await
            .ok()["items"],
        json!([])
    );
    for path in [
        path(&task, ""),
        format!("/api/v1/slips/{slip}"),
        format!("/api/v1/slips/{slip}/paper"),
        format!("/api/v1/customers/{customer}/followup"),
    ] {
        far.get(&path).await.refused(404, "not_found");
    }
    let sheet = json!({ "draft": { "scores": {}, "dissatisfied": false }, "version": 1 });
    far.put(&path(&task, "/sheet"), sheet)
        .await
        .refused(404, "not_found");
    finish(&t, "agent_jinjiang", &task, outcome("reached"))
        .await
        .refused(404, "not_found");
    far.post(&path(&task, "/claim"), json!({ "version": 1 }))
        .await
        .refused(404, "not_found");
    far.post(
        &path(&task, "/snooze"),
        json!({ "until": t.now_ms() + 60_000, "version": 1 }),
    )
    .await
    .refused(404, "not_found");
    let confirm = json!({ "satisfied": true, "version": 1 });
    far.post(&format!("/api/v1/slips/{slip}/confirm"), confirm)
        .await
        .refused(404, "not_found");
    let manual = json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候", "due_at": t.now_ms() + 60_000 });
    far.post("/api/v1/tasks", manual)
        .await
        .refused(404, "not_found");
    let summary = far.get("/api/v1/today/summary?who=all").await.ok();
    assert_eq!(
        (
            &summary["open"],
            &summary["done_today"],
            &summary["slips_overdue"]
        ),
        (&json!(0), &json!(0), &json!(0))
    );
}

async fn whoever_has_to_answer_sees_the_slip_and_nothing_else(t: TestApp) {
    let (_, task, slip) = a_slip(&t).await;
    let technician = t.as_role("technician");
    technician.get(&format!("/api/v1/slips/{slip}")).await.ok();
    technician
        .get(&path(&task, ""))
        .await
        .refused(403, "forbidden");
    technician
        .get("/api/v1/today")
        .await
        .refused(403, "forbidden");
    let director = t.as_role("service_director");
    let version =
        director.get(&format!("/api/v1/slips/{slip}")).await.ok()["row"]["version"].clone();
    let other = json!({ "responsible_id": t.staff("team_leader"), "version": version });
    director
        .post(&format!("/api/v1/slips/{slip}/assign"), other)
        .await
        .ok();
    technician
        .get(&format!("/api/v1/slips/{slip}"))
        .await
        .refused(404, "not_found");
}
