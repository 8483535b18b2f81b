//! The list of customers (客户列表), how many there are, and the tags in use.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use liuke_platform::args;
use liuke_platform::db::{Engine, FromQueryResult, Sql, SqlText};
use liuke_platform::extract::Params;
use liuke_platform::identity::{AnyStaff, May, Scope};
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::Deserialize;
use uuid::Uuid;

use super::card::row_view;
use super::days;
use super::filter::{CustomerFilter, SortKey};
use super::record::{COLUMNS, CustomerRecord, Names, tags_of};
use super::views::{COUNT_CAP, Count, CustomerRow};
use super::words::CustomerSort;
use crate::App;
use crate::permission::CustomerRead;

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(flatten)]
    pub(super) filter: CustomerFilter,
    #[serde(flatten)]
    pub(super) page: PageQuery,
    pub(super) sort: Option<CustomerSort>,
}

/// List customers (客户列表)
///
/// permission: customer.read
#[utoipa::path(get, path = "/api/v1/customers", tag = "customer", params(CustomerFilter, ("sort" = inline(Option<CustomerSort>), Query), PageQuery),
    responses((status = 200, body = Page<CustomerRow>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list_customers(
    State(app): State<App>,
    may: May<CustomerRead>,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<CustomerRow>>, Problem> {
    let today = days::of_company(&app.db, may.ctx.now).await?;
    let sort = query.sort.unwrap_or(CustomerSort::CreatedDesc);
    let page = page(
        &app.db,
        may.scope(),
        &query.filter,
        sort,
        today,
        &query.page,
        row_view,
    )
    .await?;
    Ok(Json(page))
}

#[derive(FromQueryResult)]
struct ListRow {
    #[row(nested)]
    record: CustomerRecord,
    sort_key: String,
}

/// One page, with names and tags of its rows only; `view` makes of each what is shown.
pub(super) async fn page<S: Sql, T>(
    db: &S,
    scope: &Scope,
    filter: &CustomerFilter,
    sort: CustomerSort,
    today: Date,
    query: &PageQuery,
    view: fn(CustomerRecord, &Names, Vec<String>) -> T,
) -> Result<Page<T>, Problem> {
    let (text, values) = statement(
        db.engine(),
        scope,
        filter,
        sort,
        today,
        query.after()?,
        query.fetch(),
    )?;
    let rows: Vec<ListRow> = db.all(&text, values).await?;
    let page = Page::cut(rows, query, |row| sort.key(&row.record, &row.sort_key));
    let owners = page.items.iter().map(|row| row.record.owner_id).collect();
    let branches = page.items.iter().map(|row| row.record.branch_id).collect();
    let names = Names::load(db, owners, branches).await?;
    let ids: Vec<Uuid> = page.items.iter().map(|row| row.record.id).collect();
    let mut tags = tags_of(db, &ids).await?;
    Ok(page.map(|row| {
        let tags = tags.remove(&row.record.id).unwrap_or_default();
        view(row.record, &names, tags)
    }))
}

/// The query of a page. Indexes: `customer_created`, `customer_sort`, `customer_visit`, `customer_revenue`, their forms by branch and
/// tier, and those of m0007 for the other filters.
pub(super) fn statement(
    engine: Engine,
    scope: &Scope,
    filter: &CustomerFilter,
    sort: CustomerSort,
    today: Date,
    after: Option<SortKey>,
    fetch: i64,
) -> Result<(String, Vec<liuke_platform::db::Value>), Problem> {
    let mut sql = SqlText::new(format!(
        "SELECT {COLUMNS}, c.sort_key FROM customer c WHERE 1 = 1"
    ));
    // In other orders PostgreSQL knows from its statistics whether the value is rare enough to be looked up and sorted.
    let look_up = sort == CustomerSort::CreatedDesc || engine == Engine::Postgres;
    filter.push(&mut sql, scope, today, look_up)?;
    sort.push(&mut sql, after)?;
    sql.push(" LIMIT ?", args![fetch]);
    Ok(sql.finish())
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct CountQuery {
    #[serde(flatten)]
    filter: CustomerFilter,
}

/// Count customers (客户数量)
///
/// Stops at 999, so that it costs the same however many there are. permission: customer.read
#[utoipa::path(get, path = "/api/v1/customers/count", tag = "customer", params(CustomerFilter),
    responses((status = 200, body = Count), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn count_customers(
    State(app): State<App>,
    may: May<CustomerRead>,
    Params(query): Params<CountQuery>,
) -> Result<Json<Count>, Problem> {
    let today = days::of_company(&app.db, may.ctx.now).await?;
    let mut sql = SqlText::new("SELECT COUNT(*) FROM (SELECT c.id FROM customer c WHERE 1 = 1");
    query.filter.push(&mut sql, may.scope(), today, true)?;
    sql.push(
        " ORDER BY c.created_at DESC, c.id DESC LIMIT ?) counted",
        args![COUNT_CAP + 1],
    );
    let (text, values) = sql.finish();
    let count: i64 = app.db.scalar(&text, values).await?.unwrap_or(0);
    Ok(Json(Count {
        count: count.min(COUNT_CAP),
        capped: count > COUNT_CAP,
    }))
}

/// Most tags offered.
const TAGS: i64 = 500;

/// List the tags in use (标签)
///
/// permission: any
#[utoipa::path(get, path = "/api/v1/tags", tag = "customer",
    responses((status = 200, body = Vec<String>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list_tags(
    State(app): State<App>,
    _any: AnyStaff,
) -> Result<Json<Vec<String>>, Problem> {
    #[derive(FromQueryResult)]
    struct TagRow {
        tag: String,
    }
    // Hops from tag to tag along the index instead of reading every row of it.
    let rows: Vec<TagRow> = app
        .db
        .all(
            "WITH RECURSIVE hop(tag, n) AS (
                SELECT (SELECT MIN(t.tag) FROM customer_tag t), 1
                UNION ALL
                SELECT (SELECT MIN(t.tag) FROM customer_tag t WHERE t.tag > hop.tag), hop.n + 1 FROM hop
                WHERE hop.tag IS NOT NULL AND hop.n < $1
             ) SELECT tag FROM hop WHERE tag IS NOT NULL",
            args![TAGS],
        )
        .await?;
    Ok(Json(rows.into_iter().map(|row| row.tag).collect()))
}
