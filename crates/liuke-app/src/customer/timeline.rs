//! One timeline per customer (时间线): orders, service records, follow-ups, slips and notes, newest first.
//!
//! Each capability brings a [`TimelineSource`]; `wiring.rs` lists them. A source is asked only when the reader has its right.

use axum::Json;
use axum::extract::State;
use futures::future::BoxFuture;
use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::db::{Db, FromQueryResult, Sql as _, SqlText};
use liuke_platform::events;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, May};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::figures::asset_line;
use super::log::log;
use super::scope::require;
use super::views::Scores;
use super::words::EntryKind;
use crate::App;
use crate::permission::{CustomerRead, CustomerWrite};

/// One thing that happened to a customer (时间线条目).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Of the order, record, attempt, slip or note.
    pub id: Uuid,
    #[schema(inline)]
    pub kind: EntryKind,
    pub at: i64,
    pub title: String,
    pub text: Option<String>,
    pub amount_fen: Option<i64>,
    pub staff_name: Option<String>,
    pub asset_line: Option<String>,
    pub status: Option<String>,
    pub number: Option<String>,
    pub outcome: Option<String>,
    pub scores: Option<Scores>,
    /// What a click opens: the task or slip behind the entry.
    pub link_id: Option<Uuid>,
}

impl TimelineEntry {
    /// An entry with nothing but its place; the rest is filled in by its source.
    pub fn new(kind: EntryKind, id: Uuid, at: i64, title: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            at,
            title: title.into(),
            text: None,
            amount_fen: None,
            staff_name: None,
            asset_line: None,
            status: None,
            number: None,
            outcome: None,
            scores: None,
            link_id: None,
        }
    }
}

/// What a source is asked: entries of one customer, newest first by `(at, id)`, that come after `before`, at most `limit`.
#[derive(Debug, Clone, Copy)]
pub struct TimelineAsk {
    /// Whose.
    pub customer_id: Uuid,
    /// The last entry shown: only older ones, by `(at, id)`, are wanted.
    pub before: Option<(i64, Uuid)>,
    /// How many.
    pub limit: i64,
}

impl TimelineAsk {
    /// Appends ` AND (at, id) < (…) ORDER BY at DESC, id DESC LIMIT …` for these two columns.
    pub fn push(&self, sql: &mut SqlText, at: &str, id: &str) {
        if let Some((before_at, before_id)) = self.before {
            sql.push(
                &format!(" AND ({at}, {id}) < (?, ?)"),
                args![before_at, before_id],
            );
        }
        sql.push(
            &format!(" ORDER BY {at} DESC, {id} DESC LIMIT ?"),
            args![self.limit],
        );
    }
}

/// Entries on their way.
pub type Loading<'a> = BoxFuture<'a, Result<Vec<TimelineEntry>, Fault>>;

/// Where entries of one kind come from.
#[derive(Debug, Clone, Copy)]
pub struct TimelineSource {
    /// The kind it gives.
    pub kind: EntryKind,
    /// The right that is needed to see it.
    pub permission: &'static str,
    /// Loads entries.
    pub load: for<'a> fn(&'a Db, TimelineAsk) -> Loading<'a>,
}

/// The sources of this capability.
pub const SOURCES: [TimelineSource; 3] = [
    TimelineSource {
        kind: EntryKind::Order,
        permission: "customer.read",
        load: |db, ask| Box::pin(orders(db, ask)),
    },
    TimelineSource {
        kind: EntryKind::Service,
        permission: "customer.read",
        load: |db, ask| Box::pin(services(db, ask)),
    },
    TimelineSource {
        kind: EntryKind::Note,
        permission: "customer.read",
        load: |db, ask| Box::pin(notes(db, ask)),
    },
];

