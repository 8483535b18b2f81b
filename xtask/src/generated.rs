//! Generated and committed files: the API's description and the web's types of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{cargo, command, must, npm, read, text, write};
use crate::steps::Steps;
use crate::{Outcome, machine, web};

const OPENAPI: &str = "api/openapi.json";
const COMMITTED: [&str; 2] = [OPENAPI, "web/src/api/schema.gen.ts"];

/// The command.
pub(crate) fn gen_all(steps: &mut Steps) -> Outcome {
    steps.run("Node", machine::node)?;
    steps.run("web: packages", web::packages)?;
    steps.run("gen: api/openapi.json", || {
        openapi(cargo([
            "run",
            "--quiet",
            "--package",
            "liuke",
            "--",
            "openapi",
        ]))
    })?;
    steps.run("gen: the web's types", || must(npm(["run", "gen"])))?;
    steps.run("gen: docs/rights.md", rights)
}

/// What every route answers to every role; asked by the test that compares it.
fn rights() -> Outcome {
    let mut test = cargo([
        "test",
        "--quiet",
        "--package",
        "liuke-app",
        "table_of_rights",
    ]);
    test.env("LIUKE_UPDATE", "1").env_remove("LIUKE_TEST_PG");
    must(test)
}

fn openapi(by: Command) -> Outcome {
    let said = text(by)?;
    let file = Path::new(OPENAPI);
    if read(file)? == said.as_bytes() {
        return Ok(());
    }
    write(file, said.as_bytes())
}

/// Generates anew and refuses a difference to what is committed; leaves the new files to be committed.
pub(crate) fn unchanged() -> Outcome {
    let before = contents()?;
    openapi(command("target/debug/liuke", ["openapi"]))?;
    must(npm(["run", "gen"]))?;
    let after = contents()?;
    let stale: Vec<String> = before
        .iter()
        .zip(&after)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((file, _), _)| file.display().to_string())
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "not as generated from the code (they are now; commit them): {}",
        stale.join(", ")
    ))
}

fn contents() -> Outcome<Vec<(PathBuf, Vec<u8>)>> {
    COMMITTED
        .into_iter()
        .map(|file| Ok((PathBuf::from(file), read(Path::new(file))?)))
        .collect()
}
