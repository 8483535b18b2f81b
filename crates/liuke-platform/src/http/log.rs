//! The log (日志): structured, without personal data. Routes and ids, never query values or names.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::{LogConfig, LogFormat};
use crate::fault::Fault;

/// What is logged at this level; of statements and connections only what goes wrong.
pub(crate) fn filter(level: &str) -> Result<EnvFilter, Fault> {
    EnvFilter::try_new(format!("{level},sqlx=warn,hyper=warn,sea_orm=warn"))
        .map_err(|e| Fault::Config(format!("log.level: {e}")))
}

/// Starts the log for the whole program; to standard error, so that standard output stays for results.
pub fn init(config: &LogConfig) -> Result<(), Fault> {
    let filter = filter(&config.level)?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = match config.format {
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Pretty => registry
            .with(
                fmt::layer()
                    .with_target(false)
                    // Colours are for a terminal, not for a file.
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .try_init(),
    };
    started.map_err(|e| Fault::other(format!("log: {e}")))
}
