//! Imports through HTTP on both engines, and the public data sets where they are at hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod formats;
mod lifecycle;
mod log;
mod public_data;
mod scope;

use liuke_platform::db::Sql as _;
use liuke_platform::jobs::Jobs;
use serde_json::{Value, json};

use crate::on_both;
use crate::testing::{Answer, Client, TestApp};

async fn upload(client: &Client<'_>, kind: &str, name: &str, bytes: &[u8]) -> Answer {
    client
        .upload("/api/v1/imports", name, bytes, &[("kind", kind)])
        .await
}

async fn step(t: &TestApp, client: &Client<'_>, import: &Value, verb: &str) -> Value {
    let path = format!("/api/v1/imports/{}/{verb}", import["id"].as_str().unwrap());
    let version = client
        .get(&format!(
            "/api/v1/imports/{}",
            import["id"].as_str().unwrap()
        ))
        .await
        .json()["version"]
        .clone();
    let started = client.post(&path, &json!({ "version": version })).await;
    assert_eq!(started.status(), 200, "{}", started.text());
    t.run_jobs().await;
    let failed: Option<String> = t
        .db()
        .scalar(
            "SELECT error FROM job WHERE error IS NOT NULL LIMIT 1",
            liuke_platform::args![],
        )
        .await
        .unwrap();
    assert_eq!(failed, None);
    client
        .get(&format!(
            "/api/v1/imports/{}",
            import["id"].as_str().unwrap()
        ))
        .await
        .json()
}

/// Chooses how the file is read; `change` is laid over what was proposed.
async fn remap(client: &Client<'_>, import: &Value, change: &Value) -> Answer {
    let mut mapping = json!({ "columns": [] });
    for key in [
        "kind",
        "encoding",
        "delimiter",
        "sheet",
        "has_header",
        "options",
        "version",
    ] {
        mapping[key] = import[key].clone();
    }
    for (key, value) in change.as_object().unwrap() {
        if key == "options" {
            for (option, value) in value.as_object().unwrap() {
                mapping["options"][option] = value.clone();
            }
        } else {
            mapping[key] = value.clone();
        }
    }
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    client.put(&path, &mapping).await
}

/// Uploads, chooses, checks and runs; a run does what the check said.
async fn import_with(
    t: &TestApp,
    client: &Client<'_>,
    (kind, bytes): (&str, &[u8]),
    change: &Value,
) -> Value {
    let import = upload(client, kind, "file.csv", bytes).await.ok();
    let import = remap(client, &import, change).await.ok();
    let checked = step(t, client, &import, "check").await;
    let done = step(t, client, &checked, "run").await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["counts"], checked["counts"]);
    done
}

async fn rows(client: &Client<'_>, import: &Value, outcome: &str) -> Vec<Value> {
    let id = import["id"].as_str().unwrap();
    let path = format!("/api/v1/imports/{id}/rows?outcome={outcome}");
    client.get(&path).await.ok()["items"]
        .as_array()
        .unwrap()
        .clone()
}

const MESSY: &str = "车主姓名,手机号,车牌号,车型,生日,客户性质,备注\n\
王建国,138 0013 8000,川A·7F3K2,迈腾 330,1980/3/5,个人,首保送机滤\n\
李秀兰,１３９００１３９０００,川A92K8T,途观 L,,个人,\n\
成都锦程物流有限公司,028-86661234转801,川AD08831,ID.4,,,车队\n\
张三,不是电话,川A12345,速腾,,,\n\
,13700137000,川A54321,速腾,,,\n\
赵六,13600136000,川A66666,宝来,3000-01-01,,\n\
王建国,13800138000,川A·D12345,ID.3,,,第二辆车\n";

