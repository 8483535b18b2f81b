//! Building and running.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use crate::shell::{cargo, command, must, npm, text};
use crate::steps::Steps;
use crate::{Outcome, machine, web};

pub(crate) const RELEASE: &str = "target/release/liuke";

/// Web interface and release binary.
pub(crate) fn build(steps: &mut Steps) -> Outcome {
    steps.run("Node", machine::node)?;
    steps.run("web: packages", web::packages)?;
    steps.run("web: build", web::dist)?;
    steps.run("cargo build --release", || {
        let mut build = cargo(["build", "--release", "--locked", "--package", "liuke"]);
        build.env("LIUKE_REQUIRE_FONT", "1");
        // Not SOURCE_DATE_EPOCH itself: for that all C code would be compiled anew after every commit.
        build.env("LIUKE_BUILT_S", source_time().to_string());
        must(build)
    })
}

/// The time of the newest commit, epoch seconds, unless `SOURCE_DATE_EPOCH` says otherwise: what is built of the same
/// source carries the same time. 0 outside a repository.
pub(crate) fn source_time() -> u64 {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    given
        .or_else(|| text(command("git", ["log", "-1", "--format=%ct"])).ok())
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}

/// The demonstration shop, served.
pub(crate) fn run(steps: &mut Steps, arguments: &[String]) -> Outcome {
    build(steps)?;
    steps.run("demonstration shop", || must(command(RELEASE, ["demo"])))?;
    steps.summary();
    println!();
    let mut serve = command(RELEASE, ["serve", "--demo"]);
    serve.args(arguments);
    replaced_by(serve)
}

/// From here on we are the server: signals and the exit code are its own.
#[cfg(unix)]
fn replaced_by(mut serve: std::process::Command) -> Outcome {
    use std::os::unix::process::CommandExt as _;
    Err(format!("{RELEASE}: {}", serve.exec()))
}

#[cfg(not(unix))]
fn replaced_by(serve: std::process::Command) -> Outcome {
    must(serve)
}

/// Server and vite together; the end of one ends the other.
pub(crate) fn dev(steps: &mut Steps) -> Outcome {
    steps.run("Node", machine::node)?;
    steps.run("web: packages", web::packages)?;
    steps.run("web: build", web::dist)?;
    steps.run("cargo build", || {
        must(cargo(["build", "--package", "liuke"]))
    })?;
    steps.run("demonstration shop", || {
        must(command("target/debug/liuke", ["demo"]))
    })?;
    println!(
        "\nserver http://127.0.0.1:8080, web interface with live reload http://127.0.0.1:5173\n"
    );
    let mut both = [
        started(command("target/debug/liuke", ["serve", "--demo"]))?,
        started(npm(["run", "dev"]))?,
    ];
    loop {
        thread::sleep(Duration::from_millis(200));
        let ended = both
            .iter_mut()
            .any(|child| !matches!(child.try_wait(), Ok(None)));
        if ended {
            for child in &mut both {
                let _ = child.kill();
                let _ = child.wait();
            }
            return Err("one of the two ended".to_owned());
        }
    }
}

fn started(mut program: std::process::Command) -> Outcome<Child> {
    program
        .stdin(Stdio::null())
        .spawn()
        .map_err(|fault| format!("{}: {fault}", program.get_program().to_string_lossy()))
}
