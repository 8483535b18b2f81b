//! Slowing down guessers (登录限制): by login name and by address, in the database, so for all processes.

use std::net::{IpAddr, Ipv6Addr};

use crate::db::FromQueryResult;

use crate::args;
use crate::ctx::Ctx;
use crate::db::{Sql, Tx};
use crate::fault::Fault;
use crate::problem::Problem;
use crate::secret;

/// Failures that are free.
const FREE: i64 = 5;
/// First wait after them; doubles with each further failure.
const FIRST_WAIT_MS: i64 = 15_000;
/// Longest wait.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// Failures are forgotten after this long without one.
const FORGET_MS: i64 = 24 * 3_600_000;
/// An address is shared by a whole shop, so it gets this many times the free failures.
const ADDRESS_FACTOR: i64 = 4;

/// What attempts are counted by. The keys are hashed: the table holds neither names nor addresses.
fn keys(login: &str, address: &str) -> Vec<(String, i64)> {
    let mut keys = vec![(
        secret::digest(format!("login:{}", login.trim().to_lowercase())),
        FREE,
    )];
    if !address.is_empty() {
        keys.push((
            secret::digest(format!("address:{}", network(address))),
            FREE * ADDRESS_FACTOR,
        ));
    }
    keys
}

/// What one household holds: an IPv4 address, or the 2⁶⁴ of an IPv6 network.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).to_string(),
        _ => address.to_owned(),
    }
}

#[derive(FromQueryResult)]
struct Row {
    failures: i64,
    failed_at: i64,
    blocked_until: i64,
}

/// 429 `login.throttled` while this name or address has to wait. Ask before looking at the password.
pub async fn check(db: &impl Sql, now_ms: i64, login: &str, address: &str) -> Result<(), Problem> {
    for (key, _) in keys(login, address) {
        if let Some(row) = find(db, &key).await?
            && row.blocked_until > now_ms
        {
            let seconds = (row.blocked_until - now_ms).div_euclid(1000) + 1;
            return Err(Problem::new(429, "login.throttled").param("retry_after_s", seconds));
        }
    }
    Ok(())
}

/// The same once the password has been looked at, before anybody is told what came of it: attempts with this name or
/// address queue up here, so that many at once are counted like one after the other.
pub async fn check_again(tx: &Tx, ctx: &Ctx, login: &str, address: &str) -> Result<(), Problem> {
    for (key, _) in keys(login, address) {
        tx.run(
            "INSERT INTO throttle (k, failures, failed_at, blocked_until) VALUES ($1, 0, $2, 0)
             ON CONFLICT (k) DO UPDATE SET k = excluded.k",
            args![key, ctx.now_ms()],
        )
        .await?;
    }
    check(tx, ctx.now_ms(), login, address).await
}

/// Notes a failed attempt, after [`check_again`] in the same transaction.
pub async fn failed(tx: &Tx, ctx: &Ctx, login: &str, address: &str) -> Result<(), Fault> {
    let now = ctx.now_ms();
    for (key, free) in keys(login, address) {
        let row = find(tx, &key).await?;
        let before = row
            .filter(|r| now - r.failed_at < FORGET_MS)
            .map_or(0, |r| r.failures);
        let failures = before + 1;
        let wait = wait_after(failures - free);
        tx.run(
            "INSERT INTO throttle (k, failures, failed_at, blocked_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (k) DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at,
             blocked_until = excluded.blocked_until",
            args![key, failures, now, now + wait],
        )
        .await?;
    }
    Ok(())
}

/// Forgets the failures of a name after it has signed in; those of the address stay.
pub async fn succeeded(tx: &Tx, login: &str) -> Result<(), Fault> {
    for (key, _) in keys(login, "") {
        tx.run("DELETE FROM throttle WHERE k = $1", args![key])
            .await?;
    }
    Ok(())
}

/// Forgets what is old.
pub(crate) async fn purge(tx: &Tx, ctx: &Ctx) -> Result<u64, Fault> {
    tx.run(
        "DELETE FROM throttle WHERE failed_at < $1",
        args![ctx.now_ms() - FORGET_MS],
    )
    .await
}

async fn find(db: &impl Sql, key: &str) -> Result<Option<Row>, Fault> {
    db.one(
        "SELECT failures, failed_at, blocked_until FROM throttle WHERE k = $1",
        args![key],
    )
    .await
}

/// Wait after this many failures beyond the free ones.
fn wait_after(beyond: i64) -> i64 {
    if beyond < 0 {
        return 0;
    }
    let doublings = u32::try_from(beyond).unwrap_or(0).min(20);
    FIRST_WAIT_MS
        .saturating_mul(1_i64 << doublings)
        .min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn the_fifth_failure_waits_and_waits_grow() {
        assert_eq!(
            [-4, -1, 0, 1, 2, 50].map(wait_after),
            [0, 0, 15_000, 30_000, 60_000, 900_000]
        );
    }
}
