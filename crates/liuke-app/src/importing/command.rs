//! Importing from the command line (命令行导入): the same steps as in the browser, one after the other.

use std::path::PathBuf;

use futures::stream;
use liuke_domain::importing::{Field, ImportKind};
use liuke_platform::blob;
use liuke_platform::ctx::Ctx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope, ScopeKind};
use liuke_platform::problem::Problem;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use super::actions::{self, Stage};
use super::errors;
use super::store;
use super::upload::{self, json};
use super::views::{
    ImportColumn, ImportColumnChoice, ImportCounts, ImportMapping, ImportOptions, OnMatch,
};
use crate::App;
use crate::words::Lang;

/// What to import, and how (导入命令).
#[derive(Debug, Clone)]
pub struct Ask {
    /// What the file holds.
    pub kind: ImportKind,
    /// The file; may be gzipped.
    pub file: PathBuf,
    /// Branch of new customers, by code; the company by default.
    pub branch: Option<String>,
    /// Encoding instead of the recognised one.
    pub encoding: Option<String>,
    /// Delimiter instead of the recognised one.
    pub delimiter: Option<String>,
    /// Sheet of a workbook instead of the first.
    pub sheet: Option<String>,
    /// Heading and field, for columns that are not recognised.
    pub map: Vec<(String, String)>,
    /// `skip`, `fill_blanks` or `overwrite`.
    pub on_match: Option<String>,
    /// Only say what each line would do.
    pub dry_run: bool,
    /// Import although the same file was imported before.
    pub again: bool,
    /// Where the refused lines go.
    pub errors: Option<PathBuf>,
    /// Language of the reasons.
    pub lang: Lang,
}

/// What an import has done (导入结果).
#[derive(Debug, Clone, serde::Serialize)]
pub struct Report {
    /// Number of the import.
    pub number: String,
    /// `checked`, `done` or `failed`.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Headings and the fields they were taken for.
    pub columns: Vec<(String, Option<String>)>,
    /// Lines read.
    pub rows: i64,
    /// New records.
    pub create: i64,
    /// Changed records and further lines of orders.
    pub update: i64,
    /// Left as they are.
    pub skip: i64,
    /// Refused.
    pub refuse: i64,
    /// Customers made beside.
    pub customers_created: i64,
    /// How often each reason occurs.
    pub reasons: Vec<(String, i64)>,
}

/// Somebody at the server's own command line, who may see everything.
fn operator() -> Identity {
    Identity {
        staff_id: Uuid::nil(),
        name: "cli".to_owned(),
        login: "cli".to_owned(),
        permissions: [String::from("import.run")].into(),
        scope: Scope {
            kind: ScopeKind::All,
            ..Scope::unlimited()
        },
        via: liuke_platform::ctx::Via::Cli,
        session_id: None,
        token_id: None,
    }
}

/// Takes a file in, checks or runs it, and writes the refused lines beside.
pub async fn import_file(app: &App, ctx: &Ctx, ask: &Ask) -> Result<Report, Problem> {
    let who = operator();
    let branch = store::branch_by_code(&app.db, ask.branch.as_deref())
        .await?
        .ok_or_else(|| match ask.branch.as_deref() {
            Some(code) => Problem::new(422, "import.unknown_branch").param("branch", code),
            None => Problem::new(422, "import.no_branch"),
        })?;
    let name = ask.file.file_name().map_or_else(
        || "file".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let file = tokio::fs::File::open(&ask.file).await.map_err(|error| {
        Problem::new(422, "import.unreadable")
            .param("file", ask.file.display().to_string())
            .param("why", error.to_string())
    })?;
    let pieces = Box::pin(stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; 256 * 1024];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, Fault>((read > 0).then(|| (piece.into(), file)))
    }));
    let file = blob::spool(pieces, u64::MAX).await?;
    let mut row = upload::take_in(app, ctx, ask.kind, (&name, file), branch, None).await?;
    let columns: Vec<ImportColumn> = serde_json::from_str(&row.mapping).map_err(Fault::from)?;
    let choices = choices(&columns, &ask.map)?;
    let on_match = match ask.on_match.as_deref() {
        None => OnMatch::default(),
        Some("skip") => OnMatch::Skip,
        Some("fill_blanks") => OnMatch::FillBlanks,
        Some("overwrite") => OnMatch::Overwrite,
        Some(_) => return Err(Problem::new(422, "invalid").field("on_match", "import.bad_word")),
    };
    let mapping = ImportMapping {
        kind: row.kind.clone(),
        encoding: ask.encoding.clone().unwrap_or(row.encoding.clone()),
        delimiter: ask.delimiter.clone().unwrap_or(row.delimiter.clone()),
        sheet: ask.sheet.clone().or(row.sheet.clone()),
        has_header: row.has_header,
        columns: choices,
        options: ImportOptions {
            on_match,
            branch_id: Some(branch),
            ..ImportOptions::default()
        },
        version: row.version,
    };
    row = upload::remap(app, ctx, &who, row.id, mapping).await?;
    let columns: Vec<ImportColumn> = serde_json::from_str(&row.mapping).map_err(Fault::from)?;
    upload::lacking(ask.kind, &columns)?;
    let stage = if ask.dry_run {
        Stage::Check
    } else {
        Stage::Run
    };
    if stage == Stage::Run
        && !ask.again
        && let Some(number) = store::done_before(&app.db, &row).await?
    {
        return Err(Problem::new(409, "import.already_imported").param("number", number));
    }
    let tx = app.db.begin().await?;
    store::advance(&tx, row.id, None, &["draft"], stage.states().0).await?;
    store::reset(&tx, row.id, &json(&ImportCounts::default())?).await?;
    tx.commit().await?;
    actions::work(app, ctx, row.id, stage).await?;
    report(app, &who, row.id, columns, ask).await
}

