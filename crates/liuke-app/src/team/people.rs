//! What other capabilities ask about people and branches.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use liuke_domain::worktime;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::session::{password, throttle};
use uuid::Uuid;

use super::store;
use crate::App;

/// Somebody who may do something in a branch (可选人员).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Where they work.
    pub branch_id: Uuid,
}

/// The time zone of a branch, which decides over its business days.
pub async fn branch_zone(db: &impl Sql, branch_id: Uuid) -> Result<TimeZone, Fault> {
    let name = store::branch::zone(db, branch_id).await?;
    let name = name.ok_or_else(|| Fault::inconsistent("branch", "id", branch_id))?;
    worktime::zone(&name).ok_or_else(|| Fault::inconsistent("branch", "zone", branch_id))
}

/// The day (营业日) an instant, epoch milliseconds, belongs to in a branch.
pub async fn business_day(db: &impl Sql, branch_id: Uuid, at_ms: i64) -> Result<Date, Fault> {
    let at =
        worktime::from_millis(at_ms).ok_or_else(|| Fault::other("instant outside the calendar"))?;
    Ok(worktime::business_day(
        at,
        &branch_zone(db, branch_id).await?,
    ))
}

/// A branch and all below it.
pub async fn branches_below(db: &impl Sql, branch_id: Uuid) -> Result<Vec<Uuid>, Fault> {
    store::identity::branches_below(db, branch_id).await
}

/// Names of branches by id.
pub async fn branch_names(db: &impl Sql) -> Result<BTreeMap<Uuid, String>, Fault> {
    Ok(store::branch::branches(db)
        .await?
        .into_iter()
        .map(|b| (b.id, b.name))
        .collect())
}

/// Names of people by id, active or not; ids of nobody are left out.
pub async fn staff_names(db: &impl Sql, ids: &[Uuid]) -> Result<BTreeMap<Uuid, String>, Fault> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(store::staff::names(db, &wanted)
        .await?
        .into_iter()
        .collect())
}

/// Active people who have a right and see this branch: who works there, who reaches down from a branch above, and who
/// sees everything. By name.
pub async fn candidates(
    db: &impl Sql,
    branch_id: Uuid,
    permission: &str,
) -> Result<Vec<Candidate>, Fault> {
    let above = store::identity::branches_above(db, branch_id).await?;
    let mut found: Vec<Candidate> = Vec::new();
    for line in store::staff::candidates(db, &above, permission).await? {
        let reaches = line.branch_id == branch_id
            || line.scope == "all"
            || (line.scope == "branch" && above.contains(&line.branch_id));
        if reaches && found.iter().all(|c| c.id != line.id) {
            found.push(Candidate {
                id: line.id,
                name: line.name,
                branch_id: line.branch_id,
            });
        }
    }
    Ok(found)
}

/// Checks a password that is typed again, for a signature (签字): wrong ones count like failed log-ins.
///
/// 422 with `password: password.wrong`, or 429 `login.throttled`. Not to be called inside a transaction.
pub async fn verify_password(
    app: &App,
    ctx: &Ctx,
    staff_id: Uuid,
    typed: &str,
) -> Result<(), Problem> {
    check_password(app, ctx, staff_id, typed, "password").await
}

/// The same, naming the field.
pub(super) async fn check_password(
    app: &App,
    ctx: &Ctx,
    staff_id: Uuid,
    typed: &str,
    field: &str,
) -> Result<(), Problem> {
    let person = store::staff::credentials_of(&app.db, staff_id)
        .await?
        .ok_or_else(Problem::unauthenticated)?;
    throttle::check(&app.db, ctx.now_ms(), &person.login, "").await?;
    let fits = password::verify(typed, person.password_hash.as_deref()).await?;
    let tx = app.db.begin().await?;
    throttle::check_again(&tx, ctx, &person.login, "").await?;
    if fits {
        tx.rollback().await;
        return Ok(());
    }
    throttle::failed(&tx, ctx, &person.login, "").await?;
    tx.commit().await?;
    Err(Problem::invalid([FieldProblem::new(
        field,
        "password.wrong",
    )]))
}
