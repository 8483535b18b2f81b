//! Settings of the house and work that was given up (设置).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_platform::extract::{Body, PathId};
use liuke_platform::identity::May;
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::permission::{SettingManage, SettingRead};
use crate::team::actions;
use crate::team::setting::{self, Settings};

/// Background work that was given up (失败任务).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadJob {
    /// The job.
    pub id: Uuid,
    /// What it was to do.
    pub kind: String,
    /// How often it was tried.
    pub attempt: i64,
    /// What went wrong last.
    pub error: String,
    /// When it was due last, epoch milliseconds.
    pub due_at: i64,
    /// When it was given up.
    pub dead_at: i64,
}

/// Settings of the house (设置)
///
/// permission: setting.read
#[utoipa::path(get, path = "/api/v1/settings", tag = "setting",
    responses((status = 200, body = Settings), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn get_settings(
    State(app): State<App>,
    _may: May<SettingRead>,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(setting::settings(&app.db).await?))
}

/// Change the settings of the house (修改设置)
///
/// permission: setting.manage
#[utoipa::path(put, path = "/api/v1/settings", tag = "setting", request_body = Settings,
    responses((status = 200, body = Settings), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn put_settings(
    State(app): State<App>,
    may: May<SettingManage>,
    Body(input): Body<Settings>,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(actions::setting::put(&app, &may.ctx, input).await?))
}

/// Background work that was given up (失败任务), latest first
///
/// permission: setting.read
#[utoipa::path(get, path = "/api/v1/jobs/dead", tag = "setting",
    responses((status = 200, body = Vec<DeadJob>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn dead_jobs(
    State(app): State<App>,
    _may: May<SettingRead>,
) -> Result<Json<Vec<DeadJob>>, Problem> {
    Ok(Json(actions::setting::dead_jobs(&app).await?))
}

/// Give such work another chance (重试)
///
/// permission: setting.manage
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "setting", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn retry_job(
    State(app): State<App>,
    may: May<SettingManage>,
    PathId(id): PathId<Uuid>,
) -> Result<StatusCode, Problem> {
    actions::setting::retry_job(&app, &may.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
