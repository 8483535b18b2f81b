//! From upload to end: choosing columns, what becomes of known customers, stopping and going on (导入过程).

use std::fmt::Write as _;

use liuke_platform::args;
use liuke_platform::db::Sql as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{import_with, remap, rows, step, upload};
use crate::importing::actions::{self, Stage};
use crate::on_both;
use crate::testing::TestApp;

on_both!(
    columns_are_chosen_by_hand_and_a_wrong_choice_is_refused,
    a_known_customer_is_skipped_filled_or_overwritten,
    a_refused_line_makes_no_customer,
    a_number_that_another_customer_has_is_refused_with_that_reason,
    a_cancelled_import_keeps_what_it_has_written_and_goes_on_behind_it,
    an_import_killed_between_batches_takes_every_line_once,
    an_import_that_two_work_on_takes_every_line_once,
);

async fn columns_are_chosen_by_hand_and_a_wrong_choice_is_refused(t: TestApp) {
    let clerk = t.as_role("clerk");
    let file = "谁,打给,手机,备注\n王建国,13800138000,13900139000,首保\n";
    let import = upload(&clerk, "customers", "a.csv", file.as_bytes())
        .await
        .ok();
    assert_eq!(
        import["columns"][0]["field"],
        Value::Null,
        "nobody calls a name that"
    );

    let choose = |index: i64, field: Value| json!({ "index": index, "field": field });
    let wrong = json!({ "columns": [choose(0, json!("revenue"))] });
    let refused = remap(&clerk, &import, &wrong).await;
    assert_eq!(refused.fields(), ["columns.0:import.unknown_field"]);
    let twice = json!({ "columns": [choose(0, json!("name")), choose(1, json!("name"))] });
    let refused = remap(&clerk, &import, &twice).await;
    assert_eq!(refused.fields(), ["columns.1:import.field_twice"]);

    let right = json!({ "columns": [choose(0, json!("name")), choose(1, json!("phone")), choose(2, Value::Null)] });
    let chosen = remap(&clerk, &import, &right).await.ok();
    let fields: Vec<_> = chosen["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].clone())
        .collect();
    assert_eq!(
        fields,
        [json!("name"), json!("phone"), Value::Null, json!("notes")]
    );
    assert_eq!(chosen["columns"][0]["confidence"], 100);
    remap(&clerk, &import, &right)
        .await
        .refused(409, "edited_elsewhere");

    let checked = step(&t, &clerk, &chosen, "check").await;
    assert_eq!(checked["counts"]["create"], 1);
    // Another choice after a check makes it a draft again.
    let again = json!({ "columns": [choose(0, json!("name")), choose(1, json!("phone")), choose(2, json!("phone"))] });
    let chosen = remap(&clerk, &checked, &again).await.ok();
    assert_eq!(
        (&chosen["status"], &chosen["counts"]["rows"]),
        (&json!("draft"), &json!(0))
    );
    let done = step(&t, &clerk, &chosen, "run").await;
    assert_eq!(done["counts"]["create"], 1);
    let phones: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(*) FROM customer_phone", args![])
        .await
        .unwrap();
    assert_eq!(phones, Some(2), "both columns hold phones");
    remap(&clerk, &done, &again)
        .await
        .refused(409, "edited_elsewhere");
}

async fn a_known_customer_is_skipped_filled_or_overwritten(t: TestApp) {
    let clerk = t.as_role("clerk");
    let first = "客户编号,姓名,地址,备注\nK-1,王建国,,首保\n";
    import_with(&t, &clerk, ("customers", first.as_bytes()), &json!({})).await;
    let file = "客户编号,姓名,地址,备注\nK-1,王建民,天府大道 1 号,老客户\n";
    for (mode, outcome, name, address, notes) in [
        ("skip", "skip", "王建国", None, "首保"),
        (
            "fill_blanks",
            "update",
            "王建国",
            Some("天府大道 1 号"),
            "首保",
        ),
        (
            "overwrite",
            "update",
            "王建民",
            Some("天府大道 1 号"),
            "老客户",
        ),
    ] {
        let choice = json!({ "options": { "on_match": mode } });
        // Another last line makes it another file.
        let file = format!("{file}{mode},{mode},,\n");
        let done = import_with(&t, &clerk, ("customers", file.as_bytes()), &choice).await;
        assert_eq!(
            (&done["counts"][outcome], &done["counts"]["create"]),
            (&json!(1), &json!(1)),
            "{mode}"
        );
        let text = async |column: &str| -> Option<String> {
            let sql = format!("SELECT {column} FROM customer WHERE external_id = 'K-1'");
            let value: Option<Option<String>> = t.db().scalar(&sql, args![]).await.unwrap();
            value.flatten()
        };
        assert_eq!(text("name").await.as_deref(), Some(name), "{mode}");
        assert_eq!(text("address").await.as_deref(), address, "{mode}");
        assert_eq!(text("notes").await.as_deref(), Some(notes), "{mode}");
    }
    // A blank cell overwrites nothing.
    let blank = "客户编号,姓名,地址,备注\nK-1,王建民,,\n";
    let choice = json!({ "options": { "on_match": "overwrite" } });
    import_with(&t, &clerk, ("customers", blank.as_bytes()), &choice).await;
    let notes: Option<String> = t
        .db()
        .scalar(
            "SELECT notes FROM customer WHERE external_id = 'K-1'",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(notes.as_deref(), Some("老客户"));
}

/// Three batches and a half.
const LINES: i64 = 3_500;

fn long_list() -> String {
    let mut text = String::from("客户编号,姓名,手机\n");
    for n in 0..LINES {
        writeln!(text, "K{n:05},客户{n},138{n:08}").unwrap();
    }
    text
}

/// A run that has begun and whose job waits.
async fn begun(t: &TestApp) -> (Uuid, Value) {
    let clerk = t.as_role("clerk");
    let import = upload(&clerk, "customers", "long.csv", long_list().as_bytes())
        .await
        .ok();
    let path = format!("/api/v1/imports/{}/run", import["id"].as_str().unwrap());
    let import = clerk
        .post(&path, json!({ "version": import["version"] }))
        .await
        .ok();
    (import["id"].as_str().unwrap().parse().unwrap(), import)
}

async fn resume_line(t: &TestApp, id: Uuid) -> i64 {
    let sql = "SELECT resume_line FROM import_batch WHERE id = $1";
    t.db().scalar(sql, args![id]).await.unwrap().unwrap()
}

async fn until_a_batch_is_written(t: &TestApp, id: Uuid) {
    while resume_line(t, id).await == 0 {
        tokio::task::yield_now().await;
    }
}

async fn customers(t: &TestApp) -> i64 {
    t.db()
        .scalar("SELECT COUNT(*) FROM customer", args![])
        .await
        .unwrap()
        .unwrap()
}

async fn a_cancelled_import_keeps_what_it_has_written_and_goes_on_behind_it(t: TestApp) {
    let (id, import) = begun(&t).await;
    let clerk = t.as_role("clerk");
    let path = format!("/api/v1/imports/{id}");
    let ctx = t.ctx();
    let (worked, cancelled) = tokio::join!(
        Box::pin(actions::work(&t.app, &ctx, id, Stage::Run)),
        async {
            until_a_batch_is_written(&t, id).await;
            clerk.post(&format!("{path}/cancel"), json!({})).await.ok()
        }
    );
    worked.unwrap();
    assert_eq!(cancelled["status"], "cancelled");
    let after = clerk.get(&path).await.ok();
    assert_eq!(after["status"], "cancelled");
    let written = customers(&t).await;
    assert!(
        written > 0 && written < LINES && written % 1_000 == 0,
        "{written}"
    );
    assert_eq!(
        after["counts"]["create"], written,
        "what is written is counted"
    );
    assert_eq!(t.run_jobs().await, 0, "its job is gone");
    // What has begun cannot be read another way, but can go on.
    remap(&clerk, &after, &json!({}))
        .await
        .refused(409, "edited_elsewhere");
    clerk
        .post(
            &format!("{path}/check"),
            json!({ "version": after["version"] }),
        )
        .await
        .refused(409, "import.already_begun");
    let done = step(&t, &clerk, &import, "run").await;
    assert_eq!(
        (&done["status"], &done["counts"]["create"]),
        (&json!("done"), &json!(LINES))
    );
    assert_eq!(customers(&t).await, LINES);
}

async fn an_import_killed_between_batches_takes_every_line_once(t: TestApp) {
    let (id, import) = begun(&t).await;
    let ctx = t.ctx();
    // Dropped in mid-air, as by a process that dies.
    tokio::select! {
        biased;
        () = until_a_batch_is_written(&t, id) => {}
        _ = Box::pin(actions::work(&t.app, &ctx, id, Stage::Run)) => panic!("it is through already"),
    }
    let line = resume_line(&t, id).await;
    assert_eq!(customers(&t).await, line - 1, "the heading is line 1");
    assert!(line < LINES, "{line}");
    t.run_jobs().await;
    let clerk = t.as_role("clerk");
    let done = clerk
        .get(&format!(
            "/api/v1/imports/{}",
            import["id"].as_str().unwrap()
        ))
        .await
        .ok();
    assert_eq!(
        (
            &done["status"],
            &done["counts"]["rows"],
            &done["counts"]["create"]
        ),
        (&json!("done"), &json!(LINES), &json!(LINES))
    );
    assert_eq!(customers(&t).await, LINES);
    let phones: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(DISTINCT e164) FROM customer_phone", args![])
        .await
        .unwrap();
    assert_eq!(phones, Some(LINES));
}

/// As when a process that was thought dead wakes up again.
async fn an_import_that_two_work_on_takes_every_line_once(t: TestApp) {
    let (id, _) = begun(&t).await;
    let ctx = t.ctx();
    let (one, two) = tokio::join!(
        Box::pin(actions::work(&t.app, &ctx, id, Stage::Run)),
        Box::pin(actions::work(&t.app, &ctx, id, Stage::Run)),
    );
    // Whoever finds that the other has gone on leaves it to the other, and would come back should that one stop.
    for outcome in [&one, &two] {
        if let Err(problem) = outcome {
            assert_eq!((problem.status, problem.code.as_ref()), (503, "busy"));
        }
    }
    t.run_jobs().await;
    assert_eq!(customers(&t).await, LINES);
    let clerk = t.as_role("clerk");
    let after = clerk.get(&format!("/api/v1/imports/{id}")).await.ok();
    assert_eq!(
        (
            &after["status"],
            &after["counts"]["create"],
            &after["counts"]["update"]
        ),
        (&json!("done"), &json!(LINES), &json!(0))
    );
}

async fn a_refused_line_makes_no_customer(t: TestApp) {
    let clerk = t.as_role("clerk");
    let file = "订单号,客户编号,下单时间,金额\nD-1,K-1,2026-01-05,100\nD-1,K-2,2026-01-05,50\n";
    let done = import_with(&t, &clerk, ("orders", file.as_bytes()), &json!({})).await;
    assert_eq!(
        (&done["counts"]["create"], &done["counts"]["refuse"]),
        (&json!(1), &json!(1))
    );
    let refused = rows(&clerk, &done, "refuse").await;
    assert_eq!(refused[0]["reason"]["code"], "import.duplicate_in_file");
    let customers: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(*) FROM customer", args![])
        .await
        .unwrap();
    assert_eq!(customers, Some(1), "nobody was made for the refused line");
}

async fn a_number_that_another_customer_has_is_refused_with_that_reason(t: TestApp) {
    let clerk = t.as_role("clerk");
    let first = "客户编号,姓名,手机\nK-1,王建国,13800138000\n";
    import_with(&t, &clerk, ("customers", first.as_bytes()), &json!({})).await;
    let file = "客户编号,姓名,手机\nK-1,李秀兰,13900139000\nK-2,赵六,13600136000\nK-2,孙七,13500135000\nK-1,王建国,13800138000\n";
    let by_phone = json!({ "options": { "match_by": ["phone"] } });
    let done = import_with(&t, &clerk, ("customers", file.as_bytes()), &by_phone).await;
    assert_eq!(
        (
            &done["counts"]["create"],
            &done["counts"]["update"],
            &done["counts"]["refuse"]
        ),
        (&json!(1), &json!(1), &json!(2))
    );
    for refused in rows(&clerk, &done, "refuse").await {
        assert_eq!(refused["reason"]["code"], "import.customer_number_taken");
    }
}
