//! A full house at work for a while: agents who save their sheet every few seconds, look things up, finish calls and enter customers,
//! each with an open stream of live updates. No error, no growth, no long wait.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::Outcome;
use crate::client::{Ask, Client};
use crate::data::{self, PASSWORD};
use crate::measure::{Times, memory_mb};
use crate::server::{Engine, Place, Server};
use crate::work::{Stock, Work};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long, in seconds.
    #[arg(long, default_value_t = 1_800)]
    seconds: u64,
    /// People at work.
    #[arg(long, default_value_t = data::AGENTS)]
    agents: usize,
    /// Customers of the firm.
    #[arg(long, default_value_t = 10_000)]
    customers: usize,
    /// Engines.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<String>,
    /// The longest that 99 of 100 answers may take, ms.
    #[arg(long, default_value_t = 250.0)]
    p99_ms: f64,
    /// How much memory may grow from the first tenth to the end, in percent.
    #[arg(long, default_value_t = 5.0)]
    growth: f64,
}

/// Between two saves of one agent.
const PACE: Duration = Duration::from_secs(5);

/// A stream that ends sooner is lost.
const STREAM: Duration = Duration::from_mins(14);

/// What the agents saw.
#[derive(Default)]
struct Seen {
    times: BTreeMap<&'static str, Vec<Duration>>,
    faults: Vec<String>,
    streams_lost: usize,
}

pub(crate) async fn run(place: &Place, args: &Args) -> Outcome {
    let mut failed = Vec::new();
    for engine in &args.engines {
        let engine = Engine::named(engine)?;
        if let Some(why) = one(place, args, engine).await? {
            failed.push(format!("{}: {why}", engine.name()));
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; ").into())
    }
}

async fn one(place: &Place, args: &Args, engine: Engine) -> Outcome<Option<String>> {
    let database = place.empty_database(engine, "liuke_load").await?;
    data::found(place, &database).await?;
    let app = data::open(&database).await?;
    data::fill(&app, args.customers).await?;
    app.db.clone().close().await?;
    drop(app);
    let server = Server::start(&place.binary, &database).await?;
    let mut admin = Client::connect(&server.host, "").await?;
    admin.login("admin", PASSWORD).await?;
    let mut settings = admin.json(&Ask::get("/settings")).await?;
    if let Some(windows) = settings.get_mut("contact_windows") {
        *windows = json!([{ "from": "00:00", "to": "23:59" }]);
    }
    admin.json(&Ask::put("/settings", settings)).await?;

    let seen = Arc::new(Mutex::new(Seen::default()));
    let over = Arc::new(AtomicBool::new(false));
    let mut people = Vec::new();
    for number in 0..args.agents {
        let mut client = Client::connect(&server.host, "").await?;
        client.login(&format!("agent{number}"), PASSWORD).await?;
        let desk = Desk {
            number,
            host: server.host.clone(),
            seen: Arc::clone(&seen),
            over: Arc::clone(&over),
        };
        people.push(tokio::spawn(desk.listen(client.cookie().to_owned())));
        people.push(tokio::spawn(desk.work(client)));
    }
    println!(
        "{}: {} agents at work for {} s",
        engine.name(),
        args.agents,
        args.seconds
    );

    let begun = Instant::now();
    let whole = Duration::from_secs(args.seconds);
    let mut memory = Vec::new();
    while begun.elapsed() < whole {
        tokio::time::sleep(Duration::from_secs(args.seconds.div_ceil(60)).min(whole)).await;
        memory.push((begun.elapsed(), memory_mb(server.pid())?));
    }
    over.store(true, Ordering::Relaxed);
    for person in people {
        person.await?;
    }
    let mut seen = std::mem::take(&mut *seen.lock().await);
    let early = mean(
        memory
            .iter()
            .filter(|(at, _)| *at >= whole / 10 && *at < whole / 5),
    );
    let late = mean(memory.iter().filter(|(at, _)| *at >= whole * 9 / 10));
    let growth = (late / early - 1.0) * 100.0;
    println!(
        "| {} | requests | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|",
        engine.name()
    );
    let mut all: Vec<Duration> = seen.times.values().flatten().copied().collect();
    for (what, times) in &mut seen.times {
        let n = times.len();
        let times = Times::of(times);
        println!(
            "| {what} | {n} | {:.1} | {:.1} | {:.1} |",
            times.p50_ms, times.p95_ms, times.p99_ms
        );
    }
    let n = all.len();
    let times = Times::of(&mut all);
    println!(
        "| all | {n} | {:.1} | {:.1} | {:.1} |",
        times.p50_ms, times.p95_ms, times.p99_ms
    );
    println!(
        "memory {early:.0} → {late:.0} MB ({growth:+.1} %), {} faults, {} streams lost",
        seen.faults.len(),
        seen.streams_lost
    );
    for fault in seen.faults.iter().take(10) {
        println!("  {fault}");
    }
    drop(admin);
    server.stop()?;
    Ok(if !seen.faults.is_empty() || seen.streams_lost > 0 {
        Some("requests failed".to_owned())
    } else if times.p99_ms > args.p99_ms {
        Some(format!("99 % took up to {:.0} ms", times.p99_ms))
    } else if growth > args.growth {
        Some(format!("memory grew by {growth:.1} %"))
    } else {
        None
    })
}

fn mean<'a>(samples: impl Iterator<Item = &'a (Duration, f64)>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for (_, value) in samples {
        sum += value;
        n += 1.0;
    }
    sum / n
}

