//! Signing in and out, first setup, invitations, live updates (登录).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use liuke_platform::extract::Body;
use liuke_platform::http::Peer;
use liuke_platform::identity::{AnyStaff, Public, ScopeKind};
use liuke_platform::live;
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::team::actions;

/// Who is signed in and what they may do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// The person.
    pub staff: Me,
    /// Codes of their roles.
    pub roles: Vec<String>,
    /// Codes of their rights.
    pub permissions: Vec<String>,
    /// How far they see.
    pub scope: ScopeKind,
    /// Time zone of their branch.
    pub zone: String,
    /// Name of the firm.
    pub company: String,
    /// Whether this is a demo server.
    pub demo: bool,
    /// The server's time, epoch milliseconds.
    pub server_now: i64,
    /// The program's version.
    pub version: String,
}

/// The person at hand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person.
    pub id: Uuid,
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Where they work.
    pub branch_id: Uuid,
    /// Its name.
    pub branch_name: String,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// Its name.
    pub team_name: Option<String>,
}

/// What the log-in page shows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LoginOptions {
    /// Whether nobody has set the product up yet.
    pub setup_needed: bool,
    /// Name of the firm.
    pub company: String,
    /// Whether this is a demo server.
    pub demo: bool,
    /// One log-in per role; on a demo server only.
    pub demo_logins: Vec<DemoLogin>,
}

/// A log-in of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemoLogin {
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// Password.
    pub password: String,
}

/// Signing in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// Log-in name.
    pub login: String,
    /// Password.
    pub password: String,
}

/// First setup.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    /// Out of the link that the server printed.
    pub token: String,
    /// Name of the firm.
    pub company: String,
    /// Name of its first branch.
    pub branch_name: String,
    /// Log-in name of the first administrator.
    pub login: String,
    /// Name of the first administrator.
    pub name: String,
    /// Password.
    pub password: String,
}

/// Another password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The one so far.
    pub current: String,
    /// The one from now on.
    pub new: String,
}

/// Whom a link invites.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InviteView {
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Until when it is good, epoch milliseconds.
    pub expires_at: i64,
}

/// Choosing a password by a link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteInput {
    /// Out of the link.
    pub token: String,
    /// Password.
    pub password: String,
}

/// A view with the cookie that signs the browser in.
fn with_cookie(cookie: HeaderValue, view: SessionView) -> Response {
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Json(view)).into_response()
}

/// What the log-in page shows (登录选项)
///
/// permission: public
#[utoipa::path(get, path = "/api/v1/login-options", tag = "session",
    responses((status = 200, body = LoginOptions), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn login_options(
    State(app): State<App>,
    _anybody: Public,
) -> Result<Json<LoginOptions>, Problem> {
    Ok(Json(actions::session::options(&app).await?))
}

/// Sign in (登录)
///
/// permission: public
#[utoipa::path(post, path = "/api/v1/login", tag = "session", request_body = LoginInput,
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn login(
    State(app): State<App>,
    anybody: Public,
    peer: Peer,
    Body(input): Body<LoginInput>,
) -> Result<Response, Problem> {
    let (cookie, view) = actions::session::login(&app, &anybody, &peer, input).await?;
    Ok(with_cookie(cookie, view))
}

/// Sign out (退出)
///
/// permission: any
#[utoipa::path(post, path = "/api/v1/logout", tag = "session",
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn logout(
    State(app): State<App>,
    any: AnyStaff,
) -> Result<Response, Problem> {
    let cookie = actions::session::logout(&app, &any.ctx, &any.who).await?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
        .into_response())
}

/// Who is signed in (当前登录)
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn session(
    State(app): State<App>,
    any: AnyStaff,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(
        actions::session::view(&app, &any.ctx, &any.who).await?,
    ))
}

/// Change one's password (修改密码); signs out everywhere else
///
/// permission: any
#[utoipa::path(post, path = "/api/v1/session/password", tag = "session", request_body = PasswordInput,
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn change_password(
    State(app): State<App>,
    any: AnyStaff,
    Body(input): Body<PasswordInput>,
) -> Result<StatusCode, Problem> {
    actions::session::change_password(&app, &any.ctx, &any.who, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// First setup (初始化): the firm, its first branch, the first administrator; by the link that the server printed, once
///
/// permission: public
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", request_body = SetupInput,
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn setup(
    State(app): State<App>,
    anybody: Public,
    peer: Peer,
    Body(input): Body<SetupInput>,
) -> Result<Response, Problem> {
    let (cookie, view) = actions::session::setup(&app, &anybody, &peer, input).await?;
    Ok(with_cookie(cookie, view))
}

/// Whom a link invites (邀请)
///
/// permission: public
#[utoipa::path(get, path = "/api/v1/invites/{token}", tag = "session", params(("token" = String, Path)),
    responses((status = 200, body = InviteView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn invite(
    State(app): State<App>,
    anybody: Public,
    Path(token): Path<String>,
) -> Result<Json<InviteView>, Problem> {
    Ok(Json(
        actions::session::invite(&app, &anybody.ctx, &token).await?,
    ))
}

/// Choose a password by a link (接受邀请); signs in
///
/// permission: public
#[utoipa::path(post, path = "/api/v1/invites/accept", tag = "session", request_body = InviteInput,
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn accept_invite(
    State(app): State<App>,
    anybody: Public,
    peer: Peer,
    Body(input): Body<InviteInput>,
) -> Result<Response, Problem> {
    let (cookie, view) = actions::session::accept_invite(&app, &anybody, &peer, input).await?;
    Ok(with_cookie(cookie, view))
}

/// Live updates (实时更新): which kind of thing changed and which one, never its content
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/events", tag = "session",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(in crate::team) async fn events(
    State(app): State<App>,
    any: AnyStaff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    live::sse(&app.live, &any.who, last).await
}
