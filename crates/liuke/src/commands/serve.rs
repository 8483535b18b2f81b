//! `liuke serve`.

use std::process::ExitCode;

use clap::Args;
use liuke_app::{App, team};
use liuke_platform::http::{bind, log, run as run_all, shutdown_signal};

use super::{Common, Outcome};
use crate::pages;

/// Where the demonstration shop lives unless a database is named.
pub(crate) const DEMO_DATABASE: &str = "sqlite:./data/demo.db";

/// Serve the product.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Serve the demonstration shop that `liuke demo` made; its login page offers a log-in per role.
    #[arg(long)]
    demo: bool,
}

pub(super) async fn run(common: &Common, args: ServeArgs) -> Outcome {
    let mut common = common.clone();
    if args.demo && common.database.is_none() {
        common.database = Some(DEMO_DATABASE.to_owned());
    }
    let mut config = common.config(args.listen)?;
    log::init(&config.log)?;
    let listener = bind(&config).await?;
    // Port 0 means any free one: links shall name the real one.
    config.server.listen = listener.local_addr()?.to_string();
    let app = App {
        demo: args.demo,
        ..liuke_app::start(config).await?
    };
    if let Some(link) = team::setup_link(&app).await? {
        println!(
            "\n  首次使用，请打开此链接完成设置（只能使用一次）：\n  First use: open this link to set up (works once):\n\n  {link}\n"
        );
    }
    tracing::info!(
        listen = %app.config.server.listen,
        database = %app.config.database.shown_url(),
        version = env!("CARGO_PKG_VERSION"),
        "serving"
    );
    let router = liuke_app::router(&app, pages::routes());
    let zone = liuke_app::zone(&app).await?;
    let jobs = liuke_app::jobs().in_zone(&zone);
    run_all(listener, router, app, jobs, shutdown_signal()).await?;
    Ok(ExitCode::SUCCESS)
}
