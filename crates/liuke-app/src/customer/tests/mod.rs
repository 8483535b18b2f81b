//! Through HTTP, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::needless_pass_by_value,
    clippy::cast_possible_wrap,
    clippy::format_collect,
    reason = "tests fail by panicking"
)]

mod archive;
mod bulk;
mod edit;
mod export;
mod list;
mod plans;
mod privacy;
mod scope;
mod search;
mod services;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::TestApp;

/// A customer of 天府店 as the screen sends it; `over` replaces fields.
pub(super) fn input(t: &TestApp, name: &str, over: Value) -> Value {
    let mut base = json!({
        "name": name, "kind": "person", "phones": [], "emails": [], "keep_address": false, "keep_birthday": false, "stage": "known",
        "branch_id": t.org.tianfu, "tags": [], "consents": [], "do_not_call": false
    });
    for (key, value) in over.as_object().unwrap() {
        base[key] = value.clone();
    }
    base
}

pub(super) fn phone(number: &str) -> Value {
    json!({ "number": number, "primary": false, "do_not_use": false })
}

/// Enters a customer as this role; the view.
pub(super) async fn enter(t: &TestApp, role: &str, name: &str, over: Value) -> Value {
    t.as_role(role)
        .post("/api/v1/customers", input(t, name, over))
        .await
        .ok()
}

pub(super) fn id(view: &Value) -> Uuid {
    view["row"]["id"].as_str().unwrap().parse().unwrap()
}

/// Adds a vehicle.
pub(super) async fn vehicle(t: &TestApp, customer: Uuid, plate: &str, vin: &str) -> Value {
    let body = json!({ "kind": "vehicle", "plate": plate, "vin": vin, "model": "迈腾 330" });
    t.as_role("agent")
        .post(&format!("/api/v1/customers/{customer}/assets"), body)
        .await
        .ok()
}

/// Names on a list page.
pub(super) fn names(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}
