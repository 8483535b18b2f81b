//! Who keeps background work going: files imported one after another, the pyramid, the plans.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::desk::{Desk, Heard, customer};
use crate::Outcome;
use crate::client::Ask;

/// Lines of a file: more than one batch, so that a kill may fall between two.
const LINES: usize = 1_200;
const LOOK: Duration = Duration::from_millis(100);
/// A stage that has not ended by then, after the last kill, never will: longer than a lease and the waits after failures.
const LONGEST: Duration = Duration::from_mins(5);

/// Imports files until it is over, each to its end.
pub(super) async fn import_all(mut desk: Desk, number: usize) {
    let mut made = 0;
    while !desk.is_over() {
        made += 1;
        let mark = format!("I{number}-{made:04}");
        if let Err(error) = import(&mut desk, &mark, number * 1_000 + made).await {
            desk.ledger.finding(format!("import {mark}: {error}"));
            return;
        }
    }
}

/// A form with one file of customers.
pub(super) fn upload(mark: &str, lines: usize, number: usize) -> Ask {
    let mut text = String::from("external_id,name,phone\r\n");
    for line in 0..lines {
        let phone = 10_000 * number + line;
        let _ = write!(text, "{mark}-{line:05},林导入,19{phone:09}\r\n");
    }
    form(mark, "customers", &text)
}

pub(super) fn form(name: &str, kind: &str, text: &str) -> Ask {
    const EDGE: &str = "liuke-faults-edge";
    let body = format!(
        "--{EDGE}\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n\
         --{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}.csv\"\r\n\
         content-type: text/csv\r\n\r\n{text}\r\n--{EDGE}--\r\n"
    );
    let mut ask = Ask::post("/imports", Value::Null);
    ask.form = Some((
        format!("multipart/form-data; boundary={EDGE}"),
        Bytes::from(body),
    ));
    ask
}

async fn import(desk: &mut Desk, mark: &str, number: usize) -> Outcome {
    let ask = upload(mark, LINES, number).once(Uuid::now_v7().to_string());
    let id = match desk.ask(&ask).await? {
        Heard::Done(view) => view["id"]
            .as_str()
            .ok_or("an import without id")?
            .to_owned(),
        Heard::Lost => find(desk, mark).await?,
        Heard::Refused(status, code) => return Err(format!("upload: {status} {code}").into()),
    };
    stage(desk, &id, "check", "checked").await?;
    stage(desk, &id, "run", "done").await?;
    desk.ledger.open().imports.insert(mark.to_owned(), LINES);
    Ok(())
}

/// The import whose upload was acknowledged without its answer.
async fn find(desk: &mut Desk, mark: &str) -> Outcome<String> {
    let list = desk.get("/imports?limit=50").await?;
    list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|row| row["file_name"].as_str() == Some(&format!("{mark}.csv")))
        .and_then(|row| row["id"].as_str().map(str::to_owned))
        .ok_or_else(|| "the upload was acknowledged but is not there".into())
}

/// Starts a stage and waits for its end; one that failed is started again.
async fn stage(desk: &mut Desk, id: &str, verb: &str, end: &str) -> Outcome {
    let mut over: Option<Instant> = None;
    let mut starts = 0;
    loop {
        let view = desk.get(&format!("/imports/{id}")).await?;
        let status = view["status"].as_str().unwrap_or_default();
        let before = ["draft", "checked", "failed"].contains(&status) && status != end;
        if status == end {
            return Ok(());
        }
        // While there is killing, a batch may never find the time; afterwards it must.
        if desk.is_over() && over.get_or_insert_with(Instant::now).elapsed() > LONGEST {
            return Err(format!("{verb} stands at {status} after {LONGEST:?}").into());
        }
        if !before {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        starts += 1;
        if starts > 1 && status == "failed" {
            desk.ledger.open().seen.imports_again += 1;
        }
        let path = format!("/imports/{id}/{verb}");
        match desk
            .post(&path, json!({ "version": view["version"] }))
            .await?
        {
            // Edited elsewhere: begun after all.
            Heard::Done(_) | Heard::Lost | Heard::Refused(409, _) => {}
            Heard::Refused(status, code) => return Err(format!("{verb}: {status} {code}").into()),
        }
    }
}

/// Closes service records, ranks the pyramid and runs all plans, again and again.
pub(super) async fn run_all(mut desk: Desk, branch_id: String) {
    if let Err(error) = days(&mut desk, &branch_id).await {
        desk.ledger.finding(format!("clerk: {error}"));
    }
}

async fn days(desk: &mut Desk, branch_id: &str) -> Outcome {
    let mut turn = 0_u32;
    while !desk.is_over() {
        turn += 1;
        let mark = format!("S{turn:06}");
        let (path, body) = match turn % 4 {
            0 => ("/pyramid/run", json!({})),
            1 => ("/plans/run", json!({})),
            _ => {
                let phone = format!("16900{turn:06}");
                let new = customer(&format!("C{turn:06}"), &phone, branch_id);
                let Heard::Done(served) = desk.post("/customers", new).await? else {
                    continue;
                };
                let id = served["row"]["id"].as_str().unwrap_or_default();
                ("/service-records", closed_now(id, branch_id, &mark))
            }
        };
        match desk.post(path, body).await? {
            Heard::Done(_) | Heard::Lost => {
                let mut book = desk.ledger.open();
                match turn % 4 {
                    0 => book.pyramids += 1,
                    1 => book.plan_runs += 1,
                    _ => {
                        book.services.insert(mark);
                    }
                }
            }
            Heard::Refused(status, code) => {
                desk.ledger.finding(format!("{path}: {status} {code}"));
            }
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    Ok(())
}

/// A service record that is closed as it is entered, which sets the plans to work.
pub(super) fn closed_now(customer: &str, branch_id: &str, mark: &str) -> Value {
    let now = jiff::Timestamp::now().as_millisecond();
    json!({
        "customer_id": customer, "branch_id": branch_id, "category": "保养", "opened_at": now - 7_200_000,
        "closed_at": now - 60_000, "close": true, "work": mark, "revenue_fen": 60_000,
    })
}
