//! Checking and importing a file, batch by batch (试运行与导入).
//!
//! A check only reads. A run writes each batch, its refused lines and how far it has come in one transaction, so that
//! after a crash it goes on behind the last line that was written, and no line is taken twice.

use std::collections::BTreeMap;
use std::fs::File;

use jiff::tz::TimeZone;
use liuke_domain::importing::{Field, ImportKind, MatchBy as Rule, RowCode, RowError, RowOutcome};
use liuke_platform::blob;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::events;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use liuke_platform::problem::Problem;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::batch::{Batch, Take};
use super::line::{self, Columns, Parsed};
use super::resolve::Seen;
use super::source::{self, Format, Line, Shape, SourceError};
use super::store::{self, ImportRow, LineRow};
use super::upload::{delimiter, json};
use super::views::{ImportColumn, ImportCounts, ImportOptions, ImportReason, OnMatch};
use crate::{App, team};

/// Lines per batch and transaction.
const BATCH: usize = 1_000;
/// Lines of each outcome kept to look at; refused ones are all kept.
const EXAMPLES: i64 = 500;

/// Check or run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Say what each line would do.
    Check,
    /// Do it.
    Run,
}

impl Stage {
    /// State while it goes on, and afterwards.
    pub(super) fn states(self) -> (&'static str, &'static str) {
        match self {
            Self::Check => ("checking", "checked"),
            Self::Run => ("running", "done"),
        }
    }
}

/// Everything a batch needs to know about the import.
pub(super) struct Plan {
    pub(super) id: Uuid,
    pub(super) columns: Columns,
    pub(super) match_by: Vec<Rule>,
    pub(super) on_match: OnMatch,
    pub(super) create_customers: bool,
    pub(super) source: String,
    pub(super) branch_id: Uuid,
    pub(super) scope: Scope,
    people: BTreeMap<String, Option<Uuid>>,
    branches: BTreeMap<String, Uuid>,
    has_header: bool,
    shape: Shape,
}

impl Plan {
    async fn load(app: &App, ctx: &Ctx, row: &ImportRow, scope: Scope) -> Result<Self, Problem> {
        let mapping: Vec<ImportColumn> = serde_json::from_str(&row.mapping).map_err(Fault::from)?;
        let options: ImportOptions = serde_json::from_str(&row.options).map_err(Fault::from)?;
        let bad =
            |column: &'static str| move || Fault::inconsistent("import_batch", column, row.id);
        let kind = ImportKind::parse(&row.kind).ok_or_else(bad("kind"))?;
        let branch_id = options.branch_id.unwrap_or(row.branch_id);
        let zone: TimeZone = team::branch_zone(&app.db, branch_id).await?;
        let today = liuke_domain::worktime::business_day(ctx.now, &zone);
        let mut people: BTreeMap<String, Option<Uuid>> = BTreeMap::new();
        for person in store::people(&app.db).await? {
            people.extend(person.code.map(|code| (code, Some(person.id))));
            // Two people of one name: nobody is meant.
            people
                .entry(person.name)
                .and_modify(|id| *id = None)
                .or_insert(Some(person.id));
        }
        let mut branches = BTreeMap::new();
        for branch in store::branches(&app.db).await? {
            branches.extend(branch.code.map(|code| (code, branch.id)));
            branches.insert(branch.name, branch.id);
        }
        Ok(Self {
            id: row.id,
            columns: Columns {
                kind,
                fields: mapping
                    .iter()
                    .map(|column| column.field.as_deref().and_then(Field::parse))
                    .collect(),
                zone,
                today,
            },
            match_by: options
                .match_by
                .iter()
                .filter_map(|by| Rule::parse(by))
                .collect(),
            on_match: options.on_match,
            create_customers: options.create_customers,
            source: options.source.unwrap_or_else(|| "import".to_owned()),
            branch_id,
            scope,
            people,
            branches,
            has_header: row.has_header,
            shape: Shape {
                format: if row.format == "xlsx" {
                    Format::Xlsx
                } else {
                    Format::Csv
                },
                encoding: row.encoding.clone(),
                delimiter: delimiter(&row.delimiter).ok_or_else(bad("delimiter"))?,
                sheet: row.sheet.clone(),
            },
        })
    }

    /// Whether customers are recognised by their number.
    pub(super) fn matches_numbers(&self) -> bool {
        self.match_by.contains(&Rule::ExternalId)
    }

