//! The customer in brief (客户摘要), for rows of other capabilities: tasks, slips, the pyramid.

use std::collections::BTreeMap;

use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::record::{CustomerRecord, Names, load, tags_of};

/// What every row about a customer shows. Phones are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerBrief {
    /// The customer.
    pub id: Uuid,
    /// Number people see (客户编号).
    pub number: String,
    /// Name.
    pub name: String,
    /// `person` or `organisation`.
    pub kind: String,
    /// A, B, C or D; nothing before the first pyramid.
    pub tier: Option<String>,
    /// Lifecycle stage.
    pub stage: String,
    /// Personality type.
    pub personality: Option<String>,
    /// Notes of the archive.
    pub notes: Option<String>,
    /// The phone to call, masked.
    pub phone_masked: Option<String>,
    /// Vehicle or equipment on one line.
    pub asset_line: Option<String>,
    /// Branch (网点).
    pub branch_id: Uuid,
    /// Its name.
    pub branch_name: String,
    /// Who looks after the customer (负责人).
    pub owner_id: Option<Uuid>,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// Whom the customer asks for (指定专员).
    pub preferred_staff_id: Option<Uuid>,
    /// The customer does not want calls.
    pub do_not_call: bool,
    /// Contact data are to be checked at the next visit.
    pub ask_at_reception: bool,
    /// Day of the last visit or purchase, `YYYY-MM-DD`.
    pub last_visit_on: Option<String>,
    /// Instant of the last contact, epoch milliseconds.
    pub last_contact_at: Option<i64>,
    /// Service records.
    pub visit_count: i64,
    /// Sales.
    pub order_count: i64,
    /// Revenue of orders and service records, fen.
    pub revenue_fen: i64,
    /// Tags.
    pub tags: Vec<String>,
}

/// Several customers in brief, by id, in four queries. Deleted ones are there as well, since their history is.
pub async fn briefs<S: Sql>(db: &S, ids: &[Uuid]) -> Result<BTreeMap<Uuid, CustomerBrief>, Fault> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let rows = load(db, &ids).await?;
    let owners = rows.iter().map(|r| r.owner_id).collect();
    let names = Names::load(db, owners, rows.iter().map(|r| r.branch_id).collect()).await?;
    let mut tags = tags_of(db, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tags = tags.remove(&row.id).unwrap_or_default();
            (row.id, in_brief(row, &names, tags))
        })
        .collect())
}

/// One customer in brief.
pub async fn brief<S: Sql>(db: &S, id: Uuid) -> Result<Option<CustomerBrief>, Fault> {
    Ok(briefs(db, &[id]).await?.remove(&id))
}

fn in_brief(row: CustomerRecord, names: &Names, tags: Vec<String>) -> CustomerBrief {
    CustomerBrief {
        branch_name: names.branch(row.branch_id),
        owner_name: names.staff(row.owner_id),
        id: row.id,
        number: row.number,
        name: row.name,
        kind: row.kind,
        tier: row.tier,
        stage: row.stage,
        personality: row.personality,
        notes: row.notes,
        phone_masked: row.phone_masked,
        asset_line: row.asset_line,
        branch_id: row.branch_id,
        owner_id: row.owner_id,
        preferred_staff_id: row.preferred_staff_id,
        do_not_call: row.do_not_call,
        ask_at_reception: row.ask_at_reception,
        last_visit_on: row.last_visit_on,
        last_contact_at: row.last_contact_at,
        visit_count: row.visit_count,
        order_count: row.order_count,
        revenue_fen: row.revenue_fen,
        tags,
    }
}
