//! What the customer's row repeats from its phones, assets, orders and service records (汇总列), so that lists sort by it.
//!
//! [`refresh`] computes the columns anew from the facts; [`add`] adds the orders and records of a bulk write, which gives the same.
//! Whoever writes a fact calls one of them in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::phone;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql as _, SqlText, Tx};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::batch::{IDS, in_batches};

/// What orders and service records add to one customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Delta {
    pub(super) revenue_fen: i64,
    pub(super) orders: i64,
    pub(super) visits: i64,
    pub(super) last_visit_on: Option<String>,
}

impl Delta {
    /// Remembers the later of two days.
    pub(super) fn visited(&mut self, day: &str) {
        if self
            .last_visit_on
            .as_deref()
            .is_none_or(|known| known < day)
        {
            self.last_visit_on = Some(day.to_owned());
        }
    }
}

/// Adds to the money and visit columns.
pub(super) async fn add(tx: &Tx, deltas: &BTreeMap<Uuid, Delta>) -> Result<(), Fault> {
    let rows = deltas
        .iter()
        .map(|(id, delta)| {
            args![
                *id,
                delta.revenue_fen,
                delta.orders,
                delta.visits,
                delta.last_visit_on.as_deref().unwrap_or_default()
            ]
        })
        .collect();
    in_batches(tx, rows, |places| {
        format!(
            "WITH d(id, revenue, orders, visits, on_day) AS (VALUES {places})
             UPDATE customer SET revenue_fen = customer.revenue_fen + d.revenue, order_count = customer.order_count + d.orders,
                visit_count = customer.visit_count + d.visits,
                last_visit_on = CASE WHEN d.on_day > customer.visit_sort THEN d.on_day ELSE customer.last_visit_on END,
                visit_sort = CASE WHEN d.on_day > customer.visit_sort THEN d.on_day ELSE customer.visit_sort END
             FROM d WHERE customer.id = d.id"
        )
    })
    .await
}

/// Which columns to compute anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `phone_masked`.
    Phone,
    /// `asset_line`, `asset_count`.
    Assets,
    /// `revenue_fen`, `order_count`, `visit_count`, `last_visit_on`, `visit_sort`.
    Money,
}

/// Computes a part of the repeated columns anew from the facts.
pub(super) async fn refresh(tx: &Tx, ids: &BTreeSet<Uuid>, part: Part) -> Result<(), Fault> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    for some in ids.chunks(IDS) {
        match part {
            Part::Phone => refresh_phone(tx, some).await?,
            Part::Assets => refresh_assets(tx, some).await?,
            Part::Money => refresh_money(tx, some).await?,
        }
    }
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

