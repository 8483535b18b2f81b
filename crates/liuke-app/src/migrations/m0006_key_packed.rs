//! SQLite keeps the keys of customers (检索键) once less: in the primary key alone. They are more than half of a database, and
//! written with every customer. PostgreSQL has no such tables, and nothing changes there.

use liuke_platform::db::Engine;
use liuke_platform::migrate::{Migration, ddl};

pub(super) const MIGRATION: Migration = Migration {
    number: 6,
    slug: "key_packed",
    up,
};

fn up(engine: Engine) -> Vec<String> {
    match engine {
        Engine::Sqlite => ddl(engine, KEYS),
        Engine::Postgres => Vec::new(),
    }
}

const KEYS: &str = "
CREATE TABLE customer_key_packed (
    k {key} NOT NULL,
    customer_id {id} NOT NULL REFERENCES customer(id),
    PRIMARY KEY (k, customer_id)
) WITHOUT ROWID;
INSERT INTO customer_key_packed (k, customer_id) SELECT k, customer_id FROM customer_key ORDER BY k, customer_id;
DROP TABLE customer_key;
ALTER TABLE customer_key_packed RENAME TO customer_key;
CREATE INDEX customer_key_customer ON customer_key (customer_id, k);
";
