use calamine::{Data, Reader as _, Xlsx};
use serde_json::json;

use super::bulk::{fields, make};
use super::{enter, id, phone};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    an_export_is_complete_masked_and_harmless,
    an_export_is_logged_and_needs_the_right,
    an_export_tells_when_a_customer_wants_to_be_called
);

async fn an_export_is_complete_masked_and_harmless(t: TestApp) {
    make(
        &t,
        (0..450).map(|n| fields(&format!("客户{n:03}"))).collect(),
    )
    .await;
    let bad = enter(
        &t,
        "agent",
        "=cmd|' /C calc'!A0",
        json!({ "phones": [phone("13800138000")], "tags": ["@x"] }),
    )
    .await;
    let order = json!({ "customer_id": id(&bad), "kind": "refund", "ordered_at": t.now_ms(), "revenue_fen": -1_250, "branch_id": t.org.tianfu });
    t.as_role("agent").post("/api/v1/orders", order).await.ok();
    let sale = json!({ "customer_id": id(&bad), "kind": "sale", "ordered_at": t.now_ms(), "revenue_fen": 50, "branch_id": t.org.tianfu });
    t.as_role("agent").post("/api/v1/orders", sale).await.ok();
    let director = t.as_role("service_director");
    let answer = director
        .get("/api/v1/customers/export?format=csv&sort=-created")
        .await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(answer.bytes().starts_with(b"\xef\xbb\xbf"));
    let mut reader = csv::Reader::from_reader(&answer.bytes()[3..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 451);
    let line = rows.iter().find(|r| r[1].contains("cmd")).unwrap();
    assert_eq!(
        (&line[1], &line[5], &line[11], &line[14]),
        ("'=cmd|' /C calc'!A0", "138****8000", "-12.00", "'@x")
    );

    let answer = director.get("/api/v1/customers/export?sort=-revenue").await;
    assert!(answer.header("content-disposition").ends_with(".xlsx\""));
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(answer.bytes().to_vec())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.height(), 452);
    assert_eq!(
        sheet.get_value((0, 0)),
        Some(&Data::String("客户编号".into()))
    );
    let last = 451;
    assert_eq!(
        sheet.get_value((last, 1)),
        Some(&Data::String("=cmd|' /C calc'!A0".into())),
        "text, no formula"
    );
    assert_eq!(
        sheet.get_value((last, 5)),
        Some(&Data::String("138****8000".into()))
    );
    assert_eq!(sheet.get_value((last, 11)), Some(&Data::Float(-12.0)));
    assert!(matches!(
        sheet.get_value((last, 10)),
        Some(Data::DateTime(_))
    ));
}

async fn an_export_is_logged_and_needs_the_right(t: TestApp) {
    t.as_role("agent")
        .get("/api/v1/customers/export")
        .await
        .refused(403, "forbidden");
    let director = t.as_role("service_director");
    director
        .get("/api/v1/customers/export?tier=A&format=csv")
        .await
        .text();
    director
        .get("/api/v1/customers/export?visited_from=x")
        .await
        .refused(422, "invalid");
    let entries = t
        .as_role("auditor")
        .get("/api/v1/audit?action=customer.export")
        .await
        .ok();
    assert_eq!(entries["items"].as_array().unwrap().len(), 1);
    assert_eq!(entries["items"][0]["after"]["filter"]["tier"], "A");
}

async fn an_export_tells_when_a_customer_wants_to_be_called(t: TestApp) {
    let evenings = json!({ "contact_from": "18:30", "contact_to": "20:00" });
    enter(&t, "agent", "王建国", evenings).await;
    enter(&t, "agent", "李秀兰", json!({})).await;
    for (language, heading) in [("zh-CN", "可联系时段"), ("en", "Contact window")] {
        let client = t
            .as_role("service_director")
            .header("accept-language", language);
        let answer = client
            .get("/api/v1/customers/export?format=csv&sort=-created")
            .await;
        let mut reader = csv::Reader::from_reader(&answer.bytes()[3..]);
        assert_eq!(reader.headers().unwrap().get(15), Some(heading));
        let cells: Vec<String> = reader
            .records()
            .map(|r| r.unwrap()[15].to_owned())
            .collect();
        assert_eq!(cells, ["", "18:30–20:00"]);

        let answer = client.get("/api/v1/customers/export?sort=-created").await;
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(answer.bytes().to_vec())).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(
            sheet.get_value((0, 15)),
            Some(&Data::String(heading.into()))
        );
        assert_eq!(
            sheet.get_value((2, 15)),
            Some(&Data::String("18:30–20:00".into()))
        );
    }
}
