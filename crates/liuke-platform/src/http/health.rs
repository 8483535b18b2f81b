//! `/healthz`, `/readyz` and `/metrics`.

use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Serialize;

use crate::args;
use crate::ctx::Base;
use crate::db::Sql as _;
use crate::jobs;
use crate::migrate::{self, Migration};
use crate::problem::Problem;

use super::peer::{client_address, is_passed_on};

/// A queue that is behind by more than this makes the program unready, milliseconds.
const LATE_MS: i64 = 15 * 60_000;

/// The process is alive.
pub(super) fn healthz() -> MethodRouter<Base> {
    get(async || "ok")
}

#[derive(Debug, Serialize)]
#[allow(clippy::struct_field_names, reason = "the names are the answer's keys")]
struct Ready {
    ready: bool,
    database: &'static str,
    schema: &'static str,
    jobs: &'static str,
    disk: &'static str,
}

/// The program can do its work: database, schema, queue, disk.
pub(super) fn readyz(migrations: &'static [Migration]) -> MethodRouter<Base> {
    get(move |State(base): State<Base>| async move {
        let word = |ok: bool| if ok { "ok" } else { "failed" };
        let database = base
            .db
            .scalar::<i64>("SELECT CAST(1 AS BIGINT)", args![])
            .await
            .is_ok();
        let schema = database && migrate::check(&base.db, migrations).await.unwrap_or(false);
        let lag = if schema {
            jobs::lag(&base.db, base.now().as_millisecond()).await.ok()
        } else {
            None
        };
        let late = lag.is_some_and(|l| l.oldest_ms > LATE_MS);
        let disk = disk_is_writable(&base).await;
        let ready = database && schema && disk;
        let answer = Ready {
            ready,
            database: word(database),
            schema: word(schema),
            // A late queue is shown but does not take the server out of service: restarting would not help.
            jobs: if late { "late" } else { word(lag.is_some()) },
            disk: word(disk),
        };
        let status = if ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        (status, Json(answer)).into_response()
    })
}

async fn disk_is_writable(base: &Base) -> bool {
    let folder = base.config.database.folder();
    tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder).is_ok())
        .await
        .unwrap_or(false)
}

/// Figures, for the neighbourhood only: loopback and private addresses.
pub(super) fn metrics() -> MethodRouter<Base> {
    get(
        async |State(base): State<Base>, request: Request| -> Result<Response, Problem> {
            let (headers, extensions) = (request.headers(), request.extensions());
            let server = &base.config.server;
            // A proxy beside us that the configuration does not name would make the whole world a neighbour.
            if is_passed_on(headers, extensions, server)
                || client_address(headers, extensions, server).is_some_and(|a| !is_near(a))
            {
                return Err(Problem::new(404, "not_found"));
            }
            let mut text = base.metrics.text();
            let figures = base.db.figures();
            for (name, help, value) in [
                (
                    "liuke_db_statements_total",
                    "Statements sent to the database.",
                    figures.statements.load(Ordering::Relaxed),
                ),
                (
                    "liuke_db_begun_total",
                    "Writing transactions begun.",
                    figures.begun.load(Ordering::Relaxed),
                ),
                (
                    "liuke_db_committed_total",
                    "Writing transactions committed.",
                    figures.committed.load(Ordering::Relaxed),
                ),
            ] {
                let _ = write!(
                    text,
                    "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n"
                );
            }
            let lag = jobs::lag(&base.db, base.now().as_millisecond()).await?;
            for (name, help, value) in [
                (
                    "liuke_jobs_waiting",
                    "Jobs due that nobody has taken.",
                    lag.waiting,
                ),
                (
                    "liuke_jobs_lag_ms",
                    "How long the oldest of them has been due.",
                    lag.oldest_ms,
                ),
                ("liuke_jobs_dead", "Jobs given up.", lag.dead),
                (
                    "liuke_live_streams",
                    "Open live-update streams.",
                    i64::try_from(base.live.open()).unwrap_or(i64::MAX),
                ),
            ] {
                let _ = write!(
                    text,
                    "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
                );
            }
            Ok((
                [(
                    header::CONTENT_TYPE,
                    "text/plain; version=0.0.4; charset=utf-8",
                )],
                text,
            )
                .into_response())
        },
    )
}

fn is_near(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        std::net::IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local()
        }
    }
}
