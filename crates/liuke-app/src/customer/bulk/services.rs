//! Service records in bulk (批量维修记录).

use std::collections::{BTreeMap, BTreeSet};

use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::orders::{Days, StoredRecord, by_external, customers_of};
use crate::customer::batch::insert_rows;
use crate::customer::figures::{self, Delta, Part};
use crate::customer::services::told_by_service;
use crate::customer::words::ServiceStatus;
use crate::customer::{days, numbers};

/// A service record as a row describes it.
#[derive(Debug, Clone)]
pub struct NewService {
    /// Whose.
    pub customer_id: Uuid,
    /// Number in the other system; once among all records.
    pub external_id: Option<String>,
    /// The vehicle or equipment.
    pub asset_id: Option<Uuid>,
    /// Where.
    pub branch_id: Uuid,
    /// 维修类别.
    pub category: Option<String>,
    /// Epoch milliseconds.
    pub opened_at: i64,
    /// Epoch milliseconds; open without it.
    pub closed_at: Option<i64>,
    /// 服务顾问, with an account.
    pub advisor_id: Option<Uuid>,
    /// 服务顾问, by name.
    pub advisor_name: Option<String>,
    /// 技师, with an account.
    pub technician_id: Option<Uuid>,
    /// 技师, by name.
    pub technician_name: Option<String>,
    /// 维修项目.
    pub work: Option<String>,
    /// 配件.
    pub parts: Option<String>,
    /// 里程.
    pub mileage_km: Option<i64>,
    /// 建议.
    pub advice: Option<String>,
    /// `YYYY-MM-DD`.
    pub next_due_on: Option<String>,
    /// 下次保养里程.
    pub next_due_km: Option<i64>,
    /// Fen.
    pub revenue_fen: i64,
    /// Fen.
    pub cost_fen: Option<i64>,
}

const COLUMNS: &str = "id, number, external_id, customer_id, asset_id, branch_id, status, category, opened_at, closed_at, business_day, \
     advisor_id, advisor_name, technician_id, technician_name, work, parts, mileage_km, advice, next_due_on, next_due_km, revenue_fen, \
     cost_fen, import_id, version, created_at";

/// Makes service records, adds them to the customers' figures and tells the assets their mileage and next service.
///
/// No `service_closed` event is told: history is not news. The follow-up plans find closed records by their date.
pub async fn insert_services(
    tx: &Tx,
    ctx: &Ctx,
    import_id: Option<Uuid>,
    rows: &[NewService],
) -> Result<Vec<Uuid>, Fault> {
    let days = Days::load(tx).await?;
    let numbers =
        numbers::next_services(tx, days::of_company(tx, ctx.now).await?, rows.len()).await?;
    let mut ids = Vec::with_capacity(rows.len());
    let mut values = Vec::with_capacity(rows.len());
    let mut deltas: BTreeMap<Uuid, Delta> = BTreeMap::new();
    for (row, number) in rows.iter().zip(numbers) {
        let id: Uuid = ctx.new_id();
        let day = days.of(row.branch_id, row.closed_at.unwrap_or(row.opened_at))?;
        let delta = deltas.entry(row.customer_id).or_default();
        delta.revenue_fen += row.revenue_fen;
        delta.visits += 1;
        delta.visited(&day);
        values.push(
            [
                args![id, number],
                values_of(row, &day),
                args![import_id, 1_i64, ctx.now_ms()],
            ]
            .concat(),
        );
        ids.push(id);
    }
    insert_rows(tx, "service_record", COLUMNS, values, "").await?;
    figures::add(tx, &deltas).await?;
    tell_assets(tx, rows.iter().filter_map(|row| row.asset_id).collect()).await?;
    Ok(ids)
}

async fn tell_assets(tx: &Tx, assets: BTreeSet<Uuid>) -> Result<(), Fault> {
    for asset in assets {
        told_by_service(tx, asset).await?;
    }
    Ok(())
}

/// `external_id` to `cost_fen`.
fn values_of(row: &NewService, day: &str) -> Vec<Value> {
    let status = if row.closed_at.is_some() {
        ServiceStatus::Closed
    } else {
        ServiceStatus::Open
    };
    args![
        row.external_id.as_deref(),
        row.customer_id,
        row.asset_id,
        row.branch_id,
        status.as_str(),
        row.category.as_deref(),
        row.opened_at,
        row.closed_at,
        day,
        row.advisor_id,
        row.advisor_name.as_deref(),
        row.technician_id,
        row.technician_name.as_deref(),
        row.work.as_deref(),
        row.parts.as_deref(),
        row.mileage_km,
        row.advice.as_deref(),
        row.next_due_on.as_deref(),
        row.next_due_km,
        row.revenue_fen,
        row.cost_fen
    ]
}

/// Service records that are there, by their number in the other system; of every branch.
pub async fn services_by_external<S: Sql>(
    db: &S,
    external_ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, StoredRecord>, Fault> {
    by_external(db, "service_record", external_ids).await
}

/// Replaces service records that are there by what the rows say.
pub async fn update_services(tx: &Tx, rows: &[(Uuid, NewService)]) -> Result<(), Fault> {
    let days = Days::load(tx).await?;
    let mut customers = customers_of(
        tx,
        "service_record",
        rows.iter().map(|(id, _)| *id).collect(),
    )
    .await?;
    for (id, row) in rows {
        let day = days.of(row.branch_id, row.closed_at.unwrap_or(row.opened_at))?;
        tx.run(
            "UPDATE service_record SET external_id = $1, customer_id = $2, asset_id = $3, branch_id = $4, status = $5, category = $6,
                opened_at = $7, closed_at = $8, business_day = $9, advisor_id = $10, advisor_name = $11, technician_id = $12,
                technician_name = $13, work = $14, parts = $15, mileage_km = $16, advice = $17, next_due_on = $18, next_due_km = $19,
                revenue_fen = $20, cost_fen = $21, version = version + 1
             WHERE id = $22",
            [values_of(row, &day), args![*id]].concat(),
        )
        .await?;
        customers.insert(row.customer_id);
    }
    tell_assets(
        tx,
        rows.iter().filter_map(|(_, row)| row.asset_id).collect(),
    )
    .await?;
    figures::refresh(tx, &customers, Part::Money).await
}
