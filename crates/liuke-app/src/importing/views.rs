//! What imports look like from outside.

use liuke_platform::fault::Fault;
use liuke_platform::page::PageQuery;
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store::{ImportRow, LineRow};
use crate::shapes::{
    FieldTypeWord, ImportFormatWord, ImportKindWord, ImportOutcomeWord, ImportStatusWord,
};

/// A column of the file with what it is proposed or chosen to be (列).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportColumn {
    /// Place, from 0.
    pub(super) index: i64,
    /// Heading, or a name for a column without one.
    pub(super) header: String,
    /// The first values that are not empty.
    pub(super) samples: Vec<String>,
    /// Code of the field; nothing leaves the column out.
    pub(super) field: Option<String>,
    /// How sure the proposal is, 0 to 100.
    pub(super) confidence: i64,
}

/// What is done with a line whose customer is known already (重复处理).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnMatch {
    /// Leave the stored one (跳过).
    Skip,
    /// Fill only what is empty (补空).
    #[default]
    FillBlanks,
    /// What the file says holds (覆盖).
    Overwrite,
}

/// How lines meet what is stored (导入选项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportOptions {
    /// By what a customer is recognised, in this order: `external_id`, `phone`, `plate`, `vin`.
    pub(super) match_by: Vec<String>,
    /// What to do with one that is known.
    pub(super) on_match: OnMatch,
    /// Branch of new customers; the importer's own by default.
    pub(super) branch_id: Option<Uuid>,
    /// Source of new customers.
    pub(super) source: Option<String>,
    /// Whether orders, vehicles and repairs of unknown customers make them.
    pub(super) create_customers: bool,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            match_by: ["external_id", "phone", "plate", "vin"]
                .map(str::to_owned)
                .to_vec(),
            on_match: OnMatch::FillBlanks,
            branch_id: None,
            source: None,
            create_customers: true,
        }
    }
}

/// How many lines did or would do what (计数).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportCounts {
    /// Lines read, without the heading.
    pub(super) rows: i64,
    /// New records.
    pub(super) create: i64,
    /// Changed records; lines added to an order of the same file count here.
    pub(super) update: i64,
    /// Left as they are.
    pub(super) skip: i64,
    /// Not taken, with a reason.
    pub(super) refuse: i64,
    /// Customers made for orders, vehicles or repairs.
    pub(super) customers_created: i64,
}

/// One upload (导入).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    id: Uuid,
    number: String,
    #[schema(inline, value_type = ImportKindWord)]
    kind: String,
    file_name: String,
    size: i64,
    #[schema(inline, value_type = ImportFormatWord)]
    format: String,
    encoding: String,
    delimiter: String,
    sheet: Option<String>,
    sheets: Vec<String>,
    has_header: bool,
    columns: Vec<ImportColumn>,
    options: ImportOptions,
    #[schema(inline, value_type = ImportStatusWord)]
    status: String,
    counts: ImportCounts,
    progress_bp: i64,
    error: Option<Problem>,
    created_by_name: String,
    created_at: i64,
    finished_at: Option<i64>,
    has_error_file: bool,
    /// Part of it is written: it can only go on.
    begun: bool,
    version: i64,
}

impl TryFrom<ImportRow> for ImportView {
    type Error = Fault;

    fn try_from(row: ImportRow) -> Result<Self, Fault> {
        let bad =
            |column: &'static str| move |_| Fault::inconsistent("import_batch", column, row.id);
        let counts: ImportCounts = serde_json::from_str(&row.counts).map_err(bad("counts"))?;
        Ok(Self {
            has_error_file: counts.refuse > 0,
            begun: row.resume_line > 0,
            counts,
            columns: serde_json::from_str(&row.mapping).map_err(bad("mapping"))?,
            options: serde_json::from_str(&row.options).map_err(bad("options"))?,
            sheets: serde_json::from_str(&row.sheets).map_err(bad("sheets"))?,
            error: row
                .error
                .as_deref()
                .map(|code| Problem::new(422, code.to_owned())),
            id: row.id,
            number: row.number,
            kind: row.kind,
            file_name: row.file_name,
            size: row.size,
            format: row.format,
            encoding: row.encoding,
            delimiter: row.delimiter,
            sheet: row.sheet,
            has_header: row.has_header,
            status: row.status,
            progress_bp: row.progress_bp,
            created_by_name: row.created_by_name.unwrap_or_default(),
            created_at: row.created_at,
            finished_at: row.finished_at,
            version: row.version,
        })
    }
}

/// The chosen field of a column.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ImportColumnChoice {
    /// Place, from 0.
    pub(super) index: i64,
    /// Code of the field; nothing leaves the column out.
    pub(super) field: Option<String>,
}

/// How a file is to be read and what its columns are (列对应).
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ImportMapping {
    /// `customers`, `assets`, `orders` or `service_records`.
    #[schema(inline, value_type = ImportKindWord)]
    pub(super) kind: String,
    /// WHATWG name of the encoding.
    pub(super) encoding: String,
    /// `comma`, `semicolon`, `tab` or `spaces`.
    pub(super) delimiter: String,
    /// Sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// Whether the first line names the columns.
    pub(super) has_header: bool,
    /// Chosen fields; a column that is not named keeps its proposal.
    pub(super) columns: Vec<ImportColumnChoice>,
    /// Options.
    pub(super) options: ImportOptions,
    /// Version.
    pub(super) version: i64,
}

/// Why a line is not taken (拒绝原因).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportReason {
    /// Stable code.
    pub(super) code: String,
    /// Field it is about.
    pub(super) field: Option<String>,
    /// What stands there.
    pub(super) value: Option<String>,
}

/// What one line did or would do (逐行结果).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportRowView {
    line: i64,
    #[schema(inline, value_type = ImportOutcomeWord)]
    outcome: String,
    summary: String,
    reason: Option<ImportReason>,
    customer_id: Option<Uuid>,
}

impl From<LineRow> for ImportRowView {
    fn from(row: LineRow) -> Self {
        Self {
            line: row.line,
            outcome: row.outcome,
            summary: row.summary,
            reason: row
                .reason
                .and_then(|reason| serde_json::from_str(&reason).ok()),
            customer_id: row.customer_id,
        }
    }
}

/// A field a column can be (字段).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportField {
    /// Stable code.
    pub(super) code: String,
    /// Whether a line without it is refused.
    pub(super) required: bool,
    /// What its values are.
    #[serde(rename = "type")]
    #[schema(inline, value_type = FieldTypeWord)]
    pub(super) kind: String,
    /// Whether several columns may be it.
    pub(super) repeatable: bool,
}

/// Which lines to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinesQuery {
    /// `create`, `update`, `skip` or `refuse`.
    pub(super) outcome: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    pub(super) page: PageQuery,
}
