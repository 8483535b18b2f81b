//! What a database really looks like (数据字典), in a form in which both engines can be compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::FromQueryResult;

use crate::args;
use crate::db::{Engine, Sql};
use crate::fault::Fault;

/// All tables by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Columns by name.
    pub columns: BTreeMap<String, Column>,
    /// Columns of the primary key, in order.
    pub primary: Vec<String>,
    /// UNIQUE constraints, each by its columns.
    pub uniques: BTreeSet<Vec<String>>,
    /// Foreign keys.
    pub foreign_keys: BTreeSet<ForeignKey>,
    /// Indexes by name, without those behind constraints.
    pub indexes: BTreeMap<String, Index>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// `bytes`, `int`, `text`, `bool`, or what the engine says.
    pub kind: String,
    /// Whether NULL is allowed.
    pub nullable: bool,
}

/// One foreign key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Columns here.
    pub columns: Vec<String>,
    /// The other table.
    pub target: String,
    /// Columns there.
    pub target_columns: Vec<String>,
    /// `no action`, `cascade`, `set null`, `restrict`, `set default`.
    pub on_delete: String,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Columns in order, with ` DESC` where so; `<expression>` for one.
    pub columns: Vec<String>,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it covers only some rows.
    pub partial: bool,
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    kind: String,
    nullable: bool,
}

#[derive(FromQueryResult)]
struct IndexRow {
    table_name: String,
    index_name: String,
    is_unique: bool,
    is_primary: bool,
    partial: bool,
    constrained: bool,
    column_name: Option<String>,
    descending: bool,
}

#[derive(FromQueryResult)]
struct ForeignRow {
    table_name: String,
    constraint_name: String,
    target: String,
    column_name: String,
    target_column: Option<String>,
    on_delete: String,
}

/// Reads the catalogue of a database.
pub async fn catalogue(db: &impl Sql) -> Result<Catalogue, Fault> {
    let (columns, indexes, foreign) = match db.engine() {
        Engine::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_FOREIGN),
        Engine::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_FOREIGN),
    };
    let mut found = Catalogue::default();
    for row in db.all::<ColumnRow>(columns, args![]).await? {
        let table = found.tables.entry(row.table_name).or_default();
        table.columns.insert(
            row.column_name,
            Column {
                kind: plain(&row.kind),
                nullable: row.nullable,
            },
        );
    }
    read_indexes(&mut found, db.all::<IndexRow>(indexes, args![]).await?);
    read_foreign(&mut found, db.all::<ForeignRow>(foreign, args![]).await?);
    Ok(found)
}

/// The engine's own type of every column, by table and column, in lower case.
pub(crate) async fn raw_kinds(db: &impl Sql) -> Result<BTreeMap<(String, String), String>, Fault> {
    let sql = match db.engine() {
        Engine::Sqlite => SQLITE_COLUMNS,
        Engine::Postgres => POSTGRES_COLUMNS,
    };
    let rows: Vec<ColumnRow> = db.all(sql, args![]).await?;
    Ok(rows
        .into_iter()
        .map(|r| ((r.table_name, r.column_name), r.kind.to_lowercase()))
        .collect())
}

fn plain(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "blob" | "uuid" | "bytea" => "bytes".into(),
        "integer" | "bigint" => "int".into(),
        "boolean" => "bool".into(),
        other => other.to_owned(),
    }
}

fn read_indexes(found: &mut Catalogue, rows: Vec<IndexRow>) {
    let mut uniques: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows {
        let mut column = row.column_name.unwrap_or_else(|| "<expression>".into());
        let Some(table) = found.tables.get_mut(&row.table_name) else {
            continue;
        };
        if row.is_primary {
            table.primary.push(column);
        } else if row.constrained {
            uniques
                .entry((row.table_name, row.index_name))
                .or_default()
                .push(column);
        } else {
            if row.descending {
                column.push_str(" DESC");
            }
            table
                .indexes
                .entry(row.index_name)
                .or_insert_with(|| Index {
                    columns: Vec::new(),
                    unique: row.is_unique,
                    partial: row.partial,
                })
                .columns
                .push(column);
        }
    }
    for ((table, _), columns) in uniques {
        if let Some(table) = found.tables.get_mut(&table) {
            table.uniques.insert(columns);
        }
    }
}

