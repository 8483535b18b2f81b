//! The customer's own contact window (可联系时段).

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 2,
    slug: "contact_window",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    ddl(engine, CUSTOMER)
}

/// `HH:MM` in the time of the branch, both or none.
const CUSTOMER: &str = "
ALTER TABLE customer ADD COLUMN contact_from {text};
ALTER TABLE customer ADD COLUMN contact_to {text} CHECK ((contact_from IS NULL) = (contact_to IS NULL));
";
