//! The forms in which firms keep their lists: encodings, delimiters, compression, workbooks (文件格式).

use std::io::Write as _;

use liuke_domain::importing::ImportKind;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;

use super::{remap, step, upload};
use crate::importing::{Ask, import_file};
use crate::on_both;
use crate::testing::TestApp;
use crate::words::Lang;

on_both!(
    every_encoding_and_delimiter_gives_the_same_customers,
    a_column_list_with_spaces_is_read_as_orders,
    a_workbook_is_read_sheet_by_sheet_as_a_person_sees_it,
    a_gzipped_file_is_imported_from_the_command_line_with_its_headings_mapped,
);

const TABLE: &str =
    "客户编号,姓名,手机,备注\n00123,王建国,13800138000,首保\nK-2,李秀兰,13900139000,\n";

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[derive(Debug, PartialEq, Eq, FromQueryResult)]
struct Known {
    external_id: String,
    name: String,
    number: Option<String>,
    notes: Option<String>,
    birthday: Option<String>,
    mileage_km: Option<i64>,
}

async fn known(t: &TestApp) -> Vec<Known> {
    t.db()
        .all(
            "SELECT c.external_id, c.name, p.e164 AS number, c.notes, c.birthday, a.mileage_km FROM customer c
             LEFT JOIN customer_phone p ON p.customer_id = c.id LEFT JOIN asset a ON a.customer_id = c.id
             ORDER BY c.external_id",
            args![],
        )
        .await
        .unwrap()
}

async fn every_encoding_and_delimiter_gives_the_same_customers(t: TestApp) {
    let clerk = t.as_role("clerk");
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("UTF-8", "comma", format!("\u{feff}{TABLE}").into_bytes()),
        ("UTF-16LE", "comma", utf16(TABLE, u16::to_le_bytes)),
        ("UTF-16BE", "comma", utf16(TABLE, u16::to_be_bytes)),
        ("UTF-8", "tab", TABLE.replace(',', "\t").into_bytes()),
        ("UTF-8", "pipe", TABLE.replace(',', "|").into_bytes()),
        ("UTF-8", "semicolon", TABLE.replace(',', ";").into_bytes()),
    ];
    for (place, (encoding, delimiter, bytes)) in cases.into_iter().enumerate() {
        let import = upload(&clerk, "customers", "客户.txt", &bytes).await.ok();
        assert_eq!(
            (import["encoding"].as_str(), import["delimiter"].as_str()),
            (Some(encoding), Some(delimiter))
        );
        // What was recognised can be chosen as well.
        let import = remap(&clerk, &import, &json!({ "delimiter": delimiter }))
            .await
            .ok();
        let done = step(&t, &clerk, &import, "run").await;
        let expected = if place == 0 { "create" } else { "update" };
        assert_eq!(
            done["counts"][expected], 2,
            "{encoding} {delimiter}: {done}"
        );
        let found = known(&t).await;
        let seen: Vec<_> = found
            .iter()
            .map(|row| {
                (
                    row.external_id.as_str(),
                    row.name.as_str(),
                    row.number.as_deref(),
                    row.notes.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("00123", "王建国", Some("+8613800138000"), Some("首保")),
                ("K-2", "李秀兰", Some("+8613900139000"), None),
            ],
            "{encoding} {delimiter}"
        );
    }
}

async fn a_column_list_with_spaces_is_read_as_orders(t: TestApp) {
    let clerk = t.as_role("clerk");
    let list = " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n";
    let import = upload(&clerk, "orders", "cdnow.txt", list.as_bytes())
        .await
        .ok();
    assert_eq!(import["delimiter"], "spaces");
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        done["counts"],
        json!({ "rows": 3, "create": 3, "update": 0, "skip": 0, "refuse": 0, "customers_created": 2 })
    );
    let list = clerk.get("/api/v1/customers").await.ok();
    let mut revenue: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|customer| customer["revenue_fen"].as_i64().unwrap())
        .collect();
    revenue.sort_unstable();
    assert_eq!(revenue, [1_177, 8_900]);
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let cover = book.add_worksheet().set_name("说明").unwrap();
    cover.write(0, 0, "本表由门店系统导出").unwrap();
    let sheet = book.add_worksheet().set_name("客户").unwrap();
    for (column, heading) in (0..).zip(["客户编号", "姓名", "手机", "生日", "车牌", "里程"])
    {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, "00123").unwrap();
    sheet.write(1, 1, "王建国").unwrap();
    sheet.write(1, 2, 13_800_138_000_f64).unwrap();
    let birthday = ExcelDateTime::from_ymd(1980, 3, 5).unwrap();
    sheet
        .write_datetime_with_format(1, 3, &birthday, &day)
        .unwrap();
    sheet.write(1, 4, "川A7F3K2").unwrap();
    sheet.write(1, 5, 58_240_f64).unwrap();
    // An empty line between, and a number for a number.
    sheet.write(3, 0, 77_f64).unwrap();
    sheet.write(3, 1, "李秀兰").unwrap();
    sheet.write(3, 2, "139 0013 9000").unwrap();
    sheet.write(3, 3, "1975/1/31").unwrap();
    let sheet = book.add_worksheet().set_name("订单").unwrap();
    for (column, heading) in (0..).zip(["订单号", "客户编号", "下单时间", "金额"]) {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, 4_711_f64).unwrap();
    sheet.write(1, 1, "00123").unwrap();
    let at = ExcelDateTime::from_ymd(2026, 11, 18)
        .unwrap()
        .and_hms(9, 30, 0)
        .unwrap();
    sheet
        .write_datetime_with_format(1, 2, &at, &moment)
        .unwrap();
    sheet.write(1, 3, 128.5).unwrap();
    book.save_to_buffer().unwrap()
}

