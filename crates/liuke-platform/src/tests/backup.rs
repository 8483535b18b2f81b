use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::backup::{Form, backup, backup_to, restore, verify};
use crate::config::DatabaseConfig;
use crate::ctx::SystemClock;
use crate::migrate::{Migration, ddl};
use crate::testing::{PLATFORM_ONLY, TestBase, TestDb, wanted};
use crate::{Db, Engine, Sql as _, args, audit, blob, on_both, setting};

/// A table that refers to itself, and a view upon it, as the application has them.
const TREE: Migration = Migration {
    number: 2,
    slug: "tree",
    up: |engine| {
        ddl(
            engine,
            "CREATE TABLE tree (id {id} NOT NULL PRIMARY KEY, parent_id {id} REFERENCES tree (id), open {bool} NOT NULL, n {int});
             CREATE VIEW v_tree AS SELECT id FROM tree;
             INSERT INTO setting (name, value, version, updated_at) VALUES ('seed', '1', 1, 0);",
        )
    },
};
const LIST: [Migration; 2] = [PLATFORM_ONLY[0], TREE];

async fn shop(engine: Engine) -> Option<TestBase> {
    let t = TestBase::with(
        engine,
        &LIST,
        crate::events::Wiring::new(),
        crate::config::Config::default(),
    )
    .await?;
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    blob::put_bytes(&tx, &ctx, "名单.csv", "text/csv", &vec![7_u8; 600_000])
        .await
        .unwrap();
    setting::put(
        &tx,
        &ctx,
        "house",
        &json!({"company": "留客\n\"引号\"\\"}),
        None,
    )
    .await
    .unwrap();
    let ids: Vec<uuid::Uuid> = (0..5).map(|_| ctx.new_id()).collect();
    for (n, id) in ids.iter().enumerate() {
        // Children come before their parents by id.
        let parent = ids.get(n + 1).copied();
        tx.run(
            "INSERT INTO tree (id, open) VALUES ($1, $2)",
            args![*id, n % 2 == 0],
        )
        .await
        .unwrap();
        if parent.is_some() {
            continue;
        }
        for pair in ids.windows(2) {
            tx.run(
                "UPDATE tree SET parent_id = $2, n = 5 WHERE id = $1",
                args![pair[0], pair[1]],
            )
            .await
            .unwrap();
        }
    }
    for n in 0..300 {
        let after = Some(json!({ "n": n }));
        audit::write(&tx, &ctx, "x.y", "x", Some(ctx.new_id()), None, after)
            .await
            .unwrap();
    }
    tx.run(
        "INSERT INTO session (id, staff_id, created_at, seen_at, ends_at, address, agent) VALUES ('a', $1, 0, 0, 0, '', '')",
        args![ctx.actor.id],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    Some(t)
}

#[derive(crate::FromQueryResult)]
struct Row {
    line: String,
}

async fn same(a: &Db, b: &Db) {
    for (table, order) in [
        ("tree", "id"),
        ("audit", "seq"),
        ("blob", "id"),
        ("setting", "name"),
        ("counter", "name"),
    ] {
        let columns = crate::migrate::catalogue(a).await.unwrap().tables[table]
            .columns
            .clone();
        let text: Vec<String> = columns
            .iter()
            .map(|(c, k)| {
                let shown = |db: &Db| match (db.engine(), k.kind.as_str()) {
                    (Engine::Sqlite, "bytes") => format!("lower(hex({c}))"),
                    (Engine::Postgres, "bytes") => format!("replace({c}::text, '-', '')"),
                    (Engine::Postgres, "bool") => format!("{c}::int::text"),
                    _ => format!("CAST({c} AS TEXT)"),
                };
                format!("{}\u{1}{}", shown(a), shown(b))
            })
            .collect();
        let rows = async |db: &Db, half: usize| {
            let list: Vec<String> = text
                .iter()
                .map(|t| format!("coalesce({}, '')", t.split('\u{1}').nth(half).unwrap()))
                .collect();
            let sql = format!(
                "SELECT {} FROM {table} ORDER BY {order}",
                list.join(" || '|' || ")
            );
            let sql = sql.replacen(" FROM", " AS line FROM", 1);
            db.all::<Row>(&sql, args![])
                .await
                .unwrap()
                .into_iter()
                .map(|r| r.line)
                .collect::<Vec<_>>()
        };
        let (left, right) = (rows(a, 0).await, rows(b, 1).await);
        assert_eq!(left.len(), right.len(), "{table}");
        assert_eq!(left, right, "{table}");
    }
    let id: Option<uuid::Uuid> = a.scalar("SELECT id FROM blob", args![]).await.unwrap();
    assert_eq!(
        blob::read_all(b, id.unwrap()).await.unwrap(),
        vec![7_u8; 600_000]
    );
    assert_eq!(
        b.scalar::<i64>("SELECT count(*) FROM session", args![])
            .await
            .unwrap(),
        Some(0)
    );
    assert!(audit::verify(b).await.unwrap().broken_at.is_none());
}

async fn there_and_back(t: &TestBase, path: PathBuf, to: Engine) {
    let made = backup_to(&t.base.db, t.base.now(), &path).await.unwrap();
    assert_eq!((made.manifest.schema, made.manifest.audit_seq), (2, 300));
    let verified = verify(&path).await.unwrap();
    assert!(verified.is_good(), "{:?}", verified.wrong);
    assert_eq!(verified.rows, made.manifest.rows);
    assert_eq!(verified.rows["tree"], 5);
    let (target, keep) = match to {
        Engine::Sqlite => (
            DatabaseConfig::of(format!(
                "sqlite:{}",
                t.test_db.folder().join("new/x.db").display()
            )),
            None,
        ),
        Engine::Postgres => {
            let fresh = TestDb::fresh(Engine::Postgres, &[]).await;
            (fresh.config.clone(), Some(fresh))
        }
    };
    // An empty template still knows the table of migrations; it counts as holding something.
    let done = restore(&path, &target, &LIST, &SystemClock, keep.is_some())
        .await
        .unwrap();
    assert_eq!((done.from_schema, done.schema), (2, 2));
    let db = Db::connect(&target).await.unwrap();
    same(&t.base.db, &db).await;
    db.close().await.unwrap();
    let refused = restore(&path, &target, &LIST, &SystemClock, false)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("--force"), "{refused}");
    let again = restore(&path, &target, &LIST, &SystemClock, true)
        .await
        .unwrap();
    assert_eq!(again.set_aside.is_some(), to == Engine::Sqlite);
}

