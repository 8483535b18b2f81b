//! A service record as it is entered (维修录入), and its check.

use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql as _, Tx, Value};
use liuke_platform::fault::Fault;
use liuke_platform::identity::Scope;
use liuke_platform::problem::{FieldProblem, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::assets::KM_MAX;
use super::days;
use super::scope::find_scoped;
use super::words::ServiceStatus;

/// A service record as it is entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ServiceInput {
    pub external_id: Option<String>,
    pub customer_id: Uuid,
    pub asset_id: Option<Uuid>,
    pub branch_id: Uuid,
    pub category: Option<String>,
    pub opened_at: i64,
    pub advisor_id: Option<Uuid>,
    /// For people who have no account; with `advisor_id` the account's name holds.
    pub advisor_name: Option<String>,
    pub technician_id: Option<Uuid>,
    /// For people who have no account; with `technician_id` the account's name holds.
    pub technician_name: Option<String>,
    pub work: Option<String>,
    pub parts: Option<String>,
    pub mileage_km: Option<i64>,
    pub advice: Option<String>,
    pub next_due_on: Option<String>,
    pub next_due_km: Option<i64>,
    pub revenue_fen: i64,
    pub cost_fen: Option<i64>,
    #[serde(default)]
    #[schema(required = true)]
    pub close: bool,
    /// When it was closed; now when left out.
    pub closed_at: Option<i64>,
    pub version: Option<i64>,
}

/// Longest name or category.
const TEXT_MAX: usize = 100;
/// Longest description.
const LINES_MAX: usize = 4_000;
/// More than any single order or repair: one thousand million yuan.
pub(super) const FEN_MAX: i64 = 100_000_000_000;

/// What was entered, cleaned and checked.
pub(super) struct Checked {
    external_id: Option<String>,
    pub(super) customer_id: Uuid,
    pub(super) asset_id: Option<Uuid>,
    branch_id: Uuid,
    status: &'static str,
    category: Option<String>,
    opened_at: i64,
    pub(super) closed_at: Option<i64>,
    business_day: String,
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
}

impl Checked {
    /// `closed_before`: when the record was closed, if it was.
    pub(super) async fn of(
        tx: &Tx,
        ctx: &Ctx,
        scope: &Scope,
        input: &ServiceInput,
        closed_before: Option<i64>,
    ) -> Result<Self, Problem> {
        let mut problems = Vec::new();
        let zone = days::zone_entered(tx, input.branch_id).await?;
        let today = liuke_domain::worktime::business_day(ctx.now, &zone);
        references(tx, scope, input, &mut problems).await?;
        let advisor_name = person(
            tx,
            input.advisor_id,
            input.advisor_name.as_deref(),
            "advisor_id",
            &mut problems,
        )
        .await?;
        let technician_name = person(
            tx,
            input.technician_id,
            input.technician_name.as_deref(),
            "technician_id",
            &mut problems,
        )
        .await?;
        let opened_at = days::instant(&mut problems, "opened_at", input.opened_at, ctx.now);
        let closed_at = input.close.then(|| {
            input
                .closed_at
                .or(closed_before)
                .unwrap_or_else(|| ctx.now_ms())
        });
        if let Some(closed_at) = closed_at {
            days::instant(&mut problems, "closed_at", closed_at, ctx.now);
            if closed_at < opened_at {
                problems.push(FieldProblem::new("closed_at", "field.before_opening"));
            }
        }
        for (path, km) in [
            ("mileage_km", input.mileage_km),
            ("next_due_km", input.next_due_km),
        ] {
            if km.is_some_and(|km| !(0..=KM_MAX).contains(&km)) {
                problems.push(
                    FieldProblem::new(path, "field.out_of_range")
                        .param("min", 0)
                        .param("max", KM_MAX),
                );
            }
        }
        for (path, fen) in [
            ("revenue_fen", Some(input.revenue_fen)),
            ("cost_fen", input.cost_fen),
        ] {
            if fen.is_some_and(|fen| !(0..=FEN_MAX).contains(&fen)) {
                problems.push(FieldProblem::new(path, "money.out_of_range").param("max", FEN_MAX));
            }
        }
        let next_due_on = days::day(
            &mut problems,
            "next_due_on",
            input.next_due_on.as_deref(),
            today,
            true,
        );
        let mut lines = |path: &str, value: &Option<String>| {
            let cleaned = value.as_deref().and_then(text::clean_lines);
            if cleaned
                .as_deref()
                .is_some_and(|v| v.chars().count() > LINES_MAX)
            {
                problems.push(FieldProblem::new(path, "field.too_long").param("max", LINES_MAX));
            }
            cleaned
        };
        let work = lines("work", &input.work);
        let parts = lines("parts", &input.parts);
        let advice = lines("advice", &input.advice);
        let category = input.category.as_deref().and_then(text::clean);
        let external_id = input.external_id.as_deref().and_then(text::clean);
        for (path, value) in [("category", &category), ("external_id", &external_id)] {
            if value
                .as_deref()
                .is_some_and(|v| v.chars().count() > TEXT_MAX)
            {
                problems.push(FieldProblem::new(path, "field.too_long").param("max", TEXT_MAX));
            }
        }
        let day = days::day_of(closed_at.unwrap_or(opened_at), &zone);
        let business_day = match day {
            Some(day) if problems.is_empty() => day,
            _ => return Err(Problem::invalid(problems)),
        };
        Ok(Self {
            external_id,
            customer_id: input.customer_id,
            asset_id: input.asset_id,
            branch_id: input.branch_id,
            status: if closed_at.is_some() {
                ServiceStatus::Closed.as_str()
            } else {
                ServiceStatus::Open.as_str()
            },
            category,
            opened_at,
            closed_at,
            business_day,
            advisor_id: input.advisor_id,
            advisor_name,
            technician_id: input.technician_id,
            technician_name,
            work,
            parts,
            mileage_km: input.mileage_km,
            advice,
            next_due_on,
            next_due_km: input.next_due_km,
            revenue_fen: input.revenue_fen,
            cost_fen: input.cost_fen,
        })
    }

