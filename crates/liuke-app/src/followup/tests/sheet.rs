//! The call sheet: autosave, windows, putting off.

use jiff::SignedDuration;
use serde_json::json;

use super::{DAY, a_due_call, at, path, task_of, today};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    what_is_typed_is_kept_and_two_people_do_not_overwrite_each_other,
    outside_the_windows_the_sheet_says_when_one_may_call,
    a_task_put_off_leaves_the_list_until_then,
);

async fn what_is_typed_is_kept_and_two_people_do_not_overwrite_each_other(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let typed = |words: &str, version: i64| json!({ "draft": { "scores": { "result": 4 }, "dissatisfied": false, "verbatim": words }, "version": version });
    let agent2 = t.as_role("agent2");
    assert_eq!(
        agent2
            .put(&path(&task, "/sheet"), typed("很", 0))
            .await
            .ok()["version"],
        1
    );
    assert_eq!(
        agent2
            .put(&path(&task, "/sheet"), typed("很满意 ", 1))
            .await
            .ok()["version"],
        2
    );
    t.as_role("team_leader")
        .put(&path(&task, "/sheet"), typed("别的", 1))
        .await
        .refused(409, "edited_elsewhere");
    let sheet = t.as_role("team_leader").get(&path(&task, "")).await.ok();
    assert_eq!(
        (
            &sheet["draft"]["verbatim"],
            &sheet["draft"]["scores"]["result"]
        ),
        (&json!("很满意 "), &json!(4))
    );
    assert_eq!(sheet["sheet_version"], 2);
    let long = "字".repeat(2_001);
    assert_eq!(
        agent2
            .put(&path(&task, "/sheet"), typed(&long, 2))
            .await
            .fields(),
        ["draft.verbatim:too_long"]
    );
    let audit = t
        .as_role("auditor")
        .get("/api/v1/audit?subject_kind=followup_task")
        .await
        .ok();
    assert_eq!(
        audit["items"],
        json!([]),
        "typing is no business of the audit"
    );
}

async fn outside_the_windows_the_sheet_says_when_one_may_call(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    t.clock.set("2026-11-24T12:15:00+08:00".parse().unwrap());
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["may_call"], &sheet["may_not"]["code"]),
        (&json!(false), &json!("followup.outside_window"))
    );
    assert_eq!(
        sheet["may_not"]["params"]["until"].as_i64().unwrap(),
        at("2026-11-24T14:00")
    );
    assert_eq!(
        sheet["windows"],
        json!([{ "from": "09:00", "to": "11:30" }, { "from": "14:00", "to": "20:00" }])
    );
    t.advance(SignedDuration::from_hours(2));
    assert_eq!(
        t.as_role("agent2").get(&path(&task, "")).await.ok()["may_call"],
        true
    );
}

async fn a_task_put_off_leaves_the_list_until_then(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let until = |at: i64| json!({ "until": at, "reason": "客户出差", "version": task["version"] });
    let agent2 = t.as_role("agent2");
    assert_eq!(
        agent2
            .post(&path(&task, "/snooze"), until(t.now_ms() - 1))
            .await
            .fields(),
        ["until:in_past"]
    );
    assert_eq!(
        agent2
            .post(&path(&task, "/snooze"), until(t.now_ms() + 31 * 86_400_000))
            .await
            .fields(),
        ["until:too_far"]
    );
    agent2
        .post(&path(&task, "/snooze"), until(at("2026-11-26T15:00")))
        .await
        .ok();
    assert!(today(&t, "agent2", "").await.is_empty());
    t.advance(DAY * 3);
    assert_eq!(today(&t, "agent2", "").await.len(), 1);
    assert_eq!(
        task_of(&t, customer).await["due_at"].as_i64().unwrap(),
        at("2026-11-26T15:00")
    );
}
