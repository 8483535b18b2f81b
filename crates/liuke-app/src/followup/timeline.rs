//! Attempts on the customer's timeline (时间线).

use liuke_platform::args;
use liuke_platform::db::{Db, FromQueryResult, Sql as _, SqlText};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use crate::customer::words::EntryKind;
use crate::customer::{Scores, TimelineAsk, TimelineEntry, TimelineSource};

/// The entries of this capability.
pub const TIMELINE: TimelineSource = TimelineSource {
    kind: EntryKind::Followup,
    permission: "followup.read",
    load: |db, ask| Box::pin(load(db, ask)),
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    task_id: Uuid,
    number: String,
    purpose: String,
    channel: String,
    outcome: String,
    at: i64,
    note: Option<String>,
    verbatim: Option<String>,
    agreed: Option<String>,
    staff_name: String,
    result_score: Option<i64>,
    tangibles_score: Option<i64>,
    responsiveness_score: Option<i64>,
    empathy_score: Option<i64>,
    contrast_score: Option<i64>,
}

/// Attempts on a customer, latest first. Uses followup_attempt_customer.
async fn load(db: &Db, ask: TimelineAsk) -> Result<Vec<TimelineEntry>, Fault> {
    let mut sql = SqlText::with(
        "SELECT a.id, a.task_id, t.number, t.purpose, a.channel, a.outcome, a.at, a.note, a.verbatim, a.agreed,
                w.name AS staff_name, a.result_score, a.tangibles_score, a.responsiveness_score, a.empathy_score,
                a.contrast_score
         FROM followup_attempt a JOIN followup_task t ON t.id = a.task_id JOIN staff w ON w.id = a.staff_id
         WHERE a.customer_id = ?",
        args![ask.customer_id],
    );
    ask.push(&mut sql, "a.at", "a.id");
    let (text, values) = sql.into_parts();
    let rows: Vec<Row> = db.all(&text, values).await?;
    Ok(rows.into_iter().map(entry).collect())
}

fn entry(row: Row) -> TimelineEntry {
    let scores = Scores {
        result: row.result_score,
        tangibles: row.tangibles_score,
        responsiveness: row.responsiveness_score,
        empathy: row.empathy_score,
        contrast: row.contrast_score,
    };
    let told: Vec<String> = [row.verbatim, row.agreed, row.note]
        .into_iter()
        .flatten()
        .collect();
    TimelineEntry {
        text: (!told.is_empty()).then(|| told.join("\n")),
        staff_name: Some(row.staff_name),
        status: Some(row.channel),
        number: Some(row.number),
        outcome: Some(row.outcome),
        scores: (scores != Scores::default()).then_some(scores),
        link_id: Some(row.task_id),
        ..TimelineEntry::new(EntryKind::Followup, row.id, row.at, row.purpose)
    }
}
