//! Every SQL statement of the rates. Reads other slices only through their `v_…` views.

use liuke_domain::period::DayRange;
use liuke_domain::satisfaction::{DISSATISFIED_AT, SATISFIED_FROM};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

use super::figures::FACTORS;

/// Which facts are counted (统计口径).
#[derive(Debug, Clone)]
pub(super) struct Slice<'a> {
    /// What the reader may see.
    pub(super) scope: &'a Scope,
    /// Days, both ends included.
    pub(super) days: DayRange,
    /// This branch and those below it.
    pub(super) branch_id: Option<Uuid>,
    /// Without those below it.
    pub(super) branch_alone: bool,
    /// This person.
    pub(super) staff_id: Option<Uuid>,
}

impl Slice<'_> {
    /// Adds scope, branch and person to a view of tasks or answers, which belong to one person.
    fn narrow(&self, sql: &mut SqlText) {
        let who = self.scope;
        match who.kind {
            ScopeKind::All => {}
            ScopeKind::Branch => in_list(sql, "branch_id", &who.branch_ids),
            ScopeKind::Team => in_list(sql, "staff_id", &who.team_staff),
            ScopeKind::Own => {
                sql.push(" AND staff_id = ?", args![who.staff_id]);
            }
        }
        self.choose(sql);
    }

    /// The same for slips. The scope is that of their list: what the reader's own people raised or are responsible for,
    /// and wherever it was raised what the reader has to answer. A person's slips are those the person is responsible
    /// for, so that each counts once.
    fn narrow_slips(&self, sql: &mut SqlText) {
        let who = self.scope;
        match who.kind {
            ScopeKind::All => {}
            ScopeKind::Branch => {
                sql.push(" AND (staff_id = ? OR branch_id IN (", args![who.staff_id]);
                sql.push_list(who.branch_ids.iter().copied());
                sql.push("))", args![]);
            }
            ScopeKind::Team => {
                sql.push(" AND (staff_id IN (", args![]);
                sql.push_list(who.team_staff.iter().copied());
                sql.push(") OR raised_by IN (", args![]);
                sql.push_list(who.team_staff.iter().copied());
                sql.push("))", args![]);
            }
            ScopeKind::Own => {
                sql.push(
                    " AND (staff_id = ? OR raised_by = ?)",
                    args![who.staff_id, who.staff_id],
                );
            }
        }
        self.choose(sql);
    }

    /// The branch and the person that were chosen.
    fn choose(&self, sql: &mut SqlText) {
        if let Some(branch) = self.branch_id
            && self.branch_alone
        {
            sql.push(" AND branch_id = ?", args![branch]);
        } else if let Some(branch) = self.branch_id {
            sql.push(
                " AND branch_id IN (WITH RECURSIVE sub (id) AS (SELECT id FROM branch WHERE id = ?
                    UNION ALL SELECT b.id FROM branch b JOIN sub ON b.parent_id = sub.id) SELECT id FROM sub)",
                args![branch],
            );
        }
        if let Some(staff) = self.staff_id {
            sql.push(" AND staff_id = ?", args![staff]);
        }
    }

    fn within(&self, sql: &mut SqlText, column: &str) {
        sql.push(
            &format!(" AND {column} >= ? AND {column} <= ?"),
            args![self.days.from.to_string(), self.days.to.to_string()],
        );
    }
}

fn in_list(sql: &mut SqlText, column: &str, ids: &[Uuid]) {
    if ids.is_empty() {
        sql.push(" AND 1 = 0", args![]);
        return;
    }
    let marks = vec!["?"; ids.len()].join(", ");
    sql.push(
        &format!(" AND {column} IN ({marks})"),
        ids.iter().map(|id| (*id).into()).collect(),
    );
}

/// Tasks due on one day, of one branch and person.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct TaskCount {
    pub(super) branch_id: Uuid,
    pub(super) staff_id: Option<Uuid>,
    pub(super) day: String,
    pub(super) due: i64,
    pub(super) reached: i64,
    pub(super) completed: i64,
}

/// Answers of one day, of one branch and person: per factor how many, their sum, and how many gave 4 or 5.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct AnswerCount {
    pub(super) branch_id: Uuid,
    pub(super) staff_id: Option<Uuid>,
    pub(super) day: String,
    pub(super) answers: i64,
    pub(super) satisfied: i64,
    pub(super) result_n: i64,
    pub(super) result_sum: i64,
    pub(super) result_top2: i64,
    pub(super) tangibles_n: i64,
    pub(super) tangibles_sum: i64,
    pub(super) tangibles_top2: i64,
    pub(super) responsiveness_n: i64,
    pub(super) responsiveness_sum: i64,
    pub(super) responsiveness_top2: i64,
    pub(super) empathy_n: i64,
    pub(super) empathy_sum: i64,
    pub(super) empathy_top2: i64,
    pub(super) contrast_n: i64,
    pub(super) contrast_sum: i64,
    pub(super) contrast_top2: i64,
}

