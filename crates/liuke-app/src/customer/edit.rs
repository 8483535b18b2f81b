//! Entering and changing a customer (录入与修改).

use axum::Json;
use axum::extract::State;
use liuke_domain::customer as rules;
use liuke_domain::period::parse_day;
use liuke_domain::{pinyin, text};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql as _, Tx};
use liuke_platform::events;
use liuke_platform::extract::{Body, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, May, Scope};
use liuke_platform::problem::{FieldProblem, Problem};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::card::{consents_of, view};
use super::entry::Checked;
use super::figures::{self, Part};
use super::keys::index_one;
use super::log::{difference, log};
use super::phones::{Changed, replace_emails, replace_phones};
use super::record::{CustomerRecord, tags_of};
use super::scope::{find_scoped, require};
use super::views::{Consent, CustomerInput, CustomerView};
use super::{days, numbers};
use crate::App;
use crate::permission::CustomerWrite;

/// Enter a customer (新增客户)
///
/// permission: customer.write
#[utoipa::path(post, path = "/api/v1/customers", tag = "customer", request_body = CustomerInput,
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create_customer(
    State(app): State<App>,
    may: May<CustomerWrite>,
    Body(input): Body<CustomerInput>,
) -> Result<Json<CustomerView>, Problem> {
    Ok(Json(create(&app, &may.ctx, &may.who, input).await?))
}

/// Change a customer (修改客户)
///
/// permission: customer.write
#[utoipa::path(put, path = "/api/v1/customers/{id}", tag = "customer", params(("id" = Uuid, Path)), request_body = CustomerInput,
    responses((status = 200, body = CustomerView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn update_customer(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<CustomerInput>,
) -> Result<Json<CustomerView>, Problem> {
    Ok(Json(update(&app, &may.ctx, &may.who, id, input).await?))
}

async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: CustomerInput,
) -> Result<CustomerView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let day = days::of_branch(&tx, input.branch_id, ctx.now).await?;
    let checked = Checked::of(&tx, &input, day, None).await?;
    let id: Uuid = ctx.new_id();
    let number = numbers::next_customer(&tx).await?;
    insert(&tx, ctx, id, &number, &checked)
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    let phones = replace_phones(&tx, ctx, id, &input.phones).await?;
    let emails = replace_emails(&tx, ctx, id, &input.emails).await?;
    replace_tags(&tx, id, &checked.tags).await?;
    replace_consents(&tx, ctx, id, &input.consents).await?;
    settle(&tx, id, true).await?;
    let record = visible(&tx, &who.scope, id).await?;
    let mut after = described(&record);
    merge(&mut after, &phones, &emails, &checked.tags, &input.consents);
    log(
        &tx,
        ctx,
        "customer.create",
        "customer",
        id,
        None,
        Some(after),
    )
    .await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": id })).await?;
    let view = view(&tx, record, day, who.may("customer.reveal")).await?;
    tx.commit_with(ctx, &view).await?;
    Ok(view)
}

