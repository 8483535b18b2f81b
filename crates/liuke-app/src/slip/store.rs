//! Every SQL text of slips (反馈单). The reader's scope is part of the signature.

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use liuke_platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A slip with the names a reader needs.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SlipData {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) customer_id: Uuid,
    pub(crate) customer_name: String,
    pub(crate) tier: Option<String>,
    pub(crate) phone_masked: Option<String>,
    pub(crate) task_id: Option<Uuid>,
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) service_record_id: Option<Uuid>,
    pub(crate) advisor_id: Option<Uuid>,
    pub(crate) technician_id: Option<Uuid>,
    pub(crate) branch_id: Uuid,
    pub(crate) branch_name: String,
    pub(crate) branch_zone: String,
    pub(crate) asset_plate: Option<String>,
    pub(crate) asset_vin: Option<String>,
    pub(crate) asset_serial: Option<String>,
    pub(crate) asset_model: Option<String>,
    pub(crate) customer_asset_line: Option<String>,
    pub(crate) problem: String,
    pub(crate) result_score: Option<i64>,
    pub(crate) tangibles_score: Option<i64>,
    pub(crate) responsiveness_score: Option<i64>,
    pub(crate) empathy_score: Option<i64>,
    pub(crate) contrast_score: Option<i64>,
    pub(crate) state: String,
    pub(crate) responsible_id: Option<Uuid>,
    pub(crate) responsible_name: Option<String>,
    pub(crate) raised_by: Uuid,
    pub(crate) raised_by_name: String,
    pub(crate) raised_at: i64,
    pub(crate) due_at: i64,
    pub(crate) answer: Option<String>,
    pub(crate) answered_by: Option<Uuid>,
    pub(crate) countersigned_by: Option<Uuid>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) reopened_count: i64,
    pub(crate) version: i64,
}

const SELECT: &str = "
SELECT s.id, s.number, s.customer_id, c.name AS customer_name, c.tier, c.phone_masked, s.task_id, s.asset_id,
       s.service_record_id, v.advisor_id, v.technician_id, s.branch_id, b.name AS branch_name, b.zone AS branch_zone, a.plate AS asset_plate,
       a.vin AS asset_vin, a.serial AS asset_serial, a.model AS asset_model, c.asset_line AS customer_asset_line, s.problem, s.result_score, s.tangibles_score,
       s.responsiveness_score, s.empathy_score, s.contrast_score, s.state, s.responsible_id,
       r.name AS responsible_name, s.raised_by, w.name AS raised_by_name, s.raised_at, s.due_at, s.answer,
       s.answered_by, s.countersigned_by, s.closed_at, s.reopened_count, s.version
FROM slip s
JOIN customer c ON c.id = s.customer_id
JOIN branch b ON b.id = s.branch_id
JOIN staff w ON w.id = s.raised_by
LEFT JOIN staff r ON r.id = s.responsible_id
LEFT JOIN asset a ON a.id = s.asset_id
LEFT JOIN service_record v ON v.id = s.service_record_id
WHERE 1 = 1";

/// Only the slips of the reader's scope: of the branches; answered or raised by the team; or by the reader.
/// Whoever has to answer a slip sees it, wherever it was raised.
pub(crate) fn push_scope(sql: &mut SqlText, scope: &Scope) {
    let me = scope.staff_id;
    match scope.kind {
        ScopeKind::All => {}
        ScopeKind::Branch => {
            sql.push(" AND (s.responsible_id = ? OR s.branch_id IN (", args![me]);
            sql.push_list(scope.branch_ids.iter().copied());
            sql.push("))", args![]);
        }
        ScopeKind::Team => {
            sql.push(" AND (s.responsible_id IN (", args![]);
            sql.push_list(scope.team_staff.iter().copied());
            sql.push(") OR s.raised_by IN (", args![]);
            sql.push_list(scope.team_staff.iter().copied());
            sql.push("))", args![]);
        }
        ScopeKind::Own => {
            sql.push(
                " AND (s.responsible_id = ? OR s.raised_by = ?)",
                args![me, me],
            );
        }
    }
}

