//! Ten thousand open streams of live updates: memory, the answers of others meanwhile, and how fast all of them hear.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;

use super::firm::Firm;
use super::scenario::Told;
use crate::Outcome;
use crate::client::{Ask, Client};
use crate::measure::{Times, memory_mb};
use crate::server::{Engine, Place};

const STREAMS: usize = 10_000;
/// Open files of either side.
const FILES: usize = STREAMS + 2_000;
/// Requests of others while all streams are open.
const REQUESTS: usize = 300;

/// What all streams together have come to.
#[derive(Default)]
struct Heard {
    open: AtomicUsize,
    ended: AtomicUsize,
    told: AtomicUsize,
}

pub(super) async fn run(place: &Place, told: &mut Told) -> Outcome {
    let mut firm = Firm::found(place, Engine::Sqlite, "liuke_sse", 400).await?;
    firm.env
        .push(("LIUKE__LIMITS__LIVE_TOTAL", FILES.to_string()));
    firm.env
        .push(("LIUKE__LIMITS__LIVE_PER_PERSON", FILES.to_string()));
    let server = firm.start().await?;
    for pid in [std::process::id(), server.pid()] {
        let limit = format!("--nofile={FILES}:{FILES}");
        let raised = Command::new("prlimit")
            .args(["--pid", &pid.to_string(), &limit])
            .status()?;
        if !raised.success() {
            told.figure("left out", "the limit of open files cannot be raised");
            return server.stop();
        }
    }
    let quiet = times(&firm).await?;
    let before = memory_mb(server.pid())?;
    let heard = Arc::new(Heard::default());
    let at_once = Arc::new(Semaphore::new(200));
    let begun = Instant::now();
    let mut streams = Vec::with_capacity(STREAMS);
    for number in 0..STREAMS {
        let turn = Arc::clone(&at_once).acquire_owned().await?;
        let (host, cookie, heard) = (firm.host.clone(), firm.admin.clone(), Arc::clone(&heard));
        streams.push(tokio::spawn(async move {
            let followed = follow(&host, &cookie, number, &heard, || drop(turn)).await;
            heard.ended.fetch_add(1, Ordering::Relaxed);
            followed
        }));
    }
    while heard.open.load(Ordering::Relaxed) < STREAMS && begun.elapsed() < Duration::from_mins(3) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let open = heard.open.load(Ordering::Relaxed);
    told.figure("streams open", open);
    told.must(open == STREAMS, format!("{open} streams of {STREAMS} open"));
    told.figure("seconds to open", begun.elapsed().as_secs_f64());
    let during = memory_mb(server.pid())?;
    told.figure("memory before, MB", before);
    told.figure("memory with all open, MB", during);
    let streams_n = f64::from(u32::try_from(STREAMS)?);
    told.figure("kB per stream", (during - before) * 1024.0 / streams_n);
    let busy = times(&firm).await?;
    told.figure("p50 of others before, ms", quiet.p50_ms);
    told.figure("p50 of others, ms", busy.p50_ms);
    told.figure("p99 of others, ms", busy.p99_ms);
    told.must(
        busy.p99_ms < 250.0,
        format!("99 of 100 answers take up to {:.0} ms", busy.p99_ms),
    );

    let begun = Instant::now();
    heard.told.store(0, Ordering::Relaxed);
    let mut client = Client::connect(&firm.host, &firm.admin).await?;
    client.json(&Ask::post("/plans", plan())).await?;
    while heard.told.load(Ordering::Relaxed) < STREAMS && begun.elapsed() < Duration::from_secs(30)
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let all = heard.told.load(Ordering::Relaxed);
    told.must(
        all >= STREAMS,
        format!("{all} of {STREAMS} heard of an event within 30 s"),
    );
    told.figure(
        "seconds until all heard of an event",
        begun.elapsed().as_secs_f64(),
    );
    told.must(
        heard.ended.load(Ordering::Relaxed) == 0,
        format!("{} streams ended", heard.ended.load(Ordering::Relaxed)),
    );

    for stream in streams {
        stream.abort();
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    told.figure("memory after all left, MB", memory_mb(server.pid())?);
    let sockets = super::slow::sockets(server.pid())?;
    told.figure("sockets after all left", sockets);
    told.must(sockets < 50, format!("{sockets} sockets are still open"));
    times(&firm).await?;
    drop(client);
    let begun = Instant::now();
    server.stop()?;
    told.figure("seconds to stop", begun.elapsed().as_secs_f64());
    Ok(())
}

/// One browser's stream; counts the event that is waited for.
async fn follow(
    host: &str,
    cookie: &str,
    number: usize,
    heard: &Heard,
    opened: impl FnOnce(),
) -> Outcome {
    // Several addresses of this machine, so that ports do not run out.
    let socket = TcpSocket::new_v4()?;
    socket.bind(format!("127.0.0.{}:0", 2 + number % 4).parse()?)?;
    let mut stream = socket.connect(host.parse()?).await?;
    let head = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nx-liuke-request: 1\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut buffer = [0_u8; 1_024];
    let mut text = String::new();
    let mut opened = Some(opened);
    loop {
        let n = stream.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        text.push_str(&String::from_utf8_lossy(
            buffer.get(..n).unwrap_or_default(),
        ));
        if let Some(opened) = opened.take_if(|_| text.contains(": open")) {
            heard.open.fetch_add(1, Ordering::Relaxed);
            opened();
            text.clear();
        }
        if opened.is_none() && text.contains("followup_plan") {
            heard.told.fetch_add(1, Ordering::Relaxed);
            text.clear();
        }
    }
}

/// A plan that is off: telling of it is all it does.
fn plan() -> serde_json::Value {
    json!({
        "name": "测量", "kind": "care", "trigger": "no_visit", "days": 180, "channel": "phone", "purpose": "测量",
        "opener": "您好", "permission_ask": "方便吗", "benefit": "有用", "due_hours": 24, "active": false,
    })
}

/// How long others wait for their answers.
async fn times(firm: &Firm) -> Outcome<Times> {
    let mut client = Client::connect(&firm.host, &firm.admin).await?;
    let mut times = Vec::with_capacity(REQUESTS);
    for turn in 0..REQUESTS {
        let path = if turn % 2 == 0 {
            "/customers?limit=50"
        } else {
            "/today?limit=50"
        };
        let answer = client.ask(&Ask::get(path)).await?;
        if answer.status != 200 {
            return Err(format!("{path}: {}", answer.status).into());
        }
        times.push(answer.took);
    }
    Ok(Times::of(&mut times))
}
