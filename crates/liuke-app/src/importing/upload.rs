//! Taking a file in and proposing how to read it (上传与识别).

use std::fs::File;
use std::io::ErrorKind;
use std::io::Seek as _;

use liuke_domain::importing::{self as rules, Delimiter, Field, ImportKind};
use liuke_platform::blob::{self, Spooled};
use liuke_platform::ctx::Ctx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, counter, events};
use uuid::Uuid;

use super::source::{self, Shape, SourceError};
use super::store::{self, ImportRow};
use super::views::{ImportColumn, ImportCounts, ImportMapping, ImportOptions};
use crate::{App, team};

/// Lines looked at for samples.
const SAMPLE_LINES: usize = 200;
/// And characters: they are held at once.
const SAMPLE_SIZE: usize = 8 << 20;
/// Samples kept per column.
const SAMPLES: usize = 4;
/// Longest sample shown, in characters.
const SAMPLE_CHARS: usize = 60;

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        match error {
            // What is packed wrongly is no fault of ours.
            SourceError::Io(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof
                ) =>
            {
                Fault::from(error).into()
            }
            other => Problem::new(422, other.code()),
        }
    }
}

/// What is in the head of a file, read one way.
struct Head {
    shape: Shape,
    sheets: Vec<String>,
    lines: Vec<Vec<String>>,
}

fn read_head(file: &File, shape: Shape, sheets: Vec<String>) -> Result<Head, SourceError> {
    let mut lines = Vec::new();
    let mut size = 0;
    source::read(file, &shape, &mut |line| {
        size += line.cells.iter().map(|cell| cell.len() + 24).sum::<usize>();
        lines.push(line.cells);
        lines.len() < SAMPLE_LINES && size < SAMPLE_SIZE
    })?;
    if lines.is_empty() {
        return Err(SourceError::Empty);
    }
    Ok(Head {
        shape,
        sheets,
        lines,
    })
}

/// Names and samples of the columns, with what they are proposed to be.
fn columns(kind: ImportKind, head: &Head, has_header: bool) -> Vec<ImportColumn> {
    let width = head.lines.iter().map(Vec::len).max().unwrap_or(0);
    let (names, body) = match head.lines.split_first() {
        Some((first, rest)) if has_header => (first.as_slice(), rest),
        _ => (&[][..], head.lines.as_slice()),
    };
    let headers: Vec<&str> = (0..width)
        .map(|index| names.get(index).map_or("", String::as_str))
        .collect();
    let proposals = rules::propose(kind, &headers);
    headers
        .iter()
        .enumerate()
        .zip(proposals)
        .map(|((index, header), proposal)| {
            let mut samples: Vec<String> = Vec::new();
            for cell in body
                .iter()
                .filter_map(|line| line.get(index))
                .filter(|cell| !rules::is_blank(cell))
            {
                let cut = liuke_domain::text::truncate(cell, SAMPLE_CHARS).to_owned();
                if !samples.contains(&cut) {
                    samples.push(cut);
                }
                if samples.len() == SAMPLES {
                    break;
                }
            }
            ImportColumn {
                index: i64::try_from(index).unwrap_or(i64::MAX),
                header: (*header).to_owned(),
                samples,
                field: proposal.map(|proposal| proposal.field.as_str().to_owned()),
                confidence: proposal.map_or(0, |proposal| i64::from(proposal.confidence)),
            }
        })
        .collect()
}

/// The delimiter by its name in the address and the database.
pub(super) fn delimiter(name: &str) -> Option<Delimiter> {
    Delimiter::parse(name)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Fault::other(format!("reading the file: {error}")))?
        .map_err(Problem::from)
}

/// Who imports: person, branch and what they may see.
pub(super) async fn home_branch(app: &App, who: &Identity) -> Result<Uuid, Problem> {
    store::branch_of(&app.db, who.staff_id)
        .await?
        .ok_or_else(|| Problem::not_found("staff"))
}

/// Makes an import from what has come in; file and import stand or fall together.
pub(super) async fn take_in(
    app: &App,
    ctx: &Ctx,
    kind: ImportKind,
    (name, mut spooled): (&str, Spooled),
    branch_id: Uuid,
    created_by: Option<Uuid>,
) -> Result<ImportRow, Problem> {
    let (head, spooled) = off_thread(move || {
        let look = source::look(&spooled.file)?;
        let head = read_head(&spooled.file, look.shape, look.sheets)?;
        spooled.file.rewind().map_err(SourceError::Io)?;
        Ok((head, spooled))
    })
    .await?;
    let has_header = rules::has_header(&head.lines);
    let zone = team::branch_zone(&app.db, branch_id).await?;
    let day = liuke_domain::worktime::business_day(ctx.now, &zone);
    let tx = app.db.begin_for(ctx).await?;
    let file = blob::put_spooled(&tx, ctx, name, "application/octet-stream", spooled).await?;
    let row = ImportRow {
        id: ctx.new_id(),
        number: counter::next_number(&tx, "DR", day).await?,
        kind: kind.as_str().to_owned(),
        file_name: file.name.clone(),
        file_blob_id: file.id,
        size: file.size,
        format: head.shape.format.as_str().to_owned(),
        encoding: head.shape.encoding.clone(),
        delimiter: head.shape.delimiter.as_str().to_owned(),
        sheet: head.shape.sheet.clone(),
        sheets: json(&head.sheets)?,
        has_header,
        mapping: json(&columns(kind, &head, has_header))?,
        options: json(&ImportOptions {
            branch_id: Some(branch_id),
            ..ImportOptions::default()
        })?,
        status: "draft".to_owned(),
        counts: json(&ImportCounts::default())?,
        progress_bp: 0,
        resume_line: 0,
        error: None,
        branch_id,
        created_by,
        created_by_name: None,
        created_at: ctx.now_ms(),
        finished_at: None,
        version: 1,
    };
    store::insert(&tx, &row).await?;
    audit::write(
        &tx,
        ctx,
        "import.upload",
        "import_batch",
        Some(row.id),
        None,
        Some(serde_json::json!({ "number": row.number, "kind": row.kind, "file": row.file_name, "sha256": file.sha256 })),
    )
    .await?;
    events::tell(&tx, ctx, "import", &serde_json::json!({ "id": row.id })).await?;
    tx.commit().await?;
    Ok(row)
}

