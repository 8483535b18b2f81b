//! The daily completeness check (每日完整性核对): every closed service record has a task, or a written reason why it has none.

use liuke_domain::followup::PlanTrigger;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

use super::plans;
use super::sweep::LOOK_BACK_DAYS;
use crate::App;

const DAY_MS: i64 = 86_400_000;

/// Counts per branch the service records of the last [`LOOK_BACK_DAYS`] that were closed longer ago than the shortest plan's days,
/// since the first plan is active, and have neither. Without a plan for service records nothing is asked for.
pub(super) async fn check(app: &App, ctx: &Ctx) -> Result<(), Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        branch_id: Uuid,
        missing: i64,
    }
    let asked: Vec<(i64, i64)> = plans::active(&app.db)
        .await?
        .iter()
        .filter(|p| matches!(p.trigger, PlanTrigger::ServiceClosed { .. }))
        .map(|p| (i64::from(p.trigger.days()), p.active_since))
        .collect();
    let days = asked.iter().map(|(days, _)| *days).min();
    let since = asked.iter().map(|(_, since)| *since).min();
    let rows: Vec<Row> = match days.zip(since) {
        None => Vec::new(),
        Some((days, since)) => {
            app.db
                .all(
                    "SELECT s.branch_id, count(*) AS missing FROM service_record s JOIN customer c ON c.id = s.customer_id
                     WHERE s.status = 'closed' AND c.deleted_at IS NULL AND s.closed_at >= $1 AND s.closed_at < $2
                       AND NOT EXISTS (SELECT 1 FROM followup_task t WHERE t.service_record_id = s.id)
                       AND NOT EXISTS (SELECT 1 FROM followup_left_out o WHERE o.service_record_id = s.id)
                     GROUP BY s.branch_id",
                    args![since.max(ctx.now_ms() - LOOK_BACK_DAYS * DAY_MS), ctx.now_ms() - days * DAY_MS],
                )
                .await?
        }
    };
    let tx = app.db.begin().await?;
    tx.run("DELETE FROM followup_completeness", args![]).await?;
    for row in rows {
        tx.run(
            "INSERT INTO followup_completeness (branch_id, missing, checked_at) VALUES ($1, $2, $3)",
            args![row.branch_id, row.missing, ctx.now_ms()],
        )
        .await?;
    }
    tx.commit().await
}

/// Service records without a task or a reason, in the reader's branches, by the last check.
pub(super) async fn missing(db: &impl Sql, scope: &Scope) -> Result<i64, Fault> {
    let mut sql = SqlText::new(
        "SELECT CAST(COALESCE(sum(missing), 0) AS BIGINT) FROM followup_completeness WHERE 1 = 1",
    );
    if scope.kind != ScopeKind::All {
        sql.push(" AND branch_id IN (", args![]);
        sql.push_list(scope.branch_ids.iter().copied());
        sql.push(")", args![]);
    }
    let (text, values) = sql.into_parts();
    Ok(db.scalar(&text, values).await?.unwrap_or(0))
}
