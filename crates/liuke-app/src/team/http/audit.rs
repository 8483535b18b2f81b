//! The audit trail (审计).

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use liuke_platform::ctx::Via;
use liuke_platform::extract::Params;
use liuke_platform::identity::May;
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::permission::AuditRead;
use crate::team::actions;

/// One entry of the trail.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its place in the chain.
    pub seq: i64,
    /// When, epoch milliseconds.
    pub at: i64,
    /// Who; nothing for the system.
    pub actor_id: Option<Uuid>,
    /// Their name at the time.
    pub actor_name: String,
    /// By which way.
    pub via: Via,
    /// What, such as `customer.reveal`.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which one.
    pub subject_id: Option<Uuid>,
    /// Its number or name today.
    pub subject_label: Option<String>,
    /// How it was.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// How it became.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
    /// SHA-256 over this entry and the hash before it.
    pub hash: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditState {
    /// Entries in order.
    pub entries: i64,
    /// Hash of the last of them.
    pub head: Option<String>,
    /// When it was checked, epoch milliseconds.
    pub checked_at: i64,
    /// The first entry that does not fit.
    pub broken_at: Option<i64>,
}

/// Which entries.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::team) struct AuditQuery {
    /// From this day on, `YYYY-MM-DD` in the firm's time zone.
    #[param(value_type = Option<String>)]
    pub(in crate::team) from: Option<Date>,
    /// Up to this day, included.
    #[param(value_type = Option<String>)]
    pub(in crate::team) to: Option<Date>,
    /// By this person.
    pub(in crate::team) actor_id: Option<Uuid>,
    /// What was done.
    pub(in crate::team) action: Option<String>,
    /// To this kind of thing.
    pub(in crate::team) subject_kind: Option<String>,
    /// To this one.
    pub(in crate::team) subject_id: Option<Uuid>,
    #[serde(flatten)]
    #[param(ignore)]
    pub(in crate::team) page: PageQuery,
}

/// Who did what (审计日志), latest first
///
/// permission: audit.read
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery, PageQuery),
    responses((status = 200, body = Page<AuditEntry>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_audit(
    State(app): State<App>,
    may: May<AuditRead>,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    Ok(Json(
        actions::setting::audit(&app, may.scope(), &query).await?,
    ))
}

/// Check the whole chain (校验审计链)
///
/// permission: audit.read
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit",
    responses((status = 200, body = AuditState), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn verify_audit(
    State(app): State<App>,
    may: May<AuditRead>,
) -> Result<Json<AuditState>, Problem> {
    Ok(Json(actions::setting::verify(&app, &may.ctx).await?))
}
