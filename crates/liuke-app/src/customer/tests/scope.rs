use serde_json::{Value, json};
use uuid::Uuid;

use super::{enter, id, input, names, phone, vehicle};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_customer_out_of_scope_does_not_exist_by_any_way,
    a_technician_sees_whom_they_served_and_nobody_else,
    nobody_moves_a_customer_out_of_the_own_sight,
    duplicates_out_of_scope_are_told_blindly,
);

/// A customer of the other branch with a vehicle, an order and a service record.
async fn elsewhere(t: &TestApp) -> (Uuid, Value, Value) {
    let other = t.as_role("agent_jinjiang");
    let body = input(
        t,
        "赵远山",
        json!({ "branch_id": t.org.jinjiang, "phones": [phone("13500135000")] }),
    );
    let customer = id(&other.post("/api/v1/customers", body).await.ok());
    let asset = json!({ "kind": "vehicle", "plate": "川B66P09", "vin": "LSVAA49J132123456", "model": "速腾" });
    let asset = other
        .post(&format!("/api/v1/customers/{customer}/assets"), asset)
        .await
        .ok();
    let order = json!({ "customer_id": customer, "kind": "sale", "ordered_at": t.now_ms(), "revenue_fen": 100, "branch_id": t.org.jinjiang });
    other.post("/api/v1/orders", order).await.ok();
    let service = json!({ "customer_id": customer, "asset_id": asset["id"], "branch_id": t.org.jinjiang, "opened_at": t.now_ms(), "revenue_fen": 1 });
    let service = other.post("/api/v1/service-records", service).await.ok();
    (customer, asset, service)
}

async fn a_customer_out_of_scope_does_not_exist_by_any_way(t: TestApp) {
    let (customer, asset, service) = elsewhere(&t).await;
    let agent = t.as_role("agent");
    let path = format!("/api/v1/customers/{customer}");
    for path in [
        path.clone(),
        format!("{path}/timeline"),
        format!(
            "/api/v1/service-records/{}",
            service["id"].as_str().unwrap()
        ),
    ] {
        agent.get(&path).await.refused(404, "not_found");
    }
    agent
        .put(&path, input(&t, "新名字", json!({ "version": 1 })))
        .await
        .refused(404, "not_found");
    agent
        .post(&format!("{path}/reveal"), json!({ "field": "phone" }))
        .await
        .refused(404, "not_found");
    agent
        .post(&format!("{path}/notes"), json!({ "text": "x" }))
        .await
        .refused(404, "not_found");
    let body = json!({ "kind": "vehicle", "model": "x", "version": asset["version"] });
    agent
        .post(&format!("{path}/assets"), body.clone())
        .await
        .refused(404, "not_found");
    agent
        .put(
            &format!("/api/v1/assets/{}", asset["id"].as_str().unwrap()),
            body,
        )
        .await
        .refused(404, "not_found");
    for list in [
        "/api/v1/customers",
        "/api/v1/customers?q=赵",
        "/api/v1/orders",
        "/api/v1/service-records",
        "/api/v1/service-records?q=66P09",
    ] {
        assert_eq!(
            agent.get(list).await.ok()["items"]
                .as_array()
                .unwrap()
                .len(),
            0,
            "{list}"
        );
    }
    assert_eq!(
        agent
            .get(&format!("/api/v1/orders?customer_id={customer}"))
            .await
            .ok()["items"],
        json!([])
    );
    assert_eq!(agent.get("/api/v1/customers/count").await.ok()["count"], 0);
    for q in ["赵远山", "zys", "5000", "66P09", "123456"] {
        assert_eq!(
            agent.get(&format!("/api/v1/search?q={q}")).await.ok(),
            json!([]),
            "{q}"
        );
    }
    let order = json!({ "customer_id": customer, "kind": "sale", "ordered_at": t.now_ms(), "revenue_fen": 1, "branch_id": t.org.tianfu });
    assert_eq!(
        agent.post("/api/v1/orders", order).await.fields(),
        ["customer_id:field.unknown_value"]
    );
    // Those who see all see it.
    let director = t.as_role("service_director");
    director.get(&path).await.ok();
    assert_eq!(
        names(&director.get("/api/v1/customers").await.ok()),
        ["赵远山"]
    );
    assert!(
        director
            .get("/api/v1/customers/export?format=csv")
            .await
            .text()
            .contains("赵远山")
    );
    assert_eq!(
        director.get("/api/v1/search?q=zys").await.ok()[0]["name"],
        "赵远山"
    );
}

