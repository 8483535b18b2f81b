//! Laying an organisation without a person who does it (建档): first setup, the demo, tests.

use liuke_domain::team::BranchKind;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;
use uuid::Uuid;

use super::store;
use super::store::branch::BranchFields;
use super::store::staff::StaffFields;

/// A branch to found.
#[derive(Debug, Clone, Copy)]
pub struct NewBranch<'a> {
    /// The one it stands below.
    pub parent_id: Option<Uuid>,
    /// Short code.
    pub code: &'a str,
    /// Name.
    pub name: &'a str,
    /// What it is.
    pub kind: BranchKind,
    /// IANA time zone.
    pub zone: &'a str,
}

/// A person to take in.
#[derive(Debug, Clone, Copy)]
pub struct NewStaff<'a> {
    /// Log-in name.
    pub login: &'a str,
    /// Name.
    pub name: &'a str,
    /// Where they work.
    pub branch_id: Uuid,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// Codes of their roles.
    pub roles: &'a [&'a str],
    /// Hash of a password, if they shall be able to sign in.
    pub password_hash: Option<&'a str>,
}

/// Founds a branch.
pub async fn branch(tx: &Tx, ctx: &Ctx, new: &NewBranch<'_>) -> Result<Uuid, Fault> {
    let id = ctx.new_id::<Uuid>();
    let fields = BranchFields {
        parent_id: new.parent_id,
        code: new.code.to_owned(),
        name: new.name.to_owned(),
        kind: new.kind.as_str(),
        zone: new.zone.to_owned(),
        active: true,
    };
    store::branch::insert_branch(tx, id, &fields, ctx.now_ms()).await?;
    Ok(id)
}

/// Forms a team; who leads it can be told later by [`lead`].
pub async fn team(tx: &Tx, ctx: &Ctx, branch_id: Uuid, name: &str) -> Result<Uuid, Fault> {
    let id = ctx.new_id::<Uuid>();
    store::branch::insert_team(tx, id, branch_id, name, None, ctx.now_ms()).await?;
    Ok(id)
}

/// Says who leads a team.
pub async fn lead(tx: &Tx, team_id: Uuid, staff_id: Uuid) -> Result<(), Fault> {
    store::branch::set_leader(tx, team_id, staff_id).await
}

/// Takes a person in.
pub async fn staff(tx: &Tx, ctx: &Ctx, new: &NewStaff<'_>) -> Result<Uuid, Fault> {
    let id = ctx.new_id::<Uuid>();
    let fields = StaffFields {
        login: new.login.to_owned(),
        name: new.name.to_owned(),
        phone: None,
        employee_no: None,
        branch_id: new.branch_id,
        team_id: new.team_id,
    };
    store::staff::insert(tx, id, &fields, ctx.now_ms()).await?;
    if let Some(hash) = new.password_hash {
        store::staff::put_password(tx, id, hash).await?;
    }
    let mut roles = Vec::new();
    for code in new.roles {
        let role = store::role::by_code(tx, code).await?;
        roles.push(role.ok_or_else(|| Fault::other(format!("no role {code}")))?);
    }
    store::staff::put_roles(tx, id, &roles).await?;
    Ok(id)
}
