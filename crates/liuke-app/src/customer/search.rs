//! Searching customers (搜索): by part of the name, pinyin, initials, four digits of a phone, plate, tail of a VIN, number.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Value};
use liuke_platform::extract::Params;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope, ScopeKind};
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::keys::Query;
use super::record::{Names, load};
use super::scope::push_scope;
use super::words::TierWord;
use crate::App;
use crate::permission::CustomerRead;

/// What is searched for.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    pub q: String,
    /// 1 to 50; 10 when left out.
    pub limit: Option<u32>,
}

/// A customer that was found (搜索结果).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchHit {
    pub customer_id: Uuid,
    pub name: String,
    pub number: String,
    #[schema(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    pub phone_masked: Option<String>,
    pub asset_line: Option<String>,
    pub branch_name: String,
}

/// Search customers (搜索客户)
///
/// The best first: exact matches, then by tier, then by the last visit. permission: customer.read
#[utoipa::path(get, path = "/api/v1/search", tag = "customer", params(SearchQuery),
    responses((status = 200, body = Vec<SearchHit>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn search(
    State(app): State<App>,
    may: May<CustomerRead>,
    Params(query): Params<SearchQuery>,
) -> Result<Json<Vec<SearchHit>>, Problem> {
    let limit = usize::try_from(query.limit.unwrap_or(10).clamp(1, 50)).unwrap_or(10);
    Ok(Json(find(&app.db, may.scope(), &query.q, limit).await?))
}

/// Candidates to rank.
const CANDIDATES: i64 = 60;
/// Keys read at most in one go; beyond them a narrow scope is searched from its own side.
const KEYS: i64 = 4_000;

/// The customers of the scope that a text finds, best first.
pub async fn find<S: Sql>(
    db: &S,
    scope: &Scope,
    text: &str,
    limit: usize,
) -> Result<Vec<SearchHit>, Fault> {
    let Some(query) = Query::parse(text) else {
        return Ok(Vec::new());
    };
    let (sql, values) = candidates(scope, &query);
    let mut found: Vec<Candidate> = db.all(&sql, values).await?;
    if found.len() < limit && scope.kind != ScopeKind::All && finds_very_many(db, &query).await? {
        let (sql, values) = from_the_scope(scope, &query);
        found = db.all(&sql, values).await?;
    }
    // The shortest key that fits is the exact one. A customer found by several keys stands where the best of them stands.
    found.sort_by_cached_key(|found| found.rank(&query));
    let mut best: Vec<Uuid> = Vec::with_capacity(limit);
    for found in found {
        if best.len() < limit && !best.contains(&found.customer_id) {
            best.push(found.customer_id);
        }
    }
    let mut rows = load(db, &best).await?;
    rows.sort_by_key(|row| best.iter().position(|id| *id == row.id));
    let names = Names::load(db, Vec::new(), rows.iter().map(|r| r.branch_id).collect()).await?;
    Ok(rows
        .into_iter()
        .map(|row| SearchHit {
            branch_name: names.branch(row.branch_id),
            customer_id: row.id,
            name: row.name,
            number: row.number,
            tier: row.tier,
            phone_masked: row.phone_masked,
            asset_line: row.asset_line,
        })
        .collect())
}

/// A customer with a key that fits, and what places it among the others.
#[derive(FromQueryResult)]
struct Candidate {
    k: String,
    customer_id: Uuid,
    tier: Option<String>,
    last_visit_on: Option<String>,
    created_at: i64,
}

impl Candidate {
    /// Exact first, then A before B before none, then whoever came last, then the newest.
    fn rank(&self, query: &Query) -> (bool, String, Reverse<Option<String>>, Reverse<i64>, Uuid) {
        (
            self.k != query.key,
            self.tier.clone().unwrap_or_else(|| "Z".to_owned()),
            Reverse(self.last_visit_on.clone()),
            Reverse(self.created_at),
            self.customer_id,
        )
    }
}

/// The first keys of the range whose customers lie in the scope. Index: the primary key of `customer_key`.
pub(super) fn candidates(scope: &Scope, query: &Query) -> (String, Vec<Value>) {
    let mut sql = SqlText::with(
        "SELECT f.k, f.customer_id, c.tier, c.last_visit_on, c.created_at FROM (
            SELECT q.k, q.customer_id FROM customer_key q WHERE q.k >= ? AND q.k < ? ORDER BY q.k, q.customer_id LIMIT ?
         ) f JOIN customer c ON c.id = f.customer_id WHERE c.deleted_at IS NULL",
        args![query.key.as_str(), query.end.as_str(), KEYS],
    );
    push_scope(&mut sql, scope, "c");
    sql.push(" ORDER BY f.k, f.customer_id LIMIT ?", args![CANDIDATES]);
    sql.finish()
}

/// Whether there are more keys in the range than [`candidates`] reads.
async fn finds_very_many<S: Sql>(db: &S, query: &Query) -> Result<bool, Fault> {
    let count: Option<i64> = db
        .scalar(
            "SELECT COUNT(*) FROM (SELECT q.k FROM customer_key q WHERE q.k >= $1 AND q.k < $2 LIMIT $3) counted",
            args![query.key.as_str(), query.end.as_str(), KEYS + 1],
        )
        .await?;
    Ok(count.unwrap_or(0) > KEYS)
}

/// The same from the other side: customers of the scope with their first key of the range. For few customers and a query that finds very
/// many. Index: `customer_key_customer`.
pub(super) fn from_the_scope(scope: &Scope, query: &Query) -> (String, Vec<Value>) {
    let mut sql = SqlText::with(
        "SELECT f.k, f.customer_id, f.tier, f.last_visit_on, f.created_at FROM (
            SELECT (SELECT MIN(q.k) FROM customer_key q WHERE q.customer_id = c.id AND q.k >= ? AND q.k < ?) AS k, c.id AS customer_id,
                c.tier, c.last_visit_on, c.created_at
            FROM customer c WHERE c.deleted_at IS NULL",
        args![query.key.as_str(), query.end.as_str()],
    );
    push_scope(&mut sql, scope, "c");
    sql.push(") f WHERE f.k IS NOT NULL LIMIT ?", args![CANDIDATES]);
    sql.finish()
}
