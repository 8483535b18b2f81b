//! The caller is never somebody who served (回避原则).

use serde_json::json;

use super::{
    DAY, a_customer, a_customer_like, a_due_call, a_plan, a_service, finish, outcome, path, plan,
    task_of, today,
};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    whoever_served_is_given_the_call_by_nobody_and_cannot_take_it,
    the_preferred_person_calls_unless_they_served,
    calls_are_spread_over_those_who_have_least_to_do,
    a_call_that_nobody_can_make_waits_for_somebody_to_take_it,
    a_call_goes_to_nobody_without_the_right_or_another_version,
    tasks_of_people_who_left_go_back_to_those_that_nobody_has,
);

async fn whoever_served_is_given_the_call_by_nobody_and_cannot_take_it(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let agent = json!({ "staff_id": t.staff("agent"), "version": task["version"] });
    let refused = t
        .as_role("team_leader")
        .post(&path(&task, "/assign"), agent)
        .await;
    refused.refused(409, "followup.caller_served");
    let none = json!({ "staff_id": null, "version": task["version"] });
    let free = t
        .as_role("team_leader")
        .post(&path(&task, "/assign"), none)
        .await
        .ok();
    assert_eq!(free["assignee_id"], json!(null));
    t.as_role("agent")
        .post(
            &path(&task, "/claim"),
            json!({ "version": free["version"] }),
        )
        .await
        .refused(409, "followup.caller_served");
    let sheet = t.as_role("agent").get(&path(&task, "")).await.ok();
    assert_eq!(sheet["may_not"]["code"], "followup.caller_served");
    assert_eq!(sheet["explain"][0]["code"], "caller_not_server");
    let draft = json!({ "draft": { "scores": {}, "dissatisfied": false }, "version": 0 });
    t.as_role("agent")
        .put(&path(&task, "/sheet"), draft)
        .await
        .refused(403, "followup.caller_served");
    finish(&t, "agent", &task, outcome("reached"))
        .await
        .refused(403, "followup.caller_served");
    assert!(today(&t, "agent", "").await.is_empty(), "not even offered");
    assert_eq!(
        today(&t, "agent", "?who=unassigned").await.len(),
        1,
        "but seen"
    );
    assert_eq!(today(&t, "agent2", "").await.len(), 1);
    let mine = t
        .as_role("agent2")
        .post(
            &path(&task, "/claim"),
            json!({ "version": free["version"] }),
        )
        .await
        .ok();
    assert_eq!(mine["assignee_id"], json!(t.staff("agent2")));
    t.as_role("team_leader")
        .post(
            &path(&task, "/claim"),
            json!({ "version": mine["version"] }),
        )
        .await
        .refused(409, "followup.taken");
}

async fn the_preferred_person_calls_unless_they_served(t: TestApp) {
    a_plan(&t, plan()).await;
    let wanted = a_customer_like(
        &t,
        "王建国",
        json!({ "preferred_staff_id": t.staff("team_leader") }),
    )
    .await;
    a_service(&t, wanted, json!({})).await;
    assert_eq!(
        task_of(&t, wanted).await["assignee_id"],
        json!(t.staff("team_leader"))
    );
    let served = a_customer_like(
        &t,
        "李秀兰",
        json!({ "preferred_staff_id": t.staff("agent") }),
    )
    .await;
    a_service(&t, served, json!({})).await;
    assert_eq!(
        task_of(&t, served).await["assignee_id"],
        json!(t.staff("agent2"))
    );
}

async fn calls_are_spread_over_those_who_have_least_to_do(t: TestApp) {
    a_plan(&t, plan()).await;
    let mut given = Vec::new();
    for number in 0..4 {
        let customer = a_customer(&t, &format!("客户{number}")).await;
        a_service(&t, customer, json!({ "advisor_id": null })).await;
        given.push(task_of(&t, customer).await["assignee_id"].clone());
    }
    let count = |login: &str| {
        given
            .iter()
            .filter(|id| **id == json!(t.staff(login)))
            .count()
    };
    assert_eq!(
        (count("agent"), count("agent2")),
        (2, 2),
        "neither the leader nor the administrator: {given:?}"
    );
}

async fn a_call_that_nobody_can_make_waits_for_somebody_to_take_it(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = a_customer_like(&t, "张志强", json!({ "branch_id": t.org.jinjiang })).await;
    let service = json!({ "branch_id": t.org.jinjiang, "advisor_id": t.staff("agent_jinjiang"), "technician_id": null });
    a_service(&t, customer, service).await;
    let task = task_of(&t, customer).await;
    assert_eq!(
        task["assignee_id"],
        json!(null),
        "the only caller of the branch served"
    );
    t.advance(DAY * 3);
    let summary = t
        .as_role("service_director")
        .get("/api/v1/today/summary?who=all")
        .await
        .ok();
    assert_eq!(
        (&summary["unassigned"], &summary["open"]),
        (&json!(1), &json!(1))
    );
    let preview = t
        .as_role("service_director")
        .post("/api/v1/plans/preview", plan())
        .await
        .ok();
    assert_eq!(
        preview["left_out"],
        json!([{ "reason": "no_caller", "count": 1 }])
    );
    assert_eq!(today(&t, "service_director", "").await.len(), 1);
}

async fn a_call_goes_to_nobody_without_the_right_or_another_version(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let leader = t.as_role("team_leader");
    let clerk = json!({ "staff_id": t.staff("clerk"), "version": task["version"] });
    assert_eq!(
        leader.post(&path(&task, "/assign"), clerk).await.fields(),
        ["staff_id:followup.cannot_call"]
    );
    let stale = json!({ "staff_id": t.staff("team_leader"), "version": 99 });
    leader
        .post(&path(&task, "/assign"), stale)
        .await
        .refused(409, "edited_elsewhere");
    let good = json!({ "staff_id": t.staff("team_leader"), "version": task["version"] });
    t.as_role("agent2")
        .post(&path(&task, "/assign"), &good)
        .await
        .refused(403, "forbidden");
    assert_eq!(
        leader.post(&path(&task, "/assign"), good).await.ok()["assignee_id"],
        json!(t.staff("team_leader"))
    );
}

async fn tasks_of_people_who_left_go_back_to_those_that_nobody_has(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    assert_eq!(task["assignee_id"], json!(t.staff("agent2")));
    let admin = t.as_role("administrator");
    let agent2 = t.staff("agent2");
    let row = admin.get(&format!("/api/v1/staff/{agent2}")).await.ok();
    admin
        .post(
            &format!("/api/v1/staff/{agent2}/deactivate"),
            json!({ "version": row["version"] }),
        )
        .await
        .ok();
    t.as_role("service_director")
        .post("/api/v1/plans/run", json!({}))
        .await
        .ok();
    t.run_jobs().await;
    assert_eq!(task_of(&t, customer).await["assignee_id"], json!(null));
}
