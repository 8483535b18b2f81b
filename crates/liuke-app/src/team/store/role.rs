//! Roles (角色).

use std::collections::BTreeMap;

use liuke_domain::team::{Reach, Rights};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use uuid::Uuid;

/// A role with the number of active people who have it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct RoleLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) code: String,
    pub(in crate::team) name: String,
    pub(in crate::team) builtin: bool,
    pub(in crate::team) scope: String,
    pub(in crate::team) staff_count: i64,
    pub(in crate::team) version: i64,
}

const ROLE: &str = "SELECT r.id, r.code, r.name, r.builtin, r.scope, r.version,
    (SELECT count(*) FROM staff_role sr JOIN staff s ON s.id = sr.staff_id WHERE sr.role_id = r.id AND s.active = TRUE)
    AS staff_count FROM role r";

/// All roles, builtin ones first.
pub(in crate::team) async fn roles(db: &impl Sql) -> Result<Vec<RoleLine>, Fault> {
    db.all(&format!("{ROLE} ORDER BY r.created_at, r.id"), vec![])
        .await
}

/// One role.
pub(in crate::team) async fn role(db: &impl Sql, id: Uuid) -> Result<Option<RoleLine>, Fault> {
    db.one(&format!("{ROLE} WHERE r.id = $1"), args![id]).await
}

/// The role of this code.
pub(in crate::team) async fn by_code(db: &impl Sql, code: &str) -> Result<Option<Uuid>, Fault> {
    db.scalar("SELECT id FROM role WHERE code = $1", args![code])
        .await
}

#[derive(FromQueryResult)]
struct GrantRow {
    role_id: Uuid,
    permission: String,
}

/// What each role may do.
pub(in crate::team) async fn permissions(
    db: &impl Sql,
) -> Result<BTreeMap<Uuid, Vec<String>>, Fault> {
    let rows: Vec<GrantRow> = db
        .all("SELECT role_id, permission FROM role_permission", vec![])
        .await?;
    let mut by_role: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for row in rows {
        by_role.entry(row.role_id).or_default().push(row.permission);
    }
    Ok(by_role)
}

/// A role as rights.
#[derive(Debug, Clone)]
pub(in crate::team) struct Grant {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) code: String,
    pub(in crate::team) rights: Rights,
}

#[derive(FromQueryResult)]
struct RightsRow {
    id: Uuid,
    code: String,
    scope: String,
    permission: Option<String>,
}

/// These roles as rights; fewer when one does not exist.
pub(in crate::team) async fn grants(db: &impl Sql, ids: &[Uuid]) -> Result<Vec<Grant>, Fault> {
    let mut sql = SqlText::new(
        "SELECT r.id, r.code, r.scope, rp.permission FROM role r LEFT JOIN role_permission rp ON rp.role_id = r.id WHERE r.id IN (",
    );
    sql.push_list(ids.iter().copied()).push(")", vec![]);
    let (text, values) = sql.into_parts();
    let rows: Vec<RightsRow> = db.all(&text, values).await?;
    let mut grants: BTreeMap<Uuid, Grant> = BTreeMap::new();
    for row in rows {
        let reach =
            Reach::parse(&row.scope).ok_or_else(|| Fault::inconsistent("role", "scope", row.id))?;
        let grant = grants.entry(row.id).or_insert_with(|| Grant {
            id: row.id,
            code: row.code,
            rights: Rights {
                reach,
                permissions: std::collections::BTreeSet::new(),
            },
        });
        grant.rights.permissions.extend(row.permission);
    }
    Ok(grants.into_values().collect())
}

/// Adds a role; false when one of this code is there.
pub(in crate::team) async fn insert(
    tx: &Tx,
    id: Uuid,
    code: &str,
    name: &str,
    scope: &str,
    builtin: bool,
    now_ms: i64,
) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "INSERT INTO role (id, code, name, builtin, scope, version, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
             ON CONFLICT (code) DO NOTHING",
            args![id, code, name, builtin, scope, now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// Changes a role; another version is refused.
pub(in crate::team) async fn update(
    tx: &Tx,
    id: Uuid,
    code: &str,
    name: &str,
    scope: &str,
    version: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE role SET code = $3, name = $4, scope = $5, version = version + 1 WHERE id = $1 AND version = $2",
            args![id, version, code, name, scope],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Gives a role exactly these rights.
pub(in crate::team) async fn put_permissions(
    tx: &Tx,
    id: Uuid,
    permissions: &[&str],
) -> Result<(), Fault> {
    tx.run("DELETE FROM role_permission WHERE role_id = $1", args![id])
        .await?;
    for permission in permissions {
        tx.run(
            "INSERT INTO role_permission (role_id, permission) VALUES ($1, $2)",
            args![id, *permission],
        )
        .await?;
    }
    Ok(())
}

/// How many people have the role, active or not.
pub(in crate::team) async fn holders(db: &impl Sql, id: Uuid) -> Result<i64, Fault> {
    Ok(db
        .scalar(
            "SELECT count(*) FROM staff_role WHERE role_id = $1",
            args![id],
        )
        .await?
        .unwrap_or(0))
}

/// Deletes a role nobody has; another version is refused.
pub(in crate::team) async fn delete(tx: &Tx, id: Uuid, version: i64) -> Result<(), Problem> {
    tx.run("DELETE FROM role_permission WHERE role_id = $1", args![id])
        .await?;
    let touched = tx
        .run(
            "DELETE FROM role WHERE id = $1 AND version = $2",
            args![id, version],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}
