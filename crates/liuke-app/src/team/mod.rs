//! 组织与权限: branches, teams, staff, roles, sessions, API tokens, audit, settings.
//!
//! The lowest slice: all others ask it who may do what and where. What they may call is re-exported here.

mod actions;
mod authenticate;
pub mod founding;
pub mod http;
mod people;
mod setting;
mod store;

#[cfg(test)]
mod tests;

use liuke_platform::ctx::{Actor, Base, Ctx};
use liuke_platform::fault::Fault;
use liuke_platform::jobs::Jobs;
use liuke_platform::problem::Problem;
use liuke_platform::secret;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub use authenticate::People;
pub use http::session::DemoLogin;
pub use people::{
    Candidate, branch_names, branch_zone, branches_below, business_day, candidates, staff_names,
    verify_password,
};
pub use setting::{Settings, Window, found, put_demo_logins, settings};

/// Told once, when the first setup is done; payload `{"id": …}` of the administrator.
pub const SETUP_DONE: &str = "setup_done";

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    use http::{audit, org, role, session, setting, staff, token};
    OpenApiRouter::new()
        .routes(routes!(session::login_options))
        .routes(routes!(session::login))
        .routes(routes!(session::logout))
        .routes(routes!(session::session))
        .routes(routes!(session::change_password))
        .routes(routes!(session::setup))
        .routes(routes!(session::invite))
        .routes(routes!(session::accept_invite))
        .routes(routes!(session::events))
        .routes(routes!(staff::list_staff, staff::create_staff))
        .routes(routes!(staff::get_staff, staff::update_staff))
        .routes(routes!(staff::reset_password))
        .routes(routes!(staff::deactivate_staff))
        .routes(routes!(staff::activate_staff))
        .routes(routes!(staff::staff_options))
        .routes(routes!(org::list_branches, org::create_branch))
        .routes(routes!(org::update_branch))
        .routes(routes!(org::list_teams, org::create_team))
        .routes(routes!(org::update_team, org::delete_team))
        .routes(routes!(role::list_roles, role::create_role))
        .routes(routes!(role::update_role, role::delete_role))
        .routes(routes!(role::list_permissions))
        .routes(routes!(token::list_tokens, token::create_token))
        .routes(routes!(token::revoke_token))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::verify_audit))
        .routes(routes!(setting::get_settings, setting::put_settings))
        .routes(routes!(setting::dead_jobs))
        .routes(routes!(setting::retry_job))
}

/// Background work of this capability: none.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all
}

/// Lays what every installation has: the builtin roles. Harmless when they are there.
pub async fn seed(base: &Base) -> Result<(), Fault> {
    let ctx = base.ctx(Actor::system());
    let tx = base.db.begin().await?;
    actions::role::seed(&tx, &ctx).await?;
    tx.commit().await
}

/// The link for the first setup, fresh each time; nothing once somebody is there. Links given out before are no
/// longer good.
pub async fn setup_link(app: &App) -> Result<Option<String>, Problem> {
    if store::staff::any(&app.db).await? {
        return Ok(None);
    }
    let ctx: Ctx = app.ctx(Actor::cli());
    let token = secret::fresh()?;
    let tx = app.db.begin().await?;
    setting::put_setup_token(&tx, &ctx, &secret::digest(&token)).await?;
    tx.commit().await?;
    Ok(Some(app.link(None, "/setup", &token)))
}
