//! Time, processor time and memory of the real server, beside the same statements through the bare driver in the same run.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use hyper::Request;
use liuke_app::App;
use liuke_platform::ctx::Actor;
use liuke_platform::db::Sent;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Serialize;
use tower::ServiceExt as _;

use crate::bare::Ending;
use crate::client::{Ask, Client};
use crate::data::{self, PASSWORD};
use crate::measure::{Times, cpu_ms, family, memory_mb, ms};
use crate::server::{Engine, Place, Server};
use crate::work::{Stock, Work};
use crate::{Outcome, bare, import};

/// Requests of each kind whose statements are taped.
const SAMPLES: usize = 100;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Numbers of customers.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    sizes: Vec<usize>,
    /// Engines.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<String>,
    /// Requests of each kind by one client.
    #[arg(long, default_value_t = 400)]
    requests: usize,
    /// Take databases of an earlier run as they are.
    #[arg(long)]
    keep: bool,
    /// Leave out what goes over all customers: export, import, pyramid, plans.
    #[arg(long)]
    quick: bool,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    engine: &'static str,
    customers: usize,
    work: String,
    #[serde(flatten)]
    times: Times,
    /// Requests per second by one client and by eight.
    per_second: f64,
    per_second_8: f64,
    p99_8_ms: f64,
    /// Processor time per request: the program's, and the database's where it is another program.
    cpu_ms: f64,
    db_cpu_ms: f64,
    /// Size of an answer.
    bytes: usize,
    /// Statements per request.
    statements: usize,
    /// Median of the same statements through the bare driver, and how many times that our median is.
    bare_p50_ms: f64,
    ratio: f64,
}

/// What a size needs as a whole.
#[derive(Debug, Clone, Serialize)]
struct Whole {
    engine: &'static str,
    customers: usize,
    what: &'static str,
    value: f64,
    unit: &'static str,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    machine: String,
    requests: Vec<Measured>,
    whole: Vec<Whole>,
}

pub(crate) async fn run(place: &Place, args: &Args) -> Outcome {
    let mut report = Report {
        machine: machine(),
        ..Report::default()
    };
    println!("{}", report.machine);
    for engine in &args.engines {
        let engine = Engine::named(engine)?;
        for size in &args.sizes {
            one(place, args, engine, *size, &mut report).await?;
            std::fs::create_dir_all(&place.folder)?;
            std::fs::write(
                place.folder.join("speed.json"),
                serde_json::to_vec_pretty(&report)?,
            )?;
        }
    }
    let table = table(&report);
    std::fs::write(place.folder.join("speed.md"), &table)?;
    println!("\n{table}");
    Ok(())
}

async fn one(
    place: &Place,
    args: &Args,
    engine: Engine,
    size: usize,
    report: &mut Report,
) -> Outcome {
    let name = format!("liuke_bench_{size}");
    println!("{}, {size} customers", engine.name());
    let mut whole = |what, value, unit| {
        report.whole.push(Whole {
            engine: engine.name(),
            customers: size,
            what,
            value,
            unit,
        });
    };
    let database = match place.kept(engine, &name).filter(|_| args.keep) {
        Some(kept) => kept,
        None => {
            let database = place.empty_database(engine, &name).await?;
            data::found(place, &database).await?;
            let app = data::open(&database).await?;
            let begun = Instant::now();
            data::fill(&app, size).await?;
            whole("make the data", begun.elapsed().as_secs_f64(), "s");
            close(app).await?;
            database
        }
    };
    if !args.quick {
        let twin = place.copy(engine, &name, "twin").await?;
        // Tasks of the plans would stand in the way of those that are asked for below.
        let scratch = place.copy(engine, &name, "import").await?;
        for (what, which, on) in [
            ("pyramid over all customers", OverAll::Pyramid, &database),
            ("plans over all customers", OverAll::Plans, &scratch),
        ] {
            let (seconds, bare) = over_all(which, on, &twin, engine).await?;
            whole(what, seconds, "s");
            whole("… same statements, bare", bare, "s");
            whole("… ratio", seconds / bare, "×");
        }
        let imported = import::measure(place, engine, &scratch, &twin).await?;
        whole("import of 100 thousand lines", imported.seconds, "s");
        whole("… its inserts, bare", imported.bare, "s");
        whole("… ratio", imported.seconds / imported.bare, "×");
        whole("… most memory, 10 thousand lines", imported.peak_few, "MB");
        whole("… most memory, 100 thousand lines", imported.peak, "MB");
    }
    let twin = place.copy(engine, &name, "twin").await?;

    let server = Server::start(&place.binary, &database).await?;
    whole("start to first answer", ms(server.started_in), "ms");
    tokio::time::sleep(Duration::from_secs(2)).await;
    whole("memory when idle", memory_mb(server.pid())?, "MB");
    let mut agent = Client::connect(&server.host, "").await?;
    agent.login("agent0", PASSWORD).await?;
    let mut director = Client::connect(&server.host, "").await?;
    director.login("director", PASSWORD).await?;
    let mut stock = Stock::gather(&mut agent).await?;
    stock.made = usize::try_from(jiff::Timestamp::now().as_second() % 100_000_000)? * 10;
    let database_pids = database_pids(&database, engine).await?;
    // A second opening of the same database, only to learn the statements.
    let app = data::open(&database).await?;
    let router = liuke_app::router(&app, Router::new());
    let mut measured = Vec::new();
    for work in Work::ALL {
        if work.heavy() && args.quick {
            continue;
        }
        let cookie = if work.login() == "director" {
            director.cookie()
        } else {
            agent.cookie()
        };
        let tape = tape(&app, &router, cookie, work, &mut stock).await?;
        // A connection that says nothing while others are measured is closed by the server.
        let mut client = Client::connect(&server.host, cookie).await?;
        let line = request(
            args,
            engine,
            size,
            &server,
            &twin,
            &database_pids,
            &mut client,
            &mut stock,
            work,
            tape,
        )
        .await?;
        println!(
            "  {:<36} p50 {:>8.2} ms  cpu {:>6.2} ms  bare {:>8.3} ms  {:>5.1}×",
            line.work, line.times.p50_ms, line.cpu_ms, line.bare_p50_ms, line.ratio
        );
        measured.push(line);
    }
    whole("memory after 8 clients", memory_mb(server.pid())?, "MB");
    whole(
        "an exchange without a statement",
        exchange(args, &server).await?,
        "ms",
    );
    close(app).await?;
    drop((agent, director));
    server.stop()?;
    report.requests.extend(measured);
    Ok(())
}

