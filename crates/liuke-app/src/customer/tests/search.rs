use serde_json::{Value, json};

use super::{enter, id, phone, vehicle};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_customer_is_found_by_what_people_know,
    keys_follow_every_change,
    exact_matches_come_first_then_the_tier_then_the_last_visit,
    a_narrow_scope_finds_its_own_among_very_many,
);

async fn found(t: &TestApp, q: &str) -> Vec<String> {
    let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
    let hits = t
        .as_role("agent")
        .get(&format!("/api/v1/search?q={q}"))
        .await
        .ok();
    hits.as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn a_customer_is_found_by_what_people_know(t: TestApp) {
    let view = enter(&t, "agent", "单雄信", json!({ "phones": [phone("138 0013 8000"), phone("028-85551234")], "external_id": "DMS-77001" })).await;
    vehicle(&t, id(&view), "川A·7F3K2", "LFV2A21K8A3123456").await;
    enter(
        &t,
        "agent",
        "阿依古丽·买买提",
        json!({ "phones": [phone("13700001111")] }),
    )
    .await;
    let number = view["row"]["number"].as_str().unwrap();
    for q in [
        "单雄信",
        "单",
        "雄",
        "雄信",
        "shan",
        "dan",
        "sxx",
        "dxx",
        "shanxiongxin",
        "13800138000",
        "8000",
        "0138",
        "+86 138 0013 8000",
        "028-85551234",
        "5551",
        "川A7F3K2",
        "7f3k2",
        "F3K",
        "123456",
        "3456",
        "LFV2A21K8A3123456",
        "DMS-77001",
        "77001",
        number,
        " 单雄信 ",
        "１３８００１３８０００",
        "單雄信",
    ] {
        assert_eq!(found(&t, q).await, ["单雄信"], "{q}");
    }
    for q in ["古丽", "买买提", "ayg", "阿依古丽买买提", "1111"] {
        assert_eq!(found(&t, q).await, ["阿依古丽·买买提"], "{q}");
    }
    for q in ["张", "9999", "xs", "  ", "·"] {
        assert_eq!(found(&t, q).await, Vec::<String>::new(), "{q}");
    }
}

async fn keys_follow_every_change(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "曾国华",
        json!({ "phones": [phone("13800138000")] }),
    )
    .await;
    let customer = id(&view);
    let car = vehicle(&t, customer, "川A7F3K2", "").await;
    assert_eq!(found(&t, "zgh").await, ["曾国华"]);
    let change = super::input(
        &t,
        "解晓东",
        json!({ "phones": [phone("13900139000")], "version": 1 }),
    );
    t.as_role("agent")
        .put(&format!("/api/v1/customers/{customer}"), change)
        .await
        .ok();
    assert_eq!(found(&t, "曾").await, Vec::<String>::new());
    assert_eq!(found(&t, "8000").await, Vec::<String>::new());
    assert_eq!(found(&t, "xxd").await, ["解晓东"]);
    assert_eq!(found(&t, "9000").await, ["解晓东"]);
    let path = format!("/api/v1/assets/{}", car["id"].as_str().unwrap());
    let body = json!({ "kind": "vehicle", "plate": "川AD08831", "model": "ID.4", "version": car["version"] });
    t.as_role("agent").put(&path, body).await.ok();
    assert_eq!(found(&t, "7F3K2").await, Vec::<String>::new());
    assert_eq!(found(&t, "08831").await, ["解晓东"]);
    t.as_role("service_director")
        .delete(&format!("{path}?version=2"))
        .await
        .ok();
    assert_eq!(found(&t, "08831").await, Vec::<String>::new());
}

async fn exact_matches_come_first_then_the_tier_then_the_last_visit(t: TestApp) {
    for (name, tier, visited) in [
        ("王建国强", Some("A"), None),
        ("王建国", Some("D"), None),
        ("王建国立", Some("B"), Some("2026-01-01")),
        ("王建国平", Some("B"), Some("2026-05-01")),
    ] {
        let customer = id(&enter(&t, "agent", name, json!({})).await);
        set(&t, customer, tier, visited).await;
    }
    assert_eq!(
        found(&t, "王建国").await,
        ["王建国", "王建国强", "王建国平", "王建国立"]
    );
    let hits: Value = t
        .as_role("agent")
        .get("/api/v1/search?q=wjg&limit=2")
        .await
        .ok();
    assert_eq!(hits.as_array().unwrap().len(), 2);
}

async fn set(t: &TestApp, customer: uuid::Uuid, tier: Option<&str>, visited: Option<&str>) {
    use liuke_platform::args;
    use liuke_platform::db::Sql as _;
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE customer SET tier = $2, last_visit_on = $3, visit_sort = $4 WHERE id = $1",
        args![customer, tier, visited, visited.unwrap_or_default()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn a_narrow_scope_finds_its_own_among_very_many(t: TestApp) {
    use super::bulk::{fields, make};
    make(
        &t,
        (0..4_100).map(|n| fields(&format!("王{n:05}"))).collect(),
    )
    .await;
    let own = enter(
        &t,
        "agent",
        "王小二",
        json!({ "preferred_staff_id": t.staff("technician") }),
    )
    .await;
    let hits = t
        .as_role("technician")
        .get("/api/v1/search?q=%E7%8E%8B")
        .await
        .ok();
    assert_eq!(hits[0]["customer_id"], own["row"]["id"]);
    assert_eq!(hits.as_array().unwrap().len(), 1);
}
