//! Whom a plan is about (回访对象): closed service records and customers who stayed away, read in batches by index ranges.
//!
//! A batch goes on where the one before ended, so memory is bounded and a sweep that was killed simply starts again: whoever has
//! a task, or was bundled with one, no longer appears.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::followup::Window;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Value};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::plans::Plan;

/// Rows per batch.
pub(crate) const BATCH: usize = 400;

/// Somebody a plan is about.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// What must not be done twice.
    pub(crate) dedup: String,
    pub(crate) customer_id: Uuid,
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) service_record_id: Option<Uuid>,
    /// Where the task belongs: the workshop's branch, or the customer's.
    pub(crate) branch_id: Uuid,
    /// Day of the last visit; for a service record it follows from `at` in the branch's zone.
    pub(crate) visit_on: Option<String>,
    /// When the service record was closed.
    pub(crate) at: Option<i64>,
    /// Who served, and so does not call.
    pub(crate) served: BTreeSet<Uuid>,
}

/// Where a batch of service records ended: closed at, id.
pub(crate) type ServicePlace = (i64, Uuid);
/// Where a batch of customers ended: day of the last visit, id.
pub(crate) type VisitPlace = (String, Uuid);

#[derive(Debug, FromQueryResult)]
struct ServiceRow {
    id: Uuid,
    customer_id: Uuid,
    asset_id: Option<Uuid>,
    branch_id: Uuid,
    closed_at: i64,
    advisor_id: Option<Uuid>,
    technician_id: Option<Uuid>,
}

/// Which service records.
#[derive(Debug, Clone)]
pub(crate) struct ServiceRange {
    /// Closed at or after.
    pub(crate) from: i64,
    /// Closed at or before.
    pub(crate) until: i64,
    /// Only this one.
    pub(crate) only: Option<Uuid>,
    /// Also those that have a task already, for a preview.
    pub(crate) again: bool,
    /// Where the batch before ended.
    pub(crate) after: Option<ServicePlace>,
}

/// Closed service records a plan is about and which have no task of it yet, oldest first. Uses service_record_closed.
pub(crate) async fn services(
    db: &impl Sql,
    plan: &Plan,
    branches: Option<&[Uuid]>,
    range: &ServiceRange,
) -> Result<(Vec<Candidate>, Option<ServicePlace>), Fault> {
    let (text, values) = services_text(plan, branches, range);
    let rows: Vec<ServiceRow> = db.all(&text, values).await?;
    let end = (rows.len() >= BATCH)
        .then(|| rows.last().map(|r| (r.closed_at, r.id)))
        .flatten();
    let found = rows
        .into_iter()
        .map(|row| Candidate {
            dedup: format!("service:{}:{}", plan.id, row.id),
            customer_id: row.customer_id,
            asset_id: row.asset_id,
            service_record_id: Some(row.id),
            branch_id: row.branch_id,
            visit_on: None,
            at: Some(row.closed_at),
            served: row
                .advisor_id
                .into_iter()
                .chain(row.technician_id)
                .collect(),
        })
        .collect();
    Ok((found, end))
}

pub(crate) fn services_text(
    plan: &Plan,
    branches: Option<&[Uuid]>,
    range: &ServiceRange,
) -> (String, Vec<Value>) {
    let mut sql = SqlText::with(
        "SELECT s.id, s.customer_id, s.asset_id, s.branch_id, s.closed_at, s.advisor_id, s.technician_id
         FROM service_record s JOIN customer c ON c.id = s.customer_id
         WHERE s.status = 'closed' AND c.deleted_at IS NULL AND s.closed_at >= ? AND s.closed_at <= ?",
        args![range.from, range.until],
    );
    sql.push_some(" AND s.id = ?", range.only);
    sql.push_some(" AND s.category = ?", plan.category.clone());
    push_branches(&mut sql, "s", branches);
    if !range.again {
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM followup_task t WHERE t.service_record_id = s.id AND t.plan_id = ?)
              AND NOT EXISTS (SELECT 1 FROM followup_left_out o WHERE o.service_record_id = s.id AND o.plan_id = ?
                  AND o.reason = 'already_open')",
            args![plan.id, plan.id],
        );
    }
    if let Some((at, id)) = range.after {
        sql.push(" AND (s.closed_at, s.id) > (?, ?)", args![at, id]);
    }
    sql.push(" ORDER BY s.closed_at, s.id LIMIT ?", args![rows(BATCH)]);
    sql.into_parts()
}

