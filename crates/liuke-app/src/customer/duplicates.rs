//! The blind duplicate check (查重): says that a customer exists, and shows it only to those who may see it.
//!
//! Exact keys only, a few per call; what was found outside the own scope is an audit entry.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use liuke_platform::db::{FromQueryResult, Sql as _, SqlText};
use liuke_platform::extract::Body;
use liuke_platform::fault::Fault;
use liuke_platform::identity::May;
use liuke_platform::problem::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::log::log;
use super::lookup::{MatchBy, match_by, match_key};
use super::record::Names;
use super::scope::push_scope;
use super::words::DuplicateReason;
use crate::App;
use crate::permission::CustomerRead;

/// What is about to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DuplicateInput {
    /// Not compared: two people may share a name.
    #[allow(dead_code, reason = "taken for the form's sake, never compared")]
    pub name: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub phones: Vec<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub plates: Vec<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub vins: Vec<String>,
    /// The customer that is being changed.
    pub except_id: Option<Uuid>,
}

/// Somebody who is there already. Out of scope only the reason and the branch are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct DuplicateHit {
    #[schema(inline)]
    pub reason: DuplicateReason,
    pub visible: bool,
    pub customer_id: Option<Uuid>,
    pub name: Option<String>,
    pub number: Option<String>,
    pub branch_name: Option<String>,
}

/// Most values per call: enough to enter a customer, too few to go through a list.
const MOST: usize = 20;

/// Find customers with the same phone, plate or VIN (查重)
///
/// permission: customer.read
#[utoipa::path(post, path = "/api/v1/customers/duplicates", tag = "customer", request_body = DuplicateInput,
    responses((status = 200, body = Vec<DuplicateHit>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn find_duplicates(
    State(app): State<App>,
    may: May<CustomerRead>,
    Body(input): Body<DuplicateInput>,
) -> Result<Json<Vec<DuplicateHit>>, Problem> {
    if input.phones.len() + input.plates.len() + input.vins.len() > MOST {
        return Err(Problem::invalid([FieldProblem::new(
            "phones",
            "field.too_many",
        )
        .param("max", MOST)]));
    }
    let found = customers(&app, &input).await?;
    let ids: BTreeSet<Uuid> = found.iter().map(|(_, id)| *id).collect();
    let all = heads(&app, &ids, None).await?;
    let seen = heads(&app, &ids, Some(may.scope())).await?;
    let names = Names::load(
        &app.db,
        Vec::new(),
        all.values().map(|h| h.branch_id).collect(),
    )
    .await?;
    let hits: Vec<DuplicateHit> = found
        .iter()
        .filter_map(|(reason, id)| {
            let head = all.get(id)?;
            let visible = seen.contains_key(id);
            Some(DuplicateHit {
                reason: *reason,
                visible,
                customer_id: visible.then_some(*id),
                name: visible.then(|| head.name.clone()),
                number: visible.then(|| head.number.clone()),
                branch_name: Some(names.branch(head.branch_id)),
            })
        })
        .collect();
    let hidden: Vec<Uuid> = ids
        .into_iter()
        .filter(|id| !seen.contains_key(id))
        .collect();
    if !hidden.is_empty() {
        let tx = app.db.begin().await?;
        for id in hidden {
            log(
                &tx,
                &may.ctx,
                "customer.duplicate_found",
                "customer",
                id,
                None,
                Some(json!({ "visible": false })),
            )
            .await?;
        }
        tx.commit().await?;
    }
    Ok(Json(hits))
}

async fn customers(
    app: &App,
    input: &DuplicateInput,
) -> Result<BTreeSet<(DuplicateReason, Uuid)>, Fault> {
    let mut found = BTreeSet::new();
    for (by, reason, values) in [
        (MatchBy::Phone, DuplicateReason::Phone, &input.phones),
        (MatchBy::Plate, DuplicateReason::Plate, &input.plates),
        (MatchBy::Vin, DuplicateReason::Vin, &input.vins),
    ] {
        let keys: BTreeSet<String> = values.iter().filter_map(|v| match_key(by, v)).collect();
        let matched = match_by(&app.db, by, &keys).await?;
        found.extend(
            matched
                .into_values()
                .flatten()
                .filter(|id| Some(*id) != input.except_id)
                .map(|id| (reason, id)),
        );
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Head {
    id: Uuid,
    name: String,
    number: String,
    branch_id: Uuid,
}

/// Name, number and branch of these customers; those of the scope only, where one is given.
async fn heads(
    app: &App,
    ids: &BTreeSet<Uuid>,
    scope: Option<&liuke_platform::identity::Scope>,
) -> Result<BTreeMap<Uuid, Head>, Fault> {
    let mut sql = SqlText::new(
        "SELECT c.id, c.name, c.number, c.branch_id FROM customer c WHERE c.deleted_at IS NULL AND c.id IN (",
    );
    sql.push_list(ids.iter().copied()).push(")", Vec::new());
    if let Some(scope) = scope {
        push_scope(&mut sql, scope, "c");
    }
    let (text, values) = sql.finish();
    Ok(app
        .db
        .all::<Head>(&text, values)
        .await?
        .into_iter()
        .map(|h| (h.id, h))
        .collect())
}
