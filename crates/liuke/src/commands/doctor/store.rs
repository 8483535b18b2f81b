//! What the database says of itself: reachable, whole, of this program's schema, its queue worked off, backed up.

use std::path::Path;

use jiff::Timestamp;
use liuke_app::migrations::MIGRATIONS;
use liuke_platform::backup::Manifest;
use liuke_platform::db::{Db, Engine, Sql as _};
use liuke_platform::fault::Fault;
use liuke_platform::jobs::Lag;
use liuke_platform::migrate::{check, schema_number};
use liuke_platform::{args, audit, jobs};

use super::finding::{Finding, plain, said};
use super::machine;

/// A queue that is behind by more than this is shown as late by `/readyz` too, milliseconds.
const LATE_MS: i64 = 15 * 60_000;
/// A nightly backup may run long, or fail once.
const OLDEST_BACKUP_MS: i64 = 48 * 3_600_000;

/// A database that cannot be opened.
pub(super) fn closed(engine: Engine, url: &str, fault: &Fault) -> Finding {
    let advice = match (engine, fault) {
        (Engine::Postgres, Fault::Config(_)) => said(
            "把 PostgreSQL 升级到 15 或更高（pg_upgrade），或把 database.url 指向新的服务器",
            "upgrade PostgreSQL to 15 or later (pg_upgrade), or let database.url name a newer server",
        ),
        (Engine::Postgres, _) => said(
            "PostgreSQL 是否在运行、能否连上；database.url 的用户、密码、库名是否正确：psql \"$LIUKE_DATABASE_URL\"",
            "is PostgreSQL running and reachable; are user, password and name in database.url right: psql \"$LIUKE_DATABASE_URL\"",
        ),
        (Engine::Sqlite, _) => said(
            "文件是否属于运行服务的用户；若已损坏：停止服务，liuke restore 最新的备份 --force（原文件会留在旁边）",
            "does the file belong to the user that serves; if it is damaged: stop the server, liuke restore NEWEST-BACKUP --force (the old file is set aside)",
        ),
    };
    Finding::failed(
        "database",
        plain(format!("{url}: {}", fault.chain())),
        advice,
    )
}

/// Everything about an open database.
pub(super) async fn look(db: &Db, now: Timestamp, backups: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    match db.engine() {
        Engine::Sqlite => {
            findings.push(integrity(
                db.scalar::<String>("PRAGMA quick_check(1)", args![]).await,
            ));
            if let Some(file) = db.file() {
                let mut wal = file.into_os_string();
                wal.push("-wal");
                let bytes = std::fs::metadata(wal).map_or(0, |of| of.len());
                findings.push(machine::wal(bytes));
            }
        }
        Engine::Postgres => findings.push(encoding(
            db.scalar::<String>("SHOW server_encoding", args![]).await,
        )),
    }
    let schema = schema(db).await;
    let known = schema.level != super::finding::Level::Failed;
    findings.push(schema);
    if !known {
        return findings;
    }
    match jobs::lag(db, now.as_millisecond()).await {
        Ok(lag) => findings.push(queue(&lag)),
        Err(fault) => findings.push(unreadable("jobs", &fault)),
    }
    match audit::verify(db).await {
        Ok(found) => {
            findings.push(chain(&found));
            if found.entries > 0 {
                findings.push(backup(&newest_backup(backups), now, backups));
            }
        }
        Err(fault) => findings.push(unreadable("audit", &fault)),
    }
    findings
}

/// When the newest row was written, as far as tables say that are always written to. Older schemas may lack one.
pub(super) async fn newest_ms(db: &Db) -> Option<i64> {
    let mut newest = None;
    for sql in [
        "SELECT max(applied_at) FROM schema_migration",
        "SELECT max(at) FROM audit",
        "SELECT max(seen_at) FROM session",
    ] {
        let found = db.scalar::<i64>(sql, args![]).await.ok().flatten();
        newest = newest.max(found);
    }
    newest
}

fn unreadable(what: &'static str, fault: &Fault) -> Finding {
    Finding::failed(
        what,
        plain(fault.chain()),
        said(
            "数据库可能已损坏：停止服务，校验最新的备份（liuke verify），再恢复（liuke restore --force）",
            "the database may be damaged: stop the server, check the newest backup (liuke verify), bring it back (liuke restore --force)",
        ),
    )
}

