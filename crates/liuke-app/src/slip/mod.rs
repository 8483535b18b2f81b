//! 反馈单: a dissatisfaction is answered, signed, countersigned and confirmed by another caller.
//!
//! Others may [`raise`] a slip and [`settle`] it in their own transaction, read it as rows and views, and listen to
//! [`COUNTERSIGNED`] and [`SETTLED`]. What was signed is kept word for word in `slip_event`; `hash_ok` of the view tells whether
//! it still fits.

mod actions;
mod http;
pub mod paper;
mod printed;
mod seal;
mod store;
mod timeline;
mod view;
mod views;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope};
use liuke_platform::jobs::Jobs;
use uuid::Uuid;

use crate::App;

pub use actions::{COUNTERSIGNED, Raise, SETTLED, TOPIC, check_confirm, raise, settle};
pub use http::routes;
pub use seal::given;
pub use store::Waiting;
pub use timeline::TIMELINE;
pub use views::{SlipConfirm, SlipRow, SlipView};

/// Background work of this capability: none, it only tells others.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all
}

/// The slips of a customer that are not closed, as lists show them.
pub async fn open_of(
    db: &impl Sql,
    who: &Identity,
    customer_id: Uuid,
    now: Timestamp,
) -> Result<Vec<SlipRow>, Fault> {
    let slips = store::open_of(db, &who.scope, customer_id).await?;
    slips.iter().map(|slip| view::row(slip, who, now)).collect()
}

/// A slip in full, for somebody who has its confirming call on the screen and so may read it.
pub async fn for_caller(
    db: &impl Sql,
    who: &Identity,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<SlipView>, Fault> {
    match store::find(db, &Scope::unlimited(), id).await? {
        Some(slip) => Ok(Some(view::full(db, &slip, who, now).await?)),
        None => Ok(None),
    }
}

/// A slip in full, of the reader's scope.
pub async fn for_reader(
    db: &impl Sql,
    who: &Identity,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<SlipView>, Fault> {
    match store::find(db, &who.scope, id).await? {
        Some(slip) => Ok(Some(view::full(db, &slip, who, now).await?)),
        None => Ok(None),
    }
}

/// How many slips wait for an act of the reader, by the reader's rights: the same as the list with `mine`.
pub async fn waiting(db: &impl Sql, who: &Identity, now: Timestamp) -> Result<Waiting, Fault> {
    if !who.may("slip.read") {
        return Ok(Waiting::default());
    }
    store::waiting(db, &who.scope, view::awaits_me(who), now.as_millisecond()).await
}

/// Who had a hand in a slip and so does not make its confirming call.
#[derive(Debug, Clone)]
pub struct Parties {
    /// The customer.
    pub customer_id: Uuid,
    /// Where it belongs.
    pub branch_id: Uuid,
    /// The vehicle or equipment.
    pub asset_id: Option<Uuid>,
    /// The service record it is about.
    pub service_record_id: Option<Uuid>,
    /// Number.
    pub number: String,
    /// The problem.
    pub problem: String,
    /// Which round it is in.
    pub reopened_count: i64,
    /// Who raised it.
    pub raised_by: Uuid,
    /// Who was responsible, answered or countersigned.
    pub signed: Vec<Uuid>,
    /// Whether it waits for its confirming call.
    pub awaits_confirmation: bool,
}

/// Who had a hand in a slip.
pub async fn parties(db: &impl Sql, id: Uuid) -> Result<Option<Parties>, Fault> {
    Ok(store::find(db, &Scope::unlimited(), id)
        .await?
        .map(|slip| Parties {
            customer_id: slip.customer_id,
            branch_id: slip.branch_id,
            asset_id: slip.asset_id,
            service_record_id: slip.service_record_id,
            number: slip.number,
            problem: slip.problem,
            reopened_count: slip.reopened_count,
            raised_by: slip.raised_by,
            signed: [slip.responsible_id, slip.answered_by, slip.countersigned_by]
                .into_iter()
                .flatten()
                .collect(),
            awaits_confirmation: slip.state == "countersigned",
        }))
}
