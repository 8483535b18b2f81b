//! People (员工).

use liuke_domain::team::ADMINISTRATOR;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use liuke_platform::problem::Problem;
use uuid::Uuid;

/// A person without secrets.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct StaffLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) login: String,
    pub(in crate::team) name: String,
    pub(in crate::team) phone: Option<String>,
    pub(in crate::team) employee_no: Option<String>,
    pub(in crate::team) branch_id: Uuid,
    pub(in crate::team) branch_name: String,
    pub(in crate::team) team_id: Option<Uuid>,
    pub(in crate::team) team_name: Option<String>,
    pub(in crate::team) active: bool,
    pub(in crate::team) has_password: bool,
    pub(in crate::team) last_login_at: Option<i64>,
    pub(in crate::team) version: i64,
}

/// A role somebody has.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct RoleOf {
    pub(in crate::team) staff_id: Uuid,
    pub(in crate::team) id: Uuid,
    pub(in crate::team) code: String,
    pub(in crate::team) name: String,
}

/// Which people are wanted.
#[derive(Debug, Clone, Default)]
pub(in crate::team) struct StaffFilter {
    pub(in crate::team) q: Option<String>,
    pub(in crate::team) branch_id: Option<Uuid>,
    pub(in crate::team) role_id: Option<Uuid>,
    pub(in crate::team) active: Option<bool>,
}

const LINE: &str = "SELECT s.id, s.login, s.name, s.phone, s.employee_no, s.branch_id, b.name AS branch_name,
    s.team_id, t.name AS team_name, s.active, s.password_hash IS NOT NULL AS has_password, s.last_login_at, s.version
    FROM staff s JOIN branch b ON b.id = s.branch_id LEFT JOIN team t ON t.id = s.team_id";

/// The condition on `s` that keeps people out of the reader's scope away.
fn in_scope(sql: &mut SqlText, scope: &Scope) {
    match scope.kind {
        ScopeKind::All => {}
        ScopeKind::Branch => {
            sql.push(" AND s.branch_id IN (", vec![])
                .push_list(scope.branch_ids.iter().copied())
                .push(")", vec![]);
        }
        ScopeKind::Team => {
            sql.push(" AND s.id IN (", vec![])
                .push_list(scope.team_staff.iter().copied())
                .push(")", vec![]);
        }
        ScopeKind::Own => {
            sql.push(" AND s.id = ?", args![scope.staff_id]);
        }
    }
}

/// Part of a name or log-in, as a pattern; people are hundreds, not millions.
fn pattern(q: &str) -> String {
    let mut text = String::from("%");
    for c in q.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('%');
    text
}

