//! Exact look-up of customers by what identifies them (匹配): external id, phone, plate, VIN. One normaliser for import, duplicates and calls.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::asset;
use liuke_domain::phone::{self, Phone};
use liuke_platform::db::{FromQueryResult, Sql, SqlText};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::batch::IDS;

/// By what a customer is recognised (匹配方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchBy {
    /// Number in another system, of the customer (外部编号).
    ExternalId,
    /// Phone, by [`Phone::match_key`].
    Phone,
    /// Plate of a vehicle, by [`asset::plate_key`].
    Plate,
    /// VIN of a vehicle, by [`asset::vin_key`].
    Vin,
}

/// The form in which values of this kind are compared; `None` when the value identifies nobody.
pub fn match_key(by: MatchBy, value: &str) -> Option<String> {
    match by {
        MatchBy::ExternalId => liuke_domain::text::clean(value),
        MatchBy::Phone => phone::normalise(value).match_key(),
        MatchBy::Plate => Some(asset::plate_key(value)).filter(|key| key.chars().count() >= 5),
        MatchBy::Vin => Some(asset::vin_key(value)).filter(|key| key.len() >= 8),
    }
}

/// Customers by key, for many keys at once: one query per few hundred keys. Deleted customers and assets are not found.
///
/// `keys` are made by [`match_key`]. A key that several customers share gives all of them, oldest first.
pub async fn match_by<S: Sql>(
    db: &S,
    by: MatchBy,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<Uuid>>, Fault> {
    let mut found: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for some in keys.chunks(IDS) {
        match by {
            MatchBy::ExternalId => {
                let sql = "SELECT c.external_id AS k, c.id AS customer_id FROM customer c
                     WHERE c.deleted_at IS NULL AND c.external_id IN";
                collect(db, sql, some, &mut found).await?;
            }
            MatchBy::Plate => {
                let sql = "SELECT a.plate_key AS k, a.customer_id FROM asset a JOIN customer c ON c.id = a.customer_id
                     WHERE a.deleted_at IS NULL AND c.deleted_at IS NULL AND a.plate_key IN";
                collect(db, sql, some, &mut found).await?;
            }
            MatchBy::Vin => {
                let sql = "SELECT a.vin_key AS k, a.customer_id FROM asset a JOIN customer c ON c.id = a.customer_id
                     WHERE a.deleted_at IS NULL AND c.deleted_at IS NULL AND a.vin_key IN";
                collect(db, sql, some, &mut found).await?;
            }
            MatchBy::Phone => phones(db, some, &mut found).await?,
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct KeyRow {
    k: String,
    customer_id: Uuid,
}

async fn collect<S: Sql>(
    db: &S,
    sql: &str,
    keys: &[&str],
    found: &mut BTreeMap<String, Vec<Uuid>>,
) -> Result<(), Fault> {
    let mut sql = SqlText::new(format!("{sql} ("));
    sql.push_list(keys.iter().copied())
        .push(") ORDER BY 1, 2", Vec::new());
    let (text, values) = sql.finish();
    for row in db.all::<KeyRow>(&text, values).await? {
        let ids = found.entry(row.k).or_default();
        if !ids.contains(&row.customer_id) {
            ids.push(row.customer_id);
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct PhoneRow {
    number: String,
    e164: Option<String>,
    extension: Option<String>,
    customer_id: Uuid,
}

async fn phones<S: Sql>(
    db: &S,
    keys: &[&str],
    found: &mut BTreeMap<String, Vec<Uuid>>,
) -> Result<(), Fault> {
    let bases: BTreeSet<&str> = keys
        .iter()
        .map(|k| k.split(";ext=").next().unwrap_or(k))
        .collect();
    let (international, short): (Vec<&str>, Vec<&str>) =
        bases.into_iter().partition(|base| base.starts_with('+'));
    for (column, values) in [("p.e164", international), ("p.number", short)] {
        if values.is_empty() {
            continue;
        }
        let mut sql = SqlText::new(format!(
            "SELECT p.number, p.e164, p.extension, p.customer_id FROM customer_phone p JOIN customer c ON c.id = p.customer_id
             WHERE c.deleted_at IS NULL AND p.valid = TRUE AND {column} IN ("
        ));
        sql.push_list(values)
            .push(") ORDER BY p.customer_id", Vec::new());
        let (text, values) = sql.finish();
        for row in db.all::<PhoneRow>(&text, values).await? {
            let base = row.e164.unwrap_or(row.number);
            let key = row.extension.map_or_else(
                || base.clone(),
                |extension| format!("{base};ext={extension}"),
            );
            if keys.binary_search(&key.as_str()).is_ok() {
                let ids = found.entry(key).or_default();
                if !ids.contains(&row.customer_id) {
                    ids.push(row.customer_id);
                }
            }
        }
    }
    Ok(())
}

/// The key of a phone that was read already.
pub fn phone_key(phone: &Phone) -> Option<String> {
    phone.match_key()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_however_it_was_written() {
        for (by, a, b) in [
            (MatchBy::Phone, "138 0013 8000", "+86-138-0013-8000"),
            (MatchBy::Plate, "京A·12345", "京a 12345"),
            (MatchBy::Vin, "1HGCM82633A004352", " 1hgc m826 33a0 04352 "),
            (MatchBy::ExternalId, "C-1", " C-1 "),
        ] {
            assert_eq!(match_key(by, a), match_key(by, b), "{a}");
            assert!(match_key(by, a).is_some(), "{a}");
        }
        for (by, value) in [
            (MatchBy::Phone, "123"),
            (MatchBy::Plate, "无"),
            (MatchBy::Vin, "1"),
            (MatchBy::ExternalId, " "),
        ] {
            assert_eq!(match_key(by, value), None, "{value}");
        }
    }
}
