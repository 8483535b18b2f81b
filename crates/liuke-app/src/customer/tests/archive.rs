use serde_json::{Value, json};

use super::{enter, id, input, phone, vehicle};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_deleted_customer_is_gone_everywhere_and_can_be_restored,
    a_number_taken_meanwhile_keeps_a_customer_from_coming_back,
    a_deleted_vehicle_leaves_the_card_and_keeps_its_history,
    notes_orders_and_records_stand_on_one_timeline,
);

async fn a_deleted_customer_is_gone_everywhere_and_can_be_restored(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "张三",
        json!({ "phones": [phone("13800138000")] }),
    )
    .await;
    let path = format!("/api/v1/customers/{}", id(&view));
    let director = t.as_role("service_director");
    t.as_role("agent")
        .delete(&format!("{path}?version=1"))
        .await
        .refused(403, "forbidden");
    director
        .delete(&format!("{path}?version=7"))
        .await
        .refused(409, "edited_elsewhere");
    director.delete(&format!("{path}?version=1")).await.ok();
    director.get(&path).await.refused(404, "not_found");
    director
        .delete(&format!("{path}?version=2"))
        .await
        .refused(404, "not_found");
    assert_eq!(
        director.get("/api/v1/customers").await.ok()["items"],
        json!([])
    );
    assert_eq!(
        director.get("/api/v1/customers/count").await.ok()["count"],
        0
    );
    assert_eq!(director.get("/api/v1/search?q=8000").await.ok(), json!([]));
    assert_eq!(
        director
            .post(
                "/api/v1/customers/duplicates",
                json!({ "phones": ["13800138000"] })
            )
            .await
            .ok(),
        json!([])
    );
    let back = director
        .post(&format!("{path}/restore"), json!({}))
        .await
        .ok();
    assert_eq!(back["row"]["version"], 3);
    assert_eq!(
        director.get("/api/v1/search?q=8000").await.ok()[0]["name"],
        "张三"
    );
    director
        .post(&format!("{path}/restore"), json!({}))
        .await
        .refused(404, "not_found");
}

async fn a_number_taken_meanwhile_keeps_a_customer_from_coming_back(t: TestApp) {
    let director = t.as_role("service_director");
    let first = enter(&t, "agent", "张三", json!({ "external_id": "C-1" })).await;
    let path = format!("/api/v1/customers/{}", id(&first));
    director.delete(&format!("{path}?version=1")).await.ok();
    enter(&t, "agent", "李四", json!({ "external_id": "C-1" })).await;
    let said = director.post(&format!("{path}/restore"), json!({})).await;
    said.refused(409, "duplicate");
    assert_eq!(said.fields(), ["external_id:taken"]);
}

async fn a_deleted_vehicle_leaves_the_card_and_keeps_its_history(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let car = vehicle(&t, customer, "川A7F3K2", "1M8GDM9AXKP042788").await;
    assert_eq!(
        (
            car["plate"].as_str(),
            car["plate_ok"].as_bool(),
            car["vin_ok"].as_bool()
        ),
        (Some("川A·7F3K2"), Some(true), Some(true))
    );
    let odd = vehicle(&t, customer, "川A12", "1M8GDM9A1KP042788").await;
    assert_eq!(
        (odd["plate_ok"].as_bool(), odd["vin_ok"].as_bool()),
        (Some(false), Some(false)),
        "kept and marked"
    );
    let path = format!("/api/v1/customers/{customer}");
    let agent = t.as_role("agent");
    assert_eq!(agent.get(&path).await.ok()["row"]["asset_count"], 2);
    let service = json!({ "customer_id": customer, "asset_id": car["id"], "branch_id": t.org.tianfu, "opened_at": t.now_ms(), "revenue_fen": 1 });
    agent.post("/api/v1/service-records", service).await.ok();
    let director = t.as_role("service_director");
    director
        .delete(&format!(
            "/api/v1/assets/{}?version={}",
            car["id"].as_str().unwrap(),
            car["version"]
        ))
        .await
        .ok();
    let view = agent.get(&path).await.ok();
    assert_eq!(
        (
            view["row"]["asset_count"].as_i64(),
            view["assets"].as_array().unwrap().len()
        ),
        (Some(1), 1)
    );
    let timeline = agent.get(&format!("{path}/timeline")).await.ok();
    assert_eq!(timeline["items"][0]["asset_line"], "川A·7F3K2 迈腾 330");
    for (body, want) in [
        (
            json!({ "kind": "vehicle", "model": " " }),
            "model:field.required",
        ),
        (
            json!({ "kind": "vehicle", "model": "x", "mileage_km": -1 }),
            "mileage_km:field.out_of_range",
        ),
        (
            json!({ "kind": "vehicle", "model": "x", "purchased_on": "3000-01-01" }),
            "purchased_on:field.in_future",
        ),
        (
            json!({ "kind": "vehicle", "model": "x", "vin": "车架号IOQ" }),
            "vin:field.bad_vin",
        ),
    ] {
        assert_eq!(
            agent.post(&format!("{path}/assets"), body).await.fields(),
            [want]
        );
    }
}

async fn notes_orders_and_records_stand_on_one_timeline(t: TestApp) {
    let customer = id(&enter(&t, "agent", "张三", json!({})).await);
    let path = format!("/api/v1/customers/{customer}");
    let agent = t.as_role("agent");
    let hour = 3_600_000_i64;
    for n in 1..=3 {
        let order = json!({ "customer_id": customer, "kind": "sale", "title": format!("订单{n}"), "ordered_at": t.now_ms() - n * hour,
            "revenue_fen": n * 100, "branch_id": t.org.tianfu, "seller_id": t.staff("agent") });
        agent.post("/api/v1/orders", order).await.ok();
        let service = json!({ "customer_id": customer, "branch_id": t.org.tianfu, "category": "保养", "opened_at": t.now_ms() - n * hour,
            "revenue_fen": 5, "technician_name": "何师傅" });
        agent.post("/api/v1/service-records", service).await.ok();
    }
    agent
        .post(&format!("{path}/notes"), json!({ "text": " 喜欢喝茶\n" }))
        .await
        .ok();
    agent
        .post(&format!("{path}/notes"), json!({ "text": " " }))
        .await
        .refused(422, "invalid");
    let mut seen: Vec<Value> = Vec::new();
    let mut after = String::new();
    loop {
        let page = agent
            .get(&format!("{path}/timeline?limit=2{after}"))
            .await
            .ok();
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(
        (seen[0]["kind"].as_str(), seen[0]["text"].as_str()),
        (Some("note"), Some("喜欢喝茶"))
    );
    let times: Vec<i64> = seen.iter().map(|e| e["at"].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let only = agent.get(&format!("{path}/timeline?kind=order")).await.ok();
    assert_eq!(only["items"].as_array().unwrap().len(), 3);
    assert_eq!(only["items"][0]["amount_fen"], 100);
    assert_eq!(only["items"][0]["staff_name"], "客户关怀专员");
    // Figures of the row followed.
    let view = agent.get(&path).await.ok();
    assert_eq!(
        (
            view["row"]["revenue_fen"].as_i64(),
            view["row"]["order_count"].as_i64(),
            view["row"]["visit_count"].as_i64()
        ),
        (Some(615), Some(3), Some(3))
    );
    assert_eq!(
        (
            view["revenue_12m_fen"].as_i64(),
            view["orders_12m"].as_i64(),
            view["visits_12m"].as_i64()
        ),
        (Some(615), Some(3), Some(3))
    );
    let _ = input(&t, "x", json!({}));
}
