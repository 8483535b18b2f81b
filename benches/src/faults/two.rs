//! Two servers on one PostgreSQL: every job is done, and done once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use super::check;
use super::clerk;
use super::desk::customer;
use super::firm::Firm;
use super::ledger::Ledger;
use super::scenario::{Told, page};
use crate::Outcome;
use crate::client::{Ask, Client};
use crate::server::{Engine, Place, Server, free_host};

/// Service records closed, each of which makes a job.
const CLOSED: usize = 500;
/// Plan runs asked for meanwhile; those that wait are asked for once.
const RUNS: usize = 20;

pub(super) async fn run(place: &Place, told: &mut Told) -> Outcome {
    let firm = Firm::found(place, Engine::Postgres, "liuke_two", 50).await?;
    let second = free_host()?;
    let one = firm.start().await?;
    let two = Server::launch(firm.command_at(&second)?, second.clone()).await?;
    let mut clients = [
        Client::connect(&firm.host, &firm.admin).await?,
        Client::connect(&second, &firm.admin).await?,
    ];
    let begun = Instant::now();
    for turn in 0..CLOSED {
        let Some(client) = clients.get_mut(turn % 2) else {
            continue;
        };
        let new = customer(
            &format!("C{turn:06}"),
            &format!("16900{turn:06}"),
            &firm.branch_id,
        );
        let served = client.json(&Ask::post("/customers", new)).await?;
        let id = served["row"]["id"].as_str().unwrap_or_default();
        let body = clerk::closed_now(id, &firm.branch_id, &format!("S{turn:06}"));
        client.json(&Ask::post("/service-records", body)).await?;
        if turn % (CLOSED / RUNS) == 0 {
            client.json(&Ask::post("/plans/run", json!({}))).await?;
        }
    }
    let ledger = Ledger::default();
    check::drain(&firm, &ledger, Duration::from_mins(2)).await?;
    told.figure("seconds", begun.elapsed().as_secs());
    let (first, other) = (done(&firm.host).await?, done(&second).await?);
    let mut sum: BTreeMap<String, usize> = first.clone();
    for (kind, n) in &other {
        *sum.entry(kind.clone()).or_default() += n;
    }
    let closed = "followup.on_service_closed done";
    let by = |counts: &BTreeMap<String, usize>| counts.get(closed).copied().unwrap_or(0);
    told.figure("jobs done by the first", by(&first));
    told.figure("jobs done by the second", by(&other));
    told.figure(
        "plan runs done",
        sum.get("followup.sweep done").copied().unwrap_or(0),
    );
    told.must(
        by(&sum) == CLOSED,
        format!("{} jobs done of {CLOSED}", by(&sum)),
    );
    told.must(
        by(&first) > 0 && by(&other) > 0,
        "one of the two did nothing",
    );
    for (what, n) in sum.iter().filter(|(what, _)| !what.ends_with(" done")) {
        told.must(false, format!("{n} jobs: {what}"));
    }
    let served = (0..CLOSED).map(|turn| format!("S{turn:06}")).collect();
    let (with, wrong) = check::followed_up(&firm, &served).await?;
    told.figure("service records with a task", with);
    told.findings.extend(wrong);
    told.findings.append(&mut ledger.open().findings);
    told.must(check::healthy(&firm).await?, "the audit chain is damaged");
    drop(clients);
    one.stop()?;
    two.stop()
}

/// Jobs by kind and outcome, as the server counts them.
async fn done(host: &str) -> Outcome<BTreeMap<String, usize>> {
    let text = page(host, "/metrics").await?;
    let mut counts = BTreeMap::new();
    for line in text
        .lines()
        .filter_map(|line| line.strip_prefix("liuke_jobs_total{kind=\""))
    {
        let parts: Vec<&str> = line.split('"').collect();
        if let [kind, _, outcome, rest] = parts.as_slice() {
            let n = rest.trim_start_matches('}').trim().parse()?;
            counts.insert(format!("{kind} {outcome}"), n);
        }
    }
    if counts.is_empty() {
        return Err(format!("no figures of jobs at {host}: {text}").into());
    }
    Ok(counts)
}
