//! 客户档案: customers, their assets, orders, service history, one timeline, search.

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
