//! What lies outside the importer's scope is not written, whatever the file says (数据范围).

use liuke_domain::phone::normalise_all;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _};
use serde_json::json;
use uuid::Uuid;

use super::{import_with, rows};
use crate::customer::bulk::{
    CustomerFields, NewAsset, NewCustomer, NewOrder, NewService, insert_assets, insert_customers,
    insert_orders, insert_services,
};
use crate::customer::words::OrderKind;
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    nothing_of_another_branch_is_changed_by_an_import,
    what_is_the_importers_own_is_changed,
    who_sees_everything_may_write_everything,
);

/// A customer `{mark}-1` of the branch with a vehicle `{mark}-A`, an order `{mark}-D` and a service record `{mark}-R`.
async fn found(t: &TestApp, branch_id: Uuid, mark: &str, name: &str, plate: &str) -> Uuid {
    let tx = t.db().begin().await.unwrap();
    let ctx = t.ctx();
    let fields = CustomerFields {
        name: Some(name.to_owned()),
        external_id: Some(format!("{mark}-1")),
        phones: normalise_all(if mark == "J" {
            "13500135000"
        } else {
            "13800138000"
        }),
        ..CustomerFields::default()
    };
    let new = NewCustomer {
        branch_id,
        created_at: None,
        fields,
    };
    let customer_id = insert_customers(&tx, &ctx, None, vec![new]).await.unwrap()[0];
    let asset = NewAsset {
        customer_id,
        external_id: Some(format!("{mark}-A")),
        plate: Some(plate.to_owned()),
        vin: Some(format!(
            "LSVAA49J13212345{}",
            if mark == "J" { 6 } else { 7 }
        )),
        mileage_km: Some(10_000),
        ..NewAsset::default()
    };
    let asset = insert_assets(&tx, &ctx, None, &[asset]).await.unwrap()[0];
    insert_orders(
        &tx,
        &ctx,
        None,
        &[order(t, customer_id, branch_id, &format!("{mark}-D"))],
    )
    .await
    .unwrap();
    let service = NewService {
        customer_id,
        external_id: Some(format!("{mark}-R")),
        asset_id: Some(asset),
        branch_id,
        category: None,
        opened_at: t.now_ms(),
        closed_at: None,
        advisor_id: None,
        advisor_name: None,
        technician_id: None,
        technician_name: None,
        work: Some("换机油".to_owned()),
        parts: None,
        mileage_km: Some(10_000),
        advice: None,
        next_due_on: None,
        next_due_km: None,
        revenue_fen: 200,
        cost_fen: None,
    };
    insert_services(&tx, &ctx, None, &[service]).await.unwrap();
    tx.commit().await.unwrap();
    customer_id
}

fn order(t: &TestApp, customer_id: Uuid, branch_id: Uuid, number: &str) -> NewOrder {
    NewOrder {
        customer_id,
        external_id: Some(number.to_owned()),
        kind: OrderKind::Sale,
        title: None,
        ordered_at: t.now_ms(),
        revenue_fen: 100,
        cost_fen: None,
        branch_id,
        seller_id: None,
    }
}

/// Everything an import could change about the trade, in the order of its making.
#[derive(Debug, PartialEq, Eq, FromQueryResult)]
struct Row {
    customer_id: Uuid,
    branch_id: Option<Uuid>,
    external_id: Option<String>,
    text: Option<String>,
    number: i64,
    version: i64,
}

async fn everything(t: &TestApp) -> Vec<Row> {
    let sql = "SELECT id AS customer_id, branch_id, external_id, name AS text,
                   revenue_fen + order_count * 1000 + visit_count * 100000 + asset_count * 1000000 AS number, version, id FROM customer
               UNION ALL SELECT customer_id, NULL, external_id, COALESCE(plate, '') || model, COALESCE(mileage_km, 0), version, id FROM asset
               UNION ALL SELECT customer_id, branch_id, external_id, title, revenue_fen, version, id FROM sales_order
               UNION ALL SELECT customer_id, branch_id, external_id, work, revenue_fen + COALESCE(mileage_km, 0), version, id FROM service_record
               ORDER BY 7";
    t.db().all(sql, args![]).await.unwrap()
}

