//! Every SQL statement of the pyramid.

use liuke_domain::period::DayRange;
use liuke_domain::pyramid::{Basis, Tier};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::Scope;
use uuid::Uuid;

use crate::customer;

/// A month as it was ranked (月度快照).
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct MonthRow {
    pub(super) month: String,
    pub(super) basis: String,
    pub(super) from_day: String,
    pub(super) to_day: String,
    pub(super) ranked: i64,
    pub(super) newcomers: i64,
    pub(super) total_fen: i64,
    pub(super) tiers: String,
    /// Shares of A, B, C and D it was ranked by, as JSON.
    pub(super) shares_bp: String,
    pub(super) moved_up: i64,
    pub(super) moved_down: i64,
    pub(super) ran_at: i64,
}

/// What one customer brought in the period, best first in `place`.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct MemberRow {
    pub(super) customer_id: Uuid,
    pub(super) name: String,
    pub(super) number: String,
    pub(super) place: i64,
    pub(super) tier: String,
    pub(super) previous_tier: Option<String>,
    pub(super) amount_fen: i64,
    pub(super) orders: i64,
    pub(super) branch_name: String,
    pub(super) newcomer: bool,
}

/// One month of one customer.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct HistoryRow {
    pub(super) month: String,
    pub(super) tier: String,
    pub(super) place: i64,
    pub(super) amount_fen: i64,
}

/// Heads, money and movement of one tier. 'A' sorts before 'D', so a smaller letter is a higher tier.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct TierRow {
    pub(super) tier: String,
    pub(super) heads: i64,
    pub(super) amount_fen: i64,
    pub(super) threshold_fen: i64,
    pub(super) up: i64,
    pub(super) down: i64,
}

/// Months that were ranked, newest first.
pub(super) async fn months(db: &impl Sql) -> Result<Vec<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        month: String,
    }
    let rows: Vec<Row> = db
        .all(
            "SELECT month FROM tier_month ORDER BY month DESC LIMIT 120",
            args![],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.month).collect())
}

/// One ranked month.
pub(super) async fn month(db: &impl Sql, month: &str) -> Result<Option<MonthRow>, Fault> {
    db.one(
        "SELECT month, basis, from_day, to_day, ranked, newcomers, total_fen, tiers, shares_bp, moved_up,
                moved_down, ran_at
         FROM tier_month WHERE month = $1",
        args![month],
    )
    .await
}

/// What each customer brought in the period: orders and closed service records, refunds negative.
///
/// Only customers with at least one of them in the period are ranked (rule 1 of `liuke_domain::pyramid`). A record
/// without a cost counts as cost 0 under profit, as the page says.
const AMOUNTS: &str = "
    SELECT s.customer_id, SUM(s.amount) AS amount, SUM(s.counted) AS orders
    FROM (
        SELECT o.customer_id, SUM(o.revenue_fen - $3 * COALESCE(o.cost_fen, 0)) AS amount, COUNT(*) AS counted
        FROM sales_order o WHERE o.business_day >= $1 AND o.business_day <= $2 GROUP BY o.customer_id
        UNION ALL
        SELECT r.customer_id, SUM(r.revenue_fen - $3 * COALESCE(r.cost_fen, 0)) AS amount, COUNT(*) AS counted
        FROM service_record r WHERE r.status = 'closed' AND r.business_day >= $1 AND r.business_day <= $2
        GROUP BY r.customer_id
    ) s JOIN customer c ON c.id = s.customer_id AND c.deleted_at IS NULL
    GROUP BY s.customer_id";

fn amount_args(period: DayRange, basis: Basis) -> Vec<liuke_platform::db::Value> {
    let profit: i64 = match basis {
        Basis::Revenue => 0,
        Basis::Profit => 1,
    };
    args![period.from.to_string(), period.to.to_string(), profit]
}

