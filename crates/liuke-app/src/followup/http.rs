//! HTTP of Today, tasks and sheets (今日工作、回访任务与回访单接口). Plans have theirs in `plans.rs`.

use axum::Json;
use axum::extract::State;
use liuke_domain::followup::{TaskKind, TaskStatus};
use liuke_domain::search::{prefix_end, query_key};
use liuke_domain::{percent, worktime};
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::May;
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::{FieldProblem, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::house::House;
use super::today::{TaskData, Wanted, Who};
use super::views::{
    AssignInput, CustomerFollowup, FinishInput, FinishView, KindCount, ReasonInput, SheetSave,
    SheetSaved, SheetView, SnoozeInput, SummaryFilter, TaskFilter, TaskInput, TaskRow, TodayFilter,
    TodaySummary,
};
use super::{completeness, confirm, finish, plans, rows, sheet, store, tasks, today};
use crate::permission::{FollowupAssign, FollowupRead, FollowupWork};
use crate::shapes::Version;
use crate::{App, customer, slip};

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(plans::routes())
        .routes(routes!(list_today))
        .routes(routes!(today_summary))
        .routes(routes!(list_tasks, create_task))
        .routes(routes!(customer_followup))
        .routes(routes!(get_task))
        .routes(routes!(save_sheet))
        .routes(routes!(finish_task))
        .routes(routes!(confirm_slip))
        .routes(routes!(assign_task))
        .routes(routes!(claim_task))
        .routes(routes!(snooze_task))
        .routes(routes!(cancel_task))
        .routes(routes!(reopen_task))
}

/// Whom to contact today, most urgent first (今日工作)
///
/// Due time, then tier. Tasks whose time has not come are left out. permission: followup.read
#[utoipa::path(get, path = "/api/v1/today", tag = "followup", params(TodayFilter, PageQuery),
    responses((status = 200, body = Page<TaskRow>), (status = "4XX", body = Problem)))]
async fn list_today(
    State(app): State<App>,
    may: May<FollowupRead>,
    Params(filter): Params<TodayFilter>,
) -> Result<Json<Page<TaskRow>>, Problem> {
    let who = whose(filter.who.as_deref())?;
    let wanted = wanted(&filter)?;
    let page = filter.page;
    let now = may.ctx.now;
    let found = today::page(
        &app.db,
        may.scope(),
        who,
        &wanted,
        now.as_millisecond(),
        page.after()?,
        page.fetch(),
    )
    .await?;
    let Page { items, next } = Page::cut(found, &page, TaskData::place);
    Ok(Json(Page {
        items: rows::rows(&items, &House::load(&app.db).await?, now)?,
        next,
    }))
}

fn whose(who: Option<&str>) -> Result<Who, Problem> {
    match who.filter(|w| !w.is_empty()) {
        None => Ok(Who::MineAndFree),
        Some("me") => Ok(Who::Mine),
        Some("team") => Ok(Who::Team),
        Some("all") => Ok(Who::All),
        Some("unassigned") => Ok(Who::Unassigned),
        Some(_) => Err(Problem::invalid([FieldProblem::new(
            "who",
            "unknown_value",
        )])),
    }
}

fn wanted(filter: &TodayFilter) -> Result<Wanted, Problem> {
    let given = |value: &Option<String>| {
        value
            .clone()
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    let kind = given(&filter.kind);
    if kind
        .as_deref()
        .is_some_and(|k| TaskKind::parse(k).is_none())
    {
        return Err(Problem::invalid([FieldProblem::new(
            "kind",
            "unknown_value",
        )]));
    }
    let tier_rank = given(&filter.tier).map(|tier| today::tier_rank(Some(&tier)));
    if tier_rank == Some(today::tier_rank(None)) {
        return Err(Problem::invalid([FieldProblem::new(
            "tier",
            "unknown_value",
        )]));
    }
    let search = given(&filter.q).map(|q| {
        (
            q.to_uppercase(),
            query_key(&q).map(|key| (key.clone(), prefix_end(&key))),
        )
    });
    Ok(Wanted {
        kind,
        tier_rank,
        search,
    })
}

/// The day in figures (今日概况)
///
/// permission: followup.read
#[utoipa::path(get, path = "/api/v1/today/summary", tag = "followup", params(SummaryFilter),
    responses((status = 200, body = TodaySummary), (status = "4XX", body = Problem)))]
