//! Plans (回访计划): what makes tasks, with the words the caller begins with.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_domain::customer::Channel;
use liuke_domain::followup::{PlanTrigger, TaskKind, TriggerKind};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, Tx};
use liuke_platform::extract::{Body, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope, ScopeKind};
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events, jobs};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::plan_input::{Fields, checked};
use super::plan_views::{PlanInput, PlanPreview, PlanView};
use super::sweep;
use crate::App;
use crate::permission::{FollowupPlan, FollowupRead};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_plans, create_plan))
        .routes(routes!(update_plan))
        .routes(routes!(preview_plan))
        .routes(routes!(run_plans))
}

/// A plan as it works.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: TaskKind,
    pub(crate) trigger: PlanTrigger,
    pub(crate) category: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) purpose: String,
    pub(crate) due_hours: i64,
    pub(crate) min_gap_days: Option<u32>,
    pub(crate) branch_id: Option<Uuid>,
    pub(crate) active_since: i64,
    pub(crate) last_run_at: Option<i64>,
}

#[derive(Debug, Clone, FromQueryResult)]
struct PlanRow {
    id: Uuid,
    name: String,
    kind: String,
    trigger_kind: String,
    days: i64,
    category: Option<String>,
    channel: String,
    purpose: String,
    opener: String,
    permission_ask: String,
    benefit: String,
    recap_hint: Option<String>,
    due_hours: i64,
    min_gap_days: Option<i64>,
    branch_id: Option<Uuid>,
    branch_name: Option<String>,
    active: bool,
    active_since: i64,
    last_run_at: Option<i64>,
    version: i64,
    open_tasks: i64,
}

const SELECT: &str = "
SELECT p.id, p.name, p.kind, p.trigger_kind, p.days, p.category, p.channel, p.purpose, p.opener, p.permission_ask, p.benefit,
       p.recap_hint, p.due_hours, p.min_gap_days, p.branch_id, b.name AS branch_name, p.active, p.active_since,
       p.last_run_at, p.version,
       (SELECT count(*) FROM followup_task t WHERE t.plan_id = p.id AND t.status = 'open') AS open_tasks
FROM followup_plan p LEFT JOIN branch b ON b.id = p.branch_id";

impl PlanRow {
    fn plan(&self) -> Result<Plan, Fault> {
        let wrong = |column| Fault::inconsistent("followup_plan", column, self.id);
        let trigger =
            TriggerKind::parse(&self.trigger_kind).ok_or_else(|| wrong("trigger_kind"))?;
        let days = u32::try_from(self.days).map_err(|_| wrong("days"))?;
        Ok(Plan {
            id: self.id,
            name: self.name.clone(),
            kind: TaskKind::parse(&self.kind).ok_or_else(|| wrong("kind"))?,
            trigger: PlanTrigger::new(trigger, days),
            category: self.category.clone(),
            channel: Channel::parse(&self.channel).ok_or_else(|| wrong("channel"))?,
            purpose: self.purpose.clone(),
            due_hours: self.due_hours,
            min_gap_days: self
                .min_gap_days
                .map(u32::try_from)
                .transpose()
                .map_err(|_| wrong("min_gap_days"))?,
            branch_id: self.branch_id,
            active_since: self.active_since,
            last_run_at: self.last_run_at,
        })
    }

    fn view(self) -> PlanView {
        PlanView {
            id: self.id,
            name: self.name,
            kind: self.kind,
            trigger: self.trigger_kind,
            days: self.days,
            category: self.category,
            channel: self.channel,
            purpose: self.purpose,
            opener: self.opener,
            permission_ask: self.permission_ask,
            benefit: self.benefit,
            recap_hint: self.recap_hint,
            due_hours: self.due_hours,
            min_gap_days: self.min_gap_days,
            branch_id: self.branch_id,
            branch_name: self.branch_name,
            active: self.active,
            open_tasks: self.open_tasks,
            last_run_at: self.last_run_at,
            version: self.version,
        }
    }
}

/// All active plans.
pub(crate) async fn active(db: &impl Sql) -> Result<Vec<Plan>, Fault> {
    let rows: Vec<PlanRow> = db
        .all(
            &format!("{SELECT} WHERE p.active = TRUE ORDER BY p.created_at, p.id"),
            args![],
        )
        .await?;
    rows.iter().map(PlanRow::plan).collect()
}

/// The words of a plan for the call sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    pub(crate) opener: String,
    pub(crate) permission_ask: String,
    pub(crate) benefit: String,
    pub(crate) recap_hint: Option<String>,
    pub(crate) due_hours: i64,
    pub(crate) min_gap_days: Option<i64>,
}

