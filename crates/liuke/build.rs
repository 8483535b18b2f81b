//! Lists the files of `web/dist` for the binary to embed, or a page that says how to build them; keeps when it was built.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a build script: it reads its environment, talks to cargo and fails by panicking"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

const STUB: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>留客 Liuke</title>\
    <p>界面尚未构建：请运行 <code>cargo xtask build</code>。</p>\
    <p lang=\"en\">The interface has not been built: run <code>cargo xtask build</code>.</p></html>\n";

fn main() {
    println!("cargo:rustc-env=LIUKE_BUILT_S={}", built_s());
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../web/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-env-changed=LIUKE_REQUIRE_WEB");
    let mut list = String::from("&[\n");
    let index = dist.join("index.html");
    if index.is_file() {
        println!("cargo:rerun-if-changed={}", index.display());
        let mut files = Vec::new();
        walk(&dist, &dist, &mut files);
        files.sort();
        let packed: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        // What is there as gzip can be had unpacked from that, for the rare client that takes nothing packed.
        files.retain(|(name, _)| !packed.contains(&format!("{name}.gz")));
        for (name, file) in files {
            let file = file.canonicalize().unwrap();
            writeln!(
                list,
                "    ({name:?}, include_bytes!({:?})),",
                file.display().to_string()
            )
            .unwrap();
        }
    } else {
        assert!(
            env::var("LIUKE_REQUIRE_WEB").as_deref() != Ok("1"),
            "web/dist is missing: cargo xtask build"
        );
        println!("cargo:warning=web/dist is missing; the binary says so in place of the interface");
        writeln!(list, "    (\"index.html\", {STUB:?}.as_bytes()),").unwrap();
    }
    list.push(']');
    let target = PathBuf::from(env::var("OUT_DIR").unwrap()).join("web.rs");
    if fs::read_to_string(&target).ok().as_deref() != Some(&list) {
        fs::write(target, list).unwrap();
    }
}

/// When this was built, epoch seconds; `LIUKE_BUILT_S` or `SOURCE_DATE_EPOCH` where a build is to be repeated exactly. A
/// clock that shows less is wrong. An older time only makes that test milder, so nothing is built anew for it.
fn built_s() -> u64 {
    ["LIUKE_BUILT_S", "SOURCE_DATE_EPOCH"]
        .iter()
        .find_map(|name| env::var(name).ok())
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs())
        })
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            files.push((name, path));
        }
    }
}
