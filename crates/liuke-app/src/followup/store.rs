//! SQL of tasks, sheets and attempts (回访任务、回访单、联系记录). Lists are in `today.rs`, plans in `plans.rs`.

use std::collections::{BTreeMap, BTreeSet};

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use uuid::Uuid;

/// A new task.
#[derive(Debug, Clone)]
pub(crate) struct NewTask {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    /// What it must not be made twice for; nothing for a task by hand.
    pub(crate) dedup: Option<String>,
    pub(crate) plan_id: Option<Uuid>,
    pub(crate) customer_id: Uuid,
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) service_record_id: Option<Uuid>,
    pub(crate) slip_id: Option<Uuid>,
    pub(crate) branch_id: Uuid,
    pub(crate) assignee_id: Option<Uuid>,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) purpose: String,
    pub(crate) reason_code: &'static str,
    pub(crate) reason_on: Option<String>,
    pub(crate) reason_days: Option<i64>,
    pub(crate) due_at: i64,
    pub(crate) due_day: String,
    pub(crate) not_before: i64,
    pub(crate) tier_rank: i64,
    pub(crate) created_at: i64,
    /// Who must not call, since they served the customer or are part of the matter.
    pub(crate) served: BTreeSet<Uuid>,
}

/// Writes a task and who must not call; false when it was made before.
pub(crate) async fn insert(tx: &Tx, task: &NewTask) -> Result<bool, Fault> {
    let made = tx
        .run(
            "INSERT INTO followup_task (id, number, dedup, plan_id, customer_id, asset_id, service_record_id, slip_id,
                 branch_id, assignee_id, kind, channel, purpose, reason_code, reason_on, reason_days, status, due_at,
                 due_day, not_before, tier_rank, attempt_count, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open', $17, $18, $19, $20,
                 0, 1, $21)
             ON CONFLICT (dedup) DO NOTHING",
            args![
                task.id,
                task.number.as_str(),
                task.dedup.as_deref(),
                task.plan_id,
                task.customer_id,
                task.asset_id,
                task.service_record_id,
                task.slip_id,
                task.branch_id,
                task.assignee_id,
                task.kind.as_str(),
                task.channel.as_str(),
                task.purpose.as_str(),
                task.reason_code,
                task.reason_on.as_deref(),
                task.reason_days,
                task.due_at,
                task.due_day.as_str(),
                task.not_before,
                task.tier_rank,
                task.created_at
            ],
        )
        .await?;
    if made == 0 {
        return Ok(false);
    }
    for staff_id in &task.served {
        tx.run(
            "INSERT INTO followup_task_served (task_id, staff_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            args![task.id, *staff_id],
        )
        .await?;
    }
    Ok(true)
}

/// Who must not call on a task, with names. Uses the primary key.
pub(crate) async fn served(db: &impl Sql, task_id: Uuid) -> Result<BTreeMap<Uuid, String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        staff_id: Uuid,
        name: String,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT v.staff_id, w.name FROM followup_task_served v JOIN staff w ON w.id = v.staff_id WHERE v.task_id = $1",
            args![task_id],
        )
        .await?;
    Ok(rows.into_iter().map(|r| (r.staff_id, r.name)).collect())
}

/// What may change in an open task.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) status: &'static str,
    pub(crate) assignee_id: Option<Uuid>,
    pub(crate) due_at: i64,
    pub(crate) not_before: i64,
    pub(crate) attempt_count: i64,
    pub(crate) last_outcome: Option<String>,
    pub(crate) slip_id: Option<Uuid>,
    pub(crate) closed: Option<Closed>,
    pub(crate) cancel_reason: Option<String>,
}

/// When and by whom a task was closed.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) at: i64,
    pub(crate) day: String,
    pub(crate) by: Option<Uuid>,
}

