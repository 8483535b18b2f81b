//! 回访: plans make tasks, the Today page orders them, the call sheet holds what was said.

use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