on_both!(a_messy_gb18030_file_is_checked_imported_and_its_refused_lines_come_back_with_reasons);
async fn a_messy_gb18030_file_is_checked_imported_and_its_refused_lines_come_back_with_reasons(
    t: TestApp,
) {
    let clerk = t.as_role("clerk");
    let windows = MESSY.replace('\n', "\r\n");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&windows);
    let import = upload(&clerk, "customers", "客户.csv", &bytes).await;
    assert_eq!(import.status(), 200, "{}", import.text());
    let import = import.json();
    assert_eq!(
        (import["encoding"].as_str(), import["delimiter"].as_str()),
        (Some("gb18030"), Some("comma"))
    );
    let fields: Vec<&str> = import["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(
        fields,
        [
            "name", "phone", "plate", "model", "birthday", "kind", "notes"
        ]
    );

    let checked = step(&t, &clerk, &import, "check").await;
    assert_eq!(checked["status"], "checked");
    assert_eq!(
        checked["counts"],
        json!({ "rows": 7, "create": 3, "update": 1, "skip": 0, "refuse": 3, "customers_created": 0 })
    );
    assert_eq!(
        clerk.get("/api/v1/customers/count").await.json()["count"],
        0,
        "a check writes nothing"
    );

    let done = step(&t, &clerk, &checked, "run").await;
    assert_eq!(
        (done["status"].as_str(), done["has_error_file"].as_bool()),
        (Some("done"), Some(true))
    );
    assert_eq!(
        done["counts"], checked["counts"],
        "a run does what the check said"
    );
    assert_eq!(
        clerk.get("/api/v1/customers/count").await.json()["count"],
        3
    );

    let id = import["id"].as_str().unwrap();
    let errors = clerk
        .get(&format!("/api/v1/imports/{id}/errors.csv?lang=zh-CN"))
        .await
        .text();
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 4, "{errors}");
    assert!(
        lines[1].starts_with("张三,不是电话,")
            && lines[1].contains(",5,")
            && lines[1].contains("电话无法识别"),
        "{errors}"
    );
    assert!(
        lines[2].contains(",6,")
            && lines[2].contains("缺少必填项")
            && lines[3].contains("年份超出范围"),
        "{errors}"
    );

    let found = clerk.get("/api/v1/search?q=wjg").await.json();
    assert_eq!(found[0]["name"], "王建国");
    let customer = clerk
        .get(&format!(
            "/api/v1/customers/{}",
            found[0]["customer_id"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(
        customer["assets"].as_array().unwrap().len(),
        2,
        "the second line brought a second vehicle"
    );
    assert_eq!(
        customer["phones"].as_array().unwrap().len(),
        1,
        "one number however it is written"
    );
}

on_both!(lines_of_one_order_add_up_and_the_same_file_is_not_taken_twice);
async fn lines_of_one_order_add_up_and_the_same_file_is_not_taken_twice(t: TestApp) {
    let clerk = t.as_role("clerk");
    let file = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
        536365,85123A,HEART,6.0,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
        536365,71053,LANTERN,6.0,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n\
        C536379,D,Discount,-1.0,2010-12-01 09:41:00,27.5,17850.0,United Kingdom\n\
        536414,22139,,56.0,2010-12-01 11:52:00,0.0,,United Kingdom\n";
    let import = upload(&clerk, "orders", "retail.csv", file.as_bytes())
        .await
        .json();
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        done["counts"],
        json!({ "rows": 4, "create": 2, "update": 1, "skip": 0, "refuse": 1, "customers_created": 1 })
    );
    let rows = clerk
        .get(&format!(
            "/api/v1/imports/{}/rows?outcome=refuse",
            import["id"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(rows["items"][0]["reason"]["code"], "import.no_customer");
    let list = clerk.get("/api/v1/customers").await.json();
    assert_eq!(list["items"][0]["revenue_fen"], 1530 + 2034 - 2750);
    assert_eq!(list["items"][0]["order_count"], 1);

    let again = upload(&clerk, "orders", "retail.csv", file.as_bytes())
        .await
        .json();
    let path = format!("/api/v1/imports/{}/run", again["id"].as_str().unwrap());
    let refused = clerk
        .post(&path, &json!({ "version": again["version"] }))
        .await;
    assert_eq!(
        (refused.status(), refused.json()["code"].as_str()),
        (409, Some("import.already_imported"))
    );

    // A longer file with the same orders in it skips what is there.
    let longer = format!("{file}536999,1,PEN,1,2010-12-02 08:00:00,1.00,17850.0,United Kingdom\n");
    let import = upload(&clerk, "orders", "retail2.csv", longer.as_bytes())
        .await
        .json();
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        (
            done["counts"]["create"].as_i64(),
            done["counts"]["skip"].as_i64()
        ),
        (Some(1), Some(3))
    );
    let list = clerk.get("/api/v1/customers").await.json();
    assert_eq!(list["items"][0]["revenue_fen"], 1530 + 2034 - 2750 + 100);
}

on_both!(bad_files_are_refused_with_a_reason_and_leave_nothing_behind);
async fn bad_files_are_refused_with_a_reason_and_leave_nothing_behind(t: TestApp) {
    let clerk = t.as_role("clerk");
    let cases: [(&[u8], &str); 3] = [
        (b"", "import.empty_file"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0",
            "import.not_a_table",
        ),
        (b"PK\x03\x04 this is no workbook", "import.bad_workbook"),
    ];
    for (bytes, code) in cases {
        let answer = upload(&clerk, "customers", "x.bin", bytes).await;
        assert_eq!(
            (answer.status(), answer.json()["code"].as_str()),
            (422, Some(code))
        );
    }
    let answer = upload(&clerk, "horses", "x.csv", b"a,b\n1,2\n").await;
    assert_eq!(answer.json()["fields"][0]["code"], "import.unknown_kind");
    assert_eq!(
        clerk.get("/api/v1/imports").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        0
    );

    let import = upload(&clerk, "customers", "x.csv", "性别\n男\n".as_bytes())
        .await
        .json();
    let path = format!("/api/v1/imports/{}/check", import["id"].as_str().unwrap());
    let refused = clerk
        .post(&path, &json!({ "version": import["version"] }))
        .await;
    assert_eq!(refused.json()["fields"][0]["code"], "import.column_needed");
}

on_both!(service_records_find_their_vehicle_by_plate_and_bring_new_ones);
async fn service_records_find_their_vehicle_by_plate_and_bring_new_ones(t: TestApp) {
    let clerk = t.as_role("clerk");
    let customers = "姓名,手机,车牌,车型\n王建国,13800138000,川A7F3K2,迈腾\n";
    let import = upload(&clerk, "customers", "a.csv", customers.as_bytes())
        .await
        .json();
    step(&t, &clerk, &import, "run").await;
    let repairs = "工单号;车牌号;手机;姓名;进厂时间;服务顾问;技师;维修内容;金额;里程\n\
        R1;川A·7F3K2;;;2026-11-18 09:30;刘洋;邓建平;更换机油;680.00;58,240 km\n\
        R2;川A92K8T;13900139000;李秀兰;2026/11/19;刘洋;邓建平;前刹车片;1280;31020\n\
        R3;川G12345;;;2026/11/19;;;;10;1\n";
    let import = upload(&clerk, "service_records", "b.csv", repairs.as_bytes())
        .await
        .json();
    assert_eq!(import["delimiter"], "semicolon");
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        done["counts"],
        json!({ "rows": 3, "create": 2, "update": 0, "skip": 0, "refuse": 1, "customers_created": 1 }),
    );
    let history = clerk.get("/api/v1/service-records?q=7F3K2").await.json();
    assert_eq!(history["items"][0]["work"], "更换机油");
    assert_eq!(history["items"][0]["mileage_km"], 58_240);
    assert_eq!(history["items"][0]["status"], "closed");
}

on_both!(an_import_is_seen_by_its_branch_only);
async fn an_import_is_seen_by_its_branch_only(t: TestApp) {
    let import = upload(
        &t.as_role("clerk"),
        "customers",
        "a.csv",
        "姓名\n王建国\n".as_bytes(),
    )
    .await
    .json();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    assert_eq!(t.as_role("clerk").get(&path).await.status(), 200);
    assert_eq!(t.as_role("agent").get(&path).await.status(), 403);
    assert_eq!(t.as_role("administrator").get(&path).await.status(), 200);
}

#[test]
fn imports_are_registered_as_jobs() {
    let jobs: Jobs<crate::App> = super::jobs(Jobs::new());
    let names = jobs.kind_names();
    assert!(names.contains(&"importing.check") && names.contains(&"importing.run"));
}
