//! `liuke doctor`: whether everything is as it should be. Changes nothing.

use std::process::ExitCode;

use liuke_app::migrations::MIGRATIONS;
use liuke_platform::audit;
use liuke_platform::config::Config;
use liuke_platform::ctx::{Clock as _, SystemClock};
use liuke_platform::db::Db;
use liuke_platform::jobs;
use liuke_platform::migrate::{check, schema_number};

use super::{Common, Outcome, sqlite_file};
use crate::web;

/// What was found, line by line.
#[derive(Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn line(&mut self, ok: bool, what: &str, words: &str) {
        self.failed |= !ok;
        println!(
            "{}  {what:<10} {words}",
            if ok { "ok    " } else { "FAILED" }
        );
    }
}

pub(super) async fn run(common: &Common) -> Outcome {
    let mut report = Report::default();
    println!("liuke {}", env!("CARGO_PKG_VERSION"));
    match common.config(None) {
        Ok(config) => {
            report.line(true, "config", &format!("listen {}", config.server.listen));
            database(&mut report, &config).await;
        }
        Err(fault) => report.line(false, "config", &fault.chain()),
    }
    report.line(
        web::is_built(),
        "interface",
        if web::is_built() {
            "built in"
        } else {
            "missing: cargo xtask build"
        },
    );
    let font = liuke_font::present();
    report.line(
        font,
        "font",
        if font {
            liuke_font::NAME
        } else {
            "missing: slips cannot be printed"
        },
    );
    Ok(if report.failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn database(report: &mut Report, config: &Config) {
    let url = config.database.shown_url();
    let is_new = sqlite_file(config).is_some_and(|file| !file.exists());
    if is_new {
        report.line(
            true,
            "database",
            &format!("{url}: not there yet; the first start makes it"),
        );
        return;
    }
    let db = match Db::connect(&config.database).await {
        Ok(db) => db,
        Err(fault) => return report.line(false, "database", &format!("{url}: {}", fault.chain())),
    };
    report.line(true, "database", &url);
    let known = MIGRATIONS.last().map_or(0, |m| m.number);
    match (schema_number(&db).await, check(&db, MIGRATIONS).await) {
        (Ok(found), Ok(true)) => report.line(
            true,
            "schema",
            &format!("{found}, as this program knows it"),
        ),
        (Ok(found), Ok(false)) => {
            report.line(
                true,
                "schema",
                &format!("{found}; this program brings it to {known} at its start"),
            );
        }
        (Err(fault), _) | (_, Err(fault)) => return report.line(false, "schema", &fault.chain()),
    }
    match jobs::lag(&db, SystemClock.now().as_millisecond()).await {
        Ok(lag) => report.line(
            true,
            "jobs",
            &format!(
                "{} due, the oldest for {} s; {} given up",
                lag.waiting,
                lag.oldest_ms / 1000,
                lag.dead
            ),
        ),
        Err(fault) => report.line(false, "jobs", &fault.chain()),
    }
    match audit::verify(&db).await {
        Ok(found) => match found.broken_at {
            None => report.line(
                true,
                "audit",
                &format!("{} entries, chain unbroken", found.entries),
            ),
            Some(seq) => report.line(false, "audit", &format!("broken at entry {seq}")),
        },
        Err(fault) => report.line(false, "audit", &fault.chain()),
    }
    if let Err(fault) = db.close().await {
        report.line(false, "database", &fault.chain());
    }
}