    /// In the order of the columns, `external_id` to `cost_fen`.
    pub(super) fn values(&self) -> Vec<Value> {
        args![
            self.external_id.as_deref(),
            self.customer_id,
            self.asset_id,
            self.branch_id,
            self.status,
            self.category.as_deref(),
            self.opened_at,
            self.closed_at,
            self.business_day.as_str(),
            self.advisor_id,
            self.advisor_name.as_deref(),
            self.technician_id,
            self.technician_name.as_deref(),
            self.work.as_deref(),
            self.parts.as_deref(),
            self.mileage_km,
            self.advice.as_deref(),
            self.next_due_on.as_deref(),
            self.next_due_km,
            self.revenue_fen,
            self.cost_fen
        ]
    }
}

/// Customer in the scope, asset of that customer, branch that exists.
async fn references(
    tx: &Tx,
    scope: &Scope,
    input: &ServiceInput,
    problems: &mut Vec<FieldProblem>,
) -> Result<(), Fault> {
    if find_scoped(tx, scope, input.customer_id).await?.is_none() {
        problems.push(FieldProblem::new("customer_id", "field.unknown_value"));
    }
    if let Some(asset_id) = input.asset_id {
        let count: Option<i64> = tx
            .scalar(
                "SELECT COUNT(*) FROM asset WHERE id = $1 AND customer_id = $2",
                args![asset_id, input.customer_id],
            )
            .await?;
        if count == Some(0) {
            problems.push(FieldProblem::new("asset_id", "field.unknown_value"));
        }
    }
    branch_exists(tx, input.branch_id, problems).await
}

pub(super) async fn branch_exists(
    tx: &Tx,
    id: Uuid,
    problems: &mut Vec<FieldProblem>,
) -> Result<(), Fault> {
    let count: Option<i64> = tx
        .scalar("SELECT COUNT(*) FROM branch WHERE id = $1", args![id])
        .await?;
    if count == Some(0) {
        problems.push(FieldProblem::new("branch_id", "field.unknown_value"));
    }
    Ok(())
}

/// The name to store: of the account, or as written.
async fn person(
    tx: &Tx,
    id: Option<Uuid>,
    written: Option<&str>,
    path: &str,
    problems: &mut Vec<FieldProblem>,
) -> Result<Option<String>, Fault> {
    let Some(id) = id else {
        return Ok(written
            .and_then(text::clean)
            .map(|n| text::truncate(&n, TEXT_MAX).to_owned()));
    };
    let name: Option<String> = tx
        .scalar("SELECT name FROM staff WHERE id = $1", args![id])
        .await?;
    if name.is_none() {
        problems.push(FieldProblem::new(path, "field.unknown_value"));
    }
    Ok(name)
}