async fn today_summary(
    State(app): State<App>,
    may: May<FollowupRead>,
    Params(filter): Params<SummaryFilter>,
) -> Result<Json<TodaySummary>, Problem> {
    let who = whose(filter.who.as_deref())?;
    let (db, scope, now) = (&app.db, may.scope(), may.ctx.now);
    let zone = today::zone_of(db, scope.staff_id).await?;
    let day = worktime::business_day(now, &zone);
    let day_end = day
        .tomorrow()
        .ok()
        .and_then(|d| d.to_zoned(zone).ok())
        .map_or(i64::MAX, |z| z.timestamp().as_millisecond());
    let sums = today::sums(db, scope, who, now.as_millisecond(), day_end).await?;
    let slips = slip::waiting(db, &may.who, now).await?;
    Ok(Json(TodaySummary {
        date: day.to_string(),
        overdue: sums.iter().map(|s| s.overdue).sum(),
        due_today: sums.iter().map(|s| s.due_today).sum(),
        open: sums.iter().map(|s| s.open).sum(),
        by_kind: TaskKind::ALL
            .iter()
            .map(|kind| {
                let sum = sums.iter().find(|s| s.kind == kind.as_str());
                KindCount {
                    kind: kind.as_str().to_owned(),
                    count: sum.map_or(0, |s| s.open),
                    overdue: sum.map_or(0, |s| s.overdue),
                }
            })
            .collect(),
        slips_to_answer: slips.to_answer,
        slips_to_countersign: slips.to_countersign,
        slips_to_confirm: slips.to_confirm,
        slips_overdue: slips.overdue,
        done_today: today::done_on(db, scope, who, &day.to_string()).await?,
        unassigned: today::unassigned(db, scope, now.as_millisecond()).await?,
        incomplete_services: completeness::missing(db, scope).await?,
    }))
}

/// Tasks, newest first (回访任务)
///
/// permission: followup.read
#[utoipa::path(get, path = "/api/v1/tasks", tag = "followup", params(TaskFilter, PageQuery),
    responses((status = 200, body = Page<TaskRow>), (status = "4XX", body = Problem)))]
async fn list_tasks(
    State(app): State<App>,
    may: May<FollowupRead>,
    Params(filter): Params<TaskFilter>,
) -> Result<Json<Page<TaskRow>>, Problem> {
    let status = filter.status.as_deref().filter(|s| !s.is_empty());
    if status.is_some_and(|s| TaskStatus::parse(s).is_none()) {
        return Err(Problem::invalid([FieldProblem::new(
            "status",
            "unknown_value",
        )]));
    }
    let page = filter.page;
    let found = today::history(
        &app.db,
        may.scope(),
        filter.customer_id,
        status,
        page.after()?,
        page.fetch(),
    )
    .await?;
    let Page { items, next } = Page::cut(found, &page, |task| (task.created_at, task.id));
    Ok(Json(Page {
        items: rows::rows(&items, &House::load(&app.db).await?, may.ctx.now)?,
        next,
    }))
}

/// A customer's follow-up in brief (客户回访概要)
///
/// permission: followup.read
#[utoipa::path(get, path = "/api/v1/customers/{id}/followup", tag = "followup", params(("id" = Uuid, Path)),
    responses((status = 200, body = CustomerFollowup), (status = "4XX", body = Problem)))]
async fn customer_followup(
    State(app): State<App>,
    may: May<FollowupRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<CustomerFollowup>, Problem> {
    let (db, now) = (&app.db, may.ctx.now);
    customer::require(db, may.scope(), id).await?;
    let open = today::history(db, may.scope(), Some(id), Some("open"), None, 50).await?;
    let open_slips = if may.who.may("slip.read") {
        slip::open_of(db, &may.who, id, now).await?
    } else {
        Vec::new()
    };
    let satisfaction = store::satisfaction(db, id).await?;
    Ok(Json(CustomerFollowup {
        open_tasks: rows::rows(&open, &House::load(db).await?, now)?,
        open_slips,
        satisfaction_x100: percent::scaled(satisfaction.sum, satisfaction.n, 100),
        satisfaction_n: satisfaction.n,
        last_attempt: store::last_attempt(db, id).await?.map(rows::attempt),
    }))
}

/// The call sheet (回访单)
///
/// permission: followup.read
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "followup", params(("id" = Uuid, Path)),
    responses((status = 200, body = SheetView), (status = "4XX", body = Problem)))]
async fn get_task(
    State(app): State<App>,
    may: May<FollowupRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<SheetView>, Problem> {
    Ok(Json(sheet::open(&app, &may.ctx, &may.who, id).await?))
}

/// Keep what was typed so far (暂存回访单)
///
/// `version` is the sheet's (`sheet_version`), 0 before the first save; another answers 409. permission: followup.work
#[utoipa::path(put, path = "/api/v1/tasks/{id}/sheet", tag = "followup", params(("id" = Uuid, Path)), request_body = SheetSave,
    responses((status = 200, body = SheetSaved), (status = "4XX", body = Problem)))]