#[derive(Debug, FromQueryResult)]
struct VisitRow {
    id: Uuid,
    branch_id: Uuid,
    last_visit_on: String,
}

/// Which customers by their last visit, both days included.
#[derive(Debug, Clone)]
pub(crate) struct VisitRange {
    pub(crate) from: String,
    pub(crate) until: String,
    /// Also those that have a task already, for a preview.
    pub(crate) again: bool,
    /// Where the batch before ended.
    pub(crate) after: Option<VisitPlace>,
}

/// Customers whose last visit lies in the range and who have no task of the plan for it yet. Uses customer_visited.
pub(crate) async fn absent(
    db: &impl Sql,
    plan: &Plan,
    branches: Option<&[Uuid]>,
    range: &VisitRange,
) -> Result<(Vec<Candidate>, Option<VisitPlace>), Fault> {
    let (text, values) = absent_text(plan, branches, range);
    let rows: Vec<VisitRow> = db.all(&text, values).await?;
    let end = (rows.len() >= BATCH)
        .then(|| rows.last().map(|r| (r.last_visit_on.clone(), r.id)))
        .flatten();
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut last = last_services(db, &ids).await?;
    let found = rows
        .into_iter()
        .map(|row| {
            let service = last.remove(&row.id);
            Candidate {
                dedup: format!("visit:{}:{}:{}", plan.id, row.id, row.last_visit_on),
                customer_id: row.id,
                asset_id: service.as_ref().and_then(|s| s.asset_id),
                service_record_id: None,
                branch_id: row.branch_id,
                visit_on: Some(row.last_visit_on),
                at: None,
                served: service.map(|s| s.served).unwrap_or_default(),
            }
        })
        .collect();
    Ok((found, end))
}

pub(crate) fn absent_text(
    plan: &Plan,
    branches: Option<&[Uuid]>,
    range: &VisitRange,
) -> (String, Vec<Value>) {
    let mut sql = SqlText::with(
        "SELECT c.id, c.branch_id, c.last_visit_on FROM customer c
         WHERE c.deleted_at IS NULL AND c.last_visit_on >= ? AND c.last_visit_on <= ?",
        args![range.from.as_str(), range.until.as_str()],
    );
    push_branches(&mut sql, "c", branches);
    if !range.again {
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM followup_task t WHERE t.customer_id = c.id AND t.plan_id = ?
                  AND t.reason_on = c.last_visit_on)
              AND NOT EXISTS (SELECT 1 FROM followup_left_out o WHERE o.customer_id = c.id AND o.plan_id = ?
                  AND o.reason = 'already_open' AND o.reason_on = c.last_visit_on)",
            args![plan.id, plan.id],
        );
    }
    if let Some((day, id)) = &range.after {
        sql.push(
            " AND (c.last_visit_on, c.id) > (?, ?)",
            args![day.as_str(), *id],
        );
    }
    sql.push(
        " ORDER BY c.last_visit_on, c.id LIMIT ?",
        args![rows(BATCH)],
    );
    sql.into_parts()
}

fn push_branches(sql: &mut SqlText, alias: &str, branches: Option<&[Uuid]>) {
    if let Some(branches) = branches {
        // Not offered to an index: the range of days or instants is the narrower one.
        sql.push(&format!(" AND ({alias}.branch_id IN ("), args![]);
        sql.push_list(branches.iter().copied());
        sql.push(")) IS TRUE", args![]);
    }
}

fn rows(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The last service of a customer: what it was about and who served.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastService {
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) served: BTreeSet<Uuid>,
}

