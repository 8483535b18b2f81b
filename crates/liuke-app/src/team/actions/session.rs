//! Signing in and out, first setup, invitations (登录).

use axum::http::HeaderValue;
use liuke_domain::team::{self, ADMINISTRATOR, BranchKind};
use liuke_domain::worktime::DEFAULT_ZONE;
use liuke_platform::ctx::{Actor, Ctx, Via};
use liuke_platform::db::Tx;
use liuke_platform::http::Peer;
use liuke_platform::identity::{Identity, Public};
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::session::{password, throttle};
use liuke_platform::{audit, events, secret, session};
use serde_json::json;
use uuid::Uuid;

use super::{gone, kind_of, no_faults, required};
use crate::App;
use crate::team::founding::{self, NewBranch, NewStaff};
use crate::team::http::session::{
    InviteInput, InviteView, LoginInput, LoginOptions, Me, PasswordInput, SessionView, SetupInput,
};
use crate::team::people::check_password;
use crate::team::{SETUP_DONE, setting, store};

/// What the log-in page shows.
pub(in crate::team) async fn options(app: &App) -> Result<LoginOptions, Problem> {
    Ok(LoginOptions {
        setup_needed: !store::staff::any(&app.db).await?,
        company: setting::settings(&app.db).await?.company,
        demo: app.demo,
        demo_logins: if app.demo {
            setting::demo_logins(&app.db).await?
        } else {
            Vec::new()
        },
    })
}

/// Signs in. An unknown name takes as long as a wrong password, and answers the same.
pub(in crate::team) async fn login(
    app: &App,
    anybody: &Public,
    peer: &Peer,
    input: LoginInput,
) -> Result<(HeaderValue, SessionView), Problem> {
    let ctx = &anybody.ctx;
    let name = team::login(&input.login).unwrap_or_else(|_| input.login.chars().take(64).collect());
    throttle::check(&app.db, ctx.now_ms(), &name, &peer.address).await?;
    let person = store::staff::credentials(&app.db, &name).await?;
    let hash = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let fits = password::verify(&input.password, hash).await?;
    let tx = app.db.begin().await?;
    throttle::check_again(&tx, ctx, &name, &peer.address).await?;
    let Some(person) = person.filter(|_| fits) else {
        throttle::failed(&tx, ctx, &name, &peer.address).await?;
        tx.commit().await?;
        return Err(Problem::new(401, "login.refused"));
    };
    throttle::succeeded(&tx, &name).await?;
    enter(app, anybody, peer, tx, person.id, &person.name).await
}

/// Begins a session under a new id and commits.
async fn enter(
    app: &App,
    anybody: &Public,
    peer: &Peer,
    tx: Tx,
    id: Uuid,
    name: &str,
) -> Result<(HeaderValue, SessionView), Problem> {
    let ctx = anybody.ctx.acting_as(Actor::person(id, name, Via::Ui));
    let before = anybody
        .who
        .as_ref()
        .and_then(|who| who.session_id.as_deref());
    let cookie = session::begin(&tx, &ctx, &app.base, id, peer, before).await?;
    store::staff::signed_in(&tx, id, ctx.now_ms()).await?;
    audit::write(&tx, &ctx, "session.begin", "staff", Some(id), None, None).await?;
    tx.commit().await?;
    let view = view_of(app, &ctx, id).await?;
    Ok((cookie, view))
}

