//! Doorways of the pyramid.

use axum::Json;
use axum::extract::State;
use liuke_domain::pyramid::{Basis, Shares, Tier};
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::actions::{self, PyramidRun, PyramidSettings, TierLine};
use super::store::{self, MemberRow, MonthRow};
use crate::permission::{ValueRead, ValueRun};
use crate::shapes::{BasisWord, TierWord};
use crate::{App, customer, refused};

/// The pyramid of a month (金字塔): heads, money and movement of the customers the reader may see, who are ranked among
/// all of the company.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PyramidView {
    month: Option<String>,
    months: Vec<String>,
    #[schema(inline, value_type = BasisWord)]
    basis: Basis,
    from: Option<String>,
    to: Option<String>,
    ran_at: Option<i64>,
    ranked: i64,
    /// Ranked in the whole company: more than `ranked` when the reader sees only some of them.
    company_ranked: i64,
    newcomers: i64,
    total_fen: i64,
    tiers: Vec<TierLine>,
    /// Shares of A, B, C and D that the month was ranked by, in basis points.
    shares_bp: Vec<i64>,
    moved_up: i64,
    moved_down: i64,
    running: bool,
    settings: PyramidSettings,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MonthQuery {
    /// `YYYY-MM`; the newest when left out.
    month: Option<String>,
}

fn read_basis(text: &str) -> Result<Basis, Fault> {
    Basis::parse(text).ok_or_else(|| Fault::inconsistent("tier_month", "basis", text))
}

fn read_shares(row: &MonthRow) -> Result<Vec<i64>, Fault> {
    Ok(serde_json::from_str(&row.shares_bp)?)
}

async fn view(app: &App, scope: &Scope, month: Option<&str>) -> Result<PyramidView, Problem> {
    let settings = actions::settings(&app.db).await?;
    let months = store::months(&app.db).await?;
    let row: Option<MonthRow> = match month.or(months.first().map(String::as_str)) {
        Some(wanted) => {
            let found = store::month(&app.db, wanted).await?;
            if found.is_none() && month.is_some() {
                return Err(Problem::not_found("month"));
            }
            found
        }
        None => None,
    };
    Ok(match row {
        Some(row) => {
            let company_ranked = row.ranked;
            let (row, tiers) = actions::seen(app, scope, row).await?;
            PyramidView {
                basis: read_basis(&row.basis)?,
                shares_bp: read_shares(&row)?,
                tiers,
                month: Some(row.month),
                months,
                from: Some(row.from_day),
                to: Some(row.to_day),
                ran_at: Some(row.ran_at),
                ranked: row.ranked,
                company_ranked,
                newcomers: row.newcomers,
                total_fen: row.total_fen,
                moved_up: row.moved_up,
                moved_down: row.moved_down,
                running: false,
                settings,
            }
        }
        None => PyramidView {
            month: None,
            months,
            basis: settings.basis,
            from: None,
            to: None,
            ran_at: None,
            ranked: 0,
            company_ranked: 0,
            newcomers: 0,
            total_fen: 0,
            tiers: Vec::new(),
            shares_bp: settings.shares_bp.clone(),
            moved_up: 0,
            moved_down: 0,
            running: false,
            settings,
        },
    })
}

/// The pyramid of a month, the newest by default (客户金字塔). permission: value.read
#[utoipa::path(get, path = "/api/v1/pyramid", tag = "value", params(MonthQuery),
    responses((status = 200, body = PyramidView), (status = "4XX", body = Problem)))]
pub(super) async fn get_pyramid(
    State(app): State<App>,
    may: May<ValueRead>,
    Params(query): Params<MonthQuery>,
) -> Result<Json<PyramidView>, Problem> {
    Ok(Json(view(&app, may.scope(), query.month.as_deref()).await?))
}

/// Ranks now (立即重算): this month when the period ends today, or a past month that was never ranked. Answers the month
/// that was ranked. permission: value.run
#[utoipa::path(post, path = "/api/v1/pyramid/run", tag = "value", request_body = PyramidRun,
    responses((status = 200, body = PyramidView), (status = "4XX", body = Problem)))]
pub(super) async fn run_pyramid(
    State(app): State<App>,
    may: May<ValueRun>,
    Body(run): Body<PyramidRun>,
) -> Result<Json<PyramidView>, Problem> {
    let month = actions::rank(&app, &may.ctx, &run).await?;
    Ok(Json(view(&app, may.scope(), Some(&month)).await?))
}

/// Changes the rules (修改规则). permission: value.run
#[utoipa::path(put, path = "/api/v1/pyramid/settings", tag = "value", request_body = PyramidSettings,
    responses((status = 200, body = PyramidSettings), (status = "4XX", body = Problem)))]
