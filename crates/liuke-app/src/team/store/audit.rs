//! The audit trail (审计), read newest first.

use std::collections::BTreeMap;

use liuke_platform::args;
use liuke_platform::audit::{COLUMNS, Entry};
use liuke_platform::db::{FromQueryResult, Sql, SqlText};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

/// Which entries.
#[derive(Debug, Clone, Default)]
pub(in crate::team) struct AuditFilter {
    pub(in crate::team) from_ms: Option<i64>,
    pub(in crate::team) before_ms: Option<i64>,
    pub(in crate::team) actor_id: Option<Uuid>,
    pub(in crate::team) action: Option<String>,
    pub(in crate::team) subject_kind: Option<String>,
    pub(in crate::team) subject_id: Option<Uuid>,
}

/// What people of the reader's scope did; what the house's own programs did is for those who see all.
///
/// Several people do not offer themselves to `audit_actor`, which would give all they ever did to be sorted: the page walks
/// the key, along which somebody of them is met soon.
fn push_scope(sql: &mut SqlText, scope: &Scope) {
    match scope.kind {
        ScopeKind::All => {}
        ScopeKind::Branch => {
            sql.push(
                " AND (actor_id IN (SELECT s.id FROM staff s WHERE s.branch_id IN (",
                args![],
            );
            sql.push_list(scope.branch_ids.iter().copied());
            sql.push("))) IS TRUE", args![]);
        }
        ScopeKind::Team => {
            sql.push(" AND (actor_id IN (", args![]);
            sql.push_list(scope.team_staff.iter().copied());
            sql.push(")) IS TRUE", args![]);
        }
        ScopeKind::Own => {
            sql.push(" AND actor_id = ?", args![scope.staff_id]);
        }
    }
}

/// The statement of one page of entries. Uses indexes `audit_subject`, `audit_actor`, `audit_action`, `audit_at` or
/// the key.
pub(in crate::team) fn page_sql(
    scope: &Scope,
    filter: &AuditFilter,
    after: Option<i64>,
    fetch: i64,
) -> SqlText {
    let mut sql = SqlText::new(format!("SELECT {COLUMNS} FROM audit WHERE 1 = 1"));
    push_scope(&mut sql, scope);
    sql.push_some(" AND at >= ?", filter.from_ms);
    sql.push_some(" AND at < ?", filter.before_ms);
    sql.push_some(" AND actor_id = ?", filter.actor_id);
    sql.push_some(" AND action = ?", filter.action.as_deref());
    sql.push_some(" AND subject_kind = ?", filter.subject_kind.as_deref());
    sql.push_some(" AND subject_id = ?", filter.subject_id);
    sql.push_some(" AND seq < ?", after);
    sql.push(" ORDER BY seq DESC LIMIT ?", args![fetch]);
    sql
}

/// One page of entries.
pub(in crate::team) async fn page(
    db: &impl Sql,
    scope: &Scope,
    filter: &AuditFilter,
    after: Option<i64>,
    fetch: i64,
) -> Result<Vec<Entry>, Fault> {
    let (text, values) = page_sql(scope, filter, after, fetch).into_parts();
    db.all(&text, values).await
}

#[derive(FromQueryResult)]
struct LabelRow {
    id: Uuid,
    label: String,
}

/// Labels of things by a label statement of [`wiring`](crate::wiring), which ends in `IN (`.
pub(in crate::team) async fn labels(
    db: &impl Sql,
    statement: &str,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, String>, Fault> {
    let mut sql = SqlText::new(statement);
    sql.push_list(ids.iter().copied()).push(")", vec![]);
    let (text, values) = sql.into_parts();
    let rows: Vec<LabelRow> = db.all(&text, values).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.label)).collect())
}
