#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::customer::{CustomerKind, Gender, Personality, Source};
use crate::money::Money;
use crate::worktime;

fn proposed(kind: ImportKind, headers: &[&str]) -> Vec<&'static str> {
    propose(kind, headers)
        .into_iter()
        .map(|p| p.map_or("-", |p| p.field.as_str()))
        .collect()
}

#[test]
fn headers_of_public_retail_data_are_recognised() {
    let headers = [
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    ];
    let want = [
        "external_id",
        "item",
        "title",
        "quantity",
        "ordered_at",
        "unit_price",
        "customer_external_id",
        "-",
    ];
    assert_eq!(proposed(ImportKind::Orders, &headers), want);
    let headers = ["customer_id", "date", "number_of_cds", "dollar_value"];
    assert_eq!(
        proposed(ImportKind::Orders, &headers),
        ["customer_external_id", "ordered_at", "-", "revenue"]
    );
}

#[test]
fn headers_of_chinese_shops_are_recognised() {
    let headers = [
        "客户编号",
        "客户姓名*",
        "手机号码（必填）",
        "电话2",
        "性别",
        "出生日期",
        "车牌号",
        "VIN码",
        "车型",
        "客户来源",
        "备注",
        "身份证号",
    ];
    let want = [
        "external_id",
        "name",
        "phone",
        "phone",
        "gender",
        "birthday",
        "plate",
        "vin",
        "model",
        "source",
        "notes",
        "-",
    ];
    assert_eq!(proposed(ImportKind::Customers, &headers), want);
    let headers = [
        "工单号",
        "车牌",
        "车主",
        "联系电话",
        "进厂日期",
        "结算日期",
        "服务顾问",
        "主修技师",
        "维修项目",
        "更换配件",
        "进厂里程",
        "维修建议",
        "下次保养日期",
        "下次保养里程",
        "实收金额（元）",
        "成本",
    ];
    let want = [
        "external_id",
        "plate",
        "customer_name",
        "customer_phone",
        "opened_at",
        "closed_at",
        "advisor",
        "technician",
        "work",
        "parts",
        "mileage",
        "advice",
        "next_due_on",
        "next_due_km",
        "revenue",
        "cost",
    ];
    assert_eq!(proposed(ImportKind::ServiceRecords, &headers), want);
    let headers = [
        "会员号",
        "订单编号",
        "下单时间",
        "消费金额",
        "商品名称",
        "门店",
    ];
    assert_eq!(
        proposed(ImportKind::Orders, &headers),
        [
            "customer_external_id",
            "external_id",
            "ordered_at",
            "revenue",
            "title",
            "branch"
        ]
    );
    let headers = ["RO", "SA", "Technician", "Plate", "Mileage", "Date"];
    assert_eq!(
        proposed(ImportKind::ServiceRecords, &headers),
        [
            "external_id",
            "advisor",
            "technician",
            "plate",
            "mileage",
            "opened_at"
        ]
    );
}

#[test]
fn a_header_that_contains_a_known_word_is_proposed_with_less_confidence() {
    let found = propose(
        ImportKind::Customers,
        &["客户的手机号码信息", "姓名", "", "xyz"],
    );
    assert_eq!(
        found[0],
        Some(Proposal {
            field: Field::Phone,
            confidence: 70
        })
    );
    assert_eq!(
        found[1],
        Some(Proposal {
            field: Field::Name,
            confidence: 100
        })
    );
    assert_eq!((found[2], found[3]), (None, None));
    assert_eq!(
        proposed(ImportKind::Customers, &["联系人", "姓名"]),
        ["-", "name"].map(|f| if f == "-" { "name" } else { "-" })
    );
}

#[test]
fn a_choice_of_columns_says_what_it_lacks() {
    assert_eq!(
        missing(ImportKind::Customers, &[Field::Phone]),
        vec![vec![Field::Name]]
    );
    assert_eq!(
        missing(
            ImportKind::Orders,
            &[Field::CustomerExternalId, Field::OrderedAt, Field::Revenue]
        ),
        Vec::<Vec<Field>>::new()
    );
    assert_eq!(
        missing(
            ImportKind::Orders,
            &[Field::Plate, Field::OrderedAt, Field::UnitPrice]
        ),
        vec![vec![Field::Quantity]]
    );
    assert_eq!(missing(ImportKind::Assets, &[]).len(), 2);
    assert_eq!(
        missing(ImportKind::ServiceRecords, &[Field::Vin, Field::ClosedAt]).len(),
        0
    );
}

