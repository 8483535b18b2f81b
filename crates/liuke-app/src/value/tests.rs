//! Through HTTP, on both engines, against the rules of `liuke_domain::pyramid`.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::many_single_char_names,
    reason = "small numbers of a test"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

use jiff::SignedDuration;
use liuke_domain::money::Money;
use liuke_domain::pyramid;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _, Tx};
use liuke_platform::identity::{Scope, ScopeKind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{actions, store};
use crate::on_both;
use crate::testing::{TestApp, assert_no_scan};

on_both!(
    a_thousand_customers_are_10_40_150_800_by_revenue_and_by_profit,
    places_and_tiers_are_those_of_the_rules_with_ties_zeros_and_refunds,
    a_month_is_kept_and_movement_is_against_the_month_before,
    a_past_month_is_ranked_once_and_this_one_until_today,
    a_month_is_explained_by_the_rules_it_was_ranked_by,
    figures_count_what_the_reader_may_see_and_tiers_are_of_the_company,
    a_newcomer_was_first_seen_in_the_period,
    the_nightly_run_gives_tiers_and_tells,
    lists_and_figures_follow_an_index,
);

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Long before any period of these tests.
const LONG_AGO: i64 = 1_577_836_800_000;

/// A customer whose id is this number: ties go by it.
async fn a_customer(tx: &Tx, number: u128, branch: Uuid, created_at: i64) -> Uuid {
    let id = Uuid::from_u128(number);
    tx.run(
        "INSERT INTO customer (id, number, kind, name, sort_key, stage, branch_id, do_not_call, ask_at_reception,
            asset_count, revenue_fen, order_count, visit_count, visit_sort, version, created_at, updated_at)
         VALUES ($1, $2, 'person', $2, $2, 'known', $3, FALSE, FALSE, 0, 0, 0, 0, '', 1, $4, $4)",
        args![id, format!("KH-{number}"), branch, created_at],
    )
    .await
    .unwrap();
    id
}

async fn an_order(t: &TestApp, tx: &Tx, customer: Uuid, day: &str, fen: i64, cost: Option<i64>) {
    let id: Uuid = t.ctx().new_id();
    let kind = if fen < 0 { "refund" } else { "sale" };
    tx.run(
        "INSERT INTO sales_order (id, number, customer_id, kind, ordered_at, business_day, revenue_fen, cost_fen,
            branch_id, version, created_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, 1, 0)",
        args![id, id.to_string(), customer, kind, day, fen, cost, t.org.tianfu],
    )
    .await
    .unwrap();
}

async fn a_visit(t: &TestApp, tx: &Tx, customer: Uuid, day: &str) {
    let id: Uuid = t.ctx().new_id();
    tx.run(
        "INSERT INTO service_record (id, number, customer_id, branch_id, status, opened_at, business_day, revenue_fen,
            version, created_at)
         VALUES ($1, $2, $3, $4, 'open', 0, $5, 0, 1, 0)",
        args![id, id.to_string(), customer, t.org.tianfu, day],
    )
    .await
    .unwrap();
}

/// Customers 1, 2, … of 天府店, each with one order of so much on this day.
async fn customers(t: &TestApp, day: &str, amounts: &[i64]) {
    let tx = t.db().begin().await.unwrap();
    for (place, fen) in (1..).zip(amounts) {
        let id = a_customer(&tx, place, t.org.tianfu, LONG_AGO).await;
        an_order(t, &tx, id, day, *fen, None).await;
    }
    tx.commit().await.unwrap();
}

async fn run(t: &TestApp, what: Value) -> Value {
    let director = t.as_role("service_director");
    director.post("/api/v1/pyramid/run", what).await.ok()
}

async fn seen(t: &TestApp, role: &str, query: &str) -> Value {
    let path = format!("/api/v1/pyramid{query}");
    t.as_role(role).get(&path).await.ok()
}

fn of_tiers(pyramid: &Value, key: &str) -> Vec<i64> {
    let tiers = pyramid["tiers"].as_array().unwrap();
    tiers
        .iter()
        .map(|tier| tier[key].as_i64().unwrap())
        .collect()
}

/// All members, page by page.
async fn members(t: &TestApp, role: &str, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/pyramid/customers?limit=100{query}{after}");
        let page = t.as_role(role).get(&path).await.ok();
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

#[derive(FromQueryResult)]
struct OfTier {
    tier: String,
    heads: i64,
}

/// How many customers carry which tier in the archive.
async fn in_archive(t: &TestApp) -> Vec<(String, i64)> {
    let rows: Vec<OfTier> = t
        .db()
        .all(
            "SELECT tier, COUNT(*) AS heads FROM customer WHERE tier IS NOT NULL GROUP BY tier ORDER BY tier",
            args![],
        )
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.tier, row.heads)).collect()
}