/// People the reader may see, by name. Uses index `staff_name`.
pub(in crate::team) async fn page(
    db: &impl Sql,
    scope: &Scope,
    filter: &StaffFilter,
    after: Option<(String, Uuid)>,
    fetch: i64,
) -> Result<Vec<StaffLine>, Fault> {
    let mut sql = SqlText::new(LINE);
    sql.push(" WHERE 1 = 1", vec![]);
    in_scope(&mut sql, scope);
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let like = pattern(q);
        sql.push(
            " AND (lower(s.name) LIKE ? ESCAPE '\\' OR s.login LIKE ? ESCAPE '\\' OR lower(s.employee_no) LIKE ? ESCAPE '\\')",
            args![like.clone(), like.clone(), like],
        );
    }
    sql.push_some(" AND s.branch_id = ?", filter.branch_id);
    sql.push_some(
        " AND EXISTS (SELECT 1 FROM staff_role sr WHERE sr.staff_id = s.id AND sr.role_id = ?)",
        filter.role_id,
    );
    sql.push_some(" AND s.active = ?", filter.active);
    if let Some((name, id)) = after {
        sql.push(" AND (s.name, s.id) > (?, ?)", args![name, id]);
    }
    sql.push(" ORDER BY s.name, s.id LIMIT ?", args![fetch]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// One person, if the reader may see them.
pub(in crate::team) async fn find(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<StaffLine>, Fault> {
    let mut sql = SqlText::new(LINE);
    sql.push(" WHERE s.id = ?", args![id]);
    in_scope(&mut sql, scope);
    let (text, values) = sql.into_parts();
    db.one(&text, values).await
}

/// The roles of these people.
pub(in crate::team) async fn roles_of(db: &impl Sql, staff: &[Uuid]) -> Result<Vec<RoleOf>, Fault> {
    let mut sql = SqlText::new(
        "SELECT sr.staff_id, r.id, r.code, r.name FROM staff_role sr JOIN role r ON r.id = sr.role_id WHERE sr.staff_id IN (",
    );
    sql.push_list(staff.iter().copied())
        .push(") ORDER BY r.created_at, r.id", vec![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// What a new or changed person is.
#[derive(Debug, Clone)]
pub(in crate::team) struct StaffFields {
    pub(in crate::team) login: String,
    pub(in crate::team) name: String,
    pub(in crate::team) phone: Option<String>,
    pub(in crate::team) employee_no: Option<String>,
    pub(in crate::team) branch_id: Uuid,
    pub(in crate::team) team_id: Option<Uuid>,
}

/// Adds a person who has no password yet.
pub(in crate::team) async fn insert(
    tx: &Tx,
    id: Uuid,
    staff: &StaffFields,
    now_ms: i64,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO staff (id, login, name, phone, employee_no, branch_id, team_id, active, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, 1, $8)",
        args![
            id,
            staff.login.as_str(),
            staff.name.as_str(),
            staff.phone.as_deref(),
            staff.employee_no.as_deref(),
            staff.branch_id,
            staff.team_id,
            now_ms
        ],
    )
    .await?;
    Ok(())
}

/// Changes a person; another version is refused.
pub(in crate::team) async fn update(
    tx: &Tx,
    id: Uuid,
    staff: &StaffFields,
    version: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE staff SET login = $3, name = $4, phone = $5, employee_no = $6, branch_id = $7, team_id = $8,
             version = version + 1 WHERE id = $1 AND version = $2",
            args![
                id,
                version,
                staff.login.as_str(),
                staff.name.as_str(),
                staff.phone.as_deref(),
                staff.employee_no.as_deref(),
                staff.branch_id,
                staff.team_id
            ],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Gives a person exactly these roles.
pub(in crate::team) async fn put_roles(tx: &Tx, id: Uuid, roles: &[Uuid]) -> Result<(), Fault> {
    tx.run("DELETE FROM staff_role WHERE staff_id = $1", args![id])
        .await?;
    for role in roles {
        tx.run(
            "INSERT INTO staff_role (staff_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            args![id, *role],
        )
        .await?;
    }
    Ok(())
}

/// Lets a person work or not; another version is refused. Who does not work has no invitation either.
pub(in crate::team) async fn set_active(
    tx: &Tx,
    id: Uuid,
    active: bool,
    version: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE staff SET active = $3, invite_hash = NULL, invite_expires_at = NULL, version = version + 1
             WHERE id = $1 AND version = $2",
            args![id, version, active],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Takes the password away and leaves an invitation to choose one.
pub(in crate::team) async fn invite(
    tx: &Tx,
    id: Uuid,
    hash: &str,
    expires_at: i64,
) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET password_hash = NULL, invite_hash = $2, invite_expires_at = $3, version = version + 1 WHERE id = $1",
        args![id, hash, expires_at],
    )
    .await?;
    Ok(())
}

/// Somebody who may choose a password.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct Invited {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) login: String,
    pub(in crate::team) name: String,
    pub(in crate::team) invite_expires_at: Option<i64>,
}

/// Who was invited by this link.
pub(in crate::team) async fn invited(db: &impl Sql, hash: &str) -> Result<Option<Invited>, Fault> {
    db.one(
        "SELECT id, login, name, invite_expires_at FROM staff WHERE invite_hash = $1 AND active = TRUE",
        args![hash],
    )
    .await
}

/// Uses an invitation up; false when somebody else has, or it was replaced. Two at once queue up at the row.
pub(in crate::team) async fn use_invite(tx: &Tx, id: Uuid, hash: &str) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE staff SET invite_hash = NULL WHERE id = $1 AND invite_hash = $2 AND active = TRUE",
            args![id, hash],
        )
        .await?;
    Ok(touched == 1)
}

/// What logging in needs.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct Credentials {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) login: String,
    pub(in crate::team) name: String,
    pub(in crate::team) password_hash: Option<String>,
}

/// The active person of this log-in name.
pub(in crate::team) async fn credentials(
    db: &impl Sql,
    login: &str,
) -> Result<Option<Credentials>, Fault> {
    db.one(
        "SELECT id, login, name, password_hash FROM staff WHERE login = $1 AND active = TRUE",
        args![login],
    )
    .await
}

/// The active person of this id.
pub(in crate::team) async fn credentials_of(
    db: &impl Sql,
    id: Uuid,
) -> Result<Option<Credentials>, Fault> {
    db.one(
        "SELECT id, login, name, password_hash FROM staff WHERE id = $1 AND active = TRUE",
        args![id],
    )
    .await
}

