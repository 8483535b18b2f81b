//! 导入: a firm's spreadsheets become customers, vehicles and equipment, orders and service records.
//!
//! A file is taken in ([`upload`]), its columns are proposed and chosen, a check says what each line would do, and a
//! run does it ([`run`]), batch by batch. [`line`] reads a line, [`resolve`] finds whose it is, [`batch`] decides and
//! writes. The rules of headings, cells and refunds stand in [`liuke_domain::importing`].

mod actions;
mod batch;
mod command;
mod errors;
mod guard;
mod http;
mod line;
mod resolve;
mod run;
mod source;
mod store;
mod upload;
mod views;

#[cfg(test)]
mod tests;

use liuke_platform::jobs::Jobs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub use actions::DONE;
pub use command::{Ask, Report, import_file, refusal};

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(http::list_imports, http::upload_import))
        .routes(routes!(http::get_import, http::map_import))
        .routes(routes!(http::check_import))
        .routes(routes!(http::run_import))
        .routes(routes!(http::cancel_import))
        .routes(routes!(http::import_rows))
        .routes(routes!(http::import_errors))
        .routes(routes!(http::import_fields))
        .routes(routes!(http::import_template))
}

/// Background work of this capability.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all.kinds(actions::kinds())
}
