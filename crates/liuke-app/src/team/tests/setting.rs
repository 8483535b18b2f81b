//! Settings and work that was given up.

use liuke_platform::db::Sql as _;
use liuke_platform::{args, jobs};
use serde_json::{Value, json};

use crate::on_both;
use crate::team;
use crate::testing::TestApp;

on_both!(settings_have_defaults_and_are_checked_field_by_field);
async fn settings_have_defaults_and_are_checked_field_by_field(t: TestApp) {
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    assert_eq!(settings["reveal_limit_per_day"], 30);
    assert_eq!(
        settings["contact_windows"],
        json!([{ "from": "09:00", "to": "11:30" }, { "from": "14:00", "to": "20:00" }])
    );
    let stale = settings.clone();
    settings["contact_windows"] = json!([{ "from": "9:00", "to": "12:00" }]);
    settings["min_gap_days"] = json!(5);
    let changed = admin.put("/api/v1/settings", &settings).await.ok();
    assert_eq!(changed["contact_windows"][0]["from"], "09:00");
    assert_eq!(team::settings(t.db()).await.unwrap().min_gap_days, 5);
    admin
        .put("/api/v1/settings", &stale)
        .await
        .refused(409, "edited_elsewhere");

    let mut wrong = changed.clone();
    wrong["company"] = json!("");
    wrong["zone"] = json!("Mars/One");
    wrong["slip_due_hours"] = json!(0);
    wrong["contact_windows"] = json!([
        { "from": "10:00", "to": "09:00" }, { "from": "11:00", "to": "12:00" }, { "from": "11:30", "to": "25:00" },
        { "from": "11:30", "to": "13:00" },
    ]);
    assert_eq!(
        admin.put("/api/v1/settings", &wrong).await.fields(),
        [
            "company:required",
            "zone:unknown_zone",
            "slip_due_hours:out_of_range",
            "contact_windows[0]:ends_before_start",
            "contact_windows[2]:bad_time",
            "contact_windows[3]:overlaps"
        ]
    );
}

on_both!(a_setting_that_does_not_exist_is_named);
async fn a_setting_that_does_not_exist_is_named(t: TestApp) {
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    settings["colour"] = json!("red");
    assert_eq!(
        admin.put("/api/v1/settings", &settings).await.fields(),
        ["colour:unknown_field"]
    );
}

on_both!(nightly_work_goes_by_the_clock_of_the_house);
async fn nightly_work_goes_by_the_clock_of_the_house(t: TestApp) {
    let next = async || -> i64 {
        let sql = "SELECT next_due_at FROM schedule WHERE name = 'followup.sweep'";
        t.db().scalar(sql, args![]).await.unwrap().unwrap()
    };
    let in_china = next().await;
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    settings["zone"] = json!("Asia/Dubai");
    admin.put("/api/v1/settings", &settings).await.ok();
    // 02:20 comes four hours later there, perhaps a day earlier.
    assert_eq!(
        (next().await - in_china).rem_euclid(24 * 3_600_000),
        4 * 3_600_000
    );
}

on_both!(work_that_was_given_up_is_shown_and_can_be_tried_again);
async fn work_that_was_given_up_is_shown_and_can_be_tried_again(t: TestApp) {
    let ctx = t.ctx();
    let tx = t.db().begin().await.unwrap();
    jobs::enqueue(&tx, &ctx, "no.such.kind", &json!({}), ctx.now_ms(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..25 {
        t.run_jobs().await;
        t.advance(jiff::SignedDuration::from_mins(2));
    }
    let dead: Value = t
        .as_role("administrator")
        .get("/api/v1/jobs/dead")
        .await
        .ok();
    assert_eq!(
        (&dead[0]["kind"], &dead[0]["error"]),
        (&json!("no.such.kind"), &json!("unknown kind"))
    );
    let path = format!("/api/v1/jobs/{}/retry", dead[0]["id"].as_str().unwrap());
    let admin = t.as_role("administrator");
    assert_eq!(admin.post(&path, json!({})).await.status(), 204);
    assert_eq!(admin.get("/api/v1/jobs/dead").await.ok(), json!([]));
    admin.post(&path, json!({})).await.refused(404, "not_found");
}
