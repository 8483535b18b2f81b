//! Settings of the house (设置): typed JSON by name, with a version.

use crate::db::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Sql, Tx};
use crate::fault::Fault;
use crate::problem::Problem;

#[derive(FromQueryResult)]
struct Row {
    value: String,
    version: i64,
}

/// A setting and its version; nothing while it was never put.
pub async fn get<T: DeserializeOwned>(
    db: &impl Sql,
    name: &str,
) -> Result<Option<(T, i64)>, Fault> {
    let row: Option<Row> = db
        .one(
            "SELECT value, version FROM setting WHERE name = $1",
            args![name],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let value = serde_json::from_str(&row.value)
        .map_err(|_| Fault::inconsistent("setting", "value", name))?;
    Ok(Some((value, row.version)))
}

/// A setting, or its default with version 0.
pub async fn get_or_default<T: DeserializeOwned + Default>(
    db: &impl Sql,
    name: &str,
) -> Result<(T, i64), Fault> {
    Ok(get(db, name).await?.unwrap_or_default())
}

/// Puts a setting; the new version. With `version`, 409 when the stored one is another (0: there is none yet).
pub async fn put<T: Serialize>(
    tx: &Tx,
    ctx: &Ctx,
    name: &str,
    value: &T,
    version: Option<i64>,
) -> Result<i64, Problem> {
    let text = serde_json::to_string(value).map_err(Fault::from)?;
    let written: Option<i64> = tx
        .scalar(
            "INSERT INTO setting (name, value, version, updated_at, updated_by) VALUES ($1, $2, 1, $3, $4)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = setting.version + 1,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by
             RETURNING version",
            args![name, text, ctx.now_ms(), ctx.actor.id],
        )
        .await?;
    let written = written.ok_or_else(|| Fault::other("setting was not written"))?;
    // The caller's transaction is rolled back by this refusal, and the value with it.
    if version.is_some_and(|v| v + 1 != written) {
        return Err(Problem::edited_elsewhere());
    }
    Ok(written)
}
