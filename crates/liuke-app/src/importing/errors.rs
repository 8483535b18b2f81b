//! The file of refused lines (错误文件): handed out as CSV in the reader's language.

use std::path::Path;

use axum::body::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use liuke_domain::importing::{Field, ImportKind, template_header};
use liuke_domain::text::plain_cell;
use liuke_platform::db::Db;
use liuke_platform::fault::Fault;
use tokio::io::AsyncWriteExt as _;

use super::store::{self, ImportRow, LineRow};
use super::views::{ImportColumn, ImportReason};
use crate::words::Lang;

/// Refused lines read at a time.
const PAGE: i64 = 1_000;

/// The words for a reason: `手机：电话无法识别（不详）`.
pub(super) fn say(reason: &ImportReason, kind: Option<ImportKind>, lang: Lang) -> String {
    let key = reason.code.replace("import.", "import.reason.");
    let words = if lang.has(&key) {
        lang.say(&key).to_owned()
    } else {
        reason.code.clone()
    };
    let field = reason
        .field
        .as_deref()
        .map(|code| match (Field::parse(code), kind) {
            (Some(field), Some(kind)) => template_header(kind, field, lang == Lang::Zh).to_owned(),
            _ => code.to_owned(),
        });
    match (field, &reason.value) {
        (Some(field), Some(value)) => format!("{field}: {words} ({value})"),
        (Some(field), None) => format!("{field}: {words}"),
        (None, Some(value)) => format!("{words} ({value})"),
        (None, None) => words,
    }
}

/// The refused lines as CSV with a byte order mark: the file's own columns, then line number and reason.
///
/// Reads page after page, so that no connection is held while the reader is slow.
pub(super) fn as_csv(
    db: &Db,
    row: &ImportRow,
    lang: Lang,
) -> Result<impl Stream<Item = Result<Bytes, Fault>> + Send + 'static, Fault> {
    let columns: Vec<ImportColumn> = serde_json::from_str(&row.mapping)?;
    let kind = ImportKind::parse(&row.kind);
    let mut heading: Vec<String> = columns
        .iter()
        .map(|column| plain_cell(&column.header).into_owned())
        .collect();
    let width = heading.len();
    heading.push(lang.say("import.line").to_owned());
    heading.push(lang.say("import.reason").to_owned());
    let first = Bytes::from(format!("\u{feff}{}", record(&heading)?));
    let (db, id) = (db.clone(), row.id);
    let body = stream::try_unfold(Some(0_i64), move |after| {
        let db = db.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let rows = store::lines(&db, id, Some("refuse"), Some(after), PAGE).await?;
            let Some(last) = rows.last().map(|row| row.line) else {
                return Ok(None);
            };
            let mut out = String::new();
            for row in &rows {
                out.push_str(&refused(row, width, kind, lang)?);
            }
            Ok(Some((Bytes::from(out), Some(last))))
        }
    });
    Ok(stream::once(std::future::ready(Ok(first))).chain(body))
}

/// The same into a file, for the command line.
pub(super) async fn write_file(
    db: &Db,
    row: &ImportRow,
    lang: Lang,
    path: &Path,
) -> Result<(), Fault> {
    let mut file = tokio::fs::File::create(path).await?;
    let mut pieces = Box::pin(as_csv(db, row, lang)?);
    while let Some(piece) = pieces.try_next().await? {
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(())
}

/// One refused line as CSV.
fn refused(
    row: &LineRow,
    width: usize,
    kind: Option<ImportKind>,
    lang: Lang,
) -> Result<String, Fault> {
    let cells: Vec<String> = match &row.cells {
        Some(cells) => serde_json::from_str(cells)?,
        None => Vec::new(),
    };
    let mut cells: Vec<String> = cells
        .iter()
        .map(|cell| plain_cell(cell).into_owned())
        .collect();
    cells.resize(width.max(cells.len()), String::new());
    cells.push(row.line.to_string());
    let reason: Option<ImportReason> = row
        .reason
        .as_deref()
        .map(serde_json::from_str)
        .transpose()?;
    cells.push(reason.map_or_else(String::new, |reason| say(&reason, kind, lang)));
    record(&cells)
}

fn record(cells: &[String]) -> Result<String, Fault> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(cells)
        .map_err(|error| Fault::other(format!("csv: {error}")))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| Fault::other(format!("csv: {error}")))?;
    String::from_utf8(bytes).map_err(|error| Fault::other(format!("csv: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_in_both_languages() {
        for code in liuke_domain::importing::RowCode::ALL {
            let key = code.as_str().replace("import.", "import.reason.");
            assert!(Lang::Zh.has(&key) && Lang::En.has(&key), "{key}");
        }
    }
}
