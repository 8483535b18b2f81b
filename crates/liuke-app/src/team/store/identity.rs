//! Who somebody is and what they may do, read on every request: by primary keys and small indexes only.

use liuke_domain::team::{Reach, Rights};
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql};
use liuke_platform::fault::Fault;
use uuid::Uuid;

/// An active person with all their rights.
#[derive(Debug, Clone)]
pub(in crate::team) struct Person {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) login: String,
    pub(in crate::team) name: String,
    pub(in crate::team) branch_id: Uuid,
    pub(in crate::team) team_id: Option<Uuid>,
    pub(in crate::team) rights: Rights,
}

#[derive(FromQueryResult)]
struct PersonRow {
    login: String,
    name: String,
    branch_id: Uuid,
    team_id: Option<Uuid>,
    scope: Option<String>,
    permission: Option<String>,
}

/// The person, if active, with the sum of their roles: one statement over primary keys.
pub(in crate::team) async fn person(db: &impl Sql, id: Uuid) -> Result<Option<Person>, Fault> {
    let rows: Vec<PersonRow> = db
        .all(
            "SELECT s.login, s.name, s.branch_id, s.team_id, r.scope, rp.permission
             FROM staff s
             LEFT JOIN staff_role sr ON sr.staff_id = s.id
             LEFT JOIN role r ON r.id = sr.role_id
             LEFT JOIN role_permission rp ON rp.role_id = r.id
             WHERE s.id = $1 AND s.active = TRUE",
            args![id],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut person = Person {
        id,
        login: first.login.clone(),
        name: first.name.clone(),
        branch_id: first.branch_id,
        team_id: first.team_id,
        rights: Rights::none(),
    };
    for row in rows {
        if let Some(scope) = row.scope {
            let reach =
                Reach::parse(&scope).ok_or_else(|| Fault::inconsistent("role", "scope", id))?;
            person.rights.reach = person.rights.reach.max(reach);
        }
        person.rights.permissions.extend(row.permission);
    }
    Ok(Some(person))
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

/// A branch and all below it. Uses index `branch_parent`.
pub(in crate::team) async fn branches_below(db: &impl Sql, root: Uuid) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<IdRow> = db
        .all(
            "WITH RECURSIVE below (id) AS (
                SELECT id FROM branch WHERE id = $1
                UNION SELECT b.id FROM branch b JOIN below ON b.parent_id = below.id
             ) SELECT id FROM below",
            args![root],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// The branch and all above it. By primary key.
pub(in crate::team) async fn branches_above(db: &impl Sql, leaf: Uuid) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<IdRow> = db
        .all(
            "WITH RECURSIVE above (id, parent_id) AS (
                SELECT id, parent_id FROM branch WHERE id = $1
                UNION SELECT b.id, b.parent_id FROM branch b JOIN above ON b.id = above.parent_id
             ) SELECT id FROM above",
            args![leaf],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// Everybody in the person's team and in the teams they lead, the person included.
pub(in crate::team) async fn team_mates(
    db: &impl Sql,
    person: &Person,
) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<IdRow> = db
        .all(
            "SELECT id FROM staff WHERE id = $1 OR team_id = $2
                OR team_id IN (SELECT t.id FROM team t WHERE t.leader_id = $1)",
            args![person.id, person.team_id],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}