#[test]
fn dates_are_read_in_every_unambiguous_spelling() {
    for cell in [
        "2024-01-31",
        "2024/1/31",
        "2024.1.31",
        "20240131",
        "2024年1月31日",
        "2024-1-31",
        "２０２４／１／３１",
        " 2024-01-31 ",
        "2024-01-31 00:00:00",
        "45322",
        "45322.0",
        "2024年1月31号",
        "'2024-01-31",
        "2024 年 1 月 31 日",
        "20240131.0",
    ] {
        assert_eq!(parse_day(cell), Ok(date(2024, 1, 31)), "{cell}");
    }
    for (cell, hour, minute, second) in [
        ("2024-01-31 08:30", 8, 30, 0),
        ("2024/1/31 8:30:15", 8, 30, 15),
        ("2024-01-31T08:30:15", 8, 30, 15),
        ("2024年1月31日 8时30分", 8, 30, 0),
        ("2024年1月31日08:30", 8, 30, 0),
        ("2024-01-31 上午8:30", 8, 30, 0),
        ("2024-01-31 下午8:30", 20, 30, 0),
        ("2024-01-31 8:30 PM", 20, 30, 0),
        ("2024-01-31 12:05 AM", 0, 5, 0),
        ("20240131083015", 8, 30, 15),
        ("202401310830", 8, 30, 0),
        ("45322.354166667", 8, 30, 0),
        ("2024-01-31 08:30:15.123", 8, 30, 15),
    ] {
        assert_eq!(
            parse_moment(cell),
            Ok(date(2024, 1, 31).at(hour, minute, second, 0)),
            "{cell}"
        );
    }
}

#[test]
fn dates_that_are_none_or_ambiguous_are_refused_with_the_reason() {
    for (cell, code) in [
        ("31/01/2024", RowCode::AmbiguousDate),
        ("01-02-2024", RowCode::AmbiguousDate),
        ("24-01-31", RowCode::AmbiguousDate),
        ("3000-01-01", RowCode::DateOutOfRange),
        ("30000101", RowCode::DateOutOfRange),
        ("1899-12-31", RowCode::DateOutOfRange),
        ("2024-02-30", RowCode::BadDate),
        ("2024-13-01", RowCode::BadDate),
        ("2024", RowCode::BadDate),
        ("2024-01", RowCode::BadDate),
        ("昨天", RowCode::BadDate),
        ("", RowCode::BadDate),
        ("99999", RowCode::BadDate),
        ("2024-01-31 25:00", RowCode::BadDate),
        ("2024-01-31 abc", RowCode::BadDate),
        ("13800138000", RowCode::BadDate),
    ] {
        assert_eq!(parse_moment(cell), Err(code), "{cell}");
    }
    assert_eq!(
        parse_birthday("2027-01-01", date(2026, 11, 21)),
        Err(RowCode::DateInFuture)
    );
    assert_eq!(
        parse_birthday("1985-03-04", date(2026, 11, 21)),
        Ok(date(1985, 3, 4))
    );
}

#[test]
fn an_instant_is_in_the_zone_of_the_branch_unless_it_says_otherwise() {
    let zone = worktime::zone("Asia/Shanghai").unwrap();
    assert_eq!(
        parse_instant("2024-01-31 08:30", &zone)
            .unwrap()
            .to_string(),
        "2024-01-31T00:30:00Z"
    );
    assert_eq!(
        parse_instant("2024-01-31", &zone).unwrap().to_string(),
        "2024-01-30T16:00:00Z"
    );
    assert_eq!(
        parse_instant("2024-01-31T08:30:00Z", &zone)
            .unwrap()
            .to_string(),
        "2024-01-31T08:30:00Z"
    );
    assert_eq!(
        parse_instant("3000-01-31T08:30:00Z", &zone),
        Err(RowCode::DateOutOfRange)
    );
}

#[test]
fn kilometres_are_read_with_their_units() {
    for (cell, km) in [
        ("12,345 km", 12_345),
        ("1.2万公里", 12_000),
        ("12345公里", 12_345),
        ("约8000公里", 8_000),
        ("12345.6", 12_345),
        ("3w", 30_000),
        ("0", 0),
        ("１２３", 123),
        ("12345KM", 12_345),
    ] {
        assert_eq!(parse_mileage(cell), Ok(km), "{cell}");
    }
    for cell in ["", "abc", "-5", "99999999", "12 34"] {
        assert_eq!(parse_mileage(cell), Err(RowCode::BadMileage), "{cell}");
    }
}

