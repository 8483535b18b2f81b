//! Plans at work: nothing twice, nothing missed, nobody bothered.

use serde_json::json;

use super::{
    DAY, a_customer, a_customer_like, a_plan, a_service, absence_plan, at, days_ago, finish, merge,
    outcome, plan, task_of, tasks_of, today,
};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    nothing_is_made_twice_however_often_the_plans_run,
    a_repair_that_nobody_told_about_is_found_at_night,
    a_repair_closed_before_the_plan_could_call_is_left_alone,
    a_customer_is_called_on_the_day_the_absence_is_reached,
    an_absence_found_late_is_still_called_about_but_an_old_one_is_not,
    two_repairs_of_one_customer_become_one_call,
    a_quality_call_waits_for_the_gap_and_a_care_call_is_left_out_until_then,
    after_a_contact_the_other_calls_of_the_customer_wait,
    only_the_category_of_the_plan_is_called_about,
    every_closed_repair_is_accounted_for,
    thousands_of_absent_customers_are_found_in_batches,
);

async fn run(t: &TestApp) {
    t.as_role("service_director")
        .post("/api/v1/plans/run", json!({}))
        .await
        .ok();
    t.run_jobs().await;
    assert!(t.dead_jobs().await.is_empty(), "{:?}", t.dead_jobs().await);
}

/// A repair whose closing nobody told about: straight into the table, as an import does.
async fn an_untold_service(t: &TestApp, customer: uuid::Uuid, closed_at: i64) {
    use liuke_platform::db::Sql as _;
    let id: uuid::Uuid = t.ctx().new_id();
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "INSERT INTO service_record (id, number, customer_id, branch_id, status, opened_at, closed_at, business_day, revenue_fen,
             version, created_at)
         VALUES ($1, $2, $3, $4, 'closed', $5, $5, '2026-11-21', 0, 1, $5)",
        liuke_platform::args![id, id.to_string(), customer, t.org.tianfu, closed_at],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Sets the day of a customer's last visit.
