//! `liuke import`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use liuke_app::importing::{Ask, import_file, refusal};
use liuke_app::words::Lang;
use liuke_domain::importing::{ImportKind, fields, template_header};
use liuke_platform::ctx::Actor;
use liuke_platform::fault::Fault;
use liuke_platform::http::log;

use super::{Common, Outcome, Trouble, print};

/// Import a file.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// CSV or XLSX, may be gzipped.
    #[arg(required_unless_present = "fields")]
    file: Option<PathBuf>,
    /// What the file holds: customers, assets, orders, service_records.
    #[arg(long, default_value = "customers", value_parser = kind)]
    kind: ImportKind,
    /// Branch of new customers, by its code [default: the company].
    #[arg(long, value_name = "CODE")]
    branch: Option<String>,
    /// Encoding instead of the recognised one, such as utf-8 or gb18030.
    #[arg(long)]
    encoding: Option<String>,
    /// Delimiter instead of the recognised one: comma, semicolon, tab, pipe or spaces.
    #[arg(long)]
    delimiter: Option<String>,
    /// Sheet of a workbook [default: the first].
    #[arg(long)]
    sheet: Option<String>,
    /// A heading (or the column's place from 0) and its field, "HEADING=FIELD"; "HEADING=-" leaves a column out.
    #[arg(long, value_name = "HEADING=FIELD", value_parser = pair)]
    map: Vec<(String, String)>,
    /// What is done with a record that is known: skip, fill_blanks, overwrite [default: fill_blanks].
    #[arg(long, value_name = "HOW")]
    on_match: Option<String>,
    /// Only say what each line would do.
    #[arg(long)]
    dry_run: bool,
    /// Import although the same file was imported before.
    #[arg(long)]
    again: bool,
    /// Write the refused lines with their reasons to this file.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Language of the reasons: zh or en.
    #[arg(long, default_value = "zh")]
    lang: String,
    /// List the fields a file of this kind can have, and stop.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    fields: Option<ImportKind>,
}

fn kind(text: &str) -> Result<ImportKind, String> {
    ImportKind::parse(text)
        .ok_or_else(|| "one of customers, assets, orders, service_records".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.rsplit_once('=')
        .map(|(heading, field)| (heading.to_owned(), field.to_owned()))
        .ok_or_else(|| "write it as HEADING=FIELD".to_owned())
}

pub(super) async fn run(common: &Common, args: ImportArgs) -> Outcome {
    if let Some(kind) = args.fields {
        for spec in fields(kind) {
            let needed = if spec.required { "  *" } else { "" };
            let code = spec.code;
            print(&format!(
                "{:<22}{}{needed}\n",
                code.as_str(),
                template_header(kind, code, true)
            ))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let config = common.config(None)?;
    log::init(&config.log)?;
    let file = args.file.ok_or_else(|| Fault::other("no file"))?;
    let app = liuke_app::start(config).await?;
    let ctx = app.ctx(Actor::cli());
    let ask = Ask {
        kind: args.kind,
        file,
        branch: args.branch,
        encoding: args.encoding,
        delimiter: args.delimiter,
        sheet: args.sheet,
        map: args.map,
        on_match: args.on_match,
        dry_run: args.dry_run,
        again: args.again,
        errors: args.errors,
        lang: if args.lang == "en" {
            Lang::En
        } else {
            Lang::Zh
        },
    };
    let report = import_file(&app, &ctx, &ask)
        .await
        .map_err(|problem| Trouble::Refused(refusal(&problem, ask.lang)))?;
    print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    Ok(if report.error.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