/// Stores a new password and ends every invitation.
pub(in crate::team) async fn put_password(tx: &Tx, id: Uuid, hash: &str) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET password_hash = $2, invite_hash = NULL, invite_expires_at = NULL, version = version + 1 WHERE id = $1",
        args![id, hash],
    )
    .await?;
    Ok(())
}

/// Remembers when somebody signed in last.
pub(in crate::team) async fn signed_in(tx: &Tx, id: Uuid, now_ms: i64) -> Result<(), Fault> {
    tx.run(
        "UPDATE staff SET last_login_at = $2 WHERE id = $1",
        args![id, now_ms],
    )
    .await?;
    Ok(())
}

/// Whether anybody is there at all.
pub(in crate::team) async fn any(db: &impl Sql) -> Result<bool, Fault> {
    Ok(db
        .scalar::<i64>("SELECT CAST(1 AS BIGINT) FROM staff LIMIT 1", vec![])
        .await?
        .is_some())
}

/// Active administrators besides this person. Touches the role's row, so that two who step back at once queue up.
pub(in crate::team) async fn other_administrators(tx: &Tx, id: Uuid) -> Result<i64, Fault> {
    tx.run(
        "UPDATE role SET version = version WHERE code = $1",
        args![ADMINISTRATOR],
    )
    .await?;
    let count = tx
        .scalar::<i64>(
            "SELECT count(*) FROM staff s JOIN staff_role sr ON sr.staff_id = s.id JOIN role r ON r.id = sr.role_id
             WHERE r.code = $1 AND s.active = TRUE AND s.id <> $2",
            args![ADMINISTRATOR, id],
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// A person to choose from a list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct OptionLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) name: String,
    pub(in crate::team) branch_name: String,
    pub(in crate::team) team_name: Option<String>,
    pub(in crate::team) active: bool,
}

/// Active people of these branches (of all, for nothing), by name; with a right, only who has it.
pub(in crate::team) async fn options(
    db: &impl Sql,
    branches: Option<&[Uuid]>,
    q: Option<&str>,
    permission: Option<&str>,
    limit: i64,
) -> Result<Vec<OptionLine>, Fault> {
    let mut sql = SqlText::new(
        "SELECT s.id, s.name, b.name AS branch_name, t.name AS team_name, s.active
         FROM staff s JOIN branch b ON b.id = s.branch_id LEFT JOIN team t ON t.id = s.team_id WHERE s.active = TRUE",
    );
    if let Some(branches) = branches {
        sql.push(" AND s.branch_id IN (", vec![])
            .push_list(branches.iter().copied())
            .push(")", vec![]);
    }
    if let Some(q) = q.filter(|q| !q.trim().is_empty()) {
        let like = pattern(q);
        sql.push(
            " AND (lower(s.name) LIKE ? ESCAPE '\\' OR s.login LIKE ? ESCAPE '\\')",
            args![like.clone(), like],
        );
    }
    sql.push_some(
        " AND EXISTS (SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
          WHERE sr.staff_id = s.id AND rp.permission = ?)",
        permission,
    );
    sql.push(" ORDER BY s.name, s.id LIMIT ?", args![limit]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

#[derive(FromQueryResult)]
struct NameRow {
    id: Uuid,
    name: String,
}

/// Names of people, whoever they are: names are no secret among colleagues.
pub(in crate::team) async fn names(
    db: &impl Sql,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = SqlText::new("SELECT id, name FROM staff WHERE id IN (");
    sql.push_list(ids.iter().copied()).push(")", vec![]);
    let (text, values) = sql.into_parts();
    let rows: Vec<NameRow> = db.all(&text, values).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Somebody who could do something in a branch.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct CandidateLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) name: String,
    pub(in crate::team) branch_id: Uuid,
    pub(in crate::team) scope: String,
}

/// Active people with a right who work in one of these branches or see everything, with the reach of that right's role.
pub(in crate::team) async fn candidates(
    db: &impl Sql,
    branches: &[Uuid],
    permission: &str,
) -> Result<Vec<CandidateLine>, Fault> {
    let mut sql = SqlText::with(
        "SELECT DISTINCT s.id, s.name, s.branch_id, r.scope FROM role_permission rp
         JOIN role r ON r.id = rp.role_id JOIN staff_role sr ON sr.role_id = r.id JOIN staff s ON s.id = sr.staff_id
         WHERE rp.permission = ? AND s.active = TRUE AND (r.scope = 'all' OR s.branch_id IN (",
        args![permission],
    );
    sql.push_list(branches.iter().copied())
        .push(")) ORDER BY s.name, s.id", vec![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}