/// A slip of the reader's scope.
pub(crate) async fn find(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<SlipData>, Fault> {
    let mut sql = SqlText::new(SELECT);
    sql.push(" AND s.id = ?", args![id]);
    push_scope(&mut sql, scope);
    let (text, values) = sql.into_parts();
    db.one(&text, values).await
}

/// The slips of a customer that are not closed, newest first. Uses slip_customer.
pub(crate) async fn open_of(
    db: &impl Sql,
    scope: &Scope,
    customer_id: Uuid,
) -> Result<Vec<SlipData>, Fault> {
    let mut sql = SqlText::new(SELECT);
    sql.push(
        " AND s.customer_id = ? AND s.state <> 'closed'",
        args![customer_id],
    );
    push_scope(&mut sql, scope);
    sql.push(" ORDER BY s.raised_at DESC, s.id DESC LIMIT 20", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Which slips a list wants.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) state: Option<String>,
    pub(crate) overdue_at: Option<i64>,
    pub(crate) customer_id: Option<Uuid>,
    pub(crate) mine: Option<AwaitsMe>,
    pub(crate) search: Option<Search>,
}

/// Whose act is asked for (轮到我的), by the rights of the reader. The rule in words is `view::awaits`; a test holds them together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AwaitsMe {
    pub(crate) me: Uuid,
    pub(crate) answers: bool,
    pub(crate) assigns: bool,
    pub(crate) countersigns: bool,
    pub(crate) confirms: bool,
}

/// The acts as conditions on `slip s` and its `service_record v`, each with so many times the reader's id.
const TO_ANSWER: (&str, usize) = ("(s.state = 'raised' AND s.responsible_id = ?)", 1);
/// A slip without a responsible person waits for those who can name one.
const TO_ASSIGN: (&str, usize) = ("(s.state = 'raised' AND s.responsible_id IS NULL)", 0);
const TO_COUNTERSIGN: (&str, usize) = (
    "(s.state = 'answered' AND s.answered_by <> ? AND (s.responsible_id <> ?) IS NOT FALSE)",
    2,
);
const TO_CONFIRM: (&str, usize) = (
    "(s.state = 'countersigned' AND s.answered_by <> ? AND s.countersigned_by <> ? AND (s.responsible_id <> ?) IS NOT FALSE
      AND (v.advisor_id <> ?) IS NOT FALSE AND (v.technician_id <> ?) IS NOT FALSE)",
    5,
);

impl AwaitsMe {
    /// The condition of one act with its values; one that never holds without the right to it.
    fn act(
        &self,
        may: bool,
        (condition, times): (&'static str, usize),
    ) -> (&'static str, Vec<Value>) {
        if may {
            (condition, vec![self.me.into(); times])
        } else {
            ("1 = 0", Vec::new())
        }
    }

    /// To answer or have answered, to countersign, to confirm.
    fn acts(&self) -> [(String, Vec<Value>); 3] {
        let (answer, values) = self.act(self.answers, TO_ANSWER);
        let (assign, _) = self.act(self.assigns, TO_ASSIGN);
        let plain = |(text, values): (&str, Vec<Value>)| (text.to_owned(), values);
        [
            (format!("({answer} OR {assign})"), values),
            plain(self.act(self.countersigns, TO_COUNTERSIGN)),
            plain(self.act(self.confirms, TO_CONFIRM)),
        ]
    }

    /// Any of them.
    fn any(&self) -> (String, Vec<Value>) {
        let acts = self.acts();
        let text = acts.iter().map(|(text, _)| text.as_str());
        let text: Vec<&str> = text.collect();
        let values = acts.iter().flat_map(|(_, values)| values.clone());
        (format!("({})", text.join(" OR ")), values.collect())
    }
}

/// What somebody typed: the number of a slip, or a key of the customer as a range.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) number: String,
    pub(crate) keys: Option<(String, String)>,
}

