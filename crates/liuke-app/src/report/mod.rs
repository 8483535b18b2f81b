//! 统计: rates with their formulas, and the rows behind them.

mod figures;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod workbook;

use liuke_platform::jobs::Jobs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(http::get_rates))
        .routes(routes!(http::export_rates))
        .routes(routes!(http::rate_rows))
}

/// Adds the background work of this capability.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all
}
