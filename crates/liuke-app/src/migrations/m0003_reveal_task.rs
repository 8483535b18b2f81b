//! The follow-up a number was shown for (为哪次回访查看号码).

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 3,
    slug: "reveal_task",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    ddl(engine, REVEAL)
}

/// Set when the number was shown to whoever had to call; such a row does not count against the day's limit.
const REVEAL: &str = "
ALTER TABLE customer_reveal ADD COLUMN task_id {id} REFERENCES followup_task(id);
";
