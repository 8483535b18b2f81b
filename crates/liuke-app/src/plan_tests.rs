//! The plans of lists, counts, sweeps and timelines over a full house (执行计划): requests are sent, and every statement
//! that the product sent for them is explained. None may read a table that grows with the trade whole, and a page that
//! promises an order finds its rows in it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "tests"
)]

use std::collections::BTreeSet;

use liuke_platform::args;
use liuke_platform::db::{Engine, Sql as _, Tx, Value, insert_rows};
use serde_json::json;
use uuid::Uuid;

use crate::on_both;
use crate::team::founding::{self, NewStaff};
use crate::testing::{LARGE, TestApp, assert_bounded, assert_in_order};

on_both!(
    lists_of_customers_and_their_counts_follow_an_index_by_every_filter,
    a_rare_filter_is_looked_up_and_not_walked_after,
    timelines_tasks_and_imports_follow_an_index,
    sweeps_and_the_other_lists_read_no_large_table_whole,
);

/// Customers; as many orders, repairs, tasks, calls, notes and entries of the audit.
const ROWS: u128 = 3_000;
const DAY_MS: i64 = 86_400_000;

/// An id of a row of a table.
fn id(table: u128, n: u128) -> Uuid {
    Uuid::from_u128(table << 64 | n)
}

async fn put(tx: &Tx, table: &str, columns: &str, row: impl Fn(u128) -> Vec<Value>) {
    insert_rows(tx, table, columns, (0..ROWS).map(row).collect(), "")
        .await
        .unwrap();
}