async fn last_visit(t: &TestApp, customer: uuid::Uuid, day: &str) {
    use liuke_platform::db::Sql as _;
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE customer SET last_visit_on = $2, visit_sort = $2 WHERE id = $1",
        liuke_platform::args![customer, day],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn nothing_is_made_twice_however_often_the_plans_run(t: TestApp) {
    a_plan(&t, plan()).await;
    a_plan(&t, absence_plan()).await;
    let repaired = a_customer(&t, "王建国").await;
    a_service(&t, repaired, json!({})).await;
    let absent = a_customer(&t, "李秀兰").await;
    last_visit(&t, absent, &days_ago(&t, 180)).await;
    for _ in 0..3 {
        run(&t).await;
    }
    task_of(&t, repaired).await;
    let task = task_of(&t, absent).await;
    assert_eq!(
        (&task["reason_code"], &task["reason_days"], &task["kind"]),
        (&json!("no_visit"), &json!(180), &json!("care"))
    );
    // Done, and swept again: still once.
    finish(&t, "agent2", &task, outcome("reached")).await.ok();
    run(&t).await;
    assert_eq!(tasks_of(&t, absent).await.len(), 1);
}

async fn a_repair_that_nobody_told_about_is_found_at_night(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = a_customer(&t, "王建国").await;
    an_untold_service(&t, customer, t.now_ms()).await;
    t.run_jobs().await;
    assert!(tasks_of(&t, customer).await.is_empty());
    t.advance(DAY);
    t.run_jobs().await;
    let task = task_of(&t, customer).await;
    assert_eq!(task["reason_on"], "2026-11-21");
    assert_eq!(task["not_before"].as_i64().unwrap(), at("2026-11-24T00:00"));
    // From ten in the morning, a day long, and no deadline in the night.
    assert_eq!(task["due_at"].as_i64().unwrap(), at("2026-11-25T10:00"));
}

async fn a_repair_closed_before_the_plan_could_call_is_left_alone(t: TestApp) {
    let old = a_customer(&t, "老客户").await;
    an_untold_service(&t, old, t.now_ms()).await;
    t.advance(DAY * 2);
    let fresh = a_customer(&t, "新客户").await;
    an_untold_service(&t, fresh, t.now_ms()).await;
    t.advance(DAY * 2);
    a_plan(&t, plan()).await;
    run(&t).await;
    assert!(
        tasks_of(&t, old).await.is_empty(),
        "its day was yesterday, before there was a plan"
    );
    assert_eq!(
        task_of(&t, fresh).await["not_before"].as_i64().unwrap(),
        at("2026-11-26T00:00")
    );
}

async fn a_customer_is_called_on_the_day_the_absence_is_reached(t: TestApp) {
    a_plan(&t, absence_plan()).await;
    let customer = a_customer(&t, "王建国").await;
    last_visit(&t, customer, &days_ago(&t, 178)).await;
    for day in 0..4 {
        let made = tasks_of(&t, customer).await.len();
        assert_eq!(made, usize::from(day >= 2), "on day {day}");
        t.advance(DAY);
        t.run_jobs().await;
    }
    let task = task_of(&t, customer).await;
    assert!(task["assignee_id"].is_string());
    assert_eq!(today(&t, "service_director", "?who=all").await.len(), 1);
}

async fn an_absence_found_late_is_still_called_about_but_an_old_one_is_not(t: TestApp) {
    a_plan(&t, absence_plan()).await;
    t.advance(DAY * 5);
    let late = a_customer(&t, "晚录入").await;
    last_visit(&t, late, &days_ago(&t, 182)).await;
    let old = a_customer(&t, "早已流失").await;
    last_visit(&t, old, &days_ago(&t, 400)).await;
    run(&t).await;
    task_of(&t, late).await;
    assert!(tasks_of(&t, old).await.is_empty());
}

async fn two_repairs_of_one_customer_become_one_call(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    t.advance(DAY);
    a_service(&t, customer, json!({ "work": "补胎" })).await;
    run(&t).await;
    let task = task_of(&t, customer).await;
    t.advance(DAY * 2);
    let sheet = t.as_role("agent2").get(&super::path(&task, "")).await.ok();
    let bundled = sheet["explain"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["code"] == "bundled");
    assert!(bundled.is_some(), "{}", sheet["explain"]);
    finish(&t, "agent2", &task, outcome("reached")).await.ok();
    t.advance(DAY * 10);
    t.run_jobs().await;
    assert_eq!(
        tasks_of(&t, customer).await.len(),
        1,
        "the one call stood for both"
    );
    let manual = json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候", "due_at": t.now_ms() + 3_600_000 });
    t.as_role("agent2")
        .post("/api/v1/tasks", &manual)
        .await
        .ok();
    t.as_role("agent2")
        .post("/api/v1/tasks", &manual)
        .await
        .refused(409, "followup.already_open");
}

async fn a_quality_call_waits_for_the_gap_and_a_care_call_is_left_out_until_then(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    t.advance(DAY * 3);
    finish(
        &t,
        "agent2",
        &task_of(&t, customer).await,
        outcome("reached"),
    )
    .await
    .ok();
    // Called on the 24th; back in the workshop on the 25th. Three days later would be the 28th, the gap of seven days ends on
    // the 1st.
    t.advance(DAY);
    a_service(&t, customer, json!({})).await;
    let second = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["status"] == "open")
        .unwrap();
    assert_eq!(
        second["not_before"].as_i64().unwrap(),
        at("2026-12-01T00:00")
    );
    assert_eq!(second["due_at"].as_i64().unwrap(), at("2026-12-02T09:00"));
    let other = a_customer_like(&t, "李秀兰", json!({})).await;
    let mut care = absence_plan();
    merge(&mut care, json!({ "days": 3, "name": "三天" }));
    a_plan(&t, care).await;
    touch(&t, other, t.now_ms() - 86_400_000).await;
    last_visit(&t, other, &days_ago(&t, 3)).await;
    run(&t).await;
    assert!(tasks_of(&t, other).await.is_empty(), "contacted yesterday");
    t.advance(DAY * 6);
    t.run_jobs().await;
    task_of(&t, other).await;
}

async fn touch(t: &TestApp, customer: uuid::Uuid, at: i64) {
    let tx = t.db().begin().await.unwrap();
    crate::customer::touch_contact(&tx, customer, at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn after_a_contact_the_other_calls_of_the_customer_wait(t: TestApp) {
    a_plan(&t, plan()).await;
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    t.advance(DAY * 3);
    let manual = json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候",
        "due_at": t.now_ms() + 3_600_000, "assignee_id": t.staff("agent2") });
    let care = t.as_role("agent2").post("/api/v1/tasks", manual).await.ok();
    assert_eq!(today(&t, "agent2", "").await.len(), 2);
    let quality = tasks_of(&t, customer)
        .await
        .into_iter()
        .find(|t| t["reason_code"] == "service_closed")
        .unwrap();
    let done = finish(&t, "agent2", &quality, outcome("reached"))
        .await
        .ok();
    assert_eq!(
        done["next_task_id"],
        json!(null),
        "the other call waits as well"
    );
    let waiting = t.as_role("agent2").get(&super::path(&care, "")).await.ok();
    assert_eq!(
        waiting["task"]["not_before"].as_i64().unwrap(),
        at("2026-12-01T09:00")
    );
    assert!(today(&t, "agent2", "").await.is_empty());
    t.advance(DAY * 7);
    assert_eq!(today(&t, "agent2", "").await.len(), 1);
}