/// How many will be ranked.
pub(super) async fn count_ranked(db: &impl Sql, period: DayRange) -> Result<i64, Fault> {
    let count: Option<i64> = db
        .scalar(
            "SELECT COUNT(*) FROM (
                SELECT customer_id FROM sales_order WHERE business_day >= $1 AND business_day <= $2
                UNION SELECT customer_id FROM service_record
                      WHERE status = 'closed' AND business_day >= $1 AND business_day <= $2) s
             JOIN customer c ON c.id = s.customer_id AND c.deleted_at IS NULL",
            args![period.from.to_string(), period.to.to_string()],
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// Ranks all into the month's rows by the head counts of the first three tiers (cumulative `cuts`).
///
/// Order: amount, largest first; ties by the id, which is the order of entry. Amounts of 0 or less are never above D.
/// A newcomer was entered at `first_seen_from` or later and neither bought nor came before the period: an archive that
/// is imported before its old orders is not new.
pub(super) async fn rank(
    tx: &Tx,
    month: &str,
    period: DayRange,
    basis: Basis,
    cuts: [i64; 3],
    first_seen_from: i64,
    previous: Option<&str>,
) -> Result<(), Fault> {
    tx.run("DELETE FROM tier_result WHERE month = $1", args![month])
        .await?;
    let [a, b, c] = cuts;
    let sql = format!(
        "INSERT INTO tier_result (month, customer_id, tier, place, amount_fen, orders, newcomer, previous_tier)
         SELECT $4, p.customer_id,
                CASE WHEN p.amount <= 0 THEN 'D' WHEN p.place <= $5 THEN 'A' WHEN p.place <= $6 THEN 'B'
                     WHEN p.place <= $7 THEN 'C' ELSE 'D' END,
                p.place, p.amount, p.orders,
                c.created_at >= $8 AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.customer_id = c.id AND o.business_day < $1)
                  AND NOT EXISTS (SELECT 1 FROM service_record r WHERE r.customer_id = c.id AND r.business_day < $1),
                b.tier
         FROM (SELECT a.customer_id, a.amount, a.orders,
                      ROW_NUMBER() OVER (ORDER BY a.amount DESC, a.customer_id) AS place
               FROM ({AMOUNTS}) a) p
         JOIN customer c ON c.id = p.customer_id
         LEFT JOIN tier_result b ON b.month = $9 AND b.customer_id = p.customer_id"
    );
    let mut values = amount_args(period, basis);
    values.extend(args![
        month,
        a,
        b,
        c,
        first_seen_from,
        previous.unwrap_or_default()
    ]);
    tx.run(&sql, values).await?;
    Ok(())
}

