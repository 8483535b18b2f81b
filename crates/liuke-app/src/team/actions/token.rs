//! API tokens (接口令牌): they act on behalf of their maker, with no more rights than the maker has at that moment.

use std::collections::BTreeSet;

use liuke_domain::team::{TOKEN_DAYS_MAX, TeamError};
use liuke_platform::ctx::Ctx;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, Scope};
use liuke_platform::problem::{FieldProblem, Problem};
use liuke_platform::{audit, secret};
use serde_json::json;
use uuid::Uuid;

use super::session::by_session_only;
use super::{gone, no_faults, required};
use crate::permission;
use crate::team::http::token::{TokenInput, TokenMade, TokenView};
use crate::team::store;
use crate::team::store::token::{NewToken, TokenLine};
use crate::{App, refused};

const DAY_MS: i64 = 86_400_000;

/// How every token begins, so that scanners find one that has leaked.
pub(in crate::team) const MARK: &str = "lk_";

/// Tokens the reader may see.
pub(in crate::team) async fn list(app: &App, scope: &Scope) -> Result<Vec<TokenView>, Problem> {
    let lines = store::token::tokens(&app.db, scope).await?;
    Ok(lines.into_iter().map(view).collect::<Result<_, Fault>>()?)
}

/// Makes a token; its secret is shown this once.
pub(in crate::team) async fn create(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    input: TokenInput,
) -> Result<TokenMade, Problem> {
    by_session_only(who)?;
    let mut faults = Vec::new();
    let name = required(&mut faults, "name", &input.name, 60);
    if !(1..=TOKEN_DAYS_MAX).contains(&input.expires_in_days) {
        faults.push(
            FieldProblem::new("expires_in_days", "out_of_range")
                .param("min", 1)
                .param("max", TOKEN_DAYS_MAX),
        );
    }
    if input.scopes.is_empty() {
        faults.push(FieldProblem::new("scopes", "required"));
    }
    for (place, wanted) in input.scopes.iter().enumerate() {
        if !permission::ALL.contains(&wanted.as_str()) {
            faults.push(FieldProblem::new(
                format!("scopes[{place}]"),
                "unknown_value",
            ));
        }
    }
    no_faults(faults)?;
    if let Some(lacking) = input.scopes.iter().find(|s| !who.may(s)) {
        return Err(refused(TeamError::BeyondOwnRights {
            permission: Some(lacking.clone()),
        }));
    }
    let scopes: BTreeSet<String> = input.scopes.into_iter().collect();
    let token = format!("{MARK}{}", secret::fresh()?);
    let prefix: String = token.chars().take(MARK.len() + 6).collect();
    let id = ctx.new_id::<Uuid>();
    // No idempotency key is claimed where the answer holds a secret: answers are kept, secrets are not.
    let tx = app.db.begin().await?;
    let new = NewToken {
        id,
        staff_id: who.staff_id,
        name: &name,
        prefix: &prefix,
        hash: &secret::digest(&token),
        scopes: &serde_json::to_string(&scopes).map_err(Fault::from)?,
        expires_at: ctx.now_ms() + input.expires_in_days * DAY_MS,
        created_at: ctx.now_ms(),
    };
    store::token::insert(&tx, &new).await?;
    let after =
        json!({ "name": name, "prefix": prefix, "scopes": scopes, "expires_at": new.expires_at });
    audit::write(
        &tx,
        ctx,
        "token.create",
        "api_token",
        Some(id),
        None,
        Some(after),
    )
    .await?;
    let line = store::token::token(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| gone("api_token", id))?;
    tx.commit().await?;
    Ok(TokenMade {
        token,
        view: view(line)?,
    })
}

/// Takes a token's force, for good.
pub(in crate::team) async fn revoke(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
) -> Result<TokenView, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let was = store::token::token(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("token"))?;
    if store::token::revoke(&tx, id, ctx.now_ms()).await? {
        let before = json!({ "name": was.name, "prefix": was.prefix });
        audit::write(
            &tx,
            ctx,
            "token.revoke",
            "api_token",
            Some(id),
            Some(before),
            None,
        )
        .await?;
    }
    let line = store::token::token(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| gone("api_token", id))?;
    tx.commit().await?;
    Ok(view(line)?)
}

fn view(line: TokenLine) -> Result<TokenView, Fault> {
    let scopes = serde_json::from_str(&line.scopes)
        .map_err(|_| Fault::inconsistent("api_token", "scopes", line.id))?;
    Ok(TokenView {
        id: line.id,
        staff_id: line.staff_id,
        staff_name: line.staff_name,
        name: line.name,
        prefix: line.prefix,
        scopes,
        expires_at: line.expires_at,
        last_used_at: line.last_used_at,
        revoked_at: line.revoked_at,
        created_at: line.created_at,
    })
}
