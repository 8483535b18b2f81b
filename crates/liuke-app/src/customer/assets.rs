//! Vehicles and equipment (车辆/设备).

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liuke_domain::asset::{self, VinProblem};
use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, Tx};
use liuke_platform::events;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope};
use liuke_platform::problem::{FieldProblem, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::days;
use super::edit::taken;
use super::figures::{self, Part};
use super::keys::index_one;
use super::log::{difference, log};
use super::scope::{push_scope, require};
use super::views::AssetView;
use super::words::AssetKindWord;
use crate::App;
use crate::permission::{CustomerDelete, CustomerWrite};
use crate::shapes::Version;

/// A vehicle or piece of equipment as it is entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct AssetInput {
    #[schema(inline)]
    pub kind: AssetKindWord,
    pub plate: Option<String>,
    pub vin: Option<String>,
    pub serial: Option<String>,
    pub model: String,
    pub mileage_km: Option<i64>,
    pub purchased_on: Option<String>,
    pub warranty_until: Option<String>,
    pub site: Option<String>,
    pub notes: Option<String>,
    pub external_id: Option<String>,
    pub version: Option<i64>,
}

/// An asset as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct AssetRow {
    pub(super) id: Uuid,
    pub(super) customer_id: Uuid,
    kind: String,
    external_id: Option<String>,
    plate: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    model: String,
    mileage_km: Option<i64>,
    purchased_on: Option<String>,
    warranty_until: Option<String>,
    site: Option<String>,
    notes: Option<String>,
    next_due_on: Option<String>,
    next_due_km: Option<i64>,
    version: i64,
}

const COLUMNS: &str = "a.id, a.customer_id, a.kind, a.external_id, a.plate, a.vin, a.serial, a.model, a.mileage_km, a.purchased_on, \
     a.warranty_until, a.site, a.notes, a.next_due_on, a.next_due_km, a.version";

impl AssetRow {
    fn view(self) -> AssetView {
        AssetView {
            plate_ok: self
                .plate
                .as_deref()
                .is_none_or(|p| asset::plate(p).is_ok()),
            vin_ok: self
                .vin
                .as_deref()
                .is_none_or(|v| asset::vin_problem(v).is_none()),
            id: self.id,
            customer_id: self.customer_id,
            kind: self.kind,
            plate: self.plate,
            vin: self.vin,
            serial: self.serial,
            model: self.model,
            mileage_km: self.mileage_km,
            purchased_on: self.purchased_on,
            warranty_until: self.warranty_until,
            site: self.site,
            notes: self.notes,
            external_id: self.external_id,
            next_due_on: self.next_due_on,
            next_due_km: self.next_due_km,
            version: self.version,
        }
    }
}

/// Assets of a customer, oldest first.
pub async fn assets_of<S: Sql>(db: &S, customer_id: Uuid) -> Result<Vec<AssetView>, Fault> {
    let rows: Vec<AssetRow> = db
        .all(
            &format!("SELECT {COLUMNS} FROM asset a WHERE a.customer_id = $1 AND a.deleted_at IS NULL ORDER BY a.created_at, a.id"),
            args![customer_id],
        )
        .await?;
    Ok(rows.into_iter().map(AssetRow::view).collect())
}

/// One asset, for a call sheet or a slip. Deleted ones are found as well, since records name them.
pub async fn asset_view<S: Sql>(db: &S, id: Uuid) -> Result<Option<AssetView>, Fault> {
    Ok(row(db, id).await?.map(AssetRow::view))
}

async fn row<S: Sql>(db: &S, id: Uuid) -> Result<Option<AssetRow>, Fault> {
    db.one(
        &format!("SELECT {COLUMNS} FROM asset a WHERE a.id = $1"),
        args![id],
    )
    .await
}

