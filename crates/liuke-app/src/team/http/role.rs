//! Roles and rights (角色与权限).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::{May, ScopeKind};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::permission::{self, RoleManage, TeamRead};
use crate::shapes::Version;
use crate::team::actions;

/// A role: what its holders may do and how far they see.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoleView {
    /// The role.
    pub id: Uuid,
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Whether it came with the product.
    pub builtin: bool,
    /// How far.
    pub scope: ScopeKind,
    /// Codes of rights.
    pub permissions: Vec<String>,
    /// Active people who have it.
    pub staff_count: i64,
    /// For the next change.
    pub version: i64,
}

/// A new or changed role.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleInput {
    /// Stable code; that of a builtin role stays.
    pub code: String,
    /// Name.
    pub name: String,
    /// How far.
    pub scope: ScopeKind,
    /// Codes of rights.
    pub permissions: Vec<String>,
    /// The version that was read; for changes.
    #[serde(default)]
    pub version: Option<i64>,
}

/// All roles (角色)
///
/// permission: team.read
#[utoipa::path(get, path = "/api/v1/roles", tag = "team",
    responses((status = 200, body = Vec<RoleView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_roles(
    State(app): State<App>,
    _may: May<TeamRead>,
) -> Result<Json<Vec<RoleView>>, Problem> {
    Ok(Json(actions::role::list(&app).await?))
}

/// Make a role (新增角色)
///
/// permission: role.manage
#[utoipa::path(post, path = "/api/v1/roles", tag = "team", request_body = RoleInput,
    responses((status = 200, body = RoleView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn create_role(
    State(app): State<App>,
    may: May<RoleManage>,
    Body(input): Body<RoleInput>,
) -> Result<Json<RoleView>, Problem> {
    Ok(Json(
        actions::role::create(&app, &may.ctx, &may.who, input).await?,
    ))
}

/// Change a role (修改角色); the administrator's stays as it is
///
/// permission: role.manage
#[utoipa::path(put, path = "/api/v1/roles/{id}", tag = "team", params(("id" = Uuid, Path)), request_body = RoleInput,
    responses((status = 200, body = RoleView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn update_role(
    State(app): State<App>,
    may: May<RoleManage>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<RoleInput>,
) -> Result<Json<RoleView>, Problem> {
    Ok(Json(
        actions::role::update(&app, &may.ctx, &may.who, id, input).await?,
    ))
}

/// Delete a role nobody has (删除角色)
///
/// permission: role.manage
#[utoipa::path(delete, path = "/api/v1/roles/{id}", tag = "team", params(("id" = Uuid, Path), Version),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn delete_role(
    State(app): State<App>,
    may: May<RoleManage>,
    PathId(id): PathId<Uuid>,
    Params(seen): Params<Version>,
) -> Result<StatusCode, Problem> {
    actions::role::delete(&app, &may.ctx, &may.who, id, seen.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The codes of all rights (权限清单)
///
/// permission: team.read
#[utoipa::path(get, path = "/api/v1/permissions", tag = "team",
    responses((status = 200, body = Vec<String>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_permissions(_may: May<TeamRead>) -> Json<Vec<&'static str>> {
    Json(permission::ALL.to_vec())
}
