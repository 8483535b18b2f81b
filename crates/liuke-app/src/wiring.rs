//! Which slice listens to which event, and who adds to what others show: the only upward references.

use liuke_platform::events::Wiring;

use crate::customer::TimelineSource;
use crate::{customer, followup, importing, slip, team, value};

/// Which jobs listen to which events.
pub fn wiring() -> Wiring {
    Wiring::new()
        .on(team::SETUP_DONE, followup::ON_SETUP)
        .on(customer::SERVICE_CLOSED, followup::ON_SERVICE_CLOSED)
        .on(slip::COUNTERSIGNED, followup::ON_SLIP_COUNTERSIGNED)
        .on(slip::SETTLED, followup::ON_SLIP_SETTLED)
        .on(importing::DONE, followup::SWEEP)
        .on(value::RANKED, followup::ON_TIERS)
}

/// Who adds to a customer's timeline (时间线来源).
pub fn timeline_sources() -> Vec<TimelineSource> {
    [
        &customer::SOURCES[..],
        &[slip::TIMELINE, followup::TIMELINE],
    ]
    .concat()
}

/// How things are called on the audit's screen: kind of thing and the statement that finds `id, label`.
const LABELS: &[(&str, &str)] = &[
    ("staff", "SELECT id, name AS label FROM staff WHERE id IN ("),
    (
        "branch",
        "SELECT id, name AS label FROM branch WHERE id IN (",
    ),
    ("team", "SELECT id, name AS label FROM team WHERE id IN ("),
    ("role", "SELECT id, name AS label FROM role WHERE id IN ("),
    (
        "api_token",
        "SELECT id, name AS label FROM api_token WHERE id IN (",
    ),
    (
        "customer",
        "SELECT id, number || ' ' || name AS label FROM customer WHERE id IN (",
    ),
    (
        "asset",
        "SELECT id, coalesce(plate, serial, vin, model) AS label FROM asset WHERE id IN (",
    ),
    (
        "sales_order",
        "SELECT id, number AS label FROM sales_order WHERE id IN (",
    ),
    (
        "service_record",
        "SELECT id, number AS label FROM service_record WHERE id IN (",
    ),
    (
        "import_batch",
        "SELECT id, number AS label FROM import_batch WHERE id IN (",
    ),
    (
        "followup_plan",
        "SELECT id, name AS label FROM followup_plan WHERE id IN (",
    ),
    (
        "followup_task",
        "SELECT id, number AS label FROM followup_task WHERE id IN (",
    ),
    ("slip", "SELECT id, number AS label FROM slip WHERE id IN ("),
];

/// The statement that finds labels of this kind of thing.
pub fn label_statement(kind: &str) -> Option<&'static str> {
    LABELS
        .iter()
        .find(|(of, _)| *of == kind)
        .map(|(_, statement)| *statement)
}