async fn update(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: CustomerInput,
) -> Result<CustomerView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let before = require(&tx, &who.scope, id).await?;
    if input.version != Some(before.version) {
        return Err(Problem::edited_elsewhere());
    }
    let day = days::of_branch(&tx, input.branch_id, ctx.now).await?;
    let checked = Checked::of(&tx, &input, day, Some(&before)).await?;
    store(&tx, ctx, &before, &checked).await?;
    let tags_before = tags_of(&tx, &[id]).await?.remove(&id).unwrap_or_default();
    let consents_before = consents_of(&tx, id).await?;
    let phones = replace_phones(&tx, ctx, id, &input.phones).await?;
    let emails = replace_emails(&tx, ctx, id, &input.emails).await?;
    replace_tags(&tx, id, &checked.tags).await?;
    replace_consents(&tx, ctx, id, &input.consents).await?;
    if phones.new_number {
        tx.run(
            "UPDATE customer SET ask_at_reception = FALSE WHERE id = $1",
            args![id],
        )
        .await?;
    }
    settle(&tx, id, phones.is_change).await?;
    let record = visible(&tx, &who.scope, id).await?;
    let (mut old, mut new) = (described(&before), described(&record));
    merge(&mut new, &phones, &emails, &checked.tags, &input.consents);
    let unchanged = |c: &Changed| Changed {
        after: c.before.clone(),
        ..Changed::default()
    };
    merge(
        &mut old,
        &unchanged(&phones),
        &unchanged(&emails),
        &tags_before,
        &consents_before,
    );
    if let Some((old, new)) = difference(&old, &new) {
        log(
            &tx,
            ctx,
            "customer.update",
            "customer",
            id,
            Some(old),
            Some(new),
        )
        .await?;
    }
    events::tell(&tx, ctx, "customer", &json!({ "id": id })).await?;
    let view = view(&tx, record, day, who.may("customer.reveal")).await?;
    tx.commit().await?;
    Ok(view)
}

async fn insert(tx: &Tx, ctx: &Ctx, id: Uuid, number: &str, c: &Checked) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO customer (id, number, external_id, kind, name, sort_key, gender, birthday, address, source, personality, stage,
            notes, owner_id, preferred_staff_id, branch_id, do_not_call, contact_from, contact_to, ask_at_reception, asset_count,
            revenue_fen, order_count, visit_count, visit_sort, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, FALSE, 0, 0, 0, 0, '', 1, $20,
            $20)",
        args![
            id,
            number,
            c.external_id.as_deref(),
            c.kind,
            c.name.as_str(),
            pinyin::sort_key(&c.name),
            c.gender,
            c.birthday.as_deref(),
            c.address.as_deref(),
            c.source.as_deref(),
            c.personality,
            c.stage,
            c.notes.as_deref(),
            c.owner_id,
            c.preferred_staff_id,
            c.branch_id,
            c.do_not_call,
            c.contact_from.as_deref(),
            c.contact_to.as_deref(),
            ctx.now_ms()
        ],
    )
    .await?;
    Ok(())
}

async fn store(tx: &Tx, ctx: &Ctx, before: &CustomerRecord, c: &Checked) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE customer SET external_id = $3, kind = $4, name = $5, sort_key = $6, gender = $7, birthday = $8, address = $9,
                source = $10, personality = $11, stage = $12, notes = $13, owner_id = $14, preferred_staff_id = $15, branch_id = $16,
                do_not_call = $17, contact_from = $18, contact_to = $19, updated_at = $20, version = version + 1
             WHERE id = $1 AND version = $2 AND deleted_at IS NULL",
            args![
                before.id,
                before.version,
                c.external_id.as_deref(),
                c.kind,
                c.name.as_str(),
                pinyin::sort_key(&c.name),
                c.gender,
                c.birthday.as_deref(),
                c.address.as_deref(),
                c.source.as_deref(),
                c.personality,
                c.stage,
                c.notes.as_deref(),
                c.owner_id,
                c.preferred_staff_id,
                c.branch_id,
                c.do_not_call,
                c.contact_from.as_deref(),
                c.contact_to.as_deref(),
                ctx.now_ms()
            ],
        )
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// A value somebody else already has, as a problem of its field.
pub(super) fn taken(fault: Fault, field: &str) -> Problem {
    let names_it = matches!(&fault, Fault::Unique { columns, constraint, .. }
        if columns.iter().any(|c| c == field) || constraint.as_deref().is_some_and(|c| c.contains("external")));
    if names_it {
        Problem::new(409, "duplicate").field(field, "taken")
    } else {
        fault.into()
    }
}

