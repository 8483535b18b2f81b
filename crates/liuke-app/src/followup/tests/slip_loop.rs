//! The whole loop: plan, repair, call, slip, signatures, confirming call.

use liuke_platform::db::Sql as _;
use serde_json::json;

use super::{
    DAY, a_customer, a_due_call, a_plan, a_service, finish, merge, outcome, path, plan, task_of,
    tasks_of, today,
};
use crate::on_both;
use crate::testing::{PASSWORD, TestApp};

on_both!(
    a_dissatisfied_customer_is_heard_answered_signed_countersigned_and_confirmed_by_another_caller,
    a_customer_who_is_still_dissatisfied_opens_the_slip_again,
    a_confirmation_on_the_slips_own_page_ends_the_confirming_call,
    nobody_confirms_on_the_slips_page_who_could_not_call,
    a_confirming_call_that_nobody_made_is_no_contact,
    what_was_signed_cannot_be_changed_unseen,
    a_confirming_call_is_made_once_however_often_the_event_is_told,
);

/// Raised by `agent2` after a call, the technician responsible.
pub(super) async fn a_raised_slip(t: &TestApp) -> (uuid::Uuid, String) {
    let (customer, task) = a_due_call(t).await;
    let mut reached = outcome("reached");
    merge(
        &mut reached,
        json!({ "raise_slip": true, "draft": {
            "permission": "yes", "scores": { "result": 1, "responsiveness": 3 }, "dissatisfied": true,
            "verbatim": "修了三天还是响", "problem": "变速箱异响返修未解决", "responsible_id": t.staff("technician"),
        } }),
    );
    let done = finish(t, "agent2", &task, reached).await.ok();
    assert_eq!(done["task"]["status"], "done");
    assert_eq!(done["next"]["code"], "slip_raised");
    (customer, done["slip_id"].as_str().unwrap().to_owned())
}

pub(super) async fn signed_and_countersigned(t: &TestApp, id: &str) {
    let technician = t.as_role("technician");
    let version =
        technician.get(&format!("/api/v1/slips/{id}")).await.ok()["row"]["version"].clone();
    let answer =
        json!({ "answer": "更换换挡电磁阀，路试正常", "password": PASSWORD, "version": version });
    let answered = technician
        .post(&format!("/api/v1/slips/{id}/answer"), answer)
        .await
        .ok();
    let counter =
        json!({ "password": PASSWORD, "note": "同意", "version": answered["row"]["version"] });
    t.as_role("service_director")
        .post(&format!("/api/v1/slips/{id}/countersign"), counter)
        .await
        .ok();
    t.run_jobs().await;
}