/// Slips of the reader's scope, newest first. Uses slip_raised, or slip_customer for one customer.
pub(crate) async fn page(
    db: &impl Sql,
    scope: &Scope,
    wanted: Wanted,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> Result<Vec<SlipData>, Fault> {
    let (text, values) = page_text(scope, wanted, after, fetch);
    db.all(&text, values).await
}

pub(crate) fn page_text(
    scope: &Scope,
    wanted: Wanted,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> (String, Vec<Value>) {
    let mut sql = SqlText::new(SELECT);
    push_scope(&mut sql, scope);
    sql.push_some(" AND s.state = ?", wanted.state);
    sql.push_some(
        " AND s.state <> 'closed' AND s.due_at < ?",
        wanted.overdue_at,
    );
    sql.push_some(" AND s.customer_id = ?", wanted.customer_id);
    if let Some(mine) = wanted.mine {
        let (text, values) = mine.any();
        sql.push(&format!(" AND {text}"), values);
    }
    if let Some(search) = wanted.search {
        sql.push(" AND (s.number = ?", args![search.number]);
        if let Some((from, until)) = search.keys {
            sql.push(
                " OR EXISTS (SELECT 1 FROM customer_key k WHERE k.customer_id = s.customer_id AND k.k >= ? AND k.k < ?)",
                args![from, until],
            );
        }
        sql.push(")", args![]);
    }
    if let Some((at, id)) = after {
        sql.push(" AND (s.raised_at, s.id) < (?, ?)", args![at, id]);
    }
    sql.push(
        " ORDER BY s.raised_at DESC, s.id DESC LIMIT ?",
        args![fetch],
    );
    sql.into_parts()
}

/// What happened to a slip, and what was signed.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EventData {
    pub(crate) at: i64,
    pub(crate) staff_id: Uuid,
    pub(crate) staff_name: String,
    pub(crate) action: String,
    pub(crate) text: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) content_hash: Option<String>,
}

/// Everything that happened, oldest first. Uses the unique index on slip and place.
pub(crate) async fn events(db: &impl Sql, slip_id: Uuid) -> Result<Vec<EventData>, Fault> {
    db.all(
        "SELECT at, staff_id, staff_name, action, text, content, content_hash FROM slip_event
         WHERE slip_id = $1 ORDER BY place",
        args![slip_id],
    )
    .await
}

/// The confirming call that is still open. Uses followup_task_slip.
pub(crate) async fn confirm_task(db: &impl Sql, slip_id: Uuid) -> Result<Option<Uuid>, Fault> {
    db.scalar(
        "SELECT id FROM followup_task WHERE slip_id = $1 AND reason_code = 'slip_confirm' AND status = 'open'
         ORDER BY id DESC LIMIT 1",
        args![slip_id],
    )
    .await
}

/// A new slip.
#[derive(Debug)]
pub(crate) struct NewSlip<'a> {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) customer_id: Uuid,
    pub(crate) task_id: Option<Uuid>,
    pub(crate) asset_id: Option<Uuid>,
    pub(crate) service_record_id: Option<Uuid>,
    pub(crate) branch_id: Uuid,
    pub(crate) problem: &'a str,
    pub(crate) scores: [Option<i64>; 5],
    pub(crate) responsible_id: Option<Uuid>,
    pub(crate) raised_by: Uuid,
    pub(crate) raised_at: i64,
    pub(crate) raised_day: String,
    pub(crate) due_at: i64,
}

/// Writes a new slip.
pub(crate) async fn insert(tx: &Tx, slip: NewSlip<'_>) -> Result<(), Fault> {
    let [result, tangibles, responsiveness, empathy, contrast] = slip.scores;
    tx.run(
        "INSERT INTO slip (id, number, customer_id, task_id, asset_id, service_record_id, branch_id, problem,
             result_score, tangibles_score, responsiveness_score, empathy_score, contrast_score, state,
             responsible_id, raised_by, raised_at, raised_day, due_at, reopened_count, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'raised', $14, $15, $16, $17, $18, 0, 1)",
        args![
            slip.id,
            slip.number,
            slip.customer_id,
            slip.task_id,
            slip.asset_id,
            slip.service_record_id,
            slip.branch_id,
            slip.problem,
            result,
            tangibles,
            responsiveness,
            empathy,
            contrast,
            slip.responsible_id,
            slip.raised_by,
            slip.raised_at,
            slip.raised_day,
            slip.due_at
        ],
    )
    .await?;
    Ok(())
}

/// What may change in a slip; the rest of it never does.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) state: &'a str,
    pub(crate) responsible_id: Option<Uuid>,
    pub(crate) due_at: i64,
    pub(crate) answer: Option<&'a str>,
    pub(crate) answered_by: Option<Uuid>,
    pub(crate) answered_at: Option<i64>,
    pub(crate) countersigned_by: Option<Uuid>,
    pub(crate) countersigned_at: Option<i64>,
    pub(crate) confirmed_by: Option<Uuid>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) closed_day: Option<String>,
    pub(crate) reopened_count: i64,
}

