//! `test`: everything that must hold before a change lands, cheap things first.

use std::fs;
use std::process::Command;

use crate::cluster::Cluster;
use crate::shell::{cargo, command, must, npm, watched, well};
use crate::steps::Steps;
use crate::{Outcome, dev, generated, licences, machine, web};

/// The release binary's size limit.
const LARGEST: u64 = 40_000_000;

pub(crate) fn test(steps: &mut Steps) -> Outcome {
    steps.run("machine: Debian packages", machine::test_packages)?;
    steps.run("Node", machine::node)?;
    steps.run("licences", licences::check)?;
    if well(cargo(["deny", "--version"])) {
        steps.run("cargo-deny", deny)?;
    }
    steps.run("format", || must(cargo(["fmt", "--all", "--check"])))?;
    steps.run("web: packages", web::packages)?;
    steps.run("web: biome", || must(npm(["run", "lint"])))?;
    steps.run("web: types", || must(npm(["run", "typecheck"])))?;
    tests(steps, "web: vitest", || Ok(npm(["run", "test"])))?;
    steps.run("web: build", web::dist)?;
    steps.run("clippy", || {
        must(cargo([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "--deny=warnings",
        ]))
    })?;
    // Everything in one go, with the features that the tests need too: the program alone would have its crates built twice.
    steps.run("cargo build", || {
        let mut build = cargo(["build", "--locked", "--workspace", "--all-targets"]);
        build.env("LIUKE_REQUIRE_FONT", "1");
        must(build)
    })?;
    steps.run("generated files", generated::unchanged)?;

    let cluster = steps.run("PostgreSQL: private cluster", Cluster::start)?;
    tests(steps, "tests: Rust, SQLite and PostgreSQL", || {
        Ok(rust(&cluster))
    })?;
    tests(steps, "tests: browser", || browser(&cluster))?;
    steps.run("load, short", || short(&cluster, &LOAD))?;
    steps.run("faults, short", || short(&cluster, &FAULTS))?;
    steps.run("PostgreSQL: removed", || {
        drop(cluster);
        Ok(())
    })
}

/// `test`, and what takes too long for every change.
pub(crate) fn ci(steps: &mut Steps) -> Outcome {
    if !well(cargo(["deny", "--version"])) {
        steps.run("cargo-deny: install", || {
            must(cargo(["install", "cargo-deny", "--locked"]))
        })?;
    }
    test(steps)?;
    dev::build(steps)?;
    steps.run("size of the release binary", || {
        let size = fs::metadata("target/release/liuke")
            .map_err(|fault| fault.to_string())?
            .len();
        println!("{} KiB", size / 1024);
        if size > LARGEST {
            return Err(format!("{size} bytes, more than {LARGEST}"));
        }
        Ok(())
    })
}

/// Licences again, and duplicates and sources, by cargo-deny; its advisory database is not needed for these.
fn deny() -> Outcome {
    must(cargo(["deny", "check", "licenses", "bans", "sources"]))
}

/// One command with a private cluster around it.
pub(crate) fn with_pg(words: &[String]) -> Outcome {
    let (program, arguments) = words
        .split_first()
        .ok_or("which command? cargo xtask with-pg COMMAND …")?;
    let cluster = Cluster::start()?;
    let mut given = command(program, arguments);
    given.env("LIUKE_TEST_PG", &cluster.url);
    given.env("LIUKE_REQUIRE_PG", "1");
    must(given)
}

/// How many tests passed and failed.
type Count = (u64, u64);

/// A step that runs tests and counts them, also when some fail.
fn tests(steps: &mut Steps, name: &str, runner: impl FnOnce() -> Outcome<Command>) -> Outcome {
    let mut count: Count = (0, 0);
    let outcome = steps.run(name, || counted(runner()?, &mut count));
    steps.add(count);
    outcome
}