async fn replace_tags(tx: &Tx, id: Uuid, tags: &[String]) -> Result<(), Fault> {
    let known: BTreeSet<String> = tags_of(tx, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default()
        .into_iter()
        .collect();
    let wanted: BTreeSet<String> = tags.iter().cloned().collect();
    for tag in known.difference(&wanted) {
        tx.run(
            "DELETE FROM customer_tag WHERE customer_id = $1 AND tag = $2",
            args![id, tag.as_str()],
        )
        .await?;
    }
    for tag in wanted.difference(&known) {
        tx.run(
            "INSERT INTO customer_tag (customer_id, tag) VALUES ($1, $2)",
            args![id, tag.as_str()],
        )
        .await?;
    }
    Ok(())
}

/// Consents that were given or withdrawn get the time of now; those that stay keep theirs.
async fn replace_consents(tx: &Tx, ctx: &Ctx, id: Uuid, wanted: &[Consent]) -> Result<(), Fault> {
    let known: BTreeMap<_, _> = consents_of(tx, id)
        .await?
        .into_iter()
        .map(|c| ((c.channel.as_str(), c.purpose.as_str()), c))
        .collect();
    let mut kept = BTreeSet::new();
    for consent in wanted {
        let key = (consent.channel.as_str(), consent.purpose.as_str());
        if !kept.insert(key) {
            continue;
        }
        let source = consent.source.as_deref().and_then(text::clean);
        if known
            .get(&key)
            .is_some_and(|k| k.granted == consent.granted && k.source == source)
        {
            continue;
        }
        tx.run(
            "INSERT INTO customer_consent (customer_id, channel, purpose, granted, at, source) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (customer_id, channel, purpose)
             DO UPDATE SET granted = excluded.granted, at = excluded.at, source = excluded.source",
            args![id, key.0, key.1, consent.granted, ctx.now_ms(), source],
        )
        .await?;
    }
    for key in known.keys().filter(|key| !kept.contains(*key)) {
        tx.run(
            "DELETE FROM customer_consent WHERE customer_id = $1 AND channel = $2 AND purpose = $3",
            args![id, key.0, key.1],
        )
        .await?;
    }
    Ok(())
}

/// The repeated column of the phone and the search keys.
async fn settle(tx: &Tx, id: Uuid, phones: bool) -> Result<(), Fault> {
    if phones {
        figures::refresh(tx, &BTreeSet::from([id]), Part::Phone).await?;
    }
    index_one(tx, id).await
}

/// Nobody moves a customer out of the own sight.
async fn visible(tx: &Tx, scope: &Scope, id: Uuid) -> Result<CustomerRecord, Problem> {
    find_scoped(tx, scope, id)
        .await?
        .ok_or_else(|| Problem::invalid([FieldProblem::new("branch_id", "field.out_of_scope")]))
}

/// The record for the audit, personal data masked.
pub(super) fn described(record: &CustomerRecord) -> Value {
    json!({
        "number": record.number,
        "name": record.name,
        "kind": record.kind,
        "external_id": record.external_id,
        "gender": record.gender,
        "birthday": record.birthday.as_deref().and_then(parse_day).map(rules::mask_birthday),
        "address": record.address.as_deref().map(rules::mask_address),
        "source": record.source,
        "personality": record.personality,
        "stage": record.stage,
        "notes": record.notes,
        "owner_id": record.owner_id,
        "preferred_staff_id": record.preferred_staff_id,
        "branch_id": record.branch_id,
        "do_not_call": record.do_not_call,
        "contact_from": record.contact_from,
        "contact_to": record.contact_to,
    })
}

fn merge(
    state: &mut Value,
    phones: &Changed,
    emails: &Changed,
    tags: &[String],
    consents: &[Consent],
) {
    if let Value::Object(fields) = state {
        fields.insert("phones".into(), json!(phones.after));
        fields.insert("emails".into(), json!(emails.after));
        fields.insert("tags".into(), json!(tags));
        let mut said: Vec<String> = consents
            .iter()
            .map(|c| {
                format!(
                    "{}.{}={}",
                    c.channel.as_str(),
                    c.purpose.as_str(),
                    c.granted
                )
            })
            .collect();
        said.sort();
        fields.insert("consents".into(), json!(said));
    }
}
