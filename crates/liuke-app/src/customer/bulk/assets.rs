//! Vehicles and equipment in bulk (批量车辆/设备).

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::asset::{self, AssetKind};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::OnMatch;
use crate::customer::batch::{IDS, insert_rows};
use crate::customer::figures::{self, Part};
use crate::customer::keys::index;
use crate::customer::lookup::MatchBy;

/// An asset as a row describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAsset {
    /// Whose.
    pub customer_id: Uuid,
    /// Vehicle when unknown.
    pub kind: Option<AssetKind>,
    /// Number in the other system.
    pub external_id: Option<String>,
    /// As people read it, or as written when it cannot exist.
    pub plate: Option<String>,
    /// As written.
    pub vin: Option<String>,
    /// 序列号.
    pub serial: Option<String>,
    /// 车型/型号.
    pub model: Option<String>,
    /// 里程.
    pub mileage_km: Option<i64>,
    /// `YYYY-MM-DD`.
    pub purchased_on: Option<String>,
    /// `YYYY-MM-DD`.
    pub warranty_until: Option<String>,
    /// Where the equipment stands.
    pub site: Option<String>,
    /// 备注.
    pub notes: Option<String>,
}

const COLUMNS: &str = "id, customer_id, kind, external_id, plate, plate_key, vin, vin_key, serial, model, mileage_km, purchased_on, \
     warranty_until, site, notes, import_id, version, created_at";

/// Makes assets; gives their ids in the order of the rows.
pub async fn insert_assets(
    tx: &Tx,
    ctx: &Ctx,
    import_id: Option<Uuid>,
    rows: &[NewAsset],
) -> Result<Vec<Uuid>, Fault> {
    let ids: Vec<Uuid> = rows.iter().map(|_| ctx.new_id()).collect();
    let values = rows
        .iter()
        .zip(&ids)
        .map(|(row, id)| {
            [
                args![*id, row.customer_id],
                values_of(row),
                args![import_id, 1_i64, ctx.now_ms()],
            ]
            .concat()
        })
        .collect();
    insert_rows(tx, "asset", COLUMNS, values, "").await?;
    settle(tx, &rows.iter().map(|row| row.customer_id).collect()).await?;
    Ok(ids)
}

async fn settle(tx: &Tx, customers: &BTreeSet<Uuid>) -> Result<(), Fault> {
    figures::refresh(tx, customers, Part::Assets).await?;
    index(tx, customers).await
}

/// `kind` to `notes`.
fn values_of(row: &NewAsset) -> Vec<Value> {
    let vin = row
        .vin
        .as_deref()
        .map(asset::vin_key)
        .filter(|v| !v.is_empty());
    let plate = row
        .plate
        .as_deref()
        .map(|p| asset::plate(p).map_or_else(|_| asset::plate_key(p), |plate| plate.display))
        .filter(|p| !p.is_empty());
    args![
        row.kind.unwrap_or(AssetKind::Vehicle).as_str(),
        row.external_id.as_deref(),
        plate.as_deref(),
        plate.as_deref().map(asset::plate_key),
        vin.as_deref(),
        vin.as_deref(),
        row.serial.as_deref(),
        row.model.as_deref().unwrap_or_default(),
        row.mileage_km,
        row.purchased_on.as_deref(),
        row.warranty_until.as_deref(),
        row.site.as_deref(),
        row.notes.as_deref()
    ]
}

#[derive(FromQueryResult)]
struct KeyRow {
    k: String,
    id: Uuid,
    customer_id: Uuid,
}

