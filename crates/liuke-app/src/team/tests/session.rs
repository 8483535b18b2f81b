//! Signing in and out, first setup, invitations.

use crate::on_both;
use crate::testing::{PASSWORD, TestApp};
use serde_json::json;

on_both!(somebody_signs_in_with_the_right_password_and_out_again);
async fn somebody_signs_in_with_the_right_password_and_out_again(t: TestApp) {
    let wrong = t.as_nobody().post("/api/v1/login", json!({ "login": "agent", "password": "1234567890" })).await;
    wrong.refused(401, "login.refused");
    let unknown = t.as_nobody().post("/api/v1/login", json!({ "login": "nobody", "password": PASSWORD })).await;
    unknown.refused(401, "login.refused");
    let right = t.as_nobody().post("/api/v1/login", json!({ "login": " Agent", "password": PASSWORD })).await;
    let view = right.ok();
    assert_eq!(view["staff"]["branch_name"], "天府店");
    assert_eq!(view["staff"]["team_name"], "回访组");
    assert_eq!(view["roles"], json!(["agent"]));
    assert_eq!(view["scope"], "branch");
    assert_eq!(view["company"], "留客汽车服务");
    assert_eq!(view["server_now"], t.now_ms());
    assert!(right.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    let cookie = right.cookie();
    assert_eq!(t.as_nobody().cookie(&cookie).get("/api/v1/session").await.ok()["staff"]["login"], "agent");
    assert_eq!(t.as_nobody().cookie(&cookie).post("/api/v1/logout", json!({})).await.status(), 204);
    t.as_nobody().cookie(&cookie).get("/api/v1/session").await.refused(401, "unauthenticated");
}