/// Writes a changed slip; refused when somebody else changed it since `version`.
pub(crate) async fn update(
    tx: &Tx,
    id: Uuid,
    version: i64,
    change: Change<'_>,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE slip SET state = $3, responsible_id = $4, due_at = $5, answer = $6, answered_by = $7,
                 answered_at = $8, countersigned_by = $9, countersigned_at = $10, confirmed_by = $11,
                 closed_at = $12, closed_day = $13, reopened_count = $14, version = version + 1
             WHERE id = $1 AND version = $2",
            args![
                id,
                version,
                change.state,
                change.responsible_id,
                change.due_at,
                change.answer,
                change.answered_by,
                change.answered_at,
                change.countersigned_by,
                change.countersigned_at,
                change.confirmed_by,
                change.closed_at,
                change.closed_day,
                change.reopened_count
            ],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// One thing that happened.
#[derive(Debug)]
pub(crate) struct NewEvent<'a> {
    pub(crate) id: Uuid,
    pub(crate) slip_id: Uuid,
    pub(crate) at: i64,
    pub(crate) staff_id: Uuid,
    pub(crate) staff_name: &'a str,
    pub(crate) action: &'a str,
    pub(crate) text: Option<&'a str>,
    pub(crate) content: Option<&'a str>,
    pub(crate) content_hash: Option<&'a str>,
}

/// Writes what happened.
pub(crate) async fn add_event(tx: &Tx, event: NewEvent<'_>) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO slip_event (id, slip_id, place, at, staff_id, staff_name, action, text, content, content_hash)
         VALUES ($1, $2, (SELECT COALESCE(max(place), 0) + 1 FROM slip_event WHERE slip_id = $2), $3, $4, $5, $6, $7, $8,
             $9)",
        args![
            event.id,
            event.slip_id,
            event.at,
            event.staff_id,
            event.staff_name,
            event.action,
            event.text,
            event.content,
            event.content_hash
        ],
    )
    .await?;
    Ok(())
}

/// How many slips wait for the reader (轮到我的).
#[derive(Debug, Clone, Copy, Default, FromQueryResult, Serialize, ToSchema)]
#[schema(as = SlipsWaiting)]
pub struct Waiting {
    /// I have to answer.
    pub to_answer: i64,
    /// Waiting for a countersignature that I could give.
    pub to_countersign: i64,
    /// Waiting for a confirming call that I could make.
    pub to_confirm: i64,
    /// Those of them past their time.
    pub overdue: i64,
}

/// Counts over the open slips of the reader's scope. Uses slip_state_due.
pub(crate) async fn waiting(
    db: &impl Sql,
    scope: &Scope,
    mine: AwaitsMe,
    now: i64,
) -> Result<Waiting, Fault> {
    let mut sql = SqlText::new("SELECT ");
    for ((condition, values), name) in
        mine.acts()
            .into_iter()
            .zip(["to_answer", "to_countersign", "to_confirm"])
    {
        let sum = format!(
            "CAST(COALESCE(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT) AS {name}, "
        );
        sql.push(&sum, values);
    }
    let (any, mut values) = mine.any();
    values.push(now.into());
    sql.push(
        &format!(
            "CAST(COALESCE(sum(CASE WHEN {any} AND s.due_at < ? THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue
             FROM slip s LEFT JOIN service_record v ON v.id = s.service_record_id
             WHERE s.state IN ('raised', 'answered', 'countersigned')"
        ),
        values,
    );
    push_scope(&mut sql, scope);
    let (text, values) = sql.into_parts();
    Ok(db.one(&text, values).await?.unwrap_or_default())
}

/// Whether a person is active and may answer slips.
pub(crate) async fn may_answer(db: &impl Sql, staff_id: Uuid) -> Result<bool, Fault> {
    let found: Option<i64> = db
        .scalar(
            "SELECT count(*) FROM staff st WHERE st.id = $1 AND st.active = TRUE AND EXISTS (
                 SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
                 WHERE sr.staff_id = st.id AND rp.permission = 'slip.answer')",
            args![staff_id],
        )
        .await?;
    Ok(found.unwrap_or(0) > 0)
}
