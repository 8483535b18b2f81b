//! Branches and teams (网点与班组).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::{AnyStaff, May};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::permission::TeamManage;
use crate::shapes::Version;
use crate::team::actions;

/// What a branch is (网点类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BranchKind {
    /// The firm itself (公司).
    Company,
    /// A region (大区).
    Region,
    /// A shop or workshop (网点).
    Branch,
}

/// A branch in the tree.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BranchView {
    /// The branch.
    pub id: Uuid,
    /// The one it stands below.
    pub parent_id: Option<Uuid>,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: BranchKind,
    /// IANA time zone, which decides over its business days.
    pub zone: String,
    /// Whether it is open.
    pub active: bool,
    /// Active people who work there.
    pub staff_count: i64,
    /// For the next change.
    pub version: i64,
}

/// A new or changed branch.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchInput {
    /// The one it stands below; nothing only for the company.
    #[serde(default)]
    pub parent_id: Option<Uuid>,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: BranchKind,
    /// IANA time zone.
    pub zone: String,
    /// Whether it is open.
    pub active: bool,
    /// The version that was read; for changes.
    #[serde(default)]
    pub version: Option<i64>,
}

/// A team of a branch.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TeamView {
    /// The team.
    pub id: Uuid,
    /// Its branch.
    pub branch_id: Uuid,
    /// The branch's name.
    pub branch_name: String,
    /// Name.
    pub name: String,
    /// Who leads it.
    pub leader_id: Option<Uuid>,
    /// The leader's name.
    pub leader_name: Option<String>,
    /// Active members.
    pub staff_count: i64,
    /// For the next change.
    pub version: i64,
}

/// A new or changed team.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamInput {
    /// Its branch.
    pub branch_id: Uuid,
    /// Name, once per branch.
    pub name: String,
    /// Who leads it.
    #[serde(default)]
    pub leader_id: Option<Uuid>,
    /// The version that was read; for changes.
    #[serde(default)]
    pub version: Option<i64>,
}

/// All branches (网点)
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/branches", tag = "team",
    responses((status = 200, body = Vec<BranchView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_branches(
    State(app): State<App>,
    _any: AnyStaff,
) -> Result<Json<Vec<BranchView>>, Problem> {
    Ok(Json(actions::org::branches(&app).await?))
}

/// Open a branch (新增网点)
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/branches", tag = "team", request_body = BranchInput,
    responses((status = 200, body = BranchView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn create_branch(
    State(app): State<App>,
    may: May<TeamManage>,
    Body(input): Body<BranchInput>,
) -> Result<Json<BranchView>, Problem> {
    Ok(Json(
        actions::org::create_branch(&app, &may.ctx, &may.who, input).await?,
    ))
}

/// Change, move or close a branch (修改网点)
///
/// permission: team.manage
#[utoipa::path(put, path = "/api/v1/branches/{id}", tag = "team", params(("id" = Uuid, Path)), request_body = BranchInput,
    responses((status = 200, body = BranchView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn update_branch(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<BranchInput>,
) -> Result<Json<BranchView>, Problem> {
    Ok(Json(
        actions::org::update_branch(&app, &may.ctx, &may.who, id, input).await?,
    ))
}

/// All teams (班组)
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/teams", tag = "team",
    responses((status = 200, body = Vec<TeamView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_teams(
    State(app): State<App>,
    _any: AnyStaff,
) -> Result<Json<Vec<TeamView>>, Problem> {
    Ok(Json(actions::org::teams(&app).await?))
}

/// Form a team (新增班组)
///
/// permission: team.manage
#[utoipa::path(post, path = "/api/v1/teams", tag = "team", request_body = TeamInput,
    responses((status = 200, body = TeamView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn create_team(
    State(app): State<App>,
    may: May<TeamManage>,
    Body(input): Body<TeamInput>,
) -> Result<Json<TeamView>, Problem> {
    Ok(Json(
        actions::org::create_team(&app, &may.ctx, &may.who, input).await?,
    ))
}

/// Change a team (修改班组)
///
/// permission: team.manage
#[utoipa::path(put, path = "/api/v1/teams/{id}", tag = "team", params(("id" = Uuid, Path)), request_body = TeamInput,
    responses((status = 200, body = TeamView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn update_team(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<TeamInput>,
) -> Result<Json<TeamView>, Problem> {
    Ok(Json(
        actions::org::update_team(&app, &may.ctx, &may.who, id, input).await?,
    ))
}

/// Dissolve a team nobody is in (删除班组)
///
/// permission: team.manage
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "team", params(("id" = Uuid, Path), Version),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn delete_team(
    State(app): State<App>,
    may: May<TeamManage>,
    PathId(id): PathId<Uuid>,
    Params(seen): Params<Version>,
) -> Result<StatusCode, Problem> {
    actions::org::delete_team(&app, &may.ctx, &may.who, id, seen.version).await?;
    Ok(StatusCode::NO_CONTENT)
}
