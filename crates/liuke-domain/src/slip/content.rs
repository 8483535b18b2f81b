//! What is signed (签字内容): one JSON text with one hash. Whoever changes a letter afterwards breaks the hash.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::satisfaction::Scores;

/// The sheet as it lies before the person who signs. Later signatures include the earlier one's hash, so that they stand on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content<'a> {
    /// Number of the slip (单号).
    pub number: &'a str,
    /// Round: 0 at first, plus one for each reopening.
    pub round: u32,
    /// Customer's name.
    pub customer: &'a str,
    /// Plate and model, or equipment.
    pub asset: Option<&'a str>,
    /// Raised at, epoch milliseconds.
    pub raised_at: i64,
    /// Raised by.
    pub raised_by: &'a str,
    /// The problem (问题).
    pub problem: &'a str,
    /// The customer's own words (客户原话).
    pub verbatim: Option<&'a str>,
    /// Scores given in the call.
    pub scores: Scores,
    /// Person responsible.
    pub responsible: Option<&'a str>,
    /// The answer (答复).
    pub answer: Option<&'a str>,
    /// Hash under the answer, for a countersignature or confirmation.
    pub answer_hash: Option<&'a str>,
    /// Hash of the countersignature, for a confirmation.
    pub countersign_hash: Option<&'a str>,
}

impl Content<'_> {
    /// The hash to be signed.
    pub fn hash(&self) -> String {
        // Texts, numbers and options always become JSON; `Null` would only make a signature that never verifies.
        content_hash(&serde_json::to_value(self).unwrap_or(Value::Null))
    }
}

/// Canonical JSON: keys in byte order, no white space, strings escaped as `serde_json` does. The same on every machine and in every build.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(&Value::String(key.clone()), out);
                out.push(':');
                write(map.get(key).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// SHA-256 of the canonical JSON, hexadecimal, lower case.
pub fn content_hash(value: &Value) -> String {
    hex::encode(Sha256::digest(canonical(value).as_bytes()))
}
