//! HTTP of slips (反馈单接口).

use axum::Json;
use axum::extract::State;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use liuke_domain::search::{prefix_end, query_key};
use liuke_domain::slip::SlipState;
use liuke_platform::ctx::Ctx;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::{Identity, May};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::{FieldProblem, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::store::{self, Search, Waiting, Wanted};
use super::views::{
    PaperQuery, SlipAnswer, SlipAssign, SlipCountersign, SlipFilter, SlipReopen, SlipReturn,
    SlipRow, SlipView,
};
use super::{actions, printed, view};
use crate::App;
use crate::permission::{
    SlipAnswer as MayAnswer, SlipAssign as MayAssign, SlipCountersign as MayCountersign, SlipRead,
};

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_slips))
        .routes(routes!(get_slip))
        .routes(routes!(assign_slip))
        .routes(routes!(answer_slip))
        .routes(routes!(return_slip))
        .routes(routes!(countersign_slip))
        .routes(routes!(reopen_slip))
        .routes(routes!(slips_waiting))
        .routes(routes!(slip_paper))
}

/// Slips, newest first (反馈单列表)
///
/// permission: slip.read
#[utoipa::path(get, path = "/api/v1/slips", tag = "slip", params(SlipFilter, PageQuery),
    responses((status = 200, body = Page<SlipRow>), (status = "4XX", body = Problem)))]
async fn list_slips(
    State(app): State<App>,
    may: May<SlipRead>,
    Params(filter): Params<SlipFilter>,
) -> Result<Json<Page<SlipRow>>, Problem> {
    let (wanted, page) = wanted(filter, &may.who, &may.ctx)?;
    let rows = store::page(&app.db, may.scope(), wanted, page.after()?, page.fetch()).await?;
    let rows: Vec<SlipRow> = rows
        .iter()
        .map(|slip| view::row(slip, &may.who, may.ctx.now))
        .collect::<Result<_, _>>()?;
    Ok(Json(Page::cut(rows, &page, |row| (row.raised_at, row.id))))
}

fn wanted(filter: SlipFilter, who: &Identity, ctx: &Ctx) -> Result<(Wanted, PageQuery), Problem> {
    if filter
        .state
        .as_deref()
        .is_some_and(|state| SlipState::parse(state).is_none())
    {
        return Err(Problem::invalid([FieldProblem::new(
            "state",
            "unknown_value",
        )]));
    }
    let mine = view::awaits_me(who);
    let search = filter
        .q
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())
        .map(|q| Search {
            number: q.to_uppercase(),
            keys: query_key(q).map(|key| (key.clone(), prefix_end(&key))),
        });
    let wanted = Wanted {
        state: filter.state,
        overdue_at: filter.overdue.unwrap_or(false).then_some(ctx.now_ms()),
        customer_id: filter.customer_id,
        mine: filter.mine.unwrap_or(false).then_some(mine),
        search,
    };
    Ok((wanted, filter.page))
}

/// A slip with everything that happened (反馈单详情)
///
/// permission: slip.read
#[utoipa::path(get, path = "/api/v1/slips/{id}", tag = "slip", params(("id" = Uuid, Path)),
    responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn get_slip(
    State(app): State<App>,
    may: May<SlipRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<SlipView>, Problem> {
    show(&app, &may.ctx, &may.who, id).await
}

async fn show(app: &App, ctx: &Ctx, who: &Identity, id: Uuid) -> Result<Json<SlipView>, Problem> {
    let slip = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("slip"))?;
    Ok(Json(view::full(&app.db, &slip, who, ctx.now).await?))
}

/// Name who shall answer (指派)
///
/// permission: slip.assign
#[utoipa::path(post, path = "/api/v1/slips/{id}/assign", tag = "slip", params(("id" = Uuid, Path)), request_body = SlipAssign,
    responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn assign_slip(
    State(app): State<App>,
    may: May<MayAssign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SlipAssign>,
) -> Result<Json<SlipView>, Problem> {
    actions::assign(&app, &may.ctx, &may.who, id, &input).await?;
    show(&app, &may.ctx, &may.who, id).await
}