/// What is left of a request when nobody is signed in and nothing is there: the least that any median can be.
async fn exchange(args: &Args, server: &Server) -> Outcome<f64> {
    let mut nobody = Client::connect(&server.host, "").await?;
    let ask = Ask::get("/nowhere");
    let mut times = Vec::with_capacity(args.requests);
    for _ in 0..args.requests {
        times.push(nobody.ask(&ask).await?.took);
    }
    Ok(Times::of(&mut times).p50_ms)
}

async fn close(app: App) -> Outcome {
    app.db.clone().close().await?;
    Ok(())
}

/// Samples of what the product sends for such a request: for each the statements in order.
async fn tape(
    app: &App,
    router: &Router,
    cookie: &str,
    work: Work,
    stock: &mut Stock,
) -> Outcome<Vec<Vec<Sent>>> {
    let mut rng = StdRng::seed_from_u64(7);
    let samples = if work.heavy() { 1 } else { SAMPLES };
    let mut tape = Vec::new();
    for turn in 0..samples {
        let request = work
            .ask(stock, &mut rng, turn)?
            .request("127.0.0.1", cookie)?
            .map(Body::new);
        let request: Request<Body> = request;
        app.db.tape().start();
        let answer = router.clone().oneshot(request).await?;
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
        let sent = app.db.tape().stop();
        if !status.is_success() {
            return Err(format!(
                "{}: {status} {}",
                work.name(),
                String::from_utf8_lossy(&body)
            )
            .into());
        }
        tape.push(sent);
    }
    Ok(tape)
}

#[allow(
    clippy::too_many_arguments,
    reason = "what one line of the table is made of"
)]
async fn request(
    args: &Args,
    engine: Engine,
    customers: usize,
    server: &Server,
    twin: &str,
    database_pids: &[u32],
    client: &mut Client,
    stock: &mut Stock,
    work: Work,
    tape: Vec<Vec<Sent>>,
) -> Outcome<Measured> {
    let rounds = if work.heavy() { 3 } else { args.requests };
    let mut rng = StdRng::seed_from_u64(42);
    // Caches warm up as they are in a running shop.
    for turn in 0..rounds.div_ceil(10) {
        let ask = work.ask(stock, &mut rng, turn)?;
        client.ask(&ask).await?.success()?;
    }
    let pid = [server.pid()];
    let (mut times, mut bytes) = (Vec::with_capacity(rounds), 0);
    let (cpu, db_cpu, begun) = (cpu_ms(&pid), cpu_ms(database_pids), Instant::now());
    for turn in 0..rounds {
        let ask = work.ask(stock, &mut rng, turn)?;
        let answer = client.ask(&ask).await?;
        bytes += answer.body.len();
        times.push(answer.took);
        answer.success()?;
    }
    let wall = begun.elapsed().as_secs_f64();
    let per = |start: f64, now: f64| (now - start) / count(rounds);
    let (cpu_per, db_cpu_per) = (per(cpu, cpu_ms(&pid)), per(db_cpu, cpu_ms(database_pids)));
    let (per_second_8, p99_8_ms) = if work.heavy() || work == Work::SaveSheet {
        (0.0, 0.0)
    } else {
        eight(args, server, client.cookie(), stock, work).await?
    };
    let statements = tape.first().map_or(0, Vec::len);
    let (ending, bare_rounds) = match work {
        Work::Export => (Ending::TakenBack, rounds),
        _ if work.writes() => (Ending::Committed, 1),
        _ => (Ending::Read, rounds.div_ceil(tape.len())),
    };
    let mut bare_times = bare::run(engine, twin, &tape, ending, bare_rounds).await?;
    let times = Times::of(&mut times);
    let bare = Times::of(&mut bare_times).p50_ms;
    Ok(Measured {
        engine: engine.name(),
        customers,
        work: work.name().to_owned(),
        times,
        per_second: count(rounds) / wall,
        per_second_8,
        p99_8_ms,
        cpu_ms: cpu_per,
        db_cpu_ms: db_cpu_per,
        bytes: bytes / rounds,
        statements,
        bare_p50_ms: bare,
        ratio: times.p50_ms / bare,
    })
}