/// A house of two branches in which almost everything is usual, and one in a hundred of each kind is not.
async fn fill(t: &TestApp) {
    let now = t.now_ms();
    let at = |n: u128| now - n as i64 * 3_600_000;
    let branch = |n: u128| [t.org.tianfu, t.org.jinjiang][(n % 2) as usize];
    let person = |n: u128| [t.staff("agent"), t.staff("agent2")][(n % 2) as usize];
    let rare = |n: u128| n % 100 == 7;
    let tx = t.db().begin().await.unwrap();
    put(
        &tx,
        "customer",
        "id, number, kind, name, sort_key, source, personality, stage, owner_id, branch_id, do_not_call, ask_at_reception, tier, \
         asset_count, revenue_fen, order_count, visit_count, last_visit_on, visit_sort, version, created_at, updated_at",
        |n| {
            let visit = format!("2026-{:02}-{:02}", 1 + n % 11, 1 + n % 28);
            args![
                id(1, n),
                format!("KH-{n}"),
                if rare(n) { "organisation" } else { "person" },
                format!("客户{n}"),
                format!("kehu{n:06}"),
                if rare(n) { "event" } else { "walk_in" },
                rare(n).then_some("expert"),
                if rare(n) { "lost" } else { "known" },
                rare(n).then(|| t.staff("agent")),
                branch(n),
                false,
                false,
                if rare(n) { "A" } else { "D" },
                0_i64,
                n as i64,
                1_i64,
                1_i64,
                visit.as_str(),
                visit.as_str(),
                1_i64,
                at(n),
                at(n)
            ]
        },
    )
    .await;
    put(&tx, "customer_tag", "customer_id, tag", |n| {
        args![id(1, n), if rare(n) { "大客户" } else { "会员" }]
    })
    .await;
    put(
        &tx,
        "asset",
        "id, customer_id, kind, model, version, created_at",
        |n| args![id(9, n), id(1, n), "vehicle", "迈腾 330", 1_i64, at(n)],
    )
    .await;
    let reachable = (0..ROWS).filter(|n| rare(*n)).map(|n| {
        let number = format!("+86138{n:08}");
        args![
            id(8, n),
            id(1, n),
            0_i64,
            number.as_str(),
            number.as_str(),
            "mobile",
            true,
            false,
            true
        ]
    });
    insert_rows(
        &tx,
        "customer_phone",
        "id, customer_id, position, number, e164, kind, is_primary, do_not_use, valid",
        reachable.collect(),
        "",
    )
    .await
    .unwrap();
    put(
        &tx,
        "sales_order",
        "id, number, customer_id, kind, ordered_at, business_day, revenue_fen, branch_id, version, created_at",
        |n| {
            args![
                id(2, n),
                format!("DD-{n}"),
                id(1, n / 3),
                "sale",
                at(n),
                "2026-11-01",
                100_i64,
                branch(n / 3),
                1_i64,
                at(n)
            ]
        },
    )
    .await;
    put(
        &tx,
        "service_record",
        "id, number, customer_id, asset_id, branch_id, status, opened_at, closed_at, business_day, technician_id, revenue_fen, \
         version, created_at",
        |n| {
            args![
                id(3, n),
                format!("WX-{n}"),
                id(1, n / 3),
                id(9, n / 3),
                branch(n / 3),
                "closed",
                at(n),
                at(n),
                "2026-11-01",
                rare(n).then(|| t.staff("technician")),
                100_i64,
                1_i64,
                at(n)
            ]
        },
    )
    .await;
    put(
        &tx,
        "followup_task",
        "id, number, customer_id, service_record_id, branch_id, assignee_id, kind, channel, purpose, reason_code, status, due_at, \
         due_day, not_before, tier_rank, attempt_count, closed_day, closed_by, version, created_at",
        |n| {
            let open = n % 10 == 0;
            args![
                id(4, n),
                format!("HF-{n}"),
                id(1, n / 3),
                (n > ROWS / 2).then(|| id(3, n)),
                branch(n / 3),
                (n % 3 > 0).then(|| person(n)),
                "care",
                "phone",
                "问候",
                "manual",
                if open { "open" } else if rare(n) { "cancelled" } else { "done" },
                at(n),
                "2026-11-01",
                0_i64,
                (n % 5) as i64 + 1,
                0_i64,
                (!open).then_some("2026-11-01"),
                (!open).then(|| person(n)),
                1_i64,
                at(n)
            ]
        },
    )
    .await;
    put(
        &tx,
        "followup_attempt",
        "id, task_id, customer_id, branch_id, staff_id, channel, outcome, at, business_day, dissatisfied",
        |n| {
            args![
                id(5, n),
                id(4, n),
                id(1, n / 3),
                branch(n / 3),
                person(n),
                "phone",
                "reached",
                at(n),
                "2026-11-01",
                false
            ]
        },
    )
    .await;
    put(
        &tx,
        "customer_note",
        "id, customer_id, staff_id, text, created_at",
        |n| args![id(6, n), id(1, n / 3), person(n), "常来", at(n)],
    )
    .await;
    put(
        &tx,
        "slip",
        "id, number, customer_id, branch_id, problem, state, responsible_id, raised_by, raised_at, raised_day, due_at, closed_at, \
         closed_day, reopened_count, version",
        |n| {
            args![
                id(7, n),
                format!("FK-{n}"),
                id(1, n / 3),
                branch(n / 3),
                "异响",
                if rare(n) { "raised" } else { "closed" },
                t.staff("technician"),
                person(n),
                at(n),
                "2026-11-01",
                at(n),
                (!rare(n)).then(|| at(n)),
                (!rare(n)).then_some("2026-11-01"),
                0_i64,
                1_i64
            ]
        },
    )
    .await;
    put(
        &tx,
        "audit",
        "seq, at, actor_id, actor_name, via, action, subject_kind, subject_id, trace, prev_hash, hash",
        |n| {
            args![
                n as i64 + 100,
                now - (ROWS - n) as i64 * 1_000,
                person(n),
                "某人",
                "ui",
                if rare(n) { "customer.reveal" } else { "customer.update" },
                "customer",
                id(1, n),
                "",
                "",
                ""
            ]
        },
    )
    .await;
    tx.commit().await.unwrap();
}

