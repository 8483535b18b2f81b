//! Signing in and out.

use jiff::SignedDuration;
use serde_json::json;

use crate::on_both;
use crate::team::verify_password;
use crate::testing::{PASSWORD, TestApp};

const NEW: &str = "更长更好记的一句话";

on_both!(somebody_signs_in_with_the_right_password_and_out_again);
async fn somebody_signs_in_with_the_right_password_and_out_again(t: TestApp) {
    let nobody = t.as_nobody();
    let wrong = nobody
        .post(
            "/api/v1/login",
            json!({ "login": "agent", "password": "1234567890" }),
        )
        .await;
    wrong.refused(401, "login.refused");
    let unknown = nobody
        .post(
            "/api/v1/login",
            json!({ "login": "nobody", "password": PASSWORD }),
        )
        .await;
    unknown.refused(401, "login.refused");
    let right = nobody
        .post(
            "/api/v1/login",
            json!({ "login": " Agent", "password": PASSWORD }),
        )
        .await;
    let view = right.ok();
    assert_eq!(view["staff"]["branch_name"], "天府店");
    assert_eq!(view["staff"]["team_name"], "回访组");
    assert_eq!(view["roles"], json!(["agent"]));
    assert_eq!(view["scope"], "branch");
    assert_eq!(view["company"], "留客汽车服务");
    assert_eq!(view["zone"], "Asia/Shanghai");
    assert_eq!(view["server_now"], t.now_ms());
    assert!(
        right
            .header("set-cookie")
            .contains("HttpOnly; SameSite=Lax")
    );
    let cookie = right.cookie();
    let seen = t
        .as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .ok();
    assert_eq!(seen["staff"]["login"], "agent");
    assert_eq!(
        t.as_nobody()
            .cookie(&cookie)
            .post("/api/v1/logout", json!({}))
            .await
            .status(),
        204
    );
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
}

on_both!(signing_in_again_at_one_browser_ends_the_session_before);
async fn signing_in_again_at_one_browser_ends_the_session_before(t: TestApp) {
    let before = t.fresh_cookie(t.staff("agent")).await;
    let input = json!({ "login": "clerk", "password": PASSWORD });
    let after = t
        .as_nobody()
        .cookie(&before)
        .post("/api/v1/login", input)
        .await
        .cookie();
    assert_ne!(before, after);
    t.as_nobody()
        .cookie(&before)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
    t.as_nobody()
        .cookie(&after)
        .get("/api/v1/session")
        .await
        .ok();
}

on_both!(guessing_is_slowed_down_and_a_right_guess_meanwhile_does_not_help);
async fn guessing_is_slowed_down_and_a_right_guess_meanwhile_does_not_help(t: TestApp) {
    for _ in 0..5 {
        let wrong = t
            .as_nobody()
            .post(
                "/api/v1/login",
                json!({ "login": "agent", "password": "falsch" }),
            )
            .await;
        wrong.refused(401, "login.refused");
    }
    let input = json!({ "login": "agent", "password": PASSWORD });
    let blocked = t.as_nobody().post("/api/v1/login", &input).await;
    blocked.refused(429, "login.throttled");
    assert!(!blocked.header("retry-after").is_empty());
    t.advance(SignedDuration::from_mins(1));
    t.as_nobody().post("/api/v1/login", &input).await.ok();
}

on_both!(a_session_ends_after_the_idle_time_of_the_house);
async fn a_session_ends_after_the_idle_time_of_the_house(t: TestApp) {
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    settings["session_idle_minutes"] = json!(30);
    admin.put("/api/v1/settings", &settings).await.ok();
    let cookie = t.fresh_cookie(t.staff("agent")).await;
    t.advance(SignedDuration::from_mins(29));
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .ok();
    t.advance(SignedDuration::from_mins(29));
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .ok();
    t.advance(SignedDuration::from_mins(31));
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
}

on_both!(a_new_password_needs_the_old_one_and_signs_out_everywhere_else);
async fn a_new_password_needs_the_old_one_and_signs_out_everywhere_else(t: TestApp) {
    let here = t.fresh_cookie(t.staff("agent")).await;
    let elsewhere = t.fresh_cookie(t.staff("agent")).await;
    let change = async |current: &str, new: &str| {
        let input = json!({ "current": current, "new": new });
        t.as_nobody()
            .cookie(&here)
            .post("/api/v1/session/password", input)
            .await
    };
    assert_eq!(
        change("falsch", NEW).await.fields(),
        ["current:password.wrong"]
    );
    assert_eq!(
        change(PASSWORD, "short").await.fields(),
        ["new:password.too_short"]
    );
    assert_eq!(
        change(PASSWORD, "明月几时有，把酒问青天").await.status(),
        204
    );
    t.as_nobody()
        .cookie(&here)
        .get("/api/v1/session")
        .await
        .ok();
    t.as_nobody()
        .cookie(&elsewhere)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
    let old = json!({ "login": "agent", "password": PASSWORD });
    t.as_nobody()
        .post("/api/v1/login", old)
        .await
        .refused(401, "login.refused");
    let new = json!({ "login": "agent", "password": "明月几时有，把酒问青天" });
    t.as_nobody().post("/api/v1/login", new).await.ok();
}

on_both!(a_request_without_the_mark_of_our_own_pages_is_refused);
async fn a_request_without_the_mark_of_our_own_pages_is_refused(t: TestApp) {
    use axum::body::Body;
    use axum::http::Method;
    let cookie = t.fresh_cookie(t.staff("agent")).await;
    let forged = t
        .as_nobody()
        .cookie(&cookie)
        .unmarked()
        .send(
            Method::POST,
            "/api/v1/logout",
            Some("application/json"),
            Body::from("{}"),
        )
        .await;
    forged.refused(403, "csrf");
}

on_both!(the_password_typed_for_a_signature_counts_as_a_log_in_when_it_is_wrong);
async fn the_password_typed_for_a_signature_counts_as_a_log_in_when_it_is_wrong(t: TestApp) {
    let (ctx, me) = (t.ctx_of("technician"), t.staff("technician"));
    verify_password(&t.app, &ctx, me, PASSWORD).await.unwrap();
    for _ in 0..5 {
        let wrong = verify_password(&t.app, &ctx, me, "falsch")
            .await
            .unwrap_err();
        assert_eq!(
            (wrong.status, wrong.fields[0].path.as_str()),
            (422, "password")
        );
    }
    assert_eq!(
        verify_password(&t.app, &ctx, me, PASSWORD)
            .await
            .unwrap_err()
            .code,
        "login.throttled"
    );
    let input = json!({ "login": "technician", "password": PASSWORD });
    t.as_nobody()
        .post("/api/v1/login", input)
        .await
        .refused(429, "login.throttled");
}