async fn a_thousand_customers_are_10_40_150_800_by_revenue_and_by_profit(t: TestApp) {
    let tx = t.db().begin().await.unwrap();
    for number in 1..=1_000_i64 {
        let id = a_customer(&tx, number.unsigned_abs().into(), t.org.tianfu, LONG_AGO).await;
        // The more revenue, the less profit.
        let (revenue, profit) = (number * 100, (1_001 - number) * 10);
        an_order(&t, &tx, id, "2026-10-05", revenue, Some(revenue - profit)).await;
    }
    tx.commit().await.unwrap();
    let by_revenue = run(&t, json!({})).await;
    assert_eq!(of_tiers(&by_revenue, "heads"), [10, 40, 150, 800]);
    assert_eq!(of_tiers(&by_revenue, "heads_bp"), [100, 400, 1_500, 8_000]);
    assert_eq!(
        of_tiers(&by_revenue, "threshold_fen"),
        [99_100, 95_100, 80_100, 100]
    );
    assert_eq!(
        (&by_revenue["total_fen"], &by_revenue["ranked"]),
        (&json!(50_050_000), &json!(1_000))
    );
    let archive =
        [("A", 10), ("B", 40), ("C", 150), ("D", 800)].map(|(tier, n)| (tier.to_owned(), n));
    assert_eq!(in_archive(&t).await, archive);
    assert_eq!(
        members(&t, "service_director", "&tier=A").await[0]["number"],
        "KH-1000"
    );

    let by_profit = run(&t, json!({ "basis": "profit" })).await;
    assert_eq!(of_tiers(&by_profit, "heads"), [10, 40, 150, 800]);
    assert_eq!(by_profit["total_fen"], 5_005_000);
    assert_eq!(
        members(&t, "service_director", "&tier=A").await[0]["number"],
        "KH-1"
    );
    assert_eq!(members(&t, "service_director", "&tier=D").await.len(), 800);
}

