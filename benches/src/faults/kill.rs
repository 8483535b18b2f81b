//! The kill loop: people at work, jobs under way, and SIGKILL at moments nobody chose.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Serialize;

use super::Victim;
use super::check::{self, Compared};
use super::firm::Firm;
use super::ledger::{Ledger, Seen};
use super::postgres::Cluster;
use crate::Outcome;
use crate::server::{Engine, Place};

/// Below this many kills nobody waits for leases to run out by themselves.
const SHORT: usize = 50;
/// Every so many kills the leases run out; less often than a job may lose its process before it is given up.
const PASS: usize = 20;
/// A lease, and the waits after failures.
const DRAIN: Duration = Duration::from_mins(3);

/// One kill loop and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    pub(super) engine: &'static str,
    pub(super) victim: Victim,
    pub(super) seed: u64,
    pub(super) kills: usize,
    /// Kills that fell between the start of the process and its first answer.
    pub(super) while_starting: usize,
    pub(super) seconds: f64,
    pub(super) seen: Seen,
    pub(super) compared: Compared,
    pub(super) findings: Vec<String>,
}

pub(super) async fn run(
    place: &Place,
    (kills, seed): (usize, u64),
    engine: Engine,
    victim: Victim,
) -> Outcome<Run> {
    let begun = Instant::now();
    let cluster = match (engine, &place.postgres) {
        (Engine::Postgres, Some(url)) => Some(Cluster::at(url).await?),
        _ => None,
    };
    let firm = Firm::found(place, engine, "liuke_faults", 400).await?;
    let ledger = Ledger::default();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut while_starting = 0;
    println!(
        "{}: {} kills of the {}",
        engine.name(),
        kills,
        victim.name()
    );
    let shift = firm.open(&ledger, seed, if kills < SHORT { 1 } else { 3 });
    let server = match (victim, cluster) {
        (Victim::Server, _) => {
            for turn in 0..kills {
                if !one_life(&firm, &mut rng).await? {
                    while_starting += 1;
                }
                // Longer silences among the short ones, so that work cut off goes on while there is still killing.
                if turn % PASS == PASS - 1 {
                    firm.pass_leases().await?;
                }
                progress(turn, &ledger);
            }
            if kills < SHORT {
                firm.pass_leases().await?;
            }
            firm.start().await?
        }
        (Victim::Database, Some(cluster)) => {
            let mut server = firm.start().await?;
            for turn in 0..kills {
                tokio::time::sleep(Duration::from_millis(rng.random_range(100..2_500))).await;
                cluster.kill()?;
                tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
                cluster.start().await?;
                progress(turn, &ledger);
                if !server.lives() {
                    ledger.finding(format!(
                        "the server ended after kill {} of the database",
                        turn + 1
                    ));
                    server = firm.start().await?;
                }
            }
            server
        }
        (Victim::Database, None) => return Err("SQLite has no server to kill".into()),
    };
    shift.close().await?;
    check::drain(&firm, &ledger, DRAIN).await?;
    let compared = check::compare(&firm, &ledger).await?;
    server.stop()?;
    let mut book = ledger.open();
    Ok(Run {
        engine: engine.name(),
        victim,
        seed,
        kills,
        while_starting,
        seconds: begun.elapsed().as_secs_f64(),
        seen: book.seen.clone(),
        compared,
        findings: std::mem::take(&mut book.findings),
    })
}

/// Starts the server and kills it after a random while; false when it had not answered yet.
async fn one_life(firm: &Firm, rng: &mut StdRng) -> Outcome<bool> {
    // One in six dies young, most while they work, however long the start takes on a busy machine.
    if rng.random_range(0..6) == 0 {
        let life = Duration::from_millis(rng.random_range(5..120));
        if let Ok(server) = tokio::time::timeout(life, firm.start()).await {
            server?.kill()?;
            return Ok(true);
        }
        // Dropped on the way, which killed it.
        return Ok(false);
    }
    let server = firm.start().await?;
    tokio::time::sleep(Duration::from_millis(rng.random_range(50..2_500))).await;
    server.kill()?;
    Ok(true)
}

fn progress(turn: usize, ledger: &Ledger) {
    if (turn + 1).is_multiple_of(20) {
        let book = ledger.open();
        println!(
            "  {} kills: {} answers, {} broken, {} imports, {} findings",
            turn + 1,
            book.seen.answers,
            book.seen.broken,
            book.imports.len(),
            book.findings.len()
        );
    }
}
