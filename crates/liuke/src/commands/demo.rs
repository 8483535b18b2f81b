//! `liuke demo`.

use std::process::ExitCode;

use liuke_app::demo;
use liuke_platform::http::log;

use super::serve::DEMO_DATABASE;
use super::{Common, Outcome, print};

pub(super) async fn run(common: &Common) -> Outcome {
    let mut common = common.clone();
    if common.database.is_none() {
        common.database = Some(DEMO_DATABASE.to_owned());
    }
    let config = common.config(None)?;
    log::init(&config.log)?;
    let shown = config.database.shown_url();
    let app = liuke_app::start(config).await?;
    match demo::fill(&app).await {
        Ok(made) => {
            print(&format!("{shown}\n{}\n", serde_json::to_string(&made)?))?;
            Ok(ExitCode::SUCCESS)
        }
        // Somebody lives there already: the shop of an earlier start, and nothing is to be done.
        Err(problem) if problem.code == "demo.not_empty" => {
            print(&format!("{shown}: already there\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => Err(problem.into()),
    }
}