/// Signs out at this browser.
pub(in crate::team) async fn logout(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
) -> Result<HeaderValue, Problem> {
    by_session_only(who)?;
    let tx = app.db.begin().await?;
    if let Some(id) = &who.session_id {
        session::end(&tx, id).await?;
    }
    audit::write(
        &tx,
        ctx,
        "session.end",
        "staff",
        Some(who.staff_id),
        None,
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(session::forget_cookie(&app.base)?)
}

/// Who is signed in.
pub(in crate::team) async fn view(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
) -> Result<SessionView, Problem> {
    let mut view = view_of(app, ctx, who.staff_id).await?;
    // An API token may do less than its maker.
    view.permissions.retain(|p| who.may(p));
    Ok(view)
}

async fn view_of(app: &App, ctx: &Ctx, id: Uuid) -> Result<SessionView, Problem> {
    let person = store::identity::person(&app.db, id)
        .await?
        .ok_or_else(Problem::unauthenticated)?;
    let branch = store::branch::branch(&app.db, person.branch_id)
        .await?
        .ok_or_else(|| gone("branch", person.branch_id))?;
    let team = match person.team_id {
        Some(team) => store::branch::team(&app.db, team).await?,
        None => None,
    };
    let settings = setting::settings(&app.db).await?;
    app.set_session_idle_min(settings.session_idle_minutes);
    Ok(SessionView {
        staff: Me {
            id,
            login: person.login,
            name: person.name,
            branch_id: branch.id,
            branch_name: branch.name,
            team_id: person.team_id,
            team_name: team.map(|t| t.name),
        },
        roles: store::staff::roles_of(&app.db, &[id])
            .await?
            .into_iter()
            .map(|r| r.code)
            .collect(),
        permissions: person.rights.permissions.into_iter().collect(),
        scope: kind_of(person.rights.reach),
        zone: branch.zone,
        company: settings.company,
        demo: app.demo,
        server_now: ctx.now_ms(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Changes one's own password and signs out everywhere else.
pub(in crate::team) async fn change_password(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: PasswordInput,
) -> Result<(), Problem> {
    by_session_only(who)?;
    check_password(app, ctx, who.staff_id, &input.current, "current").await?;
    password::check("new", &input.new, &who.login).map_err(|fault| Problem::invalid([fault]))?;
    let hash = password::hash(&input.new).await?;
    let tx = app.db.begin().await?;
    store::staff::put_password(&tx, who.staff_id, &hash).await?;
    session::end_all(&tx, who.staff_id, who.session_id.as_deref()).await?;
    throttle::succeeded(&tx, &who.login).await?;
    audit::write(
        &tx,
        ctx,
        "staff.change_password",
        "staff",
        Some(who.staff_id),
        None,
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The firm, its first branch and its first administrator, in one transaction, by the printed link, once.
pub(in crate::team) async fn setup(
    app: &App,
    anybody: &Public,
    peer: &Peer,
    input: SetupInput,
) -> Result<(HeaderValue, SessionView), Problem> {
    let mut faults = Vec::new();
    let company = required(&mut faults, "company", &input.company, 100);
    let branch_name = required(&mut faults, "branch_name", &input.branch_name, 60);
    let name = required(&mut faults, "name", &input.name, 60);
    let login = team::login(&input.login).unwrap_or_else(|code| {
        faults.push(FieldProblem::new("login", code));
        String::new()
    });
    if let Err(fault) = password::check("password", &input.password, &login) {
        faults.push(fault);
    }
    may_set_up(app, &input.token).await?;
    no_faults(faults)?;
    let hash = password::hash(&input.password).await?;
    let ctx = anybody.ctx.acting_as(Actor {
        id: None,
        name: "setup".into(),
        via: Via::Ui,
    });
    let tx = app.db.begin().await?;
    // Two at once: the one who comes second finds the link used.
    if !setting::use_setup_token(&tx, &secret::digest(&input.token)).await?
        || store::staff::any(&tx).await?
    {
        return Err(Problem::new(409, "setup.done"));
    }
    super::role::seed(&tx, &ctx).await?;
    let root = NewBranch {
        parent_id: None,
        code: "HQ",
        name: &company,
        kind: BranchKind::Company,
        zone: DEFAULT_ZONE,
    };
    let root = founding::branch(&tx, &ctx, &root).await?;
    let first = NewBranch {
        parent_id: Some(root),
        code: "01",
        name: &branch_name,
        kind: BranchKind::Branch,
        zone: DEFAULT_ZONE,
    };
    let first = founding::branch(&tx, &ctx, &first).await?;
    let id = founding::staff(
        &tx,
        &ctx,
        &NewStaff {
            login: &login,
            name: &name,
            branch_id: first,
            team_id: None,
            roles: &[ADMINISTRATOR],
            password_hash: Some(&hash),
        },
    )
    .await?;
    setting::found(&tx, &ctx, &company).await?;
    let after = json!({ "company": company, "branch": branch_name, "login": login });
    events::tell(&tx, &ctx, SETUP_DONE, &json!({ "id": id })).await?;
    audit::write(
        &tx,
        &ctx,
        "setup.done",
        "staff",
        Some(id),
        None,
        Some(after),
    )
    .await?;
    enter(app, anybody, peer, tx, id, &name).await
}

async fn may_set_up(app: &App, token: &str) -> Result<(), Problem> {
    if store::staff::any(&app.db).await? {
        return Err(Problem::new(409, "setup.done"));
    }
    if setting::is_setup_token(&app.db, &secret::digest(token)).await? {
        Ok(())
    } else {
        Err(Problem::new(403, "setup.bad_token"))
    }
}

/// Whom a link invites.
pub(in crate::team) async fn invite(
    app: &App,
    ctx: &Ctx,
    token: &str,
) -> Result<InviteView, Problem> {
    let invited = invited(app, ctx, token).await?;
    Ok(InviteView {
        login: invited.login,
        name: invited.name,
        expires_at: invited.invite_expires_at.unwrap_or_default(),
    })
}

/// Stores the password that the invited person chose, and signs them in.
pub(in crate::team) async fn accept_invite(
    app: &App,
    anybody: &Public,
    peer: &Peer,
    input: InviteInput,
) -> Result<(HeaderValue, SessionView), Problem> {
    let person = invited(app, &anybody.ctx, &input.token).await?;
    password::check("password", &input.password, &person.login)
        .map_err(|fault| Problem::invalid([fault]))?;
    let hash = password::hash(&input.password).await?;
    let tx = app.db.begin().await?;
    // Two at once: the one who comes second finds the link used.
    if !store::staff::use_invite(&tx, person.id, &secret::digest(&input.token)).await? {
        return Err(bad_invite());
    }
    store::staff::put_password(&tx, person.id, &hash).await?;
    session::end_all(&tx, person.id, None).await?;
    throttle::succeeded(&tx, &person.login).await?;
    let ctx = anybody
        .ctx
        .acting_as(Actor::person(person.id, person.name.as_str(), Via::Ui));
    audit::write(
        &tx,
        &ctx,
        "staff.accept_invite",
        "staff",
        Some(person.id),
        None,
        None,
    )
    .await?;
    enter(app, anybody, peer, tx, person.id, &person.name).await
}

async fn invited(app: &App, ctx: &Ctx, token: &str) -> Result<store::staff::Invited, Problem> {
    let person = store::staff::invited(&app.db, &secret::digest(token))
        .await?
        .ok_or_else(bad_invite)?;
    if person.invite_expires_at.is_none_or(|at| at <= ctx.now_ms()) {
        return Err(Problem::new(410, "invite.expired"));
    }
    Ok(person)
}

fn bad_invite() -> Problem {
    Problem::new(404, "invite.invalid")
}

/// What only a person at a screen may do, never a program with a token.
pub(in crate::team) fn by_session_only(who: &Identity) -> Result<(), Problem> {
    if who.session_id.is_some() {
        Ok(())
    } else {
        Err(Problem::new(403, "session.required"))
    }
}
