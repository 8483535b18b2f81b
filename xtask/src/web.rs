//! The web interface's steps: packages, checks, build.

use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::shell::{command, must, npm, read, write};

/// Left in node_modules: which lock file it was installed from.
const LOCK_STAMP: &str = "web/node_modules/.liuke-lock";
/// Left in node_modules: which sources web/dist was built from.
const DIST_STAMP: &str = "web/node_modules/.liuke-dist";

/// `npm ci`, if the lock file is not the one that was installed.
pub(crate) fn packages() -> Outcome {
    let wanted = format!(
        "{:016x}",
        fnv(FNV, &read(Path::new("web/package-lock.json"))?)
    );
    if read(Path::new(LOCK_STAMP))? == wanted.as_bytes() {
        println!("web/node_modules fits the lock file");
        return Ok(());
    }
    must(npm(["ci", "--no-audit", "--no-fund"]))?;
    write(Path::new(LOCK_STAMP), wanted.as_bytes())
}

/// web/dist, with compressed copies, if the sources changed.
pub(crate) fn dist() -> Outcome {
    let sources = format!("{:016x}", sources()?);
    if read(Path::new(DIST_STAMP))? == sources.as_bytes()
        && Path::new("web/dist/index.html").is_file()
    {
        println!("web/dist is up to date");
        return Ok(());
    }
    must(npm(["run", "build"]))?;
    must(command("node", ["xtask/src/precompress.mjs", "web/dist"]))?;
    write(Path::new(DIST_STAMP), sources.as_bytes())
}

/// A number that changes when anything that goes into web/dist does.
fn sources() -> Outcome<u64> {
    const LEFT_OUT: [&str; 6] = [
        "node_modules",
        "dist",
        "e2e",
        "test-results",
        "playwright-report",
        ".tanstack",
    ];
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("web")];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if LEFT_OUT.contains(&name.as_str())
                || name.ends_with(".gen.ts")
                || name.contains(".test.")
            {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.push(PathBuf::from("xtask/src/precompress.mjs"));
    files.sort();
    files.iter().try_fold(FNV, |sum, file| {
        let named = fnv(sum, file.to_string_lossy().as_bytes());
        Ok(fnv(named, &read(file)?))
    })
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: tells one content from another, no more.
fn fnv(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