async fn save_sheet(
    State(app): State<App>,
    may: May<FollowupWork>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SheetSave>,
) -> Result<Json<SheetSaved>, Problem> {
    Ok(Json(
        sheet::save(&app, &may.ctx, &may.who, id, &input).await?,
    ))
}

/// Say what came of the contact (填写回访结果)
///
/// `version` is the sheet's (`sheet_version`). Every outcome leads somewhere, see `next`. permission: followup.work
#[utoipa::path(post, path = "/api/v1/tasks/{id}/finish", tag = "followup", params(("id" = Uuid, Path)), request_body = FinishInput,
    responses((status = 200, body = FinishView), (status = "4XX", body = Problem)))]
async fn finish_task(
    State(app): State<App>,
    may: May<FollowupWork>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<FinishInput>,
) -> Result<Json<FinishView>, Problem> {
    Ok(Json(
        Box::pin(finish::finish(&app, &may.ctx, &may.who, id, input)).await?,
    ))
}

/// Tell what the confirming call found (回访确认)
///
/// On the slip's own page. Not by whoever served, answered or countersigned, and only of a customer who may be called; it is recorded
/// as a contact. Satisfied closes the slip, else it is opened again. permission: followup.work
#[utoipa::path(post, path = "/api/v1/slips/{id}/confirm", tag = "slip", params(("id" = Uuid, Path)), request_body = slip::SlipConfirm,
    responses((status = 200, body = slip::SlipView), (status = "4XX", body = Problem)))]
async fn confirm_slip(
    State(app): State<App>,
    may: May<FollowupWork>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<slip::SlipConfirm>,
) -> Result<Json<slip::SlipView>, Problem> {
    Box::pin(confirm::on_page(&app, &may.ctx, &may.who, id, &input)).await?;
    slip::for_reader(&app.db, &may.who, id, may.ctx.now)
        .await?
        .map(Json)
        .ok_or_else(|| Problem::not_found("slip"))
}

/// Make a task by hand (新建回访任务)
///
/// permission: followup.work
#[utoipa::path(post, path = "/api/v1/tasks", tag = "followup", request_body = TaskInput,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn create_task(
    State(app): State<App>,
    may: May<FollowupWork>,
    Body(input): Body<TaskInput>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(tasks::create(&app, &may.ctx, &may.who, &input).await?))
}

/// Hand a task to somebody, or back to nobody (分派)
///
/// Never to whoever served. permission: followup.assign
#[utoipa::path(post, path = "/api/v1/tasks/{id}/assign", tag = "followup", params(("id" = Uuid, Path)), request_body = AssignInput,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn assign_task(
    State(app): State<App>,
    may: May<FollowupAssign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<AssignInput>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(
        tasks::assign(&app, &may.ctx, &may.who, id, &input).await?,
    ))
}

/// Take a task that nobody has (认领)
///
/// permission: followup.work
#[utoipa::path(post, path = "/api/v1/tasks/{id}/claim", tag = "followup", params(("id" = Uuid, Path)), request_body = Version,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn claim_task(
    State(app): State<App>,
    may: May<FollowupWork>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<Version>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(
        tasks::claim(&app, &may.ctx, &may.who, id, input.version).await?,
    ))
}

/// Put a task off (稍后处理)
///
/// permission: followup.work
#[utoipa::path(post, path = "/api/v1/tasks/{id}/snooze", tag = "followup", params(("id" = Uuid, Path)), request_body = SnoozeInput,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn snooze_task(
    State(app): State<App>,
    may: May<FollowupWork>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<SnoozeInput>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(
        tasks::snooze(&app, &may.ctx, &may.who, id, &input).await?,
    ))
}

/// Cancel a task, with a reason (取消)
///
/// permission: followup.assign
#[utoipa::path(post, path = "/api/v1/tasks/{id}/cancel", tag = "followup", params(("id" = Uuid, Path)), request_body = ReasonInput,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn cancel_task(
    State(app): State<App>,
    may: May<FollowupAssign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<ReasonInput>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(
        tasks::cancel(&app, &may.ctx, &may.who, id, &input).await?,
    ))
}

/// Open a closed task again, with a reason (重开)
///
/// permission: followup.assign
#[utoipa::path(post, path = "/api/v1/tasks/{id}/reopen", tag = "followup", params(("id" = Uuid, Path)), request_body = ReasonInput,
    responses((status = 200, body = TaskRow), (status = "4XX", body = Problem)))]
async fn reopen_task(
    State(app): State<App>,
    may: May<FollowupAssign>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<ReasonInput>,
) -> Result<Json<TaskRow>, Problem> {
    Ok(Json(
        tasks::reopen(&app, &may.ctx, &may.who, id, &input).await?,
    ))
}
