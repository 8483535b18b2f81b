//! Brings the font into the build (取字体): Noto Sans SC Regular, SIL Open Font License 1.1.
//!
//! In this order:
//! 1. `LIUKE_FONT`, a path to a TrueType or OpenType file, for packagers and machines without a network;
//! 2. the package pinned in `npm/package-lock.json`, installed by `npm ci` into the build directory, which checks its
//!    digest; nothing is written into the source tree.
//!
//! Where neither works the crate still builds, without a font, and says so: `regular()` answers `None`, the server
//! reports it at start and refuses to print. With `LIUKE_REQUIRE_FONT=1` (set by `cargo xtask`) it is an error.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script is told by environment variables and answers on standard output"
)]

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKED_FONT: &str =
    "node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=npm/package.json");
    println!("cargo::rerun-if-changed=npm/package-lock.json");
    println!("cargo::rerun-if-env-changed=LIUKE_FONT");
    println!("cargo::rerun-if-env-changed=LIUKE_REQUIRE_FONT");

    let out = PathBuf::from(variable("OUT_DIR")?);
    let packed = out.join("regular.z");
    match font_file(&out) {
        Ok(file) => fs::write(&packed, deflated(&fs::read(file)?)?)?,
        Err(fault) if std::env::var_os("LIUKE_REQUIRE_FONT").is_some() => {
            return Err(format!("the font for printed forms could not be had: {fault}").into());
        }
        Err(fault) => {
            println!("cargo::warning=built without the font for printed forms: {fault}");
            // A path that never exists makes the next build try again.
            println!(
                "cargo::rerun-if-changed={}",
                out.join("try-again").display()
            );
            fs::write(&packed, [])?;
        }
    }
    let _ = fs::remove_dir_all(out.join("npm"));
    Ok(())
}

/// The font's file: the packager's, or the pinned package's.
fn font_file(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    if let Some(given) = std::env::var_os("LIUKE_FONT") {
        let given = PathBuf::from(given);
        println!("cargo::rerun-if-changed={}", given.display());
        return if given.is_file() {
            Ok(given)
        } else {
            Err(format!("LIUKE_FONT: no file {}", given.display()).into())
        };
    }
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("npm");
    let there = out.join("npm");
    fs::create_dir_all(&there)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(here.join(name), there.join(name))?;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        .current_dir(&there)
        .output()
        .map_err(|fault| format!("npm could not be started ({fault}); install Node.js 20.19 or later, or set LIUKE_FONT"))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        let last: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("error"))
            .take(3)
            .collect();
        return Err(format!("npm ci failed: {}", last.join(" ")).into());
    }
    let file = there.join(PACKED_FONT);
    if file.is_file() {
        Ok(file)
    } else {
        Err(format!("the package lacks {PACKED_FONT}").into())
    }
}

/// Compressed for the binary: about 6 MB instead of 10.
fn deflated(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

fn variable(name: &str) -> Result<String, Box<dyn Error>> {
    std::env::var(name).map_err(|_| format!("cargo did not set {name}").into())
}
