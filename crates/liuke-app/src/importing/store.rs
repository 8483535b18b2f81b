//! Every SQL statement of imports.

use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value, insert_rows};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

/// One upload as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ImportRow {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) kind: String,
    pub(super) file_name: String,
    pub(super) file_blob_id: Uuid,
    pub(super) size: i64,
    pub(super) format: String,
    pub(super) encoding: String,
    pub(super) delimiter: String,
    pub(super) sheet: Option<String>,
    pub(super) sheets: String,
    pub(super) has_header: bool,
    pub(super) mapping: String,
    pub(super) options: String,
    pub(super) status: String,
    pub(super) counts: String,
    pub(super) progress_bp: i64,
    pub(super) resume_line: i64,
    pub(super) error: Option<String>,
    pub(super) branch_id: Uuid,
    pub(super) created_by: Option<Uuid>,
    pub(super) created_by_name: Option<String>,
    pub(super) created_at: i64,
    pub(super) finished_at: Option<i64>,
    pub(super) version: i64,
}

const SELECT: &str = "
SELECT i.id, i.number, i.kind, i.file_name, i.file_blob_id, i.size, i.format, i.encoding, i.delimiter,
       i.sheet, i.sheets, i.has_header, i.mapping, i.options, i.status, i.counts, i.progress_bp, i.resume_line, i.error,
       i.branch_id, i.created_by, s.name AS created_by_name, i.created_at, i.finished_at, i.version
FROM import_batch i LEFT JOIN staff s ON s.id = i.created_by
WHERE 1 = 1";

fn push_scope(sql: &mut SqlText, scope: &Scope) {
    match scope.kind {
        ScopeKind::All => {}
        ScopeKind::Branch => {
            sql.push(" AND i.branch_id IN (", args![]);
            sql.push_list(scope.branch_ids.iter().copied());
            sql.push(")", args![]);
        }
        ScopeKind::Team => {
            sql.push(" AND i.created_by IN (", args![]);
            sql.push_list(scope.team_staff.iter().copied());
            sql.push(")", args![]);
        }
        ScopeKind::Own => {
            sql.push(" AND i.created_by = ?", args![scope.staff_id]);
        }
    }
}

