//! `liuke export`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use futures::TryStreamExt as _;
use liuke_app::customer::export_all;
use liuke_platform::ctx::Actor;
use liuke_platform::fault::Fault;
use liuke_platform::http::log;
use tokio::io::AsyncWriteExt as _;

use super::{Common, Outcome, existing};

/// Write all customers to a file.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file; its ending .csv or .xlsx says how.
    file: PathBuf,
    /// Language of the headings: zh or en.
    #[arg(long, default_value = "zh")]
    lang: String,
}

pub(super) async fn run(common: &Common, args: ExportArgs) -> Outcome {
    let config = common.config(None)?;
    log::init(&config.log)?;
    existing(&config)?;
    let app = liuke_app::start(config).await?;
    let ctx = app.ctx(Actor::cli());
    let format = args
        .file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or("csv");
    let mut pieces = export_all(&app, &ctx, format, args.lang == "en").await?;
    let mut file = tokio::fs::File::create(&args.file).await?;
    while let Some(piece) = pieces
        .try_next()
        .await
        .map_err(|error| Fault::other(error.to_string()))?
    {
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(ExitCode::SUCCESS)
}