on_both!(a_portable_backup_goes_back_into_sqlite, super::shop);
async fn a_portable_backup_goes_back_into_sqlite(t: TestBase) {
    there_and_back(&t, t.test_db.folder().join("b.jsonl.gz"), Engine::Sqlite).await;
}

on_both!(a_portable_backup_goes_back_into_postgres, super::shop);
async fn a_portable_backup_goes_back_into_postgres(t: TestBase) {
    if wanted(Engine::Postgres) {
        there_and_back(&t, t.test_db.folder().join("b.jsonl.gz"), Engine::Postgres).await;
    }
}

#[tokio::test]
async fn a_sqlite_copy_goes_back_into_both() {
    let t = shop(Engine::Sqlite).await.unwrap();
    there_and_back(&t, t.test_db.folder().join("a.db"), Engine::Sqlite).await;
    if wanted(Engine::Postgres) {
        there_and_back(&t, t.test_db.folder().join("b.db"), Engine::Postgres).await;
    }
}

/// A value that no column of its kind can hold, while many more rows are being read.
#[tokio::test]
async fn a_backup_that_does_not_fit_is_refused_and_does_not_wait_for_ever() {
    let t = shop(Engine::Sqlite).await.unwrap();
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    for n in 0..4_000 {
        let at = if n == 0 { "noon" } else { "1" };
        tx.run(
            "INSERT INTO event (id, topic, payload, at) VALUES ($1, 'x', '{}', $2)",
            args![ctx.new_id::<uuid::Uuid>(), at],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let path = t.test_db.folder().join("b.jsonl.gz");
    backup_to(&t.base.db, t.base.now(), &path).await.unwrap();
    let target = t.test_db.folder().join("new/x.db");
    let target = DatabaseConfig::of(format!("sqlite:{}", target.display()));
    let refused = restore(&path, &target, &LIST, &SystemClock, false).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("event"), "{refused}");
}

/// Somebody has removed the file but not its log, which would be carried over into the one that is brought back.
#[tokio::test]
async fn a_log_without_its_file_is_set_aside() {
    let t = shop(Engine::Sqlite).await.unwrap();
    let path = t.test_db.folder().join("a.db");
    backup_to(&t.base.db, t.base.now(), &path).await.unwrap();
    let folder = t.test_db.folder().join("new");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("x.db");
    std::fs::write(folder.join("x.db-wal"), "left over").unwrap();
    let target = DatabaseConfig::of(format!("sqlite:{}", file.display()));
    let done = restore(&path, &target, &LIST, &SystemClock, false)
        .await
        .unwrap();
    let aside = done.set_aside.unwrap();
    let mut log = aside.into_os_string();
    log.push("-wal");
    assert_eq!(std::fs::read_to_string(log).unwrap(), "left over");
    let db = Db::connect(&target).await.unwrap();
    same(&t.base.db, &db).await;
    db.close().await.unwrap();
}

/// Two rows of the tree and one entry in the audit per transaction, until it is told to stop; how many transactions.
async fn write_on(t: &TestBase, stop: &AtomicBool, written: &AtomicBool) -> i64 {
    let ctx = t.ctx();
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let tx = t.base.db.begin().await.unwrap();
        let (parent, child): (uuid::Uuid, uuid::Uuid) = (ctx.new_id(), ctx.new_id());
        for (id, above) in [(parent, None), (child, Some(parent))] {
            tx.run(
                "INSERT INTO tree (id, parent_id, open) VALUES ($1, $2, TRUE)",
                args![id, above],
            )
            .await
            .unwrap();
        }
        audit::write(&tx, &ctx, "x.y", "x", Some(child), None, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        count += 1;
        written.store(true, Ordering::Relaxed);
    }
    count
}

async fn back_up_under_writing(t: &TestBase, path: &Path) {
    let count =
        async |db: &Db, sql: &str| -> i64 { db.scalar(sql, args![]).await.unwrap().unwrap() };
    let before = count(&t.base.db, "SELECT count(*) FROM audit").await;
    let (stop, written) = (AtomicBool::new(false), AtomicBool::new(false));
    let (transactions, made) = tokio::join!(write_on(t, &stop, &written), async {
        while !written.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
        let made = backup_to(&t.base.db, t.base.now(), path).await;
        stop.store(true, Ordering::Relaxed);
        made.unwrap()
    });
    assert_eq!(
        count(&t.base.db, "SELECT count(*) FROM audit").await,
        before + transactions,
        "the writer was not held up"
    );
    let verified = verify(path).await.unwrap();
    assert!(verified.is_good(), "{:?}", verified.wrong);
    assert_eq!(verified.rows, made.manifest.rows);

    let fresh = TestDb::fresh(t.base.db.engine(), &[]).await;
    let target = match t.base.db.engine() {
        Engine::Sqlite => DatabaseConfig::of(format!("sqlite:{}.new", path.display())),
        Engine::Postgres => fresh.config.clone(),
    };
    restore(path, &target, &LIST, &SystemClock, true)
        .await
        .unwrap();
    let db = Db::connect(&target).await.unwrap();
    let (tree, entries) = (
        count(&db, "SELECT count(*) FROM tree").await,
        count(&db, "SELECT count(*) FROM audit").await,
    );
    // Of each transaction everything or nothing: five rows and 300 entries were there at first.
    assert_eq!(tree - 5, 2 * (entries - 300), "of one moment");
    assert!((before..=before + transactions).contains(&entries));
    assert!(audit::verify(&db).await.unwrap().broken_at.is_none());
    db.close().await.unwrap();
}

on_both!(
    a_backup_made_while_others_write_is_of_one_moment,
    super::shop
);
async fn a_backup_made_while_others_write_is_of_one_moment(t: TestBase) {
    let folder = t.test_db.folder();
    back_up_under_writing(&t, &folder.join("w.jsonl.gz")).await;
    if t.base.db.engine() == Engine::Sqlite {
        back_up_under_writing(&t, &folder.join("w.db")).await;
    }
}

on_both!(a_damaged_backup_is_found_out_and_refused, super::shop);
async fn a_damaged_backup_is_found_out_and_refused(t: TestBase) {
    let made = backup(
        &t.base.db,
        t.base.now(),
        &t.test_db.folder().join("backups"),
    )
    .await
    .unwrap();
    let name = made
        .path
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let expected = match Form::usual(t.base.db.engine()) {
        Form::Sqlite => "liuke-20261123-010000.db",
        Form::Portable => "liuke-20261123-010000.jsonl.gz",
    };
    assert_eq!(name, expected);
    assert!(
        backup_to(&t.base.db, t.base.now(), &made.path)
            .await
            .unwrap_err()
            .to_string()
            .contains("exists")
    );
    let mut bytes = std::fs::read(&made.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&made.path, &bytes).unwrap();
    let verified = verify(&made.path).await.unwrap();
    assert!(
        verified.wrong[0].contains("checksum"),
        "{:?}",
        verified.wrong
    );
    bytes.truncate(middle);
    std::fs::write(&made.path, &bytes).unwrap();
    assert!(verify(&made.path).await.unwrap().wrong.len() >= 2);
    let target = DatabaseConfig::of(format!(
        "sqlite:{}",
        t.test_db.folder().join("n.db").display()
    ));
    assert!(
        restore(&made.path, &target, &LIST, &SystemClock, false)
            .await
            .is_err()
    );
    assert!(
        !t.test_db.folder().join("n.db").exists(),
        "nothing is made of a bad backup"
    );
}

on_both!(a_cut_audit_is_found_out_by_the_manifest, super::shop);
async fn a_cut_audit_is_found_out_by_the_manifest(t: TestBase) {
    let path = t.test_db.folder().join("c.jsonl.gz");
    backup_to(&t.base.db, t.base.now(), &path).await.unwrap();
    let manifest = std::fs::read_to_string(path.with_extension("gz.json")).unwrap();
    let forged = manifest.replace("\"audit_seq\": 300", "\"audit_seq\": 301");
    assert_ne!(manifest, forged);
    std::fs::write(path.with_extension("gz.json"), forged).unwrap();
    let wrong = verify(&path).await.unwrap().wrong;
    assert_eq!(wrong, ["the audit ends at 300, the manifest says 301"]);
}
