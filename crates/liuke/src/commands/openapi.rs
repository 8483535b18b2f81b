//! `liuke openapi`.

use std::process::ExitCode;

use super::{Outcome, print};

pub(super) fn run() -> Outcome {
    print(&format!(
        "{}\n",
        serde_json::to_string_pretty(&liuke_app::openapi())?
    ))?;
    Ok(ExitCode::SUCCESS)
}