/// The asset of a customer in the scope.
pub(super) async fn find_scoped<S: Sql>(
    db: &S,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<AssetRow>, Fault> {
    let mut sql = liuke_platform::db::SqlText::with(
        &format!(
            "SELECT {COLUMNS} FROM asset a JOIN customer c ON c.id = a.customer_id
             WHERE a.id = ? AND a.deleted_at IS NULL AND c.deleted_at IS NULL"
        ),
        args![id],
    );
    push_scope(&mut sql, scope, "c");
    let (text, values) = sql.finish();
    db.one(&text, values).await
}

/// Add a vehicle or piece of equipment (新增车辆/设备)
///
/// permission: customer.write
#[utoipa::path(post, path = "/api/v1/customers/{id}/assets", tag = "customer", params(("id" = Uuid, Path)), request_body = AssetInput,
    responses((status = 200, body = AssetView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create_asset(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(customer_id): PathId<Uuid>,
    Body(input): Body<AssetInput>,
) -> Result<Json<AssetView>, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let customer = require(&tx, may.scope(), customer_id).await?;
    let today = days::of_branch(&tx, customer.branch_id, ctx.now).await?;
    let checked = Checked::of(&input, today)?;
    let id: Uuid = ctx.new_id();
    insert(&tx, ctx, id, customer_id, &checked)
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    settle(&tx, customer_id).await?;
    let stored = row(&tx, id)
        .await?
        .ok_or_else(|| Problem::not_found("asset"))?;
    log(
        &tx,
        ctx,
        "asset.create",
        "asset",
        id,
        None,
        Some(described(&stored)),
    )
    .await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": customer_id })).await?;
    let view = stored.view();
    tx.commit_with(ctx, &view).await?;
    Ok(Json(view))
}

/// Change a vehicle or piece of equipment (修改车辆/设备)
///
/// permission: customer.write
#[utoipa::path(put, path = "/api/v1/assets/{id}", tag = "customer", params(("id" = Uuid, Path)), request_body = AssetInput,
    responses((status = 200, body = AssetView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn update_asset(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<AssetInput>,
) -> Result<Json<AssetView>, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let before = find_scoped(&tx, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("asset"))?;
    if input.version != Some(before.version) {
        return Err(Problem::edited_elsewhere());
    }
    let customer = require(&tx, may.scope(), before.customer_id).await?;
    let today = days::of_branch(&tx, customer.branch_id, ctx.now).await?;
    let checked = Checked::of(&input, today)?;
    store(&tx, &before, &checked).await?;
    settle(&tx, before.customer_id).await?;
    let stored = row(&tx, id)
        .await?
        .ok_or_else(|| Problem::not_found("asset"))?;
    if let Some((old, new)) = difference(&described(&before), &described(&stored)) {
        log(&tx, ctx, "asset.update", "asset", id, Some(old), Some(new)).await?;
    }
    events::tell(&tx, ctx, "customer", &json!({ "id": before.customer_id })).await?;
    tx.commit().await?;
    Ok(Json(stored.view()))
}

/// Delete a vehicle or piece of equipment (删除车辆/设备)
///
/// Its service history stays. permission: customer.delete
#[utoipa::path(delete, path = "/api/v1/assets/{id}", tag = "customer", params(("id" = Uuid, Path), Version),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn delete_asset(
    State(app): State<App>,
    may: May<CustomerDelete>,
    PathId(id): PathId<Uuid>,
    Params(seen): Params<Version>,
) -> Result<StatusCode, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let before = find_scoped(&tx, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("asset"))?;
    let touched = tx
        .run(
            "UPDATE asset SET deleted_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND deleted_at IS NULL",
            args![id, seen.version, ctx.now_ms()],
        )
        .await?;
    if touched == 0 {
        return Err(Problem::edited_elsewhere());
    }
    settle(&tx, before.customer_id).await?;
    log(
        &tx,
        ctx,
        "asset.delete",
        "asset",
        id,
        Some(described(&before)),
        None,
    )
    .await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": before.customer_id })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn settle(tx: &Tx, customer_id: Uuid) -> Result<(), Fault> {
    figures::refresh(tx, &BTreeSet::from([customer_id]), Part::Assets).await?;
    index_one(tx, customer_id).await
}

/// Longest model, serial number, site.
const TEXT_MAX: usize = 100;
/// Longest notes, characters.
const NOTES_MAX: usize = 4_000;
/// More kilometres than any vehicle has gone.
pub(super) const KM_MAX: i64 = 9_999_999;

struct Checked {
    kind: &'static str,
    external_id: Option<String>,
    plate: Option<String>,
    plate_key: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    model: String,
    mileage_km: Option<i64>,
    purchased_on: Option<String>,
    warranty_until: Option<String>,
    site: Option<String>,
    notes: Option<String>,
}

impl Checked {
    /// A plate or VIN that cannot be right is kept and marked (`plate_ok`, `vin_ok`), since papers can be wrong as well; what is not one
    /// at all is refused.
    fn of(input: &AssetInput, today: jiff::civil::Date) -> Result<Self, Problem> {
        let mut problems = Vec::new();
        let notes = input.notes.as_deref().and_then(text::clean_lines);
        if notes
            .as_deref()
            .is_some_and(|v| v.chars().count() > NOTES_MAX)
        {
            problems.push(FieldProblem::new("notes", "field.too_long").param("max", NOTES_MAX));
        }
        let mut short = |path: &str, value: &Option<String>| {
            let cleaned = value.as_deref().and_then(text::clean);
            if cleaned
                .as_deref()
                .is_some_and(|v| v.chars().count() > TEXT_MAX)
            {
                problems.push(FieldProblem::new(path, "field.too_long").param("max", TEXT_MAX));
            }
            cleaned
        };
        let serial = short("serial", &input.serial);
        let site = short("site", &input.site);
        let external_id = short("external_id", &input.external_id);
        let model = short("model", &Some(input.model.clone())).unwrap_or_default();
        let plate_text = short("plate", &input.plate);
        let vin_text = short("vin", &input.vin);
        let plate = plate_text
            .map(|p| asset::plate(&p).map_or_else(|_| asset::plate_key(&p), |plate| plate.display));
        let vin = vin_text
            .as_deref()
            .map(asset::vin_key)
            .filter(|v| !v.is_empty());
        if let Some(problem) = vin_text.as_deref().and_then(asset::vin_problem)
            && problem == VinProblem::BadCharacter
        {
            problems
                .push(FieldProblem::new("vin", "field.bad_vin").param("reason", problem.as_str()));
        }
        if plate
            .as_deref()
            .is_some_and(|p| p.chars().count() > 12 || p.is_empty())
        {
            problems.push(FieldProblem::new("plate", "field.bad_plate"));
        }
        if model.is_empty() && plate.is_none() && vin.is_none() && serial.is_none() {
            problems.push(FieldProblem::new("model", "field.required"));
        }
        if input
            .mileage_km
            .is_some_and(|km| !(0..=KM_MAX).contains(&km))
        {
            problems.push(
                FieldProblem::new("mileage_km", "field.out_of_range")
                    .param("min", 0)
                    .param("max", KM_MAX),
            );
        }
        let purchased_on = days::day(
            &mut problems,
            "purchased_on",
            input.purchased_on.as_deref(),
            today,
            false,
        );
        let warranty_until = days::day(
            &mut problems,
            "warranty_until",
            input.warranty_until.as_deref(),
            today,
            true,
        );
        if !problems.is_empty() {
            return Err(Problem::invalid(problems));
        }
        Ok(Self {
            kind: input.kind.as_str(),
            external_id,
            plate_key: plate.as_deref().map(asset::plate_key),
            plate,
            vin,
            serial,
            model,
            mileage_km: input.mileage_km,
            purchased_on,
            warranty_until,
            site,
            notes,
        })
    }
}

async fn insert(tx: &Tx, ctx: &Ctx, id: Uuid, customer_id: Uuid, c: &Checked) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO asset (id, customer_id, kind, external_id, plate, plate_key, vin, vin_key, serial, model, mileage_km, purchased_on,
            warranty_until, site, notes, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)",
        args![
            id,
            customer_id,
            c.kind,
            c.external_id.as_deref(),
            c.plate.as_deref(),
            c.plate_key.as_deref(),
            c.vin.as_deref(),
            c.serial.as_deref(),
            c.model.as_str(),
            c.mileage_km,
            c.purchased_on.as_deref(),
            c.warranty_until.as_deref(),
            c.site.as_deref(),
            c.notes.as_deref(),
            ctx.now_ms()
        ],
    )
    .await?;
    Ok(())
}