/// Answer and sign (处理并签字)
///
/// The password is entered again; name, time and the hash of the content are kept. permission: slip.answer
#[utoipa::path(post, path = "/api/v1/slips/{id}/answer", tag = "slip", params(("id" = Uuid, Path)), request_body = SlipAnswer,
    responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn answer_slip(
    State(app): State<App>,
    may: May<MayAnswer>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SlipAnswer>,
) -> Result<Json<SlipView>, Problem> {
    actions::answer(&app, &may.ctx, &may.who, id, &input).await?;
    show(&app, &may.ctx, &may.who, id).await
}

/// Send an answer back (退回)
///
/// permission: slip.countersign
#[utoipa::path(post, path = "/api/v1/slips/{id}/return", tag = "slip", params(("id" = Uuid, Path)), request_body = SlipReturn,
    responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn return_slip(
    State(app): State<App>,
    may: May<MayCountersign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SlipReturn>,
) -> Result<Json<SlipView>, Problem> {
    actions::send_back(&app, &may.ctx, &may.who, id, &input).await?;
    show(&app, &may.ctx, &may.who, id).await
}

/// Countersign (会签)
///
/// Not by whoever answered; the password is entered again. permission: slip.countersign
#[utoipa::path(post, path = "/api/v1/slips/{id}/countersign", tag = "slip", params(("id" = Uuid, Path)),
    request_body = SlipCountersign, responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn countersign_slip(
    State(app): State<App>,
    may: May<MayCountersign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SlipCountersign>,
) -> Result<Json<SlipView>, Problem> {
    actions::countersign(&app, &may.ctx, &may.who, id, &input).await?;
    show(&app, &may.ctx, &may.who, id).await
}

/// Open a closed slip again, with a reason (重开)
///
/// Back to the person responsible with a new deadline; it counts. permission: slip.assign
#[utoipa::path(post, path = "/api/v1/slips/{id}/reopen", tag = "slip", params(("id" = Uuid, Path)), request_body = SlipReopen,
    responses((status = 200, body = SlipView), (status = "4XX", body = Problem)))]
async fn reopen_slip(
    State(app): State<App>,
    may: May<MayAssign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SlipReopen>,
) -> Result<Json<SlipView>, Problem> {
    actions::reopen(&app, &may.ctx, &may.who, id, &input).await?;
    show(&app, &may.ctx, &may.who, id).await
}

/// How many slips wait for me (轮到我的)
///
/// To answer, countersign and confirm, as the list with `mine`. permission: slip.read
#[utoipa::path(get, path = "/api/v1/slips/waiting", tag = "slip",
    responses((status = 200, body = Waiting), (status = "4XX", body = Problem)))]
async fn slips_waiting(
    State(app): State<App>,
    may: May<SlipRead>,
) -> Result<Json<Waiting>, Problem> {
    Ok(Json(super::waiting(&app.db, &may.who, may.ctx.now).await?))
}

/// The slip on paper, in duplicate (打印反馈单)
///
/// permission: slip.read
#[utoipa::path(get, path = "/api/v1/slips/{id}/paper", tag = "slip", params(("id" = Uuid, Path), PaperQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = "4XX", body = Problem)))]
async fn slip_paper(
    State(app): State<App>,
    may: May<SlipRead>,
    PathId(id): PathId<Uuid>,
    Params(query): Params<PaperQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let slip = store::find(&app.db, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("slip"))?;
    let seen = origin(&uri, &headers);
    let seen = seen.as_deref();
    let pdf = printed::pdf(&app, &may.ctx, &may.who, &slip, query.lang.as_deref(), seen).await?;
    let name = format!("inline; filename=\"{}.pdf\"", slip.number);
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        pdf,
    )
        .into_response())
}

/// Under which address the browser sees us: the page it came from, when that is one of ours, tells the scheme too; else the name that
/// was asked for.
fn origin(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let host = uri
        .authority()
        .map(Authority::as_str)
        .or_else(|| text(header::HOST))?;
    let page = text(header::REFERER).and_then(|page| page.parse::<Uri>().ok());
    let scheme = page
        .as_ref()
        .filter(|page| page.authority().is_some_and(|a| a.as_str() == host))
        .and_then(Uri::scheme_str)
        .filter(|scheme| matches!(*scheme, "http" | "https"))
        .unwrap_or("http");
    Some(format!("{scheme}://{host}"))
}