#[test]
fn blank_cells_say_nothing_in_many_ways() {
    for cell in [
        "",
        " ",
        "　",
        "-",
        "NULL",
        "n/a",
        "NaN",
        "无",
        "/",
        "0000-00-00 00:00:00",
        "'",
    ] {
        assert!(is_blank(cell), "{cell:?}");
    }
    assert!(!is_blank("0") && !is_blank("无锡"));
    assert_eq!(external_id("17850.0").as_deref(), Some("17850"));
    assert_eq!(external_id(" KH－001 ").as_deref(), Some("KH-001"));
    assert_eq!(external_id("00012").as_deref(), Some("00012"));
    assert_eq!(external_id("1.5").as_deref(), Some("1.5"));
    assert_eq!(external_id("nan"), None);
}

#[test]
fn a_number_with_c_is_a_refund_and_refunds_are_negative() {
    for (number, kind, revenue, quantity, price, want) in [
        (
            Some("536365"),
            None,
            None,
            Some("6.0"),
            Some("2.55"),
            (OrderKind::Sale, 1_530),
        ),
        (
            Some("C536379"),
            None,
            None,
            Some("-1.0"),
            Some("27.5"),
            (OrderKind::Refund, -2_750),
        ),
        (
            Some("C536379"),
            None,
            Some("27.5"),
            None,
            None,
            (OrderKind::Refund, -2_750),
        ),
        (
            Some("536379"),
            None,
            Some("-27.5"),
            None,
            None,
            (OrderKind::Refund, -2_750),
        ),
        (
            None,
            Some("退货"),
            Some("100"),
            None,
            None,
            (OrderKind::Refund, -10_000),
        ),
        (
            None,
            Some("销售"),
            Some("100"),
            Some("3"),
            Some("1"),
            (OrderKind::Sale, 10_000),
        ),
        (
            Some("CZ-100"),
            None,
            Some("100"),
            None,
            None,
            (OrderKind::Sale, 10_000),
        ),
        (
            Some("536544"),
            None,
            None,
            Some("1"),
            Some("0"),
            (OrderKind::Sale, 0),
        ),
    ] {
        let (kind_found, amount) = order_amount(number, kind, revenue, quantity, price).unwrap();
        assert_eq!((kind_found, amount), (want.0, Money(want.1)), "{number:?}");
    }
    assert_eq!(
        order_amount(None, None, Some("abc"), None, None).unwrap_err(),
        RowError::cell(RowCode::BadMoney, Field::Revenue, "abc")
    );
    assert_eq!(
        order_amount(None, None, None, None, Some("3"))
            .unwrap_err()
            .field,
        Some(Field::Quantity)
    );
    assert_eq!(
        order_amount(None, None, Some(" "), None, None)
            .unwrap_err()
            .code,
        RowCode::MissingRequired
    );
    assert!(
        is_refund_number("c536379") && !is_refund_number("C12") && !is_refund_number("A563185")
    );
}

#[test]
fn the_delimiter_is_found_from_the_first_lines() {
    for (sample, want) in [
        ("a,b,c\n1,2,3\n", Delimiter::Comma),
        ("a;b;c\n1;2,5;3\n1;2,5;3", Delimiter::Semicolon),
        ("a\tb\n1,5\t2\n3\t4", Delimiter::Tab),
        ("a|b|c\n1|2|3", Delimiter::Pipe),
        (
            " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n",
            Delimiter::Spaces,
        ),
        (
            "name,note\n\"Li, San\",\"a\nb\"\nWang,c\n",
            Delimiter::Comma,
        ),
        (
            "姓名,时间\n张 三,2024-01-31 08:30\n李四,2024-02-01 09:00\n",
            Delimiter::Comma,
        ),
        ("姓名\n张三\n李四\n", Delimiter::Comma),
        ("", Delimiter::Comma),
    ] {
        assert_eq!(sniff_delimiter(sample), want, "{sample}");
    }
    assert_eq!(
        split_spaces(" 00001 19970101  1   11.77"),
        ["00001", "19970101", "1", "11.77"]
    );
}

