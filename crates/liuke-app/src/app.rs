//! The application: what every handler holds, and the one list of all slices.

use liuke_platform::base::Base;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Everything a handler or job needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Database, clock, ids, configuration, live updates.
    pub base: Base,
    /// True on a demo server, whose login page offers a log-in per role (演示).
    pub demo: bool,
}

impl std::ops::Deref for App {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

#[derive(OpenApi)]
#[openapi(info(title = "Liuke", description = "Customer care and retention (留客)"))]
struct Api;

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(crate::team::routes())
        .merge(crate::customer::routes())
        .merge(crate::importing::routes())
        .merge(crate::value::routes())
        .merge(crate::slip::routes())
        .merge(crate::followup::routes())
        .merge(crate::report::routes())
}
