//! People come, change, go (员工).

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::team::{ADMINISTRATOR, INVITE_MS, Rights, TeamError, login};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::identity::{Identity, Scope, ScopeKind};
use liuke_platform::page::Page;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events, secret, session};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{gone, no_faults, optional, required, rights_of, sees_branch, version_of};
use crate::team::http::staff::{
    OptionQuery, RoleRef, StaffInput, StaffInvited, StaffOption, StaffQuery, StaffRow,
};
use crate::team::store;
use crate::team::store::role::Grant;
use crate::team::store::staff::{StaffFields, StaffFilter, StaffLine};
use crate::{App, refused};

/// People the reader may see.
pub(in crate::team) async fn list(
    app: &App,
    scope: &Scope,
    query: &StaffQuery,
) -> Result<Page<StaffRow>, Problem> {
    let filter = StaffFilter {
        q: query.q.clone(),
        branch_id: query.branch_id,
        role_id: query.role_id,
        active: query.active,
    };
    let lines = store::staff::page(
        &app.db,
        scope,
        &filter,
        query.page.after::<(String, Uuid)>()?,
        query.page.fetch(),
    )
    .await?;
    let page = Page::cut(lines, &query.page, |line| (line.name.clone(), line.id));
    let items = rows(&app.db, page.items).await?;
    Ok(Page {
        items,
        next: page.next,
    })
}

/// One person the reader may see.
pub(in crate::team) async fn get(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<StaffRow, Problem> {
    let line = store::staff::find(db, scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("staff"))?;
    rows(db, vec![line])
        .await?
        .pop()
        .ok_or_else(|| gone("staff", id).into())
}

async fn rows(db: &impl Sql, lines: Vec<StaffLine>) -> Result<Vec<StaffRow>, Problem> {
    let ids: Vec<Uuid> = lines.iter().map(|l| l.id).collect();
    let mut roles: BTreeMap<Uuid, Vec<RoleRef>> = BTreeMap::new();
    for role in store::staff::roles_of(db, &ids).await? {
        roles.entry(role.staff_id).or_default().push(RoleRef {
            id: role.id,
            code: role.code,
            name: role.name,
        });
    }
    Ok(lines
        .into_iter()
        .map(|line| StaffRow {
            roles: roles.remove(&line.id).unwrap_or_default(),
            id: line.id,
            login: line.login,
            name: line.name,
            phone: line.phone,
            employee_no: line.employee_no,
            branch_id: line.branch_id,
            branch_name: line.branch_name,
            team_id: line.team_id,
            team_name: line.team_name,
            active: line.active,
            has_password: line.has_password,
            last_login_at: line.last_login_at,
            version: line.version,
        })
        .collect())
}

/// Adds a person, who chooses a password by a link.
pub(in crate::team) async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    origin: Option<&str>,
    input: StaffInput,
) -> Result<StaffInvited, Problem> {
    // No idempotency key is claimed where the answer holds a secret: answers are kept, secrets are not.
    let tx = app.db.begin().await?;
    let (fields, grants) = read_input(&tx, who, &input).await?;
    for grant in &grants {
        rights_of(who).covers(&grant.rights).map_err(refused)?;
    }
    let id = ctx.new_id::<Uuid>();
    store::staff::insert(&tx, id, &fields, ctx.now_ms()).await?;
    store::staff::put_roles(&tx, id, &ids_of(&grants)).await?;
    let (link, expires_at) = invite(app, &tx, ctx, origin, id).await?;
    audit::write(
        &tx,
        ctx,
        "staff.create",
        "staff",
        Some(id),
        None,
        Some(picture(&fields, &grants)),
    )
    .await?;
    events::tell(&tx, ctx, "staff", &json!({ "id": id })).await?;
    let staff = get(&tx, &Scope::unlimited(), id).await?;
    tx.commit().await?;
    Ok(StaffInvited {
        staff,
        link,
        expires_at,
    })
}

