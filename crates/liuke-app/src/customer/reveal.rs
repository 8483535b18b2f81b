//! Revealing one masked value (查看完整信息): logged each time and limited per person and day.
//!
//! The limit guards against browsing. Whoever has to call a customer sees the numbers of that customer as often as it takes: each
//! time is an audit entry, once per customer and day it is counted, and it takes nothing from the limit.

use axum::Json;
use axum::extract::State;
use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Engine, FromQueryResult, Sql as _, Tx};
use liuke_platform::extract::{Body, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::May;
use liuke_platform::problem::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::days;
use super::log::log;
use super::phones::{emails_of, phones_of};
use super::record::CustomerRecord;
use super::scope::require;
use super::words::RevealField;
use crate::App;
use crate::permission::CustomerReveal;

/// What is to be shown.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct RevealInput {
    #[schema(inline)]
    pub field: RevealField,
    /// Which phone or e-mail address; the primary one when left out.
    pub item_id: Option<Uuid>,
    pub reason: Option<String>,
}

/// The value in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct RevealView {
    pub value: String,
    /// How many more values this person can see today.
    pub left_today: i64,
}

/// Show one masked value in full (查看完整信息)
///
/// Every call is an audit entry and counts against the day's limit; 429 `customer.reveal_limit` beyond it. A phone of the customer
/// of an open task of one's own does not count against it. permission: customer.reveal
#[utoipa::path(post, path = "/api/v1/customers/{id}/reveal", tag = "customer", params(("id" = Uuid, Path)), request_body = RevealInput,
    responses((status = 200, body = RevealView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn reveal(
    State(app): State<App>,
    may: May<CustomerReveal>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<RevealInput>,
) -> Result<Json<RevealView>, Problem> {
    let ctx = &may.ctx;
    let limit = crate::team::settings(&app.db).await?.reveal_limit_per_day;
    // No idempotency key is claimed: answers are kept, values in full are not.
    let tx = app.db.begin().await?;
    let record = require(&tx, may.scope(), id).await?;
    let (value, masked) = plain(&tx, &record, &input).await?;
    let task = match input.field {
        RevealField::Phone => own_task(&tx, may.who.staff_id, id).await?,
        _ => None,
    };
    let task_id = task.as_ref().map(|t| t.id);
    let used = count(&tx, ctx, may.who.staff_id, &record, input.field, task_id).await?;
    if task.is_none() && used > limit {
        return Err(Problem::new(429, "customer.reveal_limit").param("limit", limit));
    }
    let said = json!({ "field": input.field.as_str(), "value": masked, "task": task.map(|t| t.number),
        "reason": input.reason.as_deref().and_then(text::clean) });
    log(
        &tx,
        ctx,
        "customer.reveal",
        "customer",
        id,
        None,
        Some(said),
    )
    .await?;
    tx.commit().await?;
    Ok(Json(RevealView {
        value,
        left_today: (limit - used).max(0),
    }))
}

/// The follow-up for which somebody has to call this customer.
#[derive(FromQueryResult)]
struct OwnTask {
    id: Uuid,
    number: String,
}

/// The open task that somebody has with a customer, the one due first. Uses followup_task_customer.
async fn own_task(tx: &Tx, staff_id: Uuid, customer_id: Uuid) -> Result<Option<OwnTask>, Fault> {
    tx.one(
        "SELECT id, number FROM followup_task WHERE customer_id = $1 AND status = 'open' AND assignee_id = $2
         ORDER BY due_at, id LIMIT 1",
        args![customer_id, staff_id],
    )
    .await
}

/// Writes the reveal down and says how many of this person count against the limit today, this one included.
async fn count(
    tx: &Tx,
    ctx: &Ctx,
    staff_id: Uuid,
    record: &CustomerRecord,
    field: RevealField,
    task_id: Option<Uuid>,
) -> Result<i64, Problem> {
    let day = days::of_company(tx, ctx.now).await?.to_string();
    if tx.engine() == Engine::Postgres {
        // One person's reveals queue, so that none slips past the limit; SQLite has one writer anyway.
        tx.run(
            "SELECT id FROM staff WHERE id = $1 FOR UPDATE",
            args![staff_id],
        )
        .await?;
    }
    let known = match task_id {
        Some(_) => called_today(tx, staff_id, record.id, &day).await?,
        None => false,
    };
    if !known {
        tx.run(
            "INSERT INTO customer_reveal (id, staff_id, customer_id, field, business_day, at, task_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            args![ctx.new_id::<Uuid>(), staff_id, record.id, field.as_str(), day.as_str(), ctx.now_ms(), task_id],
        )
        .await?;
    }
    let used: Option<i64> = tx
        .scalar(
            "SELECT COUNT(*) FROM customer_reveal WHERE staff_id = $1 AND business_day = $2 AND task_id IS NULL",
            args![staff_id, day],
        )
        .await?;
    Ok(used.unwrap_or(0))
}

/// Whether the numbers of this customer were shown to this person for a call before on this day. Uses customer_reveal_day.
async fn called_today(
    tx: &Tx,
    staff_id: Uuid,
    customer_id: Uuid,
    day: &str,
) -> Result<bool, Fault> {
    let found: Option<i64> = tx
        .scalar(
            "SELECT COUNT(*) FROM customer_reveal
             WHERE staff_id = $1 AND business_day = $2 AND customer_id = $3 AND task_id IS NOT NULL",
            args![staff_id, day, customer_id],
        )
        .await?;
    Ok(found.unwrap_or(0) > 0)
}

/// The value in full and as the screen has shown it.
async fn plain(
    tx: &Tx,
    record: &CustomerRecord,
    input: &RevealInput,
) -> Result<(String, String), Problem> {
    let id = record.id;
    let nothing = || Problem::invalid([FieldProblem::new("field", "field.nothing_there")]);
    let unknown = || Problem::not_found("item");
    match input.field {
        RevealField::Phone => {
            let rows = phones_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
            let row = match input.item_id {
                Some(item) => rows.iter().find(|r| r.id == item).ok_or_else(unknown)?,
                None => rows
                    .iter()
                    .find(|r| r.is_primary)
                    .or(rows.first())
                    .ok_or_else(nothing)?,
            };
            Ok((row.plain(), row.masked()))
        }
        RevealField::Email => {
            let rows = emails_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
            let row = match input.item_id {
                Some(item) => rows.iter().find(|r| r.id == item).ok_or_else(unknown)?,
                None => rows
                    .iter()
                    .find(|r| r.is_primary)
                    .or(rows.first())
                    .ok_or_else(nothing)?,
            };
            Ok((
                row.address.clone(),
                liuke_domain::customer::mask_email(&row.address),
            ))
        }
        RevealField::Address => {
            let address = record.address.clone().ok_or_else(nothing)?;
            let masked = liuke_domain::customer::mask_address(&address);
            Ok((address, masked))
        }
        RevealField::Birthday => {
            let birthday = record.birthday.clone().ok_or_else(nothing)?;
            let masked = format!("{}-**-**", text::truncate(&birthday, 4));
            Ok((birthday, masked))
        }
    }
}
