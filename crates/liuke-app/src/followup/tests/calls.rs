//! Eight hours on the phone: numbers, notes and times as a caller meets them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DAY, a_customer, a_customer_like, a_due_call, a_plan, a_service, at, finish, merge, outcome,
    path, plan, task_of,
};
use crate::on_both;
use crate::testing::TestApp;
use liuke_platform::args;
use liuke_platform::db::Sql as _;

on_both!(
    the_numbers_of_ones_own_tasks_do_not_count_against_the_limit,
    what_belonged_to_one_attempt_does_not_reach_the_next,
    the_time_the_customer_names_goes_before_every_window,
    after_a_wrong_number_the_next_one_is_tried_first,
    names_go_out_as_a_list,
);

async fn by_hand(t: &TestApp, customer: Uuid, assignee: Option<&str>) -> Value {
    let task = json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候",
        "due_at": t.now_ms() + 3_600_000, "assignee_id": assignee.map(|login| t.staff(login)) });
    t.as_role("agent2").post("/api/v1/tasks", task).await.ok()
}

async fn counted(t: &TestApp, sql: &str) -> i64 {
    let n: Option<i64> = t.db().scalar(sql, args![]).await.unwrap();
    n.unwrap()
}

async fn the_numbers_of_ones_own_tasks_do_not_count_against_the_limit(t: TestApp) {
    let admin = t.as_role("administrator");
    let mut settings = admin.get("/api/v1/settings").await.ok();
    settings["reveal_limit_per_day"] = json!(1);
    admin.put("/api/v1/settings", settings).await.ok();
    let (mine, free, strange) = (
        a_customer(&t, "王建国").await,
        a_customer(&t, "李秀兰").await,
        a_customer(&t, "张志强").await,
    );
    let task = by_hand(&t, mine, Some("agent2")).await;
    let open = by_hand(&t, free, None).await;
    let caller = t.as_role("agent2");
    let show = async |customer: Uuid, field: &str| {
        caller
            .post(
                &format!("/api/v1/customers/{customer}/reveal"),
                json!({ "field": field }),
            )
            .await
    };
    // A sheet that is opened again shows the number again.
    for _ in 0..3 {
        let shown = show(mine, "phone").await.ok();
        assert_eq!(
            (&shown["value"], &shown["left_today"]),
            (&json!("13800138000"), &json!(1))
        );
    }
    assert_eq!(
        counted(
            &t,
            "SELECT COUNT(*) FROM audit WHERE action = 'customer.reveal'"
        )
        .await,
        3,
        "every time is logged"
    );
    assert_eq!(
        counted(&t, "SELECT COUNT(*) FROM customer_reveal").await,
        1,
        "one call is one call"
    );
    let logged: Option<String> = t
        .db()
        .scalar(
            "SELECT after_json FROM audit WHERE action = 'customer.reveal' LIMIT 1",
            args![],
        )
        .await
        .unwrap();
    let number = task["number"].as_str().unwrap();
    assert!(logged.unwrap().contains(number));
    // Looking around is what the limit is for.
    assert_eq!(show(strange, "phone").await.ok()["left_today"], 0);
    show(strange, "phone")
        .await
        .refused(429, "customer.reveal_limit");
    show(mine, "birthday").await.refused(422, "invalid");
    // A task that nobody has yet is no reason; taken, it is.
    show(free, "phone")
        .await
        .refused(429, "customer.reveal_limit");
    caller
        .post(
            &path(&open, "/claim"),
            json!({ "version": open["version"] }),
        )
        .await
        .ok();
    assert_eq!(show(free, "phone").await.ok()["left_today"], 0);
    assert_eq!(show(mine, "phone").await.status(), 200);
    // Done is done.
    finish(&t, "agent2", &task, outcome("reached")).await.ok();
    show(mine, "phone")
        .await
        .refused(429, "customer.reveal_limit");
}

