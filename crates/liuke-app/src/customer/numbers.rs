//! Numbers that people read (编号): `KH-000123` for customers, `WX-…` for service records, `DD-…` for orders.

use jiff::civil::Date;
use liuke_platform::counter;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;

const CUSTOMER: &str = "KH";
const SERVICE: &str = "WX";
const ORDER: &str = "DD";

/// The next customer number (客户编号).
pub(super) async fn next_customer(tx: &Tx) -> Result<String, Fault> {
    next_customers(tx, 1)
        .await?
        .pop()
        .ok_or_else(|| Fault::other("counter gave no number"))
}

/// The next customer numbers, for bulk work.
pub(super) async fn next_customers(tx: &Tx, count: usize) -> Result<Vec<String>, Fault> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let range = counter::next_plain(tx, CUSTOMER, small(count)?).await?;
    Ok(range
        .map(|number| format!("{CUSTOMER}-{number:06}"))
        .collect())
}

/// Takes customer numbers that were given without asking: those of the demonstration shop.
pub async fn take_numbers(tx: &Tx, count: usize) -> Result<(), Fault> {
    next_customers(tx, count).await.map(drop)
}

/// The next numbers of service records (维修单号) of a day.
pub(super) async fn next_services(tx: &Tx, day: Date, count: usize) -> Result<Vec<String>, Fault> {
    counter::next_numbers(tx, SERVICE, day, small(count)?).await
}

/// The next numbers of orders (订单号) of a day.
pub(super) async fn next_orders(tx: &Tx, day: Date, count: usize) -> Result<Vec<String>, Fault> {
    counter::next_numbers(tx, ORDER, day, small(count)?).await
}

fn small(count: usize) -> Result<u32, Fault> {
    u32::try_from(count).map_err(|_| Fault::other("too many numbers at once"))
}
