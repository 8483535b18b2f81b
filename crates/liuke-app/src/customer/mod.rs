//! 客户档案: customers, their assets, orders, service history, one timeline, search.

use liuke_platform::jobs::Jobs;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

/// Adds the background work of this capability.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all
}
