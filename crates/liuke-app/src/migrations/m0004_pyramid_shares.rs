//! The shares a month was ranked by (当月的比例).

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 4,
    slug: "pyramid_shares",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    ddl(engine, VALUE)
}

/// Of months ranked before, the shares are not known: the textbook's are the likeliest.
const VALUE: &str = "
ALTER TABLE tier_month ADD COLUMN shares_bp {text} NOT NULL DEFAULT '[100,400,1500,8000]';
";
