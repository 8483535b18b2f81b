//! The audit trail.

use jiff::SignedDuration;
use liuke_platform::identity::Scope;
use serde_json::json;

use crate::on_both;
use crate::team::store::audit::{AuditFilter, page_sql};
use crate::testing::{TestApp, assert_no_scan_of};

on_both!(every_change_leaves_an_entry_with_its_subject_named_as_it_is_called_today);
async fn every_change_leaves_an_entry_with_its_subject_named_as_it_is_called_today(t: TestApp) {
    let admin = t.as_role("administrator");
    let before = admin
        .get(&format!("/api/v1/staff/{}", t.staff("clerk")))
        .await
        .ok();
    let input = json!({
        "login": "clerk", "name": "赵信", "phone": "13800138000", "branch_id": t.org.tianfu,
        "role_ids": [before["roles"][0]["id"]], "version": before["version"],
    });
    admin
        .put(&format!("/api/v1/staff/{}", t.staff("clerk")), input)
        .await
        .ok();
    let auditor = t.as_role("auditor");
    let page = auditor
        .get(&format!(
            "/api/v1/audit?subject_kind=staff&subject_id={}",
            t.staff("clerk")
        ))
        .await
        .ok();
    let entry = &page["items"][0];
    assert_eq!(entry["action"], "staff.update");
    assert_eq!(entry["actor_name"], "系统管理员");
    assert_eq!(entry["via"], "ui");
    assert_eq!(entry["subject_label"], "赵信");
    assert_eq!(
        (&entry["before"]["name"], &entry["after"]["name"]),
        (&json!("信息员"), &json!("赵信"))
    );
    assert_eq!(entry["after"]["phone"], "*******8000");
}

on_both!(the_trail_is_filtered_by_day_person_and_action_and_read_page_by_page);
async fn the_trail_is_filtered_by_day_person_and_action_and_read_page_by_page(t: TestApp) {
    let admin = t.as_role("administrator");
    for number in 0..5 {
        let new = json!({ "branch_id": t.org.tianfu, "name": format!("组{number}") });
        admin.post("/api/v1/teams", new).await.ok();
    }
    t.advance(SignedDuration::from_hours(24));
    let new = json!({ "branch_id": t.org.tianfu, "name": "明天的组" });
    admin.post("/api/v1/teams", new).await.ok();
    let auditor = t.as_role("auditor");
    let count = async |query: String| {
        auditor.get(&format!("/api/v1/audit?{query}")).await.ok()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count("action=team.create".into()).await, 6);
    assert_eq!(count("action=team.create&to=2026-11-21".into()).await, 5);
    assert_eq!(
        count("action=team.create&from=2026-11-22&to=2026-11-22".into()).await,
        1
    );
    assert_eq!(count(format!("actor_id={}", t.staff("agent"))).await, 0);
    assert_eq!(
        auditor.get("/api/v1/audit?from=gestern").await.status(),
        422
    );
    let mut seqs = Vec::new();
    let mut path = "/api/v1/audit?action=team.create&limit=4".to_owned();
    loop {
        let page = auditor.get(&path).await.ok();
        seqs.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["seq"].as_i64().unwrap()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/audit?action=team.create&limit=4&after={next}");
    }
    assert_eq!(seqs.len(), 6);
    assert!(seqs.is_sorted_by(|a, b| a > b));
}

on_both!(the_auditor_checks_the_whole_chain);
async fn the_auditor_checks_the_whole_chain(t: TestApp) {
    let admin = t.as_role("administrator");
    admin
        .post(
            "/api/v1/teams",
            json!({ "branch_id": t.org.tianfu, "name": "新组" }),
        )
        .await
        .ok();
    let state = t
        .as_role("auditor")
        .post("/api/v1/audit/verify", json!({}))
        .await
        .ok();
    assert_eq!(
        (&state["entries"], &state["broken_at"]),
        (&json!(1), &json!(null))
    );
    assert_eq!(state["head"].as_str().unwrap().len(), 64);
    assert_eq!(state["checked_at"], t.now_ms());
    t.as_role("agent")
        .post("/api/v1/audit/verify", json!({}))
        .await
        .refused(403, "forbidden");
}

on_both!(no_filter_of_the_trail_reads_it_from_end_to_end);
async fn no_filter_of_the_trail_reads_it_from_end_to_end(t: TestApp) {
    let id = Some(t.staff("agent"));
    let text = |word: &str| Some(word.to_owned());
    // Without a filter the newest come off the end of the key; SQLite calls that a scan, though the limit ends it.
    assert_no_scan_of(
        t.db(),
        page_sql(&Scope::unlimited(), &AuditFilter::default(), Some(9), 51),
    )
    .await;
    for filter in [
        AuditFilter {
            actor_id: id,
            ..AuditFilter::default()
        },
        AuditFilter {
            action: text("staff.update"),
            ..AuditFilter::default()
        },
        AuditFilter {
            subject_kind: text("staff"),
            subject_id: id,
            ..AuditFilter::default()
        },
        AuditFilter {
            from_ms: Some(1),
            before_ms: Some(2),
            ..AuditFilter::default()
        },
    ] {
        assert_no_scan_of(t.db(), page_sql(&Scope::unlimited(), &filter, None, 51)).await;
        assert_no_scan_of(t.db(), page_sql(&Scope::unlimited(), &filter, Some(9), 51)).await;
    }
}