async fn a_dissatisfied_customer_is_heard_answered_signed_countersigned_and_confirmed_by_another_caller(
    t: TestApp,
) {
    a_plan(&t, plan()).await;
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    let task = task_of(&t, customer).await;
    assert_eq!(
        task["assignee_id"],
        json!(t.staff("agent2")),
        "the advisor served, so the other agent calls"
    );
    assert_eq!(
        (task["reason_code"].as_str(), task["reason_days"].as_i64()),
        (Some("service_closed"), Some(3))
    );
    assert!(
        today(&t, "agent2", "").await.is_empty(),
        "its day has not come"
    );

    t.advance(DAY * 3);
    let list = today(&t, "agent2", "").await;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["customer_name"], "王建国");
    assert!(today(&t, "agent", "").await.is_empty());

    let caller = t.as_role("agent2");
    let sheet = caller.get(&path(&task, "")).await.ok();
    assert_eq!(sheet["may_call"], true, "{sheet}");
    assert_eq!(sheet["opener"], "您好，我是客户关怀部。");
    assert_eq!(sheet["customer"]["phones"][0]["masked"], "138****8000");
    assert_eq!(sheet["service"]["work"], "更换机油");
    assert_eq!(sheet["sheet_version"], 0);
    let draft = json!({ "permission": "yes", "scores": { "result": 1 }, "verbatim": "还是响", "dissatisfied": true });
    let saved = caller
        .put(
            &path(&task, "/sheet"),
            json!({ "draft": draft, "version": 0 }),
        )
        .await
        .ok();
    assert_eq!(saved["version"], 1);
    let sheet = caller.get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["draft"]["verbatim"], &sheet["sheet_version"]),
        (&json!("还是响"), &json!(1))
    );

    let mut reached = outcome("reached");
    merge(
        &mut reached,
        json!({ "version": 1, "raise_slip": true, "draft": { "permission": "yes", "scores": { "result": 1 },
            "verbatim": "还是响", "problem": "异响未解决", "dissatisfied": true, "responsible_id": t.staff("technician") } }),
    );
    let done = finish(&t, "agent2", &task, reached.clone()).await.ok();
    let id = done["slip_id"].as_str().unwrap().to_owned();
    finish(&t, "agent2", &task, reached)
        .await
        .refused(409, "followup.task_closed");

    let technician = t.as_role("technician");
    let mine = technician.get("/api/v1/slips?mine=true").await.ok();
    assert_eq!(mine["items"][0]["id"], json!(id));
    assert_eq!(mine["items"][0]["awaits_me"], true);
    let slip = technician.get(&format!("/api/v1/slips/{id}")).await.ok();
    assert_eq!(slip["allowed"], json!(["answer"]));
    assert_eq!(slip["row"]["number"].as_str().unwrap(), "FK-20261124-0001");
    let wrong = json!({ "answer": "已修好", "password": "不是这个密码啊真的", "version": slip["row"]["version"] });
    let refused = technician
        .post(&format!("/api/v1/slips/{id}/answer"), wrong)
        .await;
    assert_eq!(
        (refused.status(), refused.fields()),
        (422, vec!["password:password.wrong".to_owned()])
    );
    let by_other =
        json!({ "answer": "已修好", "password": PASSWORD, "version": slip["row"]["version"] });
    t.as_role("team_leader")
        .post(&format!("/api/v1/slips/{id}/answer"), by_other)
        .await
        .refused(403, "slip.not_responsible");
    let answer = json!({ "answer": "更换换挡电磁阀", "password": PASSWORD, "version": slip["row"]["version"] });
    let slip = technician
        .post(&format!("/api/v1/slips/{id}/answer"), answer)
        .await
        .ok();
    assert_eq!(
        (&slip["row"]["state"], &slip["signatures"][0]["role"]),
        (&json!("answered"), &json!("answer"))
    );
    assert_eq!(slip["signatures"][0]["hash"], slip["content_hash"]);

    let counter = json!({ "password": PASSWORD, "version": slip["row"]["version"] });
    t.as_role("agent2")
        .post(&format!("/api/v1/slips/{id}/countersign"), &counter)
        .await
        .refused(403, "forbidden");
    let director = t.as_role("service_director");
    let slip = director
        .post(&format!("/api/v1/slips/{id}/countersign"), counter)
        .await
        .ok();
    assert_eq!(
        (&slip["row"]["state"], &slip["hash_ok"]),
        (&json!("countersigned"), &json!(true))
    );
    director
        .post(
            &format!("/api/v1/slips/{id}/confirm"),
            json!({ "satisfied": true, "version": slip["row"]["version"] }),
        )
        .await
        .refused(403, "slip.own_signature");

    t.run_jobs().await;
    let confirm = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["reason_code"] == "slip_confirm")
        .unwrap();
    assert_eq!(
        confirm["assignee_id"],
        json!(t.staff("team_leader")),
        "agent served, agent2 raised, others signed"
    );
    assert_eq!(confirm["slip_id"], json!(id));
    let leader = t.as_role("team_leader");
    let sheet = leader.get(&path(&confirm, "")).await.ok();
    assert_eq!(
        (&sheet["may_call"], &sheet["slip"]["row"]["id"]),
        (&json!(true), &json!(id)),
        "{}",
        sheet["may_not"]
    );
    t.as_role("service_director")
        .get(&path(&confirm, ""))
        .await
        .ok();
    finish(&t, "team_leader", &confirm, outcome("reached"))
        .await
        .refused(422, "invalid");
    let mut satisfied = outcome("reached");
    merge(
        &mut satisfied,
        json!({ "slip_satisfied": true, "draft": { "scores": { "result": 5 }, "dissatisfied": false, "verbatim": "好了" } }),
    );
    let done = finish(&t, "team_leader", &confirm, satisfied).await.ok();
    assert_eq!(done["next"]["code"], "slip_closed");
    let slip = leader.get(&format!("/api/v1/slips/{id}")).await.ok();
    assert_eq!(
        (&slip["row"]["state"], &slip["hash_ok"]),
        (&json!("closed"), &json!(true))
    );
    assert_eq!(slip["signatures"].as_array().unwrap().len(), 3);
    assert!(slip["loop_ms"].as_i64().is_some());
    let words: Vec<&str> = slip["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["raised", "answered", "countersigned", "confirmed"]);
    let timeline = leader
        .get(&format!("/api/v1/customers/{customer}/timeline"))
        .await
        .ok();
    let kinds: Vec<&str> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["kind"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"slip") && kinds.contains(&"followup") && kinds.contains(&"service"),
        "{kinds:?}"
    );
    assert!(t.dead_jobs().await.is_empty());
}

