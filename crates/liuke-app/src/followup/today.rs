//! Today (今日工作): open tasks by urgency, and the day in figures. Every list of tasks is put together here.
//!
//! The order is due time, then tier (A before D, customers without a tier last), then id: what is overdue stands first by itself.
//! A task whose time has not come (`not_before`) is left out. The order is an index of its own for a person, a branch and the
//! house; `tier_rank` repeats the customer's tier on the task so that the index can end with it.

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Value};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

/// Place of a tier in the order of tasks: A 1 … D 4, none 5.
pub(crate) fn tier_rank(tier: Option<&str>) -> i64 {
    match tier {
        Some("A") => 1,
        Some("B") => 2,
        Some("C") => 3,
        Some("D") => 4,
        _ => 5,
    }
}

/// A task with the names a list shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TaskData {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) plan_id: Option<Uuid>,
    pub(crate) plan_name: Option<String>,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) status: String,
    pub(crate) purpose: String,
    pub(crate) reason_code: String,
    pub(crate) reason_on: Option<String>,
    pub(crate) reason_days: Option<i64>,
    pub(crate) customer_id: Uuid,
    pub(crate) customer_name: String,
    pub(crate) tier: Option<String>,
    pub(crate) tier_rank: i64,
    pub(crate) phone_masked: Option<String>,
    pub(crate) contact_from: Option<String>,
    pub(crate) contact_to: Option<String>,
    pub(crate) customer_asset_line: Option<String>,
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) asset_plate: Option<String>,
    pub(crate) asset_vin: Option<String>,
    pub(crate) asset_serial: Option<String>,
    pub(crate) asset_model: Option<String>,
    pub(crate) service_record_id: Option<Uuid>,
    pub(crate) due_at: i64,
    pub(crate) created_at: i64,
    pub(crate) not_before: i64,
    pub(crate) assignee_id: Option<Uuid>,
    pub(crate) assignee_name: Option<String>,
    pub(crate) attempt_count: i64,
    pub(crate) last_outcome: Option<String>,
    pub(crate) slip_id: Option<Uuid>,
    pub(crate) slip_number: Option<String>,
    pub(crate) branch_id: Uuid,
    pub(crate) branch_name: String,
    pub(crate) branch_zone: String,
    pub(crate) version: i64,
}

/// The key of the order, for cursors.
pub(crate) type Place = (i64, i64, Uuid);

impl TaskData {
    pub(crate) fn place(&self) -> Place {
        (self.due_at, self.tier_rank, self.id)
    }
}

pub(crate) const SELECT: &str = "
SELECT t.id, t.number, t.plan_id, p.name AS plan_name, t.kind, t.channel, t.status, t.purpose, t.reason_code, t.reason_on,
       t.reason_days, t.customer_id, c.name AS customer_name, c.tier, t.tier_rank, c.phone_masked,
       c.contact_from, c.contact_to, c.asset_line AS customer_asset_line, t.asset_id, a.plate AS asset_plate, a.vin AS asset_vin,
       a.serial AS asset_serial, a.model AS asset_model, t.service_record_id, t.due_at, t.created_at, t.not_before, t.assignee_id, w.name AS assignee_name,
       t.attempt_count, t.last_outcome, t.slip_id, l.number AS slip_number, t.branch_id, b.name AS branch_name,
       b.zone AS branch_zone, t.version
FROM followup_task t
JOIN customer c ON c.id = t.customer_id
JOIN branch b ON b.id = t.branch_id
LEFT JOIN staff w ON w.id = t.assignee_id
LEFT JOIN followup_plan p ON p.id = t.plan_id
LEFT JOIN slip l ON l.id = t.slip_id
LEFT JOIN asset a ON a.id = t.asset_id
WHERE 1 = 1";

