//! `liuke`: one process that serves, and the commands around it.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the command line"
)]

mod commands;
mod pages;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("liuke: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(trouble) if trouble.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("liuke: {error}");
            ExitCode::FAILURE
        }
    }
}