fn read_foreign(found: &mut Catalogue, rows: Vec<ForeignRow>) {
    let mut keys: BTreeMap<(String, String), ForeignKey> = BTreeMap::new();
    for row in rows {
        let primary = found
            .tables
            .get(&row.target)
            .map(|t| t.primary.clone())
            .unwrap_or_default();
        let key = keys
            .entry((row.table_name, row.constraint_name))
            .or_insert_with(|| ForeignKey {
                columns: Vec::new(),
                target: row.target,
                target_columns: Vec::new(),
                on_delete: row.on_delete.to_lowercase(),
            });
        let target = row
            .target_column
            .or_else(|| primary.get(key.columns.len()).cloned())
            .unwrap_or_default();
        key.columns.push(row.column_name);
        key.target_columns.push(target);
    }
    for ((table, _), key) in keys {
        if let Some(table) = found.tables.get_mut(&table) {
            table.foreign_keys.insert(key);
        }
    }
}

const SQLITE_COLUMNS: &str = r#"
SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, (c."notnull" = 0) AS nullable
FROM sqlite_master m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY m.name, c.cid"#;

// An INTEGER PRIMARY KEY has no index in SQLite, hence the second half.
const SQLITE_INDEXES: &str = r#"
SELECT table_name, index_name, is_unique, is_primary, partial, constrained, column_name, descending FROM (
SELECT m.name AS table_name, i.name AS index_name, (i."unique" = 1) AS is_unique, (i.origin = 'pk') AS is_primary,
    (i.partial = 1) AS partial, (i.origin <> 'c') AS constrained, x.name AS column_name, (x."desc" = 1) AS descending,
    x.seqno AS place
FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x
WHERE m.type = 'table' AND x.key = 1 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT m.name, '', 1, 1, 0, 1, c.name, 0, c.pk
FROM sqlite_master m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND c.pk > 0 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk')
) ORDER BY table_name, index_name, place"#;

const SQLITE_FOREIGN: &str = r#"
SELECT m.name AS table_name, CAST(f.id AS TEXT) AS constraint_name, f."table" AS target, f."from" AS column_name,
    f."to" AS target_column, f.on_delete AS on_delete
FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table'
ORDER BY m.name, f.id, f.seq"#;

const POSTGRES_COLUMNS: &str = "
SELECT t.relname::text AS table_name, a.attname::text AS column_name, format_type(a.atttypid, NULL) AS kind,
    NOT a.attnotnull AS nullable
FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY t.relname, a.attnum";

const POSTGRES_INDEXES: &str = "
SELECT t.relname::text AS table_name, i.relname::text AS index_name, x.indisunique AS is_unique,
    x.indisprimary AS is_primary, x.indpred IS NOT NULL AS partial,
    EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u')) AS constrained,
    a.attname::text AS column_name, (x.indoption[k.place - 1] & 1) = 1 AS descending
FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum AND k.attnum > 0
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
ORDER BY t.relname, i.relname, k.place";

const POSTGRES_FOREIGN: &str = "
SELECT t.relname::text AS table_name, c.conname::text AS constraint_name, o.relname::text AS target,
    a.attname::text AS column_name, b.attname::text AS target_column,
    CASE c.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'r' THEN 'restrict'
        WHEN 'd' THEN 'set default' ELSE 'no action' END AS on_delete
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_class o ON o.oid = c.confrelid
CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(here, there, place)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here
JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = k.there
WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
ORDER BY t.relname, c.conname, k.place";
