//! Further lines of orders that the same import has made (订单明细行), and which customers an importer may write.

use std::collections::{BTreeMap, BTreeSet};

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::Scope;
use uuid::Uuid;

use super::orders::NewOrder;
use crate::customer::batch::IDS;
use crate::customer::figures::{self, Part};
use crate::customer::keys::index;
use crate::customer::scope::push_scope;

/// An order that this import has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnOrder {
    /// The order.
    pub id: Uuid,
    /// Whose.
    pub customer_id: Uuid,
}

/// Orders that an import has made, by their number in the other system.
pub async fn orders_of_import<S: Sql>(
    db: &S,
    import_id: Uuid,
    external_ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, OwnOrder>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        external_id: String,
        id: Uuid,
        customer_id: Uuid,
    }
    let keys: Vec<&str> = external_ids.iter().map(String::as_str).collect();
    let mut found = BTreeMap::new();
    for some in keys.chunks(IDS) {
        let mut sql = SqlText::with(
            "SELECT external_id, id, customer_id FROM sales_order WHERE import_id = ? AND external_id IN (",
            args![import_id],
        );
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        let (text, values) = sql.finish();
        for row in db.all::<Row>(&text, values).await? {
            found.insert(
                row.external_id,
                OwnOrder {
                    id: row.id,
                    customer_id: row.customer_id,
                },
            );
        }
    }
    Ok(found)
}

/// Adds lines to orders: money adds up, the first title stays. An order that ends below nothing is a refund.
pub async fn add_order_lines(tx: &Tx, rows: &[(Uuid, NewOrder)]) -> Result<(), Fault> {
    for (id, line) in rows {
        tx.run(
            "UPDATE sales_order SET revenue_fen = revenue_fen + $2,
                cost_fen = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN cost_fen ELSE COALESCE(cost_fen, 0) + CAST($3 AS BIGINT) END,
                title = COALESCE(title, $4),
                kind = CASE WHEN revenue_fen + $2 < 0 THEN 'refund' ELSE kind END
             WHERE id = $1",
            args![*id, line.revenue_fen, line.cost_fen, line.title.as_deref()],
        )
        .await?;
    }
    figures::refresh(
        tx,
        &rows.iter().map(|(_, line)| line.customer_id).collect(),
        Part::Money,
    )
    .await
}

/// Those of the customers that lie in the scope.
pub async fn visible<S: Sql>(
    db: &S,
    scope: &Scope,
    ids: &BTreeSet<Uuid>,
) -> Result<BTreeSet<Uuid>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let mut found = BTreeSet::new();
    for some in ids.chunks(IDS) {
        let mut sql = SqlText::new("SELECT c.id FROM customer c WHERE c.id IN (");
        sql.push_list(some.iter().copied()).push(")", Vec::new());
        push_scope(&mut sql, scope, "c");
        let (text, values) = sql.finish();
        found.extend(
            db.all::<Row>(&text, values)
                .await?
                .into_iter()
                .map(|row| row.id),
        );
    }
    Ok(found)
}

/// Computes search keys and repeated columns of customers anew, after their rows were written another way.
pub async fn settle(tx: &Tx, customers: &BTreeSet<Uuid>) -> Result<(), Fault> {
    for part in [Part::Phone, Part::Assets, Part::Money] {
        figures::refresh(tx, customers, part).await?;
    }
    index(tx, customers).await
}
