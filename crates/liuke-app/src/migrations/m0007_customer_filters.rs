//! The filters of the list of customers (客户列表筛选).

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 7,
    slug: "customer_filters",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    ddl(engine, CUSTOMER)
}

/// In the order of the list as it opens and of the count. Without them a value that few customers have makes both read all
/// customers. Source and personality are unknown of most imported customers, who then cost nothing here.
const CUSTOMER: &str = "
CREATE INDEX customer_stage_created ON customer (stage, created_at DESC, id DESC);
CREATE INDEX customer_kind_created ON customer (kind, created_at DESC, id DESC);
CREATE INDEX customer_personality_created ON customer (personality, created_at DESC, id DESC) WHERE personality IS NOT NULL;
CREATE INDEX customer_source_created ON customer (source, created_at DESC, id DESC) WHERE source IS NOT NULL;
";
