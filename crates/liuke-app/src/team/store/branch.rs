//! Branches and teams (网点与班组): a few hundred rows, read whole.

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use uuid::Uuid;

/// A branch with the number of its active people.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct BranchLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) parent_id: Option<Uuid>,
    pub(in crate::team) code: String,
    pub(in crate::team) name: String,
    pub(in crate::team) kind: String,
    pub(in crate::team) zone: String,
    pub(in crate::team) active: bool,
    pub(in crate::team) staff_count: i64,
    pub(in crate::team) version: i64,
}

const BRANCH: &str = "SELECT b.id, b.parent_id, b.code, b.name, b.kind, b.zone, b.active, b.version,
    (SELECT count(*) FROM staff s WHERE s.branch_id = b.id AND s.active = TRUE) AS staff_count FROM branch b";

/// All branches, by code.
pub(in crate::team) async fn branches(db: &impl Sql) -> Result<Vec<BranchLine>, Fault> {
    db.all(&format!("{BRANCH} ORDER BY b.code"), vec![]).await
}

/// One branch.
pub(in crate::team) async fn branch(db: &impl Sql, id: Uuid) -> Result<Option<BranchLine>, Fault> {
    db.one(&format!("{BRANCH} WHERE b.id = $1"), args![id])
        .await
}

/// What a new or changed branch is.
#[derive(Debug, Clone)]
pub(in crate::team) struct BranchFields {
    pub(in crate::team) parent_id: Option<Uuid>,
    pub(in crate::team) code: String,
    pub(in crate::team) name: String,
    pub(in crate::team) kind: &'static str,
    pub(in crate::team) zone: String,
    pub(in crate::team) active: bool,
}

/// Adds a branch.
pub(in crate::team) async fn insert_branch(
    tx: &Tx,
    id: Uuid,
    branch: &BranchFields,
    now_ms: i64,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO branch (id, parent_id, code, name, kind, zone, active, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
        args![
            id,
            branch.parent_id,
            branch.code.as_str(),
            branch.name.as_str(),
            branch.kind,
            branch.zone.as_str(),
            branch.active,
            now_ms
        ],
    )
    .await?;
    Ok(())
}

/// Changes a branch; another version is refused.
pub(in crate::team) async fn update_branch(
    tx: &Tx,
    id: Uuid,
    branch: &BranchFields,
    version: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE branch SET parent_id = $3, code = $4, name = $5, kind = $6, zone = $7, active = $8, version = version + 1
             WHERE id = $1 AND version = $2",
            args![
                id,
                version,
                branch.parent_id,
                branch.code.as_str(),
                branch.name.as_str(),
                branch.kind,
                branch.zone.as_str(),
                branch.active
            ],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// The time zone of a branch.
pub(in crate::team) async fn zone(db: &impl Sql, id: Uuid) -> Result<Option<String>, Fault> {
    db.scalar("SELECT zone FROM branch WHERE id = $1", args![id])
        .await
}

/// A team with the number of its active people.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct TeamLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) branch_id: Uuid,
    pub(in crate::team) branch_name: String,
    pub(in crate::team) name: String,
    pub(in crate::team) leader_id: Option<Uuid>,
    pub(in crate::team) leader_name: Option<String>,
    pub(in crate::team) staff_count: i64,
    pub(in crate::team) version: i64,
}

const TEAM: &str = "SELECT t.id, t.branch_id, b.name AS branch_name, t.name, t.leader_id, l.name AS leader_name, t.version,
    (SELECT count(*) FROM staff s WHERE s.team_id = t.id AND s.active = TRUE) AS staff_count
    FROM team t JOIN branch b ON b.id = t.branch_id LEFT JOIN staff l ON l.id = t.leader_id";

/// All teams, by branch and name.
pub(in crate::team) async fn teams(db: &impl Sql) -> Result<Vec<TeamLine>, Fault> {
    db.all(&format!("{TEAM} ORDER BY b.code, t.name"), vec![])
        .await
}

/// One team.
pub(in crate::team) async fn team(db: &impl Sql, id: Uuid) -> Result<Option<TeamLine>, Fault> {
    db.one(&format!("{TEAM} WHERE t.id = $1"), args![id]).await
}

/// Adds a team.
pub(in crate::team) async fn insert_team(
    tx: &Tx,
    id: Uuid,
    branch_id: Uuid,
    name: &str,
    leader_id: Option<Uuid>,
    now_ms: i64,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO team (id, branch_id, name, leader_id, version, created_at) VALUES ($1, $2, $3, $4, 1, $5)",
        args![id, branch_id, name, leader_id, now_ms],
    )
    .await?;
    Ok(())
}

/// Changes a team; another version is refused.
pub(in crate::team) async fn update_team(
    tx: &Tx,
    id: Uuid,
    branch_id: Uuid,
    name: &str,
    leader_id: Option<Uuid>,
    version: i64,
) -> Result<(), Problem> {
    let touched = tx
        .run(
            "UPDATE team SET branch_id = $3, name = $4, leader_id = $5, version = version + 1 WHERE id = $1 AND version = $2",
            args![id, version, branch_id, name, leader_id],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}

/// Says who leads a team.
pub(in crate::team) async fn set_leader(tx: &Tx, id: Uuid, leader_id: Uuid) -> Result<(), Fault> {
    tx.run(
        "UPDATE team SET leader_id = $2 WHERE id = $1",
        args![id, leader_id],
    )
    .await?;
    Ok(())
}

/// Members of a team, active or not.
pub(in crate::team) async fn members(db: &impl Sql, id: Uuid) -> Result<i64, Fault> {
    Ok(db
        .scalar("SELECT count(*) FROM staff WHERE team_id = $1", args![id])
        .await?
        .unwrap_or(0))
}

/// Deletes a team nobody is in; another version is refused.
pub(in crate::team) async fn delete_team(tx: &Tx, id: Uuid, version: i64) -> Result<(), Problem> {
    let touched = tx
        .run(
            "DELETE FROM team WHERE id = $1 AND version = $2",
            args![id, version],
        )
        .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Problem::edited_elsewhere())
    }
}
