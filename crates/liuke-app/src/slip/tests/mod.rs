//! Through HTTP, on both engines. The whole loop with its calls is in `followup/tests/slip_loop.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Raise, raise};
use crate::customer::Scores;
use crate::on_both;
use crate::testing::{Answer, PASSWORD, TestApp};

on_both!(
    nobody_countersigns_or_sends_back_the_own_answer,
    an_answer_sent_back_is_signed_anew,
    a_slip_is_answered_only_by_whoever_was_named,
    the_list_is_filtered_by_state_lateness_customer_and_number,
    the_paper_carries_every_signature_and_leads_back_to_the_slip,
    a_stale_version_is_refused,
);

async fn a_customer(t: &TestApp) -> Uuid {
    let customer = json!({
        "name": "王建国", "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
        "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [],
        "phones": [{ "number": "13800138000", "primary": true, "do_not_use": false }],
    });
    let made = t
        .as_role("administrator")
        .post("/api/v1/customers", customer)
        .await
        .ok();
    made["row"]["id"].as_str().unwrap().parse().unwrap()
}

/// A slip raised by `agent2`.
async fn a_slip(t: &TestApp, customer: Uuid, responsible: Option<&str>) -> String {
    use liuke_platform::identity::Authenticate as _;
    let ctx = t.ctx_of("agent2");
    let who = crate::team::People
        .by_staff(&t.app.base, t.staff("agent2"))
        .await
        .unwrap()
        .unwrap();
    let tx = t.db().begin().await.unwrap();
    let id: Uuid = ctx.new_id();
    let slip = Raise {
        id,
        customer_id: customer,
        branch_id: t.org.tianfu,
        task_id: None,
        asset_id: None,
        service_record_id: None,
        problem: "变速箱异响返修未解决",
        verbatim: Some("修了三天还是响"),
        scores: &Scores {
            result: Some(1),
            ..Scores::default()
        },
        responsible_id: responsible.map(|login| t.staff(login)),
    };
    raise(&tx, &ctx, &who, slip).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

async fn act(t: &TestApp, role: &str, id: &str, action: &str, mut input: Value) -> Answer {
    let client = t.as_role(role);
    if input.get("version").is_none() {
        let seen = t
            .as_role("service_director")
            .get(&format!("/api/v1/slips/{id}"))
            .await
            .ok();
        input["version"] = seen["row"]["version"].clone();
    }
    client
        .post(&format!("/api/v1/slips/{id}/{action}"), input)
        .await
}

async fn nobody_countersigns_or_sends_back_the_own_answer(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, Some("administrator")).await;
    let answer = json!({ "answer": "已更换", "password": PASSWORD });
    act(
        &t,
        "administrator",
        &id,
        "countersign",
        json!({ "password": PASSWORD }),
    )
    .await
    .refused(409, "slip.not_answered");
    act(&t, "administrator", &id, "answer", answer.clone())
        .await
        .ok();
    act(&t, "administrator", &id, "answer", answer)
        .await
        .refused(409, "slip.already_answered");
    act(
        &t,
        "administrator",
        &id,
        "countersign",
        json!({ "password": PASSWORD }),
    )
    .await
    .refused(403, "slip.own_answer");
    act(
        &t,
        "administrator",
        &id,
        "return",
        json!({ "reason": "再看看" }),
    )
    .await
    .refused(403, "slip.own_answer");
    let wrong = act(
        &t,
        "service_director",
        &id,
        "countersign",
        json!({ "password": "记错了的密码吧" }),
    )
    .await;
    assert_eq!(wrong.fields(), ["password:password.wrong"]);
    act(
        &t,
        "service_director",
        &id,
        "countersign",
        json!({ "password": PASSWORD }),
    )
    .await
    .ok();
    act(
        &t,
        "administrator",
        &id,
        "confirm",
        json!({ "satisfied": true }),
    )
    .await
    .refused(403, "slip.own_signature");
}

async fn an_answer_sent_back_is_signed_anew(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, Some("technician")).await;
    act(
        &t,
        "technician",
        &id,
        "answer",
        json!({ "answer": "没问题", "password": PASSWORD }),
    )
    .await
    .ok();
    assert_eq!(
        act(
            &t,
            "service_director",
            &id,
            "return",
            json!({ "reason": " " })
        )
        .await
        .code(),
        "slip.text_missing"
    );
    let back = act(
        &t,
        "service_director",
        &id,
        "return",
        json!({ "reason": "请写明做了什么" }),
    )
    .await
    .ok();
    assert_eq!(
        (&back["row"]["state"], &back["signatures"], &back["answer"]),
        (&json!("raised"), &json!([]), &json!("没问题"))
    );
    assert_eq!(back["events"][2]["text"], "请写明做了什么");
    act(
        &t,
        "technician",
        &id,
        "answer",
        json!({ "answer": "更换电磁阀", "password": PASSWORD }),
    )
    .await
    .ok();
    let done = act(
        &t,
        "service_director",
        &id,
        "countersign",
        json!({ "password": PASSWORD }),
    )
    .await
    .ok();
    assert_eq!(
        (
            &done["hash_ok"],
            done["signatures"].as_array().unwrap().len()
        ),
        (&json!(true), 2)
    );
}

