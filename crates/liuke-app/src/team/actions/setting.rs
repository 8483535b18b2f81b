//! Settings, the audit trail, work that was given up (设置与审计).

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use liuke_domain::worktime;
use liuke_platform::audit::Entry;
use liuke_platform::ctx::{Ctx, Via};
use liuke_platform::fault::Fault;
use liuke_platform::identity::Scope;
use liuke_platform::page::Page;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events, jobs};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{no_faults, required};
use crate::team::http::audit::{AuditEntry, AuditQuery, AuditState};
use crate::team::http::setting::DeadJob;
use crate::team::setting::{self, Settings, Window};
use crate::team::store;
use crate::team::store::audit::AuditFilter;
use crate::{App, wiring};

/// Changes the settings of the house.
pub(in crate::team) async fn put(
    app: &App,
    ctx: &Ctx,
    input: Settings,
) -> Result<Settings, Problem> {
    let new = checked(input)?;
    let tx = app.db.begin_for(ctx).await?;
    let was = setting::settings(&tx).await?;
    setting::put(&tx, ctx, &new).await?;
    jobs::move_to_zone(&tx, ctx.now, &new.zone).await?;
    let picture = |s: &Settings| serde_json::to_value(s).map_err(Fault::from);
    audit::write(
        &tx,
        ctx,
        "setting.update",
        "setting",
        None,
        Some(picture(&was)?),
        Some(picture(&new)?),
    )
    .await?;
    events::tell(&tx, ctx, "setting", &json!({})).await?;
    let settings = setting::settings(&tx).await?;
    tx.commit().await?;
    app.set_session_idle_min(settings.session_idle_minutes);
    Ok(settings)
}

fn checked(mut input: Settings) -> Result<Settings, Problem> {
    let mut faults = Vec::new();
    input.company = required(&mut faults, "company", &input.company, 100);
    if worktime::zone(&input.zone).is_none() {
        faults.push(FieldProblem::new("zone", "unknown_zone"));
    }
    for (path, value, min, max) in [
        (
            "reveal_limit_per_day",
            input.reveal_limit_per_day,
            0,
            10_000,
        ),
        ("min_gap_days", input.min_gap_days, 0, 365),
        ("slip_due_hours", input.slip_due_hours, 1, 24 * 30),
        (
            "session_idle_minutes",
            input.session_idle_minutes,
            5,
            7 * 24 * 60,
        ),
    ] {
        if !(min..=max).contains(&value) {
            faults.push(
                FieldProblem::new(path, "out_of_range")
                    .param("min", min)
                    .param("max", max),
            );
        }
    }
    check_windows(&mut faults, &mut input.contact_windows);
    no_faults(faults)?;
    Ok(input)
}

/// One window at least, each ending after it begins, in order and without overlap.
fn check_windows(faults: &mut Vec<FieldProblem>, windows: &mut [Window]) {
    if windows.is_empty() {
        faults.push(FieldProblem::new("contact_windows", "required"));
    }
    let mut end: Option<Time> = None;
    for (place, window) in windows.iter_mut().enumerate() {
        let path = format!("contact_windows[{place}]");
        let (Some(from), Some(to)) = (clock_time(&window.from), clock_time(&window.to)) else {
            faults.push(FieldProblem::new(path, "bad_time"));
            continue;
        };
        if to <= from {
            faults.push(FieldProblem::new(path, "ends_before_start"));
        } else if end.is_some_and(|end| from < end) {
            faults.push(FieldProblem::new(path, "overlaps"));
        }
        end = Some(to);
        window.from = from.strftime("%H:%M").to_string();
        window.to = to.strftime("%H:%M").to_string();
    }
}

fn clock_time(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text.trim()).ok()
}

