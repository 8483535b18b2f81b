//! Every outcome leads somewhere.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    DAY, a_customer_like, a_due_call, a_plan, a_service, at, finish, merge, outcome, path, plan,
    task_of, tasks_of, today,
};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    reached_ends_the_task_and_remembers_the_contact,
    a_dissatisfied_customer_needs_a_slip_or_a_written_reason,
    call_again_comes_back_at_the_time_the_customer_named,
    nobody_answering_climbs_the_ladder_until_the_reception_asks,
    a_refusal_ends_the_task_and_withdraws_the_consent,
    a_wrong_number_leads_to_the_next_and_then_to_the_reception,
    a_task_is_finished_once_even_when_it_is_sent_twice,
    what_is_made_and_its_answer_are_kept_in_one_transaction,
    a_task_opened_again_starts_over,
    whoever_does_not_want_to_be_called_is_not,
);

async fn customer_of(t: &TestApp, id: uuid::Uuid) -> Value {
    t.as_role("service_director")
        .get(&format!("/api/v1/customers/{id}"))
        .await
        .ok()
}

async fn reached_ends_the_task_and_remembers_the_contact(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let mut reached = outcome("reached");
    merge(
        &mut reached,
        json!({ "draft": { "permission": "yes", "dissatisfied": false, "agreed": "下月保养",
            "scores": { "result": 5, "tangibles": 4, "responsiveness": 4, "empathy": 5, "contrast": 4 } } }),
    );
    let done = finish(&t, "agent2", &task, reached).await.ok();
    assert_eq!(
        (&done["task"]["status"], &done["task"]["last_outcome"]),
        (&json!("done"), &json!("reached"))
    );
    assert_eq!(
        (&done["next"]["code"], &done["next_at"]),
        (&json!("closed"), &json!(null))
    );
    assert_eq!(
        customer_of(&t, customer).await["row"]["last_contact_at"],
        t.now_ms()
    );
    let brief = t
        .as_role("agent2")
        .get(&format!("/api/v1/customers/{customer}/followup"))
        .await
        .ok();
    assert_eq!(
        (&brief["satisfaction_x100"], &brief["satisfaction_n"]),
        (&json!(500), &json!(1))
    );
    assert_eq!(brief["last_attempt"]["outcome"], "reached");
    let summary = t.as_role("agent2").get("/api/v1/today/summary").await.ok();
    assert_eq!(
        (&summary["done_today"], &summary["open"]),
        (&json!(1), &json!(0))
    );
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["may_call"], &sheet["may_not"]["code"]),
        (&json!(false), &json!("followup.task_closed"))
    );
    let draft = json!({ "draft": { "scores": {}, "dissatisfied": false }, "version": 1 });
    t.as_role("agent2")
        .put(&path(&task, "/sheet"), draft)
        .await
        .refused(409, "followup.task_closed");
}

async fn a_dissatisfied_customer_needs_a_slip_or_a_written_reason(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let mut low = outcome("reached");
    merge(
        &mut low,
        json!({ "draft": { "scores": { "empathy": 2 }, "dissatisfied": false } }),
    );
    let refused = finish(&t, "agent2", &task, low.clone()).await;
    assert_eq!(
        (refused.status(), refused.fields()),
        (
            422,
            vec!["draft.note:followup.reason_for_no_slip".to_owned()]
        )
    );
    let mut slip = low.clone();
    merge(&mut slip, json!({ "raise_slip": true }));
    assert_eq!(
        finish(&t, "agent2", &task, slip).await.fields(),
        ["draft.problem:required"]
    );
    let mut scores = low.clone();
    scores["draft"]["scores"]["result"] = json!(6);
    let fields = finish(&t, "agent2", &task, scores).await.fields();
    assert!(
        fields.contains(&"draft.scores.result:out_of_range".to_owned()),
        "{fields:?}"
    );
    low["draft"]["note"] = json!("客户只是累了，说不用处理");
    finish(&t, "agent2", &task, low).await.ok();
}

async fn call_again_comes_back_at_the_time_the_customer_named(t: TestApp) {
    let (_, task) = a_due_call(&t).await;
    let named = |time: &str| {
        let mut input = outcome("call_again");
        merge(&mut input, json!({ "call_again_at": at(time) }));
        input
    };
    finish(&t, "agent2", &task, outcome("call_again"))
        .await
        .refused(422, "followup.call_again_missing");
    finish(&t, "agent2", &task, named("2026-11-24T08:00"))
        .await
        .refused(422, "followup.call_again_past");
    let done = finish(&t, "agent2", &task, named("2026-11-24T18:30"))
        .await
        .ok();
    assert_eq!(
        (&done["task"]["status"], &done["next"]["code"]),
        (&json!("open"), &json!("call_again"))
    );
    assert_eq!(
        (done["next_at"].as_i64(), done["task"]["due_at"].as_i64()),
        (Some(at("2026-11-24T18:30")), Some(at("2026-11-24T18:30")))
    );
    assert!(today(&t, "agent2", "").await.is_empty());
    t.clock.set("2026-11-24T18:30:00+08:00".parse().unwrap());
    let list = today(&t, "agent2", "").await;
    assert_eq!(
        (
            list.len(),
            &list[0]["attempt_count"],
            &list[0]["last_outcome"]
        ),
        (1, &json!(1), &json!("call_again"))
    );
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        sheet["may_call"], true,
        "the customer asked for it, so the gap does not hold it back: {}",
        sheet["may_not"]
    );
}

