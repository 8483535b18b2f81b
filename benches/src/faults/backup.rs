//! Backups while everybody works: each is whole in itself.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use liuke_platform::args;
use liuke_platform::db::Sql as _;

use super::check;
use super::firm::Firm;
use super::ledger::Ledger;
use super::scenario::Told;
use crate::server::{Engine, Place};
use crate::{Outcome, data};

/// What refers to something that the backup must hold too.
const REFERENCES: [(&str, &str); 5] = [
    (
        "orders without their customer",
        "SELECT count(*) FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = o.customer_id)",
    ),
    (
        "notes without their customer",
        "SELECT count(*) FROM customer_note n WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = n.customer_id)",
    ),
    (
        "tasks without their customer",
        "SELECT count(*) FROM followup_task t WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = t.customer_id)",
    ),
    (
        "attempts without their task",
        "SELECT count(*) FROM followup_attempt a WHERE NOT EXISTS (SELECT 1 FROM followup_task t WHERE t.id = a.task_id)",
    ),
    (
        "imports without their file",
        "SELECT count(*) FROM import_batch i WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = i.file_blob_id)",
    ),
];

pub(super) async fn run(place: &Place, engine: Engine, seed: u64, told: &mut Told) -> Outcome {
    let firm = Firm::found(place, engine, "liuke_backup", 2_000).await?;
    let server = firm.start().await?;
    let ledger = Ledger::default();
    let shift = firm.open(&ledger, seed, 1);
    let folder = place
        .folder
        .join(format!("faults-backup-{}", engine.name()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let endings: &[&str] = match engine {
        Engine::Sqlite => &["db", "jsonl.gz"],
        Engine::Postgres => &["jsonl.gz"],
    };
    let mut made = Vec::new();
    for turn in 0..4 {
        for ending in endings {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let to = folder.join(format!("{turn}.{ending}"));
            let output = off_thread(
                firm.tool()?,
                vec!["backup".into(), "--to".into(), to.clone().into_os_string()],
            )
            .await?;
            told.must(
                output.status.success(),
                format!("backup: {}", said(&output)),
            );
            made.push(to);
        }
    }
    let notes_at_end = ledger.open().notes.len();
    shift.close().await?;
    check::drain(&firm, &ledger, Duration::from_mins(2)).await?;
    told.figure("backups", made.len());
    told.figure("notes written meanwhile", notes_at_end);
    for backup in &made {
        let verify = off_thread(
            firm.tool()?,
            vec!["verify".into(), backup.clone().into_os_string()],
        )
        .await?;
        told.must(
            verify.status.success(),
            format!("{}: {}", backup.display(), said(&verify)),
        );
        restored(place, engine, backup, told).await?;
    }
    told.findings.append(&mut ledger.open().findings);
    server.stop()
}

/// Brings a backup back into a new place and looks whether it is of one moment.
async fn restored(place: &Place, engine: Engine, backup: &Path, told: &mut Told) -> Outcome {
    let database = place.empty_database(engine, "liuke_restored").await?;
    let mut tool = Command::new(&place.binary);
    tool.args(["--log-level", "warn", "--database", &database]);
    let output = off_thread(tool, vec!["restore".into(), backup.as_os_str().to_owned()]).await?;
    told.must(
        output.status.success(),
        format!("restore {}: {}", backup.display(), said(&output)),
    );
    let mut tool = Command::new(&place.binary);
    tool.args(["--log-level", "warn", "--database", &database]);
    let verify = off_thread(tool, vec!["verify".into()]).await?;
    told.must(
        verify.status.success(),
        format!("{} restored: {}", backup.display(), said(&verify)),
    );
    let app = data::open(&database).await?;
    for (what, sql) in REFERENCES {
        let n = app.db.scalar::<i64>(sql, args![]).await?.unwrap_or(0);
        told.must(n == 0, format!("{}: {n} {what}", backup.display()));
    }
    Ok(app.db.clone().close().await?)
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

async fn off_thread(mut command: Command, words: Vec<std::ffi::OsString>) -> Outcome<Output> {
    Ok(tokio::task::spawn_blocking(move || command.args(words).output()).await??)
}
