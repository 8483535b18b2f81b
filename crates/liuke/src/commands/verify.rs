//! `liuke verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use liuke_platform::audit;
use liuke_platform::backup::verify;
use liuke_platform::db::Db;
use liuke_platform::http::log;

use super::{Common, Outcome, existing, print};

/// Check a backup with its audit chain, or the audit chain of the database.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The backup [default: the database itself].
    backup: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, args: VerifyArgs) -> Outcome {
    let config = common.config(None)?;
    log::init(&config.log)?;
    let (wrong, found) = if let Some(path) = args.backup {
        let found = verify(&path).await?;
        let rows: u64 = found.rows.values().sum();
        let mut wrong = found.wrong;
        if !found.has_manifest {
            print("no manifest beside the backup: its checksum was not compared\n")?;
        }
        if let Some(seq) = found.audit.broken_at {
            wrong.push(format!("audit chain broken at entry {seq}"));
        }
        let words = format!(
            "schema {}, {rows} rows, {} audit entries",
            found.schema, found.audit.entries
        );
        (wrong, words)
    } else {
        existing(&config)?;
        let db = Db::connect(&config.database).await?;
        let report = audit::verify(&db).await;
        db.close().await?;
        let report = report?;
        let wrong = report
            .broken_at
            .map(|seq| format!("audit chain broken at entry {seq}"));
        (
            wrong.into_iter().collect(),
            format!("{} audit entries", report.entries),
        )
    };
    if wrong.is_empty() {
        print(&format!("good: {found}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in wrong {
        print(&format!("WRONG: {line}\n"))?;
    }
    Ok(ExitCode::FAILURE)
}
