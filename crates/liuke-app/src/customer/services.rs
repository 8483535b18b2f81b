//! Service records (维修记录): what was repaired, by whom, and when the next service is due.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use liuke_domain::asset;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::events;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, May, Scope};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::edit::taken;
use super::figures::{self, Part, asset_line};
use super::keys::Query;
use super::log::{difference, log};
use super::scope::push_scope;
use super::service_input::{Checked, ServiceInput};
use super::words::ServiceStatus;
use super::{days, numbers};
use crate::App;
use crate::permission::{CustomerRead, CustomerWrite};

/// Topic of the event that a service record was closed; payload `{"id": …}` of the record.
pub const SERVICE_CLOSED: &str = "service_closed";

/// A service record (维修记录).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceView {
    pub id: Uuid,
    pub number: String,
    pub external_id: Option<String>,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub asset_id: Option<Uuid>,
    pub asset_line: Option<String>,
    pub branch_id: Uuid,
    pub branch_name: String,
    #[schema(inline, value_type = ServiceStatus)]
    pub status: String,
    pub category: Option<String>,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
    pub advisor_id: Option<Uuid>,
    pub advisor_name: Option<String>,
    pub technician_id: Option<Uuid>,
    pub technician_name: Option<String>,
    pub work: Option<String>,
    pub parts: Option<String>,
    pub mileage_km: Option<i64>,
    pub advice: Option<String>,
    pub next_due_on: Option<String>,
    pub next_due_km: Option<i64>,
    pub revenue_fen: i64,
    pub cost_fen: Option<i64>,
    pub version: i64,
}

/// A record with the names its view shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ServiceRow {
    pub(super) id: Uuid,
    number: String,
    external_id: Option<String>,
    pub(super) customer_id: Uuid,
    customer_name: String,
    pub(super) asset_id: Option<Uuid>,
    plate: Option<String>,
    vin: Option<String>,
    serial: Option<String>,
    model: Option<String>,
    branch_id: Uuid,
    branch_name: String,
    pub(super) status: String,
    category: Option<String>,
    pub(super) opened_at: i64,
    pub(super) closed_at: Option<i64>,
    advisor_id: Option<Uuid>,
    advisor_name: Option<String>,
    technician_id: Option<Uuid>,
    technician_name: Option<String>,
    work: Option<String>,
    parts: Option<String>,
    mileage_km: Option<i64>,
    advice: Option<String>,
    next_due_on: Option<String>,
    next_due_km: Option<i64>,
    revenue_fen: i64,
    cost_fen: Option<i64>,
    pub(super) version: i64,
}

/// The join is written so that no index leads from customers to records: records are read in their order, and their customers looked up.
const SELECT: &str = "SELECT r.id, r.number, r.external_id, r.customer_id, c.name AS customer_name, r.asset_id, a.plate, a.vin, a.serial, \
    a.model, r.branch_id, b.name AS branch_name, r.status, r.category, r.opened_at, r.closed_at, r.advisor_id, r.advisor_name, \
    r.technician_id, r.technician_name, r.work, r.parts, r.mileage_km, r.advice, r.next_due_on, r.next_due_km, r.revenue_fen, \
    r.cost_fen, r.version \
    FROM service_record r JOIN customer c ON c.id = COALESCE(r.customer_id, r.customer_id) JOIN branch b ON b.id = r.branch_id \
    LEFT JOIN asset a ON a.id = r.asset_id";

impl ServiceRow {
    pub(super) fn view(self) -> ServiceView {
        let line = self.asset_id.map(|_| {
            let model = self.model.as_deref().unwrap_or_default();
            asset_line(
                self.plate.as_deref(),
                self.vin.as_deref(),
                self.serial.as_deref(),
                model,
            )
        });
        ServiceView {
            asset_line: line,
            id: self.id,
            number: self.number,
            external_id: self.external_id,
            customer_id: self.customer_id,
            customer_name: self.customer_name,
            asset_id: self.asset_id,
            branch_id: self.branch_id,
            branch_name: self.branch_name,
            status: self.status,
            category: self.category,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            advisor_id: self.advisor_id,
            advisor_name: self.advisor_name,
            technician_id: self.technician_id,
            technician_name: self.technician_name,
            work: self.work,
            parts: self.parts,
            mileage_km: self.mileage_km,
            advice: self.advice,
            next_due_on: self.next_due_on,
            next_due_km: self.next_due_km,
            revenue_fen: self.revenue_fen,
            cost_fen: self.cost_fen,
            version: self.version,
        }
    }

