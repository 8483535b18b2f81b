//! The plans of the lists and of the search: along an index, without sorting.

use jiff::civil::date;
use liuke_platform::db::{Engine, FromQueryResult, Sql as _, Value};
use liuke_platform::identity::{Scope, ScopeKind};

use super::bulk::{fields, make};
use crate::customer::filter::CustomerFilter;
use crate::customer::keys::Query;
use crate::customer::services::{ServiceFilter, list_statement as services};
use crate::customer::words::{CustomerSort, TierWord};
use crate::customer::{list, orders, search};
use crate::on_both;
use crate::testing::TestApp;

on_both!(lists_and_search_follow_an_index);

#[derive(FromQueryResult)]
struct LiteLine {
    detail: String,
}

/// The plan, one step per line. PostgreSQL is forbidden what it would rather do on a small table.
async fn plan(t: &TestApp, sql: &str, values: Vec<Value>) -> Vec<String> {
    if t.db().engine() == Engine::Sqlite {
        let lines: Vec<LiteLine> = t
            .db()
            .all(&format!("EXPLAIN QUERY PLAN {sql}"), values)
            .await
            .unwrap();
        return lines.into_iter().map(|l| l.detail).collect();
    }
    let tx = t.db().begin().await.unwrap();
    for off in [
        "enable_seqscan",
        "enable_sort",
        "enable_hashjoin",
        "enable_mergejoin",
        "enable_bitmapscan",
    ] {
        tx.run(&format!("SET LOCAL {off} = off"), Vec::new())
            .await
            .unwrap();
    }
    let text: Option<serde_json::Value> = tx
        .scalar(&format!("EXPLAIN (FORMAT JSON) {sql}"), values)
        .await
        .unwrap();
    serde_json::to_string_pretty(&text)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn assert_indexed(engine: Engine, what: &str, plan: &[String], sorted: bool) {
    let whole = plan.join("\n");
    match engine {
        Engine::Sqlite => {
            for line in plan {
                let scan = line.starts_with("SCAN ")
                    && !line.contains(" USING ")
                    && !line.starts_with("SCAN f")
                    && !line.contains("CONSTANT");
                assert!(!scan, "{what}: {whole}");
                assert!(
                    !(sorted && line.contains("TEMP B-TREE FOR ORDER BY")),
                    "{what}: {whole}"
                );
            }
        }
        Engine::Postgres => {
            assert!(!whole.contains("\"Seq Scan\""), "{what}: {whole}");
            assert!(!(sorted && whole.contains("\"Sort\"")), "{what}: {whole}");
        }
    }
}

async fn lists_and_search_follow_an_index(t: TestApp) {
    make(&t, (0..300).map(|n| fields(&format!("王{n}"))).collect()).await;
    t.db().run_outside("ANALYZE").await.unwrap();
    let engine = t.db().engine();
    let scope = |kind, branch_ids: Vec<uuid::Uuid>| Scope {
        kind,
        staff_id: t.staff("agent"),
        team_staff: vec![t.staff("agent")],
        branch_ids,
    };
    let all = scope(ScopeKind::All, Vec::new());
    let branch = scope(ScopeKind::Branch, vec![t.org.tianfu]);
    let region = scope(ScopeKind::Branch, vec![t.org.tianfu, t.org.jinjiang]);
    let today = date(2026, 11, 21);
    let tier = CustomerFilter {
        tier: Some(TierWord::A),
        ..CustomerFilter::default()
    };
    for sort in [
        CustomerSort::Name,
        CustomerSort::LastVisit,
        CustomerSort::LastVisitDesc,
        CustomerSort::RevenueDesc,
        CustomerSort::CreatedDesc,
    ] {
        for (name, scope, filter) in [
            ("all", &all, &CustomerFilter::default()),
            ("branch", &branch, &CustomerFilter::default()),
            ("region", &region, &CustomerFilter::default()),
            ("tier", &all, &tier),
        ] {
            let (sql, values) =
                list::statement(engine, scope, filter, sort, today, None, 51).unwrap();
            let plan = plan(&t, &sql, values).await;
            assert_indexed(engine, &format!("{} {name}", sort.as_str()), &plan, true);
        }
        for (name, scope) in [
            ("own", scope(ScopeKind::Own, Vec::new())),
            ("team", scope(ScopeKind::Team, Vec::new())),
        ] {
            let (sql, values) = list::statement(
                engine,
                &scope,
                &CustomerFilter::default(),
                sort,
                today,
                None,
                51,
            )
            .unwrap();
            let plan = plan(&t, &sql, values).await;
            assert_indexed(engine, &format!("{} {name}", sort.as_str()), &plan, false);
        }
    }
    let query = Query::parse("王").unwrap();
    for scope in [&all, &branch, &region] {
        let (sql, values) = search::from_the_scope(scope, &query);
        let other_side = plan(&t, &sql, values).await.join("\n");
        assert!(other_side.contains("customer_key_customer"), "{other_side}");
        let (sql, values) = search::candidates(scope, &query);
        assert_indexed(engine, "search", &plan(&t, &sql, values).await, false);
        let q = CustomerFilter {
            q: Some("王1".into()),
            ..CustomerFilter::default()
        };
        let (sql, values) = list::statement(
            engine,
            scope,
            &q,
            CustomerSort::CreatedDesc,
            today,
            None,
            51,
        )
        .unwrap();
        assert_indexed(
            engine,
            "list by search",
            &plan(&t, &sql, values).await,
            false,
        );
        let (sql, values) = services(scope, &ServiceFilter::default(), None, 51);
        assert_indexed(
            engine,
            "service records",
            &plan(&t, &sql, values).await,
            true,
        );
        let by_plate = ServiceFilter {
            q: Some("7F3K2".into()),
            ..ServiceFilter::default()
        };
        let (sql, values) = services(scope, &by_plate, None, 51);
        assert_indexed(
            engine,
            "service records by plate",
            &plan(&t, &sql, values).await,
            false,
        );
        let (sql, values) = orders::list_statement(scope, orders::OrderFilter::default(), None, 51);
        assert_indexed(engine, "orders", &plan(&t, &sql, values).await, true);
    }
}
