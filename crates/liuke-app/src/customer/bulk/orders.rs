//! Orders in bulk (批量订单).

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::worktime::{DEFAULT_ZONE, zone};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use crate::customer::batch::{IDS, insert_rows};
use crate::customer::figures::{self, Delta, Part};
use crate::customer::words::OrderKind;
use crate::customer::{days, numbers};

/// An order as a row describes it. A refund's revenue is negative.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Whose.
    pub customer_id: Uuid,
    /// Number in the other system; once among all orders.
    pub external_id: Option<String>,
    /// Sale or refund.
    pub kind: OrderKind,
    /// What was bought.
    pub title: Option<String>,
    /// Epoch milliseconds.
    pub ordered_at: i64,
    /// Fen; negative for a refund.
    pub revenue_fen: i64,
    /// Fen.
    pub cost_fen: Option<i64>,
    /// Where.
    pub branch_id: Uuid,
    /// By whom.
    pub seller_id: Option<Uuid>,
}

const COLUMNS: &str = "id, number, external_id, customer_id, kind, title, ordered_at, business_day, revenue_fen, cost_fen, branch_id, seller_id, \
     import_id, version, created_at";

/// Makes orders and adds them to the customers' figures.
pub async fn insert_orders(
    tx: &Tx,
    ctx: &Ctx,
    import_id: Option<Uuid>,
    rows: &[NewOrder],
) -> Result<Vec<Uuid>, Fault> {
    let days = Days::load(tx).await?;
    let numbers =
        numbers::next_orders(tx, days::of_company(tx, ctx.now).await?, rows.len()).await?;
    let mut ids = Vec::with_capacity(rows.len());
    let mut values = Vec::with_capacity(rows.len());
    let mut deltas: BTreeMap<Uuid, Delta> = BTreeMap::new();
    for (row, number) in rows.iter().zip(numbers) {
        let id: Uuid = ctx.new_id();
        let day = days.of(row.branch_id, row.ordered_at)?;
        let delta = deltas.entry(row.customer_id).or_default();
        delta.revenue_fen += row.revenue_fen;
        if row.kind == OrderKind::Sale {
            delta.orders += 1;
            delta.visited(&day);
        }
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
    insert_rows(tx, "sales_order", COLUMNS, values, "").await?;
    figures::add(tx, &deltas).await?;
    Ok(ids)
}

/// `external_id` to `seller_id`.
fn values_of(row: &NewOrder, day: &str) -> Vec<Value> {
    args![
        row.external_id.as_deref(),
        row.customer_id,
        row.kind.as_str(),
        row.title.as_deref(),
        row.ordered_at,
        day,
        row.revenue_fen,
        row.cost_fen,
        row.branch_id,
        row.seller_id
    ]
}

/// Days in the branches' zones.
pub(super) struct Days {
    zones: BTreeMap<Uuid, jiff::tz::TimeZone>,
    default: jiff::tz::TimeZone,
}

impl Days {
    pub(super) async fn load(tx: &Tx) -> Result<Self, Fault> {
        let default = zone(DEFAULT_ZONE).ok_or_else(|| Fault::other("time zone table"))?;
        Ok(Self {
            zones: days::zones(tx).await?,
            default,
        })
    }

    pub(super) fn of(&self, branch_id: Uuid, at_ms: i64) -> Result<String, Fault> {
        let zone = self.zones.get(&branch_id).unwrap_or(&self.default);
        days::day_of(at_ms, zone).ok_or_else(|| Fault::other("an instant outside the calendar"))
    }
}

/// An order or service record that is there, and to whom it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRecord {
    /// The order or record.
    pub id: Uuid,
    /// Whose.
    pub customer_id: Uuid,
    /// Where.
    pub branch_id: Uuid,
}

/// Orders that are there, by their number in the other system; of every branch.
pub async fn orders_by_external<S: Sql>(
    db: &S,
    external_ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, StoredRecord>, Fault> {
    by_external(db, "sales_order", external_ids).await
}

pub(super) async fn by_external<S: Sql>(
    db: &S,
    table: &str,
    external_ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, StoredRecord>, Fault> {
    #[derive(FromQueryResult)]
    struct KeyRow {
        external_id: String,
        id: Uuid,
        customer_id: Uuid,
        branch_id: Uuid,
    }
    let keys: Vec<&str> = external_ids.iter().map(String::as_str).collect();
    let mut found = BTreeMap::new();
    for some in keys.chunks(IDS) {
        let mut sql = SqlText::new(format!(
            "SELECT external_id, id, customer_id, branch_id FROM {table} WHERE external_id IN ("
        ));
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, values) = sql.finish();
        found.extend(
            db.all::<KeyRow>(&text, values)
                .await?
                .into_iter()
                .map(|row| {
                    let stored = StoredRecord {
                        id: row.id,
                        customer_id: row.customer_id,
                        branch_id: row.branch_id,
                    };
                    (row.external_id, stored)
                }),
        );
    }
    Ok(found)
}

/// Replaces orders that are there by what the rows say.
pub async fn update_orders(tx: &Tx, rows: &[(Uuid, NewOrder)]) -> Result<(), Fault> {
    let days = Days::load(tx).await?;
    let mut customers =
        customers_of(tx, "sales_order", rows.iter().map(|(id, _)| *id).collect()).await?;
    for (id, row) in rows {
        let day = days.of(row.branch_id, row.ordered_at)?;
        tx.run(
            "UPDATE sales_order SET external_id = $1, customer_id = $2, kind = $3, title = $4, ordered_at = $5, business_day = $6,
                revenue_fen = $7, cost_fen = $8, branch_id = $9, seller_id = $10, version = version + 1
             WHERE id = $11",
            [values_of(row, &day), args![*id]].concat(),
        )
        .await?;
        customers.insert(row.customer_id);
    }
    figures::refresh(tx, &customers, Part::Money).await
}

/// Whose these orders or records are.
pub(super) async fn customers_of(
    tx: &Tx,
    table: &str,
    ids: Vec<Uuid>,
) -> Result<BTreeSet<Uuid>, Fault> {
    #[derive(FromQueryResult)]
    struct OwnerRow {
        customer_id: Uuid,
    }
    let mut found = BTreeSet::new();
    for some in ids.chunks(IDS) {
        let mut sql = SqlText::new(format!(
            "SELECT DISTINCT customer_id FROM {table} WHERE id IN ("
        ));
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, values) = sql.finish();
        found.extend(
            tx.all::<OwnerRow>(&text, values)
                .await?
                .into_iter()
                .map(|r| r.customer_id),
        );
    }
    Ok(found)
}