    /// Somebody who works here, by name or employee number.
    pub(super) fn person(&self, name: Option<&str>) -> Option<Uuid> {
        name.and_then(|name| self.people.get(name))
            .copied()
            .flatten()
    }

    /// The branch a line names, or the import's own.
    pub(super) fn branch(&self, name: Option<&str>) -> Result<Uuid, RowError> {
        let Some(name) = name else {
            return Ok(self.branch_id);
        };
        let id = self
            .branches
            .get(name)
            .copied()
            .ok_or_else(|| RowError::cell(RowCode::UnknownBranch, Field::Branch, name))?;
        if self.covers(id) {
            Ok(id)
        } else {
            Err(RowError::cell(RowCode::OutOfScope, Field::Branch, name))
        }
    }

    /// Whether the one who imports may write to this branch.
    pub(super) fn covers(&self, branch: Uuid) -> bool {
        self.scope.kind == ScopeKind::All || self.scope.branch_ids.contains(&branch)
    }

    fn parse(&self, line: &Line) -> Result<Parsed, RowError> {
        let width = self.columns.fields.len();
        if line.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            return Err(RowError::row(RowCode::WrongColumns));
        }
        if line.cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            return Err(RowError::row(RowCode::BadEncoding));
        }
        line::parse(&self.columns, &line.cells)
    }
}

/// Goes through the whole file. Nothing when the import was cancelled, or somebody else goes on with it.
pub(super) async fn go(
    app: &App,
    ctx: &Ctx,
    row: ImportRow,
    scope: Scope,
    stage: Stage,
) -> Result<Option<ImportCounts>, Problem> {
    let plan = Plan::load(app, ctx, &row, scope).await?;
    let mut counts: ImportCounts = serde_json::from_str(&row.counts).map_err(Fault::from)?;
    // As they stand in the database: whoever finds others there is not alone.
    let mut kept = row.counts.clone();
    let mut seen = Seen::default();
    let file = blob::to_temp_file(&app.db, row.file_blob_id).await?;
    let (file, total) = off_thread({
        let shape = plan.shape.clone();
        move || {
            let mut total: i64 = 0;
            source::read(&file, &shape, &mut |_| {
                total += 1;
                true
            })?;
            Ok((file, total))
        }
    })
    .await?;
    let (mut lines, reader) = read_ahead(file, &plan, row.resume_line);
    let mut taken = counts.rows;
    while let Some(batch) = lines.recv().await {
        taken += i64::try_from(batch.len()).unwrap_or(0);
        let progress = liuke_domain::percent::ratio(taken, total.max(1))
            .unwrap_or(0)
            .min(9_999);
        let going_on = match stage {
            Stage::Check => {
                let counts = (&mut counts, &mut kept);
                check(app, ctx, &plan, &batch, counts, &mut seen, progress).await?
            }
            Stage::Run => {
                let counts = (&mut counts, &mut kept);
                run(app, ctx, &plan, &batch, counts, progress).await?
            }
        };
        if !going_on {
            return Ok(None);
        }
    }
    reader
        .await
        .map_err(|error| Fault::other(format!("reading the file: {error}")))?
        .map_err(Problem::from)?;
    Ok(Some(counts))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Fault::other(format!("reading the file: {error}")))?
        .map_err(Problem::from)
}

/// Reads on a thread of its own, two batches ahead at most.
fn read_ahead(
    file: File,
    plan: &Plan,
    resume: i64,
) -> (
    mpsc::Receiver<Vec<Line>>,
    tokio::task::JoinHandle<Result<(), SourceError>>,
) {
    let (send, receive) = mpsc::channel(2);
    let shape = plan.shape.clone();
    let mut heading = plan.has_header;
    let reader = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let mut open = true;
        source::read(&file, &shape, &mut |line| {
            if std::mem::take(&mut heading)
                || i64::try_from(line.number).unwrap_or(i64::MAX) <= resume
            {
                return true;
            }
            batch.push(line);
            if batch.len() == BATCH {
                open = send.blocking_send(std::mem::take(&mut batch)).is_ok();
            }
            open
        })?;
        if open && !batch.is_empty() {
            // Nobody listens any more when the import was cancelled.
            let _ = send.blocking_send(batch);
        }
        Ok(())
    });
    (receive, reader)
}