async fn both_branches(t: &TestApp) -> (Uuid, Uuid) {
    let theirs = found(t, t.org.jinjiang, "J", "赵远山", "川B66P09").await;
    let own = found(t, t.org.tianfu, "T", "王建国", "川A7F3K2").await;
    // The own customer has also bought at the other branch.
    let tx = t.db().begin().await.unwrap();
    insert_orders(
        &tx,
        &t.ctx(),
        None,
        &[order(t, own, t.org.jinjiang, "J-D2")],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    (theirs, own)
}

/// Each of these would reach into the other branch.
const REACHING: &[(&str, &str, &[&str])] = &[
    // A vehicle without its customer: by plate, VIN and its own number.
    (
        "assets",
        "姓名,车牌,车型,里程\n某人,川B66P09,途昂,99999\n",
        &["external_id", "phone"],
    ),
    (
        "assets",
        "姓名,车架号,车型,里程\n某人,LSVAA49J132123456,途昂,99999\n",
        &["external_id", "phone"],
    ),
    (
        "assets",
        "姓名,车辆编号,序列号,车型\n某人,J-A,S1,途昂\n",
        &["external_id", "phone", "plate", "vin"],
    ),
    (
        "assets",
        "姓名,车牌,车型,里程\n某人,川B66P09,途昂,99999\n",
        &["plate"],
    ),
    // A vehicle brought by a customer of the own branch, or by a new one.
    (
        "assets",
        "客户编号,车牌,车型,里程\nT-1,川B66P09,途昂,99999\n",
        &["external_id"],
    ),
    (
        "assets",
        "客户编号,车辆编号,车牌,车型\nT-1,J-A,川C00001,途昂\n",
        &["external_id"],
    ),
    (
        "customers",
        "客户编号,姓名,车牌,车型\nT-1,王建国,川B66P09,途昂\n",
        &["external_id"],
    ),
    (
        "customers",
        "客户编号,姓名,车架号,车型\nN-1,新来的,LSVAA49J132123456,途昂\n",
        &["external_id"],
    ),
    // A visit of an own customer with the other branch's vehicle.
    (
        "service_records",
        "工单号,客户编号,车牌,进厂时间,里程\nN-1,T-1,川B66P09,2026-11-18,99999\n",
        &["external_id"],
    ),
    (
        "service_records",
        "客户编号,车架号,进厂时间,里程\nT-1,LSVAA49J132123456,2026-11-18,99999\n",
        &["external_id"],
    ),
    // A number that the other branch has given: for an own customer, for a new one, and of an own customer's order there.
    (
        "orders",
        "订单号,客户编号,下单时间,金额\nJ-D,T-1,2026-11-18,5\n",
        &["external_id"],
    ),
    (
        "orders",
        "订单号,客户电话,客户姓名,下单时间,金额\nJ-D,13700137000,新来的,2026-11-18,5\n",
        &["phone"],
    ),
    (
        "orders",
        "订单号,客户编号,下单时间,金额\nJ-D2,T-1,2026-11-18,5\n",
        &["external_id"],
    ),
    (
        "service_records",
        "工单号,客户编号,进厂时间,维修内容\nJ-R,T-1,2026-11-18,喷漆\n",
        &["external_id"],
    ),
    // The other branch's customer.
    (
        "customers",
        "客户编号,姓名,备注\nJ-1,新名字,改了\n",
        &["external_id"],
    ),
];

async fn nothing_of_another_branch_is_changed_by_an_import(t: TestApp) {
    both_branches(&t).await;
    let before = everything(&t).await;
    let clerk = t.as_role("clerk");
    let modes = ["skip", "fill_blanks", "overwrite"];
    let mut blanks = String::new();
    for mode in modes {
        for (kind, file, match_by) in REACHING {
            // Blank lines are no lines, and make it another file.
            blanks.push('\n');
            let file = format!("{file}{blanks}");
            let choice = json!({ "options": { "on_match": mode, "match_by": match_by } });
            let done = import_with(&t, &clerk, (kind, file.as_bytes()), &choice).await;
            assert_eq!(
                done["counts"],
                json!({ "rows": 1, "create": 0, "update": 0, "skip": 0, "refuse": 1, "customers_created": 0 }),
                "{mode}: {file}"
            );
            let refused = rows(&clerk, &done, "refuse").await;
            assert_eq!(
                refused[0]["reason"],
                json!({ "code": "import.other_branch", "field": null, "value": null }),
                "{mode}: {file}"
            );
            assert!(refused[0]["customer_id"].is_null(), "{mode}: {file}");
            let id = done["id"].as_str().unwrap();
            for (lang, words) in [
                ("zh-CN", "属于其他网点"),
                ("en", "Belongs to another branch"),
            ] {
                let path = format!("/api/v1/imports/{id}/errors.csv?lang={lang}");
                let text = clerk.get(&path).await.text();
                assert!(text.contains(words), "{text}");
                assert!(
                    !text.contains("赵远山") && !text.contains("13500135000"),
                    "{text}"
                );
            }
        }
    }
    assert_eq!(everything(&t).await, before);
}

async fn what_is_the_importers_own_is_changed(t: TestApp) {
    let (theirs, own) = both_branches(&t).await;
    let clerk = t.as_role("clerk");
    let overwrite = json!({ "options": { "on_match": "overwrite" } });
    let files = [
        (
            "assets",
            "客户编号,车牌,车型,里程\nT-1,川A7F3K2,迈腾,20000\n",
        ),
        (
            "orders",
            "订单号,客户编号,下单时间,金额\nT-D,T-1,2026-11-18,5\n",
        ),
        (
            "service_records",
            "工单号,客户编号,车牌,进厂时间,维修内容,里程\nT-R,T-1,川A7F3K2,2026-11-18,喷漆,30000\n",
        ),
    ];
    for (kind, file) in files {
        let done = import_with(&t, &clerk, (kind, file.as_bytes()), &overwrite).await;
        assert_eq!(done["counts"]["update"], 1, "{file}");
    }
    let rows = everything(&t).await;
    let row = |number: &str| {
        let found = rows
            .iter()
            .find(|row| row.external_id.as_deref() == Some(number))
            .unwrap();
        (
            found.customer_id,
            found.text.clone().unwrap_or_default(),
            found.number,
        )
    };
    assert_eq!(row("T-A"), (own, "川A·7F3K2迈腾".to_owned(), 30_000));
    assert_eq!(row("T-D"), (own, String::new(), 500));
    assert_eq!(row("T-R"), (own, "喷漆".to_owned(), 30_000));
    assert_eq!(row("J-A"), (theirs, "川B·66P09".to_owned(), 10_000));

    // A plate that both branches know: the own vehicle is meant.
    let tx = t.db().begin().await.unwrap();
    let twin = NewAsset {
        customer_id: theirs,
        external_id: Some("J-A2".to_owned()),
        plate: Some("川A7F3K2".to_owned()),
        ..NewAsset::default()
    };
    insert_assets(&tx, &t.ctx(), None, &[twin]).await.unwrap();
    tx.commit().await.unwrap();
    let file = "客户编号,车牌,车型,里程\nT-1,川A7F3K2,途昂,40000\n";
    let done = import_with(&t, &clerk, ("assets", file.as_bytes()), &overwrite).await;
    assert_eq!(done["counts"]["update"], 1);
    let rows = everything(&t).await;
    let number = |id: &str| {
        rows.iter()
            .find(|row| row.external_id.as_deref() == Some(id))
            .unwrap()
            .number
    };
    assert_eq!((number("T-A"), number("J-A2")), (40_000, 0));
}

async fn who_sees_everything_may_write_everything(t: TestApp) {
    let (_, own) = both_branches(&t).await;
    let director = t.as_role("service_director");
    let overwrite = json!({ "options": { "on_match": "overwrite" } });
    for (kind, file) in [
        ("assets", "客户编号,车牌,车型\nT-1,川B66P09,途昂\n"),
        (
            "orders",
            "订单号,客户编号,下单时间,金额\nJ-D,T-1,2026-11-18,5\n",
        ),
    ] {
        let done = import_with(&t, &director, (kind, file.as_bytes()), &overwrite).await;
        assert_eq!(done["counts"]["update"], 1, "{file}");
    }
    let rows = everything(&t).await;
    for number in ["J-A", "J-D"] {
        let row = rows
            .iter()
            .find(|row| row.external_id.as_deref() == Some(number))
            .unwrap();
        assert_eq!(row.customer_id, own, "{number}");
    }
}
