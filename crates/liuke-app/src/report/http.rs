//! Doorways of the rates.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use liuke_domain::period::DayRange;
use liuke_domain::satisfaction::MIN_N;
use liuke_platform::extract::Params;
use liuke_platform::identity::{May, Scope};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::figures::{By, FactorRate, Facts, Figure, RateGroup};
use super::store::{self, Behind, DrillRow, Slice};
use super::workbook;
use crate::App;
use crate::permission::{ReportExport, ReportRead};
use crate::words::Lang;

/// Longest period a report covers, in days.
const MAX_DAYS: i64 = 1_100;

/// What to count (统计条件).
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RatesQuery {
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// This branch and those below it.
    branch_id: Option<Uuid>,
    /// This person.
    staff_id: Option<Uuid>,
    /// How to group.
    #[serde(default)]
    #[param(inline)]
    by: By,
    /// Language of a file.
    #[serde(default)]
    #[param(inline)]
    lang: Lang,
}

impl RatesQuery {
    fn slice<'a>(&self, scope: &'a Scope) -> Result<Slice<'a>, Problem> {
        slice(scope, self.from, self.to, self.branch_id, self.staff_id)
    }
}

fn slice(
    scope: &Scope,
    from: Date,
    to: Date,
    branch_id: Option<Uuid>,
    staff_id: Option<Uuid>,
) -> Result<Slice<'_>, Problem> {
    let days = DayRange::new(from, to)
        .ok_or_else(|| Problem::new(422, "invalid").field("to", "report.ends_before_it_starts"))?;
    if days.days() > MAX_DAYS {
        return Err(Problem::new(422, "invalid").field("to", "report.period_too_long"));
    }
    Ok(Slice {
        scope,
        days,
        branch_id,
        branch_alone: false,
        staff_id,
    })
}

/// The rates of a period (回访统计).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatesView {
    /// First day.
    pub(super) from: Date,
    /// Last day.
    pub(super) to: Date,
    /// Grouping.
    pub(super) by: By,
    /// All in one.
    pub(super) figures: Vec<Figure>,
    /// Satisfaction by factor.
    pub(super) factors: Vec<FactorRate>,
    /// By branch, person or period.
    pub(super) groups: Vec<RateGroup>,
    /// Fewer than this is too little data.
    pub(super) min_n: i64,
}

async fn count(
    app: &App,
    now: i64,
    query: &RatesQuery,
    scope: &Scope,
) -> Result<RatesView, Problem> {
    let slice = query.slice(scope)?;
    let facts = Facts {
        tasks: store::task_counts(&app.db, &slice).await?,
        answers: store::answer_counts(&app.db, &slice).await?,
        open: store::open_slips(&app.db, &slice).await?,
        closed: store::closed_slips(&app.db, &slice).await?,
    };
    let names = match query.by {
        By::Branch => store::branch_names(&app.db).await?,
        By::Agent => store::staff_names(&app.db).await?,
        By::Day | By::Week | By::Month => Vec::new(),
    };
    let total = facts.total(now);
    Ok(RatesView {
        from: query.from,
        to: query.to,
        by: query.by,
        figures: total.figures(),
        factors: total.factor_rates(),
        groups: facts.groups(query.by, slice.days, now, &names),
        min_n: MIN_N,
    })
}

/// Rates of a period with their formulas (回访率、满意度、反馈单). permission: report.read
#[utoipa::path(get, path = "/api/v1/rates", tag = "report", params(RatesQuery),
    responses((status = 200, body = RatesView), (status = "4XX", body = Problem)))]
pub(super) async fn get_rates(
    State(app): State<App>,
    may: May<ReportRead>,
    Params(query): Params<RatesQuery>,
) -> Result<Json<RatesView>, Problem> {
    Ok(Json(
        count(&app, may.ctx.now_ms(), &query, may.scope()).await?,
    ))
}

/// The same as a workbook (导出统计). permission: report.export
#[utoipa::path(get, path = "/api/v1/rates/export", tag = "report", params(RatesQuery),
    responses((status = 200, description = "XLSX", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (status = "4XX", body = Problem)))]
