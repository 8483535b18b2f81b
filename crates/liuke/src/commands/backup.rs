//! `liuke backup`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use liuke_platform::backup::{backup, backup_to};
use liuke_platform::ctx::{Clock as _, SystemClock};
use liuke_platform::db::Db;
use liuke_platform::http::log;

use super::{Common, Outcome, existing, print};

/// Make a backup, also while the server runs.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Folder, or file ending in .db (SQLite) or .jsonl.gz (either database) [default: backups beside the database].
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, args: BackupArgs) -> Outcome {
    let config = common.config(None)?;
    log::init(&config.log)?;
    existing(&config)?;
    let db = Db::connect(&config.database).await?;
    let to = args
        .to
        .unwrap_or_else(|| config.database.folder().join("backups"));
    let name = to.to_string_lossy();
    let made = if name.ends_with(".db") || name.ends_with(".jsonl.gz") {
        backup_to(&db, SystemClock.now(), &to).await
    } else {
        backup(&db, SystemClock.now(), &to).await
    };
    db.close().await?;
    let made = made?;
    let rows: u64 = made.manifest.rows.values().sum();
    print(&format!(
        "{}\n{} rows of {} tables, {} bytes, sha256 {}\n",
        made.path.display(),
        rows,
        made.manifest.rows.len(),
        made.manifest.size,
        made.manifest.sha256
    ))?;
    Ok(ExitCode::SUCCESS)
}