async fn a_customer_who_is_still_dissatisfied_opens_the_slip_again(t: TestApp) {
    let (customer, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    let confirm = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["reason_code"] == "slip_confirm")
        .unwrap();
    let mut no = outcome("reached");
    merge(
        &mut no,
        json!({ "slip_satisfied": false, "draft": { "scores": { "result": 2 }, "dissatisfied": true, "verbatim": "又响了" } }),
    );
    let done = finish(&t, "team_leader", &confirm, no).await.ok();
    assert_eq!(done["next"]["code"], "slip_reopened");
    let slip = t
        .as_role("technician")
        .get(&format!("/api/v1/slips/{id}"))
        .await
        .ok();
    assert_eq!(
        (&slip["row"]["state"], &slip["row"]["reopened_count"]),
        (&json!("raised"), &json!(1))
    );
    assert_eq!(
        (&slip["signatures"], &slip["answer"]),
        (&json!([]), &json!(null))
    );
    assert_eq!(
        slip["row"]["due_at"].as_i64().unwrap(),
        t.now_ms() + 24 * 3_600_000
    );
    assert_eq!(
        (&slip["allowed"], &slip["hash_ok"]),
        (&json!(["answer"]), &json!(true))
    );

    // The second round gets a confirming call of its own.
    signed_and_countersigned(&t, &id).await;
    let calls = tasks_of(&t, customer)
        .await
        .into_iter()
        .filter(|t| t["reason_code"] == "slip_confirm")
        .count();
    assert_eq!(calls, 2);
}

