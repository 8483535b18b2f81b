//! Slips on the customer's timeline (时间线).

use liuke_platform::args;
use liuke_platform::db::{Db, FromQueryResult, Sql as _, SqlText};
use liuke_platform::fault::Fault;
use uuid::Uuid;

use crate::customer::words::EntryKind;
use crate::customer::{TimelineAsk, TimelineEntry, TimelineSource};

/// The entries of this capability.
pub const TIMELINE: TimelineSource = TimelineSource {
    kind: EntryKind::Slip,
    permission: "slip.read",
    load: |db, ask| Box::pin(load(db, ask)),
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    number: String,
    problem: String,
    answer: Option<String>,
    state: String,
    raised_at: i64,
    responsible_name: Option<String>,
}

/// Slips of a customer, latest first. Uses slip_customer.
async fn load(db: &Db, ask: TimelineAsk) -> Result<Vec<TimelineEntry>, Fault> {
    let mut sql = SqlText::with(
        "SELECT s.id, s.number, s.problem, s.answer, s.state, s.raised_at, r.name AS responsible_name
         FROM slip s LEFT JOIN staff r ON r.id = s.responsible_id WHERE s.customer_id = ?",
        args![ask.customer_id],
    );
    ask.push(&mut sql, "s.raised_at", "s.id");
    let (text, values) = sql.into_parts();
    let rows: Vec<Row> = db.all(&text, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            text: row.answer,
            staff_name: row.responsible_name,
            status: Some(row.state),
            number: Some(row.number),
            link_id: Some(row.id),
            ..TimelineEntry::new(EntryKind::Slip, row.id, row.raised_at, row.problem)
        })
        .collect())
}
