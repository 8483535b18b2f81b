//! API tokens (接口令牌).

use axum::Json;
use axum::extract::State;
use liuke_platform::extract::{Body, PathId};
use liuke_platform::identity::May;
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::permission::TokenManage;
use crate::team::actions;

/// A token without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    /// The token.
    pub id: Uuid,
    /// On whose behalf it acts.
    pub staff_id: Uuid,
    /// Their name.
    pub staff_name: String,
    /// What it is for.
    pub name: String,
    /// How it begins, to tell it apart.
    pub prefix: String,
    /// Codes of rights it may use.
    pub scopes: Vec<String>,
    /// Until when it is good, epoch milliseconds.
    pub expires_at: i64,
    /// When it was used last, to the minute.
    pub last_used_at: Option<i64>,
    /// When its force was taken.
    pub revoked_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
}

/// A new token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenInput {
    /// What it is for.
    pub name: String,
    /// Codes of rights it may use, among one's own.
    pub scopes: Vec<String>,
    /// Days it is good, 1 to 365.
    pub expires_in_days: i64,
}

/// A token with its secret. It is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TokenMade {
    /// To be sent as `Authorization: Bearer …`.
    pub token: String,
    /// The rest.
    pub view: TokenView,
}

/// Tokens (令牌列表): all for who sees everything, otherwise one's own
///
/// permission: token.manage
#[utoipa::path(get, path = "/api/v1/tokens", tag = "team",
    responses((status = 200, body = Vec<TokenView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn list_tokens(
    State(app): State<App>,
    may: May<TokenManage>,
) -> Result<Json<Vec<TokenView>>, Problem> {
    Ok(Json(actions::token::list(&app, may.scope()).await?))
}

/// Make a token that acts on one's own behalf (新建令牌)
///
/// permission: token.manage
#[utoipa::path(post, path = "/api/v1/tokens", tag = "team", request_body = TokenInput,
    responses((status = 200, body = TokenMade), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn create_token(
    State(app): State<App>,
    may: May<TokenManage>,
    Body(input): Body<TokenInput>,
) -> Result<Json<TokenMade>, Problem> {
    Ok(Json(
        actions::token::create(&app, &may.ctx, &may.who, input).await?,
    ))
}

/// Take a token's force (吊销令牌)
///
/// permission: token.manage
#[utoipa::path(post, path = "/api/v1/tokens/{id}/revoke", tag = "team", params(("id" = Uuid, Path)),
    responses((status = 200, body = TokenView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn revoke_token(
    State(app): State<App>,
    may: May<TokenManage>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<TokenView>, Problem> {
    Ok(Json(
        actions::token::revoke(&app, &may.ctx, &may.who, id).await?,
    ))
}
