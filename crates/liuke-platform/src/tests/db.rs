use futures::TryStreamExt as _;
use uuid::Uuid;

use crate::db::SqlText;
use crate::testing::TestBase;
use crate::{Engine, Fault, FromQueryResult, Sql as _, args, on_both, pick};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Thing {
    id: Uuid,
    name: Option<String>,
    paid: bool,
    revenue_fen: i64,
}

async fn things(t: &TestBase) {
    let tx = t.base.db.begin().await.unwrap();
    for sql in crate::migrate::ddl(
        tx.engine(),
        "CREATE TABLE thing (id {id} NOT NULL PRIMARY KEY, name {text}, paid {bool} NOT NULL, revenue_fen {int} NOT NULL);
         CREATE UNIQUE INDEX thing_name_paid ON thing (name, paid);
         CREATE TABLE part (thing_id {id} NOT NULL REFERENCES thing (id));",
    ) {
        tx.run(&sql, args![]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn put(t: &TestBase, id: u128, name: Option<&str>, fen: i64) -> Result<(), Fault> {
    let tx = t.base.db.begin().await?;
    tx.run(
        "INSERT INTO thing (id, name, paid, revenue_fen) VALUES ($1, $2, $3, $4)",
        args![Uuid::from_u128(id), name, true, fen],
    )
    .await?;
    tx.commit().await
}

on_both!(every_type_comes_back_as_it_went);
async fn every_type_comes_back_as_it_went(t: TestBase) {
    things(&t).await;
    put(&t, 7, Some("张伟"), i64::MAX).await.unwrap();
    put(&t, 8, None, -5).await.unwrap();
    let all: Vec<Thing> = t
        .base
        .db
        .all(
            "SELECT id, name, paid, revenue_fen FROM thing ORDER BY id",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(
        all,
        [
            Thing {
                id: Uuid::from_u128(7),
                name: Some("张伟".into()),
                paid: true,
                revenue_fen: i64::MAX
            },
            Thing {
                id: Uuid::from_u128(8),
                name: None,
                paid: true,
                revenue_fen: -5
            },
        ]
    );
    let one: Option<Thing> = t
        .base
        .db
        .one(
            "SELECT id, name, paid, revenue_fen FROM thing WHERE id = $1",
            args![Uuid::from_u128(9)],
        )
        .await
        .unwrap();
    assert_eq!(one, None);
    let null: Option<String> = t
        .base
        .db
        .scalar(
            "SELECT name FROM thing WHERE id = $1",
            args![Uuid::from_u128(8)],
        )
        .await
        .unwrap();
    assert_eq!(null, None);
    let mut sql = SqlText::new("SELECT count(*) FROM thing WHERE paid = ");
    sql.push("? AND id IN (", args![true])
        .push_list([Uuid::from_u128(7), Uuid::from_u128(1)])
        .push(")", args![]);
    let (text, values) = sql.into_parts();
    assert_eq!(
        t.base.db.scalar::<i64>(&text, values).await.unwrap(),
        Some(1)
    );
}

on_both!(a_dropped_transaction_leaves_nothing);
async fn a_dropped_transaction_leaves_nothing(t: TestBase) {
    things(&t).await;
    {
        let tx = t.base.db.begin().await.unwrap();
        tx.run(
            "INSERT INTO thing (id, paid, revenue_fen) VALUES ($1, $2, $3)",
            args![Uuid::from_u128(1), false, 0_i64],
        )
        .await
        .unwrap();
    }
    let tx = t.base.db.begin().await.unwrap();
    assert_eq!(
        tx.scalar::<i64>("SELECT count(*) FROM thing", args![])
            .await
            .unwrap(),
        Some(0)
    );
    tx.rollback().await;
}

on_both!(a_second_row_with_the_same_key_is_a_unique_fault_that_names_its_columns);
async fn a_second_row_with_the_same_key_is_a_unique_fault_that_names_its_columns(t: TestBase) {
    things(&t).await;
    put(&t, 1, Some("a"), 0).await.unwrap();
    let fault = put(&t, 2, Some("a"), 0).await.unwrap_err();
    assert!(fault.is_unique("name"), "{fault:?}");
    match fault {
        Fault::Unique { table, columns, .. } => assert_eq!(
            (table.as_str(), columns),
            ("thing", vec!["name".into(), "paid".into()])
        ),
        other => panic!("{other:?}"),
    }
    assert!(put(&t, 1, Some("b"), 0).await.unwrap_err().is_unique("id"));
}

on_both!(a_missing_reference_is_a_foreign_fault);
async fn a_missing_reference_is_a_foreign_fault(t: TestBase) {
    things(&t).await;
    let tx = t.base.db.begin().await.unwrap();
    let fault = tx
        .run(
            "INSERT INTO part (thing_id) VALUES ($1)",
            args![Uuid::from_u128(5)],
        )
        .await
        .unwrap_err();
    assert!(matches!(fault, Fault::Foreign(_)), "{fault:?}");
}

on_both!(a_snapshot_does_not_see_what_is_written_meanwhile);
async fn a_snapshot_does_not_see_what_is_written_meanwhile(t: TestBase) {
    things(&t).await;
    put(&t, 1, Some("a"), 0).await.unwrap();
    let before = t.base.db.snapshot().await.unwrap();
    let count = "SELECT count(*) FROM thing";
    assert_eq!(before.scalar::<i64>(count, args![]).await.unwrap(), Some(1));
    put(&t, 2, Some("b"), 0).await.unwrap();
    assert_eq!(before.scalar::<i64>(count, args![]).await.unwrap(), Some(1));
    assert_eq!(
        t.base.db.scalar::<i64>(count, args![]).await.unwrap(),
        Some(2)
    );
    assert!(before.run("DELETE FROM thing", args![]).await.is_err());
    before.rollback().await;
}

on_both!(rows_stream_one_by_one);
async fn rows_stream_one_by_one(t: TestBase) {
    things(&t).await;
    let tx = t.base.db.begin().await.unwrap();
    for i in 0..1000_i64 {
        tx.run(
            "INSERT INTO thing (id, paid, revenue_fen) VALUES ($1, $2, $3)",
            args![Uuid::from_u128(i.unsigned_abs().into()), false, i],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let mut sum = 0;
    let mut rows = t
        .base
        .db
        .stream::<Thing>(
            "SELECT id, name, paid, revenue_fen FROM thing WHERE revenue_fen < $1",
            args![900_i64],
        )
        .await
        .unwrap();
    while let Some(row) = rows.try_next().await.unwrap() {
        sum += row.revenue_fen;
    }
    assert_eq!(sum, 899 * 900 / 2);
}

on_both!(many_writers_wait_for_one_another_instead_of_failing);
async fn many_writers_wait_for_one_another_instead_of_failing(t: TestBase) {
    things(&t).await;
    let writes = (1..=40).map(|i| put(&t, i, None, 1));
    for done in futures::future::join_all(writes).await {
        done.unwrap();
    }
    let sum: Option<i64> = t
        .base
        .db
        .scalar(
            "SELECT CAST(sum(revenue_fen) AS BIGINT) FROM thing",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(sum, Some(40));
}

#[tokio::test]
async fn sqlite_is_opened_as_a_server_needs_it() {
    let t = TestBase::on(Engine::Sqlite).await.unwrap();
    let text = async |sql: &str| t.base.db.scalar::<String>(sql, args![]).await.unwrap();
    let number = async |sql: &str| t.base.db.scalar::<i64>(sql, args![]).await.unwrap();
    assert_eq!(text("PRAGMA journal_mode").await.as_deref(), Some("wal"));
    assert_eq!(number("PRAGMA foreign_keys").await, Some(1));
    assert_eq!(number("PRAGMA busy_timeout").await, Some(10_000));
    assert!(
        t.base.db.run("DELETE FROM job", args![]).await.is_err(),
        "readers do not write"
    );
    assert_eq!(pick(Engine::Sqlite, "a", "b"), "a");
}
