//! Plans: what may be entered, who may change them, what a trial says.

use serde_json::json;

use super::{
    DAY, a_customer, a_customer_like, a_plan, a_service, absence_plan, merge, plan, tasks_of,
};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_plan_is_made_changed_and_switched_off,
    what_is_wrong_with_a_plan_is_said_field_by_field,
    a_leader_keeps_plans_of_the_own_branch_only,
    a_trial_writes_nothing_and_says_who_is_left_out_and_why,
    the_first_setup_brings_two_plans_and_only_once,
);

async fn a_plan_is_made_changed_and_switched_off(t: TestApp) {
    let director = t.as_role("service_director");
    let made = a_plan(&t, plan()).await;
    assert_eq!(
        (
            &made["trigger"],
            &made["days"],
            &made["open_tasks"],
            &made["version"]
        ),
        (&json!("service_closed"), &json!(3), &json!(0), &json!(1))
    );
    let mut off = plan();
    merge(&mut off, json!({ "active": false, "version": 1 }));
    let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
    assert_eq!(director.put(&path, &off).await.ok()["active"], false);
    director
        .put(&path, &off)
        .await
        .refused(409, "edited_elsewhere");
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    assert!(tasks_of(&t, customer).await.is_empty());
    // Switched on a week later, it does not make up for the time it was off.
    t.advance(DAY * 7);
    merge(&mut off, json!({ "active": true, "version": 2 }));
    director.put(&path, &off).await.ok();
    director.post("/api/v1/plans/run", json!({})).await.ok();
    t.run_jobs().await;
    assert!(tasks_of(&t, customer).await.is_empty());
    let list = t.as_role("agent").get("/api/v1/plans").await.ok();
    assert!(list[0]["last_run_at"].is_i64());
    t.as_role("agent")
        .post("/api/v1/plans/run", json!({}))
        .await
        .refused(403, "forbidden");
}

async fn what_is_wrong_with_a_plan_is_said_field_by_field(t: TestApp) {
    let mut bad = plan();
    merge(
        &mut bad,
        json!({ "name": " ", "kind": "spam", "days": -1, "due_hours": 0, "min_gap_days": 9999, "opener": "" }),
    );
    let fields = t
        .as_role("service_director")
        .post("/api/v1/plans", bad)
        .await
        .fields();
    assert_eq!(
        fields,
        [
            "kind:unknown_value",
            "name:required",
            "opener:required",
            "days:out_of_range",
            "due_hours:out_of_range",
            "min_gap_days:out_of_range"
        ]
    );
}

async fn a_leader_keeps_plans_of_the_own_branch_only(t: TestApp) {
    let leader = t.as_role("team_leader");
    assert_eq!(
        leader.post("/api/v1/plans", plan()).await.fields(),
        ["branch_id:followup.plan_of_house"]
    );
    let mut of_branch = plan();
    merge(&mut of_branch, json!({ "branch_id": t.org.tianfu }));
    let made = leader.post("/api/v1/plans", of_branch).await.ok();
    assert_eq!(made["branch_name"], "天府店");
    let mut elsewhere = plan();
    merge(&mut elsewhere, json!({ "branch_id": t.org.jinjiang }));
    let far = t
        .as_role("service_director")
        .post("/api/v1/plans", elsewhere)
        .await
        .ok();
    let house = a_plan(&t, plan()).await;
    let names = leader
        .get("/api/v1/plans")
        .await
        .ok()
        .as_array()
        .unwrap()
        .len();
    assert_eq!(names, 2, "the own branch's and the house's");
    let mut change = plan();
    merge(&mut change, json!({ "version": 1 }));
    leader
        .put(
            &format!("/api/v1/plans/{}", far["id"].as_str().unwrap()),
            &change,
        )
        .await
        .refused(404, "not_found");
    leader
        .put(
            &format!("/api/v1/plans/{}", house["id"].as_str().unwrap()),
            &change,
        )
        .await
        .refused(403, "followup.plan_of_house");
    // A plan of a branch is about that branch only.
    let near = a_customer(&t, "王建国").await;
    a_service(&t, near, json!({})).await;
    let tasks = tasks_of(&t, near).await;
    assert_eq!(
        tasks.len(),
        1,
        "the house's plan finds the call made already: {tasks:?}"
    );
}

async fn a_trial_writes_nothing_and_says_who_is_left_out_and_why(t: TestApp) {
    let quiet = a_customer_like(&t, "勿扰客户", json!({ "do_not_call": true })).await;
    let mute = a_customer_like(&t, "无电话客户", json!({ "phones": [] })).await;
    let good = a_customer(&t, "王建国").await;
    for customer in [quiet, mute, good, good] {
        a_service(&t, customer, json!({})).await;
    }
    let preview = t
        .as_role("service_director")
        .post("/api/v1/plans/preview", plan())
        .await
        .ok();
    assert_eq!(preview["due"], 1);
    assert_eq!(preview["sample"][0]["customer_name"], "王建国");
    assert_eq!(preview["sample"][0]["reason_on"], "2026-11-21");
    let left: Vec<_> = preview["left_out"].as_array().unwrap().clone();
    for reason in ["do_not_call", "no_phone", "already_open"] {
        assert!(
            left.contains(&json!({ "reason": reason, "count": 1 })),
            "{left:?}"
        );
    }
    let mut marketing = plan();
    merge(&mut marketing, json!({ "kind": "marketing" }));
    let preview = t
        .as_role("service_director")
        .post("/api/v1/plans/preview", marketing)
        .await
        .ok();
    assert_eq!(preview["due"], 0);
    assert!(
        preview["left_out"]
            .as_array()
            .unwrap()
            .contains(&json!({ "reason": "no_consent", "count": 2 })),
        "{preview}"
    );
    let absent = t
        .as_role("service_director")
        .post("/api/v1/plans/preview", absence_plan())
        .await
        .ok();
    assert_eq!(absent, json!({ "due": 0, "sample": [], "left_out": [] }));
    assert!(tasks_of(&t, good).await.is_empty());
    assert_eq!(
        t.as_role("service_director")
            .get("/api/v1/plans")
            .await
            .ok(),
        json!([])
    );
}

async fn the_first_setup_brings_two_plans_and_only_once(t: TestApp) {
    let ctx = t.ctx();
    for _ in 0..2 {
        let tx = t.db().begin().await.unwrap();
        liuke_platform::events::tell(
            &tx,
            &ctx,
            crate::team::SETUP_DONE,
            &json!({ "id": t.staff("administrator") }),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        t.run_jobs().await;
    }
    let list = t
        .as_role("service_director")
        .get("/api/v1/plans")
        .await
        .ok();
    let found: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["trigger"].as_str().unwrap(), p["days"].as_i64().unwrap()))
        .collect();
    assert_eq!(found.len(), 2);
    assert!(found.contains(&("service_closed", 3)) && found.contains(&("no_visit", 180)));
}
