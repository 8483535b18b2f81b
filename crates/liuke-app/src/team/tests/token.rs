//! API tokens.

use jiff::SignedDuration;
use serde_json::json;

use crate::on_both;
use crate::testing::TestApp;

on_both!(a_token_may_no_more_than_its_scopes_and_its_maker);
async fn a_token_may_no_more_than_its_scopes_and_its_maker(t: TestApp) {
    let admin = t.as_role("administrator");
    let new = json!({ "name": "数据仓库", "scopes": ["team.read", "token.manage"], "expires_in_days": 30 });
    let made = admin.post("/api/v1/tokens", new).await.ok();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("lk_"));
    assert!(token.starts_with(made["view"]["prefix"].as_str().unwrap()));
    let program = t.with_token(token);
    program.get("/api/v1/staff").await.ok();
    program.get("/api/v1/audit").await.refused(403, "forbidden");
    assert_eq!(
        program.get("/api/v1/session").await.ok()["permissions"],
        json!(["team.read", "token.manage"])
    );
    let more = json!({ "name": "x", "scopes": ["team.read"], "expires_in_days": 1 });
    program
        .post("/api/v1/tokens", more)
        .await
        .refused(403, "session.required");
    let password = json!({ "current": "x", "new": "y" });
    program
        .post("/api/v1/session/password", password)
        .await
        .refused(403, "session.required");
    t.with_token("lk_guessed")
        .get("/api/v1/staff")
        .await
        .refused(401, "token.invalid");
    let listed = admin.get("/api/v1/tokens").await.ok();
    assert_eq!(listed[0]["last_used_at"], t.now_ms());
    assert!(!listed.to_string().contains(token));
}

on_both!(a_token_ends_when_it_expires_or_is_revoked);
async fn a_token_ends_when_it_expires_or_is_revoked(t: TestApp) {
    let make = async |days: i64| {
        let new = json!({ "name": "x", "scopes": ["team.read"], "expires_in_days": days });
        t.as_role("administrator").post("/api/v1/tokens", new).await
    };
    for days in [0, 366] {
        assert_eq!(make(days).await.fields(), ["expires_in_days:out_of_range"]);
    }
    let (short, long) = (make(1).await.ok(), make(365).await.ok());
    let use_it = async |made: &serde_json::Value| {
        t.with_token(made["token"].as_str().unwrap())
            .get("/api/v1/staff")
            .await
            .status()
    };
    assert_eq!((use_it(&short).await, use_it(&long).await), (200, 200));
    t.advance(SignedDuration::from_hours(24));
    assert_eq!((use_it(&short).await, use_it(&long).await), (401, 200));
    let path = format!(
        "/api/v1/tokens/{}/revoke",
        long["view"]["id"].as_str().unwrap()
    );
    let revoked = t.as_role("administrator").post(&path, json!({})).await.ok();
    assert_eq!(revoked["revoked_at"], t.now_ms());
    assert_eq!(use_it(&long).await, 401);
}
