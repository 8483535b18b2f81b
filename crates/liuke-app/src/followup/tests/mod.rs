//! Through HTTP, on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::as_conversions,
    reason = "tests"
)]

mod callers;
mod calls;
mod outcomes;
mod plans;
mod scope;
mod sheet;
mod slip_loop;
mod sweep;
mod today;
mod windows;

use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::{Answer, TestApp};

pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A customer of 天府店 with a mobile number.
pub(crate) async fn a_customer(t: &TestApp, name: &str) -> Uuid {
    a_customer_like(t, name, json!({})).await
}

/// The same with other fields.
pub(crate) async fn a_customer_like(t: &TestApp, name: &str, other: Value) -> Uuid {
    let mut customer = json!({
        "name": name, "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [],
        "phones": [{ "number": "13800138000", "primary": true, "do_not_use": false }],
    });
    merge(&mut customer, other);
    id_of(
        &t.as_role("administrator")
            .post("/api/v1/customers", customer)
            .await
            .ok()["row"],
    )
}

#[allow(clippy::needless_pass_by_value, reason = "called with json!")]
pub(crate) fn merge(into: &mut Value, other: Value) {
    for (key, value) in other.as_object().unwrap() {
        into[key] = value.clone();
    }
}

pub(crate) fn id_of(value: &Value) -> Uuid {
    value["id"].as_str().unwrap().parse().unwrap()
}

/// A service record of 天府店, closed now, served by `agent` as advisor and `technician`.
pub(crate) async fn a_service(t: &TestApp, customer: Uuid, other: Value) -> Uuid {
    let mut service = json!({
        "customer_id": customer, "branch_id": t.org.tianfu, "opened_at": t.now_ms() - 3_600_000, "category": "保养",
        "advisor_id": t.staff("agent"), "technician_id": t.staff("technician"), "work": "更换机油", "revenue_fen": 68_000,
        "close": true,
    });
    merge(&mut service, other);
    let made = id_of(
        &t.as_role("administrator")
            .post("/api/v1/service-records", service)
            .await
            .ok(),
    );
    t.run_jobs().await;
    made
}

/// A plan that calls three days after a repair.
pub(crate) fn plan() -> Value {
    json!({
        "name": "修后三日回访", "kind": "service_quality", "trigger": "service_closed", "days": 3, "channel": "phone",
        "purpose": "了解维修质量", "opener": "您好，我是客户关怀部。", "permission_ask": "您现在方便吗？",
        "benefit": "有不满意的我们马上安排。", "recap_hint": "复述约定", "due_hours": 24, "active": true,
    })
}

/// A plan that calls after 180 days without a visit.
pub(crate) fn absence_plan() -> Value {
    let mut plan = plan();
    merge(
        &mut plan,
        json!({ "name": "半年未到店", "kind": "care", "trigger": "no_visit", "days": 180 }),
    );
    plan
}

pub(crate) async fn a_plan(t: &TestApp, plan: Value) -> Value {
    t.as_role("service_director")
        .post("/api/v1/plans", plan)
        .await
        .ok()
}

/// The tasks of a customer, newest first.
pub(crate) async fn tasks_of(t: &TestApp, customer: Uuid) -> Vec<Value> {
    let path = format!("/api/v1/tasks?customer_id={customer}");
    t.as_role("service_director").get(&path).await.ok()["items"]
        .as_array()
        .unwrap()
        .clone()
}

/// The only task of a customer.
pub(crate) async fn task_of(t: &TestApp, customer: Uuid) -> Value {
    let mut tasks = tasks_of(t, customer).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks.remove(0)
}

pub(crate) async fn today(t: &TestApp, role: &str, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/today{query}");
    t.as_role(role).get(&path).await.ok()["items"]
        .as_array()
        .unwrap()
        .clone()
}

/// A customer with a call that is due: a plan, a repair, three days later.
pub(crate) async fn a_due_call(t: &TestApp) -> (Uuid, Value) {
    a_plan(t, plan()).await;
    let customer = a_customer(t, "王建国").await;
    a_service(t, customer, json!({})).await;
    t.advance(DAY * 3);
    (customer, task_of(t, customer).await)
}

pub(crate) fn path(task: &Value, rest: &str) -> String {
    format!("/api/v1/tasks/{}{rest}", task["id"].as_str().unwrap())
}

/// An outcome without anything special.
pub(crate) fn outcome(word: &str) -> Value {
    json!({ "outcome": word, "draft": { "scores": {}, "dissatisfied": false }, "version": 0, "raise_slip": false })
}

pub(crate) async fn finish(t: &TestApp, role: &str, task: &Value, input: Value) -> Answer {
    t.as_role(role).post(&path(task, "/finish"), input).await
}

/// Epoch milliseconds of a time in Shanghai.
pub(crate) fn at(text: &str) -> i64 {
    format!("{text}:00+08:00")
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond()
}

/// So many days before today, `YYYY-MM-DD`.
pub(crate) fn days_ago(t: &TestApp, days: i64) -> String {
    let zone = liuke_domain::worktime::zone("Asia/Shanghai").unwrap();
    let today = liuke_domain::worktime::business_day(t.app.now(), &zone);
    today.checked_sub(days.days()).unwrap().to_string()
}