/// The words of the plan that made a task; empty for a task by hand.
pub(crate) async fn words(db: &impl Sql, plan_id: Option<Uuid>) -> Result<Words, Fault> {
    let Some(id) = plan_id else {
        return Ok(Words {
            due_hours: liuke_domain::followup::DUE_HOURS,
            ..Words::default()
        });
    };
    let row = find(db, id)
        .await?
        .ok_or_else(|| Fault::inconsistent("followup_task", "plan_id", id))?;
    Ok(Words {
        opener: row.opener,
        permission_ask: row.permission_ask,
        benefit: row.benefit,
        recap_hint: row.recap_hint,
        due_hours: row.due_hours,
        min_gap_days: row.min_gap_days,
    })
}

/// Remembers that a plan ran.
pub(crate) async fn ran(tx: &Tx, plan_id: Uuid, at: i64) -> Result<(), Fault> {
    tx.run(
        "UPDATE followup_plan SET last_run_at = $2 WHERE id = $1",
        args![plan_id, at],
    )
    .await?;
    Ok(())
}

async fn find(db: &impl Sql, id: Uuid) -> Result<Option<PlanRow>, Fault> {
    db.one(&format!("{SELECT} WHERE p.id = $1"), args![id])
        .await
}

/// Plans of the whole house are seen by all; those of a branch by whoever sees the branch.
fn sees(scope: &Scope, branch_id: Option<Uuid>) -> bool {
    scope.kind == ScopeKind::All || branch_id.is_none_or(|id| scope.branch_ids.contains(&id))
}

/// Plans of the whole house are changed only by whoever sees the whole house.
pub(super) fn may_change(scope: &Scope, branch_id: Option<Uuid>) -> bool {
    scope.kind == ScopeKind::All || branch_id.is_some_and(|id| scope.branch_ids.contains(&id))
}

/// Follow-up plans (回访计划)
///
/// permission: followup.read
#[utoipa::path(get, path = "/api/v1/plans", tag = "followup",
    responses((status = 200, body = Vec<PlanView>), (status = "4XX", body = Problem)))]
async fn list_plans(
    State(app): State<App>,
    may: May<FollowupRead>,
) -> Result<Json<Vec<PlanView>>, Problem> {
    let rows: Vec<PlanRow> = app
        .db
        .all(
            &format!("{SELECT} ORDER BY p.active DESC, p.name, p.id"),
            args![],
        )
        .await?;
    Ok(Json(
        rows.into_iter()
            .filter(|r| sees(may.scope(), r.branch_id))
            .map(PlanRow::view)
            .collect(),
    ))
}

/// A new plan (新建回访计划)
///
/// It makes tasks for those whose day comes from now on. permission: followup.plan
#[utoipa::path(post, path = "/api/v1/plans", tag = "followup", request_body = PlanInput,
    responses((status = 200, body = PlanView), (status = "4XX", body = Problem)))]
async fn create_plan(
    State(app): State<App>,
    may: May<FollowupPlan>,
    Body(input): Body<PlanInput>,
) -> Result<Json<PlanView>, Problem> {
    let tx = app.db.begin_for(&may.ctx).await?;
    let fields = checked(&tx, &may.who, &input).await?;
    let id = insert(&tx, &may.ctx, &fields).await?;
    told(&tx, &may.ctx, "followup.plan_create", id, None, &fields).await?;
    tx.commit().await?;
    shown(&app, id).await
}

/// Change a plan (修改回访计划)
///
/// Switched on again, it does not make up for the time it was off. permission: followup.plan
#[utoipa::path(put, path = "/api/v1/plans/{id}", tag = "followup", params(("id" = Uuid, Path)), request_body = PlanInput,
    responses((status = 200, body = PlanView), (status = "4XX", body = Problem)))]
async fn update_plan(
    State(app): State<App>,
    may: May<FollowupPlan>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<PlanInput>,
) -> Result<Json<PlanView>, Problem> {
    let tx = app.db.begin_for(&may.ctx).await?;
    let old = find(&tx, id)
        .await?
        .filter(|p| sees(may.scope(), p.branch_id));
    let old = old.ok_or_else(|| Problem::not_found("plan"))?;
    if !may_change(may.scope(), old.branch_id) {
        return Err(Problem::new(403, "followup.plan_of_house"));
    }
    let version = input
        .version
        .ok_or_else(|| Problem::invalid([FieldProblem::new("version", "required")]))?;
    let fields = checked(&tx, &may.who, &input).await?;
    let since = if fields.active && !old.active {
        since(&may.ctx, &fields)
    } else {
        old.active_since
    };
    update(&tx, id, version, &fields, since).await?;
    let before =
        json!({ "name": old.name, "active": old.active, "days": old.days, "channel": old.channel });
    told(
        &tx,
        &may.ctx,
        "followup.plan_update",
        id,
        Some(before),
        &fields,
    )
    .await?;
    tx.commit().await?;
    shown(&app, id).await
}

/// What a plan would have made of the last 30 days (试算)
///
/// Nothing is written. permission: followup.plan
#[utoipa::path(post, path = "/api/v1/plans/preview", tag = "followup", request_body = PlanInput,
    responses((status = 200, body = PlanPreview), (status = "4XX", body = Problem)))]
