//! `liuke licences`.

use std::process::ExitCode;

use super::{Outcome, print};

const LICENCE: &str = include_str!("../../../../LICENSE");
const NOTICE: &str = include_str!("../../../../NOTICE");

pub(super) fn run() -> Outcome {
    print(&format!(
        "{NOTICE}\n\n{LICENCE}\n\n{} — SIL Open Font License 1.1\n\n{}",
        liuke_font::NAME,
        liuke_font::LICENCE
    ))?;
    Ok(ExitCode::SUCCESS)
}