/// One agent's place.
struct Desk {
    number: usize,
    host: String,
    seen: Arc<Mutex<Seen>>,
    over: Arc<AtomicBool>,
}

impl Desk {
    /// Live updates, open all day.
    fn listen(&self, cookie: String) -> impl Future<Output = ()> + use<> {
        let (host, over, seen) = (
            self.host.clone(),
            Arc::clone(&self.over),
            Arc::clone(&self.seen),
        );
        async move {
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let opened = async {
                    let mut client = Client::connect(&host, &cookie).await?;
                    client.stream(&Ask::get("/events")).await
                };
                let Ok(mut stream) = opened.await else {
                    seen.lock().await.streams_lost += 1;
                    return;
                };
                while !over.load(Ordering::Relaxed) {
                    match tokio::time::timeout(Duration::from_millis(500), stream.frame()).await {
                        Ok(Some(Ok(_))) | Err(_) => {}
                        // The server ends each after a quarter of an hour, and a browser opens the next.
                        Ok(_) if begun.elapsed() > STREAM => break,
                        Ok(_) => {
                            seen.lock().await.streams_lost += 1;
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Calls, until the day is over.
    fn work(self, mut client: Client) -> impl Future<Output = ()> {
        async move {
            if let Err(error) = self.day(&mut client).await {
                let fault = format!("agent {}: {error}", self.number);
                self.seen.lock().await.faults.push(fault);
            }
        }
    }

    async fn day(&self, client: &mut Client) -> Outcome {
        let number = u64::try_from(self.number)?;
        let mut rng = StdRng::seed_from_u64(number);
        let mut stock = Stock::gather_some(client, 3).await?;
        stock.made = 1_000_000 * (self.number + 1);
        tokio::time::sleep(PACE.mul_f64(rng.random())).await;
        let mut turn = 0;
        while !self.over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            turn += 1;
            if stock.tasks.is_empty() {
                stock.tasks = Stock::tasks_of(client).await?;
            }
            if !stock.tasks.is_empty() {
                self.ask(client, &mut stock, &mut rng, Work::SaveSheet, turn)
                    .await?;
            }
            match rng.random_range(0..100) {
                0..25 => {
                    self.ask(client, &mut stock, &mut rng, Work::Today, turn)
                        .await?
                }
                25..50 => {
                    self.ask(client, &mut stock, &mut rng, Work::Customer, turn)
                        .await?
                }
                50..65 => {
                    self.ask(client, &mut stock, &mut rng, Work::Timeline, turn)
                        .await?
                }
                65..75 => {
                    self.ask(client, &mut stock, &mut rng, Work::SearchInitials, turn)
                        .await?
                }
                75..80 => {
                    self.ask(client, &mut stock, &mut rng, Work::SearchDigits, turn)
                        .await?
                }
                80..90 => {
                    self.ask(client, &mut stock, &mut rng, Work::List, turn)
                        .await?
                }
                90..93 => {
                    self.ask(client, &mut stock, &mut rng, Work::CreateTask, turn)
                        .await?
                }
                93..95 => {
                    self.ask(client, &mut stock, &mut rng, Work::CreateCustomer, turn)
                        .await?
                }
                _ => self.finish(client, &mut stock).await?,
            }
            tokio::time::sleep(PACE.saturating_sub(begun.elapsed())).await;
        }
        Ok(())
    }

    async fn ask(
        &self,
        client: &mut Client,
        stock: &mut Stock,
        rng: &mut StdRng,
        work: Work,
        turn: usize,
    ) -> Outcome {
        let ask = work.ask(stock, rng, turn)?;
        self.keep(client, work.name(), &ask).await
    }

    /// The customer was reached.
    async fn finish(&self, client: &mut Client, stock: &mut Stock) -> Outcome {
        if stock.tasks.is_empty() {
            return Ok(());
        }
        let (id, version) = stock.tasks.remove(0);
        let body: Value = json!({
            "outcome": "reached", "version": version, "raise_slip": false,
            "draft": { "scores": { "result": 5, "empathy": 4 }, "dissatisfied": false, "verbatim": "挺好的" },
        });
        self.keep(
            client,
            "finish a call",
            &Ask::post(format!("/tasks/{id}/finish"), body),
        )
        .await
    }

    async fn keep(&self, client: &mut Client, what: &'static str, ask: &Ask) -> Outcome {
        let answer = client.ask(ask).await?;
        let mut seen = self.seen.lock().await;
        seen.times.entry(what).or_default().push(answer.took);
        // Two hundred agents call the same newest customers: that one of them has a task already is a right answer.
        let taken = what == Work::CreateTask.name() && answer.status == 409;
        if !(200..300).contains(&answer.status) && !taken {
            seen.faults.push(format!(
                "{} {}: {} {}",
                ask.method,
                ask.path,
                answer.status,
                String::from_utf8_lossy(&answer.body)
            ));
        }
        Ok(())
    }
}
