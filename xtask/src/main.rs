//! The project's commands: `cargo xtask run | test | bench | ci | gen | dev | build | dist |
//! with-pg`. Standard library only, so that it compiles at once.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool: it reads the environment, the clock and talks to the terminal"
)]

mod bench;
mod checks;
mod cluster;
mod dev;
mod dist;
#[cfg(test)]
mod dockerfile;
mod generated;
mod licences;
mod machine;
mod shell;
mod steps;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use steps::Steps;

/// What went wrong, in words for the person at the terminal.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask COMMAND

  run [ARGS]   build everything and serve the demonstration shop at http://127.0.0.1:8080
  build        web interface and release binary: target/release/liuke
  dist         target/dist/liuke-VERSION-TARGET.tar.gz: what an operator installs, unpacked and tried; see docs/install.md
  dev          server and web interface for development, both reloading
  test         everything that continuous integration checks, on both databases and in the browser
  bench [ARGS] speed, load and faults of the release binary on both databases, see docs/performance.md
  ci           test, and what takes longer: cargo-deny, the release binary and its size
  with-pg CMD  run one command with a private PostgreSQL in LIUKE_TEST_PG, for instance
               cargo xtask with-pg cargo nextest run -p liuke-app slip
  gen          api/openapi.json, the web's types and docs/rights.md, from the code

Further arguments of `run` go to `liuke serve`, for instance --listen 0.0.0.0:8080.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let mut steps = Steps::new();
    if let Err(fault) = std::env::set_current_dir(root()) {
        eprintln!("xtask: {}: {fault}", root().display());
        return ExitCode::FAILURE;
    }
    let outcome = match command.as_str() {
        "run" => dev::run(&mut steps, &rest),
        "build" => dev::build(&mut steps),
        "dist" => dist::dist(&mut steps),
        "dev" => dev::dev(&mut steps),
        "test" => checks::test(&mut steps),
        "ci" => checks::ci(&mut steps),
        "bench" => bench::bench(&mut steps, &rest),
        "with-pg" => checks::with_pg(&rest),
        "gen" => generated::gen_all(&mut steps),
        "" | "help" | "-h" | "--help" => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprintln!("xtask: there is no command {other}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    steps.summary();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("\nxtask {command} failed: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder, wherever the command was typed.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