pub(super) async fn put_pyramid_settings(
    State(app): State<App>,
    may: May<ValueRun>,
    Body(settings): Body<PyramidSettings>,
) -> Result<Json<PyramidSettings>, Problem> {
    Ok(Json(actions::put_settings(&app, &may.ctx, settings).await?))
}

/// Which members to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MembersQuery {
    /// `YYYY-MM`; the newest when left out.
    month: Option<String>,
    /// Only this tier.
    #[param(value_type = Option<String>)]
    tier: Option<Tier>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// One customer's place in a month (排名).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TierMember {
    customer_id: Uuid,
    name: String,
    number: String,
    rank: i64,
    #[schema(inline, value_type = TierWord)]
    tier: String,
    #[schema(inline, value_type = Option<TierWord>)]
    previous_tier: Option<String>,
    amount_fen: i64,
    orders: i64,
    branch_name: String,
    newcomer: bool,
}

impl From<MemberRow> for TierMember {
    fn from(row: MemberRow) -> Self {
        Self {
            customer_id: row.customer_id,
            name: row.name,
            number: row.number,
            rank: row.place,
            tier: row.tier,
            previous_tier: row.previous_tier,
            amount_fen: row.amount_fen,
            orders: row.orders,
            branch_name: row.branch_name,
            newcomer: row.newcomer,
        }
    }
}

/// The customers of a tier, best first (等级名单). permission: value.read
#[utoipa::path(get, path = "/api/v1/pyramid/customers", tag = "value", params(MembersQuery, PageQuery),
    responses((status = 200, body = Page<TierMember>), (status = "4XX", body = Problem)))]
pub(super) async fn pyramid_customers(
    State(app): State<App>,
    may: May<ValueRead>,
    Params(query): Params<MembersQuery>,
) -> Result<Json<Page<TierMember>>, Problem> {
    let month = match query.month.clone() {
        Some(month) => month,
        None => store::months(&app.db)
            .await?
            .into_iter()
            .next()
            .unwrap_or_default(),
    };
    let after = query.page.after::<(String, i64)>()?;
    let rows = store::members(
        &app.db,
        may.scope(),
        &month,
        query.tier,
        after,
        query.page.fetch(),
    )
    .await?;
    Ok(Json(
        Page::cut(rows, &query.page, |row| (row.tier.clone(), row.place)).map(TierMember::from),
    ))
}

/// Why a customer has the tier (等级说明).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TierExplain {
    #[schema(inline, value_type = Option<TierWord>)]
    tier: Option<String>,
    month: Option<String>,
    rank: Option<i64>,
    ranked: i64,
    amount_fen: Option<i64>,
    #[schema(inline, value_type = BasisWord)]
    basis: Basis,
    from: Option<String>,
    to: Option<String>,
    cut_a: i64,
    cut_b: i64,
    cut_c: i64,
    history: Vec<TierMonth>,
}

/// One month of a customer (月度等级).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TierMonth {
    month: String,
    #[schema(inline, value_type = TierWord)]
    tier: String,
    rank: i64,
    amount_fen: i64,
}

/// How a customer's tier came about (等级由来). permission: value.read
#[utoipa::path(get, path = "/api/v1/customers/{id}/tier", tag = "value", params(("id" = Uuid, Path)),
    responses((status = 200, body = TierExplain), (status = "4XX", body = Problem)))]
pub(super) async fn explain_tier(
    State(app): State<App>,
    may: May<ValueRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<TierExplain>, Problem> {
    customer::require(&app.db, may.scope(), id).await?;
    let settings = actions::settings(&app.db).await?;
    let newest = match store::months(&app.db).await?.first() {
        Some(month) => store::month(&app.db, month).await?,
        None => None,
    };
    let history = store::history(&app.db, id).await?;
    let now = newest
        .as_ref()
        .and_then(|month| history.iter().find(|row| row.month == month.month));
    let ranked = newest.as_ref().map_or(0, |month| month.ranked);
    let shares = newest
        .as_ref()
        .map_or(Ok(settings.shares_bp), read_shares)?;
    let [cut_a, cut_b, cut_c] = actions::cuts(Shares::from_bp(&shares).map_err(refused)?, ranked);
    Ok(Json(TierExplain {
        tier: now.map(|row| row.tier.clone()),
        rank: now.map(|row| row.place),
        amount_fen: now.map(|row| row.amount_fen),
        month: newest.as_ref().map(|month| month.month.clone()),
        ranked,
        basis: newest
            .as_ref()
            .map_or(Ok(settings.basis), |month| read_basis(&month.basis))?,
        from: newest.as_ref().map(|month| month.from_day.clone()),
        to: newest.as_ref().map(|month| month.to_day.clone()),
        cut_a,
        cut_b,
        cut_c,
        history: history
            .into_iter()
            .map(|row| TierMonth {
                month: row.month,
                tier: row.tier,
                rank: row.place,
                amount_fen: row.amount_fen,
            })
            .collect(),
    }))
}