async fn refresh_phone(tx: &Tx, ids: &[Uuid]) -> Result<(), Fault> {
    let mut sql = SqlText::new(
        "SELECT customer_id, number, e164, kind, extension FROM customer_phone
         WHERE valid = TRUE AND do_not_use = FALSE AND customer_id IN (",
    );
    sql.push_list(ids.iter().copied()).push(
        ") ORDER BY customer_id, is_primary, position DESC",
        Vec::new(),
    );
    let (text, values) = sql.finish();
    // The last row of a customer wins: the primary one, else the first.
    let mut masked: BTreeMap<Uuid, String> = BTreeMap::new();
    for row in tx.all::<PhoneRow>(&text, values).await? {
        let mask = mask_stored(
            &row.number,
            row.e164.as_deref(),
            &row.kind,
            row.extension.as_deref(),
        );
        masked.insert(row.customer_id, mask);
    }
    for id in ids {
        tx.run(
            "UPDATE customer SET phone_masked = $2 WHERE id = $1",
            args![*id, masked.remove(id)],
        )
        .await?;
    }
    Ok(())
}

/// The mask of a phone as it is stored.
pub(super) fn mask_stored(
    number: &str,
    e164: Option<&str>,
    kind: &str,
    extension: Option<&str>,
) -> String {
    phone::mask(&dialled(number, e164, kind, extension))
}

/// A stored phone as one text: with country code where it is foreign, and with its extension.
pub(super) fn dialled(
    number: &str,
    e164: Option<&str>,
    kind: &str,
    extension: Option<&str>,
) -> String {
    let base = match e164 {
        Some(e164) if kind == phone::PhoneKind::Foreign.as_str() => e164,
        _ => number,
    };
    extension.map_or_else(
        || base.to_owned(),
        |extension| format!("{base};ext={extension}"),
    )
}

#[derive(FromQueryResult)]
struct AssetRow {
    customer_id: Uuid,
    plate: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    model: String,
}

async fn refresh_assets(tx: &Tx, ids: &[Uuid]) -> Result<(), Fault> {
    let mut sql = SqlText::new(
        "SELECT customer_id, plate, vin, serial, model FROM asset WHERE deleted_at IS NULL AND customer_id IN (",
    );
    sql.push_list(ids.iter().copied())
        .push(") ORDER BY customer_id, created_at, id", Vec::new());
    let (text, values) = sql.finish();
    // The last row of a customer wins: the newest.
    let mut lines: BTreeMap<Uuid, (String, i64)> = BTreeMap::new();
    for row in tx.all::<AssetRow>(&text, values).await? {
        let line = asset_line(
            row.plate.as_deref(),
            row.vin.as_deref(),
            row.serial.as_deref(),
            &row.model,
        );
        let entry = lines.entry(row.customer_id).or_default();
        *entry = (line, entry.1 + 1);
    }
    for id in ids {
        let (line, count) = lines
            .remove(id)
            .map_or((None, 0), |(line, count)| (Some(line), count));
        tx.run(
            "UPDATE customer SET asset_line = $2, asset_count = $3 WHERE id = $1",
            args![*id, line, count],
        )
        .await?;
    }
    Ok(())
}

/// A vehicle or piece of equipment on one line: `川A·7F3K2 迈腾 330`; without a plate the tail of the VIN or the serial number.
pub fn asset_line(
    plate: Option<&str>,
    vin: Option<&str>,
    serial: Option<&str>,
    model: &str,
) -> String {
    let tail = vin.map(|vin| {
        let skip = vin.chars().count().saturating_sub(6);
        format!("…{}", vin.chars().skip(skip).collect::<String>())
    });
    let name = plate
        .map(str::to_owned)
        .or(tail)
        .or_else(|| serial.map(str::to_owned));
    match name {
        Some(name) if model.is_empty() => name,
        Some(name) => format!("{name} {model}"),
        None => model.to_owned(),
    }
}

#[derive(FromQueryResult)]
struct MoneyRow {
    customer_id: Uuid,
    revenue_fen: i64,
    counted: i64,
    last_on: Option<String>,
}

async fn refresh_money(tx: &Tx, ids: &[Uuid]) -> Result<(), Fault> {
    let mut totals: BTreeMap<Uuid, Delta> = BTreeMap::new();
    let mut orders = SqlText::new(
        "SELECT customer_id, CAST(SUM(revenue_fen) AS BIGINT) AS revenue_fen,
            CAST(SUM(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS BIGINT) AS counted,
            MAX(CASE WHEN kind = 'sale' THEN business_day END) AS last_on
         FROM sales_order WHERE customer_id IN (",
    );
    orders
        .push_list(ids.iter().copied())
        .push(") GROUP BY customer_id", Vec::new());
    let (text, values) = orders.finish();
    for row in tx.all::<MoneyRow>(&text, values).await? {
        let total = totals.entry(row.customer_id).or_default();
        total.revenue_fen += row.revenue_fen;
        total.orders = row.counted;
        if let Some(day) = &row.last_on {
            total.visited(day);
        }
    }
    let mut services = SqlText::new(
        "SELECT customer_id, CAST(SUM(revenue_fen) AS BIGINT) AS revenue_fen, COUNT(*) AS counted,
            MAX(business_day) AS last_on
         FROM service_record WHERE customer_id IN (",
    );
    services
        .push_list(ids.iter().copied())
        .push(") GROUP BY customer_id", Vec::new());
    let (text, values) = services.finish();
    for row in tx.all::<MoneyRow>(&text, values).await? {
        let total = totals.entry(row.customer_id).or_default();
        total.revenue_fen += row.revenue_fen;
        total.visits = row.counted;
        if let Some(day) = &row.last_on {
            total.visited(day);
        }
    }
    for id in ids {
        let total = totals.remove(id).unwrap_or_default();
        tx.run(
            "UPDATE customer SET revenue_fen = $2, order_count = $3, visit_count = $4, last_visit_on = $5, visit_sort = $6
             WHERE id = $1",
            args![
                *id,
                total.revenue_fen,
                total.orders,
                total.visits,
                total.last_visit_on.clone(),
                total.last_visit_on.unwrap_or_default()
            ],
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_shows_what_people_know_it_by() {
        for (plate, vin, serial, want) in [
            (
                Some("川A·7F3K2"),
                Some("LFV2A21K8A3000000"),
                None,
                "川A·7F3K2 迈腾 330",
            ),
            (None, Some("LFV2A21K8A3123456"), None, "…123456 迈腾 330"),
            (None, None, Some("SN-1"), "SN-1 迈腾 330"),
            (None, None, None, "迈腾 330"),
        ] {
            assert_eq!(asset_line(plate, vin, serial, "迈腾 330"), want);
        }
    }

    #[test]
    fn a_foreign_number_and_an_extension_stay_masked() {
        assert_eq!(
            mask_stored("13800138000", Some("+8613800138000"), "mobile", None),
            "138****8000"
        );
        assert_eq!(
            mask_stored("12125550100", Some("+12125550100"), "foreign", None),
            "+121******00"
        );
        assert_eq!(
            mask_stored(
                "01012345678",
                Some("+861012345678"),
                "landline",
                Some("8001")
            ),
            "010******78-***"
        );
    }
}
