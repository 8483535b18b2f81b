use liuke_platform::args;
use liuke_platform::db::Sql as _;
use serde_json::json;

use super::{enter, id, vehicle};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    closing_a_record_is_told_once_and_tells_the_vehicle,
    wrong_records_are_refused_field_by_field,
    records_are_found_by_number_plate_and_vin,
    an_order_changes_the_figures_and_a_refund_is_negative,
);

async fn told(t: &TestApp) -> Option<i64> {
    t.db()
        .scalar(
            "SELECT COUNT(*) FROM event WHERE topic = 'service_closed'",
            args![],
        )
        .await
        .unwrap()
}

async fn closing_a_record_is_told_once_and_tells_the_vehicle(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let car = vehicle(&t, customer, "川A7F3K2", "LFV2A21K8A3123456").await;
    let agent = t.as_role("agent");
    let mut body = json!({ "customer_id": customer, "asset_id": car["id"], "branch_id": t.org.tianfu, "category": "保养", "opened_at": t.now_ms() - 7_200_000,
        "technician_id": t.staff("technician"), "technician_name": "别人", "mileage_km": 30_000, "next_due_on": "2027-05-01", "next_due_km": 40_000,
        "revenue_fen": 68_000, "cost_fen": 30_000, "close": false });
    let open = agent
        .post("/api/v1/service-records", body.clone())
        .await
        .ok();
    assert_eq!(
        (
            open["status"].as_str(),
            open["technician_name"].as_str(),
            open["number"].as_str()
        ),
        (Some("open"), Some("技师"), Some("WX-20261121-0001"))
    );
    assert_eq!(open["asset_line"], "川A·7F3K2 迈腾 330");
    assert_eq!(told(&t).await, Some(0));
    let path = format!("/api/v1/service-records/{}", open["id"].as_str().unwrap());
    body["close"] = json!(true);
    body["version"] = json!(1);
    let closed = agent.put(&path, body.clone()).await.ok();
    assert_eq!(
        (closed["status"].as_str(), closed["closed_at"].as_i64()),
        (Some("closed"), Some(t.now_ms()))
    );
    assert_eq!(told(&t).await, Some(1));
    agent
        .put(&path, body.clone())
        .await
        .refused(409, "edited_elsewhere");
    body["version"] = json!(2);
    body["advice"] = json!("更换刹车片");
    let again = agent.put(&path, body.clone()).await.ok();
    assert_eq!(
        (again["closed_at"].as_i64(), told(&t).await),
        (Some(t.now_ms()), Some(1)),
        "a correction tells nothing"
    );
    body["version"] = json!(3);
    body["close"] = json!(false);
    agent
        .put(&path, body)
        .await
        .refused(409, "service_record.closed");
    let view = agent
        .get(&format!("/api/v1/customers/{customer}"))
        .await
        .ok();
    assert_eq!(
        (
            view["assets"][0]["mileage_km"].as_i64(),
            view["assets"][0]["next_due_on"].as_str()
        ),
        (Some(30_000), Some("2027-05-01"))
    );
    assert_eq!(
        (
            view["row"]["revenue_fen"].as_i64(),
            view["row"]["visit_count"].as_i64(),
            view["row"]["last_visit_on"].as_str()
        ),
        (Some(68_000), Some(1), Some("2026-11-21"))
    );
    let direct = json!({ "customer_id": customer, "asset_id": car["id"], "branch_id": t.org.tianfu, "opened_at": t.now_ms(), "mileage_km": 29_000, "revenue_fen": 0, "close": true });
    agent.post("/api/v1/service-records", direct).await.ok();
    assert_eq!(told(&t).await, Some(2));
    let view = agent
        .get(&format!("/api/v1/customers/{customer}"))
        .await
        .ok();
    assert_eq!(
        view["assets"][0]["mileage_km"], 30_000,
        "a lower reading does not take it back"
    );
}

