use liuke_platform::args;
use liuke_platform::db::Sql as _;
use serde_json::json;

use super::{enter, id, phone, vehicle};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    personal_data_are_masked_wherever_a_customer_shows,
    a_reveal_is_logged_counted_and_limited,
    nobody_reveals_without_the_right,
);

async fn personal_data_are_masked_wherever_a_customer_shows(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "王建国",
        json!({
            "phones": [phone("138 0013 8000"), phone("010-12345678转8001")],
            "emails": [{ "address": "wang@example.com", "primary": true }],
            "address": "四川省成都市高新区天府大道北段1700号", "birthday": "1985-06-07"
        }),
    )
    .await;
    let customer = id(&view);
    vehicle(&t, customer, "川A7F3K2", "LFV2A21K8A3000000").await;
    assert_eq!(view["phones"][0]["masked"], "138****8000");
    assert_eq!(view["row"]["phone_masked"], "138****8000");
    assert_eq!(view["emails"][0]["masked"], "w***@example.com");
    assert_eq!(view["address_masked"], "四川省成都市****");
    assert_eq!(view["birthday_masked"], "1985-**-**");
    let agent = t.as_role("agent");
    let director = t.as_role("service_director");
    let answers = [
        agent
            .get(&format!("/api/v1/customers/{customer}"))
            .await
            .text(),
        agent.get("/api/v1/customers").await.text(),
        agent.get("/api/v1/search?q=8000").await.text(),
        agent
            .get(&format!("/api/v1/customers/{customer}/timeline"))
            .await
            .text(),
        director
            .get("/api/v1/customers/export?format=csv")
            .await
            .text(),
        t.as_role("auditor").get("/api/v1/audit").await.text(),
    ];
    for text in answers {
        for secret in [
            "13800138000",
            "0013",
            "12345678",
            "8001",
            "wang@",
            "天府大道",
            "06-07",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

async fn a_reveal_is_logged_counted_and_limited(t: TestApp) {
    let view = enter(&t, "agent", "李秀兰", json!({
        "phones": [phone("13900139000")], "address": "成都市锦江区红星路一段2号", "birthday": "1990-01-02",
    }))
    .await;
    let path = format!("/api/v1/customers/{}/reveal", id(&view));
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    settings["reveal_limit_per_day"] = json!(3);
    admin.put("/api/v1/settings", settings).await.ok();
    let agent = t.as_role("agent");
    let shown = t
        .as_role("agent")
        .key("show-1")
        .post(&path, json!({ "field": "phone", "reason": "回访" }))
        .await
        .ok();
    let kept: Option<i64> = t
        .db()
        .scalar(
            "SELECT COUNT(*) FROM idempotency WHERE k = 'show-1'",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(kept, Some(0), "answers are kept, values in full are not");
    assert_eq!(
        (shown["value"].as_str(), shown["left_today"].as_i64()),
        (Some("13900139000"), Some(2))
    );
    assert_eq!(
        agent.post(&path, json!({ "field": "address" })).await.ok()["value"],
        "成都市锦江区红星路一段2号"
    );
    assert_eq!(
        agent.post(&path, json!({ "field": "birthday" })).await.ok()["left_today"],
        0
    );
    agent
        .post(&path, json!({ "field": "phone" }))
        .await
        .refused(429, "customer.reveal_limit");
    // The limit is per person, and a new day begins anew.
    t.as_role("agent2")
        .post(&path, json!({ "field": "phone" }))
        .await
        .ok();
    t.advance(jiff::SignedDuration::from_hours(24));
    t.as_role("agent")
        .post(&path, json!({ "field": "phone" }))
        .await
        .ok();
    let logged: Option<i64> = t
        .db()
        .scalar(
            "SELECT COUNT(*) FROM audit WHERE action = 'customer.reveal' AND subject_id = $1",
            args![id(&view)],
        )
        .await
        .unwrap();
    assert_eq!(logged, Some(5));
}

async fn nobody_reveals_without_the_right(t: TestApp) {
    let view = enter(
        &t,
        "agent",
        "张志强",
        json!({ "phones": [phone("13700137000")] }),
    )
    .await;
    assert_eq!(view["can_reveal"], true);
    let path = format!("/api/v1/customers/{}", id(&view));
    assert_eq!(
        t.as_role("clerk").get(&path).await.ok()["can_reveal"],
        false
    );
    t.as_role("clerk")
        .post(&format!("{path}/reveal"), json!({ "field": "phone" }))
        .await
        .refused(403, "forbidden");
    t.as_role("agent")
        .post(&format!("{path}/reveal"), json!({ "field": "email" }))
        .await
        .refused(422, "invalid");
}
