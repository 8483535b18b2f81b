//! The search index (检索键): `customer_key` holds every suffix a customer can be found by, see [`liuke_domain::search`].

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::search::{Searchable, prefix_end, query_key, search_keys};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::batch::{IDS, insert_rows};

#[derive(Debug, Default)]
struct Parts {
    names: Vec<String>,
    phones: Vec<String>,
    plates: Vec<String>,
    vins: Vec<String>,
    numbers: Vec<String>,
}

impl Parts {
    fn keys(&self) -> BTreeSet<String> {
        fn refs(texts: &[String]) -> Vec<&str> {
            texts.iter().map(String::as_str).collect()
        }
        search_keys(&Searchable {
            names: &refs(&self.names),
            phones: &refs(&self.phones),
            plates: &refs(&self.plates),
            vins: &refs(&self.vins),
            numbers: &refs(&self.numbers),
        })
        .into_iter()
        .collect()
    }
}

/// Writes the keys of these customers: only those that are new, and takes away those that no longer hold. A deleted customer has none.
///
/// Called in the transaction that changes names, phones, assets or numbers.
pub(super) async fn index(tx: &Tx, ids: &BTreeSet<Uuid>) -> Result<(), Fault> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    for some in ids.chunks(IDS) {
        let parts = parts_of(tx, some).await?;
        let mut known = known_keys(tx, some).await?;
        let mut missing = Vec::new();
        for id in some {
            let wanted = parts.get(id).map(Parts::keys).unwrap_or_default();
            let present = known.remove(id).unwrap_or_default();
            for gone in present.difference(&wanted) {
                tx.run(
                    "DELETE FROM customer_key WHERE k = $1 AND customer_id = $2",
                    args![gone.as_str(), *id],
                )
                .await?;
            }
            missing.extend(
                wanted
                    .difference(&present)
                    .map(|key| vec![Value::from(key.as_str()), Value::from(*id)]),
            );
        }
        insert_rows(tx, "customer_key", "k, customer_id", missing, "").await?;
    }
    Ok(())
}

/// [`index`] for one customer.
pub(super) async fn index_one(tx: &Tx, customer_id: Uuid) -> Result<(), Fault> {
    index(tx, &BTreeSet::from([customer_id])).await
}

#[derive(FromQueryResult)]
struct NameRow {
    id: Uuid,
    name: String,
    number: String,
    external_id: Option<String>,
}

#[derive(FromQueryResult)]
struct PhoneRow {
    customer_id: Uuid,
    number: String,
}

#[derive(FromQueryResult)]
struct AssetRow {
    customer_id: Uuid,
    plate: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    external_id: Option<String>,
}

async fn parts_of(tx: &Tx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Parts>, Fault> {
    let mut parts: BTreeMap<Uuid, Parts> = BTreeMap::new();
    let sql =
        "SELECT id, name, number, external_id FROM customer WHERE deleted_at IS NULL AND id IN";
    for row in rows::<NameRow>(tx, sql, ids).await? {
        let part = parts.entry(row.id).or_default();
        part.names.push(row.name);
        part.numbers.push(row.number);
        part.numbers.extend(row.external_id);
    }
    for row in rows::<PhoneRow>(
        tx,
        "SELECT customer_id, number FROM customer_phone WHERE customer_id IN",
        ids,
    )
    .await?
    {
        if let Some(part) = parts.get_mut(&row.customer_id) {
            part.phones.push(row.number);
        }
    }
    let sql = "SELECT customer_id, plate, vin, serial, external_id FROM asset WHERE deleted_at IS NULL AND customer_id IN";
    for row in rows::<AssetRow>(tx, sql, ids).await? {
        if let Some(part) = parts.get_mut(&row.customer_id) {
            part.plates.extend(row.plate);
            part.vins.extend(row.vin);
            part.vins.extend(row.serial);
            part.numbers.extend(row.external_id);
        }
    }
    Ok(parts)
}

async fn known_keys(tx: &Tx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, BTreeSet<String>>, Fault> {
    #[derive(FromQueryResult)]
    struct KeyRow {
        customer_id: Uuid,
        k: String,
    }
    let mut known: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in rows::<KeyRow>(
        tx,
        "SELECT customer_id, k FROM customer_key WHERE customer_id IN",
        ids,
    )
    .await?
    {
        known.entry(row.customer_id).or_default().insert(row.k);
    }
    Ok(known)
}

/// Rows of a text that ends with `IN`.
async fn rows<T: FromQueryResult + Send + 'static>(
    tx: &Tx,
    sql: &str,
    ids: &[Uuid],
) -> Result<Vec<T>, Fault> {
    let mut sql = SqlText::new(format!("{sql} ("));
    sql.push_list(ids.iter().copied()).push(")", Vec::new());
    let (text, values) = sql.finish();
    tx.all(&text, values).await
}

/// What somebody searches for (检索词), folded like the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// First key of the range.
    pub key: String,
    /// First key behind it.
    pub end: String,
}

impl Query {
    /// `None` when there is nothing to search for.
    pub fn parse(text: &str) -> Option<Self> {
        query_key(text).map(|key| Self {
            end: prefix_end(&key),
            key,
        })
    }
}

/// Appends ` AND alias.id IN (…)`: the customers that a query finds, whatever their number.
pub fn push_query(sql: &mut SqlText, query: &Query, alias: &str) {
    sql.push(
        &format!(" AND {alias}.id IN (SELECT q.customer_id FROM customer_key q WHERE q.k >= ? AND q.k < ?)"),
        args![query.key.as_str(), query.end.as_str()],
    );
}
