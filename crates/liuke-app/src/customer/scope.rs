//! Which customers somebody may see (数据范围). The one place that turns a scope into a condition on customers.

use liuke_platform::db::{Sql, SqlText, Value};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use liuke_platform::problem::Problem;
use uuid::Uuid;

use super::record::{COLUMNS, CustomerRecord};

/// The condition on the table `customer` under this alias, with a `?` per argument: for [`SqlText::push`].
///
/// - own (本人): owner or preferred member of staff, or has served the customer as technician or advisor;
/// - team (本组): the same for anybody of the team;
/// - branch (本网点): the customer's branch or one below it;
/// - all (全部): no limit.
///
/// With several branches the condition does not offer itself to an index, so that lists walk the index of their order.
pub fn scope_filter(scope: &Scope, alias: &str) -> (String, Vec<Value>) {
    match scope.kind {
        ScopeKind::All => ("1 = 1".to_owned(), Vec::new()),
        ScopeKind::Branch => match scope.branch_ids.as_slice() {
            [] => ("1 = 0".to_owned(), Vec::new()),
            [one] => (format!("{alias}.branch_id = ?"), vec![(*one).into()]),
            several => (
                format!("({alias}.branch_id IN ({})) IS TRUE", marks(several.len())),
                several.iter().map(|id| (*id).into()).collect(),
            ),
        },
        ScopeKind::Team => {
            if scope.team_staff.is_empty() {
                return ("1 = 0".to_owned(), Vec::new());
            }
            let people = marks(scope.team_staff.len());
            let once: Vec<Value> = scope.team_staff.iter().map(|id| (*id).into()).collect();
            (
                format!(
                    "{alias}.id IN (SELECT s1.id FROM customer s1 WHERE s1.owner_id IN ({people}) \
                     UNION ALL SELECT s2.id FROM customer s2 WHERE s2.preferred_staff_id IN ({people}) \
                     UNION ALL SELECT s3.customer_id FROM service_record s3 WHERE s3.technician_id IN ({people}) \
                     UNION ALL SELECT s4.customer_id FROM service_record s4 WHERE s4.advisor_id IN ({people}))"
                ),
                [once.clone(), once.clone(), once.clone(), once].concat(),
            )
        }
        ScopeKind::Own => (
            format!(
                "{alias}.id IN (SELECT s1.id FROM customer s1 WHERE s1.owner_id = ? \
                 UNION ALL SELECT s2.id FROM customer s2 WHERE s2.preferred_staff_id = ? \
                 UNION ALL SELECT s3.customer_id FROM service_record s3 WHERE s3.technician_id = ? \
                 UNION ALL SELECT s4.customer_id FROM service_record s4 WHERE s4.advisor_id = ?)"
            ),
            vec![scope.staff_id.into(); 4],
        ),
    }
}

/// Appends ` AND ` and the condition of [`scope_filter`].
pub fn push_scope(sql: &mut SqlText, scope: &Scope, alias: &str) {
    let (text, args) = scope_filter(scope, alias);
    sql.push(&format!(" AND {text}"), args);
}

/// The customer, if it exists, is not deleted and lies in the scope.
pub async fn find_scoped<S: Sql>(
    db: &S,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<CustomerRecord>, Fault> {
    find_where(db, scope, id, "c.deleted_at IS NULL").await
}

/// The customer, or 404.
pub async fn require<S: Sql>(db: &S, scope: &Scope, id: Uuid) -> Result<CustomerRecord, Problem> {
    find_scoped(db, scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("customer"))
}

/// A deleted customer of the scope.
pub(super) async fn find_deleted<S: Sql>(
    db: &S,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<CustomerRecord>, Fault> {
    find_where(db, scope, id, "c.deleted_at IS NOT NULL").await
}

async fn find_where<S: Sql>(
    db: &S,
    scope: &Scope,
    id: Uuid,
    condition: &str,
) -> Result<Option<CustomerRecord>, Fault> {
    let mut sql = SqlText::with(
        &format!("SELECT {COLUMNS} FROM customer c WHERE c.id = ? AND {condition}"),
        vec![id.into()],
    );
    push_scope(&mut sql, scope, "c");
    let (text, args) = sql.finish();
    db.one(&text, args).await
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
