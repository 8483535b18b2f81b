//! The person behind a session or an API token (身份认证), read anew on every request: a right taken away is gone at once.

use std::collections::BTreeSet;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use liuke_domain::team::Reach;
use liuke_platform::ctx::{Base, Via};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Authenticate, Identity, Scope};
use uuid::Uuid;

use super::actions::kind_of;
use super::store::{self, identity::Person};

/// A token's last use is noted to the minute, so that a busy token does not write on every request.
const USED_MS: i64 = 60_000;

/// How the platform asks about people.
#[derive(Debug, Clone, Copy)]
pub struct People;

impl Authenticate for People {
    fn by_staff<'a>(
        &'a self,
        base: &'a Base,
        staff_id: Uuid,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>> {
        async move {
            match store::identity::person(&base.db, staff_id).await? {
                Some(person) => Ok(Some(identity(base, person, Via::Ui).await?)),
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn by_token<'a>(
        &'a self,
        base: &'a Base,
        digest: &'a str,
    ) -> BoxFuture<'a, Result<Option<Identity>, Fault>> {
        async move {
            let now = base.now().as_millisecond();
            let Some(token) = store::token::good(&base.db, digest, now).await? else {
                return Ok(None);
            };
            let Some(mut person) = store::identity::person(&base.db, token.staff_id).await? else {
                return Ok(None);
            };
            let scopes: BTreeSet<String> = serde_json::from_str(&token.scopes)
                .map_err(|_| Fault::inconsistent("api_token", "scopes", token.id))?;
            person.rights.permissions.retain(|p| scopes.contains(p));
            if token.last_used_at.is_none_or(|at| now - at >= USED_MS) {
                note_use(base, token.id, now).await;
            }
            let identity = identity(base, person, Via::Api).await?;
            Ok(Some(Identity {
                token_id: Some(token.id),
                ..identity
            }))
        }
        .boxed()
    }
}

/// A busy writer is no reason to refuse the request; the next one tries again.
async fn note_use(base: &Base, token_id: Uuid, now: i64) {
    let noted = async {
        let tx = base.db.begin().await?;
        store::token::used(&tx, token_id, now).await?;
        tx.commit().await
    };
    if let Err(fault) = noted.await {
        tracing::debug!(error = fault.chain(), "use of a token not noted");
    }
}

async fn identity(base: &Base, person: Person, via: Via) -> Result<Identity, Fault> {
    let team_staff = if person.rights.reach == Reach::Team {
        store::identity::team_mates(&base.db, &person).await?
    } else {
        vec![person.id]
    };
    let scope = Scope {
        kind: kind_of(person.rights.reach),
        staff_id: person.id,
        team_staff,
        branch_ids: store::identity::branches_below(&base.db, person.branch_id).await?,
    };
    Ok(Identity {
        staff_id: person.id,
        name: person.name,
        login: person.login,
        permissions: person.rights.permissions,
        scope,
        via,
        session_id: None,
        token_id: None,
    })
}