/// What SQLite finds in its own pages.
fn integrity(found: Result<Option<String>, Fault>) -> Finding {
    const WHAT: &str = "integrity";
    match found {
        Ok(Some(text)) if text == "ok" => {
            Finding::good(WHAT, said("文件完好", "the file is whole"))
        }
        Ok(text) => unreadable(
            WHAT,
            &Fault::other(
                text.unwrap_or_default()
                    .lines()
                    .take(2)
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        ),
        Err(fault) => unreadable(WHAT, &fault),
    }
}

fn encoding(found: Result<Option<String>, Fault>) -> Finding {
    const WHAT: &str = "encoding";
    match found {
        Ok(Some(name)) if name == "UTF8" => Finding::good(WHAT, plain(name)),
        Ok(name) => Finding::failed(
            WHAT,
            said(
                format!(
                    "数据库编码是 {}，不是 UTF8：存不下中文",
                    name.clone().unwrap_or_default()
                ),
                format!(
                    "{}, not UTF8: Chinese cannot be kept",
                    name.unwrap_or_default()
                ),
            ),
            said(
                "另建一个库再导入备份：createdb --encoding=UTF8 --template=template0 liuke",
                "make another database and restore into it: createdb --encoding=UTF8 --template=template0 liuke",
            ),
        ),
        Err(fault) => unreadable(WHAT, &fault),
    }
}

async fn schema(db: &Db) -> Finding {
    const WHAT: &str = "schema";
    let known = MIGRATIONS.last().map_or(0, |m| m.number);
    match (schema_number(db).await, check(db, MIGRATIONS).await) {
        (Ok(found), Ok(true)) => Finding::good(
            WHAT,
            said(
                format!("{found}，与本程序一致"),
                format!("{found}, as this program knows it"),
            ),
        ),
        (Ok(found), Ok(false)) => Finding::good(
            WHAT,
            said(
                format!("{found}；本程序启动时升级到 {known}，SQLite 会先留一份副本"),
                format!(
                    "{found}; this program brings it to {known} at its start, on SQLite after a copy"
                ),
            ),
        ),
        (_, Err(fault @ Fault::NewerSchema { .. })) => Finding::failed(
            WHAT,
            plain(fault.chain()),
            said(
                "数据库已被更新的程序升级：换回那个版本的程序；要用旧程序，只能恢复升级前的备份或 .before-m… 副本",
                "a newer program has upgraded this database: run that one; for the older program, restore the backup or the .before-m… copy from before",
            ),
        ),
        (_, Err(fault @ Fault::ChangedMigration { .. })) => Finding::failed(
            WHAT,
            plain(fault.chain()),
            said(
                "数据库由另一个版本的程序建立：请用正式发布的程序",
                "the database was made by another build of this program: use a released one",
            ),
        ),
        (Err(fault), _) | (_, Err(fault)) => unreadable(WHAT, &fault),
    }
}

fn queue(lag: &Lag) -> Finding {
    const WHAT: &str = "jobs";
    let words = said(
        format!(
            "待办 {}，最早的已等 {} 秒；放弃的 {}",
            lag.waiting,
            lag.oldest_ms / 1000,
            lag.dead
        ),
        format!(
            "{} due, the oldest for {} s; {} given up",
            lag.waiting,
            lag.oldest_ms / 1000,
            lag.dead
        ),
    );
    if lag.oldest_ms > LATE_MS {
        Finding::warning(
            WHAT,
            words,
            said(
                "后台任务没有人做：服务在运行吗？jobs.workers 是 0 吗？日志里有没有错误",
                "nobody does the background work: is the server running, is jobs.workers 0, are there errors in the log",
            ),
        )
    } else if lag.dead > 0 {
        Finding::warning(
            WHAT,
            words,
            said(
                "在日志里按 job 查原因，修好后请管理员在程序里重试",
                "look for the reason in the log under job; once mended, let an administrator try them again",
            ),
        )
    } else {
        Finding::good(WHAT, words)
    }
}

fn chain(found: &audit::Report) -> Finding {
    const WHAT: &str = "audit";
    match found.broken_at {
        None => Finding::good(
            WHAT,
            said(
                format!("{} 条，链条完整", found.entries),
                format!("{} entries, chain unbroken", found.entries),
            ),
        ),
        Some(seq) => Finding::failed(
            WHAT,
            said(
                format!("链条在第 {seq} 条断开"),
                format!("broken at entry {seq}"),
            ),
            said(
                "有人绕过程序改过数据库：保留现场，与之前的备份对照（liuke verify 备份）",
                "somebody changed the database past the program: keep it as it is and compare with earlier backups (liuke verify BACKUP)",
            ),
        ),
    }
}

/// The newest backup of a folder, by its manifest.
#[derive(Debug, PartialEq, Eq)]
enum Newest {
    None,
    /// Made then, epoch ms.
    At(i64),
    /// The manifest is there, the file is not, or has another size.
    Torn(String),
}

fn newest_backup(folder: &Path) -> Newest {
    let mut found: Vec<(i64, bool, String)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            let name = path.to_str()?.strip_suffix(".json")?.to_owned();
            let manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
            let whole = std::fs::metadata(&name).is_ok_and(|of| of.len() == manifest.size);
            Some((manifest.made_at, whole, name))
        })
        .collect();
    found.sort();
    match found.pop() {
        None => Newest::None,
        Some((at, true, _)) => Newest::At(at),
        Some((_, false, name)) => Newest::Torn(name),
    }
}