/// Entries of the audit trail, with what each thing is called today.
pub(in crate::team) async fn audit(
    app: &App,
    scope: &Scope,
    query: &AuditQuery,
) -> Result<Page<AuditEntry>, Problem> {
    let zone = setting::settings(&app.db).await?.zone;
    let zone =
        worktime::zone(&zone).ok_or_else(|| Fault::inconsistent("setting", "zone", "house"))?;
    let filter = AuditFilter {
        from_ms: query.from.map(|d| day_start(d, &zone)).transpose()?,
        before_ms: query
            .to
            .map(|d| {
                d.tomorrow()
                    .map_err(|_| bad_day())
                    .and_then(|d| day_start(d, &zone))
            })
            .transpose()?,
        actor_id: query.actor_id,
        action: query.action.clone().filter(|a| !a.is_empty()),
        subject_kind: query.subject_kind.clone().filter(|k| !k.is_empty()),
        subject_id: query.subject_id,
    };
    let entries = store::audit::page(
        &app.db,
        scope,
        &filter,
        query.page.after::<i64>()?,
        query.page.fetch(),
    )
    .await?;
    let page = Page::cut(entries, &query.page, |e| e.seq);
    let labels = labels(app, &page.items).await?;
    let items = page
        .items
        .into_iter()
        .map(|e| entry(e, &labels))
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(Page {
        items,
        next: page.next,
    })
}

fn day_start(day: Date, zone: &TimeZone) -> Result<i64, Problem> {
    day.to_zoned(zone.clone())
        .map(|z| z.timestamp().as_millisecond())
        .map_err(|_| bad_day())
}

fn bad_day() -> Problem {
    Problem::invalid([FieldProblem::new("from", "bad_value")])
}

type Labels = BTreeMap<(String, Uuid), String>;

async fn labels(app: &App, entries: &[Entry]) -> Result<Labels, Fault> {
    let mut ids: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for entry in entries {
        if let Some(id) = entry.subject_id {
            let of_kind = ids.entry(entry.subject_kind.as_str()).or_default();
            if !of_kind.contains(&id) {
                of_kind.push(id);
            }
        }
    }
    let mut labels = Labels::new();
    for (kind, ids) in ids {
        if let Some(statement) = wiring::label_statement(kind) {
            for (id, label) in store::audit::labels(&app.db, statement, &ids).await? {
                labels.insert((kind.to_owned(), id), label);
            }
        }
    }
    Ok(labels)
}

fn entry(e: Entry, labels: &Labels) -> Result<AuditEntry, Fault> {
    let read = |text: Option<String>, column: &'static str| -> Result<Option<Value>, Fault> {
        text.map(|t| {
            serde_json::from_str(&t).map_err(|_| Fault::inconsistent("audit", column, e.seq))
        })
        .transpose()
    };
    let label = e
        .subject_id
        .and_then(|id| labels.get(&(e.subject_kind.clone(), id)).cloned());
    Ok(AuditEntry {
        seq: e.seq,
        at: e.at,
        actor_id: e.actor_id,
        actor_name: e.actor_name,
        via: Via::parse(&e.via).ok_or_else(|| Fault::inconsistent("audit", "via", e.seq))?,
        action: e.action,
        subject_kind: e.subject_kind,
        subject_id: e.subject_id,
        subject_label: label,
        before: read(e.before_json, "before_json")?,
        after: read(e.after_json, "after_json")?,
        hash: e.hash,
    })
}

/// Checks the whole chain of the audit.
pub(in crate::team) async fn verify(app: &App, ctx: &Ctx) -> Result<AuditState, Problem> {
    let report = audit::verify(&app.db).await?;
    if let Some(seq) = report.broken_at {
        tracing::error!(seq, "the chain of the audit is broken");
    }
    Ok(AuditState {
        entries: report.entries,
        head: report.head,
        checked_at: ctx.now_ms(),
        broken_at: report.broken_at,
    })
}

/// Most jobs shown.
const MOST_DEAD: i64 = 200;

/// Background work that was given up.
pub(in crate::team) async fn dead_jobs(app: &App) -> Result<Vec<DeadJob>, Problem> {
    let dead = jobs::dead(&app.db, MOST_DEAD).await?;
    Ok(dead
        .into_iter()
        .map(|job| DeadJob {
            id: job.id,
            kind: job.kind,
            attempt: job.attempt,
            error: job.error.unwrap_or_default(),
            due_at: job.due_at,
            dead_at: job.dead_at,
        })
        .collect())
}

/// Gives such work another chance.
pub(in crate::team) async fn retry_job(app: &App, ctx: &Ctx, id: Uuid) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    if !jobs::retry(&tx, ctx, id).await? {
        return Err(Problem::not_found("job"));
    }
    audit::write(&tx, ctx, "job.retry", "job", Some(id), None, None).await?;
    tx.commit().await?;
    Ok(())
}
