//! Somebody at work while the house is on fire: writes, and repeats what was not acknowledged under the same key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::Ledger;
use crate::Outcome;
use crate::client::{Ask, Client};

/// An answer that takes longer is a hang.
const HANG: Duration = Duration::from_secs(45);
/// Somebody who is not served for this long gives up.
const PATIENCE: Duration = Duration::from_mins(4);
const AGAIN: Duration = Duration::from_millis(25);

/// What a request came to.
pub(super) enum Heard {
    /// Done, with its answer.
    Done(Value),
    /// Done before; its answer was lost with the process.
    Lost,
    /// Refused: status and code.
    Refused(u16, String),
}

/// One person's line to the server, which comes and goes.
pub(super) struct Desk {
    pub(super) host: String,
    pub(super) cookie: String,
    pub(super) ledger: Ledger,
    pub(super) over: Arc<AtomicBool>,
    client: Option<Client>,
}

impl Desk {
    pub(super) fn new(host: &str, cookie: &str, ledger: &Ledger, over: &Arc<AtomicBool>) -> Self {
        Self {
            host: host.to_owned(),
            cookie: cookie.to_owned(),
            ledger: ledger.clone(),
            over: Arc::clone(over),
            client: None,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer that decides.
    pub(super) async fn ask(&mut self, ask: &Ask) -> Outcome<Heard> {
        let begun = Instant::now();
        loop {
            if begun.elapsed() > PATIENCE {
                return Err(
                    format!("{} {}: no answer in {PATIENCE:?}", ask.method, ask.path).into(),
                );
            }
            let Some(answer) = self.once(ask).await? else {
                tokio::time::sleep(AGAIN).await;
                continue;
            };
            if let Some(heard) = self.heard(answer, begun.elapsed()) {
                return Ok(heard);
            }
            tokio::time::sleep(AGAIN * 4).await;
        }
    }

    /// What an answer decides; nothing when it asks to come again.
    fn heard(&self, (status, body, replayed): (u16, Value, bool), took: Duration) -> Option<Heard> {
        let mut book = self.ledger.open();
        book.seen.answers += 1;
        book.seen.took(took);
        if (200..300).contains(&status) {
            book.seen.replayed += usize::from(replayed);
            return Some(Heard::Done(body));
        }
        let code = body["code"]
            .as_str()
            .unwrap_or("no problem document")
            .to_owned();
        match (status, code.as_str()) {
            (429 | 503, _) => book.seen.later += 1,
            (500.., _) => {
                let n = book.seen.unclear.entry(format!("{status} {code}"));
                *n.or_default() += 1;
            }
            (409, "idempotency.in_progress" | "idempotency.answer_lost") => {
                book.seen.answer_lost += 1;
                return Some(Heard::Lost);
            }
            _ => return Some(Heard::Refused(status, code)),
        }
        None
    }

    /// One attempt; nothing when the line broke.
    async fn once(&mut self, ask: &Ask) -> Outcome<Option<(u16, Value, bool)>> {
        let mut client = match self.client.take() {
            Some(client) => client,
            None => match Client::connect(&self.host, &self.cookie).await {
                Ok(client) => client,
                Err(_) => return Ok(None),
            },
        };
        let Ok(answer) = tokio::time::timeout(HANG, client.ask(ask)).await else {
            let text = format!("{} {}: hangs for {HANG:?}", ask.method, ask.path);
            self.ledger.finding(text);
            return Ok(None);
        };
        let Ok(answer) = answer else {
            self.ledger.open().seen.broken += 1;
            return Ok(None);
        };
        self.client = Some(client);
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        Ok(Some((answer.status, body, answer.replayed)))
    }

    /// The answer to a question.
    pub(super) async fn get(&mut self, path: &str) -> Outcome<Value> {
        match self.ask(&Ask::get(path)).await? {
            Heard::Done(body) => Ok(body),
            Heard::Lost => Err(format!("GET {path}: lost").into()),
            Heard::Refused(status, code) => Err(format!("GET {path}: {status} {code}").into()),
        }
    }

    /// A creating request under a key of its own.
    pub(super) async fn post(&mut self, path: &str, body: Value) -> Outcome<Heard> {
        let key = Uuid::now_v7().to_string();
        self.ask(&Ask::post(path, body).once(key)).await
    }
}

/// A customer whom this agent has entered.
#[derive(Debug, Clone)]
struct Own {
    id: String,
    /// The open task with the version and the number of its sheet.
    task: Option<(String, i64, u32)>,
}

/// An agent with customers of his own.
pub(super) struct Agent {
    desk: Desk,
    number: usize,
    staff_id: String,
    branch_id: String,
    rng: StdRng,
    made: usize,
    own: Vec<Own>,
}

impl Agent {
    pub(super) fn new(
        desk: Desk,
        number: usize,
        seed: u64,
        branch_id: &str,
        staff_id: &str,
    ) -> Self {
        let own_seed = seed.wrapping_add(u64::try_from(number).unwrap_or(0) * 7_919);
        Self {
            desk,
            number,
            staff_id: staff_id.to_owned(),
            branch_id: branch_id.to_owned(),
            rng: StdRng::seed_from_u64(own_seed),
            made: 0,
            own: Vec::new(),
        }
    }

    /// Works until it is over; everything begun is brought to its end.
    pub(super) async fn work(mut self) {
        while !self.desk.is_over() {
            if let Err(error) = self.turn().await {
                let text = format!("agent {}: {error}", self.number);
                self.desk.ledger.finding(text);
                return;
            }
            tokio::time::sleep(Duration::from_millis(self.rng.random_range(0..30))).await;
        }
    }

    async fn turn(&mut self) -> Outcome {
        self.made += 1;
        let mark = format!("F{}-{:06}", self.number, self.made);
        if self.own.len() < 3 || self.rng.random_range(0..100) < 20 {
            return self.customer(mark).await;
        }
        let place = self.rng.random_range(0..self.own.len());
        let Some(own) = self.own.get(place).cloned() else {
            return Ok(());
        };
        let Some((task, version, number)) = own.task else {
            return if self.rng.random_range(0..3) == 0 {
                self.note(&own.id, mark).await
            } else {
                self.task(place, &own.id, mark).await
            };
        };
        match self.rng.random_range(0..10) {
            0 | 1 => self.note(&own.id, mark).await,
            2..=7 => self.sheet(place, task, version, number + 1).await,
            _ => self.finish(place, task, version).await,
        }
    }

    async fn customer(&mut self, mark: String) -> Outcome {
        let phone = format!("17{}{:06}", self.number + 100, self.made);
        let body = customer(&mark, &phone, &self.branch_id);
        let heard = self.desk.post("/customers", body).await?;
        match heard {
            Heard::Done(body) => {
                let id = body["row"]["id"]
                    .as_str()
                    .ok_or("a customer without id")?
                    .to_owned();
                self.own.push(Own { id, task: None });
                self.desk.ledger.open().customers.insert(mark);
            }
            Heard::Lost => {
                self.desk.ledger.open().customers.insert(mark);
            }
            Heard::Refused(status, code) => self.refused("customer", &mark, status, &code),
        }
        Ok(())
    }

    async fn note(&mut self, customer: &str, mark: String) -> Outcome {
        let path = format!("/customers/{customer}/notes");
        match self.desk.post(&path, json!({ "text": mark })).await? {
            Heard::Done(_) | Heard::Lost => {
                self.desk.ledger.open().notes.insert(mark);
            }
            Heard::Refused(status, code) => self.refused("note", &mark, status, &code),
        }
        Ok(())
    }

    async fn task(&mut self, place: usize, customer: &str, mark: String) -> Outcome {
        let heard = self
            .desk
            .post(
                "/tasks",
                json!({
                    "customer_id": customer, "kind": "care", "channel": "phone", "purpose": mark, "assignee_id": self.staff_id,
                    "due_at": jiff::Timestamp::now().as_millisecond() + 86_400_000,
                }),
            )
            .await?;
        match heard {
            Heard::Done(body) => {
                let id = body["id"].as_str().ok_or("a task without id")?.to_owned();
                self.desk.ledger.open().tasks.insert(mark);
                if let Some(own) = self.own.get_mut(place) {
                    own.task = Some((id, 0, 0));
                }
            }
            Heard::Lost => {
                self.desk.ledger.open().tasks.insert(mark);
                self.own.swap_remove(place);
            }
            // A plan was quicker.
            Heard::Refused(409, code) if code == "followup.already_open" => {
                self.own.swap_remove(place);
            }
            Heard::Refused(status, code) => self.refused("task", &mark, status, &code),
        }
        Ok(())
    }

    /// Saves the sheet: no key stands over it but its version, so that a save that was not acknowledged is looked up.
    async fn sheet(&mut self, place: usize, task: String, version: i64, number: u32) -> Outcome {
        let text = format!("第 {number} 次");
        self.desk
            .ledger
            .open()
            .sheets
            .entry(task.clone())
            .or_default()
            .sent = number;
        let ask = Ask::put(
            format!("/tasks/{task}/sheet"),
            json!({ "draft": { "scores": { "result": 4 }, "dissatisfied": false, "verbatim": text }, "version": version }),
        );
        let now = match self.desk.ask(&ask).await? {
            Heard::Done(_) => version + 1,
            Heard::Refused(409, _) => {
                let sheet = self.desk.get(&format!("/tasks/{task}")).await?;
                let found = sheet["sheet_version"].as_i64().unwrap_or(0);
                if found != version + 1 || sheet["draft"]["verbatim"].as_str() != Some(&text) {
                    let text = format!(
                        "sheet {task}: sent {text:?} over {version}, found {found} {}",
                        sheet["draft"]
                    );
                    self.desk.ledger.finding(text);
                }
                found
            }
            Heard::Lost => return Err("a sheet with an answer under a key".into()),
            Heard::Refused(status, code) => {
                self.refused("sheet", &text, status, &code);
                return Ok(());
            }
        };
        self.desk
            .ledger
            .open()
            .sheets
            .entry(task.clone())
            .or_default()
            .acknowledged = number;
        if let Some(own) = self.own.get_mut(place) {
            own.task = Some((task, now, number));
        }
        Ok(())
    }

    async fn finish(&mut self, place: usize, task: String, version: i64) -> Outcome {
        let path = format!("/tasks/{task}/finish");
        let body = json!({
            "outcome": "reached", "version": version, "raise_slip": false,
            "draft": { "scores": { "result": 5, "empathy": 4 }, "dissatisfied": false, "verbatim": "挺好的" },
        });
        match self.desk.post(&path, body).await? {
            Heard::Done(_) | Heard::Lost => {
                let mut book = self.desk.ledger.open();
                book.sheets.remove(&task);
                book.finished.insert(task);
                drop(book);
                self.own.swap_remove(place);
            }
            Heard::Refused(status, code) => self.refused("finish", &task, status, &code),
        }
        Ok(())
    }

    fn refused(&self, what: &str, mark: &str, status: u16, code: &str) {
        self.desk
            .ledger
            .finding(format!("{what} {mark}: {status} {code}"));
    }
}

/// Somebody who may be called.
pub(super) fn customer(mark: &str, phone: &str, branch_id: &str) -> Value {
    json!({
        "name": "林故障", "kind": "person", "stage": "known", "branch_id": branch_id, "external_id": mark,
        "phones": [{ "number": phone, "primary": true, "do_not_use": false }],
        "emails": [], "tags": [], "keep_address": false, "keep_birthday": false, "do_not_call": false,
        "consents": [{ "channel": "phone", "purpose": "service", "granted": true }],
    })
}
