//! `liuke restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use liuke_app::migrations::MIGRATIONS;
use liuke_platform::backup::restore;
use liuke_platform::ctx::SystemClock;
use liuke_platform::http::log;

use super::{Common, Outcome, print};

/// Bring a backup back; the server must not run meanwhile.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The backup, .db or .jsonl.gz; the latter also from one database to the other.
    backup: PathBuf,
    /// Even though the database holds something: an old SQLite file is set aside, an old PostgreSQL schema dropped.
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(common: &Common, args: RestoreArgs) -> Outcome {
    let config = common.config(None)?;
    log::init(&config.log)?;
    let done = restore(
        &args.backup,
        &config.database,
        MIGRATIONS,
        &SystemClock,
        args.force,
    )
    .await?;
    let rows: u64 = done.rows.values().sum();
    let to = config.database.shown_url();
    print(&format!(
        "{to}: {rows} rows, schema {} (backup: {})\n",
        done.schema, done.from_schema
    ))?;
    if let Some(aside) = done.set_aside {
        print(&format!("the database before: {}\n", aside.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
