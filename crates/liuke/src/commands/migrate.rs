//! `liuke migrate`.

use std::process::ExitCode;

use liuke_app::migrations::MIGRATIONS;
use liuke_platform::ctx::SystemClock;
use liuke_platform::db::Db;
use liuke_platform::http::log;
use liuke_platform::migrate::migrate;

use super::{Common, Outcome};

pub(super) async fn run(common: &Common) -> Outcome {
    let config = common.config(None)?;
    log::init(&config.log)?;
    let db = Db::connect(&config.database).await?;
    let done = migrate(&db, MIGRATIONS, &SystemClock).await?;
    db.close().await?;
    println!(
        "{}: schema {}, applied {}",
        config.database.shown_url(),
        done.schema,
        done.applied.len()
    );
    if let Some(copy) = done.copy {
        println!("copy made before: {}", copy.display());
    }
    Ok(ExitCode::SUCCESS)
}