/// Reads the file's head another way and keeps what was chosen.
pub(super) async fn remap(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    new: ImportMapping,
) -> Result<ImportRow, Problem> {
    let mut row = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    let kind = ImportKind::parse(&new.kind)
        .ok_or_else(|| Problem::new(422, "invalid").field("kind", "import.unknown_kind"))?;
    let delimiter = delimiter(&new.delimiter).ok_or_else(|| {
        Problem::new(422, "invalid").field("delimiter", "import.unknown_delimiter")
    })?;
    check_options(who, &new.options)?;
    let format = if row.format == "xlsx" {
        source::Format::Xlsx
    } else {
        source::Format::Csv
    };
    let shape = Shape {
        format,
        encoding: new.encoding.clone(),
        delimiter,
        sheet: new.sheet.clone(),
    };
    let handle = blob::to_temp_file(&app.db, row.file_blob_id).await?;
    let head = off_thread(move || read_head(&handle, shape, Vec::new())).await?;
    let mut columns = columns(kind, &head, new.has_header);
    let known: Vec<Field> = rules::fields(kind)
        .into_iter()
        .map(|spec| spec.code)
        .collect();
    let same_reading = row.kind == new.kind && row.has_header == new.has_header;
    let mut wrong: Vec<FieldProblem> = Vec::new();
    for choice in &new.columns {
        let Some(column) = columns
            .iter_mut()
            .find(|column| column.index == choice.index)
        else {
            continue;
        };
        let chosen = choice
            .field
            .as_deref()
            .map(|code| Field::parse(code).filter(|field| known.contains(field)));
        match chosen {
            None => {
                column.field = None;
                column.confidence = 0;
            }
            Some(Some(field)) => {
                if column.field.as_deref() != Some(field.as_str()) {
                    column.confidence = 100;
                }
                column.field = Some(field.as_str().to_owned());
            }
            // A field of another kind, left over from before the kind was changed: the proposal stands.
            Some(None) if !same_reading => {}
            Some(None) => wrong.push(FieldProblem::new(
                format!("columns.{}", choice.index),
                "import.unknown_field",
            )),
        }
    }
    wrong.extend(doubles(kind, &columns));
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    row.kind = kind.as_str().to_owned();
    row.encoding = new.encoding;
    row.delimiter = delimiter.as_str().to_owned();
    row.sheet = new.sheet;
    row.has_header = new.has_header;
    row.mapping = json(&columns)?;
    row.branch_id = new.options.branch_id.unwrap_or(row.branch_id);
    row.options = json(&new.options)?;
    row.counts = json(&ImportCounts::default())?;
    let tx = app.db.begin_for(ctx).await?;
    if !store::remap(&tx, &row, new.version).await? {
        return Err(Problem::edited_elsewhere());
    }
    tx.commit().await?;
    store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))
}

fn check_options(who: &Identity, options: &ImportOptions) -> Result<(), Problem> {
    for by in &options.match_by {
        if rules::MatchBy::parse(by).is_none() {
            return Err(
                Problem::new(422, "invalid").field("options.match_by", "import.unknown_match")
            );
        }
    }
    if let Some(branch) = options.branch_id
        && who.scope.kind != liuke_platform::identity::ScopeKind::All
        && !who.scope.branch_ids.contains(&branch)
    {
        return Err(Problem::new(422, "invalid").field("options.branch_id", "import.out_of_scope"));
    }
    if options
        .source
        .as_deref()
        .is_some_and(|source| liuke_domain::customer::Source::parse(source).is_none())
    {
        return Err(Problem::new(422, "invalid").field("options.source", "import.bad_word"));
    }
    Ok(())
}

/// Fields that two columns claim and only one may.
fn doubles(kind: ImportKind, columns: &[ImportColumn]) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    for spec in rules::fields(kind)
        .into_iter()
        .filter(|spec| !spec.repeatable)
    {
        let claims: Vec<&ImportColumn> = columns
            .iter()
            .filter(|column| column.field.as_deref() == Some(spec.code.as_str()))
            .collect();
        for column in claims.iter().skip(1) {
            wrong.push(
                FieldProblem::new(format!("columns.{}", column.index), "import.field_twice")
                    .param("field", spec.code.as_str()),
            );
        }
    }
    wrong
}

/// What the choice of columns lacks before it can be checked or run.
pub(super) fn lacking(kind: ImportKind, columns: &[ImportColumn]) -> Result<(), Problem> {
    let mapped: Vec<Field> = columns
        .iter()
        .filter_map(|column| column.field.as_deref().and_then(Field::parse))
        .collect();
    let missing: Vec<FieldProblem> = rules::missing(kind, &mapped)
        .into_iter()
        .map(|group| {
            let names: Vec<&str> = group.iter().map(|field| field.as_str()).collect();
            FieldProblem::new("columns", "import.column_needed").param("any_of", names)
        })
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(missing))
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    Ok(serde_json::to_string(value)?)
}
