//! `liuke doctor`: whether everything is as it should be, and what to do where it is not. Changes nothing.

mod finding;
mod machine;
mod ready;
mod store;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use liuke_platform::config::Config;
use liuke_platform::ctx::{Clock as _, SystemClock};
use liuke_platform::db::{Db, Engine};

use self::finding::{Finding, Tongue, exit_code, plain, said};
use super::{Common, Outcome, print, sqlite_file};
use crate::web;

/// Look whether everything is as it should be.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// End with 1 for a warning too, not only for a failure.
    #[arg(long)]
    strict: bool,
    /// Where backups are kept [default: backups beside the database].
    #[arg(long, value_name = "FOLDER")]
    backups: Option<PathBuf>,
    /// Only ask the running server whether it is ready; for containers and watchdogs.
    #[arg(long)]
    ready: bool,
}

pub(super) async fn run(common: &Common, args: DoctorArgs) -> Outcome {
    let tongue = Tongue::of(&super::locale());
    let findings = if args.ready {
        vec![match common.config(None) {
            Ok(config) => ready::ask(&config).await,
            Err(fault) => configuration(&fault.chain()),
        }]
    } else {
        print(&format!("liuke {}\n", env!("CARGO_PKG_VERSION")))?;
        examine(common, &args).await
    };
    for finding in &findings {
        print(&finding.text(tongue))?;
    }
    Ok(exit_code(&findings, args.strict))
}

async fn examine(common: &Common, args: &DoctorArgs) -> Vec<Finding> {
    let mut findings = vec![
        interface(web::is_built()),
        font(liuke_font::present()),
        machine::zones(TimeZone::get("Asia/Shanghai")),
    ];
    match common.config(None) {
        Ok(config) => {
            let file = common
                .config
                .clone()
                .unwrap_or_else(|| PathBuf::from("liuke.toml"));
            findings.push(Finding::good(
                "config",
                if file.is_file() {
                    plain(file.display().to_string())
                } else {
                    said("没有文件，用默认值", "no file, defaults")
                },
            ));
            findings.extend(machine::secrets(&file, &config));
            findings.push(machine::network(&config));
            findings.extend(machine::relaxed(&config));
            surroundings(&mut findings, &config, args).await;
        }
        Err(fault) => findings.push(configuration(&fault.chain())),
    }
    findings
}

/// Folder, disk, clock and database.
async fn surroundings(findings: &mut Vec<Finding>, config: &Config, args: &DoctorArgs) {
    let now = SystemClock.now();
    let folder = config.database.folder();
    let file = sqlite_file(config);
    findings.push(machine::folder(&folder));
    if file.is_some() {
        findings.extend(machine::access(&folder, file.as_deref()));
    }
    let bytes = file
        .as_deref()
        .and_then(|file| std::fs::metadata(file).ok())
        .map_or(0, |of| of.len());
    findings.extend(machine::free(&folder).map(|free| machine::disk(free, bytes)));

    let url = config.database.shown_url();
    if file.is_some_and(|file| !file.exists()) {
        findings.push(machine::clock(now, built(), None));
        findings.push(Finding::good(
            "database",
            said(
                format!("{url}：还没有，第一次启动时建立"),
                format!("{url}: not there yet; the first start makes it"),
            ),
        ));
        return;
    }
    let engine = Engine::of(&config.database.url).unwrap_or(Engine::Sqlite);
    let db = match Db::connect(&config.database).await {
        Ok(db) => db,
        Err(fault) => {
            findings.push(machine::clock(now, built(), None));
            findings.push(store::closed(engine, &url, &fault));
            return;
        }
    };
    findings.push(machine::clock(now, built(), store::newest_ms(&db).await));
    let version = db.version().await.unwrap_or_default();
    findings.push(Finding::good(
        "database",
        plain(format!("{url}, {version}")),
    ));
    let backups = args
        .backups
        .clone()
        .unwrap_or_else(|| folder.join("backups"));
    findings.extend(store::look(&db, now, &backups).await);
    if let Err(fault) = db.close().await {
        findings.push(store::closed(engine, &url, &fault));
    }
}

/// When this program was built (build.rs).
fn built() -> Timestamp {
    env!("LIUKE_BUILT_S")
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn configuration(trouble: &str) -> Finding {
    Finding::failed(
        "config",
        plain(trouble),
        said(
            "改正或删去这个键；全部的键与默认值见随程序附带的 liuke.toml",
            "mend or remove that key; the liuke.toml that comes with the program lists every key with its default",
        ),
    )
}

fn interface(built: bool) -> Finding {
    if built {
        return Finding::good("interface", said("已编入", "built in"));
    }
    Finding::failed(
        "interface",
        said("没有编入网页界面", "the web interface is not built in"),
        said(
            "用 cargo xtask build 重新编译，或安装发布包里的程序",
            "build it again by cargo xtask build, or install the released program",
        ),
    )
}

fn font(present: bool) -> Finding {
    if present {
        return Finding::good("font", plain(liuke_font::NAME));
    }
    Finding::failed(
        "font",
        said(
            "没有编入字体，反馈单打印不了",
            "not built in: slips cannot be printed",
        ),
        said(
            "联网或设 LIUKE_FONT=字体文件 后重新编译，或安装发布包里的程序",
            "build it again with a network or LIUKE_FONT=FILE, or install the released program",
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::finding::Level;
    use super::*;

    fn common(config: &Path) -> Common {
        Common {
            config: Some(config.to_owned()),
            database: None,
            log_level: None,
        }
    }

    fn args() -> DoctorArgs {
        DoctorArgs {
            strict: false,
            backups: None,
            ready: false,
        }
    }

    fn level(findings: &[Finding], what: &str) -> Option<Level> {
        findings
            .iter()
            .find(|finding| finding.what == what)
            .map(|finding| finding.level)
    }

    #[tokio::test]
    async fn an_unknown_key_fails_and_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[server]\nlissen = \"127.0.0.1:1\"\n").unwrap();
        let found = examine(&common(file.path()), &args()).await;
        assert_eq!(level(&found, "config"), Some(Level::Failed));
        let said = found.last().unwrap().text(Tongue::English);
        assert!(said.contains("server.lissen: unknown key"), "{said}");
    }

    #[tokio::test]
    async fn before_the_first_start_nothing_is_wrong_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let file = folder.path().join("liuke.toml");
        std::fs::write(
            &file,
            format!("[database]\nurl = \"sqlite:{}/liuke.db\"\n", data.display()),
        )
        .unwrap();
        let found = examine(&common(&file), &args()).await;
        for what in ["config", "network", "folder", "clock", "database"] {
            assert_eq!(level(&found, what), Some(Level::Good), "{what}");
        }
        assert!(!data.exists());
    }

    #[test]
    fn a_program_without_its_interface_or_font_fails() {
        assert_eq!(interface(false).level, Level::Failed);
        assert_eq!(font(false).level, Level::Failed);
        assert_eq!(interface(true).level, Level::Good);
        assert_eq!(font(true).level, Level::Good);
    }

    #[test]
    fn the_program_knows_when_it_was_built() {
        assert!(built() > Timestamp::UNIX_EPOCH);
    }
}
