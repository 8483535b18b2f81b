//! Orders (订单): what a customer bought or gave back, with revenue and cost.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::events;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::edit::taken;
use super::figures::{self, Part};
use super::log::{difference, log};
use super::scope::{self, push_scope};
use super::service_input::{FEN_MAX, branch_exists};
use super::words::OrderKind;
use super::{days, numbers};
use crate::App;
use crate::permission::{CustomerRead, CustomerWrite};

/// An order (订单). A refund's revenue is negative.
#[derive(Debug, Clone, Serialize, FromQueryResult, ToSchema)]
pub(super) struct OrderView {
    pub id: Uuid,
    pub number: String,
    pub external_id: Option<String>,
    pub customer_id: Uuid,
    #[schema(inline, value_type = OrderKind)]
    pub kind: String,
    pub title: Option<String>,
    pub ordered_at: i64,
    pub business_day: String,
    pub revenue_fen: i64,
    pub cost_fen: Option<i64>,
    pub branch_id: Uuid,
    pub branch_name: String,
    pub seller_id: Option<Uuid>,
    pub seller_name: Option<String>,
    pub version: i64,
}

/// An order as it is entered. A sale is not negative, a refund not positive.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct OrderInput {
    pub external_id: Option<String>,
    pub customer_id: Uuid,
    #[schema(inline)]
    pub kind: OrderKind,
    pub title: Option<String>,
    pub ordered_at: i64,
    pub revenue_fen: i64,
    pub cost_fen: Option<i64>,
    pub branch_id: Uuid,
    pub seller_id: Option<Uuid>,
    pub version: Option<i64>,
}

/// The join is written so that no index leads from customers to orders: orders are read in their order, and their customers looked up.
const SELECT: &str = "SELECT o.id, o.number, o.external_id, o.customer_id, o.kind, o.title, o.ordered_at, o.business_day, o.revenue_fen, \
    o.cost_fen, o.branch_id, b.name AS branch_name, o.seller_id, s.name AS seller_name, o.version \
    FROM sales_order o JOIN customer c ON c.id = COALESCE(o.customer_id, o.customer_id) JOIN branch b ON b.id = o.branch_id LEFT JOIN staff s ON s.id = o.seller_id";

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct OrderListQuery {
    #[serde(flatten)]
    filter: OrderFilter,
    #[serde(flatten)]
    page: PageQuery,
}

/// What orders are filtered by.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OrderFilter {
    pub customer_id: Option<Uuid>,
}