/// Heads, money, lowest amount and movement per tier of a month, of the customers the reader may see: the rows that
/// [`members`] lists. Uses index tier_result_place.
pub(super) async fn tiers(
    db: &impl Sql,
    scope: &Scope,
    month: &str,
) -> Result<Vec<TierRow>, Fault> {
    let mut sql = SqlText::with(
        "SELECT t.tier, COUNT(*) AS heads, CAST(SUM(t.amount_fen) AS BIGINT) AS amount_fen,
                MIN(t.amount_fen) AS threshold_fen,
                SUM(CASE WHEN t.tier < t.previous_tier THEN 1 ELSE 0 END) AS up,
                SUM(CASE WHEN t.tier > t.previous_tier THEN 1 ELSE 0 END) AS down
         FROM tier_result t JOIN customer c ON c.id = t.customer_id WHERE t.month = ?",
        args![month],
    );
    customer::push_scope(&mut sql, scope, "c");
    sql.push(" GROUP BY t.tier ORDER BY t.tier", args![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// Customers first seen in the period who are not ranked in it (新客, rule 1), as far as the reader may see them.
///
/// First seen is the earlier of the entry and the first order or visit. `instants` are the period's, the second outside.
pub(super) async fn count_newcomers(
    db: &impl Sql,
    scope: &Scope,
    month: &str,
    period: DayRange,
    instants: (i64, i64),
) -> Result<i64, Fault> {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let (from_ms, until_ms) = instants;
    let mut sql = SqlText::with(
        "SELECT COUNT(*) FROM customer c WHERE c.deleted_at IS NULL AND c.created_at >= ?
         AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.customer_id = c.id AND o.business_day < ?)
         AND NOT EXISTS (SELECT 1 FROM service_record r WHERE r.customer_id = c.id AND r.business_day < ?)
         AND (c.created_at < ?
              OR EXISTS (SELECT 1 FROM sales_order o WHERE o.customer_id = c.id AND o.business_day <= ?)
              OR EXISTS (SELECT 1 FROM service_record r WHERE r.customer_id = c.id AND r.business_day <= ?))
         AND NOT EXISTS (SELECT 1 FROM tier_result t WHERE t.month = ? AND t.customer_id = c.id)",
        args![from_ms, from.clone(), from, until_ms, to.clone(), to, month],
    );
    customer::push_scope(&mut sql, scope, "c");
    let (text, values) = sql.into_parts();
    Ok(db.scalar(&text, values).await?.unwrap_or(0))
}

/// Keeps the summary of a month that is open.
pub(super) async fn put_month(tx: &Tx, row: &MonthRow) -> Result<(), Fault> {
    tx.run(
        "UPDATE tier_month SET basis = $2, from_day = $3, to_day = $4, ranked = $5, newcomers = $6, total_fen = $7,
            tiers = $8, shares_bp = $9, moved_up = $10, moved_down = $11, ran_at = $12 WHERE month = $1",
        args![
            row.month.clone(),
            row.basis.clone(),
            row.from_day.clone(),
            row.to_day.clone(),
            row.ranked,
            row.newcomers,
            row.total_fen,
            row.tiers.clone(),
            row.shares_bp.clone(),
            row.moved_up,
            row.moved_down,
            row.ran_at
        ],
    )
    .await?;
    Ok(())
}

/// Opens a month, whose members refer to it; whether it is new. Of two runs at once only one opens it.
pub(super) async fn open_month(
    tx: &Tx,
    month: &str,
    period: DayRange,
    basis: Basis,
    now: i64,
) -> Result<bool, Fault> {
    let opened = tx
        .run(
            "INSERT INTO tier_month (month, basis, from_day, to_day, ranked, newcomers, total_fen, tiers, moved_up, moved_down, ran_at)
             VALUES ($1, $2, $3, $4, 0, 0, 0, '[]', 0, 0, $5) ON CONFLICT (month) DO NOTHING",
            args![month, basis.as_str(), period.from.to_string(), period.to.to_string(), now],
        )
        .await?;
    Ok(opened == 1)
}

/// Writes the month's tier to the customers whose tier changed, and takes it from those who are no longer ranked.
pub(super) async fn write_tiers(tx: &Tx, month: &str) -> Result<u64, Fault> {
    let changed = tx
        .run(
            "UPDATE customer SET tier = (SELECT t.tier FROM tier_result t WHERE t.month = $1 AND t.customer_id = customer.id)
             WHERE id IN (SELECT t.customer_id FROM tier_result t JOIN customer c ON c.id = t.customer_id
                          WHERE t.month = $1 AND c.tier IS DISTINCT FROM t.tier)",
            args![month],
        )
        .await?;
    let lost = tx
        .run(
            "UPDATE customer SET tier = NULL WHERE tier IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM tier_result t WHERE t.month = $1 AND t.customer_id = customer.id)",
            args![month],
        )
        .await?;
    Ok(changed + lost)
}

/// Members of a tier the reader may see, best first. Uses index tier_result_place: no place of a lower tier comes before
/// one of a higher, so that the order of tiers and places is that of places.
pub(super) async fn members(
    db: &impl Sql,
    scope: &Scope,
    month: &str,
    tier: Option<Tier>,
    after: Option<(String, i64)>,
    fetch: i64,
) -> Result<Vec<MemberRow>, Fault> {
    let mut sql = SqlText::new(
        "SELECT t.customer_id, c.name, c.number, t.place, t.tier, t.previous_tier, t.amount_fen, t.orders,
                b.name AS branch_name, t.newcomer
         FROM tier_result t JOIN customer c ON c.id = t.customer_id JOIN branch b ON b.id = c.branch_id
         WHERE",
    );
    sql.push(" t.month = ?", args![month]);
    if let Some(tier) = tier {
        sql.push(" AND t.tier = ?", args![tier.as_str()]);
    }
    if let Some((tier, place)) = after {
        sql.push(" AND (t.tier, t.place) > (?, ?)", args![tier, place]);
    }
    let (text, values) = customer::scope_filter(scope, "c");
    sql.push(&format!(" AND {text}"), values);
    sql.push(" ORDER BY t.tier, t.place LIMIT ?", args![fetch]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// The months of one customer, newest first.
pub(super) async fn history(db: &impl Sql, customer: Uuid) -> Result<Vec<HistoryRow>, Fault> {
    db.all(
        "SELECT month, tier, place, amount_fen FROM tier_result WHERE customer_id = $1 ORDER BY month DESC LIMIT 24",
        args![customer],
    )
    .await
}
