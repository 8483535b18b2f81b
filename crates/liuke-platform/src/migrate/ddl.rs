//! One schema text for both engines.

use crate::db::Engine;

/// Cuts a schema text into statements and puts the engine's type words in.
///
/// | word | SQLite | PostgreSQL | holds |
/// |---|---|---|---|
/// | `{id}` | `BLOB` | `UUID` | ids |
/// | `{int}` | `INTEGER` | `BIGINT` | counts, fen, basis points, epoch milliseconds |
/// | `{text}` | `TEXT` | `TEXT` | text, days, JSON |
/// | `{key}` | `TEXT` | `TEXT COLLATE "C"` | text compared by bytes: codes, keys, days in ranges, prefixes |
/// | `{bool}` | `BOOLEAN` | `BOOLEAN` | yes and no |
/// | `{blob}` | `BLOB` | `BYTEA` | bytes |
///
/// A statement ends with `;` at the end of a line, or before a line that holds only `--;`. The body of a trigger
/// (up to a line `END;`) and text between `$$` stay together.
pub fn ddl(engine: Engine, text: &str) -> Vec<String> {
    let words: [(&str, &str); 6] = match engine {
        Engine::Sqlite => [
            ("{id}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{text}", "TEXT"),
            ("{key}", "TEXT"),
            ("{bool}", "BOOLEAN"),
            ("{blob}", "BLOB"),
        ],
        Engine::Postgres => [
            ("{id}", "UUID"),
            ("{int}", "BIGINT"),
            ("{text}", "TEXT"),
            ("{key}", "TEXT COLLATE \"C\""),
            ("{bool}", "BOOLEAN"),
            ("{blob}", "BYTEA"),
        ],
    };
    let mut statements = Vec::new();
    let mut current = String::new();
    for line in text.lines() {
        if line.trim() == "--;" {
            flush(&mut current, &mut statements);
            continue;
        }
        current.push_str(line);
        current.push('\n');
        if line.trim_end().ends_with(';') && is_whole(&current) {
            flush(&mut current, &mut statements);
        }
    }
    flush(&mut current, &mut statements);
    statements
        .into_iter()
        .map(|mut statement| {
            for (word, type_name) in words {
                statement = statement.replace(word, type_name);
            }
            statement
        })
        .collect()
}

fn flush(current: &mut String, statements: &mut Vec<String>) {
    let statement = current.trim().trim_end_matches(';').trim_end();
    if statement
        .lines()
        .any(|l| !l.trim().is_empty() && !l.trim_start().starts_with("--"))
    {
        // A trigger's own END keeps its semicolon in front; only the last one is dropped.
        statements.push(statement.to_owned());
    }
    current.clear();
}

/// Whether a `;` at this point ends the statement.
fn is_whole(current: &str) -> bool {
    if current.matches("$$").count() % 2 == 1 {
        return false;
    }
    let upper = current.to_uppercase();
    let body = upper
        .lines()
        .any(|l| l.trim() == "BEGIN" || l.trim_end().ends_with(" BEGIN"));
    let trigger = upper.trim_start().starts_with("CREATE TRIGGER");
    if trigger && body {
        return upper.trim_end().ends_with("END;");
    }
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn statements_are_cut_and_typed() {
        let text = "-- a comment\nCREATE TABLE a (\n  id {id} PRIMARY KEY,\n  k {key} NOT NULL\n);\nCREATE INDEX a_k ON a (k);\n";
        let lite = ddl(Engine::Sqlite, text);
        assert_eq!(lite.len(), 2);
        assert!(lite[0].contains("id BLOB PRIMARY KEY"));
        let pg = ddl(Engine::Postgres, text);
        assert!(pg[0].contains("k TEXT COLLATE \"C\" NOT NULL"));
        assert_eq!(pg[1], "CREATE INDEX a_k ON a (k)");
    }

    #[test]
    fn triggers_and_functions_stay_whole() {
        let text = "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n  SELECT RAISE(ABORT, 'no');\nEND;\n--;\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  RAISE EXCEPTION 'no';\nEND; $$;\nSELECT 1;";
        let cut = ddl(Engine::Sqlite, text);
        assert_eq!(cut.len(), 3, "{cut:#?}");
        assert!(cut[0].ends_with("END"));
        assert!(cut[1].ends_with("$$"));
        assert_eq!(cut[2], "SELECT 1");
    }
}
