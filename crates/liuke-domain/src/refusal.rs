//! Refusals (拒绝): a rule said no. The code is API, the words for it are in the web's translations.

use serde_json::Value;

/// What every refusing error of the trade can say about itself.
///
/// The server turns it into a problem document (RFC 9457); no prose leaves the server.
pub trait Refusal: std::error::Error {
    /// HTTP status; 409 unless the refusal is of another nature.
    fn status(&self) -> u16 {
        409
    }

    /// Stable code such as `slip.not_countersigned`, translated by the web.
    fn code(&self) -> &'static str;

    /// Values that the translated sentence needs; `Null` when it needs none.
    fn params(&self) -> Value {
        Value::Null
    }
}
