//! One file per command. A new one: its file, a line in [`Command`], a line in [`run`].

mod backup;
mod calc;
mod completions;
mod demo;
mod doctor;
mod export;
mod import;
mod licences;
mod migrate;
mod openapi;
mod restore;
mod serve;
mod verify;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use liuke_platform::config::{Config, Overrides};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;

/// Customer care and retention for service organisations (留客).
#[derive(Debug, Parser)]
#[command(
    name = "liuke",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file [default: ./liuke.toml, if it is there].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Database: sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:./data/liuke.db].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// How much to log: error, warn, info, debug, trace, or a filter.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the product; the first start prints a link for the first setup.
    Serve(serve::ServeArgs),
    /// Make the demonstration shop, unless it is there.
    Demo,
    /// Bring the database's schema up to date and stop.
    Migrate,
    /// Import a file of customers, vehicles and equipment, orders or service records.
    Import(import::ImportArgs),
    /// Write all customers to a file; phones stay masked.
    Export(export::ExportArgs),
    /// Reckon by the product's own rules and print JSON.
    Calc(calc::CalcArgs),
    /// Make a backup, also while the server runs.
    Backup(backup::BackupArgs),
    /// Check a backup with its audit chain, or the audit chain of the database.
    Verify(verify::VerifyArgs),
    /// Bring a backup back; refuses to overwrite without --force.
    Restore(restore::RestoreArgs),
    /// Look whether everything is as it should be, and say what to do where it is not.
    Doctor(doctor::DoctorArgs),
    /// Print the description of the HTTP interface (OpenAPI 3.1).
    Openapi,
    /// Print the licences of this program and of what is in it.
    Licences,
    /// Print completions for a shell.
    Completions(completions::CompletionsArgs),
}

/// What ends a command.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The machinery.
    Fault(Fault),
    /// A refusal.
    Problem(Problem),
    /// A refusal in words.
    Refused(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fault(fault) => f.write_str(&fault.chain()),
            Self::Problem(problem) => write!(f, "{problem}"),
            Self::Refused(words) => f.write_str(words),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// What a command comes to.
pub(crate) type Outcome<T = ExitCode> = Result<T, Trouble>;

impl Common {
    /// The configuration out of file, environment and flags.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment for the configuration"
    )]
    pub(crate) fn config(&self, listen: Option<String>) -> Result<Config, Fault> {
        let overrides = Overrides {
            listen,
            database_url: self.database.clone(),
            log_level: self.log_level.clone(),
        };
        Config::load(self.config.as_deref(), std::env::vars(), &overrides)
    }
}

/// The locale of the terminal, such as `zh_CN.UTF-8`; empty where none is set.
#[allow(
    clippy::disallowed_methods,
    reason = "the person's language, not a setting of the product"
)]
pub(crate) fn locale() -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// Writes to standard output; a reader that has gone away (`| head`) is an error like any other, and ends quietly.
pub(crate) fn print(text: &str) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// The SQLite file a configuration names, if it names one.
pub(crate) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    let url = &config.database.url;
    let rest = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    rest.split('?')
        .next()
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// Refuses a SQLite file that is not there, rather than making an empty one.
pub(crate) fn existing(config: &Config) -> Outcome<()> {
    match sqlite_file(config) {
        Some(file) if !file.exists() => {
            Err(Fault::other(format!("{}: no such database", file.display())).into())
        }
        _ => Ok(()),
    }
}

impl Trouble {
    /// Whether whoever read our output has gone away.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Fault(Fault::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// Runs one command.
pub(crate) async fn run(cli: Cli) -> Outcome {
    let common = cli.common;
    match cli.command {
        Command::Serve(args) => serve::run(&common, args).await,
        Command::Demo => demo::run(&common).await,
        Command::Migrate => migrate::run(&common).await,
        Command::Import(args) => import::run(&common, args).await,
        Command::Export(args) => export::run(&common, args).await,
        Command::Calc(args) => calc::run(args),
        Command::Backup(args) => backup::run(&common, args).await,
        Command::Verify(args) => verify::run(&common, args).await,
        Command::Restore(args) => restore::run(&common, args).await,
        Command::Doctor(args) => doctor::run(&common, args).await,
        Command::Openapi => openapi::run(),
        Command::Licences => licences::run(),
        Command::Completions(args) => completions::run(&args),
    }
}