/// Uploads of the reader's scope, newest first. Uses index import_batch_created.
pub(super) async fn page(
    db: &impl Sql,
    scope: &Scope,
    after: Option<(i64, Uuid)>,
    fetch: i64,
) -> Result<Vec<ImportRow>, Fault> {
    let mut sql = SqlText::new(SELECT);
    push_scope(&mut sql, scope);
    if let Some((at, id)) = after {
        sql.push(" AND (i.created_at, i.id) < (?, ?)", args![at, id]);
    }
    sql.push(
        " ORDER BY i.created_at DESC, i.id DESC LIMIT ?",
        args![fetch],
    );
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// One upload of the reader's scope.
pub(super) async fn find(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<ImportRow>, Fault> {
    let mut sql = SqlText::new(SELECT);
    push_scope(&mut sql, scope);
    sql.push(" AND i.id = ?", args![id]);
    let (text, values) = sql.into_parts();
    db.one(&text, values).await
}

/// Another upload of the same bytes and kind that has been imported already.
pub(super) async fn done_before(db: &impl Sql, row: &ImportRow) -> Result<Option<String>, Fault> {
    db.scalar(
        "SELECT i.number FROM import_batch i JOIN blob b ON b.id = i.file_blob_id
         WHERE i.kind = $1 AND i.status = 'done' AND i.id <> $2
           AND b.sha256 = (SELECT m.sha256 FROM blob m WHERE m.id = $3) LIMIT 1",
        args![row.kind.clone(), row.id, row.file_blob_id],
    )
    .await
}

/// Writes a new upload.
pub(super) async fn insert(tx: &Tx, row: &ImportRow) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO import_batch (id, number, kind, file_name, file_blob_id, size, format, encoding,
            delimiter, sheet, sheets, has_header, mapping, options, status, counts, progress_bp, resume_line, error,
            branch_id, created_by, created_at, finished_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0, NULL, $17, $18, $19,
            NULL, 1)",
        args![
            row.id, row.number.clone(), row.kind.clone(), row.file_name.clone(), row.file_blob_id, row.size,
            row.format.clone(), row.encoding.clone(), row.delimiter.clone(), row.sheet.clone(), row.sheets.clone(),
            row.has_header, row.mapping.clone(), row.options.clone(), row.status.clone(), row.counts.clone(),
            row.branch_id, row.created_by, row.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes how the file is to be read; false when the version has moved on or the import is under way.
pub(super) async fn remap(tx: &Tx, row: &ImportRow, version: i64) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE import_batch SET kind = $3, encoding = $4, delimiter = $5, sheet = $6, has_header = $7, mapping = $8,
                options = $9, branch_id = $10, status = 'draft', counts = $11, progress_bp = 0, error = NULL,
                version = version + 1
             WHERE id = $1 AND version = $2 AND status IN ('draft', 'checked', 'failed', 'cancelled') AND resume_line = 0",
            args![
                row.id, version, row.kind.clone(), row.encoding.clone(), row.delimiter.clone(), row.sheet.clone(),
                row.has_header, row.mapping.clone(), row.options.clone(), row.branch_id, row.counts.clone()
            ],
        )
        .await?;
    tx.run("DELETE FROM import_row WHERE import_id = $1", args![row.id])
        .await?;
    Ok(touched == 1)
}

/// Moves from one of the states to another; false when it is in none of them or the version has moved on.
pub(super) async fn advance(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    from: &[&str],
    to: &str,
) -> Result<bool, Fault> {
    let mut sql = SqlText::with(
        "UPDATE import_batch SET status = ?, version = version + 1 WHERE id = ? AND status IN (",
        args![to, id],
    );
    sql.push_list(from.iter().map(|state| (*state).to_owned()));
    sql.push(")", args![]);
    sql.push_some(" AND version = ?", version);
    let (text, values) = sql.into_parts();
    Ok(tx.run(&text, values).await? == 1)
}

/// Forgets what an earlier check or half-done run has shown.
pub(super) async fn reset(tx: &Tx, id: Uuid, counts: &str) -> Result<(), Fault> {
    tx.run(
        "UPDATE import_batch SET counts = $2, progress_bp = 0, resume_line = 0, error = NULL,
            finished_at = NULL WHERE id = $1",
        args![id, counts],
    )
    .await?;
    tx.run("DELETE FROM import_row WHERE import_id = $1", args![id])
        .await?;
    Ok(())
}

/// The branch somebody works in.
pub(super) async fn branch_of(db: &impl Sql, staff_id: Uuid) -> Result<Option<Uuid>, Fault> {
    db.scalar("SELECT branch_id FROM staff WHERE id = $1", args![staff_id])
        .await
}

/// Somebody or some place by name.
#[derive(Debug, FromQueryResult)]
pub(super) struct Named {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) code: Option<String>,
}

/// All people by name and employee number.
pub(super) async fn people(db: &impl Sql) -> Result<Vec<Named>, Fault> {
    db.all("SELECT id, name, employee_no AS code FROM staff", args![])
        .await
}

/// All branches by name and code.
pub(super) async fn branches(db: &impl Sql) -> Result<Vec<Named>, Fault> {
    db.all(
        "SELECT id, name, code FROM branch WHERE active = TRUE",
        args![],
    )
    .await
}

/// Keeps how far the work has come, from these counts to those; false when it was cancelled, or somebody else has gone on with it
/// meanwhile. In a run this stands in the transaction that writes the lines, so that each line is taken once, whatever happens to the
/// process.
pub(super) async fn progress(
    tx: &Tx,
    id: Uuid,
    status: &str,
    (before, after): (&str, &str),
    progress_bp: i64,
    line: i64,
) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE import_batch SET counts = $3, progress_bp = $4, resume_line = $5
             WHERE id = $1 AND status = $2 AND counts = $6",
            args![id, status, after, progress_bp, line, before],
        )
        .await?;
    Ok(touched == 1)
}

