//! A clock that is set back (时钟回拨).

use jiff::SignedDuration;
use liuke_platform::audit;
use serde_json::json;

use crate::on_both;
use crate::testing::TestApp;

on_both!(an_hour_back_costs_nobody_the_session_the_work_or_the_numbers);
async fn an_hour_back_costs_nobody_the_session_the_work_or_the_numbers(t: TestApp) {
    let agent = t.as_role("agent");
    let enter = async |name: &str| {
        let customer = json!({
            "name": name, "kind": "person", "stage": "known", "branch_id": t.org.tianfu,
            "phones": [], "emails": [], "tags": [], "consents": [],
        });
        let made = agent.post("/api/v1/customers", &customer).await;
        assert_eq!(made.status(), 200, "{}", made.text());
        made.json()["row"].clone()
    };
    let before = enter("早客").await;
    assert_eq!(
        t.as_role("service_director")
            .post("/api/v1/plans/run", &json!({}))
            .await
            .status(),
        202
    );
    t.clock
        .set(TestApp::start() - SignedDuration::from_hours(1));
    let after = enter("晚客").await;
    assert_ne!(before["id"], after["id"]);
    assert_ne!(before["number"], after["number"]);
    assert_eq!(agent.get("/api/v1/session").await.status(), 200);
    t.run_jobs().await;
    // Work that was due before waits until the clock is there again, and is not lost.
    t.clock.set(TestApp::start());
    t.run_jobs().await;
    assert_eq!(t.dead_jobs().await, []);
    assert_eq!(t.run_jobs().await, 0);
    assert_eq!(audit::verify(t.db()).await.unwrap().broken_at, None);
}
