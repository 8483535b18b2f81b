//! Audit entries of the archive (审计): only what changed, personal data masked by whoever calls.

use liuke_platform::audit;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Writes an entry.
pub(super) async fn log(
    tx: &Tx,
    ctx: &Ctx,
    action: &str,
    kind: &str,
    id: Uuid,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), Fault> {
    audit::write(tx, ctx, action, kind, Some(id), before, after).await
}

/// The fields in which two states differ, before and after; nothing when they are equal.
pub(super) fn difference(before: &Value, after: &Value) -> Option<(Value, Value)> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return None;
    };
    let mut old = Map::new();
    let mut new = Map::new();
    for (key, value) in after {
        let was = before.get(key).unwrap_or(&Value::Null);
        if was != value {
            old.insert(key.clone(), was.clone());
            new.insert(key.clone(), value.clone());
        }
    }
    (!new.is_empty()).then_some((Value::Object(old), Value::Object(new)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        assert_eq!(
            difference(&json!({"a": 1, "b": 2}), &json!({"a": 1, "b": 3, "c": "x"})),
            Some((json!({"b": 2, "c": null}), json!({"b": 3, "c": "x"})))
        );
        assert_eq!(difference(&json!({"a": 1}), &json!({"a": 1})), None);
    }
}
