//! The customer's row (客户档案主记录) and how it is loaded.

use std::collections::BTreeMap;

use liuke_platform::db::{FromQueryResult, Sql, SqlText};
use liuke_platform::fault::Fault;
use uuid::Uuid;

/// Columns of [`CustomerRecord`], read with the alias `c`.
pub(super) const COLUMNS: &str = "c.id, c.number, c.external_id, c.kind, c.name, c.gender, c.birthday, c.address, c.source, c.personality, \
     c.stage, c.notes, c.owner_id, c.preferred_staff_id, c.branch_id, c.do_not_call, c.contact_from, c.contact_to, \
     c.ask_at_reception, c.tier, c.phone_masked, c.asset_line, c.asset_count, c.revenue_fen, c.order_count, c.visit_count, c.last_visit_on, \
     c.last_contact_at, c.version, c.created_at, c.updated_at, c.deleted_at";

/// One customer as it is stored. Holds personal data in full: never an answer of its own.
#[derive(Debug, Clone, FromQueryResult)]
#[allow(
    missing_docs,
    reason = "columns of the table customer, explained there"
)]
pub struct CustomerRecord {
    pub id: Uuid,
    pub number: String,
    pub external_id: Option<String>,
    pub kind: String,
    pub name: String,
    pub gender: Option<String>,
    pub birthday: Option<String>,
    pub address: Option<String>,
    pub source: Option<String>,
    pub personality: Option<String>,
    pub stage: String,
    pub notes: Option<String>,
    pub owner_id: Option<Uuid>,
    pub preferred_staff_id: Option<Uuid>,
    pub branch_id: Uuid,
    pub do_not_call: bool,
    pub contact_from: Option<String>,
    pub contact_to: Option<String>,
    pub ask_at_reception: bool,
    pub tier: Option<String>,
    pub phone_masked: Option<String>,
    pub asset_line: Option<String>,
    pub asset_count: i64,
    pub revenue_fen: i64,
    pub order_count: i64,
    pub visit_count: i64,
    pub last_visit_on: Option<String>,
    pub last_contact_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
}

/// Rows of these customers, deleted ones too, in no particular order.
pub(super) async fn load<S: Sql>(db: &S, ids: &[Uuid]) -> Result<Vec<CustomerRecord>, Fault> {
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(super::batch::IDS) {
        let mut sql = SqlText::new(format!("SELECT {COLUMNS} FROM customer c WHERE c.id IN ("));
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, args) = sql.finish();
        rows.extend(db.all::<CustomerRecord>(&text, args).await?);
    }
    Ok(rows)
}

/// Names by id, for the rows of one page.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) staff: BTreeMap<Uuid, String>,
    pub(super) branches: BTreeMap<Uuid, String>,
}

impl Names {
    /// Names of these staff and branches, one query each.
    pub(super) async fn load<S: Sql>(
        db: &S,
        staff: Vec<Option<Uuid>>,
        branches: Vec<Uuid>,
    ) -> Result<Self, Fault> {
        let staff = staff.into_iter().flatten().collect();
        Ok(Self {
            staff: names(db, "staff", staff).await?,
            branches: names(db, "branch", branches).await?,
        })
    }

    pub(super) fn staff(&self, id: Option<Uuid>) -> Option<String> {
        id.and_then(|id| self.staff.get(&id).cloned())
    }

    pub(super) fn branch(&self, id: Uuid) -> String {
        self.branches.get(&id).cloned().unwrap_or_default()
    }
}

async fn names<S: Sql>(
    db: &S,
    table: &'static str,
    mut ids: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, String>, Fault> {
    #[derive(FromQueryResult)]
    struct NameRow {
        id: Uuid,
        name: String,
    }
    ids.sort_unstable();
    ids.dedup();
    let mut found = BTreeMap::new();
    for some in ids.chunks(super::batch::IDS) {
        let mut sql = SqlText::new(format!("SELECT id, name FROM {table} WHERE id IN ("));
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, args) = sql.finish();
        found.extend(
            db.all::<NameRow>(&text, args)
                .await?
                .into_iter()
                .map(|row| (row.id, row.name)),
        );
    }
    Ok(found)
}

/// Tags of these customers, in alphabetical order.
pub(super) async fn tags_of<S: Sql>(
    db: &S,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<String>>, Fault> {
    #[derive(FromQueryResult)]
    struct TagRow {
        customer_id: Uuid,
        tag: String,
    }
    let mut found: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for some in ids.chunks(super::batch::IDS) {
        let mut sql =
            SqlText::new("SELECT customer_id, tag FROM customer_tag WHERE customer_id IN (");
        sql.push_list(some.iter().copied())
            .push(") ORDER BY customer_id, tag", Vec::new());
        let (text, args) = sql.finish();
        for row in db.all::<TagRow>(&text, args).await? {
            found.entry(row.customer_id).or_default().push(row.tag);
        }
    }
    Ok(found)
}