/// Only the tasks of the reader's scope: of the branches; the team's or the reader's own. Tasks that nobody has are seen by
/// everyone of the branch, or nobody could take them.
pub(crate) fn push_scope(sql: &mut SqlText, scope: &Scope) {
    match scope.kind {
        ScopeKind::All => {}
        ScopeKind::Branch => push_branches(sql, &scope.branch_ids),
        ScopeKind::Team => push_people(sql, scope, &scope.team_staff),
        ScopeKind::Own => push_people(sql, scope, &[scope.staff_id]),
    }
}

fn push_people(sql: &mut SqlText, scope: &Scope, people: &[Uuid]) {
    sql.push(" AND (t.assignee_id IN (", args![]);
    sql.push_list(people.iter().copied());
    sql.push(") OR (t.assignee_id IS NULL", args![]);
    push_branches(sql, &scope.branch_ids);
    sql.push("))", args![]);
}

/// With one branch its index is used; with several the condition does not offer itself, so that a list walks the index of its
/// order.
fn push_branches(sql: &mut SqlText, branches: &[Uuid]) {
    if let [one] = branches {
        sql.push(" AND t.branch_id = ?", args![*one]);
    } else {
        sql.push(" AND (t.branch_id IN (", args![]);
        sql.push_list(branches.iter().copied());
        sql.push(")) IS TRUE", args![]);
    }
}

/// Whose tasks (谁的任务).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Mine and those nobody has that I may take.
    MineAndFree,
    /// Mine.
    Mine,
    /// My team's.
    Team,
    /// Everybody's in my scope.
    All,
    /// Those nobody has.
    Unassigned,
}

/// Which tasks of today a list wants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) kind: Option<String>,
    pub(crate) tier_rank: Option<i64>,
    /// Number of a task in capitals, and the range of search keys.
    pub(crate) search: Option<(String, Option<(String, String)>)>,
}

/// One page of today's tasks, most urgent first.
pub(crate) async fn page(
    db: &impl Sql,
    scope: &Scope,
    who: Who,
    wanted: &Wanted,
    now: i64,
    after: Option<Place>,
    fetch: i64,
) -> Result<Vec<TaskData>, Fault> {
    let parts: &[Who] = match who {
        Who::MineAndFree => &[Who::Mine, Who::Unassigned],
        _ => std::slice::from_ref(&who),
    };
    let mut rows = Vec::new();
    for part in parts {
        // Mine and free are two ranges of one index, each in order: two statements read no row too many.
        let free_for_me = who == Who::MineAndFree && *part == Who::Unassigned;
        let (text, values) = page_text(scope, *part, free_for_me, wanted, now, after, fetch);
        rows.extend(db.all::<TaskData>(&text, values).await?);
    }
    if parts.len() > 1 {
        rows.sort_by_key(TaskData::place);
        rows.truncate(usize::try_from(fetch).unwrap_or(usize::MAX));
    }
    Ok(rows)
}

/// The statement of one part of the list.
pub(crate) fn page_text(
    scope: &Scope,
    who: Who,
    free_for_me: bool,
    wanted: &Wanted,
    now: i64,
    after: Option<Place>,
    fetch: i64,
) -> (String, Vec<Value>) {
    let mut sql = SqlText::new(SELECT);
    push_open(&mut sql, now);
    push_who(&mut sql, scope, who, free_for_me);
    sql.push_some(" AND t.kind = ?", wanted.kind.clone());
    sql.push_some(" AND t.tier_rank = ?", wanted.tier_rank);
    if let Some((number, keys)) = &wanted.search {
        push_search(&mut sql, number, keys.as_ref());
    }
    if let Some((due_at, rank, id)) = after {
        sql.push(
            " AND (t.due_at, t.tier_rank, t.id) > (?, ?, ?)",
            args![due_at, rank, id],
        );
    }
    sql.push(
        " ORDER BY t.due_at, t.tier_rank, t.id LIMIT ?",
        args![fetch],
    );
    sql.into_parts()
}

fn push_open(sql: &mut SqlText, now: i64) {
    sql.push(
        " AND t.status = 'open' AND t.not_before <= ? AND c.deleted_at IS NULL",
        args![now],
    );
}

