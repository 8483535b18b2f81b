//! Measures the real binary against the same statements through the bare driver (性能测量). `cargo xtask bench` builds and runs it.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::implicit_clone,
    clippy::manual_async_fn,
    clippy::semicolon_if_nothing_returned,
    clippy::single_match_else,
    clippy::struct_field_names,
    reason = "a tool for developers: it reads the clock and the environment, starts programs and talks to the terminal"
)]
#![allow(
    clippy::indexing_slicing,
    reason = "of JSON: what is missing in an answer reads as null"
)]

mod bare;
mod client;
mod data;
mod faults;
mod import;
mod load;
mod measure;
mod server;
mod speed;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What goes wrong ends the measurement.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Debug, Parser)]
struct Cli {
    /// The binary to measure.
    #[arg(long, default_value = "target/release/liuke")]
    binary: PathBuf,
    /// A PostgreSQL whose user may create databases.
    #[arg(long, env = "LIUKE_TEST_PG")]
    postgres: Option<String>,
    /// Where databases and results are kept.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Time and processor time per request, as ratios to the bare driver.
    Speed(speed::Args),
    /// A full house at work: no error, no growth, no long wait.
    Load(load::Args),
    /// Processes killed at random moments, full disks, slow clients: nothing lost, nothing twice.
    Faults(faults::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("liuke-bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    let place = server::Place {
        binary: cli.binary,
        postgres: cli.postgres,
        folder: cli.folder,
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Speed(args) => speed::run(&place, &args).await,
            Command::Load(args) => load::run(&place, &args).await,
            Command::Faults(args) => faults::run(&place, &args).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("liuke-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