/// Changes a person.
pub(in crate::team) async fn update(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: StaffInput,
) -> Result<StaffRow, Problem> {
    let version = version_of(input.version)?;
    let tx = app.db.begin_for(ctx).await?;
    let (line, had) = target(&tx, who, id).await?;
    let (fields, grants) = read_input(&tx, who, &input).await?;
    let (before, after): (BTreeSet<Uuid>, BTreeSet<Uuid>) = (
        had.iter().map(|g| g.id).collect(),
        grants.iter().map(|g| g.id).collect(),
    );
    for grant in grants.iter().filter(|g| !before.contains(&g.id)) {
        rights_of(who).covers(&grant.rights).map_err(refused)?;
    }
    if line.active && is_administrator(&had) && !is_administrator(&grants) {
        keep_an_administrator(&tx, id).await?;
    }
    store::staff::update(&tx, id, &fields, version).await?;
    if before != after {
        store::staff::put_roles(&tx, id, &ids_of(&grants)).await?;
    }
    let was = picture(&fields_of(&line), &had);
    audit::write(
        &tx,
        ctx,
        "staff.update",
        "staff",
        Some(id),
        Some(was),
        Some(picture(&fields, &grants)),
    )
    .await?;
    events::tell(&tx, ctx, "staff", &json!({ "id": id })).await?;
    let row = get(&tx, &Scope::unlimited(), id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes the password away, signs the person out and makes a link to choose another.
pub(in crate::team) async fn reset_password(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    origin: Option<&str>,
    id: Uuid,
) -> Result<StaffInvited, Problem> {
    let tx = app.db.begin().await?;
    let (line, _) = target(&tx, who, id).await?;
    if !line.active {
        return Err(Problem::new(409, "team.staff_inactive"));
    }
    let (link, expires_at) = invite(app, &tx, ctx, origin, id).await?;
    session::end_all(&tx, id, None).await?;
    audit::write(
        &tx,
        ctx,
        "staff.reset_password",
        "staff",
        Some(id),
        None,
        None,
    )
    .await?;
    events::tell(&tx, ctx, "staff", &json!({ "id": id })).await?;
    let staff = get(&tx, &Scope::unlimited(), id).await?;
    tx.commit().await?;
    Ok(StaffInvited {
        staff,
        link,
        expires_at,
    })
}

/// Lets a person work no longer: signed out and without tokens at once; open work is given back by those who listen.
pub(in crate::team) async fn deactivate(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<StaffRow, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let (line, had) = target(&tx, who, id).await?;
    if line.active && is_administrator(&had) {
        keep_an_administrator(&tx, id).await?;
    }
    store::staff::set_active(&tx, id, false, version).await?;
    session::end_all(&tx, id, None).await?;
    store::token::revoke_all(&tx, id, ctx.now_ms()).await?;
    let (before, after) = (json!({ "active": line.active }), json!({ "active": false }));
    audit::write(
        &tx,
        ctx,
        "staff.deactivate",
        "staff",
        Some(id),
        Some(before),
        Some(after),
    )
    .await?;
    events::tell(&tx, ctx, "staff_deactivated", &json!({ "id": id })).await?;
    events::tell(&tx, ctx, "staff", &json!({ "id": id })).await?;
    let row = get(&tx, &Scope::unlimited(), id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Lets a person work again.
pub(in crate::team) async fn activate(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<StaffRow, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let (line, _) = target(&tx, who, id).await?;
    store::staff::set_active(&tx, id, true, version).await?;
    let (before, after) = (json!({ "active": line.active }), json!({ "active": true }));
    audit::write(
        &tx,
        ctx,
        "staff.activate",
        "staff",
        Some(id),
        Some(before),
        Some(after),
    )
    .await?;
    events::tell(&tx, ctx, "staff", &json!({ "id": id })).await?;
    let row = get(&tx, &Scope::unlimited(), id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Most people in a list to choose from.
const MOST_OPTIONS: i64 = 200;

/// Colleagues to choose from: of one's own branch and below, for who sees everything of all.
pub(in crate::team) async fn options(
    app: &App,
    scope: &Scope,
    query: &OptionQuery,
) -> Result<Vec<StaffOption>, Problem> {
    let seen = (scope.kind != ScopeKind::All).then_some(scope.branch_ids.as_slice());
    if let (Some(branch), Some(permission)) = (query.branch_id, query.permission.as_deref()) {
        if seen.is_some_and(|s| !s.contains(&branch)) {
            return Ok(Vec::new());
        }
        let able: BTreeSet<Uuid> = crate::team::candidates(&app.db, branch, permission)
            .await?
            .into_iter()
            .map(|c| c.id)
            .collect();
        let lines = store::staff::options(
            &app.db,
            None,
            query.q.as_deref(),
            Some(permission),
            MOST_OPTIONS,
        )
        .await?;
        return Ok(lines
            .into_iter()
            .filter(|l| able.contains(&l.id))
            .map(option)
            .collect());
    }
    let one = query.branch_id.map(|b| [b]);
    let branches = match (&one, seen) {
        (Some([branch]), Some(seen)) if !seen.contains(branch) => return Ok(Vec::new()),
        (Some(one), _) => Some(one.as_slice()),
        (None, seen) => seen,
    };
    let lines = store::staff::options(
        &app.db,
        branches,
        query.q.as_deref(),
        query.permission.as_deref(),
        MOST_OPTIONS,
    )
    .await?;
    Ok(lines.into_iter().map(option).collect())
}

fn option(line: store::staff::OptionLine) -> StaffOption {
    StaffOption {
        id: line.id,
        name: line.name,
        branch_name: line.branch_name,
        team_name: line.team_name,
        active: line.active,
    }
}

/// The person to act on with their roles: in the reader's scope, and without rights the reader lacks.
async fn target(tx: &Tx, who: &Identity, id: Uuid) -> Result<(StaffLine, Vec<Grant>), Problem> {
    let line = store::staff::find(tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("staff"))?;
    let roles: Vec<Uuid> = store::staff::roles_of(tx, &[id])
        .await?
        .iter()
        .map(|r| r.id)
        .collect();
    let grants = if roles.is_empty() {
        Vec::new()
    } else {
        store::role::grants(tx, &roles).await?
    };
    let all = grants
        .iter()
        .fold(Rights::none(), |sum, g| sum.and(&g.rights));
    rights_of(who).covers(&all).map_err(refused)?;
    Ok((line, grants))
}

/// Checks what was typed: names, branch, team, roles.
async fn read_input(
    tx: &Tx,
    who: &Identity,
    input: &StaffInput,
) -> Result<(StaffFields, Vec<Grant>), Problem> {
    let mut faults = Vec::new();
    let login = login(&input.login).unwrap_or_else(|code| {
        faults.push(FieldProblem::new("login", code));
        String::new()
    });
    let fields = StaffFields {
        login,
        name: required(&mut faults, "name", &input.name, 60),
        phone: optional(&mut faults, "phone", input.phone.as_deref(), 40),
        employee_no: optional(&mut faults, "employee_no", input.employee_no.as_deref(), 40),
        branch_id: input.branch_id,
        team_id: input.team_id,
    };
    let branch = store::branch::branch(tx, input.branch_id).await?;
    if !sees_branch(who, input.branch_id) || branch.is_none_or(|b| !b.active) {
        faults.push(FieldProblem::new("branch_id", "not_found"));
    }
    if let Some(team_id) = input.team_id {
        match store::branch::team(tx, team_id).await? {
            None => faults.push(FieldProblem::new("team_id", "not_found")),
            Some(team) if team.branch_id != input.branch_id => {
                return Err(refused(TeamError::TeamElsewhere));
            }
            Some(_) => {}
        }
    }
    let wanted: BTreeSet<Uuid> = input.role_ids.iter().copied().collect();
    if wanted.is_empty() {
        faults.push(FieldProblem::new("role_ids", "required"));
    }
    no_faults(faults)?;
    let wanted: Vec<Uuid> = wanted.into_iter().collect();
    let grants = store::role::grants(tx, &wanted).await?;
    if grants.len() != wanted.len() {
        return Err(Problem::invalid([FieldProblem::new(
            "role_ids",
            "not_found",
        )]));
    }
    Ok((fields, grants))
}

/// Makes the link by which a person chooses a password: 72 hours, once; only its digest is kept.
async fn invite(
    app: &App,
    tx: &Tx,
    ctx: &Ctx,
    origin: Option<&str>,
    id: Uuid,
) -> Result<(String, i64), Problem> {
    let token = secret::fresh()?;
    let expires_at = ctx.now_ms() + INVITE_MS;
    store::staff::invite(tx, id, &secret::digest(&token), expires_at).await?;
    Ok((app.link(origin, "/invite", &token), expires_at))
}

async fn keep_an_administrator(tx: &Tx, id: Uuid) -> Result<(), Problem> {
    if store::staff::other_administrators(tx, id).await? == 0 {
        return Err(refused(TeamError::LastAdministrator));
    }
    Ok(())
}

fn is_administrator(grants: &[Grant]) -> bool {
    grants.iter().any(|g| g.code == ADMINISTRATOR)
}

fn ids_of(grants: &[Grant]) -> Vec<Uuid> {
    grants.iter().map(|g| g.id).collect()
}

fn fields_of(line: &StaffLine) -> StaffFields {
    StaffFields {
        login: line.login.clone(),
        name: line.name.clone(),
        phone: line.phone.clone(),
        employee_no: line.employee_no.clone(),
        branch_id: line.branch_id,
        team_id: line.team_id,
    }
}

/// The person as the audit keeps them: the phone only by its last digits.
fn picture(fields: &StaffFields, grants: &[Grant]) -> Value {
    let tail = |phone: &String| {
        let hidden = phone.chars().count().saturating_sub(4);
        phone
            .chars()
            .enumerate()
            .map(|(i, c)| if i < hidden { '*' } else { c })
            .collect::<String>()
    };
    json!({
        "login": fields.login,
        "name": fields.name,
        "phone": fields.phone.as_ref().map(tail),
        "employee_no": fields.employee_no,
        "branch_id": fields.branch_id,
        "team_id": fields.team_id,
        "roles": grants.iter().map(|g| g.code.as_str()).collect::<BTreeSet<_>>(),
    })
}