async fn nobody_answering_climbs_the_ladder_until_the_reception_asks(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let mut nexts = Vec::new();
    for (version, attempt) in (1..=5).enumerate() {
        let mut input = outcome("no_answer");
        merge(&mut input, json!({ "version": version }));
        let done = finish(&t, "agent2", &task, input).await.ok();
        assert_eq!(done["task"]["attempt_count"], attempt);
        if let Some(next) = done["next_at"].as_i64() {
            assert_eq!(done["next"]["code"], "retry");
            assert!(done["task"]["due_at"].as_i64().unwrap() > next);
            nexts.push(next);
            t.clock
                .set(jiff::Timestamp::from_millisecond(next).unwrap());
            assert_eq!(today(&t, "agent2", "").await.len(), 1);
        } else {
            assert_eq!(
                (&done["task"]["status"], &done["next"]["code"]),
                (&json!("done"), &json!("given_up"))
            );
        }
    }
    // Two hours later, then the next day at ten, and so on.
    let wanted = [
        "2026-11-24T11:00",
        "2026-11-25T10:00",
        "2026-11-27T15:00",
        "2026-11-29T18:30",
    ]
    .map(at);
    assert_eq!(nexts, wanted);
    let seen = customer_of(&t, customer).await;
    assert_eq!(
        (&seen["ask_at_reception"], &seen["row"]["last_contact_at"]),
        (&json!(true), &json!(null))
    );
}

async fn a_refusal_ends_the_task_and_withdraws_the_consent(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let done = finish(&t, "agent2", &task, outcome("refused")).await.ok();
    assert_eq!(
        (&done["task"]["status"], &done["next"]["code"]),
        (&json!("done"), &json!("refused"))
    );
    let consents = customer_of(&t, customer).await["consents"].clone();
    assert_eq!(
        (
            &consents[0]["channel"],
            &consents[0]["purpose"],
            &consents[0]["granted"]
        ),
        (&json!("phone"), &json!("service"), &json!(false))
    );
    // The next repair makes no call, and says why.
    t.advance(DAY * 30);
    a_service(&t, customer, json!({})).await;
    assert_eq!(tasks_of(&t, customer).await.len(), 1);
    let preview = t
        .as_role("service_director")
        .post("/api/v1/plans/preview", plan())
        .await
        .ok();
    assert!(
        preview["left_out"]
            .as_array()
            .unwrap()
            .contains(&json!({ "reason": "no_consent", "count": 1 })),
        "{preview}"
    );
}

async fn a_wrong_number_leads_to_the_next_and_then_to_the_reception(t: TestApp) {
    a_plan(&t, plan()).await;
    let phones = json!([
        { "number": "13800138000", "primary": true, "do_not_use": false },
        { "number": "13900139000", "primary": false, "do_not_use": false },
    ]);
    let customer = a_customer_like(&t, "李秀兰", json!({ "phones": phones })).await;
    a_service(&t, customer, json!({})).await;
    t.advance(DAY * 3);
    let task = task_of(&t, customer).await;
    let mut stranger = outcome("wrong_number");
    merge(&mut stranger, json!({ "phone_id": uuid::Uuid::nil() }));
    assert_eq!(
        finish(&t, "agent2", &task, stranger).await.fields(),
        ["phone_id:not_found"]
    );
    let done = finish(&t, "agent2", &task, outcome("wrong_number"))
        .await
        .ok();
    assert_eq!(
        (&done["task"]["status"], &done["next"]["code"]),
        (&json!("open"), &json!("next_phone"))
    );
    assert_eq!(done["task"]["phone_masked"], "139****9000");
    assert_eq!(
        today(&t, "agent2", "").await.len(),
        1,
        "the other number can be called at once"
    );
    let mut again = outcome("wrong_number");
    merge(&mut again, json!({ "version": 1 }));
    let done = finish(&t, "agent2", &task, again).await.ok();
    assert_eq!(
        (&done["task"]["status"], &done["next"]["code"]),
        (&json!("done"), &json!("ask_at_reception"))
    );
    let seen = customer_of(&t, customer).await;
    assert_eq!(seen["ask_at_reception"], true);
    assert!(
        seen["phones"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| p["do_not_use"] == true)
    );
}

async fn a_task_is_finished_once_even_when_it_is_sent_twice(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let first = t
        .as_role("agent2")
        .key("finish-1")
        .post(&path(&task, "/finish"), outcome("no_answer"))
        .await;
    let again = t
        .as_role("agent2")
        .key("finish-1")
        .post(&path(&task, "/finish"), outcome("no_answer"))
        .await;
    assert_eq!(first.ok(), again.ok());
    assert_eq!(task_of(&t, customer).await["attempt_count"], 1);
    // Without a key the version of the sheet tells.
    finish(&t, "agent2", &task, outcome("no_answer"))
        .await
        .refused(409, "edited_elsewhere");
}

