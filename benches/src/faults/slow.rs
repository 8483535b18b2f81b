//! Clients that send nothing, a byte now and then, or half an upload, and readers that do not read: let go after a while.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::firm::Firm;
use super::scenario::Told;
use crate::Outcome;
use crate::client::{Ask, Client};
use crate::measure::{Times, memory_mb};
use crate::server::{Engine, Place};

/// Connections of each kind.
const EACH: usize = 100;
/// Heads have to be there after 10 s, pieces of bodies and of answers within 30 s of each other; and some air.
const HEADS: Duration = Duration::from_secs(15);
const BODIES: Duration = Duration::from_secs(45);

/// Open sockets of a process.
pub(super) fn sockets(pid: u32) -> Outcome<usize> {
    open(pid, "socket:")
}

/// Open files of a process whose target contains this.
fn open(pid: u32, what: &str) -> Outcome<usize> {
    Ok(std::fs::read_dir(format!("/proc/{pid}/fd"))?
        .flatten()
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter(|target| target.to_string_lossy().contains(what))
        .count())
}

pub(super) async fn run(place: &Place, told: &mut Told) -> Outcome {
    let firm = Firm::found(place, Engine::Sqlite, "liuke_slow", 400).await?;
    let server = firm.start().await?;
    let mut client = Client::connect(&firm.host, &firm.admin).await?;
    client.json(&Ask::get("/customers?limit=1")).await?;
    drop(client);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (before, memory) = (sockets(server.pid())?, memory_mb(server.pid())?);

    let mut silent = Vec::new();
    for _ in 0..EACH {
        silent.push(TcpStream::connect(&firm.host).await?);
    }
    gone(told, "silent connections", silent, HEADS, async |_| true).await?;

    let mut loris = Vec::new();
    for _ in 0..EACH {
        let mut stream = TcpStream::connect(&firm.host).await?;
        stream
            .write_all(b"GET /api/v1/customers HTTP/1.1\r\nhost: x\r\nx-a: ")
            .await?;
        loris.push(stream);
    }
    gone(
        told,
        "heads sent byte by byte",
        loris,
        HEADS,
        async |stream: &mut TcpStream| stream.write_all(b"a").await.is_ok(),
    )
    .await?;

    let files = "SELECT count(*) FROM blob";
    let stored = count(&firm, files).await?;
    let mut halves = Vec::new();
    for number in 0..EACH {
        let mut stream = TcpStream::connect(&firm.host).await?;
        let json = number % 2 == 0;
        stream.write_all(half(&firm, json).as_bytes()).await?;
        halves.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    told.figure(
        "spooled files while uploads stand still",
        open(server.pid(), "(deleted)")?,
    );
    let busy = times(&firm).await?;
    told.figure("p99 of others while uploads stand still, ms", busy.p99_ms);
    gone(told, "bodies sent half", halves, BODIES, async |_| true).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let spooled = open(server.pid(), "(deleted)")?;
    told.must(
        spooled == 0,
        format!("{spooled} spooled files are still open"),
    );
    let now = count(&firm, files).await?;
    told.must(
        now == stored,
        format!("{} files of half uploads are stored", now - stored),
    );

    // Answers that nobody reads: many requests in one go, more than the sockets' buffers hold.
    let mut deaf = Vec::new();
    for _ in 0..20 {
        deaf.push(deaf_reader(&firm).await?);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    told.figure(
        "p99 of others while nobody reads, ms",
        times(&firm).await?.p99_ms,
    );
    let begun = Instant::now();
    let mut left = usize::MAX;
    while begun.elapsed() < BODIES && left > before {
        tokio::time::sleep(Duration::from_millis(250)).await;
        left = sockets(server.pid())?;
    }
    told.figure(
        "readers that do not read: let go after, s",
        begun.elapsed().as_secs(),
    );
    told.must(
        left <= before,
        format!(
            "{} connections that nobody reads are still open after {BODIES:?}",
            left.saturating_sub(before)
        ),
    );
    drop(deaf);

    times(&firm).await?;
    told.figure("memory before, MB", memory);
    told.figure("memory after, MB", memory_mb(server.pid())?);
    server.stop()
}

/// Waits until the server has closed them all.
async fn gone(
    told: &mut Told,
    what: &'static str,
    mut streams: Vec<TcpStream>,
    longest: Duration,
    mut prod: impl AsyncFnMut(&mut TcpStream) -> bool,
) -> Outcome {
    let begun = Instant::now();
    while !streams.is_empty() && begun.elapsed() < longest {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut left = Vec::new();
        for mut stream in streams {
            let mut buffer = [0_u8; 4_096];
            let closed = loop {
                match stream.try_read(&mut buffer) {
                    Ok(0) => break true,
                    Ok(_) => {}
                    Err(error) => break error.kind() != std::io::ErrorKind::WouldBlock,
                }
            };
            if !closed && prod(&mut stream).await {
                left.push(stream);
            }
        }
        streams = left;
    }
    told.figure(
        what,
        format!("let go after {:.0} s", begun.elapsed().as_secs_f64()),
    );
    told.must(
        streams.is_empty(),
        format!("{} {what} are still open after {longest:?}", streams.len()),
    );
    Ok(())
}

/// The first half of a request that writes.
fn half(firm: &Firm, json: bool) -> String {
    let (path, kind, body) = if json {
        ("customers", "application/json", "{ \"name\": ".to_owned())
    } else {
        let form = "--edge\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\ncustomers\r\n--edge\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"half.csv\"\r\n\r\nexternal_id,name,phone\r\n";
        (
            "imports",
            "multipart/form-data; boundary=edge",
            format!("{form}{}", "H1,半个,13800000000\r\n".repeat(500)),
        )
    };
    format!(
        "POST /api/v1/{path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nx-liuke-request: 1\r\nidempotency-key: {}\r\n\
         content-type: {kind}\r\ncontent-length: 5000000\r\n\r\n{body}",
        firm.host,
        firm.admin,
        uuid::Uuid::now_v7()
    )
}

async fn deaf_reader(firm: &Firm) -> Outcome<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4_096)?;
    let mut stream = socket.connect(firm.host.parse()?).await?;
    let one = format!(
        "GET /api/v1/customers?limit=100 HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n",
        firm.host, firm.admin
    );
    stream.write_all(one.repeat(200).as_bytes()).await?;
    // A few bytes, to be sure that answers have begun.
    let mut first = [0_u8; 16];
    stream.read_exact(&mut first).await?;
    Ok(stream)
}

/// How long others wait for their answers.
async fn times(firm: &Firm) -> Outcome<Times> {
    let mut client = Client::connect(&firm.host, &firm.admin).await?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let answer = client.ask(&Ask::get("/customers?limit=20")).await?;
        answer.json()?;
        times.push(answer.took);
    }
    Ok(Times::of(&mut times))
}

async fn count(firm: &Firm, sql: &str) -> Outcome<i64> {
    let file = firm.database.trim_start_matches("sqlite:").to_owned();
    let sql = sql.to_owned();
    tokio::task::spawn_blocking(move || {
        Ok(rusqlite::Connection::open(file)?.query_row(&sql, [], |row| row.get(0))?)
    })
    .await?
}