async fn only_the_category_of_the_plan_is_called_about(t: TestApp) {
    let mut of_paint = plan();
    merge(&mut of_paint, json!({ "category": "钣喷" }));
    a_plan(&t, of_paint).await;
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({})).await;
    assert!(tasks_of(&t, customer).await.is_empty());
    a_service(&t, customer, json!({ "category": "钣喷" })).await;
    task_of(&t, customer).await;
}

async fn every_closed_repair_is_accounted_for(t: TestApp) {
    let mut of_paint = plan();
    merge(&mut of_paint, json!({ "category": "钣喷" }));
    a_plan(&t, of_paint).await;
    let missing = async || {
        run(&t).await;
        t.as_role("service_director")
            .get("/api/v1/today/summary?who=all")
            .await
            .ok()["incomplete_services"]
            .clone()
    };
    let customer = a_customer(&t, "王建国").await;
    a_service(&t, customer, json!({ "category": "钣喷" })).await;
    let quiet = a_customer_like(&t, "勿扰客户", json!({ "do_not_call": true })).await;
    a_service(&t, quiet, json!({ "category": "钣喷" })).await;
    a_service(&t, quiet, json!({ "category": "保养" })).await;
    assert_eq!(missing().await, 0, "none is older than the plan's days yet");
    t.advance(DAY * 4);
    assert_eq!(
        missing().await,
        1,
        "one has a task, one a written reason, and the third no plan"
    );
    a_plan(&t, plan()).await;
    assert_eq!(
        t.as_role("agent_jinjiang")
            .get("/api/v1/today/summary")
            .await
            .ok()["incomplete_services"],
        0,
        "another branch's"
    );
}

async fn thousands_of_absent_customers_are_found_in_batches(t: TestApp) {
    use liuke_platform::db::{Sql as _, Value, insert_rows};
    a_plan(&t, absence_plan()).await;
    let ctx = t.ctx();
    let day = days_ago(&t, 180);
    let rows: Vec<Vec<Value>> = (0..1_300)
        .map(|n| {
            let id: uuid::Uuid = ctx.new_id();
            liuke_platform::args![
                id,
                format!("C-{n}"),
                "person",
                format!("客户{n}"),
                format!("kehu{n}"),
                "known",
                t.org.tianfu,
                false,
                false,
                0_i64,
                0_i64,
                0_i64,
                0_i64,
                day.as_str(),
                day.as_str(),
                1_i64,
                0_i64,
                0_i64
            ]
        })
        .collect();
    let phones: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| {
            liuke_platform::args![
                ctx.new_id::<uuid::Uuid>(),
                row[0].clone(),
                0_i64,
                "13800138000",
                "+8613800138000",
                "mobile",
                true,
                false,
                true
            ]
        })
        .collect();
    let tx = t.db().begin().await.unwrap();
    insert_rows(
        &tx,
        "customer",
        "id, number, kind, name, sort_key, stage, branch_id, do_not_call, ask_at_reception, asset_count, revenue_fen, order_count, \
         visit_count, last_visit_on, visit_sort, version, created_at, updated_at",
        rows,
        "",
    )
    .await
    .unwrap();
    insert_rows(
        &tx,
        "customer_phone",
        "id, customer_id, position, number, e164, kind, is_primary, do_not_use, valid",
        phones,
        "",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    run(&t).await;
    run(&t).await;
    let summary = t
        .as_role("service_director")
        .get("/api/v1/today/summary?who=all")
        .await
        .ok();
    assert_eq!(summary["open"], 1_300);
    let shares: Option<i64> = t
        .db()
        .scalar(
            "SELECT count(DISTINCT assignee_id) FROM followup_task WHERE assignee_id IS NOT NULL",
            liuke_platform::args![],
        )
        .await
        .unwrap();
    assert_eq!(shares, Some(2), "spread over the two callers");
}