async fn a_technician_sees_whom_they_served_and_nobody_else(t: TestApp) {
    let served = id(&enter(
        &t,
        "agent",
        "刘敏",
        json!({ "phones": [phone("13600136000")] }),
    )
    .await);
    enter(&t, "agent", "陈思远", json!({})).await;
    let preferred = enter(
        &t,
        "agent",
        "朱玉梅",
        json!({ "preferred_staff_id": t.staff("technician") }),
    )
    .await;
    let technician = t.as_role("technician");
    assert_eq!(
        names(&technician.get("/api/v1/customers").await.ok()),
        ["朱玉梅"]
    );
    technician
        .get(&format!("/api/v1/customers/{served}"))
        .await
        .refused(404, "not_found");
    let body = json!({ "customer_id": served, "branch_id": t.org.tianfu, "opened_at": t.now_ms(), "revenue_fen": 0,
        "technician_id": t.staff("technician") });
    t.as_role("agent")
        .post("/api/v1/service-records", body)
        .await
        .ok();
    assert_eq!(
        names(&technician.get("/api/v1/customers?sort=name").await.ok()),
        ["刘敏", "朱玉梅"]
    );
    technician
        .get(&format!("/api/v1/customers/{served}"))
        .await
        .ok();
    technician
        .get(&format!("/api/v1/customers/{}", id(&preferred)))
        .await
        .ok();
    assert_eq!(
        technician.get("/api/v1/search?q=6000").await.ok()[0]["name"],
        "刘敏"
    );
    assert_eq!(technician.get("/api/v1/search?q=陈").await.ok(), json!([]));
    assert_eq!(
        technician.get("/api/v1/customers/count").await.ok()["count"],
        2
    );
}

async fn nobody_moves_a_customer_out_of_the_own_sight(t: TestApp) {
    let agent = t.as_role("agent");
    let body = input(&t, "徐立新", json!({ "branch_id": t.org.jinjiang }));
    assert_eq!(
        agent.post("/api/v1/customers", body.clone()).await.fields(),
        ["branch_id:field.out_of_scope"]
    );
    let view = enter(&t, "agent", "徐立新", json!({})).await;
    let mut moved = body;
    moved["version"] = view["row"]["version"].clone();
    let path = format!("/api/v1/customers/{}", id(&view));
    assert_eq!(
        agent.put(&path, moved.clone()).await.fields(),
        ["branch_id:field.out_of_scope"]
    );
    t.as_role("administrator").put(&path, moved).await.ok();
    agent.get(&path).await.refused(404, "not_found");
}

async fn duplicates_out_of_scope_are_told_blindly(t: TestApp) {
    elsewhere(&t).await;
    let own = id(&enter(
        &t,
        "agent",
        "何晓雯",
        json!({ "phones": [phone("13800138000")] }),
    )
    .await);
    vehicle(&t, own, "川A·7F3K2", "LFV2A21K8A3000000").await;
    let agent = t.as_role("agent");
    let ask = json!({ "phones": ["+86 135-0013-5000", "138 0013 8000"], "plates": ["川b·66p09"], "vins": [" lfv2a21k8a3000000"] });
    let hits = agent.post("/api/v1/customers/duplicates", ask).await.ok();
    let hits = hits.as_array().unwrap();
    assert_eq!(hits.len(), 4, "{hits:?}");
    for hit in hits {
        if hit["visible"] == json!(true) {
            assert_eq!(
                (
                    hit["name"].as_str(),
                    hit["customer_id"].as_str().map(str::to_owned)
                ),
                (Some("何晓雯"), Some(own.to_string()))
            );
        } else {
            assert_eq!(hit["branch_name"], "锦江店");
            assert_eq!(
                (&hit["name"], &hit["customer_id"], &hit["number"]),
                (&Value::Null, &Value::Null, &Value::Null)
            );
        }
    }
    let part = json!({ "phones": ["13500", "5000"], "plates": ["66"], "vins": ["123456"] });
    assert_eq!(
        agent.post("/api/v1/customers/duplicates", part).await.ok(),
        json!([]),
        "only whole keys"
    );
    let except = json!({ "phones": ["13800138000"], "except_id": own });
    assert_eq!(
        agent
            .post("/api/v1/customers/duplicates", except)
            .await
            .ok(),
        json!([])
    );
    let many: Vec<String> = (0..21).map(|n| format!("138001380{n:02}")).collect();
    agent
        .post("/api/v1/customers/duplicates", json!({ "phones": many }))
        .await
        .refused(422, "invalid");
}
