//! Branches and teams (网点与班组).

use liuke_domain::team::{self, Node, TeamError, check_place};
use liuke_domain::worktime;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Tx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, events};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{gone, no_faults, required, sees_branch, version_of};
use crate::team::http::org::{BranchInput, BranchKind, BranchView, TeamInput, TeamView};
use crate::team::store;
use crate::team::store::branch::{BranchFields, BranchLine, TeamLine};
use crate::{App, refused};

/// All branches.
pub(in crate::team) async fn branches(app: &App) -> Result<Vec<BranchView>, Problem> {
    let lines = store::branch::branches(&app.db).await?;
    Ok(lines
        .into_iter()
        .map(branch_view)
        .collect::<Result<_, Fault>>()?)
}

/// Opens a branch.
pub(in crate::team) async fn create_branch(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: BranchInput,
) -> Result<BranchView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let fields = read_branch(&input)?;
    may_stand_below(who, &fields)?;
    check_place(
        &nodes(&tx).await?,
        None,
        fields.parent_id,
        rule_kind(input.kind),
    )
    .map_err(refused)?;
    parent_is_open(&tx, &fields).await?;
    let id = ctx.new_id::<Uuid>();
    store::branch::insert_branch(&tx, id, &fields, ctx.now_ms()).await?;
    audit::write(
        &tx,
        ctx,
        "branch.create",
        "branch",
        Some(id),
        None,
        Some(picture(&fields)),
    )
    .await?;
    events::tell(&tx, ctx, "branch", &json!({ "id": id })).await?;
    let view = branch_view(
        store::branch::branch(&tx, id)
            .await?
            .ok_or_else(|| gone("branch", id))?,
    )?;
    tx.commit().await?;
    Ok(view)
}

/// Changes, moves or closes a branch.
pub(in crate::team) async fn update_branch(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: BranchInput,
) -> Result<BranchView, Problem> {
    let version = version_of(input.version)?;
    let tx = app.db.begin_for(ctx).await?;
    let was = store::branch::branch(&tx, id)
        .await?
        .filter(|b| sees_branch(who, b.id));
    let was = was.ok_or_else(|| Problem::not_found("branch"))?;
    let fields = read_branch(&input)?;
    if fields.parent_id != was.parent_id {
        may_stand_below(who, &fields)?;
    }
    check_place(
        &nodes(&tx).await?,
        Some(id),
        fields.parent_id,
        rule_kind(input.kind),
    )
    .map_err(refused)?;
    if fields.active {
        parent_is_open(&tx, &fields).await?;
    } else if was.active {
        may_close(&tx, &was).await?;
    }
    store::branch::update_branch(&tx, id, &fields, version).await?;
    let before = picture(&fields_of(&was)?);
    audit::write(
        &tx,
        ctx,
        "branch.update",
        "branch",
        Some(id),
        Some(before),
        Some(picture(&fields)),
    )
    .await?;
    events::tell(&tx, ctx, "branch", &json!({ "id": id })).await?;
    let view = branch_view(
        store::branch::branch(&tx, id)
            .await?
            .ok_or_else(|| gone("branch", id))?,
    )?;
    tx.commit().await?;
    Ok(view)
}

/// A branch closes when nobody works there and nothing below it is open.
async fn may_close(tx: &Tx, was: &BranchLine) -> Result<(), Problem> {
    if was.staff_count > 0 {
        return Err(refused(TeamError::BranchNotEmpty));
    }
    if store::branch::branches(tx)
        .await?
        .iter()
        .any(|b| b.parent_id == Some(was.id) && b.active)
    {
        return Err(refused(TeamError::BranchHasBranches));
    }
    Ok(())
}

async fn parent_is_open(tx: &Tx, fields: &BranchFields) -> Result<(), Problem> {
    let Some(parent) = fields.parent_id else {
        return Ok(());
    };
    match store::branch::branch(tx, parent).await? {
        Some(branch) if branch.active || !fields.active => Ok(()),
        _ => Err(Problem::invalid([FieldProblem::new(
            "parent_id",
            "not_found",
        )])),
    }
}

