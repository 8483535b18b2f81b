//! What contacts with a customer leave behind (联系结果): for follow-up and slips, in their transaction.

use std::collections::BTreeSet;

use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql as _, Tx};
use liuke_platform::fault::Fault;
use serde_json::json;
use uuid::Uuid;

use super::figures::{self, Part};
use super::log::log;

/// Remembers when the customer was last reached, unless a later contact is known. `at` in epoch milliseconds.
pub async fn touch_contact(tx: &Tx, customer_id: Uuid, at: i64) -> Result<(), Fault> {
    tx.run(
        "UPDATE customer SET last_contact_at = $2 WHERE id = $1 AND (last_contact_at IS NULL OR last_contact_at < $2)",
        args![customer_id, at],
    )
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct PhoneRow {
    customer_id: Uuid,
    number: String,
    e164: Option<String>,
    kind: String,
    extension: Option<String>,
}

/// A caller found the number wrong (号码有误): it is not called again, and the reception asks at the next visit.
pub async fn mark_phone_unusable(tx: &Tx, ctx: &Ctx, phone_id: Uuid) -> Result<(), Fault> {
    let row: Option<PhoneRow> = tx
        .one("SELECT customer_id, number, e164, kind, extension FROM customer_phone WHERE id = $1 AND do_not_use = FALSE", args![
            phone_id
        ])
        .await?;
    let Some(row) = row else { return Ok(()) };
    tx.run(
        "UPDATE customer_phone SET do_not_use = TRUE, verified_on = NULL WHERE id = $1",
        args![phone_id],
    )
    .await?;
    hand_primary_on(tx, row.customer_id, phone_id).await?;
    figures::refresh(tx, &BTreeSet::from([row.customer_id]), Part::Phone).await?;
    let masked = figures::mask_stored(
        &row.number,
        row.e164.as_deref(),
        &row.kind,
        row.extension.as_deref(),
    );
    log(
        tx,
        ctx,
        "customer.phone_unusable",
        "customer",
        row.customer_id,
        Some(json!({ "phone": masked, "do_not_use": false })),
        Some(json!({ "phone": masked, "do_not_use": true })),
    )
    .await
}

/// The next number that can be used is tried first from now on; without one nothing changes.
async fn hand_primary_on(tx: &Tx, customer_id: Uuid, dead: Uuid) -> Result<(), Fault> {
    let next: Option<Uuid> = tx
        .scalar(
            "SELECT id FROM customer_phone WHERE customer_id = $1 AND do_not_use = FALSE AND valid = TRUE
             AND EXISTS (SELECT 1 FROM customer_phone p WHERE p.id = $2 AND p.is_primary = TRUE)
             ORDER BY position LIMIT 1",
            args![customer_id, dead],
        )
        .await?;
    if let Some(next) = next {
        tx.run(
            "UPDATE customer_phone SET is_primary = (id = $2) WHERE customer_id = $1",
            args![customer_id, next],
        )
        .await?;
    }
    Ok(())
}

/// Whether the reception asks for the contact data at the next visit (到店核对资料).
pub async fn set_ask_at_reception(
    tx: &Tx,
    ctx: &Ctx,
    customer_id: Uuid,
    ask: bool,
) -> Result<(), Fault> {
    let changed = tx
        .run(
            "UPDATE customer SET ask_at_reception = $2 WHERE id = $1 AND ask_at_reception <> $2",
            args![customer_id, ask],
        )
        .await?;
    if changed == 0 {
        return Ok(());
    }
    log(
        tx,
        ctx,
        "customer.ask_at_reception",
        "customer",
        customer_id,
        Some(json!({ "ask_at_reception": !ask })),
        Some(json!({ "ask_at_reception": ask })),
    )
    .await
}

/// The customer no longer agrees (撤回同意) to be contacted by this channel for this purpose.
pub async fn withdraw_consent(
    tx: &Tx,
    ctx: &Ctx,
    customer_id: Uuid,
    channel: &str,
    purpose: &str,
    source: &str,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO customer_consent (customer_id, channel, purpose, granted, at, source) VALUES ($1, $2, $3, FALSE, $4, $5)
         ON CONFLICT (customer_id, channel, purpose) DO UPDATE SET granted = FALSE, at = excluded.at, source = excluded.source",
        args![customer_id, channel, purpose, ctx.now_ms(), source],
    )
    .await?;
    log(
        tx,
        ctx,
        "customer.consent_withdrawn",
        "customer",
        customer_id,
        None,
        Some(json!({ "channel": channel, "purpose": purpose, "granted": false, "source": source })),
    )
    .await
}
