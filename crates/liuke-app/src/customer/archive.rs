//! Deleting and restoring a customer (删除与恢复). Nothing is erased: the row is marked and leaves lists, search and counts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_platform::args;
use liuke_platform::db::Sql as _;
use liuke_platform::events;
use liuke_platform::extract::{Params, PathId};
use liuke_platform::identity::May;
use liuke_platform::problem::Problem;
use serde_json::json;
use uuid::Uuid;

use super::card::view;
use super::days;
use super::edit::taken;
use super::keys::index_one;
use super::log::log;
use super::scope::{find_deleted, require};
use super::views::CustomerView;
use crate::App;
use crate::permission::CustomerDelete;
use crate::shapes::Version;

/// Delete a customer (删除客户)
///
/// Can be restored. permission: customer.delete
#[utoipa::path(delete, path = "/api/v1/customers/{id}", tag = "customer", params(("id" = Uuid, Path), Version),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn delete_customer(
    State(app): State<App>,
    may: May<CustomerDelete>,
    PathId(id): PathId<Uuid>,
    Params(seen): Params<Version>,
) -> Result<StatusCode, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let record = require(&tx, may.scope(), id).await?;
    let touched = tx
        .run(
            "UPDATE customer SET deleted_at = $3, updated_at = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND deleted_at IS NULL",
            args![id, seen.version, ctx.now_ms()],
        )
        .await?;
    if touched == 0 {
        return Err(Problem::edited_elsewhere());
    }
    index_one(&tx, id).await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": id })).await?;
    let label = json!({ "number": record.number, "name": record.name });
    log(
        &tx,
        ctx,
        "customer.delete",
        "customer",
        id,
        Some(label),
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted customer (恢复客户)
///
/// permission: customer.delete
#[utoipa::path(post, path = "/api/v1/customers/{id}/restore", tag = "customer", params(("id" = Uuid, Path)),
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn restore_customer(
    State(app): State<App>,
    may: May<CustomerDelete>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<CustomerView>, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    find_deleted(&tx, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("customer"))?;
    tx.run(
        "UPDATE customer SET deleted_at = NULL, updated_at = $2, version = version + 1 WHERE id = $1",
        args![id, ctx.now_ms()],
    )
    .await
    .map_err(|fault| taken(fault, "external_id"))?;
    index_one(&tx, id).await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": id })).await?;
    let record = require(&tx, may.scope(), id).await?;
    let label = json!({ "number": record.number, "name": record.name });
    let day = days::of_branch(&tx, record.branch_id, ctx.now).await?;
    let view = view(&tx, record, day, may.who.may("customer.reveal")).await?;
    log(
        &tx,
        ctx,
        "customer.restore",
        "customer",
        id,
        None,
        Some(label),
    )
    .await?;
    tx.commit().await?;
    Ok(Json(view))
}
