//! 客户金字塔: tiers by revenue or profit, kept per month.

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