fn backup(newest: &Newest, now: Timestamp, folder: &Path) -> Finding {
    const WHAT: &str = "backup";
    let shown = folder.display();
    let advice = said(
        "每天备份一次并拷到另一台机器：systemctl enable --now liuke-backup.timer，或 liuke backup --to 文件夹；在别处备份的，用 --backups 指明",
        "back up every day, and copy it to another machine: systemctl enable --now liuke-backup.timer, or liuke backup --to FOLDER; name another place by --backups",
    );
    match newest {
        Newest::None => Finding::warning(
            WHAT,
            said(format!("{shown} 里没有备份"), format!("none in {shown}")),
            advice,
        ),
        Newest::Torn(name) => Finding::warning(
            WHAT,
            said(
                format!("最新的备份不完整：{name}"),
                format!("the newest is not whole: {name}"),
            ),
            advice,
        ),
        Newest::At(at) => {
            let hours = now.as_millisecond().saturating_sub(*at) / 3_600_000;
            let words = said(
                format!("最新的在 {hours} 小时前，{shown}"),
                format!("the newest is {hours} hours old, in {shown}"),
            );
            if now.as_millisecond().saturating_sub(*at) > OLDEST_BACKUP_MS {
                Finding::warning(WHAT, words, advice)
            } else {
                Finding::good(WHAT, words)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use liuke_platform::backup::backup as make_backup;
    use liuke_platform::config::DatabaseConfig;
    use liuke_platform::ctx::SystemClock;
    use liuke_platform::migrate::migrate;
    use liuke_platform::testing::{START_MS, TestDb, wanted};

    use super::super::finding::Level;
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_millisecond(START_MS).unwrap()
    }

    async fn level_of(db: &Db, what: &str) -> Option<Level> {
        look(db, now(), Path::new("nowhere"))
            .await
            .into_iter()
            .find(|finding| finding.what == what)
            .map(|finding| finding.level)
    }

    #[tokio::test]
    async fn a_fresh_database_is_good_on_both_engines() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if !wanted(engine) {
                continue;
            }
            let test = TestDb::fresh(engine, MIGRATIONS).await;
            let found = look(&test.db, now(), Path::new("nowhere")).await;
            let bad: Vec<_> = found.iter().filter(|f| f.level != Level::Good).collect();
            assert!(bad.is_empty(), "{bad:?}");
            assert!(newest_ms(&test.db).await.is_some());
        }
    }

    #[tokio::test]
    async fn a_schema_of_a_newer_or_another_program_fails_and_an_older_one_does_not() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if !wanted(engine) {
                continue;
            }
            let older = TestDb::fresh(engine, MIGRATIONS.get(..1).unwrap()).await;
            assert_eq!(level_of(&older.db, "schema").await, Some(Level::Good));
            for sql in [
                "INSERT INTO schema_migration (number, slug, checksum, applied_at) VALUES (9999, 'later', 'x', 0)",
                "UPDATE schema_migration SET checksum = 'x' WHERE number = 1",
            ] {
                let test = TestDb::fresh(engine, MIGRATIONS).await;
                let tx = test.db.begin().await.unwrap();
                tx.run(sql, args![]).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(
                    level_of(&test.db, "schema").await,
                    Some(Level::Failed),
                    "{sql}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_damaged_file_fails() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("liuke.db");
        let config = DatabaseConfig::of(format!("sqlite:{}", file.display()));
        let db = Db::connect(&config).await.unwrap();
        migrate(&db, MIGRATIONS, &SystemClock).await.unwrap();
        let tx = db.begin().await.unwrap();
        for sql in [
            "CREATE TABLE much (n INTEGER PRIMARY KEY, text TEXT)",
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000)
             INSERT INTO much SELECT n, hex(zeroblob(500)) FROM c",
        ] {
            tx.run(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        // Its last pages hold nothing that is read when it is opened.
        for byte in bytes.iter_mut().rev().take(20 * 4096) {
            *byte = 0xAA;
        }
        std::fs::write(&file, &bytes).unwrap();
        let db = Db::connect(&config).await.unwrap();
        assert_eq!(level_of(&db, "integrity").await, Some(Level::Failed));
        db.close().await.unwrap();

        std::fs::write(
            &file,
            "not a database at all, but long enough to be looked at".repeat(40),
        )
        .unwrap();
        let fault = Db::connect(&config).await.unwrap_err();
        assert_eq!(closed(Engine::Sqlite, "x", &fault).level, Level::Failed);
    }

    #[tokio::test]
    async fn a_postgres_that_is_not_there_or_too_old_fails_with_its_own_advice() {
        use super::super::finding::Tongue;
        let gone = DatabaseConfig::of("postgres://nobody@127.0.0.1:1/none");
        let fault = Db::connect(&gone).await.unwrap_err();
        let said = closed(Engine::Postgres, "x", &fault).text(Tongue::English);
        assert!(said.contains("running and reachable"), "{said}");
        let old = Fault::Config("database.url: PostgreSQL 15 or later is needed".into());
        let said = closed(Engine::Postgres, "x", &old).text(Tongue::English);
        assert!(said.contains("pg_upgrade"), "{said}");
    }

    #[test]
    fn an_encoding_that_cannot_hold_chinese_fails() {
        assert_eq!(encoding(Ok(Some("UTF8".into()))).level, Level::Good);
        for other in ["SQL_ASCII", "LATIN1", "EUC_CN"] {
            assert_eq!(encoding(Ok(Some(other.into()))).level, Level::Failed);
        }
    }

    #[test]
    fn jobs_given_up_or_late_warn() {
        for (oldest_ms, dead, level) in [
            (0, 0, Level::Good),
            (LATE_MS, 0, Level::Good),
            (LATE_MS + 1, 0, Level::Warning),
            (0, 1, Level::Warning),
        ] {
            let lag = Lag {
                waiting: 1,
                oldest_ms,
                dead,
            };
            assert_eq!(queue(&lag).level, level, "{lag:?}");
        }
    }

    #[test]
    fn a_broken_audit_chain_fails() {
        let mut report = audit::Report {
            entries: 3,
            head: None,
            broken_at: None,
        };
        assert_eq!(chain(&report).level, Level::Good);
        report.broken_at = Some(2);
        assert_eq!(chain(&report).level, Level::Failed);
    }

    #[tokio::test]
    async fn no_recent_or_no_whole_backup_warns() {
        let test = TestDb::fresh(Engine::Sqlite, MIGRATIONS).await;
        let folder = test.folder().join("backups");
        let level = |hours: i64| {
            let later = Timestamp::from_millisecond(START_MS + hours * 3_600_000).unwrap();
            backup(&newest_backup(&folder), later, &folder).level
        };
        assert_eq!(level(0), Level::Warning);
        let made = make_backup(&test.db, now(), &folder).await.unwrap();
        assert_eq!(level(47), Level::Good);
        assert_eq!(level(49), Level::Warning);
        std::fs::write(&made.path, "cut off").unwrap();
        assert_eq!(level(1), Level::Warning);
    }
}