async fn a_confirmation_on_the_slips_own_page_ends_the_confirming_call(t: TestApp) {
    let (customer, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    let leader = t.as_role("team_leader");
    let slip = leader.get(&format!("/api/v1/slips/{id}")).await.ok();
    assert!(slip["confirm_task_id"].is_string());
    assert!(
        slip["allowed"]
            .as_array()
            .unwrap()
            .contains(&json!("confirm"))
    );
    let yes = json!({ "satisfied": true, "verbatim": "满意", "version": slip["row"]["version"] });
    let slip = leader
        .post(&format!("/api/v1/slips/{id}/confirm"), yes)
        .await
        .ok();
    assert_eq!(slip["row"]["state"], "closed");
    t.run_jobs().await;
    let confirm = confirming_call(&t, customer).await;
    assert_eq!(
        (
            &confirm["status"],
            &confirm["last_outcome"],
            &confirm["attempt_count"]
        ),
        (&json!("done"), &json!("reached"), &json!(1))
    );
    let brief = leader
        .get(&format!("/api/v1/customers/{customer}/followup"))
        .await
        .ok();
    assert_eq!(
        (
            &brief["last_attempt"]["outcome"],
            &brief["last_attempt"]["staff_name"]
        ),
        (&json!("reached"), &json!("班组长")),
        "whoever confirms has spoken to the customer"
    );
    assert!(t.dead_jobs().await.is_empty());
}

async fn confirming_call(t: &TestApp, customer: uuid::Uuid) -> serde_json::Value {
    tasks_of(t, customer)
        .await
        .into_iter()
        .find(|t| t["reason_code"] == "slip_confirm")
        .unwrap()
}

async fn nobody_confirms_on_the_slips_page_who_could_not_call(t: TestApp) {
    let (customer, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    let path = format!("/api/v1/slips/{id}");
    let confirm = async |role: &str| {
        let client = t.as_role(role);
        let slip = client.get(&path).await.ok();
        let may = slip["allowed"]
            .as_array()
            .unwrap()
            .contains(&json!("confirm"));
        let yes = json!({ "satisfied": true, "version": slip["row"]["version"] });
        (may, client.post(&format!("{path}/confirm"), yes).await)
    };
    // The advisor served the customer.
    let (may, said) = confirm("agent").await;
    assert!(!may);
    said.refused(403, "followup.caller_served");
    let mine = t.as_role("agent").get("/api/v1/slips?mine=true").await.ok();
    assert_eq!(mine["items"], json!([]));
    let stale = json!({ "satisfied": true, "version": 1 });
    t.as_role("team_leader")
        .post(&format!("{path}/confirm"), stale)
        .await
        .refused(409, "edited_elsewhere");
    // The customer does not want to be called any more: nobody can have called.
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE customer SET do_not_call = TRUE WHERE id = $1",
        liuke_platform::args![customer],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let (_, said) = confirm("team_leader").await;
    said.refused(409, "followup.do_not_call");
}

async fn a_confirming_call_that_nobody_made_is_no_contact(t: TestApp) {
    let (customer, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    // Settled without this call, as by a second one.
    let ctx = t.ctx();
    let tx = t.db().begin().await.unwrap();
    liuke_platform::events::tell(&tx, &ctx, crate::slip::SETTLED, &json!({ "id": id }))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    t.run_jobs().await;
    let confirm = confirming_call(&t, customer).await;
    assert_eq!(
        (&confirm["status"], &confirm["last_outcome"]),
        (&json!("cancelled"), &json!(null))
    );
}

async fn what_was_signed_cannot_be_changed_unseen(t: TestApp) {
    let (_, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    let leader = t.as_role("team_leader");
    let sound = async || leader.get(&format!("/api/v1/slips/{id}")).await.ok()["hash_ok"].clone();
    assert_eq!(sound().await, true);
    let uuid: uuid::Uuid = id.parse().unwrap();
    let change = async |sql: &str| {
        let tx = t.db().begin().await.unwrap();
        tx.run(sql, liuke_platform::args![uuid]).await.unwrap();
        tx.commit().await.unwrap();
    };
    change("UPDATE slip SET answer = '随便写的' WHERE id = $1").await;
    assert_eq!(
        sound().await,
        false,
        "the answer is no longer what was signed"
    );
    change("UPDATE slip SET answer = '更换换挡电磁阀，路试正常' WHERE id = $1").await;
    assert_eq!(sound().await, true);
    change(
        "UPDATE slip_event SET content = replace(content, '电磁阀', '变速箱') WHERE slip_id = $1",
    )
    .await;
    assert_eq!(
        sound().await,
        false,
        "the kept content no longer has its hash"
    );
}

async fn a_confirming_call_is_made_once_however_often_the_event_is_told(t: TestApp) {
    let (customer, id) = a_raised_slip(&t).await;
    signed_and_countersigned(&t, &id).await;
    let ctx = t.ctx();
    for _ in 0..2 {
        let tx = t.db().begin().await.unwrap();
        liuke_platform::events::tell(&tx, &ctx, crate::slip::COUNTERSIGNED, &json!({ "id": id }))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        t.run_jobs().await;
    }
    let calls = tasks_of(&t, customer)
        .await
        .into_iter()
        .filter(|t| t["reason_code"] == "slip_confirm")
        .count();
    assert_eq!(calls, 1);
}