/// Whoever does not see everything opens branches only below their own.
fn may_stand_below(who: &Identity, fields: &BranchFields) -> Result<(), Problem> {
    match fields.parent_id {
        Some(parent) if !sees_branch(who, parent) => Err(Problem::invalid([FieldProblem::new(
            "parent_id",
            "not_found",
        )])),
        _ => Ok(()),
    }
}

fn read_branch(input: &BranchInput) -> Result<BranchFields, Problem> {
    let mut faults = Vec::new();
    let fields = BranchFields {
        parent_id: input.parent_id,
        code: required(&mut faults, "code", &input.code, 20),
        name: required(&mut faults, "name", &input.name, 60),
        kind: rule_kind(input.kind).as_str(),
        zone: input.zone.trim().to_owned(),
        active: input.active,
    };
    if worktime::zone(&fields.zone).is_none() {
        faults.push(FieldProblem::new("zone", "unknown_zone"));
    }
    no_faults(faults)?;
    Ok(fields)
}

async fn nodes(tx: &Tx) -> Result<Vec<Node>, Fault> {
    store::branch::branches(tx)
        .await?
        .into_iter()
        .map(|b| {
            let kind = team::BranchKind::parse(&b.kind)
                .ok_or_else(|| Fault::inconsistent("branch", "kind", b.id))?;
            Ok(Node {
                id: b.id,
                parent: b.parent_id,
                kind,
            })
        })
        .collect()
}

fn rule_kind(kind: BranchKind) -> team::BranchKind {
    match kind {
        BranchKind::Company => team::BranchKind::Company,
        BranchKind::Region => team::BranchKind::Region,
        BranchKind::Branch => team::BranchKind::Branch,
    }
}

fn view_kind(line: &BranchLine) -> Result<BranchKind, Fault> {
    match team::BranchKind::parse(&line.kind) {
        Some(team::BranchKind::Company) => Ok(BranchKind::Company),
        Some(team::BranchKind::Region) => Ok(BranchKind::Region),
        Some(team::BranchKind::Branch) => Ok(BranchKind::Branch),
        None => Err(Fault::inconsistent("branch", "kind", line.id)),
    }
}

fn branch_view(line: BranchLine) -> Result<BranchView, Fault> {
    let kind = view_kind(&line)?;
    Ok(BranchView {
        id: line.id,
        parent_id: line.parent_id,
        code: line.code,
        name: line.name,
        kind,
        zone: line.zone,
        active: line.active,
        staff_count: line.staff_count,
        version: line.version,
    })
}

fn fields_of(line: &BranchLine) -> Result<BranchFields, Fault> {
    Ok(BranchFields {
        parent_id: line.parent_id,
        code: line.code.clone(),
        name: line.name.clone(),
        kind: rule_kind(view_kind(line)?).as_str(),
        zone: line.zone.clone(),
        active: line.active,
    })
}

fn picture(fields: &BranchFields) -> Value {
    json!({
        "parent_id": fields.parent_id,
        "code": fields.code,
        "name": fields.name,
        "kind": fields.kind,
        "zone": fields.zone,
        "active": fields.active,
    })
}

/// All teams.
pub(in crate::team) async fn teams(app: &App) -> Result<Vec<TeamView>, Problem> {
    Ok(store::branch::teams(&app.db)
        .await?
        .into_iter()
        .map(team_view)
        .collect())
}