/// Makes a run this transaction's own until it ends: whoever else works on it waits here, and then finds other counts. False when it is
/// somebody else's already, or was cancelled.
pub(super) async fn hold(tx: &Tx, id: Uuid, status: &str, counts: &str) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE import_batch SET status = $2 WHERE id = $1 AND status = $2 AND counts = $3",
            args![id, status, counts],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends a check or run that is still going on.
pub(super) async fn finish(
    tx: &Tx,
    ctx: &Ctx,
    id: Uuid,
    (from, to): (&str, &str),
    error: Option<String>,
) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE import_batch SET status = $3, error = $4, finished_at = $5, version = version + 1,
                progress_bp = CASE WHEN $3 IN ('checked', 'done') THEN 10000 ELSE progress_bp END,
                resume_line = CASE WHEN $3 = 'checked' THEN 0 ELSE resume_line END
             WHERE id = $1 AND status = $2",
            args![id, from, to, error, ctx.now_ms()],
        )
        .await?;
    Ok(touched == 1)
}

/// What one line did or would do.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct LineRow {
    pub(super) line: i64,
    pub(super) outcome: String,
    pub(super) summary: String,
    pub(super) reason: Option<String>,
    pub(super) customer_id: Option<Uuid>,
    pub(super) cells: Option<String>,
}

/// Keeps refused lines, and examples of others.
pub(super) async fn keep_lines(tx: &Tx, import: Uuid, lines: Vec<LineRow>) -> Result<(), Fault> {
    let rows: Vec<Vec<Value>> = lines
        .into_iter()
        .map(|row| {
            args![
                import,
                row.line,
                row.outcome,
                row.summary,
                row.reason,
                row.customer_id,
                row.cells
            ]
        })
        .collect();
    insert_rows(
        tx,
        "import_row",
        "import_id, line, outcome, summary, reason, customer_id, cells",
        rows,
        "ON CONFLICT (import_id, line) DO NOTHING",
    )
    .await
}

/// Lines of an import by outcome. Uses index import_row_outcome or the primary key.
pub(super) async fn lines(
    db: &impl Sql,
    import: Uuid,
    outcome: Option<&str>,
    after: Option<i64>,
    fetch: i64,
) -> Result<Vec<LineRow>, Fault> {
    let mut sql = SqlText::with(
        "SELECT line, outcome, summary, reason, customer_id, cells FROM import_row WHERE import_id = ?",
        args![import],
    );
    sql.push_some(" AND outcome = ?", outcome);
    sql.push_some(" AND line > ?", after);
    sql.push(" ORDER BY line LIMIT ?", args![fetch]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// How often each reason occurs among the refused lines, the commonest first.
pub(super) async fn reasons(db: &impl Sql, import: Uuid) -> Result<Vec<(String, i64)>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        code: Option<String>,
        count: i64,
    }
    // The code of a reason is a column of its own in neither engine: JSON is read here, in one place.
    let sql = liuke_platform::db::pick(
        db.engine(),
        "SELECT json_extract(reason, '$.code') AS code, COUNT(*) AS count FROM import_row
         WHERE import_id = $1 AND outcome = 'refuse' GROUP BY 1 ORDER BY 2 DESC, 1",
        "SELECT CAST(reason AS JSON) ->> 'code' AS code, COUNT(*) AS count FROM import_row
         WHERE import_id = $1 AND outcome = 'refuse' GROUP BY 1 ORDER BY 2 DESC, 1",
    );
    let rows: Vec<Row> = db.all(sql, args![import]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.code.unwrap_or_default(), row.count))
        .collect())
}

/// A branch by its code; the company without one.
pub(super) async fn branch_by_code(
    db: &impl Sql,
    code: Option<&str>,
) -> Result<Option<Uuid>, Fault> {
    match code {
        Some(code) => {
            db.scalar("SELECT id FROM branch WHERE code = $1", args![code])
                .await
        }
        None => {
            db.scalar(
                "SELECT id FROM branch WHERE kind = 'company' ORDER BY created_at LIMIT 1",
                args![],
            )
            .await
        }
    }
}