async fn a_workbook_is_read_sheet_by_sheet_as_a_person_sees_it(t: TestApp) {
    let clerk = t.as_role("clerk");
    let bytes = workbook();
    let import = upload(&clerk, "customers", "门店.xlsx", &bytes).await.ok();
    assert_eq!(
        (&import["format"], &import["sheet"], &import["sheets"]),
        (
            &json!("xlsx"),
            &json!("说明"),
            &json!(["说明", "客户", "订单"])
        )
    );
    let missing = remap(&clerk, &import, &json!({ "sheet": "没有" })).await;
    missing.refused(422, "import.no_such_sheet");
    let choice = json!({ "sheet": "客户", "has_header": true });
    let import = remap(&clerk, &import, &choice).await.ok();
    assert_eq!(
        import["columns"][2]["samples"],
        json!(["13800138000", "139 0013 9000"])
    );
    assert_eq!(
        import["columns"][3]["samples"],
        json!(["1980-03-05", "1975/1/31"])
    );
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        (&done["counts"]["create"], &done["counts"]["refuse"]),
        (&json!(2), &json!(0)),
        "{done}"
    );
    let person = |external_id: &str, name: &str, number: &str, birthday: &str, mileage_km| Known {
        external_id: external_id.to_owned(),
        name: name.to_owned(),
        number: Some(number.to_owned()),
        notes: None,
        birthday: Some(birthday.to_owned()),
        mileage_km,
    };
    assert_eq!(
        known(&t).await,
        [
            person(
                "00123",
                "王建国",
                "+8613800138000",
                "1980-03-05",
                Some(58_240)
            ),
            person("77", "李秀兰", "+8613900139000", "1975-01-31", None),
        ]
    );

    let import = upload(&clerk, "orders", "门店.xlsx", &bytes).await.ok();
    let choice = json!({ "sheet": "订单", "has_header": true });
    let import = remap(&clerk, &import, &choice).await.ok();
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(done["counts"]["create"], 1, "{done}");
    let orders = clerk.get("/api/v1/orders").await.ok();
    let order = &orders["items"][0];
    let at: jiff::Timestamp = "2026-11-18T09:30:00+08:00".parse().unwrap();
    assert_eq!(
        (
            &order["external_id"],
            &order["revenue_fen"],
            &order["ordered_at"]
        ),
        (&json!("4711"), &json!(12_850), &json!(at.as_millisecond()))
    );
}

async fn a_gzipped_file_is_imported_from_the_command_line_with_its_headings_mapped(t: TestApp) {
    let path = t.folder().join("list.csv.gz");
    let table = "会员,谁,打给,暗号\n00123,王建国,13800138000,芝麻\nK-2,李秀兰,不是电话,\n";
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    file.write_all(table.as_bytes()).unwrap();
    std::fs::write(&path, file.finish().unwrap()).unwrap();
    let pair = |heading: &str, field: &str| (heading.to_owned(), field.to_owned());
    let mut ask = Ask {
        kind: ImportKind::Customers,
        file: path,
        branch: Some("TF".to_owned()),
        encoding: None,
        delimiter: None,
        sheet: None,
        map: vec![
            pair("会员", "external_id"),
            pair("谁", "name"),
            pair("2", "phone"),
            pair("暗号", "-"),
        ],
        on_match: None,
        dry_run: true,
        again: false,
        errors: None,
        lang: Lang::Zh,
    };
    let report = import_file(&t.app, &t.ctx(), &ask).await.unwrap();
    assert_eq!(
        (report.status.as_str(), report.create, report.refuse),
        ("checked", 1, 1)
    );
    assert_eq!(known(&t).await, [], "a dry run writes nothing");

    ask.dry_run = false;
    ask.errors = Some(t.folder().join("refused.csv"));
    let report = import_file(&t.app, &t.ctx(), &ask).await.unwrap();
    assert_eq!(
        (report.status.as_str(), report.create, report.refuse),
        ("done", 1, 1)
    );
    assert_eq!(report.columns[3], ("暗号".to_owned(), None));
    assert_eq!(report.reasons, [("import.bad_phone".to_owned(), 1)]);
    let refused = std::fs::read_to_string(t.folder().join("refused.csv")).unwrap();
    assert!(refused.contains("K-2,李秀兰,不是电话"), "{refused}");
    let found = known(&t).await;
    assert_eq!(
        (found[0].external_id.as_str(), found[0].notes.as_deref()),
        ("00123", None)
    );

    let again = import_file(&t.app, &t.ctx(), &ask).await.unwrap_err();
    assert_eq!(again.code, "import.already_imported");
    for (map, code) in [
        (pair("没有这列", "name"), "import.unknown_heading"),
        (pair("谁", "horse"), "import.unknown_field"),
    ] {
        ask.map = vec![map];
        let refused = import_file(&t.app, &t.ctx(), &ask).await.unwrap_err();
        assert_eq!(refused.code, code);
    }
}
