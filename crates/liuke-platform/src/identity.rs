//! Who is signed in and what they may do (身份与权限).
//!
//! The first extractor of every handler is a permission: [`May<P>`] or, where no special right is needed,
//! [`AnyStaff`]. Both answer 401 without a session and 403 without the right.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ctx::{Actor, Base, Ctx, IdemKey, Via};
use crate::fault::Fault;
use crate::problem::Problem;

/// How far somebody sees (数据范围).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// Own rows (本人).
    Own,
    /// Rows of the team (本组).
    Team,
    /// Rows of the branch and those below it (本网点).
    Branch,
    /// Everything (全部).
    All,
}

impl ScopeKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::Branch => "branch",
            Self::All => "all",
        }
    }

    /// From its stored form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Own, Self::Team, Self::Branch, Self::All]
            .into_iter()
            .find(|k| k.as_str() == text)
    }
}

/// The rows somebody may see (数据范围), ready for a store to turn into a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// How far.
    pub kind: ScopeKind,
    /// The person.
    pub staff_id: Uuid,
    /// Everybody in the person's teams, the person included.
    pub team_staff: Vec<Uuid>,
    /// The person's branch and all below it.
    pub branch_ids: Vec<Uuid>,
}

impl Scope {
    /// Everything; for background work, never for a request.
    pub fn unlimited() -> Self {
        Self {
            kind: ScopeKind::All,
            staff_id: Uuid::nil(),
            team_staff: Vec::new(),
            branch_ids: Vec::new(),
        }
    }
}

/// A signed-in person (登录身份).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub staff_id: Uuid,
    /// Name.
    pub name: String,
    /// Login name.
    pub login: String,
    /// Codes of rights; for an API token already cut down to the token's.
    pub permissions: BTreeSet<String>,
    /// The rows the person may see.
    pub scope: Scope,
    /// By screen or by API token.
    pub via: Via,
    /// Digest of the session id, when signed in by session.
    pub session_id: Option<String>,
    /// The API token, when signed in by token.
    pub token_id: Option<Uuid>,
}

impl Identity {
    /// Whether the person has the right.
    pub fn may(&self, code: &str) -> bool {
        self.permissions.contains(code)
    }
}

/// A right (权限). Implemented by empty types, one per right.
pub trait Permission: Send + Sync + 'static {
    /// Its stable code, such as `customer.read`.
    const CODE: &'static str;
}

/// How the application finds the person behind a session or an API token.
pub trait Authenticate: Send + Sync + 'static {
    /// The person of a session, if still active. `session_id` is the digest that [`Identity`] carries.
    fn by_staff<'a>(
        &'a self,
        base: &'a Base,
        staff_id: Uuid,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>>;

    /// The person behind an API token, by the token's [`digest`](crate::secret::digest), if it is valid now.
    fn by_token<'a>(
        &'a self,
        base: &'a Base,
        digest: &'a str,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>>;
}

/// A request by somebody with the right `P`.
#[derive(Debug, Clone)]
pub struct May<P> {
    /// Actor, time and ids.
    pub ctx: Ctx,
    /// The person.
    pub who: Arc<Identity>,
    right: PhantomData<fn() -> P>,
}

impl<P> May<P> {
    /// The rows the person may see.
    pub fn scope(&self) -> &Scope {
        &self.who.scope
    }

    /// 403 unless the person has this further right.
    pub fn also(&self, code: &str) -> Result<(), Problem> {
        if self.who.may(code) {
            Ok(())
        } else {
            Err(Problem::forbidden(code))
        }
    }
}

impl<S, P> FromRequestParts<S> for May<P>
where
    Base: FromRef<S>,
    S: Send + Sync,
    P: Permission,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (ctx, who) = signed_in(parts, state)?;
        if !who.may(P::CODE) {
            return Err(Problem::forbidden(P::CODE));
        }
        Ok(Self {
            ctx,
            who,
            right: PhantomData,
        })
    }
}

/// A request by anybody who is signed in.
#[derive(Debug, Clone)]
pub struct AnyStaff {
    /// Actor, time and ids.
    pub ctx: Ctx,
    /// The person.
    pub who: Arc<Identity>,
}

impl AnyStaff {
    /// The rows the person may see.
    pub fn scope(&self) -> &Scope {
        &self.who.scope
    }
}

impl<S> FromRequestParts<S> for AnyStaff
where
    Base: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (ctx, who) = signed_in(parts, state)?;
        Ok(Self { ctx, who })
    }
}

/// A request by anybody at all, such as a login. The actor is nobody, by name `public`.
#[derive(Debug, Clone)]
pub struct Public {
    /// Actor, time and ids.
    pub ctx: Ctx,
    /// The person, should one be signed in.
    pub who: Option<Arc<Identity>>,
}

impl<S> FromRequestParts<S> for Public
where
    Base: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let base = Base::from_ref(state);
        let ctx = base.ctx(Actor {
            id: None,
            name: "public".into(),
            via: Via::Ui,
        });
        Ok(Self {
            ctx,
            who: parts.extensions.get::<Arc<Identity>>().cloned(),
        })
    }
}

fn signed_in<S>(parts: &Parts, state: &S) -> Result<(Ctx, Arc<Identity>), Problem>
where
    Base: FromRef<S>,
{
    let who = parts
        .extensions
        .get::<Arc<Identity>>()
        .cloned()
        .ok_or_else(Problem::unauthenticated)?;
    let base = Base::from_ref(state);
    let mut ctx = base.ctx(Actor::person(who.staff_id, who.name.clone(), who.via));
    ctx.idempotency_key = parts.extensions.get::<IdemKey>().cloned();
    Ok((ctx, who))
}