/// List orders (订单列表)
///
/// Newest first. permission: customer.read
#[utoipa::path(get, path = "/api/v1/orders", tag = "customer", params(OrderFilter, PageQuery),
    responses((status = 200, body = Page<OrderView>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list_orders(
    State(app): State<App>,
    may: May<CustomerRead>,
    Params(query): Params<OrderListQuery>,
) -> Result<Json<Page<OrderView>>, Problem> {
    let (text, values) = list_statement(
        may.scope(),
        query.filter,
        query.page.after()?,
        query.page.fetch(),
    );
    let rows: Vec<OrderView> = app.db.all(&text, values).await?;
    Ok(Json(Page::cut(rows, &query.page, |row| {
        (row.ordered_at, row.id)
    })))
}

/// Indexes: `sales_order_customer`, `sales_order_ordered`.
pub(super) fn list_statement(
    scope: &Scope,
    filter: OrderFilter,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> (String, Vec<Value>) {
    let mut sql = SqlText::new(format!("{SELECT} WHERE c.deleted_at IS NULL"));
    push_scope(&mut sql, scope, "c");
    sql.push_some(" AND o.customer_id = ?", filter.customer_id);
    if let Some((at, id)) = after {
        sql.push(" AND (o.ordered_at, o.id) < (?, ?)", args![at, id]);
    }
    sql.push(
        " ORDER BY o.ordered_at DESC, o.id DESC LIMIT ?",
        args![fetch],
    );
    sql.finish()
}

async fn find_scoped<S: Sql>(db: &S, scope: &Scope, id: Uuid) -> Result<Option<OrderView>, Fault> {
    let mut sql = SqlText::with(
        &format!("{SELECT} WHERE o.id = ? AND c.deleted_at IS NULL"),
        args![id],
    );
    push_scope(&mut sql, scope, "c");
    let (text, values) = sql.finish();
    db.one(&text, values).await
}

/// Enter an order (新增订单)
///
/// permission: customer.write
#[utoipa::path(post, path = "/api/v1/orders", tag = "customer", request_body = OrderInput,
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create_order(
    State(app): State<App>,
    may: May<CustomerWrite>,
    Body(input): Body<OrderInput>,
) -> Result<Json<OrderView>, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let checked = Checked::of(&tx, ctx, may.scope(), &input).await?;
    let id: Uuid = ctx.new_id();
    let today = days::of_branch(&tx, input.branch_id, ctx.now).await?;
    let number = numbers::next_orders(&tx, today, 1)
        .await?
        .pop()
        .unwrap_or_default();
    tx.run(
        "INSERT INTO sales_order (id, number, external_id, customer_id, kind, title, ordered_at, business_day, revenue_fen, cost_fen,
            branch_id, seller_id, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13)",
        [args![id, number], checked.values(&input), args![ctx.now_ms()]].concat(),
    )
    .await
    .map_err(|fault| taken(fault, "external_id"))?;
    let row = settle(&tx, ctx, may.scope(), id, &[input.customer_id]).await?;
    log(
        &tx,
        ctx,
        "order.create",
        "sales_order",
        id,
        None,
        Some(json!(row)),
    )
    .await?;
    tx.commit_with(ctx, &row).await?;
    Ok(Json(row))
}

/// Change an order (修改订单)
///
/// permission: customer.write
#[utoipa::path(put, path = "/api/v1/orders/{id}", tag = "customer", params(("id" = Uuid, Path)), request_body = OrderInput,
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn update_order(
    State(app): State<App>,
    may: May<CustomerWrite>,
    PathId(id): PathId<Uuid>,
    Body(input): Body<OrderInput>,
) -> Result<Json<OrderView>, Problem> {
    let ctx = &may.ctx;
    let tx = app.db.begin_for(ctx).await?;
    let before = find_scoped(&tx, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("order"))?;
    let checked = Checked::of(&tx, ctx, may.scope(), &input).await?;
    let touched = tx
        .run(
            "UPDATE sales_order SET external_id = $3, customer_id = $4, kind = $5, title = $6, ordered_at = $7, business_day = $8,
                revenue_fen = $9, cost_fen = $10, branch_id = $11, seller_id = $12, version = version + 1
             WHERE id = $1 AND version = $2",
            [args![id, input.version.unwrap_or(0)], checked.values(&input)].concat(),
        )
        .await
        .map_err(|fault| taken(fault, "external_id"))?;
    if touched == 0 {
        return Err(Problem::edited_elsewhere());
    }
    let row = settle(
        &tx,
        ctx,
        may.scope(),
        id,
        &[before.customer_id, input.customer_id],
    )
    .await?;
    if let Some((old, new)) = difference(&json!(before), &json!(row)) {
        log(
            &tx,
            ctx,
            "order.update",
            "sales_order",
            id,
            Some(old),
            Some(new),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(Json(row))
}

async fn settle(
    tx: &Tx,
    ctx: &Ctx,
    scope: &Scope,
    id: Uuid,
    customers: &[Uuid],
) -> Result<OrderView, Problem> {
    let customers: BTreeSet<Uuid> = customers.iter().copied().collect();
    figures::refresh(tx, &customers, Part::Money).await?;
    for customer in &customers {
        events::tell(tx, ctx, "customer", &json!({ "id": customer })).await?;
    }
    find_scoped(tx, scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("order"))
}

/// Longest title or external number.
const TEXT_MAX: usize = 200;

struct Checked {
    external_id: Option<String>,
    title: Option<String>,
    business_day: String,
}

impl Checked {
    async fn of(tx: &Tx, ctx: &Ctx, scope: &Scope, input: &OrderInput) -> Result<Self, Problem> {
        let mut problems = Vec::new();
        if scope::find_scoped(tx, scope, input.customer_id)
            .await?
            .is_none()
        {
            problems.push(FieldProblem::new("customer_id", "field.unknown_value"));
        }
        branch_exists(tx, input.branch_id, &mut problems).await?;
        if let Some(seller) = input.seller_id
            && tx
                .scalar::<i64>("SELECT COUNT(*) FROM staff WHERE id = $1", args![seller])
                .await?
                == Some(0)
        {
            problems.push(FieldProblem::new("seller_id", "field.unknown_value"));
        }
        days::instant(&mut problems, "ordered_at", input.ordered_at, ctx.now);
        let (least, most) = match input.kind {
            OrderKind::Sale => (0, FEN_MAX),
            OrderKind::Refund => (-FEN_MAX, 0),
        };
        if !(least..=most).contains(&input.revenue_fen) {
            let code = match input.kind {
                OrderKind::Refund if input.revenue_fen > 0 => "order.refund_positive",
                OrderKind::Sale if input.revenue_fen < 0 => "order.sale_negative",
                _ => "money.out_of_range",
            };
            problems.push(FieldProblem::new("revenue_fen", code).param("max", FEN_MAX));
        }
        if input
            .cost_fen
            .is_some_and(|cost| !(-FEN_MAX..=FEN_MAX).contains(&cost))
        {
            problems
                .push(FieldProblem::new("cost_fen", "money.out_of_range").param("max", FEN_MAX));
        }
        let external_id = input.external_id.as_deref().and_then(text::clean);
        let title = input.title.as_deref().and_then(text::clean);
        for (path, value) in [("external_id", &external_id), ("title", &title)] {
            if value
                .as_deref()
                .is_some_and(|v| v.chars().count() > TEXT_MAX)
            {
                problems.push(FieldProblem::new(path, "field.too_long").param("max", TEXT_MAX));
            }
        }
        let zone = days::zone_entered(tx, input.branch_id).await?;
        match days::day_of(input.ordered_at, &zone) {
            Some(business_day) if problems.is_empty() => Ok(Self {
                external_id,
                title,
                business_day,
            }),
            _ => Err(Problem::invalid(problems)),
        }
    }

    /// In the order of the columns, `external_id` to `seller_id`.
    fn values(&self, input: &OrderInput) -> Vec<Value> {
        args![
            self.external_id.as_deref(),
            input.customer_id,
            input.kind.as_str(),
            self.title.as_deref(),
            input.ordered_at,
            self.business_day.as_str(),
            input.revenue_fen,
            input.cost_fen,
            input.branch_id,
            input.seller_id
        ]
    }
}