async fn places_and_tiers_are_those_of_the_rules_with_ties_zeros_and_refunds(t: TestApp) {
    let amounts: Vec<i64> = (0..150).map(|n| (n * 37 % 11 - 7) * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    let ran = run(&t, json!({})).await;
    let rows = (1_u128..).zip(&amounts);
    let wanted = pyramid::rank(
        rows.map(|(id, fen)| (Uuid::from_u128(id), Money(*fen)))
            .collect(),
    );
    let wanted = wanted.unwrap();
    let places: Vec<(Value, Value, Value)> = members(&t, "service_director", "")
        .await
        .iter()
        .map(|row| {
            (
                row["customer_id"].clone(),
                row["rank"].clone(),
                row["tier"].clone(),
            )
        })
        .collect();
    let ruled: Vec<(Value, Value, Value)> = wanted
        .places
        .iter()
        .map(|place| (json!(place.customer), json!(place.rank), json!(place.tier)))
        .collect();
    assert_eq!(places, ruled);
    assert_eq!(ran["tiers"], json!(wanted.tiers));
    // Less than the fifth that the cuts would leave above D: who brought nothing or less is D.
    let positive = amounts.iter().filter(|fen| **fen > 0).count();
    assert!(positive > 30, "the cuts fall among ties, not at zero");

    // Only one brought anything.
    let tx = t.db().begin().await.unwrap();
    for (id, fen) in (1..).zip(&amounts) {
        an_order(&t, &tx, Uuid::from_u128(id), "2026-10-06", -fen, None).await;
    }
    an_order(&t, &tx, Uuid::from_u128(9), "2026-10-06", 700, None).await;
    an_order(&t, &tx, Uuid::from_u128(8), "2026-10-06", -5, None).await;
    tx.commit().await.unwrap();
    let ran = run(&t, json!({})).await;
    assert_eq!(of_tiers(&ran, "heads"), [1, 0, 0, 149]);
    assert_eq!(ran["total_fen"], 695);
}

async fn a_month_is_kept_and_movement_is_against_the_month_before(t: TestApp) {
    let amounts: Vec<i64> = (1..=100).map(|n| n * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    let november = run(&t, json!({})).await;
    assert_eq!(november["month"], "2026-11");
    assert_eq!(
        (&november["moved_up"], &november["moved_down"]),
        (&json!(0), &json!(0))
    );
    t.advance(DAY * 12);
    let tx = t.db().begin().await.unwrap();
    an_order(&t, &tx, Uuid::from_u128(1), "2026-12-02", 1_000_000, None).await;
    tx.commit().await.unwrap();
    let december = run(&t, json!({})).await;
    assert_eq!(december["months"], json!(["2026-12", "2026-11"]));
    // One D rises to A; the last of A, of B and of C make room.
    assert_eq!(
        (&december["moved_up"], &december["moved_down"]),
        (&json!(1), &json!(3))
    );
    let first = &members(&t, "service_director", "&tier=A").await[0];
    assert_eq!(
        (&first["number"], &first["previous_tier"]),
        (&json!("KH-1"), &json!("D"))
    );
    let mut kept = seen(&t, "service_director", "?month=2026-11").await;
    kept["months"] = november["months"].clone();
    assert_eq!(kept, november);
    let then = members(&t, "service_director", "&tier=A&month=2026-11").await;
    assert_eq!(then[0]["number"], "KH-100");
    t.as_role("service_director")
        .get("/api/v1/pyramid?month=2026-10")
        .await
        .refused(404, "not_found");
}

async fn a_past_month_is_ranked_once_and_this_one_until_today(t: TestApp) {
    let director = t.as_role("service_director");
    let amounts: Vec<i64> = (1..=20).map(|n| n * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    let tx = t.db().begin().await.unwrap();
    for number in 1..=3 {
        an_order(&t, &tx, Uuid::from_u128(number), "2025-03-05", 900, None).await;
    }
    tx.commit().await.unwrap();
    let november = run(&t, json!({})).await;
    let archive = in_archive(&t).await;

    let march = json!({ "from": "2025-03-01", "to": "2025-03-31" });
    let past = run(&t, march.clone()).await;
    assert_eq!(
        (&past["month"], &past["ranked"], &past["to"]),
        (&json!("2025-03"), &json!(3), &json!("2025-03-31")),
        "the answer is what was asked for"
    );
    assert_eq!(
        in_archive(&t).await,
        archive,
        "customers keep the newest tier"
    );
    let again = json!({ "from": "2020-01-01", "to": "2025-03-31" });
    for what in [march, again] {
        let refused = director.post("/api/v1/pyramid/run", what).await;
        refused.refused(409, "pyramid.month_kept");
        assert_eq!(refused.json()["params"]["month"], "2025-03");
    }
    for (to, code) in [
        ("2026-11-20", "to:pyramid.not_until_today"),
        ("2026-11-22", "to:pyramid.in_the_future"),
    ] {
        let refused = director
            .post("/api/v1/pyramid/run", json!({ "to": to }))
            .await;
        assert_eq!(
            (refused.status(), refused.fields()),
            (422, vec![code.to_owned()])
        );
    }
    let mut newest = seen(&t, "service_director", "").await;
    assert_eq!(newest["months"], json!(["2026-11", "2025-03"]));
    newest["months"] = november["months"].clone();
    assert_eq!(newest, november);

    // A period of one's choice that ends today is this month's, until the next run.
    let chosen = run(&t, json!({ "from": "2026-11-01", "to": "2026-11-21" })).await;
    assert_eq!(
        (&chosen["month"], &chosen["ranked"]),
        (&json!("2026-11"), &json!(0))
    );
    assert_eq!(in_archive(&t).await, []);
}

async fn a_month_is_explained_by_the_rules_it_was_ranked_by(t: TestApp) {
    let amounts: Vec<i64> = (1..=100).map(|n| n * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    let director = t.as_role("service_director");
    let path = format!("/api/v1/customers/{}/tier", Uuid::from_u128(100));
    let none = director.get(&path).await.ok();
    assert_eq!((&none["tier"], &none["ranked"]), (&json!(null), &json!(0)));
    run(&t, json!({})).await;
    let rules = json!({ "basis": "profit", "window_months": 1, "shares_bp": [1_000, 2_000, 3_000, 4_000], "version": 0 });
    let bad = json!({ "basis": "profit", "window_months": 1, "shares_bp": [9_000, 2_000, 3_000], "version": 0 });
    director
        .put("/api/v1/pyramid/settings", bad)
        .await
        .refused(422, "pyramid.bad_shares");
    director
        .put("/api/v1/pyramid/settings", rules.clone())
        .await
        .ok();
    director
        .put("/api/v1/pyramid/settings", rules)
        .await
        .refused(409, "edited_elsewhere");

    let pyramid = seen(&t, "service_director", "").await;
    assert_eq!(pyramid["shares_bp"], json!([100, 400, 1_500, 8_000]));
    assert_eq!(pyramid["settings"]["shares_bp"][0], 1_000);
    let old = director.get(&path).await.ok();
    assert_eq!(
        (&old["cut_a"], &old["cut_b"], &old["cut_c"]),
        (&json!(1), &json!(5), &json!(20))
    );
    assert_eq!(
        (&old["tier"], &old["rank"], &old["ranked"], &old["basis"]),
        (&json!("A"), &json!(1), &json!(100), &json!("revenue"))
    );
    assert_eq!(
        old["history"],
        json!([{ "month": "2026-11", "tier": "A", "rank": 1, "amount_fen": 10_000 }])
    );
    t.as_role("agent_jinjiang")
        .get(&path)
        .await
        .refused(404, "not_found");

    run(&t, json!({ "from": "2025-12-01", "to": "2026-11-21" })).await;
    let new = director.get(&path).await.ok();
    assert_eq!(
        (&new["cut_a"], &new["cut_b"], &new["cut_c"], &new["basis"]),
        (&json!(10), &json!(30), &json!(60), &json!("profit"))
    );
}

async fn figures_count_what_the_reader_may_see_and_tiers_are_of_the_company(t: TestApp) {
    let tx = t.db().begin().await.unwrap();
    for number in 1..=60_i64 {
        let branch = if number % 3 == 0 {
            t.org.jinjiang
        } else {
            t.org.tianfu
        };
        let id = a_customer(&tx, number.unsigned_abs().into(), branch, LONG_AGO).await;
        an_order(&t, &tx, id, "2026-10-05", number * 100, None).await;
        if number % 10 == 0 {
            tx.run(
                "UPDATE customer SET owner_id = $2 WHERE id = $1",
                args![id, t.staff("agent")],
            )
            .await
            .unwrap();
        }
    }
    for (number, branch) in [
        (101, t.org.tianfu),
        (102, t.org.jinjiang),
        (103, t.org.jinjiang),
    ] {
        a_customer(&tx, number, branch, t.now_ms()).await;
    }
    tx.commit().await.unwrap();
    let company = run(&t, json!({})).await;
    assert_eq!(
        (
            &company["ranked"],
            &company["company_ranked"],
            &company["newcomers"]
        ),
        (&json!(60), &json!(60), &json!(3))
    );
    for (role, ranked, total, newcomers) in
        [("agent", 40, 120_000, 1), ("agent_jinjiang", 20, 63_000, 2)]
    {
        let own = seen(&t, role, "").await;
        assert_eq!(
            (
                &own["ranked"],
                &own["company_ranked"],
                &own["total_fen"],
                &own["newcomers"]
            ),
            (&json!(ranked), &json!(60), &json!(total), &json!(newcomers)),
            "{role}"
        );
        for (tier, heads) in ["A", "B", "C", "D"].iter().zip(of_tiers(&own, "heads")) {
            let behind = members(&t, role, &format!("&tier={tier}")).await;
            assert_eq!(behind.len() as i64, heads, "{role} {tier}");
            let amount: i64 = behind
                .iter()
                .map(|row| row["amount_fen"].as_i64().unwrap())
                .sum();
            let line = own["tiers"]
                .as_array()
                .unwrap()
                .iter()
                .find(|line| line["tier"] == *tier);
            assert_eq!(line.unwrap()["amount_fen"], amount);
            let lowest = behind.last().map(|row| row["amount_fen"].clone());
            assert_eq!(line.unwrap()["threshold_fen"], json!(lowest));
        }
    }
    // The best of the company, in 锦江店, is A; the best of 天府店 is no A for it.
    assert_eq!(
        of_tiers(&seen(&t, "agent_jinjiang", "").await, "heads")[0],
        1
    );
    assert_eq!(of_tiers(&seen(&t, "agent", "").await, "heads")[0], 0);

    let month = store::month(t.db(), "2026-11").await.unwrap().unwrap();
    for kind in [ScopeKind::Own, ScopeKind::Team] {
        let scope = Scope {
            kind,
            staff_id: t.staff("agent"),
            team_staff: vec![t.staff("agent"), t.staff("agent2")],
            branch_ids: Vec::new(),
        };
        let (row, lines) = actions::seen(&t.app, &scope, month.clone()).await.unwrap();
        let listed = store::members(t.db(), &scope, "2026-11", None, None, 99)
            .await
            .unwrap();
        assert_eq!((row.ranked, listed.len(), row.newcomers), (6, 6, 0));
        assert_eq!(lines.iter().map(|line| line.heads).sum::<i64>(), 6);
        assert_eq!(row.total_fen, 21_000);
    }
}

async fn a_newcomer_was_first_seen_in_the_period(t: TestApp) {
    let now = t.now_ms();
    let tx = t.db().begin().await.unwrap();
    let tianfu = t.org.tianfu;
    // An archive imported today, and with it the orders of years.
    a_customer(&tx, 1, tianfu, now).await;
    let id = a_customer(&tx, 2, tianfu, now).await;
    an_order(&t, &tx, id, "2023-05-01", 100, None).await;
    let id = a_customer(&tx, 3, tianfu, now).await;
    an_order(&t, &tx, id, "2026-10-01", 100, None).await;
    let id = a_customer(&tx, 4, tianfu, now).await;
    an_order(&t, &tx, id, "2026-10-01", 200, None).await;
    an_order(&t, &tx, id, "2023-05-01", 100, None).await;
    let id = a_customer(&tx, 5, tianfu, now).await;
    an_order(&t, &tx, id, "2026-10-01", 300, None).await;
    a_visit(&t, &tx, id, "2024-05-01").await;
    a_customer(&tx, 6, tianfu, LONG_AGO).await;
    let id = a_customer(&tx, 7, tianfu, now).await;
    a_visit(&t, &tx, id, "2025-06-10").await;
    tx.commit().await.unwrap();

    let ran = run(&t, json!({})).await;
    assert_eq!(
        (&ran["ranked"], &ran["newcomers"]),
        (&json!(3), &json!(1)),
        "only the first: nothing of it was seen before"
    );
    let new: Vec<(Value, Value)> = members(&t, "service_director", "")
        .await
        .iter()
        .map(|row| (row["number"].clone(), row["newcomer"].clone()))
        .collect();
    assert_eq!(
        new,
        [("KH-5", false), ("KH-4", false), ("KH-3", true)]
            .map(|(number, new)| (json!(number), json!(new)))
    );

    // Nobody entered later was new then; whoever came for the first time was.
    let past = run(&t, json!({ "from": "2025-06-01", "to": "2025-06-30" })).await;
    assert_eq!(
        (&past["ranked"], &past["newcomers"]),
        (&json!(0), &json!(1))
    );
    let past = run(&t, json!({ "from": "2025-07-01", "to": "2025-07-31" })).await;
    assert_eq!(past["newcomers"], 0);
}

async fn the_nightly_run_gives_tiers_and_tells(t: TestApp) {
    let amounts: Vec<i64> = (1..=20).map(|n| n * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    t.run_jobs().await;
    assert_eq!(seen(&t, "service_director", "").await["month"], json!(null));
    t.advance(DAY);
    t.run_jobs().await;
    let pyramid = seen(&t, "service_director", "").await;
    assert_eq!(
        (&pyramid["month"], &pyramid["ranked"], &pyramid["to"]),
        (&json!("2026-11"), &json!(20), &json!("2026-11-22"))
    );
    assert_eq!(
        in_archive(&t).await,
        [("A", 1), ("C", 3), ("D", 16)].map(|(tier, n)| (tier.to_owned(), n))
    );
    let told: Option<i64> = t
        .db()
        .scalar(
            "SELECT COUNT(*) FROM event WHERE topic = $1",
            args![super::RANKED],
        )
        .await
        .unwrap();
    assert_eq!(told, Some(1));
    assert!(t.dead_jobs().await.is_empty());
    // A second night of the same month replaces what the first kept.
    t.advance(DAY);
    t.run_jobs().await;
    let pyramid = seen(&t, "service_director", "").await;
    assert_eq!(
        (&pyramid["months"], &pyramid["to"]),
        (&json!(["2026-11"]), &json!("2026-11-23"))
    );
}

async fn lists_and_figures_follow_an_index(t: TestApp) {
    let amounts: Vec<i64> = (1..=300).map(|n| n * 100).collect();
    customers(&t, "2026-10-05", &amounts).await;
    run(&t, json!({})).await;
    t.db().run_outside("ANALYZE").await.unwrap();
    t.db().tape().start();
    for role in ["service_director", "agent"] {
        for query in [
            "?limit=20",
            "?limit=20&tier=D",
            "?limit=20&month=2026-11&tier=A",
        ] {
            let path = format!("/api/v1/pyramid/customers{query}");
            let page = t.as_role(role).get(&path).await.ok();
            if let Some(next) = page["next"].as_str() {
                t.as_role(role)
                    .get(&format!("{path}&after={next}"))
                    .await
                    .ok();
            }
        }
        let path = format!("/api/v1/customers/{}/tier", Uuid::from_u128(100));
        t.as_role(role).get(&path).await.ok();
    }
    for sent in t.db().tape().stop() {
        if sent.sql.contains("tier_result") {
            assert_no_scan(t.db(), &sent.sql, sent.args).await;
        }
    }
}
