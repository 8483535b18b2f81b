//! The public data sets as orders (真实数据): an excerpt of each always, the whole where it is at hand. Its place is
//! named by `LIUKE_DATA`; without it it is looked for beside the project, and a test that does not find it says so.
//!
//! `online_retail_excerpt.csv` is taken from the UCI Online Retail data, CC0.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests find their data by the environment, and say what was not run"
)]

use std::path::PathBuf;

use liuke_domain::importing::ImportKind;
use serde_json::{Value, json};

use crate::importing::{Ask, Report, import_file};
use crate::on_both;
use crate::testing::TestApp;
use crate::words::Lang;

fn data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("LIUKE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("NOT RUN: {file} is not there; LIUKE_DATA names the folder that holds it");
    None
}

async fn import(t: &TestApp, file: PathBuf) -> Report {
    let ask = Ask {
        kind: ImportKind::Orders,
        file,
        branch: None,
        encoding: None,
        delimiter: None,
        sheet: None,
        map: Vec::new(),
        on_match: None,
        dry_run: false,
        again: false,
        errors: Some(t.folder().join("refused.csv")),
        lang: Lang::En,
    };
    import_file(&t.app, &t.ctx(), &ask).await.unwrap()
}

async fn pyramid(t: &TestApp, from: &str, to: &str) -> Value {
    let director = t.as_role("service_director");
    let answer = director
        .post("/api/v1/pyramid/run", &json!({ "from": from, "to": to }))
        .await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()
}

fn heads(pyramid: &Value) -> Vec<i64> {
    pyramid["tiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tier| tier["heads"].as_i64().unwrap())
        .collect()
}

on_both!(an_excerpt_of_the_retail_data_is_39_lines_of_which_5_have_no_customer);
async fn an_excerpt_of_the_retail_data_is_39_lines_of_which_5_have_no_customer(t: TestApp) {
    let file = t.folder().join("online_retail.csv");
    std::fs::write(&file, include_bytes!("online_retail_excerpt.csv")).unwrap();
    let report = import(&t, file).await;
    assert_eq!(
        (report.status.as_str(), report.rows, report.refuse),
        ("done", 39, 5)
    );
    assert_eq!(report.reasons, [("import.no_customer".to_owned(), 5)]);
    assert_eq!(report.customers_created, 21);
    let refused = std::fs::read_to_string(t.folder().join("refused.csv")).unwrap();
    assert_eq!(
        refused.lines().count(),
        6,
        "a heading and every refused line"
    );
    let pyramid = pyramid(&t, "2010-12-01", "2011-12-09").await;
    assert_eq!(heads(&pyramid), [1, 0, 3, 17]);
    assert_eq!(
        (&pyramid["ranked"], &pyramid["total_fen"]),
        (&json!(21), &json!(309_716)),
        "refunds and all"
    );
}

on_both!(purchases_laid_out_as_in_the_cdnow_data_are_read);
async fn purchases_laid_out_as_in_the_cdnow_data_are_read(t: TestApp) {
    let mut text = " customer_id  date number_of_cds  dollar_value\r\n".to_owned();
    for customer in 1..=10 {
        text.push_str(&format!(
            " {customer:05} 199701{customer:02}  1   {customer}1.77\r\n"
        ));
    }
    text.push_str(" 00002 19970112  5   77.00\r\n 00001 19990101  1  500.00\r\n");
    let file = t.folder().join("CDNOW_master.txt");
    std::fs::write(&file, text).unwrap();
    let report = import(&t, file).await;
    assert_eq!(
        (report.status.as_str(), report.rows, report.create),
        ("done", 12, 12)
    );
    assert_eq!(report.customers_created, 10);
    let pyramid = pyramid(&t, "1997-01-01", "1998-06-30").await;
    assert_eq!(heads(&pyramid), [1, 0, 1, 8]);
    let total: i64 = (1..=10).map(|customer| customer * 1_000 + 177).sum();
    assert_eq!(pyramid["total_fen"], total + 7_700);
}

on_both!(the_retail_data_is_541909_lines_of_which_135080_have_no_customer);
async fn the_retail_data_is_541909_lines_of_which_135080_have_no_customer(t: TestApp) {
    let Some(file) = data("online_retail/online_retail.csv.gz") else {
        return;
    };
    let report = import(&t, file).await;
    assert_eq!(
        (report.status.as_str(), report.rows, report.refuse),
        ("done", 541_909, 135_080)
    );
    assert_eq!(report.reasons, [("import.no_customer".to_owned(), 135_080)]);
    assert_eq!(report.customers_created, 4_372);
    let refused = std::fs::read_to_string(t.folder().join("refused.csv")).unwrap();
    assert!(
        refused.lines().count() > 135_080,
        "a heading and every refused line"
    );

    let pyramid = pyramid(&t, "2010-12-01", "2011-12-09").await;
    assert_eq!(pyramid["ranked"], 4_372);
    assert_eq!(heads(&pyramid)[..3], [44, 175, 655]);
    assert_eq!(pyramid["total_fen"], 830_006_581_i64);
}

on_both!(the_cdnow_data_is_69659_purchases_of_23570_customers);
async fn the_cdnow_data_is_69659_purchases_of_23570_customers(t: TestApp) {
    let Some(file) = data("cdnow/CDNOW_master.txt") else {
        return;
    };
    let report = import(&t, file).await;
    assert_eq!(
        (report.status.as_str(), report.rows, report.create),
        ("done", 69_659, 69_659)
    );
    assert_eq!(report.customers_created, 23_570);
    let pyramid = pyramid(&t, "1997-01-01", "1998-06-30").await;
    assert_eq!(heads(&pyramid), [236, 943, 3_535, 18_856]);
}
