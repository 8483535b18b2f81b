//! Bodies and queries out of the description of the API.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::architecture_tests::Route;
use crate::testing::PASSWORD;

use super::World;

/// The description of a route.
pub(super) fn operation<'a>(api: &'a Value, route: &Route) -> &'a Value {
    &api["paths"][&route.path][route.method.as_str().to_lowercase()]
}

/// Names of the query parameters of a route.
pub(super) fn queries(api: &Value, route: &Route) -> Vec<String> {
    let none = Vec::new();
    operation(api, route)["parameters"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .filter(|p| p["in"] == "query")
        .map(|p| p["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A JSON body with every field, that makes sense in this world; nothing where the route takes none.
pub(super) fn body(api: &Value, route: &Route, world: &World, version: i64) -> Option<Value> {
    if matches!(route.method, Method::GET | Method::DELETE) {
        return None;
    }
    let schema = operation(api, route).pointer("/requestBody/content/application~1json/schema")?;
    let mut body = value(api, schema, "", world);
    if let Some(place) = body.get_mut("version") {
        *place = version.into();
    }
    fit(route, &mut body);
    Some(body)
}

/// What one field's description does not say: which go together.
fn fit(route: &Route, body: &mut Value) {
    match route.id.as_str() {
        "save_sheet" => body["draft"]["permission"] = json!("yes"),
        "finish_task" => {
            body["outcome"] = json!("reached");
            body["call_again_at"] = Value::Null;
            body["phone_id"] = Value::Null;
            body["slip_satisfied"] = Value::Null;
            body["version"] = json!(0);
        }
        "update_branch" => body["code"] = json!("TF"),
        "reveal" => {
            body["field"] = json!("address");
            body["item_id"] = Value::Null;
        }
        _ => {}
    }
}

fn value(api: &Value, schema: &Value, name: &str, world: &World) -> Value {
    if let Some(known) = known(name, world) {
        return known;
    }
    if let Some(place) = schema["$ref"].as_str() {
        let there = api.pointer(place.trim_start_matches('#')).unwrap();
        return value(api, there, name, world);
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema[several].as_array() {
            let real = options.iter().find(|o| o["type"] != "null").unwrap();
            return value(api, real, name, world);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    if let Some(fields) = schema["properties"].as_object() {
        return fields
            .iter()
            .map(|(name, schema)| (name.clone(), value(api, schema, name, world)))
            .collect::<Map<_, _>>()
            .into();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|k| *k != "null").cloned().unwrap(),
        kind => kind.clone(),
    };
    match kind.as_str().unwrap_or_default() {
        "array" => json!([value(api, &schema["items"], &format!("{name}[]"), world)]),
        "integer" => json!(1),
        "boolean" => json!(false),
        "string" if name == "phones[]" => json!("13900139000"),
        "string" => json!("x1"),
        other => panic!("{name}: {other}"),
    }
}

#[allow(
    clippy::match_same_arms,
    reason = "what is alike by chance stands apart"
)]
fn known(name: &str, world: &World) -> Option<Value> {
    Some(match name {
        "customer_id" => json!(world.customer),
        "asset_id" => json!(world.asset),
        "branch_id" => json!(world.branch),
        "parent_id" => json!(world.region),
        "owner_id" | "preferred_staff_id" | "advisor_id" | "technician_id" | "seller_id"
        | "assignee_id" | "responsible_id" | "staff_id" | "leader_id" => json!(world.chief),
        "except_id" | "id" | "item_id" | "phone_id" | "team_id" | "advisor_name"
        | "technician_name" => Value::Null,
        "role_ids[]" => json!(world.role),
        "permissions[]" | "scopes[]" => json!("customer.read"),
        "match_by[]" => json!("phone"),
        "zone" => json!("Asia/Shanghai"),
        "stage" => json!("known"),
        "source" => Value::Null,
        "kind" => return None,
        "number" | "phone" => json!("13900139000"),
        "plate" | "plates[]" => json!("川A92K8T"),
        "vin" | "vins[]" => json!("LSVAA49J132123456"),
        "birthday" | "purchased_on" => json!("1980-03-05"),
        "warranty_until" | "next_due_on" => json!("2027-03-05"),
        "opened_at" | "ordered_at" | "closed_at" => json!(world.now - 3_600_000),
        "at" => json!(world.now - 3_600_000),
        "due_at" | "until" | "call_again_at" => json!(world.now + 7_200_000),
        "from" => json!("09:00"),
        "to" => json!("18:00"),
        "contact_from" => json!("09:00"),
        "contact_to" => json!("18:00"),
        "basis" => json!("revenue"),
        "shares_bp" => json!([2000, 3000, 3000, 2000]),
        "window_months" => json!(12),
        "session_idle_minutes" => json!(60),
        "encoding" => json!("UTF-8"),
        "delimiter" => json!("comma"),
        "sheet" => Value::Null,
        "columns" => json!([{ "index": 0, "field": "name" }, { "index": 1, "field": "phone" }]),
        "password" | "current" => json!(PASSWORD),
        "new" => json!("每天练习打电话三十分钟"),
        "mileage_km" | "next_due_km" => json!(58_240),
        "active" | "primary" | "granted" | "keep_address" | "keep_birthday" => json!(true),
        _ => return None,
    })
}