async fn wrong_records_are_refused_field_by_field(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let other = id(&enter(&t, "agent", "李四", json!({})).await);
    let car = vehicle(&t, other, "川A7F3K2", "").await;
    let day = 86_400_000_i64;
    for (over, want) in [
        (
            json!({ "opened_at": 32_503_680_000_000_i64 }),
            "opened_at:field.in_future",
        ),
        (
            json!({ "asset_id": car["id"] }),
            "asset_id:field.unknown_value",
        ),
        (
            json!({ "next_due_on": "3000-01-01" }),
            "next_due_on:field.too_late",
        ),
        (
            json!({ "mileage_km": 99_999_999 }),
            "mileage_km:field.out_of_range",
        ),
        (
            json!({ "revenue_fen": -1 }),
            "revenue_fen:money.out_of_range",
        ),
        (
            json!({ "close": true, "closed_at": t.now_ms() - 2 * day }),
            "closed_at:field.before_opening",
        ),
        (
            json!({ "technician_id": uuid::Uuid::nil() }),
            "technician_id:field.unknown_value",
        ),
        (
            json!({ "branch_id": uuid::Uuid::nil() }),
            "branch_id:field.unknown_value",
        ),
    ] {
        let mut body = json!({ "customer_id": customer, "branch_id": t.org.tianfu, "opened_at": t.now_ms() - day, "revenue_fen": 0 });
        for (key, value) in over.as_object().unwrap() {
            body[key] = value.clone();
        }
        assert_eq!(
            t.as_role("agent")
                .post("/api/v1/service-records", body)
                .await
                .fields(),
            [want]
        );
    }
}

async fn records_are_found_by_number_plate_and_vin(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let mut numbers = Vec::new();
    for (plate, vin) in [
        ("川A7F3K2", "LFV2A21K8A3123456"),
        ("川B66P09", "LSVAA49J132999999"),
    ] {
        let car = vehicle(&t, customer, plate, vin).await;
        let body = json!({ "customer_id": customer, "asset_id": car["id"], "branch_id": t.org.tianfu, "opened_at": t.now_ms(), "revenue_fen": 0, "external_id": plate });
        numbers.push(
            t.as_role("agent")
                .post("/api/v1/service-records", body)
                .await
                .ok()["number"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    for (q, want) in [
        ("7F3K2", 0),
        ("7f3k", 0),
        ("123456", 0),
        ("66P09", 1),
        ("999999", 1),
        (numbers[1].as_str(), 1),
    ] {
        let page = t
            .as_role("agent")
            .get(&format!("/api/v1/service-records?q={q}"))
            .await
            .ok();
        let found: Vec<&str> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["number"].as_str().unwrap())
            .collect();
        assert_eq!(found, [numbers[want].as_str()], "{q}");
    }
    let all = t
        .as_role("agent")
        .get(&format!(
            "/api/v1/service-records?customer_id={customer}&limit=1"
        ))
        .await
        .ok();
    let next = all["next"].as_str().unwrap();
    let rest = t
        .as_role("agent")
        .get(&format!(
            "/api/v1/service-records?customer_id={customer}&limit=1&after={next}"
        ))
        .await
        .ok();
    assert_ne!(all["items"][0]["id"], rest["items"][0]["id"]);
    assert!(rest["next"].is_null());
}

async fn an_order_changes_the_figures_and_a_refund_is_negative(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let agent = t.as_role("agent");
    let order = |kind: &str, fen: i64| json!({ "customer_id": customer, "kind": kind, "ordered_at": t.now_ms(), "revenue_fen": fen, "branch_id": t.org.tianfu });
    let sale = agent
        .post("/api/v1/orders", order("sale", 10_000))
        .await
        .ok();
    agent
        .post("/api/v1/orders", order("refund", -4_000))
        .await
        .ok();
    assert_eq!(
        agent
            .post("/api/v1/orders", order("refund", 1))
            .await
            .fields(),
        ["revenue_fen:order.refund_positive"]
    );
    assert_eq!(
        agent
            .post("/api/v1/orders", order("sale", -1))
            .await
            .fields(),
        ["revenue_fen:order.sale_negative"]
    );
    let row = |view: serde_json::Value| {
        (
            view["row"]["revenue_fen"].as_i64(),
            view["row"]["order_count"].as_i64(),
        )
    };
    let path = format!("/api/v1/customers/{customer}");
    assert_eq!(row(agent.get(&path).await.ok()), (Some(6_000), Some(1)));
    let mut changed = order("sale", 12_000);
    changed["version"] = sale["version"].clone();
    let edit = format!("/api/v1/orders/{}", sale["id"].as_str().unwrap());
    agent.put(&edit, changed.clone()).await.ok();
    agent
        .put(&edit, changed)
        .await
        .refused(409, "edited_elsewhere");
    assert_eq!(row(agent.get(&path).await.ok()), (Some(8_000), Some(1)));
    let list = agent
        .get(&format!("/api/v1/orders?customer_id={customer}"))
        .await
        .ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"][0]["business_day"], "2026-11-21");
}
