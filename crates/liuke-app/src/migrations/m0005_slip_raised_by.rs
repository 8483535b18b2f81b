//! Reports see who raised a slip (提出人).

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 5,
    slug: "slip_raised_by",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    ddl(engine, SLIP)
}

/// `staff_id` is who is responsible.
const SLIP: &str = "
DROP VIEW v_slip;
CREATE VIEW v_slip AS
    SELECT id, number, customer_id, task_id, branch_id, responsible_id AS staff_id, raised_by, raised_at, raised_day,
           due_at, state, closed_at, closed_day, reopened_count
    FROM slip;
";