#[test]
fn a_header_line_is_told_from_data() {
    let rows = |lines: &[&[&str]]| {
        lines
            .iter()
            .map(|l| l.iter().map(|c| (*c).to_owned()).collect())
            .collect::<Vec<Vec<String>>>()
    };
    assert!(has_header(&rows(&[
        &["姓名", "手机"],
        &["张三", "13800138000"]
    ])));
    assert!(has_header(&rows(&[&["alpha", "beta"], &["x", "12.5"]])));
    assert!(!has_header(&rows(&[
        &["张三", "13800138000"],
        &["李四", "13900139000"]
    ])));
    assert!(!has_header(&rows(&[&["00001", "19970101", "1", "11.77"]])));
    assert!(!has_header(&rows(&[&["张三", "南京"], &["李四", "北京"]])));
    assert!(!has_header(&[]));
}

#[test]
fn words_of_files_become_words_of_the_trade() {
    assert_eq!(parse_gender("先生"), Some(Gender::Male));
    assert_eq!(parse_gender(" F "), Some(Gender::Female));
    assert_eq!(parse_gender("1"), None);
    assert_eq!(parse_kind("对公"), Some(CustomerKind::Organisation));
    assert_eq!(parse_source("老客户介绍"), Some(Source::Referral));
    assert_eq!(
        parse_personality("完美型"),
        Some(Personality::Perfectionist)
    );
    assert_eq!(parse_service_closed("已结算"), Some(true));
    assert_eq!(parse_tags("VIP、易怒, VIP"), ["VIP", "易怒"]);
    for (name, kind) in [
        ("张三", CustomerKind::Person),
        ("江苏某某汽车有限公司", CustomerKind::Organisation),
        ("某某有限公司(南京)", CustomerKind::Organisation),
        ("市第一医院", CustomerKind::Organisation),
        ("Acme Co., Ltd.", CustomerKind::Organisation),
        ("Anna Smith", CustomerKind::Person),
        ("王厂", CustomerKind::Person),
    ] {
        assert_eq!(guess_kind(name), kind, "{name}");
    }
}

#[test]
fn every_code_of_a_refused_row_is_of_the_import() {
    assert!(
        RowCode::ALL
            .iter()
            .all(|c| c.as_str().starts_with("import."))
    );
    let long = "长".repeat(200);
    assert_eq!(
        RowError::cell(RowCode::TooLong, Field::Name, &long)
            .value
            .unwrap()
            .chars()
            .count(),
        100
    );
    assert_eq!(
        serde_json::to_string(&RowError::row(RowCode::NoCustomer)).unwrap(),
        r#"{"code":"import.no_customer"}"#
    );
}

#[test]
fn the_headers_of_a_template_lead_back_to_its_fields() {
    for kind in ImportKind::ALL {
        for chinese in [true, false] {
            let labels: Vec<&str> = fields(*kind)
                .iter()
                .map(|f| template_header(*kind, f.code, chinese))
                .collect();
            let found: Vec<Option<Field>> = propose(*kind, &labels)
                .into_iter()
                .map(|p| p.map(|p| p.field))
                .collect();
            let want: Vec<Option<Field>> = fields(*kind).iter().map(|f| Some(f.code)).collect();
            assert_eq!(found, want, "{kind} {labels:?}");
        }
    }
}

proptest! {
    #[test]
    fn no_cell_makes_it_panic(cell in "\\PC{0,30}") {
        let _ = (parse_moment(&cell), parse_mileage(&cell), parse_money(&cell), external_id(&cell), is_blank(&cell), parse_tags(&cell));
        let _ = (propose(ImportKind::Orders, &[&cell]), sniff_delimiter(&cell), guess_kind(&cell));
    }

    #[test]
    fn a_day_reads_back_from_every_spelling(days in 0i64..60_000) {
        let day = date(1950, 1, 1).checked_add(jiff::ToSpan::days(days)).unwrap();
        let (y, m, d) = (day.year(), day.month(), day.day());
        for cell in [format!("{y}-{m}-{d}"), format!("{y}/{m:02}/{d:02}"), format!("{y}{m:02}{d:02}"), format!("{y}年{m}月{d}日")] {
            prop_assert_eq!(parse_day(&cell), if y <= YEAR_MAX { Ok(day) } else { Err(RowCode::DateOutOfRange) }, "{}", cell);
        }
    }

    #[test]
    fn a_spreadsheet_serial_is_the_day_it_stands_for(days in 18_264i64..73_415) {
        let day = date(1899, 12, 30).checked_add(jiff::ToSpan::days(days)).unwrap();
        prop_assert_eq!(parse_day(&days.to_string()), Ok(day));
    }
}
