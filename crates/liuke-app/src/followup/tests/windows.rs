//! The customer's own contact window goes before the house's.

use serde_json::{Value, json};
use uuid::Uuid;

use super::slip_loop::{a_raised_slip, signed_and_countersigned};
use super::{
    DAY, a_customer, a_customer_like, a_due_call, a_plan, a_service, at, finish, merge, outcome,
    path, plan, task_of, tasks_of, today,
};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    the_list_says_when_each_customer_may_be_called,
    a_customer_is_called_in_the_own_window_and_at_no_other_time,
    a_task_is_due_inside_the_customers_own_window,
    what_comes_after_an_attempt_keeps_to_the_customers_own_window,
    a_task_opened_again_keeps_to_the_customers_own_window,
    a_confirming_call_keeps_to_the_customers_own_window,
    a_window_of_which_half_is_missing_is_not_stored,
);

/// A customer of 天府店 with a window of the own.
async fn who_asked_for(t: &TestApp, name: &str, from: &str, to: &str) -> Uuid {
    a_customer_like(t, name, json!({ "contact_from": from, "contact_to": to })).await
}

/// The customer asks for a window afterwards.
async fn asks_for(t: &TestApp, customer: Uuid, from: &str, to: &str) {
    let path = format!("/api/v1/customers/{customer}");
    let clerk = t.as_role("administrator");
    let seen = clerk.get(&path).await.ok();
    let change = json!({
        "name": seen["row"]["name"], "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": true, "keep_birthday": true, "tags": [], "consents": [], "emails": [],
        "phones": [{ "id": seen["phones"][0]["id"], "primary": true, "do_not_use": false }],
        "contact_from": from, "contact_to": to, "version": seen["row"]["version"],
    });
    clerk.put(&path, change).await.ok();
}

async fn by_hand(t: &TestApp, customer: Uuid, kind: &str, channel: &str) -> Value {
    let task = json!({ "customer_id": customer, "kind": kind, "channel": channel, "purpose": "问候",
        "due_at": t.now_ms() + 3_600_000, "assignee_id": t.staff("agent2") });
    t.as_role("agent2").post("/api/v1/tasks", task).await.ok()
}

async fn the_list_says_when_each_customer_may_be_called(t: TestApp) {
    let (usual, evening) = (
        a_customer(&t, "王建国").await,
        who_asked_for(&t, "李秀兰", "18:30", "20:00").await,
    );
    by_hand(&t, usual, "care", "sms").await;
    by_hand(&t, evening, "care", "phone").await;
    by_hand(&t, evening, "marketing", "wechat").await;
    let list = today(&t, "agent2", "").await;
    let shown = |customer: Uuid, channel: &str| {
        let row = list
            .iter()
            .find(|r| r["customer_id"] == json!(customer) && r["channel"] == channel)
            .unwrap();
        (row["windows"].clone(), row["own_window"].clone())
    };
    assert_eq!(
        shown(usual, "sms"),
        (
            json!([{ "from": "09:00", "to": "11:30" }, { "from": "14:00", "to": "20:00" }]),
            json!(false)
        )
    );
    assert_eq!(
        shown(evening, "phone"),
        (json!([{ "from": "18:30", "to": "20:00" }]), json!(true))
    );
    assert_eq!(
        shown(evening, "wechat"),
        (json!([]), json!(true)),
        "what is read at leisure may come at any time"
    );
}

async fn a_customer_is_called_in_the_own_window_and_at_no_other_time(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    asks_for(&t, customer, "12:00", "13:30").await;
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["may_call"], &sheet["may_not"]["code"]),
        (&json!(false), &json!("followup.outside_window")),
        "nine in the morning is the house's window, not the customer's"
    );
    assert_eq!(
        sheet["may_not"]["params"]["until"].as_i64().unwrap(),
        at("2026-11-24T12:00")
    );
    assert_eq!(
        (&sheet["windows"], &sheet["task"]["own_window"]),
        (&json!([{ "from": "12:00", "to": "13:30" }]), &json!(true))
    );
    t.clock.set("2026-11-24T12:15:00+08:00".parse().unwrap());
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(sheet["may_call"], true, "{}", sheet["may_not"]);
}

async fn a_task_is_due_inside_the_customers_own_window(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = who_asked_for(&t, "李秀兰", "18:30", "20:00").await;
    a_service(&t, customer, json!({})).await;
    let task = task_of(&t, customer).await;
    assert_eq!(
        task["due_at"].as_i64().unwrap(),
        at("2026-11-25T18:30"),
        "a day after the first evening"
    );
    // Spoken to and back in the workshop: the second call waits for the gap and starts in the evening too.
    t.advance(DAY * 3);
    finish(&t, "agent2", &task, outcome("reached")).await.ok();
    t.advance(DAY);
    a_service(&t, customer, json!({})).await;
    let second = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["status"] == "open")
        .unwrap();
    assert_eq!(second["due_at"].as_i64().unwrap(), at("2026-12-02T18:30"));
}

async fn what_comes_after_an_attempt_keeps_to_the_customers_own_window(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    asks_for(&t, customer, "18:30", "20:00").await;
    let done = finish(&t, "agent2", &task, outcome("no_answer")).await.ok();
    assert_eq!(
        done["next_at"].as_i64().unwrap(),
        at("2026-11-24T18:30"),
        "two hours later would be eleven"
    );
    // Reached at last: the customer's other call waits for the gap and for the evening.
    let care = by_hand(&t, customer, "care", "phone").await;
    t.clock.set("2026-11-24T18:30:00+08:00".parse().unwrap());
    let mut reached = outcome("reached");
    merge(&mut reached, json!({ "version": 1 }));
    finish(&t, "agent2", &task, reached).await.ok();
    let waiting = t.as_role("agent2").get(&path(&care, "")).await.ok();
    assert_eq!(
        waiting["task"]["not_before"].as_i64().unwrap(),
        at("2026-12-01T18:30")
    );
}

async fn a_task_opened_again_keeps_to_the_customers_own_window(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    asks_for(&t, customer, "18:30", "20:00").await;
    let done = finish(&t, "agent2", &task, outcome("reached")).await.ok();
    let reopen = json!({ "reason": "误点结束", "version": done["task"]["version"] });
    let open = t
        .as_role("team_leader")
        .post(&path(&task, "/reopen"), &reopen)
        .await
        .ok();
    assert_eq!(open["due_at"].as_i64().unwrap(), at("2026-11-25T18:30"));
}

async fn a_confirming_call_keeps_to_the_customers_own_window(t: TestApp) {
    let (customer, slip) = a_raised_slip(&t).await;
    asks_for(&t, customer, "12:00", "13:30").await;
    signed_and_countersigned(&t, &slip).await;
    let confirm = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["reason_code"] == "slip_confirm")
        .unwrap();
    assert_eq!(confirm["due_at"].as_i64().unwrap(), at("2026-11-25T12:00"));
}

async fn a_window_of_which_half_is_missing_is_not_stored(t: TestApp) {
    use liuke_platform::db::Sql as _;
    let customer = a_customer(&t, "王建国").await;
    let tx = t.db().begin().await.unwrap();
    let refused = tx
        .run(
            "UPDATE customer SET contact_from = '09:00' WHERE id = $1",
            liuke_platform::args![customer],
        )
        .await;
    assert!(refused.is_err(), "the table itself refuses it");
}