/// Assets by external id, plate or VIN, `(asset, customer)`, for many keys at once; by phone nothing is found; of every
/// branch. Keys as of [`match_key`](crate::customer::match_key).
pub async fn assets_by<S: Sql>(
    db: &S,
    by: MatchBy,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<(Uuid, Uuid)>>, Fault> {
    let column = match by {
        MatchBy::ExternalId => "a.external_id",
        MatchBy::Plate => "a.plate_key",
        MatchBy::Vin => "a.vin_key",
        MatchBy::Phone => return Ok(BTreeMap::new()),
    };
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut found: BTreeMap<String, Vec<(Uuid, Uuid)>> = BTreeMap::new();
    for some in keys.chunks(IDS) {
        let mut sql = SqlText::new(format!(
            "SELECT {column} AS k, a.id, a.customer_id FROM asset a JOIN customer c ON c.id = a.customer_id
             WHERE a.deleted_at IS NULL AND c.deleted_at IS NULL AND {column} IN ("
        ));
        sql.push_list(some.iter().copied())
            .push(") ORDER BY 1, 2", Vec::new());
        let (text, values) = sql.finish();
        for row in db.all::<KeyRow>(&text, values).await? {
            found
                .entry(row.k)
                .or_default()
                .push((row.id, row.customer_id));
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct StoredRow {
    id: Uuid,
    customer_id: Uuid,
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
}

/// Merges rows into assets that are there; the owner stays unless the row is to overwrite. Gives those that changed.
pub async fn update_assets(
    tx: &Tx,
    mode: OnMatch,
    rows: &[(Uuid, NewAsset)],
) -> Result<BTreeSet<Uuid>, Fault> {
    let ids: Vec<Uuid> = rows
        .iter()
        .map(|(id, _)| *id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut stored = load(tx, &ids).await?;
    let mut changed = BTreeSet::new();
    let mut customers = BTreeSet::new();
    for (id, given) in rows {
        let Some(known) = stored.get_mut(id) else {
            continue;
        };
        let next = NewAsset {
            customer_id: mode.merge_full(&known.customer_id, Some(&given.customer_id)),
            kind: Some(
                known
                    .kind
                    .map_or(given.kind.unwrap_or(AssetKind::Vehicle), |kind| {
                        mode.merge_full(&kind, given.kind.as_ref())
                    }),
            ),
            external_id: mode.merge(known.external_id.as_ref(), given.external_id.as_ref()),
            plate: mode.merge(known.plate.as_ref(), given.plate.as_ref()),
            vin: mode.merge(known.vin.as_ref(), given.vin.as_ref()),
            serial: mode.merge(known.serial.as_ref(), given.serial.as_ref()),
            model: mode.merge(known.model.as_ref(), given.model.as_ref()),
            mileage_km: known.mileage_km.max(given.mileage_km),
            purchased_on: mode.merge(known.purchased_on.as_ref(), given.purchased_on.as_ref()),
            warranty_until: mode
                .merge(known.warranty_until.as_ref(), given.warranty_until.as_ref()),
            site: mode.merge(known.site.as_ref(), given.site.as_ref()),
            notes: mode.merge(known.notes.as_ref(), given.notes.as_ref()),
        };
        if values_of(&next) == values_of(known) && next.customer_id == known.customer_id {
            continue;
        }
        tx.run(
            "UPDATE asset SET customer_id = $1, kind = $2, external_id = $3, plate = $4, plate_key = $5, vin = $6, vin_key = $7,
                serial = $8, model = $9, mileage_km = $10, purchased_on = $11, warranty_until = $12, site = $13, notes = $14,
                version = version + 1
             WHERE id = $15",
            [args![next.customer_id], values_of(&next), args![*id]].concat(),
        )
        .await?;
        changed.insert(*id);
        customers.extend([known.customer_id, next.customer_id]);
        *known = next;
    }
    settle(tx, &customers).await?;
    Ok(changed)
}

async fn load(tx: &Tx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, NewAsset>, Fault> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(IDS) {
        let mut sql = SqlText::new(
            "SELECT id, customer_id, kind, external_id, plate, vin, serial, model, mileage_km, purchased_on, warranty_until, site, notes
             FROM asset WHERE id IN (",
        );
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, values) = sql.finish();
        for row in tx.all::<StoredRow>(&text, values).await? {
            let kind = AssetKind::parse(&row.kind)
                .ok_or_else(|| Fault::inconsistent("asset", "kind", row.id))?;
            found.insert(
                row.id,
                NewAsset {
                    customer_id: row.customer_id,
                    kind: Some(kind),
                    external_id: row.external_id,
                    plate: row.plate,
                    vin: row.vin,
                    serial: row.serial,
                    model: Some(row.model).filter(|m| !m.is_empty()),
                    mileage_km: row.mileage_km,
                    purchased_on: row.purchased_on,
                    warranty_until: row.warranty_until,
                    site: row.site,
                    notes: row.notes,
                },
            );
        }
    }
    Ok(found)
}
