//! 客户金字塔: tiers by revenue or profit, kept per month.
//!
//! The rules stand in [`liuke_domain::pyramid`]; this slice counts, ranks in one statement, and writes the tier to the
//! customers whose tier changed.

mod actions;
mod http;
mod jobs;
mod store;
#[cfg(test)]
mod tests;

use liuke_platform::jobs::Jobs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub use actions::{PyramidRun, RANKED, rank};

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(http::get_pyramid))
        .routes(routes!(http::run_pyramid))
        .routes(routes!(http::put_pyramid_settings))
        .routes(routes!(http::pyramid_customers))
        .routes(routes!(http::explain_tier))
}

/// Adds the background work of this capability: the nightly ranking.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all.kinds(jobs::kinds()).schedules(jobs::schedules())
}