/// The same with statistics, as the nightly tidying makes them.
async fn fill_and_count(t: &TestApp) {
    fill(t).await;
    t.db().run_outside("ANALYZE").await.unwrap();
}

/// An import with as many refused and kept lines as there are customers.
async fn an_import(t: &TestApp) -> Uuid {
    let file = "车主姓名,手机号\n李秀兰,13900139000\n".as_bytes();
    let import = t
        .as_role("clerk")
        .upload("/api/v1/imports", "a.csv", file, &[("kind", "customers")])
        .await
        .ok();
    let import: Uuid = import["id"].as_str().unwrap().parse().unwrap();
    let tx = t.db().begin().await.unwrap();
    put(
        &tx,
        "import_row",
        "import_id, line, outcome, summary, reason",
        |n| {
            let refused = n % 100 == 7;
            args![
                import,
                n as i64 + 1,
                if refused { "refuse" } else { "create" },
                "李秀兰",
                refused.then_some("{\"code\":\"field.required\",\"params\":{}}")
            ]
        },
    )
    .await;
    tx.commit().await.unwrap();
    t.db().run_outside("ANALYZE").await.unwrap();
    import
}

/// Who reads: the log-in name, and how far the role of that name sees then.
const READERS: [(&str, &str); 5] = [
    ("service_director", "all"),
    ("agent", "branch"),
    ("regional", "branch"),
    ("agent", "team"),
    ("agent", "own"),
];