async fn a_slip_is_answered_only_by_whoever_was_named(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, None).await;
    let answer = json!({ "answer": "已更换", "password": PASSWORD });
    act(&t, "team_leader", &id, "answer", answer.clone())
        .await
        .refused(409, "slip.not_assigned");
    let clerk = act(
        &t,
        "team_leader",
        &id,
        "assign",
        json!({ "responsible_id": t.staff("clerk") }),
    )
    .await;
    assert_eq!(clerk.fields(), ["responsible_id:slip.cannot_answer"]);
    t.as_role("technician")
        .get(&format!("/api/v1/slips/{id}"))
        .await
        .refused(404, "not_found");
    let given = act(
        &t,
        "team_leader",
        &id,
        "assign",
        json!({ "responsible_id": t.staff("technician") }),
    )
    .await
    .ok();
    assert_eq!(given["row"]["responsible_name"], "技师");
    act(&t, "team_leader", &id, "answer", answer.clone())
        .await
        .refused(403, "slip.not_responsible");
    act(&t, "technician", &id, "answer", answer).await.ok();
    let late = json!({ "responsible_id": t.staff("team_leader") });
    act(&t, "team_leader", &id, "assign", late)
        .await
        .refused(409, "slip.already_answered");
}

async fn the_list_is_filtered_by_state_lateness_customer_and_number(t: TestApp) {
    let customer = a_customer(&t).await;
    let first = a_slip(&t, customer, Some("technician")).await;
    t.advance(SignedDuration::from_hours(30));
    let second = a_slip(&t, a_customer(&t).await, Some("team_leader")).await;
    let ids = async |role: &str, query: &str| -> Vec<String> {
        let page = t
            .as_role(role)
            .get(&format!("/api/v1/slips{query}"))
            .await
            .ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("agent2", "").await, [second.clone(), first.clone()]);
    assert_eq!(
        ids("agent2", "?overdue=true").await,
        std::slice::from_ref(&first)
    );
    assert_eq!(
        ids("agent2", &format!("?customer_id={customer}")).await,
        std::slice::from_ref(&first)
    );
    assert_eq!(
        ids("agent2", "?q=fk-20261121-0001").await,
        std::slice::from_ref(&first)
    );
    assert_eq!(ids("agent2", "?q=wjg").await.len(), 2);
    assert_eq!(ids("agent2", "?state=closed").await, Vec::<String>::new());
    assert_eq!(ids("technician", "").await, std::slice::from_ref(&first));
    assert_eq!(
        ids("team_leader", "?mine=true").await,
        std::slice::from_ref(&second)
    );
    assert_eq!(
        t.as_role("agent2")
            .get("/api/v1/slips?state=x")
            .await
            .fields(),
        ["state:unknown_value"]
    );
    let late = t
        .as_role("technician")
        .get(&format!("/api/v1/slips/{first}"))
        .await
        .ok();
    assert_eq!(
        (&late["row"]["urgency"], &late["row"]["awaits_me"]),
        (&json!("overdue"), &json!(true))
    );
    let summary = t
        .as_role("team_leader")
        .get("/api/v1/today/summary")
        .await
        .ok();
    assert_eq!(
        (&summary["slips_to_answer"], &summary["slips_overdue"]),
        (&json!(1), &json!(1))
    );
    act(
        &t,
        "technician",
        &first,
        "answer",
        json!({ "answer": "已更换", "password": PASSWORD }),
    )
    .await
    .ok();
    assert_eq!(
        ids("service_director", "?mine=true").await,
        [first],
        "waits for a countersignature"
    );
}

async fn the_paper_carries_every_signature_and_leads_back_to_the_slip(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, Some("technician")).await;
    act(
        &t,
        "technician",
        &id,
        "answer",
        json!({ "answer": "更换电磁阀", "password": PASSWORD }),
    )
    .await
    .ok();
    for lang in ["", "?lang=en"] {
        let paper = t
            .as_role("agent2")
            .get(&format!("/api/v1/slips/{id}/paper{lang}"))
            .await;
        assert_eq!(
            (paper.status(), paper.header("content-type")),
            (200, "application/pdf"),
            "{}",
            paper.text()
        );
        assert!(paper.bytes().starts_with(b"%PDF-"));
    }
}

async fn a_stale_version_is_refused(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, Some("technician")).await;
    let stale = json!({ "answer": "已更换", "password": PASSWORD, "version": 9 });
    act(&t, "technician", &id, "answer", stale)
        .await
        .refused(409, "edited_elsewhere");
    let stale = json!({ "responsible_id": t.staff("team_leader"), "version": 9 });
    act(&t, "team_leader", &id, "assign", stale)
        .await
        .refused(409, "edited_elsewhere");
}
