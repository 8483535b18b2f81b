//! API tokens (接口令牌): only their hash is kept.

use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use uuid::Uuid;

/// A token without its secret.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct TokenLine {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) staff_id: Uuid,
    pub(in crate::team) staff_name: String,
    pub(in crate::team) name: String,
    pub(in crate::team) prefix: String,
    pub(in crate::team) scopes: String,
    pub(in crate::team) expires_at: i64,
    pub(in crate::team) last_used_at: Option<i64>,
    pub(in crate::team) revoked_at: Option<i64>,
    pub(in crate::team) created_at: i64,
}

const LINE: &str = "SELECT k.id, k.staff_id, s.name AS staff_name, k.name, k.prefix, k.scopes, k.expires_at, k.last_used_at,
    k.revoked_at, k.created_at FROM api_token k JOIN staff s ON s.id = k.staff_id WHERE 1 = 1";

fn in_scope(sql: &mut SqlText, scope: &Scope) {
    if scope.kind != ScopeKind::All {
        sql.push(" AND k.staff_id = ?", args![scope.staff_id]);
    }
}

/// Tokens, newest first: all for who sees everything, otherwise one's own.
pub(in crate::team) async fn tokens(db: &impl Sql, scope: &Scope) -> Result<Vec<TokenLine>, Fault> {
    let mut sql = SqlText::new(LINE);
    in_scope(&mut sql, scope);
    sql.push(" ORDER BY k.created_at DESC, k.id DESC LIMIT 500", vec![]);
    let (text, values) = sql.into_parts();
    db.all(&text, values).await
}

/// One token.
pub(in crate::team) async fn token(
    db: &impl Sql,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<TokenLine>, Fault> {
    let mut sql = SqlText::new(LINE);
    in_scope(&mut sql, scope);
    sql.push(" AND k.id = ?", args![id]);
    let (text, values) = sql.into_parts();
    db.one(&text, values).await
}

/// A new token.
#[derive(Debug, Clone)]
pub(in crate::team) struct NewToken<'a> {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) staff_id: Uuid,
    pub(in crate::team) name: &'a str,
    pub(in crate::team) prefix: &'a str,
    pub(in crate::team) hash: &'a str,
    pub(in crate::team) scopes: &'a str,
    pub(in crate::team) expires_at: i64,
    pub(in crate::team) created_at: i64,
}

/// Adds a token.
pub(in crate::team) async fn insert(tx: &Tx, token: &NewToken<'_>) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO api_token (id, staff_id, name, prefix, token_hash, scopes, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            token.id,
            token.staff_id,
            token.name,
            token.prefix,
            token.hash,
            token.scopes,
            token.expires_at,
            token.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes a token's force; false when it has none left.
pub(in crate::team) async fn revoke(tx: &Tx, id: Uuid, now_ms: i64) -> Result<bool, Fault> {
    let touched = tx
        .run(
            "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            args![id, now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes the force of all tokens of a person.
pub(in crate::team) async fn revoke_all(
    tx: &Tx,
    staff_id: Uuid,
    now_ms: i64,
) -> Result<u64, Fault> {
    tx.run(
        "UPDATE api_token SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL",
        args![staff_id, now_ms],
    )
    .await
}

/// A token that is good now.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::team) struct GoodToken {
    pub(in crate::team) id: Uuid,
    pub(in crate::team) staff_id: Uuid,
    pub(in crate::team) scopes: String,
    pub(in crate::team) last_used_at: Option<i64>,
}

/// The token of this hash, if it is good now.
pub(in crate::team) async fn good(
    db: &impl Sql,
    hash: &str,
    now_ms: i64,
) -> Result<Option<GoodToken>, Fault> {
    db.one(
        "SELECT id, staff_id, scopes, last_used_at FROM api_token
         WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2",
        args![hash, now_ms],
    )
    .await
}

/// Remembers when a token was used last.
pub(in crate::team) async fn used(tx: &Tx, id: Uuid, now_ms: i64) -> Result<(), Fault> {
    tx.run(
        "UPDATE api_token SET last_used_at = $2 WHERE id = $1",
        args![id, now_ms],
    )
    .await?;
    Ok(())
}