/// The last service of each of these customers. Uses service_record_customer.
pub(crate) async fn last_services(
    db: &impl Sql,
    customers: &[Uuid],
) -> Result<BTreeMap<Uuid, LastService>, Fault> {
    #[derive(FromQueryResult)]
    #[allow(clippy::struct_field_names, reason = "columns of the tables")]
    struct Row {
        customer_id: Uuid,
        asset_id: Option<Uuid>,
        advisor_id: Option<Uuid>,
        technician_id: Option<Uuid>,
    }
    let mut sql = SqlText::new(
        "SELECT s.customer_id, s.asset_id, s.advisor_id, s.technician_id FROM customer c
         JOIN service_record s ON s.id = (SELECT x.id FROM service_record x WHERE x.customer_id = c.id
             ORDER BY x.opened_at DESC, x.id DESC LIMIT 1)
         WHERE c.id IN (",
    );
    sql.push_list(customers.iter().copied());
    sql.push(")", args![]);
    let (text, values) = sql.into_parts();
    let found: Vec<Row> = db.all(&text, values).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let served = row
                .advisor_id
                .into_iter()
                .chain(row.technician_id)
                .collect();
            (
                row.customer_id,
                LastService {
                    asset_id: row.asset_id,
                    served,
                },
            )
        })
        .collect())
}

/// What decides whether and how a customer may be contacted.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(crate) struct Reach {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) tier: Option<String>,
    pub(crate) preferred_staff_id: Option<Uuid>,
    pub(crate) do_not_call: bool,
    contact_from: Option<String>,
    contact_to: Option<String>,
    pub(crate) last_contact_at: Option<i64>,
    /// What came of the last attempt.
    pub(crate) last_outcome: Option<String>,
    /// Numbers of usable phones, of usable mobiles, of e-mail addresses; whether there is a postal address.
    pub(crate) phones: i64,
    pub(crate) mobiles: i64,
    pub(crate) emails: i64,
    pub(crate) has_address: bool,
    /// What the customer said about this channel and purpose; nothing when never asked.
    pub(crate) consent: Option<bool>,
}

impl Reach {
    /// The customer's own contact window.
    pub(crate) fn window(&self) -> Result<Option<Window>, Fault> {
        own_window(
            self.id,
            self.contact_from.as_deref(),
            self.contact_to.as_deref(),
        )
    }
}

/// The own contact window of a customer, read from its two columns.
pub(crate) fn own_window(
    customer_id: Uuid,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<Option<Window>, Fault> {
    match (from, to) {
        (None, None) => Ok(None),
        (from, to) => Window::parse(from.unwrap_or_default(), to.unwrap_or_default())
            .map(Some)
            .ok_or_else(|| Fault::inconsistent("customer", "contact_from", customer_id)),
    }
}

/// How these customers may be reached by a channel for a purpose.
pub(crate) async fn reach(
    db: &impl Sql,
    customers: &[Uuid],
    channel: &str,
    consent_purpose: &str,
) -> Result<BTreeMap<Uuid, Reach>, Fault> {
    let mut sql = SqlText::with(
        "SELECT c.id, c.name, c.tier, c.preferred_staff_id, c.do_not_call, c.contact_from, c.contact_to, c.last_contact_at,
                (SELECT a.outcome FROM followup_attempt a WHERE a.customer_id = c.id ORDER BY a.at DESC, a.id DESC LIMIT 1)
                    AS last_outcome,
                (SELECT count(*) FROM customer_phone f WHERE f.customer_id = c.id AND f.do_not_use = FALSE
                    AND f.valid = TRUE) AS phones,
                (SELECT count(*) FROM customer_phone f WHERE f.customer_id = c.id AND f.do_not_use = FALSE
                    AND f.valid = TRUE AND f.kind = 'mobile') AS mobiles,
                (SELECT count(*) FROM customer_email e WHERE e.customer_id = c.id) AS emails,
                (c.address IS NOT NULL) AS has_address,
                (SELECT o.granted FROM customer_consent o WHERE o.customer_id = c.id AND o.channel = ?
                    AND o.purpose = ?) AS consent
         FROM customer c WHERE c.deleted_at IS NULL AND c.id IN (",
        args![channel, consent_purpose],
    );
    sql.push_list(customers.iter().copied());
    sql.push(")", args![]);
    let (text, values) = sql.into_parts();
    let rows: Vec<Reach> = db.all(&text, values).await?;
    Ok(rows.into_iter().map(|r| (r.id, r)).collect())
}