async fn store(tx: &Tx, before: &AssetRow, c: &Checked) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE asset SET kind = $3, external_id = $4, plate = $5, plate_key = $6, vin = $7, vin_key = $7, serial = $8, model = $9,
                mileage_km = $10, purchased_on = $11, warranty_until = $12, site = $13, notes = $14, version = version + 1
             WHERE id = $1 AND version = $2 AND deleted_at IS NULL",
            args![
                before.id,
                before.version,
                c.kind,
                c.external_id.as_deref(),
                c.plate.as_deref(),
                c.plate_key.as_deref(),
                c.vin.as_deref(),
                c.serial.as_deref(),
                c.model.as_str(),
                c.mileage_km,
                c.purchased_on.as_deref(),
                c.warranty_until.as_deref(),
                c.site.as_deref(),
                c.notes.as_deref()
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

fn described(row: &AssetRow) -> serde_json::Value {
    json!({
        "customer_id": row.customer_id, "kind": row.kind, "plate": row.plate, "vin": row.vin, "serial": row.serial, "model": row.model,
        "mileage_km": row.mileage_km, "purchased_on": row.purchased_on, "warranty_until": row.warranty_until, "site": row.site,
        "notes": row.notes, "external_id": row.external_id, "next_due_on": row.next_due_on, "next_due_km": row.next_due_km,
    })
}