/// Eight clients at once: requests per second, and the time below which 99 % lie.
async fn eight(
    args: &Args,
    server: &Server,
    cookie: &str,
    stock: &mut Stock,
    work: Work,
) -> Outcome<(f64, f64)> {
    let rounds = args.requests / 4;
    let mut asks = Vec::new();
    let mut rng = StdRng::seed_from_u64(43);
    for _ in 0..8 {
        let own: Outcome<Vec<_>> = (0..rounds)
            .map(|turn| work.ask(stock, &mut rng, turn))
            .collect();
        asks.push(own?);
    }
    let cookie: Arc<str> = cookie.into();
    let begun = Instant::now();
    let mut clients = Vec::new();
    for own in asks {
        let (host, cookie) = (server.host.clone(), Arc::clone(&cookie));
        clients.push(tokio::spawn(async move {
            let mut client = Client::connect(&host, &cookie).await?;
            let mut times = Vec::with_capacity(own.len());
            for ask in &own {
                let answer = client.ask(ask).await?;
                times.push(answer.took);
                answer.success()?;
            }
            Outcome::Ok(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    let per_second = count(times.len()) / begun.elapsed().as_secs_f64();
    Ok((per_second, Times::of(&mut times).p99_ms))
}

/// The processes of the database server.
async fn database_pids(database: &str, engine: Engine) -> Outcome<Vec<u32>> {
    if engine == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let (client, line) = tokio_postgres::connect(database, tokio_postgres::NoTls).await?;
    let line = tokio::spawn(line);
    let folder: String = client.query_one("SHOW data_directory", &[]).await?.get(0);
    drop(client);
    line.await??;
    let text = std::fs::read_to_string(format!("{folder}/postmaster.pid"))?;
    let root = text.lines().next().unwrap_or_default().trim().parse()?;
    Ok(family(root))
}

/// What goes over all customers, in the order it runs.
#[derive(Debug, Clone, Copy)]
enum OverAll {
    Pyramid,
    Plans,
}

/// Seconds of one of them, and those of the same statements through the bare driver.
async fn over_all(
    which: OverAll,
    database: &str,
    twin: &str,
    engine: Engine,
) -> Outcome<(f64, f64)> {
    let app = data::open(database).await?;
    let ctx = app.ctx(Actor::cli());
    app.db.tape().start();
    let begun = Instant::now();
    match which {
        OverAll::Pyramid => {
            liuke_app::value::rank(&app, &ctx, &liuke_app::value::PyramidRun::default())
                .await
                .map_err(|problem| format!("{problem}"))?;
        }
        OverAll::Plans => {
            let made = liuke_app::followup::run_all(&app, &ctx).await?;
            println!("  plans: {made:?}");
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let sent = app.db.tape().stop();
    // What follows in the background would otherwise run beside the requests that are measured afterwards.
    liuke_app::jobs().run_due(&app).await?;
    close(app).await?;
    let bare = bare::run(engine, twin, &[sent], Ending::TakenBack, 1).await?;
    Ok((seconds, bare.first().map_or(0.0, Duration::as_secs_f64)))
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = cpu
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total: u64 = memory
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kilobytes| kilobytes.parse().ok())
        .unwrap_or(0);
    format!("{model}, {cores} cores, {} GB", total / 1_000_000)
}

fn table(report: &Report) -> String {
    let mut text = format!("{}\n", report.machine);
    let mut of = ("", 0);
    for line in &report.requests {
        if of != (line.engine, line.customers) {
            of = (line.engine, line.customers);
            let _ = write!(
                text,
                "\n### {}, {} customers\n\n| work | p50 ms | p95 | p99 | CPU ms | database CPU ms | bare p50 ms | ratio | statements | kB | per s | 8 clients per s | their p99 ms |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
                line.engine, line.customers
            );
        }
        let _ = writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.3} | {:.1} | {} | {:.1} | {:.0} | {:.0} | {:.2} |",
            line.work,
            line.times.p50_ms,
            line.times.p95_ms,
            line.times.p99_ms,
            line.cpu_ms,
            line.db_cpu_ms,
            line.bare_p50_ms,
            line.ratio,
            line.statements,
            count(line.bytes) / 1e3,
            line.per_second,
            line.per_second_8,
            line.p99_8_ms
        );
    }
    text.push_str("\n| engine | customers | whole | |\n|---|---|---|---|\n");
    for line in &report.whole {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.2} {} |",
            line.engine, line.customers, line.what, line.value, line.unit
        );
    }
    text
}
