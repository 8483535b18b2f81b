//! 组织与权限: branches, teams, staff, roles, sessions, API tokens, audit, settings.

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
