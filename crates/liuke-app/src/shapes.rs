//! Shapes that several capabilities share.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The version of a row somebody saw; another in the database answers 409 `edited_elsewhere`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Version {
    /// As it was read.
    pub version: i64,
}
