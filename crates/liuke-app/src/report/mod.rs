//! 统计: rates with their formulas, and the rows behind them.

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