/// Every test of the workspace, on both engines. A test that finds no PostgreSQL fails.
fn rust(cluster: &Cluster) -> Command {
    let mut tests = if well(cargo(["nextest", "--version"])) {
        cargo(["nextest", "run", "--locked", "--workspace", "--all-targets"])
    } else {
        cargo([
            "test",
            "--locked",
            "--workspace",
            "--all-targets",
            "--no-fail-fast",
        ])
    };
    tests.env("LIUKE_TEST_PG", &cluster.url);
    tests.env("LIUKE_REQUIRE_PG", "1");
    tests.env("LIUKE_REQUIRE_FONT", "1");
    tests
}

/// Playwright against the binary, on both engines.
fn browser(cluster: &Cluster) -> Outcome<Command> {
    let chromium = machine::browser().ok_or("no Chromium was found")?;
    let binary = fs::canonicalize("target/debug/liuke")
        .map_err(|fault| format!("target/debug/liuke: {fault}"))?;
    let mut e2e = npm(["run", "e2e"]);
    e2e.env("LIUKE_BIN", binary);
    e2e.env("LIUKE_E2E_PG", &cluster.url);
    e2e.env("LIUKE_CHROMIUM", chromium);
    Ok(e2e)
}

/// A short form of what `bench` does for hours: a few kills under load, and a small house at work, on both engines.
fn short(cluster: &Cluster, what: &[&str]) -> Outcome {
    let mut bench = command(
        "target/debug/liuke-bench",
        ["--binary", "target/debug/liuke"],
    );
    bench.args(["--postgres", &cluster.url, "--folder", "target/bench-short"]);
    bench.args(what);
    must(bench)
}

const FAULTS: [&str; 7] = [
    "faults",
    "--kills",
    "6",
    "--victim",
    "server",
    "--scenario",
    "none",
];

/// Slower than the goals of docs/performance.md allow, for this is a debug build on a busy machine: errors are what it finds.
const LOAD: [&str; 11] = [
    "load",
    "--seconds",
    "25",
    "--agents",
    "40",
    "--customers",
    "500",
    "--p99-ms",
    "3000",
    "--growth",
    "50",
];

/// Runs a test runner and adds up what it says of itself. One that ran nothing fails.
fn counted(command: Command, count: &mut Count) -> Outcome {
    watched(command, |line| {
        if let Some((passed, failed)) = closing_line(line) {
            *count = (count.0 + passed, count.1 + failed);
        }
    })?;
    if count.0 == 0 {
        return Err("no test was run".to_owned());
    }
    Ok(())
}

/// What the closing lines of cargo test, nextest, vitest and Playwright say.
fn closing_line(line: &str) -> Option<Count> {
    let line = plain(line);
    let line = line.trim();
    let number_before = |word: &str| -> u64 {
        line.split([' ', ',', ';', '|', ':'])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .windows(2)
            .find_map(|pair| match pair {
                [number, next] if *next == word => number.parse().ok(),
                _ => None,
            })
            .unwrap_or(0)
    };
    let cargo = line.starts_with("test result:");
    let nextest = line.starts_with("Summary [");
    let vitest = line.starts_with("Tests ");
    // Playwright: "12 passed (34.5s)" alone on a line.
    let playwright = line
        .split_once(" passed (")
        .is_some_and(|(number, _)| number.parse::<u64>().is_ok());
    (cargo || nextest || vitest || playwright)
        .then(|| (number_before("passed"), number_before("failed")))
}

/// Without colour codes.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for skipped in characters.by_ref() {
                if skipped.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_every_runner_are_understood() {
        let cases = [
            (
                "test result: ok. 14 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
                Some((14, 0)),
            ),
            (
                "test result: FAILED. 12 passed; 2 failed; 0 ignored",
                Some((12, 2)),
            ),
            (
                "     Summary [   1.270s] 14 tests run: 13 passed, 1 failed, 0 skipped",
                Some((13, 1)),
            ),
            (
                "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m41 passed\u{1b}[39m\u{1b}[22m (41)",
                Some((41, 0)),
            ),
            ("      Tests  2 failed | 39 passed (41)", Some((39, 2))),
            ("  12 passed (34.5s)", Some((12, 0))),
            ("running 14 tests", None),
            ("the 3 passed (of 4)", None),
        ];
        for (line, wanted) in cases {
            assert_eq!(closing_line(line), wanted, "{line}");
        }
    }
}