    fn described(&self) -> serde_json::Value {
        json!({
            "number": self.number, "external_id": self.external_id, "customer_id": self.customer_id, "asset_id": self.asset_id,
            "branch_id": self.branch_id, "status": self.status, "category": self.category, "opened_at": self.opened_at,
            "closed_at": self.closed_at, "advisor_id": self.advisor_id, "advisor_name": self.advisor_name,
            "technician_id": self.technician_id, "technician_name": self.technician_name, "work": self.work, "parts": self.parts,
            "mileage_km": self.mileage_km, "advice": self.advice, "next_due_on": self.next_due_on, "next_due_km": self.next_due_km,
            "revenue_fen": self.revenue_fen, "cost_fen": self.cost_fen,
        })
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ServiceListQuery {
    #[serde(flatten)]
    filter: ServiceFilter,
    #[serde(flatten)]
    page: PageQuery,
}

/// What service records are filtered by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ServiceFilter {
    pub customer_id: Option<Uuid>,
    pub asset_id: Option<Uuid>,
    /// Number, part of a plate, tail of a VIN.
    pub q: Option<String>,
}

/// List service records (维修记录)
///
/// Newest first. permission: customer.read
#[utoipa::path(get, path = "/api/v1/service-records", tag = "customer", params(ServiceFilter, PageQuery),
    responses((status = 200, body = Page<ServiceView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list_services(
    State(app): State<App>,
    may: May<CustomerRead>,
    Params(query): Params<ServiceListQuery>,
) -> Result<Json<Page<ServiceView>>, Problem> {
    let (text, values) = list_statement(
        may.scope(),
        &query.filter,
        query.page.after()?,
        query.page.fetch(),
    );
    let rows: Vec<ServiceRow> = app.db.all(&text, values).await?;
    Ok(Json(
        Page::cut(rows, &query.page, |row| (row.opened_at, row.id)).map(ServiceRow::view),
    ))
}

/// Indexes: `service_record_customer`, `service_record_asset`, `service_record_opened`.
pub(super) fn list_statement(
    scope: &Scope,
    filter: &ServiceFilter,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> (String, Vec<liuke_platform::db::Value>) {
    let mut sql = SqlText::new(format!("{SELECT} WHERE c.deleted_at IS NULL"));
    push_scope(&mut sql, scope, "c");
    sql.push_some(" AND r.customer_id = ?", filter.customer_id);
    sql.push_some(" AND r.asset_id = ?", filter.asset_id);
    if let Some(text) = filter.q.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        push_service_query(&mut sql, text);
    }
    if let Some((at, id)) = after {
        sql.push(" AND (r.opened_at, r.id) < (?, ?)", args![at, id]);
    }
    sql.push(
        " ORDER BY r.opened_at DESC, r.id DESC LIMIT ?",
        args![fetch],
    );
    sql.finish()
}

/// By number as written, or by an asset whose plate or VIN holds the text: its owner is found by the search keys first, so that the
/// comparison looks at a few assets only.
fn push_service_query(sql: &mut SqlText, text: &str) {
    let number = liuke_domain::text::fold_width(text).to_uppercase();
    let Some(query) = Query::parse(text) else {
        sql.push(" AND 1 = 0", Vec::new());
        return;
    };
    let part = |key: String| format!("%{}%", key.replace(['%', '_', '\\'], ""));
    sql.push(
        " AND r.id IN (
            SELECT n.id FROM service_record n WHERE n.number = ?
            UNION ALL SELECT e.id FROM service_record e WHERE e.external_id = ?
            UNION ALL SELECT s.id FROM service_record s JOIN asset x ON x.id = s.asset_id WHERE x.customer_id IN (
                SELECT k.customer_id FROM customer_key k WHERE k.k >= ? AND k.k < ?)
            AND (x.plate_key LIKE ? OR x.vin_key LIKE ?))",
        args![number, text, query.key, query.end, part(asset::plate_key(text)), part(asset::vin_key(text))],
    );
}

/// A service record (维修记录)
///
/// permission: customer.read
#[utoipa::path(get, path = "/api/v1/service-records/{id}", tag = "customer", params(("id" = Uuid, Path)),
    responses((status = 200, body = ServiceView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn get_service(
    State(app): State<App>,
    may: May<CustomerRead>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<ServiceView>, Problem> {
    let row = find_scoped(&app.db, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("service_record"))?;
    Ok(Json(row.view()))
}

/// The record of a customer in the scope.
pub(super) async fn find_scoped<S: Sql>(
    db: &S,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<ServiceRow>, Fault> {
    let mut sql = SqlText::with(
        &format!("{SELECT} WHERE r.id = ? AND c.deleted_at IS NULL"),
        args![id],
    );
    push_scope(&mut sql, scope, "c");
    let (text, values) = sql.finish();
    db.one(&text, values).await
}

/// One record, for a call sheet; the scope is the caller's concern.
pub async fn service_view<S: Sql>(db: &S, id: Uuid) -> Result<Option<ServiceView>, Fault> {
    Ok(db
        .one::<ServiceRow>(&format!("{SELECT} WHERE r.id = $1"), args![id])
        .await?
        .map(ServiceRow::view))
}

/// Enter a service record (新增维修记录)
///
/// With `close` it is closed at once, which starts what follows a service. permission: customer.write
#[utoipa::path(post, path = "/api/v1/service-records", tag = "customer", request_body = ServiceInput,
    responses((status = 200, body = ServiceView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create_service(
    State(app): State<App>,
    may: May<CustomerWrite>,
    Body(input): Body<ServiceInput>,
) -> Result<Json<ServiceView>, Problem> {
    Ok(Json(create(&app, &may.ctx, &may.who, &input).await?))
}

/// Change or close a service record (修改维修记录)
///
/// A closed record can be corrected but not opened again. permission: customer.write
#[utoipa::path(put, path = "/api/v1/service-records/{id}", tag = "customer", params(("id" = Uuid, Path)), request_body = ServiceInput,
    responses((status = 200, body = ServiceView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn update_service(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<ServiceInput>,
) -> Result<Json<ServiceView>, Problem> {
    Ok(Json(update(&app, &may.ctx, &may.who, id, &input).await?))
}

async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: &ServiceInput,
) -> Result<ServiceView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let checked = Checked::of(&tx, ctx, &who.scope, input, None).await?;
    let id: Uuid = ctx.new_id();
    let today = days::of_branch(&tx, input.branch_id, ctx.now).await?;
    let number = numbers::next_services(&tx, today, 1)
        .await?
        .pop()
        .unwrap_or_default();
    insert(&tx, ctx, id, &number, &checked)
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    settle(&tx, &checked, &[checked.customer_id]).await?;
    let row = find_scoped(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("service_record"))?;
    tell(&tx, ctx, &row, checked.closed_at.is_some()).await?;
    log(
        &tx,
        ctx,
        "service_record.create",
        "service_record",
        id,
        None,
        Some(row.described()),
    )
    .await?;
    let view = row.view();
    tx.commit_with(ctx, &view).await?;
    Ok(view)
}

async fn update(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &ServiceInput,
) -> Result<ServiceView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let before = find_scoped(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("service_record"))?;
    if input.version != Some(before.version) {
        return Err(Problem::edited_elsewhere());
    }
    let was_closed = before.status == ServiceStatus::Closed.as_str();
    if was_closed && !input.close {
        return Err(Problem::new(409, "service_record.closed"));
    }
    let checked = Checked::of(&tx, ctx, &who.scope, input, before.closed_at).await?;
    store(&tx, &before, &checked).await?;
    settle(&tx, &checked, &[before.customer_id, checked.customer_id]).await?;
    let row = find_scoped(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("service_record"))?;
    tell(&tx, ctx, &row, !was_closed && checked.closed_at.is_some()).await?;
    if let Some((old, new)) = difference(&before.described(), &row.described()) {
        let action = if was_closed == checked.closed_at.is_some() {
            "service_record.update"
        } else {
            "service_record.close"
        };
        log(&tx, ctx, action, "service_record", id, Some(old), Some(new)).await?;
    }
    tx.commit().await?;
    Ok(row.view())
}

async fn tell(tx: &Tx, ctx: &Ctx, row: &ServiceRow, closed: bool) -> Result<(), Fault> {
    events::tell(tx, ctx, "customer", &json!({ "id": row.customer_id })).await?;
    if closed {
        events::tell(tx, ctx, SERVICE_CLOSED, &json!({ "id": row.id })).await?;
    }
    Ok(())
}

async fn insert(tx: &Tx, ctx: &Ctx, id: Uuid, number: &str, c: &Checked) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO service_record (id, number, external_id, customer_id, asset_id, branch_id, status, category, opened_at, closed_at,
            business_day, advisor_id, advisor_name, technician_id, technician_name, work, parts, mileage_km, advice, next_due_on,
            next_due_km, revenue_fen, cost_fen, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1, $24)",
        [args![id, number], c.values(), args![ctx.now_ms()]].concat(),
    )
    .await?;
    Ok(())
}

async fn store(tx: &Tx, before: &ServiceRow, c: &Checked) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE service_record SET external_id = $3, customer_id = $4, asset_id = $5, branch_id = $6, status = $7, category = $8,
                opened_at = $9, closed_at = $10, business_day = $11, advisor_id = $12, advisor_name = $13, technician_id = $14,
                technician_name = $15, work = $16, parts = $17, mileage_km = $18, advice = $19, next_due_on = $20, next_due_km = $21,
                revenue_fen = $22, cost_fen = $23, version = version + 1
             WHERE id = $1 AND version = $2",
            [args![before.id, before.version], c.values()].concat(),
        )
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// The customer's figures, and what the record says about the asset.
async fn settle(tx: &Tx, c: &Checked, customers: &[Uuid]) -> Result<(), Fault> {
    if let Some(asset_id) = c.asset_id {
        told_by_service(tx, asset_id).await?;
    }
    figures::refresh(
        tx,
        &customers.iter().copied().collect::<BTreeSet<_>>(),
        Part::Money,
    )
    .await
}

/// Mileage and next service of an asset, from its latest record (里程与下次保养). A reading lower than one before is a wrong entry or a
/// changed instrument and does not take the mileage back.
pub(super) async fn told_by_service(tx: &Tx, asset_id: Uuid) -> Result<(), Fault> {
    #[derive(FromQueryResult)]
    struct DueRow {
        next_due_on: Option<String>,
        next_due_km: Option<i64>,
    }
    let km: Option<i64> = tx
        .scalar(
            "SELECT MAX(mileage_km) FROM service_record WHERE asset_id = $1",
            args![asset_id],
        )
        .await?;
    if let Some(km) = km {
        tx.run(
            "UPDATE asset SET mileage_km = $2, version = version + 1 WHERE id = $1 AND (mileage_km IS NULL OR mileage_km < $2)",
            args![asset_id, km],
        )
        .await?;
    }
    let due: Option<DueRow> = tx
        .one(
            "SELECT next_due_on, next_due_km FROM service_record WHERE asset_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1",
            args![asset_id],
        )
        .await?;
    if let Some(due) = due {
        tx.run(
            "UPDATE asset SET next_due_on = $2, next_due_km = $3 WHERE id = $1",
            args![asset_id, due.next_due_on, due.next_due_km],
        )
        .await?;
    }
    Ok(())
}
