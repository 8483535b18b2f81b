//! What a database enforces and derives besides its columns (数据约束): checks, defaults, conditions of indexes, views and
//! triggers, in a form in which both engines can be compared. For tests.
//!
//! The engines keep these as text, each in its own way. [`plain`] takes out what only differs in writing: case, space,
//! casts, qualified names, and brackets, so that `a AND (b OR c)` and `(a AND b) OR c` are held to be the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::FromQueryResult;

use crate::args;
use crate::db::{Engine, Sql};
use crate::fault::Fault;

/// The rules of a database, each by table (or view) and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// CHECK conditions by table.
    pub checks: BTreeMap<String, BTreeSet<String>>,
    /// Defaults by table and column.
    pub defaults: BTreeMap<(String, String), String>,
    /// Conditions of partial indexes by index.
    pub partial: BTreeMap<String, String>,
    /// Views: what they select.
    pub views: BTreeMap<String, String>,
    /// Triggers: table, and when. Their bodies are of different languages and not compared; nor is TRUNCATE, which SQLite
    /// does not have.
    pub triggers: BTreeSet<(String, String)>,
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    table_name: String,
    name: String,
    text: String,
}

/// Reads the rules of a database.
pub async fn rules(db: &impl Sql) -> Result<Rules, Fault> {
    let engine = db.engine();
    let sql = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    let mut found = Rules::default();
    for row in db.all::<Row>(sql, args![]).await? {
        match row.kind.as_str() {
            "table" => {
                for check in checks(&row.text) {
                    found.check(&row.table_name, &check);
                }
            }
            "check" => found.check(&row.table_name, &row.text),
            "default" => {
                found
                    .defaults
                    .insert((row.table_name, row.name), plain(&row.text));
            }
            "index" => {
                let condition = after(&row.text, " WHERE ").unwrap_or(&row.text);
                found.partial.insert(row.name, plain(condition));
            }
            "view" => {
                let select = after(&row.text, " AS\n").or_else(|| after(&row.text, " AS "));
                // PostgreSQL gives the SELECT alone.
                let select = match engine {
                    Engine::Sqlite => select.unwrap_or(&row.text),
                    Engine::Postgres => &row.text,
                };
                found.views.insert(row.name, plain(select));
            }
            _ => {
                let when = match engine {
                    Engine::Sqlite => row.text.as_str().trim_start_matches("CREATE TRIGGER "),
                    Engine::Postgres => &row.text,
                };
                let when = when.strip_prefix(&row.name).unwrap_or(when);
                let when = when.split(" ON ").next().unwrap_or_default();
                found.triggers.insert((row.table_name, plain(when)));
            }
        }
    }
    Ok(found)
}

impl Rules {
    fn check(&mut self, table: &str, condition: &str) {
        self.checks
            .entry(table.to_owned())
            .or_default()
            .insert(plain(condition));
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.find(mark).and_then(|at| text.get(at + mark.len()..))
}

/// The conditions of the CHECKs in a CREATE TABLE.
fn checks(table: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in table.split("CHECK (").skip(1) {
        let (mut depth, mut quoted, mut condition) = (1, false, String::new());
        for c in part.chars() {
            match c {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            condition.push(c);
        }
        found.push(condition);
    }
    found
}

/// An expression without what only differs in writing.
fn plain(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => {
                let mut quote = String::from(c);
                for c in rest.by_ref() {
                    quote.push(c);
                    if c == '\'' {
                        break;
                    }
                }
                words.extend([quote, String::new()]);
            }
            ':' if rest.peek() == Some(&':') => {
                // A cast: `::text`, `::text[]`.
                while rest
                    .next_if(|c| c.is_ascii_alphanumeric() || ":[]_".contains(*c))
                    .is_some()
                {}
                words.push(String::new());
            }
            ',' => words.extend([",".to_owned(), String::new()]),
            '(' | ')' | '[' | ']' | ';' | '"' => words.push(String::new()),
            c if c.is_whitespace() => words.push(String::new()),
            // A qualified name: the column is enough.
            '.' => {
                words.pop();
                words.push(String::new());
            }
            c => {
                if let Some(word) = words.last_mut() {
                    word.extend(c.to_lowercase());
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    // `x IN ('a', 'b')` is kept by PostgreSQL as `x = ANY (ARRAY['a', 'b'])`.
    words.join(" ").replace("= any array ", "in ")
}

const SQLITE: &str = r"
SELECT 'table' AS kind, m.name AS table_name, m.name AS name, m.sql AS text FROM sqlite_master m
WHERE m.type = 'table' AND m.sql LIKE '%CHECK (%'
UNION ALL
SELECT 'default', m.name, c.name, c.dflt_value FROM sqlite_master m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND c.dflt_value IS NOT NULL
UNION ALL
SELECT m.type, m.tbl_name, m.name, m.sql FROM sqlite_master m
WHERE m.type IN ('view', 'trigger') OR m.type = 'index' AND m.sql LIKE '% WHERE %'";

const POSTGRES: &str = "
SELECT 'check' AS kind, t.relname::text AS table_name, c.conname::text AS name, pg_get_expr(c.conbin, c.conrelid) AS text
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'c' AND t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'default', t.relname::text, a.attname::text, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attrdef d JOIN pg_class t ON t.oid = d.adrelid
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'index', t.relname::text, i.relname::text, pg_get_expr(x.indpred, x.indrelid)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indpred IS NOT NULL AND t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'view', v.relname::text, v.relname::text, pg_get_viewdef(v.oid)
FROM pg_class v WHERE v.relkind = 'v' AND v.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'trigger', t.relname::text, g.tgname::text,
    CASE WHEN g.tgtype & 2 = 2 THEN 'BEFORE ' ELSE 'AFTER ' END || e.word
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
JOIN (VALUES (4, 'INSERT'), (8, 'DELETE'), (16, 'UPDATE')) AS e (bit, word) ON g.tgtype & e.bit = e.bit
WHERE NOT g.tgisinternal AND t.relnamespace = current_schema()::regnamespace";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_differs_in_writing_is_taken_out() {
        for (lite, postgres) in [
            (
                "kind IN ('sale', 'Refund')",
                "(kind = ANY (ARRAY['sale'::text, 'Refund'::text]))",
            ),
            (
                "attempt = 0 AND dead_at IS NULL",
                "((attempt = 0) AND (dead_at IS NULL))",
            ),
            (
                "(contact_from IS NULL) = (contact_to IS NULL)",
                "((contact_from IS NULL) = (contact_to IS NULL))",
            ),
            ("'[100,400]'", "'[100,400]'::text"),
            (
                "SELECT id, due_day AS day\n FROM t WHERE a = 'X.y'",
                " SELECT t.id,\n    t.due_day AS day\n   FROM t\n  WHERE (t.a = 'X.y'::text);",
            ),
        ] {
            assert_eq!(plain(lite), plain(postgres));
        }
        assert_ne!(plain("kind IN ('a', 'b')"), plain("kind IN ('a', 'B')"));
        assert_ne!(plain("a IS NULL"), plain("a IS NOT NULL"));
    }

    #[test]
    fn every_check_of_a_table_is_found_whole() {
        let table = "CREATE TABLE t (checked_at INTEGER, a TEXT CHECK (a IN ('(', 'b')), CHECK ((a IS NULL) = (b IS NULL)))";
        assert_eq!(
            checks(table),
            ["a IN ('(', 'b')", "(a IS NULL) = (b IS NULL)"]
        );
    }
}
