//! The Today page: order, filters, pages, and the plans the databases make for it.

use liuke_platform::db::{Engine, FromQueryResult, Sql as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DAY, a_customer, a_customer_like, a_plan, a_service, plan, today};
use crate::followup::today::{Wanted, Who, page_text};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    the_most_urgent_stands_first_and_equal_deadlines_go_by_tier,
    pages_follow_each_other_without_gap_or_double,
    the_list_is_filtered_by_kind_tier_and_what_is_typed,
    the_day_in_figures_counts_what_the_list_shows,
    the_list_is_read_from_an_index_in_its_order,
);

async fn with_tier(t: &TestApp, customer: Uuid, tier: &str) {
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE customer SET tier = $2 WHERE id = $1",
        liuke_platform::args![customer, tier],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Four tasks of `agent2`: one by hand due soon, three by the plan with one deadline and tiers D, none, A.
async fn a_morning(t: &TestApp) {
    a_plan(t, plan()).await;
    for (name, tier) in [
        ("丁客户", Some("D")),
        ("无级客户", None),
        ("甲客户", Some("A")),
    ] {
        let customer = a_customer(t, name).await;
        if let Some(tier) = tier {
            with_tier(t, customer, tier).await;
        }
        a_service(t, customer, json!({})).await;
    }
    t.advance(DAY * 3);
    let customer = a_customer_like(
        t,
        "急客户",
        json!({ "phones": [{ "number": "13912345678", "primary": true, "do_not_use": false }] }),
    )
    .await;
    let manual = json!({ "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候",
        "due_at": t.now_ms() + 1_800_000, "assignee_id": t.staff("agent2") });
    t.as_role("agent2").post("/api/v1/tasks", manual).await.ok();
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter()
        .map(|row| row["customer_name"].as_str().unwrap())
        .collect()
}

async fn the_most_urgent_stands_first_and_equal_deadlines_go_by_tier(t: TestApp) {
    a_morning(&t).await;
    let list = today(&t, "agent2", "").await;
    assert_eq!(names(&list), ["急客户", "甲客户", "丁客户", "无级客户"]);
    t.advance(DAY * 2);
    let list = today(&t, "agent2", "").await;
    assert!(
        list.iter().all(|row| row["urgency"] == "overdue"),
        "{list:?}"
    );
    // A new pyramid changes the order of what is open. The nights' own work comes first, it ranks customers too.
    t.run_jobs().await;
    for (customer, tier) in [(1, "D"), (2, "D"), (3, "A")] {
        let id: Uuid = list[customer]["customer_id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        with_tier(&t, id, tier).await;
    }
    let ctx = t.ctx();
    let tx = t.db().begin().await.unwrap();
    liuke_platform::jobs::enqueue(
        &tx,
        &ctx,
        crate::followup::ON_TIERS,
        &json!({}),
        ctx.now_ms(),
        None,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    t.run_jobs().await;
    assert_eq!(
        names(&today(&t, "agent2", "").await)[..2],
        ["急客户", "无级客户"]
    );
}

async fn pages_follow_each_other_without_gap_or_double(t: TestApp) {
    a_morning(&t).await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = t
            .as_role("agent2")
            .get(&format!("/api/v1/today?limit=1{after}"))
            .await
            .ok();
        seen.extend(
            names(page["items"].as_array().unwrap())
                .into_iter()
                .map(str::to_owned),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ["急客户", "甲客户", "丁客户", "无级客户"]);
}

async fn the_list_is_filtered_by_kind_tier_and_what_is_typed(t: TestApp) {
    a_morning(&t).await;
    assert_eq!(names(&today(&t, "agent2", "?kind=care").await), ["急客户"]);
    assert_eq!(names(&today(&t, "agent2", "?tier=A").await), ["甲客户"]);
    assert_eq!(
        names(&today(&t, "agent2", "?q=jkh").await),
        ["急客户", "甲客户", "无级客户"]
    );
    assert_eq!(names(&today(&t, "agent2", "?q=5678").await), ["急客户"]);
    let number = today(&t, "agent2", "?tier=D").await[0]["number"]
        .as_str()
        .unwrap()
        .to_lowercase();
    assert_eq!(
        names(&today(&t, "agent2", &format!("?q={number}")).await),
        ["丁客户"]
    );
    for (query, path) in [("?kind=x", "kind"), ("?tier=Z", "tier"), ("?who=x", "who")] {
        let refused = t
            .as_role("agent2")
            .get(&format!("/api/v1/today{query}"))
            .await;
        assert_eq!(refused.fields(), [format!("{path}:unknown_value")]);
    }
    assert_eq!(today(&t, "team_leader", "?who=team").await.len(), 4);
    assert_eq!(today(&t, "team_leader", "").await.len(), 0);
}

async fn the_day_in_figures_counts_what_the_list_shows(t: TestApp) {
    a_morning(&t).await;
    let summary = t.as_role("agent2").get("/api/v1/today/summary").await.ok();
    assert_eq!(summary["date"], "2026-11-24");
    assert_eq!(
        (&summary["open"], &summary["overdue"], &summary["due_today"]),
        (&json!(4), &json!(0), &json!(1))
    );
    assert_eq!(
        summary["by_kind"],
        json!([
            { "kind": "service_quality", "count": 3, "overdue": 0 },
            { "kind": "marketing", "count": 0, "overdue": 0 },
            { "kind": "care", "count": 1, "overdue": 0 },
        ])
    );
    t.advance(DAY * 2);
    let summary = t
        .as_role("agent2")
        .get("/api/v1/today/summary?who=me")
        .await
        .ok();
    assert_eq!(
        (&summary["overdue"], &summary["due_today"]),
        (&json!(4), &json!(0))
    );
}

#[derive(FromQueryResult)]
struct PlanLine {
    detail: String,
}

#[derive(FromQueryResult)]
struct PgLine {
    #[row(name = "QUERY PLAN")]
    line: String,
}

async fn the_list_is_read_from_an_index_in_its_order(t: TestApp) {
    let identity = |login: &str| {
        let id = t.staff(login);
        let app = t.app.clone();
        async move {
            use liuke_platform::identity::Authenticate as _;
            crate::team::People
                .by_staff(&app.base, id)
                .await
                .unwrap()
                .unwrap()
                .scope
        }
    };
    fill(&t).await;
    let now = t.now_ms();
    let (house, branch) = (identity("service_director").await, identity("agent2").await);
    for (scope, who, index) in [
        (&branch, Who::Mine, "followup_task_assignee"),
        (&branch, Who::Unassigned, "followup_task_assignee"),
        (&branch, Who::All, "followup_task_branch"),
        (&house, Who::All, "followup_task_open"),
        (&house, Who::Unassigned, "followup_task_assignee"),
    ] {
        let (text, values) = page_text(
            scope,
            who,
            who == Who::Unassigned,
            &Wanted::default(),
            now,
            Some((now, 3, Uuid::nil())),
            51,
        );
        match t.db().engine() {
            Engine::Sqlite => {
                let lines: Vec<PlanLine> = t
                    .db()
                    .all(&format!("EXPLAIN QUERY PLAN {text}"), values)
                    .await
                    .unwrap();
                let plan: Vec<String> = lines.into_iter().map(|l| l.detail).collect();
                assert!(
                    plan.iter()
                        .any(|l| l.starts_with("SEARCH t") && l.contains(index)),
                    "{who:?}: {plan:?}"
                );
                assert!(
                    !plan
                        .iter()
                        .any(|l| l.contains("TEMP B-TREE") || l.starts_with("SCAN")),
                    "{who:?}: {plan:?}"
                );
            }
            Engine::Postgres => {
                let lines: Vec<PgLine> = t
                    .db()
                    .all(&format!("EXPLAIN {text}"), values)
                    .await
                    .unwrap();
                let plan: Vec<String> = lines.into_iter().map(|l| l.line).collect();
                let whole = plan.join("\n");
                assert!(
                    whole.contains("followup_task_")
                        && !whole.contains("Seq Scan on followup_task t"),
                    "{who:?}: {whole}"
                );
            }
        }
    }
}

/// Enough tasks, mostly done, for the planners to have something to choose between.
async fn fill(t: &TestApp) {
    use liuke_platform::db::{Value, insert_rows};
    let customer = a_customer(t, "王建国").await;
    let ctx = t.ctx();
    let rows: Vec<Vec<Value>> = (0..4_000_i64)
        .map(|n| {
            let status = if n % 10 == 0 { "open" } else { "done" };
            let assignee = [Some(t.staff("agent")), Some(t.staff("agent2")), None]
                [usize::try_from(n % 3).unwrap()];
            let branch = if n % 2 == 0 {
                t.org.tianfu
            } else {
                t.org.jinjiang
            };
            liuke_platform::args![
                ctx.new_id::<Uuid>(),
                format!("HF-{n}"),
                customer,
                branch,
                assignee,
                "care",
                "phone",
                "问候",
                "manual",
                status,
                t.now_ms() + n * 60_000,
                "2026-11-21",
                0_i64,
                n % 5 + 1,
                0_i64,
                1_i64,
                t.now_ms() - n
            ]
        })
        .collect();
    let tx = t.db().begin().await.unwrap();
    insert_rows(
        &tx,
        "followup_task",
        "id, number, customer_id, branch_id, assignee_id, kind, channel, purpose, reason_code, status, due_at, due_day, not_before, \
         tier_rank, attempt_count, version, created_at",
        rows,
        "",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    t.db().run_outside("ANALYZE").await.unwrap();
}