async fn check(
    app: &App,
    ctx: &Ctx,
    plan: &Plan,
    lines: &[Line],
    (counts, kept): (&mut ImportCounts, &mut String),
    seen: &mut Seen,
    progress: i64,
) -> Result<bool, Problem> {
    let batch = decide(&app.db, plan, lines, Some(seen)).await?;
    let rows = account(lines, &batch.takes, counts, &batch);
    let tx = app.db.begin().await?;
    store::keep_lines(&tx, plan.id, rows).await?;
    let after = json(counts)?;
    let from = (kept.as_str(), after.as_str());
    let going_on = store::progress(&tx, plan.id, "checking", from, progress, 0).await?;
    if !going_on {
        tx.rollback().await;
        return Ok(false);
    }
    tell(&tx, app, ctx, plan).await?;
    tx.commit().await?;
    *kept = after;
    Ok(true)
}

async fn run(
    app: &App,
    ctx: &Ctx,
    plan: &Plan,
    lines: &[Line],
    (counts, kept): (&mut ImportCounts, &mut String),
    progress: i64,
) -> Result<bool, Problem> {
    let tx = app.db.begin().await?;
    if !store::hold(&tx, plan.id, "running", kept).await? {
        tx.rollback().await;
        return Ok(false);
    }
    let mut batch = decide(&tx, plan, lines, None).await?;
    batch.write(&tx, ctx, plan).await?;
    let mut after = *counts;
    let rows = account(lines, &batch.takes, &mut after, &batch);
    store::keep_lines(&tx, plan.id, rows).await?;
    let last = lines
        .last()
        .map_or(0, |line| i64::try_from(line.number).unwrap_or(i64::MAX));
    let counted = json(&after)?;
    let from = (kept.as_str(), counted.as_str());
    let going_on = store::progress(&tx, plan.id, "running", from, progress, last).await?;
    if !going_on {
        tx.rollback().await;
        return Ok(false);
    }
    tell(&tx, app, ctx, plan).await?;
    tx.commit().await?;
    *counts = after;
    *kept = counted;
    Ok(true)
}

/// With the time it is now, long after the import began: browsers hear of what happened within the last minute.
async fn tell(tx: &Tx, app: &App, ctx: &Ctx, plan: &Plan) -> Result<(), Fault> {
    let now = ctx.at(app.base.now());
    events::tell(tx, &now, "import", &serde_json::json!({ "id": plan.id })).await
}

async fn decide(
    db: &impl Sql,
    plan: &Plan,
    lines: &[Line],
    seen: Option<&mut Seen>,
) -> Result<Batch, Fault> {
    let parsed: Vec<Result<Parsed, RowError>> = lines.iter().map(|line| plan.parse(line)).collect();
    Batch::decide(db, plan, parsed, seen).await
}

/// Counts the outcomes and makes the rows to be kept.
fn account(
    lines: &[Line],
    takes: &[Result<Take, RowError>],
    counts: &mut ImportCounts,
    batch: &Batch,
) -> Vec<LineRow> {
    let mut rows = Vec::new();
    counts.customers_created += batch.customers_beside();
    for (line, take) in lines.iter().zip(takes) {
        counts.rows += 1;
        let number = i64::try_from(line.number).unwrap_or(i64::MAX);
        let count = match take {
            Err(_) => &mut counts.refuse,
            Ok(take) => match take.outcome {
                RowOutcome::Create => &mut counts.create,
                RowOutcome::Update => &mut counts.update,
                RowOutcome::Skip => &mut counts.skip,
                RowOutcome::Refuse => &mut counts.refuse,
            },
        };
        *count += 1;
        match take {
            Err(error) => rows.push(refused(number, line, error)),
            Ok(take) if *count <= EXAMPLES => rows.push(LineRow {
                line: number,
                outcome: take.outcome.as_str().to_owned(),
                summary: take.summary.clone(),
                reason: None,
                customer_id: batch.customer_of(take),
                cells: None,
            }),
            Ok(_) => {}
        }
    }
    rows
}

fn refused(number: i64, line: &Line, error: &RowError) -> LineRow {
    let reason = ImportReason {
        code: error.code.as_str().to_owned(),
        field: error.field.map(|field| field.as_str().to_owned()),
        value: error.value.clone(),
    };
    let summary: Vec<&str> = line
        .cells
        .iter()
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
        .take(4)
        .collect();
    LineRow {
        line: number,
        outcome: RowOutcome::Refuse.as_str().to_owned(),
        summary: summary.join(" · "),
        reason: serde_json::to_string(&reason).ok(),
        customer_id: None,
        cells: serde_json::to_string(&line.cells).ok(),
    }
}