/// A process that is killed right after the commit owes the answer: it is there for the repetition.
async fn what_is_made_and_its_answer_are_kept_in_one_transaction(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let at_branch = json!({ "customer_id": customer, "branch_id": t.org.tianfu });
    let with = |more: Value| {
        let mut body = at_branch.clone();
        merge(&mut body, more);
        body
    };
    let of_customer = |what: &str| format!("/api/v1/customers/{customer}/{what}");
    let made = [
        (of_customer("notes"), json!({ "text": "喜欢周末来" })),
        (
            of_customer("assets"),
            json!({ "kind": "vehicle", "plate": "川A12345", "model": "迈腾 330" }),
        ),
        (
            "/api/v1/orders".to_owned(),
            with(
                json!({ "kind": "sale", "title": "机油", "ordered_at": t.now_ms(), "revenue_fen": 10_000, "cost_fen": 4_000 }),
            ),
        ),
        (
            "/api/v1/service-records".to_owned(),
            with(
                json!({ "opened_at": t.now_ms() - 3_600_000, "category": "保养", "work": "更换机油", "revenue_fen": 68_000 }),
            ),
        ),
        (
            "/api/v1/tasks".to_owned(),
            json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候", "due_at": t.now_ms() + 1_800_000 }),
        ),
        (path(&task, "/finish"), outcome("no_answer")),
        (
            "/api/v1/customers".to_owned(),
            json!({ "name": "张三", "kind": "person", "phones": [], "emails": [], "keep_address": false, "keep_birthday": false,
                "stage": "known", "branch_id": t.org.tianfu, "tags": [], "consents": [], "do_not_call": false }),
        ),
    ];
    // Signs in, which is a transaction of its own.
    t.as_role("agent2").get("/api/v1/today/summary").await.ok();
    for (place, (to, body)) in made.iter().enumerate() {
        let key = format!("one-{place}");
        let committed = || t.db().figures().committed.load(Ordering::Relaxed);
        let before = committed();
        let first = t.as_role("agent2").key(&key).post(to, body).await;
        first.ok();
        assert_eq!(committed() - before, 1, "{to}");
        let again = t.as_role("agent2").key(&key).post(to, body).await;
        assert_eq!(
            (first.text(), "true"),
            (again.text(), again.header("idempotency-replayed")),
            "{to}"
        );
        assert_eq!(first.header("content-type"), again.header("content-type"));
        assert_eq!(committed() - before, 1, "{to}");
    }
}

async fn a_task_opened_again_starts_over(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let done = finish(&t, "agent2", &task, outcome("refused")).await.ok();
    let reopen = json!({ "reason": "误点结束", "version": done["task"]["version"] });
    t.as_role("agent2")
        .post(&path(&task, "/reopen"), &reopen)
        .await
        .refused(403, "forbidden");
    let open = t
        .as_role("team_leader")
        .post(&path(&task, "/reopen"), &reopen)
        .await
        .ok();
    assert_eq!(
        (
            &open["status"],
            &open["attempt_count"],
            &open["last_outcome"]
        ),
        (&json!("open"), &json!(0), &json!(null))
    );
    assert_eq!(
        customer_of(&t, customer).await["consents"],
        json!([]),
        "the refusal was taken back"
    );
    assert_eq!(today(&t, "agent2", "").await.len(), 1);
    t.as_role("team_leader")
        .post(
            &path(&task, "/reopen"),
            json!({ "reason": "x", "version": open["version"] }),
        )
        .await
        .refused(409, "followup.task_open");
    let cancel = json!({ "reason": "客户已换车", "version": open["version"] });
    let gone = t
        .as_role("team_leader")
        .post(&path(&task, "/cancel"), cancel)
        .await
        .ok();
    assert_eq!(gone["status"], "cancelled");
    assert!(today(&t, "agent2", "").await.is_empty());
}

async fn whoever_does_not_want_to_be_called_is_not(t: TestApp) {
    let (customer, task) = a_due_call(&t).await;
    let seen = customer_of(&t, customer).await;
    let change = json!({
        "name": "王建国", "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": true,
        "keep_address": true, "keep_birthday": true, "tags": [], "consents": [], "emails": [],
        "phones": [{ "id": seen["phones"][0]["id"], "primary": true, "do_not_use": false }],
        "version": seen["row"]["version"],
    });
    t.as_role("administrator")
        .put(&format!("/api/v1/customers/{customer}"), change)
        .await
        .ok();
    let sheet = t.as_role("agent2").get(&path(&task, "")).await.ok();
    assert_eq!(
        (&sheet["may_call"], &sheet["may_not"]["code"]),
        (&json!(false), &json!("followup.do_not_call"))
    );
    finish(&t, "agent2", &task, outcome("reached"))
        .await
        .refused(409, "followup.do_not_call");
    t.advance(SignedDuration::from_hours(1));
}