/// Writes a changed task; refused when somebody else changed it since `version`.
pub(crate) async fn update(tx: &Tx, id: Uuid, version: i64, change: Change) -> Result<(), Problem> {
    let closed = change.closed;
    let touched = tx
        .run(
            "UPDATE followup_task SET status = $3, assignee_id = $4, due_at = $5, not_before = $6, attempt_count = $7,
                 last_outcome = $8, slip_id = $9, closed_at = $10, closed_day = $11, closed_by = $12, cancel_reason = $13,
                 version = version + 1
             WHERE id = $1 AND version = $2",
            args![
                id,
                version,
                change.status,
                change.assignee_id,
                change.due_at,
                change.not_before,
                change.attempt_count,
                change.last_outcome,
                change.slip_id,
                closed.as_ref().map(|c| c.at),
                closed.as_ref().map(|c| c.day.clone()),
                closed.as_ref().and_then(|c| c.by),
                change.cancel_reason
            ],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Puts the other open tasks of a customer off, since the customer was just contacted. Confirming calls stay: they were promised.
/// How many were put off. Uses followup_task_customer.
pub(crate) async fn put_off_others(
    tx: &Tx,
    customer_id: Uuid,
    except: Uuid,
    until: i64,
    until_day: &str,
) -> Result<u64, Fault> {
    tx.run(
        "UPDATE followup_task SET not_before = $3,
             due_day = CASE WHEN due_at < $3 THEN $4 ELSE due_day END,
             due_at = CASE WHEN due_at < $3 THEN $3 ELSE due_at END,
             version = version + 1
         WHERE customer_id = $1 AND status = 'open' AND id <> $2 AND reason_code <> 'slip_confirm' AND not_before < $3",
        args![customer_id, except, until, until_day],
    )
    .await
}

/// Open tasks of customers, for bundling.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OpenTask {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) customer_id: Uuid,
    pub(crate) service_record_id: Option<Uuid>,
    pub(crate) kind: String,
}

/// Open tasks of these customers that another contact could be bundled with. Uses followup_task_customer.
pub(crate) async fn open_of(db: &impl Sql, customers: &[Uuid]) -> Result<Vec<OpenTask>, Fault> {
    let mut sql = SqlText::new(
        "SELECT id, number, customer_id, service_record_id, kind FROM followup_task
         WHERE status = 'open' AND reason_code <> 'slip_confirm' AND customer_id IN (",
    );
    sql.push_list(customers.iter().copied());
    sql.push(") ORDER BY created_at, id", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// What was written down so far.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SheetRow {
    pub(crate) draft: String,
    pub(crate) version: i64,
}

/// The sheet of a task; nothing before the first save.
pub(crate) async fn sheet(db: &impl Sql, task_id: Uuid) -> Result<Option<SheetRow>, Fault> {
    db.one(
        "SELECT draft, version FROM followup_sheet WHERE task_id = $1",
        args![task_id],
    )
    .await
}

/// Keeps a draft; refused when somebody else saved since `version` (0 before the first save). The new version.
pub(crate) async fn save_sheet(
    tx: &Tx,
    task_id: Uuid,
    version: i64,
    draft: &str,
    by: Option<Uuid>,
    at: i64,
) -> Result<i64, Problem> {
    let touched = if version == 0 {
        tx.run(
            "INSERT INTO followup_sheet (task_id, draft, saved_by, saved_at, version) VALUES ($1, $2, $3, $4, 1)
             ON CONFLICT (task_id) DO NOTHING",
            args![task_id, draft, by, at],
        )
        .await?
    } else {
        tx.run(
            "UPDATE followup_sheet SET draft = $3, saved_by = $4, saved_at = $5, version = version + 1
             WHERE task_id = $1 AND version = $2",
            args![task_id, version, draft, by, at],
        )
        .await?
    };
    if touched == 1 {
        Ok(version + 1)
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// An attempt as it is read.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct AttemptRow {
    pub(crate) at: i64,
    pub(crate) staff_name: String,
    pub(crate) channel: String,
    pub(crate) outcome: String,
    pub(crate) note: Option<String>,
    pub(crate) next_at: Option<i64>,
}

const ATTEMPT: &str = "SELECT a.at, w.name AS staff_name, a.channel, a.outcome, a.note, a.next_at
    FROM followup_attempt a JOIN staff w ON w.id = a.staff_id";

/// Attempts on a task, latest first. Uses followup_attempt_task.
pub(crate) async fn attempts(db: &impl Sql, task_id: Uuid) -> Result<Vec<AttemptRow>, Fault> {
    db.all(
        &format!("{ATTEMPT} WHERE a.task_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT 50"),
        args![task_id],
    )
    .await
}

/// The last attempt on a customer. Uses followup_attempt_customer.
pub(crate) async fn last_attempt(
    db: &impl Sql,
    customer_id: Uuid,
) -> Result<Option<AttemptRow>, Fault> {
    db.one(
        &format!("{ATTEMPT} WHERE a.customer_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT 1"),
        args![customer_id],
    )
    .await
}

/// A new attempt.
#[derive(Debug)]
pub(crate) struct NewAttempt<'a> {
    pub(crate) id: Uuid,
    pub(crate) task_id: Uuid,
    pub(crate) customer_id: Uuid,
    pub(crate) branch_id: Uuid,
    pub(crate) staff_id: Uuid,
    pub(crate) channel: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) at: i64,
    pub(crate) business_day: String,
    pub(crate) note: Option<&'a str>,
    pub(crate) next_at: Option<i64>,
    pub(crate) permission: Option<&'a str>,
    pub(crate) scores: [Option<i64>; 5],
    pub(crate) dissatisfied: bool,
    pub(crate) verbatim: Option<&'a str>,
    pub(crate) discussed: Option<&'a str>,
    pub(crate) planned: Option<&'a str>,
    pub(crate) agreed: Option<&'a str>,
}

/// Writes an attempt; it never changes.
pub(crate) async fn add_attempt(tx: &Tx, attempt: NewAttempt<'_>) -> Result<(), Fault> {
    let [result, tangibles, responsiveness, empathy, contrast] = attempt.scores;
    tx.run(
        "INSERT INTO followup_attempt (id, task_id, customer_id, branch_id, staff_id, channel, outcome, at, business_day,
             note, next_at, permission, result_score, tangibles_score, responsiveness_score, empathy_score,
             contrast_score, dissatisfied, verbatim, discussed, planned, agreed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        args![
            attempt.id,
            attempt.task_id,
            attempt.customer_id,
            attempt.branch_id,
            attempt.staff_id,
            attempt.channel,
            attempt.outcome,
            attempt.at,
            attempt.business_day,
            attempt.note,
            attempt.next_at,
            attempt.permission,
            result,
            tangibles,
            responsiveness,
            empathy,
            contrast,
            attempt.dissatisfied,
            attempt.verbatim,
            attempt.discussed,
            attempt.planned,
            attempt.agreed
        ],
    )
    .await?;
    Ok(())
}

/// Satisfaction with the result (结果度), over all answers of a customer.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(crate) struct Satisfaction {
    pub(crate) sum: i64,
    pub(crate) n: i64,
}

/// Sum and number of a customer's answers about the result. Uses followup_attempt_customer.
pub(crate) async fn satisfaction(db: &impl Sql, customer_id: Uuid) -> Result<Satisfaction, Fault> {
    let row = db
        .one(
            "SELECT CAST(COALESCE(sum(result_score), 0) AS BIGINT) AS sum, count(result_score) AS n
             FROM followup_attempt WHERE customer_id = $1",
            args![customer_id],
        )
        .await?;
    Ok(row.unwrap_or_default())
}

/// Whether a person is active and makes follow-up calls.
pub(crate) async fn may_work(db: &impl Sql, staff_id: Uuid) -> Result<bool, Fault> {
    let found: Option<i64> = db
        .scalar(
            "SELECT count(*) FROM staff st WHERE st.id = $1 AND st.active = TRUE AND EXISTS (
                 SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
                 WHERE sr.staff_id = st.id AND rp.permission = 'followup.work')",
            args![staff_id],
        )
        .await?;
    Ok(found.unwrap_or(0) > 0)
}

/// Open confirming calls of a slip. Uses followup_task_slip.
pub(crate) async fn confirm_tasks(db: &impl Sql, slip_id: Uuid) -> Result<Vec<Uuid>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT id FROM followup_task WHERE slip_id = $1 AND reason_code = 'slip_confirm' AND status = 'open'",
            args![slip_id],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// Service records that a task also stands for (合并回访).
pub(crate) async fn bundled(db: &impl Sql, task_id: Uuid) -> Result<Vec<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        number: String,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT s.number FROM followup_left_out o JOIN service_record s ON s.id = o.service_record_id
             WHERE o.covered_by = $1 ORDER BY s.number LIMIT 20",
            args![task_id],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.number).collect())
}

/// A refusal that was entered by mistake: the withdrawal it caused is taken back, if nothing was said about it since.
pub(crate) async fn take_refusal_back(tx: &Tx, task: &super::today::TaskData) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM customer_consent WHERE customer_id = $1 AND granted = FALSE AND source = 'followup'
             AND at = (SELECT max(a.at) FROM followup_attempt a WHERE a.task_id = $2)",
        args![task.customer_id, task.id],
    )
    .await?;
    Ok(())
}
