use std::sync::Arc;

use crate::ctx::SystemClock;
use crate::migrate::{Migration, catalogue, ddl, migrate, platform_ddl, schema_number};
use crate::testing::{PLATFORM_ONLY, TestBase, TestDb, wanted};
use crate::{Db, Engine, Fault, Sql as _, args, on_both};

const SECOND: Migration = Migration {
    number: 2,
    slug: "extra",
    up: |engine| ddl(engine, "CREATE TABLE extra (id {id} NOT NULL PRIMARY KEY);"),
};
const CHANGED: Migration = Migration {
    number: 1,
    slug: "platform",
    up: |_| vec!["SELECT 1".into()],
};
const FAILING: Migration = Migration {
    number: 2,
    slug: "failing",
    up: |engine| {
        ddl(
            engine,
            "CREATE TABLE half (id {id} NOT NULL PRIMARY KEY);\nCREATE TABLE half (x {int});",
        )
    },
};

fn two() -> [Migration; 2] {
    [PLATFORM_ONLY[0], SECOND]
}

#[tokio::test]
async fn both_engines_get_the_same_catalogue() {
    if !wanted(Engine::Postgres) {
        return;
    }
    let lite = TestDb::fresh(Engine::Sqlite, &PLATFORM_ONLY).await;
    let pg = TestDb::fresh(Engine::Postgres, &PLATFORM_ONLY).await;
    let (lite, pg) = (
        catalogue(&lite.db).await.unwrap(),
        catalogue(&pg.db).await.unwrap(),
    );
    assert!(lite.tables.len() > 10);
    assert_eq!(lite.tables["blob_chunk"].primary, ["blob_id", "part"]);
    assert_eq!(
        lite.tables["blob_chunk"]
            .foreign_keys
            .first()
            .unwrap()
            .on_delete,
        "cascade"
    );
    assert!(lite.tables["job"].indexes["job_dedup"].partial);
    for (name, table) in &lite.tables {
        assert_eq!(Some(table), pg.tables.get(name), "{name}");
    }
    assert_eq!(lite, pg);
}

on_both!(a_newer_schema_is_refused);
async fn a_newer_schema_is_refused(t: TestBase) {
    migrate(&t.base.db, &two(), &SystemClock).await.unwrap();
    assert_eq!(schema_number(&t.base.db).await.unwrap(), 2);
    let refused = migrate(&t.base.db, &PLATFORM_ONLY, &SystemClock)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Fault::NewerSchema { found: 2, known: 1 }),
        "{refused:?}"
    );
}

on_both!(a_changed_migration_is_refused);
async fn a_changed_migration_is_refused(t: TestBase) {
    let refused = migrate(&t.base.db, &[CHANGED], &SystemClock)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Fault::ChangedMigration { number: 1 }),
        "{refused:?}"
    );
}

on_both!(a_failing_migration_leaves_nothing_behind);
async fn a_failing_migration_leaves_nothing_behind(t: TestBase) {
    let list = [PLATFORM_ONLY[0], FAILING];
    let said = migrate(&t.base.db, &list, &SystemClock)
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("m0002_failing"), "{said}");
    assert_eq!(schema_number(&t.base.db).await.unwrap(), 1);
    assert!(!crate::migrate::has_table(&t.base.db, "half").await.unwrap());
}

#[tokio::test]
async fn the_sqlite_file_is_copied_before_it_is_changed() {
    let t = TestBase::on(Engine::Sqlite).await.unwrap();
    let done = migrate(&t.base.db, &two(), &t.clock).await.unwrap();
    assert_eq!(done.applied, [2]);
    let copy = done.copy.unwrap();
    let name = copy.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(name, "liuke.db.before-m0002-1795395600000");
    let old = Db::connect(&crate::config::DatabaseConfig::of(format!(
        "sqlite:{}",
        copy.display()
    )))
    .await
    .unwrap();
    assert_eq!(schema_number(&old).await.unwrap(), 1);
    let again = migrate(&t.base.db, &two(), &t.clock).await.unwrap();
    assert_eq!((again.applied.len(), again.copy), (0, None));

    let new = Db::connect(&crate::config::DatabaseConfig::of(format!(
        "sqlite:{}",
        t.test_db.folder().join("new.db").display()
    )))
    .await
    .unwrap();
    let whole = migrate(&new, &two(), &t.clock).await.unwrap();
    assert_eq!(
        (whole.applied, whole.copy),
        (vec![1, 2], None),
        "a new database is not copied between its own migrations"
    );
}

#[tokio::test]
async fn several_processes_may_migrate_one_postgres_together() {
    if !wanted(Engine::Postgres) {
        return;
    }
    let t = TestDb::fresh(Engine::Postgres, &[]).await;
    let config = Arc::new(t.config.clone());
    let runs = (0..4).map(|_| {
        let config = Arc::clone(&config);
        async move {
            let db = Db::connect(&config).await.unwrap();
            migrate(&db, &two(), &SystemClock)
                .await
                .unwrap()
                .applied
                .len()
        }
    });
    let applied: usize = futures::future::join_all(runs).await.into_iter().sum();
    assert_eq!(applied, 2);
}

on_both!(the_platform_sql_is_stable_for_the_first_migration);
async fn the_platform_sql_is_stable_for_the_first_migration(t: TestBase) {
    let engine = t.base.db.engine();
    assert!(!platform_ddl(engine).is_empty());
    let rows: Option<i64> = t
        .base
        .db
        .scalar("SELECT count(*) FROM schema_migration", args![])
        .await
        .unwrap();
    assert_eq!(rows, Some(1));
}
