use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bulk::{fields, make};
use super::{enter, id, names, phone};
use crate::customer::bulk::NewOrder;
use crate::customer::words::OrderKind;
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    pages_are_complete_and_without_doubles_under_every_order,
    filters_narrow_the_list_the_count_and_the_export_alike,
    a_count_stops_at_999,
    names_are_ordered_by_sound,
);

async fn all(t: &TestApp, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let page = t
            .as_role("agent")
            .get(&format!("/api/v1/customers?limit=7&{query}{after}"))
            .await
            .ok();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

async fn pages_are_complete_and_without_doubles_under_every_order(t: TestApp) {
    // Many ties: few names, few amounts, few days, one instant.
    let ids = make(
        &t,
        (0..40)
            .map(|n| fields(["李三", "李四", "王五"][n % 3]))
            .collect(),
    )
    .await;
    let orders: Vec<NewOrder> = ids
        .iter()
        .enumerate()
        .filter(|(n, _)| n % 4 != 0)
        .map(|(n, id)| NewOrder {
            customer_id: *id,
            external_id: None,
            kind: OrderKind::Sale,
            title: None,
            ordered_at: t.now_ms() - 86_400_000 * (n as i64 % 3),
            revenue_fen: 100 * (n as i64 % 3),
            cost_fen: None,
            branch_id: t.org.tianfu,
            seller_id: None,
        })
        .collect();
    let tx = t.db().begin().await.unwrap();
    crate::customer::bulk::insert_orders(&tx, &t.ctx(), None, &orders)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (sort, column, rising) in [
        ("name", "name", true),
        ("-last_visit", "last_visit_on", false),
        ("last_visit", "last_visit_on", true),
        ("-revenue", "revenue_fen", false),
        ("-created", "number", false),
    ] {
        let rows = all(&t, &format!("sort={sort}")).await;
        let seen: BTreeSet<String> = rows.iter().map(|r| r["id"].to_string()).collect();
        assert_eq!((rows.len(), seen.len()), (40, 40), "{sort}");
        let keys: Vec<String> = rows
            .iter()
            .map(|r| match &r[column] {
                Value::Number(n) => format!("{:012}", n.as_i64().unwrap()),
                Value::String(s) => s.clone(),
                _ => String::new(),
            })
            .collect();
        let mut sorted = keys.clone();
        sorted.sort();
        if !rising {
            sorted.reverse();
        }
        assert_eq!(keys, sorted, "{sort}");
    }
    t.as_role("agent")
        .get("/api/v1/customers?sort=name&after=WzEsIngiXQ")
        .await
        .refused(422, "page.bad_cursor");
    t.as_role("agent")
        .get("/api/v1/customers?sort=size")
        .await
        .refused(422, "invalid");
}

async fn filters_narrow_the_list_the_count_and_the_export_alike(t: TestApp) {
    let agent = t.staff("agent");
    let first = enter(&t, "agent", "王建国", json!({ "tags": ["保险到期", "大客户"], "owner_id": agent, "personality": "expert", "source": "转介绍" })).await;
    enter(&t, "agent", "成都运输公司", json!({ "kind": "organisation", "stage": "loyal", "phones": [phone("028-85551234")], "tags": ["大客户"] })).await;
    let service = json!({ "customer_id": first["row"]["id"], "branch_id": t.org.tianfu, "opened_at": t.now_ms() - 100 * 86_400_000_i64, "revenue_fen": 5_000 });
    t.as_role("agent")
        .post("/api/v1/service-records", service)
        .await
        .ok();
    let (a, b) = (vec!["王建国"], vec!["成都运输公司"]);
    for (query, want) in [
        ("kind=organisation", &b),
        ("stage=loyal", &b),
        ("tag=%E4%BF%9D%E9%99%A9%E5%88%B0%E6%9C%9F", &a),
        ("personality=expert", &a),
        ("source=%E8%BD%AC%E4%BB%8B%E7%BB%8D", &a),
        (&format!("owner_id={agent}"), &a),
        ("q=wjg", &a),
        ("q=5551", &b),
        ("no_visit_days=90", &a),
        ("no_visit_days=101", &vec![]),
        ("visited_from=2026-08-01&visited_to=2026-08-31", &a),
        ("visited_from=2026-09-01", &vec![]),
        ("tier=A", &vec![]),
    ] {
        let page = t
            .as_role("agent")
            .get(&format!("/api/v1/customers?{query}"))
            .await
            .ok();
        assert_eq!(&names(&page), want, "{query}");
        let count = t
            .as_role("agent")
            .get(&format!("/api/v1/customers/count?{query}"))
            .await
            .ok();
        assert_eq!(
            count,
            json!({ "count": want.len(), "capped": false }),
            "{query}"
        );
        let csv = t
            .as_role("service_director")
            .get(&format!("/api/v1/customers/export?format=csv&{query}"))
            .await
            .text();
        assert_eq!(csv.lines().count(), want.len() + 1, "{query}");
    }
    for (query, field) in [
        ("no_visit_days=x", "no_visit_days"),
        ("visited_from=2026-13-01", "visited_from"),
        ("tier=E", ""),
    ] {
        let said = t
            .as_role("agent")
            .get(&format!("/api/v1/customers?{query}"))
            .await;
        said.refused(422, "invalid");
        assert!(said.fields()[0].starts_with(field), "{query}");
    }
    assert_eq!(
        t.as_role("agent").get("/api/v1/tags").await.ok(),
        json!(["保险到期", "大客户"])
            .as_array()
            .map(|tags| {
                let mut tags = tags.clone();
                tags.sort_by_key(ToString::to_string);
                Value::from(tags)
            })
            .unwrap()
    );
    let _ = id(&first);
}

async fn a_count_stops_at_999(t: TestApp) {
    make(&t, (0..999).map(|n| fields(&format!("张{n}"))).collect()).await;
    assert_eq!(
        t.as_role("agent").get("/api/v1/customers/count").await.ok(),
        json!({ "count": 999, "capped": false })
    );
    enter(&t, "agent", "张千", json!({})).await;
    assert_eq!(
        t.as_role("agent").get("/api/v1/customers/count").await.ok(),
        json!({ "count": 999, "capped": true })
    );
    assert_eq!(
        t.as_role("agent")
            .get("/api/v1/customers/count?q=%E5%BC%A0")
            .await
            .ok()["capped"],
        true
    );
}

async fn names_are_ordered_by_sound(t: TestApp) {
    for name in ["张三", "单雄信", "李三宝", "Anna", "曾国华", "李三"] {
        enter(&t, "agent", name, json!({})).await;
    }
    let page = t
        .as_role("agent")
        .get("/api/v1/customers?sort=name")
        .await
        .ok();
    assert_eq!(
        names(&page),
        ["Anna", "李三", "李三宝", "单雄信", "曾国华", "张三"]
    );
}
