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
    what_waits_for_me_is_the_same_in_list_card_and_badge,
    a_closed_slip_is_opened_again_with_a_reason,
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
    // Until somebody is named it waits for those who can name one.
    for (role, waiting) in [("team_leader", 1), ("technician", 0)] {
        let client = t.as_role(role);
        let summary = client.get("/api/v1/slips/waiting").await.ok();
        assert_eq!(summary["to_answer"], waiting, "{role}");
        let mine = client.get("/api/v1/slips?mine=true").await.ok();
        assert_eq!(mine["items"].as_array().unwrap().len(), waiting, "{role}");
    }
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
        (&json!(1), &json!(0)),
        "the late one waits for somebody else"
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

async fn what_waits_for_me_is_the_same_in_list_card_and_badge(t: TestApp) {
    let password = json!({ "password": PASSWORD });
    let answer = json!({ "answer": "已更换", "password": PASSWORD });
    let customer = a_customer(&t).await;
    // One slip in each state; agent2 raised them all.
    a_slip(&t, customer, Some("technician")).await;
    let answered = a_slip(&t, customer, Some("technician")).await;
    act(&t, "technician", &answered, "answer", answer.clone())
        .await
        .ok();
    let signed = a_slip(&t, customer, Some("administrator")).await;
    act(&t, "administrator", &signed, "answer", answer.clone())
        .await
        .ok();
    act(&t, "service_director", &signed, "countersign", password)
        .await
        .ok();
    t.advance(SignedDuration::from_hours(30));
    a_slip(&t, customer, Some("team_leader")).await;
    for role in [
        "administrator",
        "service_director",
        "team_leader",
        "agent",
        "agent2",
        "technician",
        "auditor",
    ] {
        let client = t.as_role(role);
        let all = client.get("/api/v1/slips?limit=100").await.ok();
        let awaiting: Vec<&Value> = all["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| s["awaits_me"] == true)
            .map(|s| &s["id"])
            .collect();
        let mine = client.get("/api/v1/slips?mine=true").await.ok();
        let listed: Vec<&Value> = mine["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| &s["id"])
            .collect();
        assert_eq!(listed, awaiting, "{role}");
        let waiting = client.get("/api/v1/slips/waiting").await.ok();
        let sum: i64 = ["to_answer", "to_countersign", "to_confirm"]
            .iter()
            .map(|k| waiting[k].as_i64().unwrap())
            .sum();
        assert_eq!(sum, i64::try_from(listed.len()).unwrap(), "{role}");
        let late = mine["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| s["urgency"] == "overdue")
            .count();
        assert_eq!(waiting["overdue"], json!(late), "{role}");
        // A technician has no Today and counts on the badge alone.
        if role == "technician" {
            assert_eq!(
                (&waiting["to_answer"], &waiting["overdue"]),
                (&json!(1), &json!(1))
            );
            continue;
        }
        let today = client.get("/api/v1/today/summary").await.ok();
        for key in ["to_answer", "to_countersign", "to_confirm", "overdue"] {
            assert_eq!(today[format!("slips_{key}")], waiting[key], "{role} {key}");
        }
    }
    let agent = t
        .as_role("agent2")
        .get("/api/v1/slips?mine=true")
        .await
        .ok();
    assert_eq!(
        agent["items"].as_array().unwrap().len(),
        1,
        "raised by me is not waiting for me: only the confirming call is"
    );
}

async fn a_closed_slip_is_opened_again_with_a_reason(t: TestApp) {
    let id = a_slip(&t, a_customer(&t).await, Some("technician")).await;
    let reason = json!({ "reason": "客户来电，问题又出现了" });
    act(&t, "service_director", &id, "reopen", reason.clone())
        .await
        .refused(409, "slip.not_closed");
    let answer = json!({ "answer": "已更换", "password": PASSWORD });
    act(&t, "technician", &id, "answer", answer).await.ok();
    let password = json!({ "password": PASSWORD });
    act(&t, "service_director", &id, "countersign", password)
        .await
        .ok();
    act(
        &t,
        "team_leader",
        &id,
        "confirm",
        json!({ "satisfied": true }),
    )
    .await
    .ok();
    act(&t, "agent2", &id, "reopen", reason.clone())
        .await
        .refused(403, "forbidden");
    act(
        &t,
        "service_director",
        &id,
        "reopen",
        json!({ "reason": " " }),
    )
    .await
    .refused(422, "slip.text_missing");
    // The director countersigned, and may all the same: it takes signatures away.
    let open = act(&t, "service_director", &id, "reopen", reason)
        .await
        .ok();
    assert_eq!(
        (
            &open["row"]["state"],
            &open["row"]["reopened_count"],
            &open["row"]["responsible_name"],
            &open["signatures"],
            &open["answer"],
            &open["hash_ok"],
        ),
        (
            &json!("raised"),
            &json!(1),
            &json!("技师"),
            &json!([]),
            &json!(null),
            &json!(true)
        )
    );
    let last = open["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["action"], &last["text"]),
        (&json!("reopened"), &json!("客户来电，问题又出现了"))
    );
    assert_eq!(
        open["row"]["due_at"].as_i64().unwrap(),
        t.now_ms() + 24 * 3_600_000
    );
    let audit = t
        .as_role("auditor")
        .get(&format!("/api/v1/audit?subject_id={id}"))
        .await
        .text();
    assert!(audit.contains("slip.reopen"), "{audit}");
    t.run_jobs().await;
    assert!(t.dead_jobs().await.is_empty());
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
            .get(&format!("http://liuke.test/api/v1/slips/{id}/paper{lang}"))
            .await;
        assert_eq!(
            (paper.status(), paper.header("content-type")),
            (200, "application/pdf"),
            "{}",
            paper.text()
        );
        assert!(paper.bytes().starts_with(b"%PDF-"));
        // The code leads back under the name that was asked for.
        let wanted = format!("http://liuke.test/slips/{id}");
        assert_eq!(codes_of(paper.bytes()), [wanted.clone(), wanted]);
    }
}

/// The QR codes on a printed page, as a telephone reads them.
fn codes_of(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slip.pdf");
    std::fs::write(&file, pdf).unwrap();
    let run = std::process::Command::new("pdftoppm")
        .args(["-r", "300", "-gray"])
        .arg(&file)
        .output()
        .expect("poppler-utils is needed by this test (cargo xtask test installs it)");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let (width, height, grey) = grey_picture(&run.stdout);
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    let codes = picture.detect_grids();
    codes.iter().map(|code| code.decode().unwrap().1).collect()
}

/// A picture as `pdftoppm -gray` writes it: `P5`, width, height, 255, then one byte for each point.
fn grey_picture(ppm: &[u8]) -> (usize, usize, &[u8]) {
    let mut rest = ppm;
    let mut word = || {
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
        let (word, tail) = rest.split_at(end);
        rest = &tail[1..];
        std::str::from_utf8(word).unwrap().to_owned()
    };
    assert_eq!(word(), "P5");
    let (width, height) = (word().parse().unwrap(), word().parse().unwrap());
    assert_eq!(word(), "255");
    (width, height, rest)
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