/// Forms a team.
pub(in crate::team) async fn create_team(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: TeamInput,
) -> Result<TeamView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let name = read_team(&tx, who, &input).await?;
    let id = ctx.new_id::<Uuid>();
    store::branch::insert_team(
        &tx,
        id,
        input.branch_id,
        &name,
        input.leader_id,
        ctx.now_ms(),
    )
    .await?;
    let after = team_picture(input.branch_id, &name, input.leader_id);
    audit::write(&tx, ctx, "team.create", "team", Some(id), None, Some(after)).await?;
    events::tell(&tx, ctx, "team", &json!({ "id": id })).await?;
    let view = store::branch::team(&tx, id)
        .await?
        .map(team_view)
        .ok_or_else(|| gone("team", id))?;
    tx.commit().await?;
    Ok(view)
}

/// Changes a team. It moves to another branch only while nobody is in it.
pub(in crate::team) async fn update_team(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: TeamInput,
) -> Result<TeamView, Problem> {
    let version = version_of(input.version)?;
    let tx = app.db.begin_for(ctx).await?;
    let was = seen_team(&tx, who, id).await?;
    let name = read_team(&tx, who, &input).await?;
    if was.branch_id != input.branch_id && store::branch::members(&tx, id).await? > 0 {
        return Err(refused(TeamError::TeamNotEmpty));
    }
    store::branch::update_team(&tx, id, input.branch_id, &name, input.leader_id, version).await?;
    let before = team_picture(was.branch_id, &was.name, was.leader_id);
    let after = team_picture(input.branch_id, &name, input.leader_id);
    audit::write(
        &tx,
        ctx,
        "team.update",
        "team",
        Some(id),
        Some(before),
        Some(after),
    )
    .await?;
    events::tell(&tx, ctx, "team", &json!({ "id": id })).await?;
    let view = store::branch::team(&tx, id)
        .await?
        .map(team_view)
        .ok_or_else(|| gone("team", id))?;
    tx.commit().await?;
    Ok(view)
}

/// Dissolves a team nobody is in.
pub(in crate::team) async fn delete_team(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
) -> Result<(), Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let was = seen_team(&tx, who, id).await?;
    if store::branch::members(&tx, id).await? > 0 {
        return Err(refused(TeamError::TeamNotEmpty));
    }
    store::branch::delete_team(&tx, id, version).await?;
    let before = team_picture(was.branch_id, &was.name, was.leader_id);
    audit::write(
        &tx,
        ctx,
        "team.delete",
        "team",
        Some(id),
        Some(before),
        None,
    )
    .await?;
    events::tell(&tx, ctx, "team", &json!({ "id": id })).await?;
    tx.commit().await?;
    Ok(())
}

async fn seen_team(tx: &Tx, who: &Identity, id: Uuid) -> Result<TeamLine, Problem> {
    let team = store::branch::team(tx, id)
        .await?
        .filter(|t| sees_branch(who, t.branch_id));
    team.ok_or_else(|| Problem::not_found("team"))
}

async fn read_team(tx: &Tx, who: &Identity, input: &TeamInput) -> Result<String, Problem> {
    let mut faults = Vec::new();
    let name = required(&mut faults, "name", &input.name, 60);
    let branch = store::branch::branch(tx, input.branch_id).await?;
    if !sees_branch(who, input.branch_id) || branch.is_none_or(|b| !b.active) {
        faults.push(FieldProblem::new("branch_id", "not_found"));
    }
    if let Some(leader) = input.leader_id
        && store::staff::find(tx, &who.scope, leader)
            .await?
            .is_none_or(|s| !s.active)
    {
        faults.push(FieldProblem::new("leader_id", "not_found"));
    }
    no_faults(faults)?;
    Ok(name)
}

fn team_view(line: TeamLine) -> TeamView {
    TeamView {
        id: line.id,
        branch_id: line.branch_id,
        branch_name: line.branch_name,
        name: line.name,
        leader_id: line.leader_id,
        leader_name: line.leader_name,
        staff_count: line.staff_count,
        version: line.version,
    }
}

fn team_picture(branch_id: Uuid, name: &str, leader_id: Option<Uuid>) -> Value {
    json!({ "branch_id": branch_id, "name": name, "leader_id": leader_id })
}
