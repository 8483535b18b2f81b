//! What the machine must have: Node, and for the tests some Debian packages.

use std::path::Path;

use crate::Outcome;
use crate::shell::{command, found, must, text};

/// The oldest Node that the web's tools run on.
const NODE: (u32, u32) = (20, 19);

/// Refuses a machine without Node, or with one too old.
pub(crate) fn node() -> Outcome {
    let least = format!("{}.{}", NODE.0, NODE.1);
    let said = text(command("node", ["--version"]))
        .map_err(|_| format!("Node.js {least} or later is needed to build the web interface, and `node` was not found"))?;
    let mut parts = said
        .trim()
        .trim_start_matches('v')
        .split('.')
        .filter_map(|part| part.parse::<u32>().ok());
    let have = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if have < NODE {
        return Err(format!(
            "Node.js {least} or later is needed, this is {}",
            said.trim()
        ));
    }
    println!("Node.js {}", said.trim());
    Ok(())
}

/// A Debian package that the tests need, and how to tell that it is there.
struct Need {
    package: &'static str,
    why: &'static str,
    there: fn() -> bool,
}

const NEEDS: [Need; 4] = [
    Need {
        package: "postgresql",
        why: "initdb: every storage test runs on both engines",
        there: || {
            std::env::var_os("LIUKE_TEST_PG").is_some() || crate::cluster::programs().is_some()
        },
    },
    Need {
        package: "chromium",
        why: "the browser tests",
        there: || browser().is_some(),
    },
    Need {
        package: "fonts-noto-cjk",
        why: "Chinese text in screenshots",
        there: || chinese_font(),
    },
    Need {
        package: "poppler-utils",
        why: "pdftotext: printed slips are read back",
        there: || found("pdftotext").is_some() && found("pdffonts").is_some(),
    },
];

/// The browser that the end-to-end tests drive.
pub(crate) fn browser() -> Option<String> {
    if let Ok(named) = std::env::var("LIUKE_CHROMIUM") {
        return Path::new(&named).is_file().then_some(named);
    }
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .into_iter()
    .find_map(found)
    .map(|file| file.to_string_lossy().into_owned())
}

fn chinese_font() -> bool {
    text(command("fc-list", [":lang=zh-cn", "family"])).is_ok_and(|list| !list.trim().is_empty())
        || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
}

/// Installs what is missing where that is possible; says what to do where it is not.
pub(crate) fn test_packages() -> Outcome {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.there)()).collect();
    if missing.is_empty() {
        println!("PostgreSQL, Chromium, a Chinese font and poppler are there");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let reasons: Vec<String> = missing
        .iter()
        .map(|need| format!("  {}: {}", need.package, need.why))
        .collect();
    println!("missing:\n{}", reasons.join("\n"));
    if found("apt-get").is_none() {
        return Err(format!(
            "this machine has no apt-get; install the equivalents of {} by hand",
            packages.join(", ")
        ));
    }
    if !root() {
        return Err(format!("run: sudo apt-get install {}", packages.join(" ")));
    }
    let apt = |arguments: &[&str]| {
        let mut apt = command("apt-get", arguments);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        must(apt)
    };
    apt(&["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    match missing.iter().find(|need| !(need.there)()) {
        Some(need) => Err(format!(
            "{} was installed, but what it is for was not found",
            need.package
        )),
        None => Ok(()),
    }
}

/// Whether we are the superuser.
pub(crate) fn root() -> bool {
    text(command("id", ["-u"])).is_ok_and(|id| id.trim() == "0")
}