/// One slip, as far as the figures need it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct SlipFact {
    pub(super) branch_id: Uuid,
    pub(super) staff_id: Option<Uuid>,
    /// Day it was closed, or raised while open.
    pub(super) day: String,
    pub(super) due_at: i64,
    pub(super) raised_at: i64,
    pub(super) closed_at: Option<i64>,
    pub(super) reopened_count: i64,
}

/// Due, reached and completed. Uses index followup_task_due_day.
pub(super) async fn task_counts(db: &impl Sql, slice: &Slice<'_>) -> Result<Vec<TaskCount>, Fault> {
    let mut sql = SqlText::new(
        "SELECT branch_id, staff_id, day, COUNT(*) AS due,
                SUM(CASE WHEN status = 'done' AND last_outcome = 'reached' THEN 1 ELSE 0 END) AS reached,
                SUM(CASE WHEN status = 'done' THEN 1 ELSE 0 END) AS completed
         FROM v_followup_task WHERE status <> 'cancelled'",
    );
    slice.within(&mut sql, "day");
    slice.narrow(&mut sql);
    sql.push(" GROUP BY branch_id, staff_id, day", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Satisfaction. Uses index followup_attempt_day.
pub(super) async fn answer_counts(
    db: &impl Sql,
    slice: &Slice<'_>,
) -> Result<Vec<AnswerCount>, Fault> {
    let mut text = format!(
        "SELECT branch_id, staff_id, day, COUNT(*) AS answers, SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS satisfied",
        satisfied()
    );
    for factor in FACTORS {
        text.push_str(&format!(
            ", COUNT({factor}_score) AS {factor}_n, CAST(COALESCE(SUM({factor}_score), 0) AS BIGINT) AS {factor}_sum,
             SUM(CASE WHEN {factor}_score >= 4 THEN 1 ELSE 0 END) AS {factor}_top2"
        ));
    }
    text.push_str(" FROM v_followup_answer WHERE 1 = 1");
    let mut sql = SqlText::new(text);
    slice.within(&mut sql, "day");
    slice.narrow(&mut sql);
    sql.push(" GROUP BY branch_id, staff_id, day", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// When an answer counts as satisfied: `liuke_domain::satisfaction::satisfied` in whole numbers. A factor that was not
/// asked counts as the mean that is wanted, which moves the mean neither way across it.
fn satisfied() -> String {
    let each = |of: &dyn Fn(&str) -> String, between| FACTORS.map(of).join(between);
    let none_low = each(
        &|factor| format!("COALESCE({factor}_score, {SATISFIED_FROM}) > {DISSATISFIED_AT}"),
        " AND ",
    );
    let sum = each(
        &|factor| format!("COALESCE({factor}_score, {SATISFIED_FROM})"),
        " + ",
    );
    let wanted = usize::from(SATISFIED_FROM) * FACTORS.len();
    format!("dissatisfied = FALSE AND {none_low} AND {sum} >= {wanted}")
}

/// Slips closed in the period. Uses index slip_closed_day.
pub(super) async fn closed_slips(db: &impl Sql, slice: &Slice<'_>) -> Result<Vec<SlipFact>, Fault> {
    let mut sql = SqlText::new(
        "SELECT branch_id, staff_id, closed_day AS day, due_at, raised_at, closed_at, reopened_count
         FROM v_slip WHERE state = 'closed'",
    );
    slice.within(&mut sql, "closed_day");
    slice.narrow_slips(&mut sql);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Slips raised up to the end of the period and open now. Uses index slip_state_due.
pub(super) async fn open_slips(db: &impl Sql, slice: &Slice<'_>) -> Result<Vec<SlipFact>, Fault> {
    let mut sql = SqlText::new(
        "SELECT branch_id, staff_id, raised_day AS day, due_at, raised_at, closed_at, reopened_count
         FROM v_slip WHERE state IN ('raised', 'answered', 'countersigned')",
    );
    sql.push(" AND raised_day <= ?", args![slice.days.to.to_string()]);
    slice.narrow_slips(&mut sql);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Names of branches and people that stand in the groups.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Named {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// All branches by name.
pub(super) async fn branch_names(db: &impl Sql) -> Result<Vec<Named>, Fault> {
    db.all("SELECT id, name FROM branch", args![]).await
}

/// All people by name.
pub(super) async fn staff_names(db: &impl Sql) -> Result<Vec<Named>, Fault> {
    db.all("SELECT id, name FROM staff", args![]).await
}

/// Which rows stand behind a figure (下钻).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// Every task due.
    Due,
    /// Tasks reached.
    Reached,
    /// Tasks done.
    Completed,
    /// Scored follow-ups; with a factor, those that scored it.
    Answers(Option<&'static str>),
    /// Open slips; only the overdue ones when an instant is given.
    OpenSlips(Option<i64>),
    /// Slips closed in the period; only the reopened ones when true.
    ClosedSlips(bool),
}

/// One row behind a figure.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct DrillRow {
    pub(super) id: Uuid,
    pub(super) at: i64,
    pub(super) number: String,
    pub(super) customer_id: Uuid,
    pub(super) customer_name: String,
    pub(super) branch_name: String,
    pub(super) staff_name: Option<String>,
    pub(super) task_id: Option<Uuid>,
    pub(super) slip_id: Option<Uuid>,
    pub(super) outcome: Option<String>,
    pub(super) result_score: Option<i64>,
    pub(super) tangibles_score: Option<i64>,
    pub(super) responsiveness_score: Option<i64>,
    pub(super) empathy_score: Option<i64>,
    pub(super) contrast_score: Option<i64>,
    pub(super) due_at: Option<i64>,
    pub(super) state: Option<String>,
    pub(super) loop_ms: Option<i64>,
}

/// The rows behind a figure, newest first.
pub(super) async fn rows_behind(
    db: &impl Sql,
    slice: &Slice<'_>,
    behind: Behind,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> Result<Vec<DrillRow>, Fault> {
    let (columns, view, at) = match behind {
        Behind::Due | Behind::Reached | Behind::Completed => (
            "v.number, v.id AS task_id, CAST(NULL AS {id}) AS slip_id, v.last_outcome AS outcome,
             CAST(NULL AS BIGINT) AS result_score, CAST(NULL AS BIGINT) AS tangibles_score,
             CAST(NULL AS BIGINT) AS responsiveness_score, CAST(NULL AS BIGINT) AS empathy_score,
             CAST(NULL AS BIGINT) AS contrast_score, v.due_at, v.status AS state, CAST(NULL AS BIGINT) AS loop_ms",
            "v_followup_task",
            "due_at",
        ),
        Behind::Answers(_) => (
            "t.number, v.task_id, CAST(NULL AS {id}) AS slip_id, 'reached' AS outcome, v.result_score, v.tangibles_score,
             v.responsiveness_score, v.empathy_score, v.contrast_score, t.due_at, t.status AS state,
             CAST(NULL AS BIGINT) AS loop_ms",
            "v_followup_answer",
            "at",
        ),
        Behind::OpenSlips(_) | Behind::ClosedSlips(_) => (
            "v.number, v.task_id, v.id AS slip_id, CAST(NULL AS TEXT) AS outcome,
             CAST(NULL AS BIGINT) AS result_score, CAST(NULL AS BIGINT) AS tangibles_score,
             CAST(NULL AS BIGINT) AS responsiveness_score, CAST(NULL AS BIGINT) AS empathy_score,
             CAST(NULL AS BIGINT) AS contrast_score, v.due_at, v.state, v.closed_at - v.raised_at AS loop_ms",
            "v_slip",
            "raised_at",
        ),
    };
    // The type of an id is the one word in which the engines differ here.
    let columns = columns.replace(
        "{id}",
        liuke_platform::db::pick(db.engine(), "BLOB", "UUID"),
    );
    let mut inner = SqlText::new(format!("SELECT * FROM {view} WHERE 1 = 1"));
    match behind {
        Behind::Due => {
            slice.within(&mut inner, "day");
            inner.push(" AND status <> 'cancelled'", args![]);
        }
        Behind::Reached => {
            slice.within(&mut inner, "day");
            inner.push(" AND status = 'done' AND last_outcome = 'reached'", args![]);
        }
        Behind::Completed => {
            slice.within(&mut inner, "day");
            inner.push(" AND status = 'done'", args![]);
        }
        Behind::Answers(factor) => {
            slice.within(&mut inner, "day");
            if let Some(factor) = factor {
                inner.push(&format!(" AND {factor}_score IS NOT NULL"), args![]);
            }
        }
        Behind::OpenSlips(overdue_at) => {
            inner.push(
                " AND state IN ('raised', 'answered', 'countersigned')",
                args![],
            );
            inner.push(" AND raised_day <= ?", args![slice.days.to.to_string()]);
            inner.push_some(" AND due_at < ?", overdue_at);
        }
        Behind::ClosedSlips(reopened) => {
            inner.push(" AND state = 'closed'", args![]);
            slice.within(&mut inner, "closed_day");
            if reopened {
                inner.push(" AND reopened_count > 0", args![]);
            }
        }
    }
    match behind {
        Behind::OpenSlips(_) | Behind::ClosedSlips(_) => slice.narrow_slips(&mut inner),
        Behind::Due | Behind::Reached | Behind::Completed | Behind::Answers(_) => {
            slice.narrow(&mut inner);
        }
    }
    if let Some((instant, id)) = after {
        inner.push(&format!(" AND ({at}, id) < (?, ?)"), args![instant, id]);
    }
    inner.push(
        &format!(" ORDER BY {at} DESC, id DESC LIMIT ?"),
        args![fetch],
    );
    let (inner, values) = inner.into_parts();
    let task = match behind {
        Behind::Answers(_) => "JOIN v_followup_task t ON t.id = v.task_id",
        _ => "",
    };
    let text = format!(
        "SELECT v.id, v.{at} AS at, v.customer_id, c.name AS customer_name, b.name AS branch_name, s.name AS staff_name,
                {columns}
         FROM ({inner}) v JOIN customer c ON c.id = v.customer_id JOIN branch b ON b.id = v.branch_id
         LEFT JOIN staff s ON s.id = v.staff_id {task} ORDER BY v.{at} DESC, v.id DESC"
    );
    db.all(&text, values).await
}