/// Lets the holders of a role see so far.
async fn with_scope(t: &TestApp, role: &str, scope: &str) {
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE role SET scope = $2 WHERE code = $1",
        args![role, scope],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Somebody of the region, who sees several branches.
async fn hire_regional(t: &mut TestApp) {
    let tx = t.db().begin().await.unwrap();
    let new = NewStaff {
        login: "regional",
        name: "区域主管",
        branch_id: t.org.region,
        team_id: None,
        roles: &["agent"],
        password_hash: None,
    };
    let made = founding::staff(&tx, &t.ctx(), &new).await.unwrap();
    tx.commit().await.unwrap();
    t.org.staff.insert("regional".into(), made);
}

/// Gets pages as this person, and holds every statement sent for them against its plan; those of an ordered page must
/// not sort.
async fn judge(t: &TestApp, login: &str, paths: &[String], in_order: bool) {
    t.db().tape().start();
    for path in paths {
        let page = t.as_role(login).get(&format!("/api/v1/{path}")).await.ok();
        if let Some(next) = page["next"].as_str() {
            let joint = if path.contains('?') { '&' } else { '?' };
            t.as_role(login)
                .get(&format!("/api/v1/{path}{joint}after={next}"))
                .await
                .ok();
        }
    }
    explain(t, in_order).await;
}

async fn explain(t: &TestApp, in_order: bool) {
    let mut known = BTreeSet::new();
    for sent in t.db().tape().stop() {
        // The platform's queues are almost empty here, and tried there.
        let large = LARGE
            .iter()
            .filter(|table| !["job", "event"].contains(table))
            .any(|table| {
                let read = |word: &str| sent.sql.contains(word);
                read(&format!("FROM {table} "))
                    || read(&format!("FROM {table}\n"))
                    || read(&format!("UPDATE {table} "))
            });
        if !large || !known.insert(format!("{sent:?}")) {
            continue;
        }
        let page = sent.sql.contains(" ORDER BY ") && sent.sql.contains(" LIMIT ");
        if in_order && page {
            assert_in_order(t.db(), &sent.sql, sent.args.clone()).await;
        }
        assert_bounded(t.db(), &sent.sql, sent.args).await;
    }
    assert!(!known.is_empty(), "nothing large was read");
}

/// The filters of the list of customers, each with a value that few have and one that most have.
fn filters(t: &TestApp) -> Vec<String> {
    let mut filters: Vec<String> = [
        "stage=lost",
        "stage=known",
        "personality=expert",
        "kind=organisation",
        "kind=person",
        "source=event",
        "source=walk_in",
        "stage=lost&kind=organisation&source=event",
    ]
    .map(str::to_owned)
    .to_vec();
    filters.push(format!("owner_id={}", t.staff("agent")));
    filters
}

async fn lists_of_customers_and_their_counts_follow_an_index_by_every_filter(mut t: TestApp) {
    fill_and_count(&t).await;
    hire_regional(&mut t).await;
    for (login, scope) in READERS {
        with_scope(&t, "agent", scope).await;
        // People's own customers are few, and sorted.
        let ordered = !["team", "own"].contains(&scope);
        let mut pages = Vec::new();
        for filter in filters(&t) {
            pages.push(format!("customers?limit=20&{filter}"));
            pages.push(format!("customers/count?{filter}"));
        }
        judge(&t, login, &pages, ordered).await;
        let mut pages = vec![
            "customers?limit=20&tag=大客户".to_owned(),
            "customers/count?tag=大客户".to_owned(),
            "customers?limit=20&tag=会员".to_owned(),
            "customers/count?tag=会员".to_owned(),
        ];
        for sort in ["name", "last_visit", "-last_visit", "-revenue"] {
            for filter in filters(&t) {
                pages.push(format!("customers?limit=20&sort={sort}&{filter}"));
            }
        }
        judge(&t, login, &pages, false).await;
    }
}

async fn a_rare_filter_is_looked_up_and_not_walked_after(t: TestApp) {
    fill_and_count(&t).await;
    for (filter, index) in [
        ("stage=lost", "customer_stage_created"),
        ("personality=expert", "customer_personality_created"),
        ("kind=organisation", "customer_kind_created"),
        ("source=event", "customer_source_created"),
    ] {
        for path in ["customers?limit=20&", "customers/count?"] {
            t.db().tape().start();
            let path = format!("/api/v1/{path}{filter}");
            t.as_role("service_director").get(&path).await.ok();
            let sent = t.db().tape().stop();
            let list = sent
                .into_iter()
                .find(|sent| sent.sql.contains("FROM customer c"))
                .unwrap();
            let plan = crate::testing::plan(t.db(), &list.sql, list.args).await;
            assert!(plan.join("\n").contains(index), "{path}: {plan:#?}");
        }
    }
}

async fn timelines_tasks_and_imports_follow_an_index(mut t: TestApp) {
    fill_and_count(&t).await;
    hire_regional(&mut t).await;
    let import = an_import(&t).await;
    let customer = id(1, 7);
    let mut timeline = vec![format!("customers/{customer}/timeline?limit=4")];
    for kind in ["order", "service", "followup", "slip", "note"] {
        timeline.push(format!("customers/{customer}/timeline?limit=2&kind={kind}"));
    }
    judge(&t, "service_director", &timeline, true).await;
    let tasks: Vec<String> = ["", "&status=open", "&status=done", "&status=cancelled"]
        .iter()
        .map(|status| format!("tasks?limit=20{status}"))
        .collect();
    let of_customer: Vec<String> = ["", "&status=open"]
        .iter()
        .map(|status| format!("tasks?limit=2&customer_id={customer}{status}"))
        .collect();
    for (login, scope) in READERS {
        with_scope(&t, "agent", scope).await;
        judge(&t, login, &tasks, true).await;
        judge(&t, login, &of_customer, false).await;
    }
    let rows = [
        "imports?limit=1".to_owned(),
        format!("imports/{import}/rows?limit=20"),
        format!("imports/{import}/rows?limit=20&outcome=refuse"),
        format!("imports/{import}/rows?limit=20&outcome=create"),
    ];
    for login in ["service_director", "clerk"] {
        judge(&t, login, &rows[1..], true).await;
        judge(&t, login, &rows, false).await;
    }
}

async fn sweeps_and_the_other_lists_read_no_large_table_whole(mut t: TestApp) {
    fill_and_count(&t).await;
    hire_regional(&mut t).await;
    let plan = json!({
        "name": "修后三日回访", "kind": "service_quality", "trigger": "service_closed", "days": 3, "channel": "phone",
        "purpose": "了解维修质量", "opener": "您好。", "permission_ask": "方便吗？", "benefit": "马上安排。",
        "due_hours": 24, "active": true,
    });
    let mut absence = plan.clone();
    absence["name"] = json!("半年未到店");
    absence["kind"] = json!("care");
    absence["trigger"] = json!("no_visit");
    absence["days"] = json!(60);
    let mut narrow = plan.clone();
    narrow["name"] = json!("天府店保养回访");
    narrow["branch_id"] = json!(t.org.tianfu);
    narrow["category"] = json!("保养");
    let director = t.as_role("service_director");
    for plan in [&plan, &absence, &narrow] {
        director.post("/api/v1/plans", plan).await.ok();
        t.db().tape().start();
        director.post("/api/v1/plans/preview", plan).await.ok();
        explain(&t, false).await;
    }
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE followup_plan SET active_since = $1",
        args![t.now_ms() - 20 * DAY_MS],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    t.db().tape().start();
    director.post("/api/v1/plans/run", json!({})).await.ok();
    t.run_jobs().await;
    explain(&t, false).await;
    assert!(t.dead_jobs().await.is_empty(), "{:?}", t.dead_jobs().await);

    for (login, scope) in READERS {
        with_scope(&t, "agent", scope).await;
        let lists: Vec<String> = [
            "today?limit=20",
            "today?limit=20&who=me",
            "today?limit=20&who=team",
            "today?limit=20&who=all",
            "today?limit=20&who=unassigned",
            "today?limit=20&kind=care&tier=A",
            "today/summary?who=all",
            "orders?limit=20",
            "service-records?limit=20",
        ]
        .map(str::to_owned)
        .to_vec();
        judge(&t, login, &lists, false).await;
    }
    for scope in ["all", "branch", "team", "own"] {
        with_scope(&t, "auditor", scope).await;
        let lists: Vec<String> = [
            "audit?limit=20",
            "audit?limit=20&action=customer.reveal",
            "staff?limit=5",
            "staff?limit=5&active=true",
            "staff?limit=5&q=专员",
            "staff-options",
        ]
        .map(str::to_owned)
        .to_vec();
        judge(&t, "auditor", &lists, false).await;
        let staff = format!("staff?limit=5&branch_id={}", t.org.tianfu);
        let audit = format!("audit?limit=20&actor_id={}", t.staff("agent"));
        judge(&t, "auditor", &[staff, audit], false).await;
    }
}

/// Until its first night SQLite knows nothing about its tables and takes any index that a condition offers.
#[tokio::test]
async fn without_statistics_no_ordered_list_is_sorted_either() {
    let mut t = TestApp::on(Engine::Sqlite).await.unwrap();
    fill(&t).await;
    hire_regional(&mut t).await;
    let mut pages = Vec::new();
    for filter in filters(&t) {
        pages.push(format!("customers?limit=20&{filter}"));
        pages.push(format!("customers/count?{filter}"));
    }
    pages.extend(["tasks?limit=20", "tasks?limit=20&status=done"].map(str::to_owned));
    for login in ["service_director", "agent", "regional"] {
        judge(&t, login, &pages, true).await;
    }
    for scope in ["branch", "team", "own"] {
        with_scope(&t, "agent", scope).await;
        with_scope(&t, "auditor", scope).await;
        judge(&t, "agent", &["tasks?limit=20".to_owned()], true).await;
        judge(&t, "auditor", &["audit?limit=20".to_owned()], true).await;
    }
}
