//! People (员工).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::{AnyStaff, Identity, May};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::permission::{TeamManage, TeamRead};
use crate::shapes::Version;
use crate::team::actions;

/// A role somebody has.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoleRef {
    /// The role.
    pub id: Uuid,
    /// Its stable code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A person as lists show them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffRow {
    /// The person.
    pub id: Uuid,
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Extension or mobile at work.
    pub phone: Option<String>,
    /// Number in the personnel file.
    pub employee_no: Option<String>,
    /// Where they work.
    pub branch_id: Uuid,
    /// Its name.
    pub branch_name: String,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// Its name.
    pub team_name: Option<String>,
    /// What they are there for.
    pub roles: Vec<RoleRef>,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// When they signed in last, epoch milliseconds.
    pub last_login_at: Option<i64>,
    /// For the next change.
    pub version: i64,
}

/// A new or changed person.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffInput {
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Extension or mobile at work.
    #[serde(default)]
    pub phone: Option<String>,
    /// Number in the personnel file.
    #[serde(default)]
    pub employee_no: Option<String>,
    /// Where they work.
    pub branch_id: Uuid,
    /// Their team, of the same branch.
    #[serde(default)]
    pub team_id: Option<Uuid>,
    /// What they are there for: one role or more.
    pub role_ids: Vec<Uuid>,
    /// The version that was read; for changes.
    #[serde(default)]
    pub version: Option<i64>,
}

/// A person and the link by which they choose a password. It is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffInvited {
    /// The person.
    pub staff: StaffRow,
    /// To be handed to the person, and to nobody else.
    pub link: String,
    /// Until when it is good, epoch milliseconds.
    pub expires_at: i64,
}

/// A person to choose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffOption {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Where they work.
    pub branch_name: String,
    /// Their team.
    pub team_name: Option<String>,
    /// Whether they work here still.
    pub active: bool,
}

/// Which people.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::team) struct StaffQuery {
    /// Part of the name, log-in or personnel number.
    pub(in crate::team) q: Option<String>,
    /// Of this branch.
    pub(in crate::team) branch_id: Option<Uuid>,
    /// With this role.
    pub(in crate::team) role_id: Option<Uuid>,
    /// Active or not.
    pub(in crate::team) active: Option<bool>,
    #[serde(flatten)]
    #[param(ignore)]
    pub(in crate::team) page: PageQuery,
}

/// Which people to choose from.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::team) struct OptionQuery {
    /// Part of the name or log-in.
    pub(in crate::team) q: Option<String>,
    /// Who may do this.
    pub(in crate::team) permission: Option<String>,
    /// Who works in this branch or may do it there.
    pub(in crate::team) branch_id: Option<Uuid>,
}

/// Under which address the browser sees us; checked against the host by the gate, but not for programs with a token.
fn origin<'a>(who: &Identity, headers: &'a HeaderMap) -> Option<&'a str> {
    who.session_id.as_ref()?;
    headers
        .get(header::ORIGIN)
        .and_then(|v| v.to_str().ok())
        .filter(|o| o.starts_with("http"))
}

/// People the reader may see (员工列表)
///
/// permission: team.read
#[utoipa::path(get, path = "/api/v1/staff", tag = "team", params(StaffQuery, PageQuery),
    responses((status = 200, body = Page<StaffRow>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_staff(
    State(app): State<App>,
    may: May<TeamRead>,
    Params(query): Params<StaffQuery>,
) -> Result<Json<Page<StaffRow>>, Problem> {
    Ok(Json(actions::staff::list(&app, may.scope(), &query).await?))
}

/// Add a person (新增员工); answers the link by which they choose a password
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/staff", tag = "team", request_body = StaffInput,
    responses((status = 200, body = StaffInvited), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn create_staff(
    State(app): State<App>,
    may: May<TeamManage>,
    headers: HeaderMap,
    Body(input): Body<StaffInput>,
) -> Result<Json<StaffInvited>, Problem> {
    Ok(Json(
        actions::staff::create(&app, &may.ctx, &may.who, origin(&may.who, &headers), input).await?,
    ))
}

/// One person (员工详情)
///
/// permission: team.read
#[utoipa::path(get, path = "/api/v1/staff/{id}", tag = "team", params(("id" = Uuid, Path)),
    responses((status = 200, body = StaffRow), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn get_staff(
    State(app): State<App>,
    may: May<TeamRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<StaffRow>, Problem> {
    Ok(Json(actions::staff::get(&app.db, may.scope(), id).await?))
}

/// Change a person (修改员工)
///
/// permission: team.manage
#[utoipa::path(put, path = "/api/v1/staff/{id}", tag = "team", params(("id" = Uuid, Path)), request_body = StaffInput,
    responses((status = 200, body = StaffRow), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn update_staff(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<StaffInput>,
) -> Result<Json<StaffRow>, Problem> {
    Ok(Json(
        actions::staff::update(&app, &may.ctx, &may.who, id, input).await?,
    ))
}

/// Take a password away and make a link to choose another (重置密码); signs the person out everywhere
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/staff/{id}/reset-password", tag = "team", params(("id" = Uuid, Path)),
    responses((status = 200, body = StaffInvited), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn reset_password(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    headers: HeaderMap,
) -> Result<Json<StaffInvited>, Problem> {
    Ok(Json(
        actions::staff::reset_password(&app, &may.ctx, &may.who, origin(&may.who, &headers), id)
            .await?,
    ))
}

/// Let a person work no longer (停用); ends their sessions and tokens at once
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/staff/{id}/deactivate", tag = "team", params(("id" = Uuid, Path)), request_body = Version,
    responses((status = 200, body = StaffRow), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn deactivate_staff(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Body(seen): Body<Version>,
) -> Result<Json<StaffRow>, Problem> {
    Ok(Json(
        actions::staff::deactivate(&app, &may.ctx, &may.who, id, seen.version).await?,
    ))
}

/// Let a person work again (启用)
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/staff/{id}/activate", tag = "team", params(("id" = Uuid, Path)), request_body = Version,
    responses((status = 200, body = StaffRow), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn activate_staff(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Body(seen): Body<Version>,
) -> Result<Json<StaffRow>, Problem> {
    Ok(Json(
        actions::staff::activate(&app, &may.ctx, &may.who, id, seen.version).await?,
    ))
}

/// Active colleagues to choose from (可选人员), of the branches the reader belongs to
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/staff-options", tag = "team", params(OptionQuery),
    responses((status = 200, body = Vec<StaffOption>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn staff_options(
    State(app): State<App>,
    any: AnyStaff,
    Params(query): Params<OptionQuery>,
) -> Result<Json<Vec<StaffOption>>, Problem> {
    Ok(Json(
        actions::staff::options(&app, any.scope(), &query).await?,
    ))
}
