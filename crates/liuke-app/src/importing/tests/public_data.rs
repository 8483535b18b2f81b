//! The public data sets as orders, where they are at hand (真实数据). Their place is named by `LIUKE_DATA`; without it
//! they are looked for beside the project.

#![allow(
    clippy::disallowed_methods,
    reason = "tests find their data by the environment"
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
    path.exists().then_some(path)
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
