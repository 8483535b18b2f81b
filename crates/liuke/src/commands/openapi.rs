//! `liuke openapi`.

use std::process::ExitCode;

use super::Outcome;

pub(super) fn run() -> Outcome {
    println!("{}", serde_json::to_string_pretty(&liuke_app::openapi())?);
    Ok(ExitCode::SUCCESS)
}
