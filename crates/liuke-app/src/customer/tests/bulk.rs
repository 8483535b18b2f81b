use std::collections::BTreeSet;

use liuke_domain::customer::Stage;
use liuke_domain::phone::normalise_all;
use liuke_platform::db::{FromQueryResult, Sql as _};
use uuid::Uuid;

use crate::customer::bulk::{
    CustomerFields, NewAsset, NewCustomer, NewOrder, NewService, OnMatch, assets_by, insert_assets,
    insert_customers, insert_orders, insert_services, orders_by_external, update_assets,
    update_customers, update_orders,
};
use crate::customer::figures::{Part, refresh};
use crate::customer::words::OrderKind;
use crate::customer::{MatchBy, match_by, match_key};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    bulk_writes_give_the_same_figures_as_a_fresh_count,
    a_match_fills_blanks_or_overwrites_and_adds_what_is_new,
    customers_are_matched_by_every_key,
    ten_thousand_order_lines_are_a_matter_of_seconds,
);

pub(super) fn fields(name: &str) -> CustomerFields {
    CustomerFields {
        name: Some(name.to_owned()),
        ..CustomerFields::default()
    }
}

/// Makes customers of 天府店.
pub(super) async fn make(t: &TestApp, rows: Vec<CustomerFields>) -> Vec<Uuid> {
    let tx = t.db().begin().await.unwrap();
    let rows = rows
        .into_iter()
        .map(|fields| NewCustomer {
            branch_id: t.org.tianfu,
            created_at: None,
            fields,
        })
        .collect();
    let ids = insert_customers(&tx, &t.ctx(), None, rows).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

fn order(t: &TestApp, customer_id: Uuid, fen: i64, days_ago: i64) -> NewOrder {
    NewOrder {
        customer_id,
        external_id: None,
        kind: if fen < 0 {
            OrderKind::Refund
        } else {
            OrderKind::Sale
        },
        title: Some("机油".into()),
        ordered_at: t.now_ms() - days_ago * 86_400_000,
        revenue_fen: fen,
        cost_fen: Some(fen / 2),
        branch_id: t.org.tianfu,
        seller_id: None,
    }
}

fn service(
    t: &TestApp,
    customer_id: Uuid,
    asset_id: Option<Uuid>,
    days_ago: i64,
    km: i64,
) -> NewService {
    let at = t.now_ms() - days_ago * 86_400_000;
    NewService {
        customer_id,
        external_id: None,
        asset_id,
        branch_id: t.org.tianfu,
        category: Some("保养".into()),
        opened_at: at,
        closed_at: Some(at + 3_600_000),
        advisor_id: None,
        advisor_name: Some("何师傅".into()),
        technician_id: None,
        technician_name: None,
        work: None,
        parts: None,
        mileage_km: Some(km),
        advice: None,
        next_due_on: Some("2027-01-01".into()),
        next_due_km: Some(km + 5_000),
        revenue_fen: 300,
        cost_fen: None,
    }
}

#[derive(Debug, PartialEq, Eq, FromQueryResult)]
struct Row {
    id: Uuid,
    revenue_fen: i64,
    order_count: i64,
    visit_count: i64,
    last_visit_on: Option<String>,
    visit_sort: String,
    phone_masked: Option<String>,
    asset_line: Option<String>,
    asset_count: i64,
}

async fn rows(t: &TestApp) -> Vec<Row> {
    t.db()
        .all(
            "SELECT id, revenue_fen, order_count, visit_count, last_visit_on, visit_sort, phone_masked, asset_line, asset_count
             FROM customer ORDER BY id",
            Vec::new(),
        )
        .await
        .unwrap()
}

async fn bulk_writes_give_the_same_figures_as_a_fresh_count(t: TestApp) {
    let ids = make(
        &t,
        (0..5)
            .map(|n| CustomerFields {
                phones: normalise_all(&format!("1380013800{n}")),
                ..fields(&format!("客{n}"))
            })
            .collect(),
    )
    .await;
    let ctx = t.ctx();
    let tx = t.db().begin().await.unwrap();
    let cars: Vec<NewAsset> = ids
        .iter()
        .take(3)
        .map(|id| NewAsset {
            customer_id: *id,
            plate: Some("川A12345".into()),
            model: Some("迈腾".into()),
            ..NewAsset::default()
        })
        .collect();
    let assets = insert_assets(&tx, &ctx, None, &cars).await.unwrap();
    insert_orders(
        &tx,
        &ctx,
        None,
        &[
            order(&t, ids[0], 500, 10),
            order(&t, ids[0], -200, 5),
            order(&t, ids[1], 100, 0),
            order(&t, ids[0], 7, 400),
        ],
    )
    .await
    .unwrap();
    insert_services(
        &tx,
        &ctx,
        None,
        &[
            service(&t, ids[0], Some(assets[0]), 20, 9_000),
            service(&t, ids[2], Some(assets[2]), 3, 50_000),
            service(&t, ids[2], Some(assets[2]), 300, 40_000),
        ],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let kept = rows(&t).await;
    assert_eq!(
        (
            kept[0].revenue_fen,
            kept[0].order_count,
            kept[0].visit_count
        ),
        (607, 2, 1)
    );
    assert_eq!(
        kept[0].last_visit_on.as_deref(),
        Some("2026-11-11"),
        "a refund is no visit"
    );
    assert_eq!(kept[0].asset_line.as_deref(), Some("川A·12345 迈腾"));
    assert_eq!(kept[0].phone_masked.as_deref(), Some("138****8000"));
    assert_eq!(
        (kept[4].last_visit_on.clone(), kept[4].visit_sort.as_str()),
        (None, "")
    );
    let car = crate::customer::asset_view(t.db(), assets[2])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (car.mileage_km, car.next_due_km),
        (Some(50_000), Some(55_000)),
        "of the latest record"
    );
    let tx = t.db().begin().await.unwrap();
    let all: BTreeSet<Uuid> = ids.into_iter().collect();
    for part in [Part::Phone, Part::Assets, Part::Money] {
        refresh(&tx, &all, part).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(kept, rows(&t).await);
}

async fn a_match_fills_blanks_or_overwrites_and_adds_what_is_new(t: TestApp) {
    let known = CustomerFields {
        source: Some("门店".into()),
        phones: normalise_all("13800138000"),
        tags: vec!["甲".into()],
        ..fields("张三")
    };
    let id = make(&t, vec![known]).await[0];
    let given = CustomerFields {
        name: Some("张叁".into()),
        source: Some("网络".into()),
        notes: Some("常来".into()),
        stage: Some(Stage::Loyal),
        phones: normalise_all("+86 138 0013 8000 / 13900139000"),
        emails: vec!["z@example.com".into()],
        tags: vec!["甲".into(), "乙".into()],
        ..CustomerFields::default()
    };
    let update = async |mode: OnMatch| {
        let tx = t.db().begin().await.unwrap();
        let changed = update_customers(&tx, &t.ctx(), mode, &[(id, given.clone())])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        (
            changed.len(),
            t.as_role("agent")
                .get(&format!("/api/v1/customers/{id}"))
                .await
                .ok(),
        )
    };
    let (changed, view) = update(OnMatch::FillBlanks).await;
    assert_eq!(changed, 1);
    assert_eq!(
        (
            view["row"]["name"].as_str(),
            view["source"].as_str(),
            view["notes"].as_str()
        ),
        (Some("张三"), Some("门店"), Some("常来"))
    );
    assert_eq!(view["phones"].as_array().unwrap().len(), 2);
    assert_eq!(view["emails"].as_array().unwrap().len(), 1);
    assert_eq!(view["row"]["tags"].as_array().unwrap().len(), 2);
    assert_eq!(
        update(OnMatch::FillBlanks).await.0,
        0,
        "a second time changes nothing"
    );
    let (_, view) = update(OnMatch::Overwrite).await;
    assert_eq!(
        (
            view["row"]["name"].as_str(),
            view["source"].as_str(),
            view["row"]["stage"].as_str()
        ),
        (Some("张叁"), Some("网络"), Some("loyal"))
    );
    assert_eq!(
        t.as_role("agent").get("/api/v1/search?q=9000").await.ok()[0]["name"],
        "张叁"
    );
    assert_eq!(
        t.as_role("agent").get("/api/v1/search?q=zs").await.ok()[0]["name"],
        "张叁"
    );
}

async fn customers_are_matched_by_every_key(t: TestApp) {
    let one = CustomerFields {
        external_id: Some("C-1".into()),
        phones: normalise_all("13800138000"),
        ..fields("张三")
    };
    let two = CustomerFields {
        phones: normalise_all("13800138000 / 95588"),
        ..fields("李四")
    };
    let ids = make(&t, vec![one, two]).await;
    let ctx = t.ctx();
    let tx = t.db().begin().await.unwrap();
    let car = NewAsset {
        customer_id: ids[1],
        plate: Some("川A 12345".into()),
        vin: Some("lfv2a21k8a3000000".into()),
        ..NewAsset::default()
    };
    let asset = insert_assets(&tx, &ctx, None, &[car]).await.unwrap()[0];
    tx.commit().await.unwrap();
    for (by, value, want) in [
        (MatchBy::ExternalId, " C-1 ", vec![ids[0]]),
        (MatchBy::Phone, "+86-138-0013-8000", vec![ids[0], ids[1]]),
        (MatchBy::Phone, "95588", vec![ids[1]]),
        (MatchBy::Phone, "13800138000转5", vec![]),
        (MatchBy::Plate, "川a·12345", vec![ids[1]]),
        (MatchBy::Vin, "LFV2A21K8A3000000", vec![ids[1]]),
        (MatchBy::ExternalId, "C-2", vec![]),
    ] {
        let keys: BTreeSet<String> = match_key(by, value).into_iter().collect();
        let found = match_by(t.db(), by, &keys).await.unwrap();
        assert_eq!(
            found.into_values().flatten().collect::<Vec<_>>(),
            want,
            "{value}"
        );
    }
    let keys = BTreeSet::from(["川A12345".to_owned()]);
    assert_eq!(
        assets_by(t.db(), MatchBy::Plate, &keys)
            .await
            .unwrap()
            .into_values()
            .next()
            .unwrap(),
        [(asset, ids[1])]
    );
    let tx = t.db().begin().await.unwrap();
    let given = NewAsset {
        customer_id: ids[1],
        model: Some("迈腾".into()),
        mileage_km: Some(5),
        ..NewAsset::default()
    };
    assert_eq!(
        update_assets(&tx, OnMatch::FillBlanks, &[(asset, given)])
            .await
            .unwrap()
            .len(),
        1
    );
    tx.commit().await.unwrap();
    assert_eq!(
        rows(&t).await[1].asset_line.as_deref(),
        Some("川A·12345 迈腾")
    );
}

async fn ten_thousand_order_lines_are_a_matter_of_seconds(t: TestApp) {
    let ids = make(
        &t,
        (0..300)
            .map(|n| CustomerFields {
                external_id: Some(format!("{n}")),
                ..fields(&format!("客户{n}"))
            })
            .collect(),
    )
    .await;
    let started = std::time::Instant::now();
    for batch in 0..10 {
        let tx = t.db().begin().await.unwrap();
        let orders: Vec<NewOrder> = (0..1_000)
            .map(|n| NewOrder {
                external_id: Some(format!("{batch}-{n}")),
                ..order(&t, ids[(n * 7) % ids.len()], 100, 1)
            })
            .collect();
        insert_orders(&tx, &t.ctx(), None, &orders).await.unwrap();
        tx.commit().await.unwrap();
    }
    let took = started.elapsed();
    println!(
        "{:?}: 10,000 orders in {took:?}",
        liuke_platform::db::Sql::engine(t.db())
    );
    assert!(took.as_secs() < 30, "{took:?}");
    let total: i64 = rows(&t).await.iter().map(|r| r.revenue_fen).sum();
    assert_eq!(total, 1_000_000);
    let known = orders_by_external(t.db(), &BTreeSet::from(["3-5".to_owned(), "x".to_owned()]))
        .await
        .unwrap();
    assert_eq!(known.len(), 1);
    let tx = t.db().begin().await.unwrap();
    update_orders(&tx, &[(known["3-5"].id, order(&t, ids[0], 1_100, 1))])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let total: i64 = rows(&t).await.iter().map(|r| r.revenue_fen).sum();
    assert_eq!(total, 1_001_000);
}