/// Why nothing was imported, in words, with the codes behind them (拒绝原因).
pub fn refusal(problem: &Problem, lang: Lang) -> String {
    let own = [(problem.code.as_ref(), &problem.params)];
    let of_fields = problem.fields.iter().map(|f| (f.code.as_ref(), &f.params));
    let reasons: Vec<(&str, &Value)> = if problem.fields.is_empty() {
        own.into()
    } else {
        of_fields.collect()
    };
    let worded: Vec<String> = reasons
        .into_iter()
        .map(|(code, params)| {
            let key = code.strip_prefix("import.").unwrap_or(code);
            let mut words = lang.say(&format!("import.refused.{key}")).to_owned();
            for (name, value) in params.as_object().into_iter().flatten() {
                let value = match value {
                    Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
                    value => plain(value),
                };
                words = words.replace(&format!("{{{name}}}"), &value);
            }
            if words.is_empty() {
                code.to_owned()
            } else {
                format!("{words} ({code})")
            }
        })
        .collect();
    worded.join("\n       ")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn choices(
    columns: &[ImportColumn],
    map: &[(String, String)],
) -> Result<Vec<ImportColumnChoice>, Problem> {
    let mut choices = Vec::new();
    for (heading, field) in map {
        let column = columns
            .iter()
            .find(|column| column.header == *heading || column.index.to_string() == *heading)
            .ok_or_else(|| {
                Problem::new(422, "import.unknown_heading").param("heading", heading.as_str())
            })?;
        let field = if field == "-" {
            None
        } else {
            Field::parse(field).ok_or_else(|| {
                Problem::new(422, "import.unknown_field").param("field", field.as_str())
            })?;
            Some(field.clone())
        };
        // A field that is chosen here is taken from the column it was proposed for.
        choices.extend(
            columns
                .iter()
                .filter(|other| {
                    other.index != column.index && field.is_some() && other.field == field
                })
                .map(|other| ImportColumnChoice {
                    index: other.index,
                    field: None,
                }),
        );
        choices.push(ImportColumnChoice {
            index: column.index,
            field,
        });
    }
    Ok(choices)
}

async fn report(
    app: &App,
    who: &Identity,
    id: Uuid,
    columns: Vec<ImportColumn>,
    ask: &Ask,
) -> Result<Report, Problem> {
    let row = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    let counts: ImportCounts = serde_json::from_str(&row.counts).map_err(Fault::from)?;
    if let Some(path) = ask.errors.as_ref().filter(|_| counts.refuse > 0) {
        errors::write_file(&app.db, &row, ask.lang, path).await?;
    }
    let reasons = store::reasons(&app.db, id).await?;
    Ok(Report {
        number: row.number,
        status: row.status,
        error: row.error,
        columns: columns
            .into_iter()
            .map(|column| (column.header, column.field))
            .collect(),
        rows: counts.rows,
        create: counts.create,
        update: counts.update,
        skip: counts.skip,
        refuse: counts.refuse,
        customers_created: counts.customers_created,
        reasons,
    })
}