pub(super) async fn export_rates(
    State(app): State<App>,
    may: May<ReportExport>,
    Params(query): Params<RatesQuery>,
) -> Result<Response, Problem> {
    let view = count(&app, may.ctx.now_ms(), &query, may.scope()).await?;
    let bytes = workbook::rates(&view, query.lang)?;
    let tx = app.db.begin().await?;
    liuke_platform::audit::write(
        &tx,
        &may.ctx,
        "report.export",
        "report",
        None,
        None,
        Some(serde_json::json!({ "from": query.from, "to": query.to, "by": query.by })),
    )
    .await?;
    tx.commit().await?;
    let name = format!(
        "attachment; filename=\"liuke-rates-{}-{}.xlsx\"",
        query.from, query.to
    );
    let headers = [
        (header::CONTENT_TYPE, workbook::MEDIA_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// Which rows to show (下钻条件).
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RowsQuery {
    /// Code of the figure; `factor` for a satisfaction factor.
    figure: String,
    /// The factor.
    factor: Option<String>,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// This branch and those below it.
    branch_id: Option<Uuid>,
    /// The branch without those below it, as a line of the table by branch counts.
    #[serde(default)]
    branch_alone: bool,
    /// This person.
    staff_id: Option<Uuid>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Scores of the five factors, 1 to 5 (五度评分).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateScores)]
pub(super) struct Scores {
    result: Option<i64>,
    tangibles: Option<i64>,
    responsiveness: Option<i64>,
    empathy: Option<i64>,
    contrast: Option<i64>,
}

/// One row behind a figure (明细).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RateRow {
    id: Uuid,
    at: i64,
    number: String,
    customer_id: Uuid,
    customer_name: String,
    branch_name: String,
    staff_name: Option<String>,
    task_id: Option<Uuid>,
    slip_id: Option<Uuid>,
    outcome: Option<String>,
    scores: Option<Scores>,
    due_at: Option<i64>,
    state: Option<String>,
    loop_ms: Option<i64>,
}

impl From<DrillRow> for RateRow {
    fn from(row: DrillRow) -> Self {
        let scored = [
            row.result_score,
            row.tangibles_score,
            row.responsiveness_score,
            row.empathy_score,
            row.contrast_score,
        ];
        let scores = scored.iter().any(Option::is_some).then_some(Scores {
            result: row.result_score,
            tangibles: row.tangibles_score,
            responsiveness: row.responsiveness_score,
            empathy: row.empathy_score,
            contrast: row.contrast_score,
        });
        Self {
            id: row.id,
            at: row.at,
            number: row.number,
            customer_id: row.customer_id,
            customer_name: row.customer_name,
            branch_name: row.branch_name,
            staff_name: row.staff_name,
            task_id: row.task_id,
            slip_id: row.slip_id,
            outcome: row.outcome,
            scores,
            due_at: row.due_at,
            state: row.state,
            loop_ms: row.loop_ms,
        }
    }
}

fn behind(query: &RowsQuery, now: i64) -> Result<Behind, Problem> {
    let unknown = || Problem::new(422, "invalid").field("figure", "report.unknown_figure");
    Ok(match query.figure.as_str() {
        "due" | "followup_rate" => Behind::Due,
        "reached" => Behind::Reached,
        "completed" => Behind::Completed,
        "satisfied_rate" => Behind::Answers(None),
        "factor" => {
            let factor = query.factor.as_deref().unwrap_or_default();
            let factor = super::figures::FACTORS
                .into_iter()
                .find(|known| *known == factor)
                .ok_or_else(unknown)?;
            Behind::Answers(Some(factor))
        }
        "slips_open" => Behind::OpenSlips(None),
        "slips_overdue" => Behind::OpenSlips(Some(now)),
        "slips_closed" | "loop_time" => Behind::ClosedSlips(false),
        "reopen_rate" => Behind::ClosedSlips(true),
        _ => return Err(unknown()),
    })
}

/// The rows behind a figure (下钻明细). permission: report.read
#[utoipa::path(get, path = "/api/v1/rates/rows", tag = "report", params(RowsQuery, PageQuery),
    responses((status = 200, body = Page<RateRow>), (status = "4XX", body = Problem)))]
pub(super) async fn rate_rows(
    State(app): State<App>,
    may: May<ReportRead>,
    Params(query): Params<RowsQuery>,
) -> Result<Json<Page<RateRow>>, Problem> {
    let slice = Slice {
        branch_alone: query.branch_alone,
        ..slice(
            may.scope(),
            query.from,
            query.to,
            query.branch_id,
            query.staff_id,
        )?
    };
    let behind = behind(&query, may.ctx.now_ms())?;
    let rows = store::rows_behind(
        &app.db,
        &slice,
        behind,
        query.page.after()?,
        query.page.fetch(),
    )
    .await?;
    Ok(Json(
        Page::cut(rows, &query.page, |row| (row.at, row.id)).map(RateRow::from),
    ))
}