fn push_who(sql: &mut SqlText, scope: &Scope, who: Who, free_for_me: bool) {
    let me = scope.staff_id;
    match who {
        Who::Mine => {
            sql.push(" AND t.assignee_id = ?", args![me]);
        }
        Who::Team => {
            push_team(sql, "t.assignee_id", me);
            if scope.kind == ScopeKind::Own {
                sql.push(" AND t.assignee_id = ?", args![me]);
            }
        }
        Who::All => push_scope(sql, scope),
        Who::Unassigned => {
            sql.push(" AND t.assignee_id IS NULL", args![]);
            if scope.kind != ScopeKind::All {
                push_branches(sql, &scope.branch_ids);
            }
            if free_for_me {
                push_not_served(sql, me);
            }
        }
        Who::MineAndFree => {
            sql.push(
                " AND (t.assignee_id = ? OR (t.assignee_id IS NULL",
                args![me],
            );
            if scope.kind != ScopeKind::All {
                push_branches(sql, &scope.branch_ids);
            }
            push_not_served(sql, me);
            sql.push("))", args![]);
        }
    }
}

/// Of the reader's team, and of the teams that the reader leads.
fn push_team(sql: &mut SqlText, column: &str, me: Uuid) {
    sql.push(
        &format!(
            " AND {column} IN (SELECT m.id FROM staff m WHERE m.id = ?
                OR m.team_id = (SELECT i.team_id FROM staff i WHERE i.id = ?)
                OR m.team_id IN (SELECT g.id FROM team g WHERE g.leader_id = ?))"
        ),
        args![me, me, me],
    );
}

/// Whoever served the customer does not call (回访人不得是接待人).
fn push_not_served(sql: &mut SqlText, me: Uuid) {
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM followup_task_served v WHERE v.task_id = t.id AND v.staff_id = ?)",
        args![me],
    );
}

fn push_search(sql: &mut SqlText, number: &str, keys: Option<&(String, String)>) {
    sql.push(" AND (t.number = ?", args![number]);
    if let Some((from, until)) = keys {
        sql.push(
            " OR EXISTS (SELECT 1 FROM customer_key k WHERE k.customer_id = t.customer_id AND k.k >= ? AND k.k < ?)",
            args![from.as_str(), until.as_str()],
        );
    }
    sql.push(")", args![]);
}

/// The reader's next task after one that was just worked on.
pub(crate) async fn next_for(
    db: &impl Sql,
    scope: &Scope,
    now: i64,
    except: Uuid,
) -> Result<Option<Uuid>, Fault> {
    let (mut text, mut values) = (String::new(), Vec::new());
    for (who, free) in [(Who::Mine, false), (Who::Unassigned, true)] {
        let mut sql = SqlText::new(
            "SELECT t.id FROM followup_task t JOIN customer c ON c.id = t.customer_id WHERE 1 = 1",
        );
        push_open(&mut sql, now);
        push_who(&mut sql, scope, who, free);
        sql.push(
            " AND t.id <> ? ORDER BY t.due_at, t.tier_rank, t.id LIMIT 1",
            args![except],
        );
        (text, values) = sql.into_parts();
        if who == Who::Mine
            && let Some(id) = db.scalar::<Uuid>(&text, values.clone()).await?
        {
            return Ok(Some(id));
        }
    }
    db.scalar(&text, values).await
}

/// Open tasks of a kind, counted.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct KindSum {
    pub(crate) kind: String,
    pub(crate) open: i64,
    pub(crate) overdue: i64,
    pub(crate) due_today: i64,
}

