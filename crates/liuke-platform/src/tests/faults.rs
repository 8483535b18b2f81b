//! What goes wrong around the program: a full disk, a database that is away, clients that stop half-way.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use futures::FutureExt as _;
use jiff::SignedDuration;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::config::Config;
use crate::jobs::{self, JobError, JobKind, Jobs};
use crate::testing::TestBase;
use crate::{Base, Engine, Fault, Problem, Sql as _, args, on_both};

#[tokio::test]
async fn after_a_full_disk_what_is_acknowledged_is_there() {
    let t = TestBase::on(Engine::Sqlite).await.unwrap();
    let db = &t.base.db;
    let write = async |name: &str, bytes: usize| -> Result<(), Fault> {
        let tx = db.begin().await?;
        tx.run(
            "INSERT INTO setting (name, value, version, updated_at) VALUES ($1, $2, 1, 0)",
            args![name, "满".repeat(bytes)],
        )
        .await?;
        tx.commit().await
    };
    // SQLite says the same of a file that may not grow as of a disk that is full.
    let pages: i64 = db
        .scalar("PRAGMA page_count", args![])
        .await
        .unwrap()
        .unwrap();
    db.run_outside(&format!("PRAGMA max_page_count = {pages}"))
        .await
        .unwrap();
    let full = write("big", 200_000).await.unwrap_err();
    assert!(matches!(full, Fault::DiskFull(_)), "{full:?}");
    assert!(full.is_retriable());
    let problem = Problem::from(full);
    assert_eq!((problem.status, problem.code.as_ref()), (507, "disk.full"));
    // A refusal meanwhile takes its transaction back.
    drop(db.begin().await.unwrap());
    db.run_outside("PRAGMA max_page_count = 1000000")
        .await
        .unwrap();
    write("small", 1).await.unwrap();
    let there: Option<i64> = db
        .scalar("SELECT count(*) FROM setting WHERE name = 'small'", args![])
        .await
        .unwrap();
    assert_eq!(there, Some(1), "acknowledged, and seen by every reader");
}

on_both!(work_outlasts_a_database_that_is_away);
async fn work_outlasts_a_database_that_is_away(t: TestBase) {
    let away = |_: Base, _, _| async { Err(JobError::from(Problem::new(503, "busy"))) }.boxed();
    let jobs = Jobs::<Base>::new().kinds([JobKind {
        kind: "away",
        max_attempts: 2,
        run: away,
    }]);
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    jobs::enqueue(&tx, &ctx, "away", &json!({}), ctx.now_ms(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for turn in 0..50 {
        assert_eq!(jobs.run_due(&t.base).await.unwrap(), 1, "turn {turn}");
        t.clock.advance(SignedDuration::from_secs(5));
    }
    assert!(jobs::dead(&t.base.db, 10).await.unwrap().is_empty());
}

/// A server whose clients are waited for briefly.
async fn brief(router: Router) -> std::net::SocketAddr {
    let mut config = Config::default();
    config.server.listen = "127.0.0.1:0".into();
    config.limits.header_s = 1;
    let listener = crate::http::bind(&config).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(async move { crate::http::serve_on(listener, router, &config, stop).await });
    address
}

/// What the server says until it closes the connection.
async fn last_words(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut said))
        .await
        .expect("the connection is still open")
        .ok();
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn clients_that_stop_half_way_are_let_go() {
    let router = Router::new().route(
        "/take",
        post(
            async |body: Result<Bytes, axum::extract::rejection::BytesRejection>| {
                if body.is_ok() { "whole" } else { "torn" }
            },
        ),
    );
    let address = brief(router).await;
    let silent = TcpStream::connect(address).await.unwrap();
    let mut undecided = TcpStream::connect(address).await.unwrap();
    undecided.write_all(b"PRI * HT").await.unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"POST /take HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf")
        .await
        .unwrap();
    let mut whole = TcpStream::connect(address).await.unwrap();
    whole
        .write_all(
            b"POST /take HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\n",
        )
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    whole.write_all(b"half").await.unwrap();
    let (silent, undecided, half, whole) = tokio::join!(
        last_words(silent),
        last_words(undecided),
        last_words(half),
        last_words(whole)
    );
    assert_eq!((silent.as_str(), undecided.as_str()), ("", ""));
    assert!(half.ends_with("torn"), "{half}");
    assert!(whole.ends_with("whole"), "a pause is no stop: {whole}");
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_let_go() {
    let open = Arc::new(());
    let held = Arc::clone(&open);
    let router = Router::new().route(
        "/long",
        get(async move || {
            let held = Arc::clone(&held);
            Body::from_stream(futures::stream::repeat_with(move || {
                let _ = Arc::strong_count(&held);
                Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 16_000]))
            }))
        }),
    );
    let address = brief(router).await;
    let quiet = Arc::strong_count(&open);
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut deaf = socket.connect(address).await.unwrap();
    deaf.write_all(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0_u8; 12];
    deaf.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    assert!(Arc::strong_count(&open) > quiet);
    tokio::time::timeout(Duration::from_secs(10), async {
        while Arc::strong_count(&open) > quiet {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("the answer is still held");
}
