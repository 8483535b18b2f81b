//! Roles (角色).

use std::collections::BTreeSet;

use liuke_domain::team::{ADMINISTRATOR, Reach, Rights, TeamError};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{gone, kind_of, no_faults, required, rights_of, version_of};
use crate::permission::{self, BUILTIN_ROLES};
use crate::team::http::role::{RoleInput, RoleView};
use crate::team::store;
use crate::team::store::role::RoleLine;
use crate::{App, refused};

/// All roles.
pub(in crate::team) async fn list(app: &App) -> Result<Vec<RoleView>, Problem> {
    let mut permissions = store::role::permissions(&app.db).await?;
    let lines = store::role::roles(&app.db).await?;
    let views = lines.into_iter().map(|line| {
        let of_role = permissions.remove(&line.id).unwrap_or_default();
        view(line, &of_role)
    });
    Ok(views.collect::<Result<_, Fault>>()?)
}

/// Makes a role, with rights its maker holds.
pub(in crate::team) async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: RoleInput,
) -> Result<RoleView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let new = read(&input)?;
    rights_of(who).covers(&new.rights).map_err(refused)?;
    let id = ctx.new_id::<Uuid>();
    let scope = new.rights.reach.as_str();
    if !store::role::insert(&tx, id, &new.code, &new.name, scope, false, ctx.now_ms()).await? {
        return Err(Problem::new(409, "duplicate").field("code", "taken"));
    }
    store::role::put_permissions(&tx, id, &new.codes()).await?;
    audit::write(
        &tx,
        ctx,
        "role.create",
        "role",
        Some(id),
        None,
        Some(new.picture()),
    )
    .await?;
    events::tell(&tx, ctx, "role", &json!({ "id": id })).await?;
    let view = one(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// Changes a role. What it could do and what it shall do must both be among the rights of who changes it.
pub(in crate::team) async fn update(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: RoleInput,
) -> Result<RoleView, Problem> {
    let version = version_of(input.version)?;
    let tx = app.db.begin_for(ctx).await?;
    let was = found(&tx, id).await?;
    if was.code == ADMINISTRATOR {
        return Err(refused(TeamError::RoleFixed));
    }
    let mut new = read(&input)?;
    if was.builtin {
        new.code.clone_from(&was.code);
    }
    rights_of(who).covers(&was.rights).map_err(refused)?;
    rights_of(who).covers(&new.rights).map_err(refused)?;
    store::role::update(
        &tx,
        id,
        &new.code,
        &new.name,
        new.rights.reach.as_str(),
        version,
    )
    .await?;
    store::role::put_permissions(&tx, id, &new.codes()).await?;
    audit::write(
        &tx,
        ctx,
        "role.update",
        "role",
        Some(id),
        Some(was.picture()),
        Some(new.picture()),
    )
    .await?;
    events::tell(&tx, ctx, "role", &json!({ "id": id })).await?;
    let view = one(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// Deletes a role nobody has.
pub(in crate::team) async fn delete(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let was = found(&tx, id).await?;
    if was.builtin {
        return Err(refused(TeamError::RoleBuiltin));
    }
    rights_of(who).covers(&was.rights).map_err(refused)?;
    if store::role::holders(&tx, id).await? > 0 {
        return Err(refused(TeamError::RoleInUse));
    }
    store::role::delete(&tx, id, version).await?;
    audit::write(
        &tx,
        ctx,
        "role.delete",
        "role",
        Some(id),
        Some(was.picture()),
        None,
    )
    .await?;
    events::tell(&tx, ctx, "role", &json!({ "id": id })).await?;
    tx.commit().await?;
    Ok(())
}

/// Lays the builtin roles: adds those that are missing, and gives the administrator every right there is.
/// The others stay as the house has made them.
pub(in crate::team) async fn seed(tx: &Tx, ctx: &Ctx) -> Result<(), Fault> {
    for role in BUILTIN_ROLES {
        let id = ctx.new_id::<Uuid>();
        let fresh = store::role::insert(
            tx,
            id,
            role.code,
            role.name,
            role.scope.as_str(),
            true,
            ctx.now_ms(),
        )
        .await?;
        if fresh {
            store::role::put_permissions(tx, id, role.permissions).await?;
        } else if role.code == ADMINISTRATOR
            && let Some(id) = store::role::by_code(tx, ADMINISTRATOR).await?
        {
            store::role::put_permissions(tx, id, permission::ALL).await?;
        }
    }
    Ok(())
}

struct Role {
    code: String,
    name: String,
    builtin: bool,
    rights: Rights,
}

impl Role {
    fn codes(&self) -> Vec<&str> {
        self.rights.permissions.iter().map(String::as_str).collect()
    }

    fn picture(&self) -> Value {
        json!({
            "code": self.code,
            "name": self.name,
            "scope": self.rights.reach.as_str(),
            "permissions": self.rights.permissions,
        })
    }
}

async fn found(tx: &Tx, id: Uuid) -> Result<Role, Problem> {
    let line = store::role::role(tx, id)
        .await?
        .ok_or_else(|| Problem::not_found("role"))?;
    let grant = store::role::grants(tx, &[id])
        .await?
        .pop()
        .ok_or_else(|| gone("role", id))?;
    Ok(Role {
        code: line.code,
        name: line.name,
        builtin: line.builtin,
        rights: grant.rights,
    })
}

fn read(input: &RoleInput) -> Result<Role, Problem> {
    let mut faults = Vec::new();
    let code = required(&mut faults, "code", &input.code, 40).to_lowercase();
    if code.chars().any(|c| !c.is_ascii_alphanumeric() && c != '_') {
        faults.push(FieldProblem::new("code", "code_characters"));
    }
    let name = required(&mut faults, "name", &input.name, 60);
    for (place, wanted) in input.permissions.iter().enumerate() {
        if !permission::ALL.contains(&wanted.as_str()) {
            faults.push(FieldProblem::new(
                format!("permissions[{place}]"),
                "unknown_value",
            ));
        }
    }
    no_faults(faults)?;
    let reach = Reach::parse(input.scope.as_str()).ok_or_else(|| Fault::other("scope"))?;
    let permissions: BTreeSet<String> = input.permissions.iter().cloned().collect();
    Ok(Role {
        code,
        name,
        builtin: false,
        rights: Rights { reach, permissions },
    })
}

async fn one(tx: &Tx, id: Uuid) -> Result<RoleView, Problem> {
    let line = store::role::role(tx, id)
        .await?
        .ok_or_else(|| gone("role", id))?;
    let permissions = store::role::permissions(tx)
        .await?
        .remove(&id)
        .unwrap_or_default();
    Ok(view(line, &permissions)?)
}

/// Rights in the order of the settings screen.
fn view(line: RoleLine, permissions: &[String]) -> Result<RoleView, Fault> {
    let reach =
        Reach::parse(&line.scope).ok_or_else(|| Fault::inconsistent("role", "scope", line.id))?;
    let permissions = permission::ALL
        .iter()
        .filter(|p| permissions.iter().any(|has| has == *p))
        .map(|p| (*p).to_owned())
        .collect();
    Ok(RoleView {
        id: line.id,
        code: line.code,
        name: line.name,
        builtin: line.builtin,
        scope: kind_of(reach),
        permissions,
        staff_count: line.staff_count,
        version: line.version,
    })
}