async fn what_belonged_to_one_attempt_does_not_reach_the_next(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let mut busy = outcome("no_answer");
    merge(
        &mut busy,
        json!({ "draft": { "permission": "no", "note": "在开会", "verbatim": "刹车响", "dissatisfied": false,
            "scores": { "result": 2 } } }),
    );
    finish(&t, "agent2", &task, busy).await.ok();
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["draft"]["note"], &sheet["draft"]["permission"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(
        (
            &sheet["draft"]["verbatim"],
            &sheet["draft"]["scores"]["result"]
        ),
        (&json!("刹车响"), &json!(2)),
        "what was said of the matter stays"
    );
    assert_eq!(sheet["attempts"][0]["note"], "在开会");
    // The old note is no reason for raising no slip.
    let reached = json!({ "outcome": "reached", "draft": sheet["draft"], "version": sheet["sheet_version"],
        "raise_slip": false });
    assert_eq!(
        finish(&t, "agent2", &task, reached).await.fields(),
        ["draft.note:followup.reason_for_no_slip"]
    );
}

async fn the_time_the_customer_names_goes_before_every_window(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let mut noon = outcome("call_again");
    merge(
        &mut noon,
        json!({ "call_again_at": at("2026-11-24T12:30") }),
    );
    let done = finish(&t, "agent2", &task, noon).await.ok();
    assert_eq!(done["next_at"].as_i64().unwrap(), at("2026-11-24T12:30"));
    let seen = async |time: &str| {
        t.clock.set(format!("{time}:00+08:00").parse().unwrap());
        t.as_role("agent2").get(&path(&task, "")).await.ok()
    };
    let early = seen("2026-11-24T11:45").await;
    assert_eq!(
        (
            &early["may_not"]["code"],
            early["may_not"]["params"]["until"].as_i64()
        ),
        (
            &json!("followup.outside_window"),
            Some(at("2026-11-24T12:30"))
        )
    );
    for time in ["2026-11-24T12:00", "2026-11-24T12:30", "2026-11-24T13:00"] {
        let sheet = seen(time).await;
        assert_eq!(sheet["may_call"], true, "{time} {}", sheet["may_not"]);
    }
    let late = seen("2026-11-24T13:10").await;
    assert_eq!(
        (
            &late["may_not"]["code"],
            late["may_not"]["params"]["until"].as_i64()
        ),
        (
            &json!("followup.outside_window"),
            Some(at("2026-11-24T14:00"))
        )
    );
    // Nobody answered at that time: the wish is over, the windows hold again.
    let mut missed = outcome("no_answer");
    merge(&mut missed, json!({ "version": 1 }));
    t.clock.set("2026-11-24T12:35:00+08:00".parse().unwrap());
    let next = finish(&t, "agent2", &task, missed).await.ok();
    assert_eq!(next["next_at"].as_i64().unwrap(), at("2026-11-25T10:00"));
    assert_eq!(seen("2026-11-24T12:40").await["may_call"], false);
}

async fn after_a_wrong_number_the_next_one_is_tried_first(t: TestApp) {
    a_plan(&t, plan()).await;
    let phones = json!([
        { "number": "13800138000", "primary": true, "do_not_use": false },
        { "number": "13700137000", "primary": false, "do_not_use": true },
        { "number": "13900139000", "primary": false, "do_not_use": false },
    ]);
    let customer = a_customer_like(&t, "李秀兰", json!({ "phones": phones })).await;
    a_service(&t, customer, json!({})).await;
    t.advance(DAY * 3);
    let task = task_of(&t, customer).await;
    finish(&t, "agent2", &task, outcome("wrong_number"))
        .await
        .ok();
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    let primary: Vec<bool> = sheet["customer"]["phones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["primary"].as_bool().unwrap())
        .collect();
    assert_eq!(primary, [false, false, true]);
    // The last one is wrong too: nothing can take its place.
    let mut again = outcome("wrong_number");
    merge(&mut again, json!({ "version": 1 }));
    finish(&t, "agent2", &task, again).await.ok();
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(sheet["customer"]["phones"][2]["primary"], true);
}

async fn names_go_out_as_a_list(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let names = json!(["客户关怀专员", "技师"]);
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    let said = sheet["explain"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["code"] == "caller_not_server")
        .unwrap();
    let sorted = |value: &Value| {
        let mut names: Vec<String> = serde_json::from_value(value.clone()).unwrap();
        names.sort();
        names
    };
    assert_eq!(sorted(&said["params"]["names"]), sorted(&names));
    let refused = finish(&t, "agent", &task, outcome("reached")).await;
    refused.refused(403, "followup.caller_served");
    assert_eq!(sorted(&refused.json()["params"]["names"]), sorted(&names));
}
