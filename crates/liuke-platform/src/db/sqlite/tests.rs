#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::*;

async fn fresh() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.db");
    let sqlite = Sqlite::open(file, 2, true).await.unwrap();
    sqlite
        .run_outside("CREATE TABLE t (n INTEGER NOT NULL UNIQUE)")
        .await
        .unwrap();
    (folder, sqlite)
}

const LONG: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200000) SELECT count(*) FROM c";

async fn count(sqlite: &Sqlite, held: Option<&Held>, sql: &str) -> i64 {
    let found = sqlite.first(held, sql, Vec::new(), |row| row.at::<i64>(0));
    found.await.unwrap().unwrap()
}

#[tokio::test]
async fn a_long_statement_comes_to_its_end_and_is_remembered() {
    let (_folder, sqlite) = fresh().await;
    assert!(!sqlite.is_long(LONG));
    assert_eq!(count(&sqlite, None, LONG).await, 200_000);
    assert!(sqlite.is_long(LONG));
    assert_eq!(count(&sqlite, None, LONG).await, 200_000);
}

#[tokio::test]
async fn a_long_statement_leaves_its_transaction_as_it_was() {
    let (_folder, sqlite) = fresh().await;
    let held = sqlite.begin().await.unwrap();
    let many = "INSERT INTO t WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) SELECT n FROM c";
    assert_eq!(
        sqlite.run(Some(&held), many, Vec::new()).await.unwrap(),
        100_000
    );
    assert!(sqlite.is_long(many), "it was long, though not stopped");
    assert_eq!(count(&sqlite, Some(&held), LONG).await, 200_000);
    let twice = sqlite.run(Some(&held), "INSERT INTO t VALUES (1)", Vec::new());
    assert!(matches!(twice.await, Err(Fault::Unique { .. })));
    sqlite.commit(held).await.unwrap();
    assert_eq!(
        count(&sqlite, None, "SELECT count(*) FROM t").await,
        100_000
    );
}

#[tokio::test]
async fn what_is_dropped_is_taken_back_and_the_next_may_write() {
    let (_folder, sqlite) = fresh().await;
    for _ in 0..3 {
        let held = sqlite.begin().await.unwrap();
        let one = "INSERT INTO t VALUES (7)";
        assert_eq!(sqlite.run(Some(&held), one, Vec::new()).await.unwrap(), 1);
        drop(held);
    }
    assert_eq!(count(&sqlite, None, "SELECT count(*) FROM t").await, 0);
    let refused = sqlite.run(None, "INSERT INTO t VALUES (8)", Vec::new());
    assert!(refused.await.is_err(), "readers do not write");
}

#[tokio::test]
async fn another_process_that_writes_is_waited_for() {
    let (folder, sqlite) = fresh().await;
    let other = Connection::open(folder.path().join("t.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = AtomicBool::new(false);
    let wait = async {
        sqlite.begin().await.unwrap();
        begun.store(true, Ordering::Relaxed);
    };
    let end = async {
        sleep(Duration::from_millis(50)).await;
        assert!(!begun.load(Ordering::Relaxed), "nobody else writes yet");
        other.execute_batch("COMMIT").unwrap();
    };
    futures::join!(wait, end);
    assert!(begun.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let (_folder, sqlite) = fresh().await;
    sqlite.close().await;
    assert!(matches!(
        sqlite.begin().await.map(|_| ()),
        Err(Fault::Unavailable(_))
    ));
    let read = sqlite.run(None, "SELECT 1", Vec::new()).await;
    assert!(matches!(read, Err(Fault::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_carried_over_and_does_not_grow_without_end() {
    let (folder, sqlite) = fresh().await;
    sqlite
        .run_outside("CREATE TABLE heavy (x BLOB NOT NULL)")
        .await
        .unwrap();
    for _ in 0..200 {
        let held = sqlite.begin().await.unwrap();
        sqlite
            .run(
                Some(&held),
                "INSERT INTO heavy (x) VALUES (zeroblob(100000))",
                Vec::new(),
            )
            .await
            .unwrap();
        sqlite.commit(held).await.unwrap();
    }
    assert_eq!(
        count(&sqlite, None, "SELECT count(*) FROM heavy").await,
        200
    );
    // 20 MB were written; the log holds 4 MB before it is carried over.
    let log = std::fs::metadata(folder.path().join("t.db-wal")).unwrap();
    assert!(log.len() < 8_000_000, "{} bytes", log.len());
}