/// Open tasks by kind; `day_end` is the end of today in the reader's zone.
pub(crate) async fn sums(
    db: &impl Sql,
    scope: &Scope,
    who: Who,
    now: i64,
    day_end: i64,
) -> Result<Vec<KindSum>, Fault> {
    let mut sql = SqlText::with(
        "SELECT t.kind, count(*) AS open,
                CAST(sum(CASE WHEN t.due_at < ? THEN 1 ELSE 0 END) AS BIGINT) AS overdue,
                CAST(sum(CASE WHEN t.due_at >= ? AND t.due_at < ? THEN 1 ELSE 0 END) AS BIGINT) AS due_today
         FROM followup_task t JOIN customer c ON c.id = t.customer_id WHERE 1 = 1",
        args![now, now, day_end],
    );
    push_open(&mut sql, now);
    push_who(&mut sql, scope, who, false);
    sql.push(" GROUP BY t.kind", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Open tasks that nobody has, in the reader's scope.
pub(crate) async fn unassigned(db: &impl Sql, scope: &Scope, now: i64) -> Result<i64, Fault> {
    let mut sql = SqlText::new(
        "SELECT count(*) FROM followup_task t JOIN customer c ON c.id = t.customer_id WHERE 1 = 1",
    );
    push_open(&mut sql, now);
    push_who(&mut sql, scope, Who::Unassigned, false);
    let (text, values) = sql.into_parts();
    Ok(db.scalar(&text, values).await?.unwrap_or(0))
}

/// Tasks closed on a day, by me, my team or in my scope. Uses followup_task_closed_day.
pub(crate) async fn done_on(
    db: &impl Sql,
    scope: &Scope,
    who: Who,
    day: &str,
) -> Result<i64, Fault> {
    let mut sql = SqlText::with(
        "SELECT count(*) FROM followup_task t WHERE t.closed_day = ? AND t.status = 'done'",
        args![day],
    );
    match who {
        Who::Mine | Who::MineAndFree => {
            sql.push(" AND t.closed_by = ?", args![scope.staff_id]);
        }
        Who::Team => {
            push_team(&mut sql, "t.closed_by", scope.staff_id);
        }
        Who::All | Who::Unassigned => push_scope(&mut sql, scope),
    }
    let (text, values) = sql.into_parts();
    Ok(db.scalar(&text, values).await?.unwrap_or(0))
}

/// A task of the reader's scope.
pub(crate) async fn find(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<TaskData>, Fault> {
    let mut sql = SqlText::new(SELECT);
    sql.push(" AND t.id = ?", args![id]);
    if scope.kind != ScopeKind::All {
        // Whoever was given a task sees it, wherever it belongs.
        sql.push(" AND (t.assignee_id = ? OR (1 = 1", args![scope.staff_id]);
        push_scope(&mut sql, scope);
        sql.push("))", args![]);
    }
    let (text, values) = sql.into_parts();
    db.one(&text, values).await
}

/// Tasks of the reader's scope, newest first. Uses followup_task_customer for one customer, else followup_task_created: the
/// scope and the state do not offer themselves to the indexes of Today, which have another order, so that nothing is sorted
/// but one customer's tasks.
pub(crate) async fn history(
    db: &impl Sql,
    scope: &Scope,
    customer_id: Option<Uuid>,
    status: Option<&str>,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> Result<Vec<TaskData>, Fault> {
    let mut sql = SqlText::new(SELECT);
    sql.push(" AND (1 = 1", args![]);
    push_scope(&mut sql, scope);
    sql.push(") IS TRUE", args![]);
    sql.push_some(" AND t.customer_id = ?", customer_id);
    sql.push_some(" AND (t.status = ?) IS TRUE", status);
    if let Some((at, id)) = after {
        sql.push(" AND (t.created_at, t.id) < (?, ?)", args![at, id]);
    }
    sql.push(
        " ORDER BY t.created_at DESC, t.id DESC LIMIT ?",
        args![fetch],
    );
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Time zone of the branch somebody works in.
pub(crate) async fn zone_of(db: &impl Sql, staff_id: Uuid) -> Result<jiff::tz::TimeZone, Fault> {
    let name: Option<String> = db
        .scalar(
            "SELECT b.zone FROM staff w JOIN branch b ON b.id = w.branch_id WHERE w.id = $1",
            args![staff_id],
        )
        .await?;
    name.as_deref()
        .and_then(liuke_domain::worktime::zone)
        .ok_or_else(|| Fault::inconsistent("branch", "zone", staff_id))
}