async fn preview_plan(
    State(app): State<App>,
    may: May<FollowupPlan>,
    Body(input): Body<PlanInput>,
) -> Result<Json<PlanPreview>, Problem> {
    let fields = checked(&app.db, &may.who, &input).await?;
    let plan = fields.plan(may.ctx.new_id());
    Ok(Json(sweep::preview(&app, &may.ctx, &plan).await?))
}

/// Run all plans now (立即生成任务)
///
/// The work is done in the background; nothing is made twice. permission: followup.plan
#[utoipa::path(post, path = "/api/v1/plans/run", tag = "followup",
    responses((status = 202, description = "it will run now"), (status = "4XX", body = Problem)))]
async fn run_plans(State(app): State<App>, may: May<FollowupPlan>) -> Result<StatusCode, Problem> {
    let tx = app.db.begin_for(&may.ctx).await?;
    jobs::enqueue(
        &tx,
        &may.ctx,
        sweep::JOB,
        &json!({}),
        may.ctx.now_ms(),
        Some(sweep::JOB),
    )
    .await?;
    audit::write(
        &tx,
        &may.ctx,
        "followup.plans_run",
        "followup_plan",
        None,
        None,
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

async fn shown(app: &App, id: Uuid) -> Result<Json<PlanView>, Problem> {
    let row = find(&app.db, id)
        .await?
        .ok_or_else(|| Problem::not_found("plan"))?;
    Ok(Json(row.view()))
}

async fn told(
    tx: &Tx,
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    before: Option<serde_json::Value>,
    fields: &Fields,
) -> Result<(), Fault> {
    events::tell(tx, ctx, "followup_plan", &json!({ "id": id })).await?;
    let after = json!({ "name": fields.name, "active": fields.active, "days": fields.trigger.days(),
        "channel": fields.channel.as_str() });
    audit::write(
        tx,
        ctx,
        action,
        "followup_plan",
        Some(id),
        before,
        Some(after),
    )
    .await
}

/// From when on a plan counts: whose day is still to come is called, though the car left before the plan was there; what should have
/// been called about already is not made up for.
fn since(ctx: &Ctx, fields: &Fields) -> i64 {
    match fields.trigger {
        PlanTrigger::ServiceClosed { days } => ctx.now_ms() - i64::from(days) * 86_400_000,
        PlanTrigger::NoVisit { .. } => ctx.now_ms(),
    }
}

pub(super) async fn insert(tx: &Tx, ctx: &Ctx, fields: &Fields) -> Result<Uuid, Fault> {
    let id: Uuid = ctx.new_id();
    tx.run(
        "INSERT INTO followup_plan (id, name, kind, trigger_kind, days, category, channel, purpose, opener, permission_ask,
             benefit, recap_hint, due_hours, min_gap_days, branch_id, active, active_since, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18)",
        args![
            id,
            fields.name.as_str(),
            fields.kind.as_str(),
            fields.trigger.kind().as_str(),
            i64::from(fields.trigger.days()),
            fields.category.as_deref(),
            fields.channel.as_str(),
            fields.purpose.as_str(),
            fields.opener.as_str(),
            fields.permission_ask.as_str(),
            fields.benefit.as_str(),
            fields.recap_hint.as_deref(),
            fields.due_hours,
            fields.min_gap_days,
            fields.branch_id,
            fields.active,
            since(ctx, fields),
            ctx.now_ms()
        ],
    )
    .await?;
    Ok(id)
}

async fn update(
    tx: &Tx,
    id: Uuid,
    version: i64,
    fields: &Fields,
    since: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE followup_plan SET name = $3, kind = $4, trigger_kind = $5, days = $6, category = $7, channel = $8,
                 purpose = $9, opener = $10, permission_ask = $11, benefit = $12, recap_hint = $13, due_hours = $14,
                 min_gap_days = $15, branch_id = $16, active = $17, active_since = $18, version = version + 1
             WHERE id = $1 AND version = $2",
            args![
                id,
                version,
                fields.name.as_str(),
                fields.kind.as_str(),
                fields.trigger.kind().as_str(),
                i64::from(fields.trigger.days()),
                fields.category.as_deref(),
                fields.channel.as_str(),
                fields.purpose.as_str(),
                fields.opener.as_str(),
                fields.permission_ask.as_str(),
                fields.benefit.as_str(),
                fields.recap_hint.as_deref(),
                fields.due_hours,
                fields.min_gap_days,
                fields.branch_id,
                fields.active,
                since
            ],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// How many plans there are, switched on or off.
pub(super) async fn count(db: &impl Sql) -> Result<i64, Fault> {
    Ok(db
        .scalar("SELECT count(*) FROM followup_plan", args![])
        .await?
        .unwrap_or(0))
}