/// Entries of all sources the reader may see, merged, newest first. The customer is checked by the caller.
pub async fn timeline(
    db: &Db,
    who: &Identity,
    kind: Option<EntryKind>,
    ask: TimelineAsk,
) -> Result<Vec<TimelineEntry>, Fault> {
    let mut entries = Vec::new();
    for source in crate::wiring::timeline_sources() {
        if kind.is_none_or(|kind| kind == source.kind) && who.may(source.permission) {
            entries.extend((source.load)(db, ask).await?);
        }
    }
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    entries.truncate(usize::try_from(ask.limit).unwrap_or(usize::MAX));
    Ok(entries)
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct TimelineQuery {
    kind: Option<EntryKind>,
    #[serde(flatten)]
    page: PageQuery,
}

/// The timeline of a customer (时间线)
///
/// Follow-ups and slips are there for readers who may see those. permission: customer.read
#[utoipa::path(get, path = "/api/v1/customers/{id}/timeline", tag = "customer", params(("id" = Uuid, Path), ("kind" = inline(Option<EntryKind>), Query), PageQuery),
    responses((status = 200, body = Page<TimelineEntry>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn customer_timeline(
    State(app): State<App>,
    may: May<CustomerRead>,
    PathId(id): PathId<Uuid>,
    Params(query): Params<TimelineQuery>,
) -> Result<Json<Page<TimelineEntry>>, Problem> {
    require(&app.db, may.scope(), id).await?;
    let ask = TimelineAsk {
        customer_id: id,
        before: query.page.after()?,
        limit: query.page.fetch(),
    };
    let entries = timeline(&app.db, &may.who, query.kind, ask).await?;
    Ok(Json(Page::cut(entries, &query.page, |entry| {
        (entry.at, entry.id)
    })))
}

#[derive(FromQueryResult)]
struct OrderRow {
    id: Uuid,
    number: String,
    kind: String,
    title: Option<String>,
    ordered_at: i64,
    revenue_fen: i64,
    seller_name: Option<String>,
}

async fn orders(db: &Db, ask: TimelineAsk) -> Result<Vec<TimelineEntry>, Fault> {
    let mut sql = SqlText::with(
        "SELECT o.id, o.number, o.kind, o.title, o.ordered_at, o.revenue_fen, s.name AS seller_name
         FROM sales_order o LEFT JOIN staff s ON s.id = o.seller_id WHERE o.customer_id = ?",
        args![ask.customer_id],
    );
    ask.push(&mut sql, "o.ordered_at", "o.id");
    let (text, values) = sql.finish();
    let rows: Vec<OrderRow> = db.all(&text, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            amount_fen: Some(row.revenue_fen),
            staff_name: row.seller_name,
            status: Some(row.kind),
            number: Some(row.number),
            ..TimelineEntry::new(
                EntryKind::Order,
                row.id,
                row.ordered_at,
                row.title.unwrap_or_default(),
            )
        })
        .collect())
}

#[derive(FromQueryResult)]
struct ServiceRow {
    id: Uuid,
    number: String,
    status: String,
    category: Option<String>,
    opened_at: i64,
    advice: Option<String>,
    work: Option<String>,
    revenue_fen: i64,
    advisor_name: Option<String>,
    technician_name: Option<String>,
    asset_id: Option<Uuid>,
    plate: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    model: Option<String>,
}

async fn services(db: &Db, ask: TimelineAsk) -> Result<Vec<TimelineEntry>, Fault> {
    let mut sql = SqlText::with(
        "SELECT r.id, r.number, r.status, r.category, r.opened_at, r.advice, r.work, r.revenue_fen, r.advisor_name, r.technician_name,
            r.asset_id, a.plate, a.vin, a.serial, a.model
         FROM service_record r LEFT JOIN asset a ON a.id = r.asset_id WHERE r.customer_id = ?",
        args![ask.customer_id],
    );
    ask.push(&mut sql, "r.opened_at", "r.id");
    let (text, values) = sql.finish();
    let rows: Vec<ServiceRow> = db.all(&text, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let line = row.asset_id.map(|_| {
                let model = row.model.as_deref().unwrap_or_default();
                asset_line(
                    row.plate.as_deref(),
                    row.vin.as_deref(),
                    row.serial.as_deref(),
                    model,
                )
            });
            let told: Vec<String> = [row.work.clone(), row.advice]
                .into_iter()
                .flatten()
                .collect();
            let title = row.category.or(row.work).unwrap_or_default();
            TimelineEntry {
                text: (!told.is_empty()).then(|| told.join("\n")),
                amount_fen: Some(row.revenue_fen),
                staff_name: row.technician_name.or(row.advisor_name),
                asset_line: line,
                status: Some(row.status),
                number: Some(row.number),
                link_id: Some(row.id),
                ..TimelineEntry::new(EntryKind::Service, row.id, row.opened_at, title)
            }
        })
        .collect())
}

#[derive(FromQueryResult)]
struct NoteRow {
    id: Uuid,
    text: String,
    created_at: i64,
    staff_name: String,
}

async fn notes(db: &Db, ask: TimelineAsk) -> Result<Vec<TimelineEntry>, Fault> {
    let mut sql = SqlText::with(
        "SELECT n.id, n.text, n.created_at, s.name AS staff_name
         FROM customer_note n JOIN staff s ON s.id = n.staff_id WHERE n.customer_id = ?",
        args![ask.customer_id],
    );
    ask.push(&mut sql, "n.created_at", "n.id");
    let (text, values) = sql.finish();
    let rows: Vec<NoteRow> = db.all(&text, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| note(row.id, row.created_at, row.text, row.staff_name))
        .collect())
}

fn note(id: Uuid, at: i64, text: String, staff_name: String) -> TimelineEntry {
    TimelineEntry {
        text: Some(text),
        staff_name: Some(staff_name),
        ..TimelineEntry::new(EntryKind::Note, id, at, "")
    }
}

/// A note to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct NoteInput {
    pub text: String,
}

/// Longest note, in characters.
const NOTE_MAX: usize = 4_000;

/// Add a note to a customer (添加备注)
///
/// permission: customer.write
#[utoipa::path(post, path = "/api/v1/customers/{id}/notes", tag = "customer", params(("id" = Uuid, Path)), request_body = NoteInput,
    responses((status = 200, body = TimelineEntry), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn add_note(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(customer_id): PathId<Uuid>,
    Body(input): Body<NoteInput>,
) -> Result<Json<TimelineEntry>, Problem> {
    let Some(text) = text::clean_lines(&input.text) else {
        return Err(Problem::invalid([FieldProblem::new(
            "text",
            "field.required",
        )]));
    };
    if text.chars().count() > NOTE_MAX {
        return Err(Problem::invalid([FieldProblem::new(
            "text",
            "field.too_long",
        )
        .param("max", NOTE_MAX)]));
    }
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    require(&tx, may.scope(), customer_id).await?;
    let id: Uuid = ctx.new_id();
    tx.run(
        "INSERT INTO customer_note (id, customer_id, staff_id, text, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![id, customer_id, may.who.staff_id, text.as_str(), ctx.now_ms()],
    )
    .await?;
    events::tell(&tx, ctx, "customer", &json!({ "id": customer_id })).await?;
    log(
        &tx,
        ctx,
        "customer.note",
        "customer",
        customer_id,
        None,
        Some(json!({ "note_id": id, "text": text })),
    )
    .await?;
    let entry = note(id, ctx.now_ms(), text, may.who.name.clone());
    tx.commit_with(ctx, &entry).await?;
    Ok(Json(entry))
}
