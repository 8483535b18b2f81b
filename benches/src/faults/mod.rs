//! What kills others (故障测试): processes killed at random moments, full disks, slow clients, ten thousand listeners. Nothing that
//! was acknowledged may be lost, nothing may be done twice, and every fault has a clear answer.

mod backup;
mod check;
mod clerk;
mod desk;
mod disk;
mod firm;
mod kill;
mod ledger;
mod postgres;
mod scenario;
mod slow;
mod sse;
mod two;

use std::fmt::Write as _;

use serde::Serialize;

use self::scenario::{Scenario, Told};
use crate::Outcome;
use crate::server::{Engine, Place};

const KILLS: usize = 200;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often; 200 unless only scenarios are asked for.
    #[arg(long)]
    kills: Option<usize>,
    /// Who is killed; both by default.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "server,database"
    )]
    victim: Vec<Victim>,
    /// Engines.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<String>,
    /// The same number kills after the same times.
    #[arg(long, default_value_t = 20_261_126)]
    seed: u64,
    /// Only these, without any kills, unless kills are asked for; all of them after the kills by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    scenario: Vec<Scenario>,
}

/// Whom the kill loop kills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Victim {
    /// `liuke serve`.
    Server,
    /// PostgreSQL with all its processes.
    Database,
}

impl Victim {
    fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Database => "database",
        }
    }
}

/// Everything that was done.
#[derive(Debug, Default, Serialize)]
struct Report {
    kills: Vec<kill::Run>,
    scenarios: Vec<Told>,
}

impl Report {
    fn findings(&self) -> usize {
        let kills = self.kills.iter().map(|run| run.findings.len());
        let scenarios = self.scenarios.iter().map(|told| told.findings.len());
        kills.chain(scenarios).sum()
    }
}

pub(crate) async fn run(place: &Place, args: &Args) -> Outcome {
    let mut report = Report::default();
    let engines: Vec<Engine> = args
        .engines
        .iter()
        .map(|name| Engine::named(name))
        .collect::<Outcome<_>>()?;
    std::fs::create_dir_all(&place.folder)?;
    let kills = args
        .kills
        .unwrap_or(if args.scenario.is_empty() { KILLS } else { 0 });
    for engine in &engines {
        for victim in &args.victim {
            if (*engine, *victim) == (Engine::Sqlite, Victim::Database) || kills == 0 {
                continue;
            }
            report
                .kills
                .push(kill::run(place, (kills, args.seed), *engine, *victim).await?);
            keep(place, &report)?;
        }
    }
    let scenarios = if args.scenario.is_empty() {
        &Scenario::ALL[..]
    } else {
        &args.scenario
    };
    for scenario in scenarios {
        for engine in engines.iter().filter(|engine| scenario.concerns(**engine)) {
            report
                .scenarios
                .push(scenario.run(place, *engine, args.seed).await);
            keep(place, &report)?;
        }
    }
    println!("\n{}", table(&report));
    match report.findings() {
        0 => Ok(()),
        n => Err(format!("{n} findings").into()),
    }
}

fn keep(place: &Place, report: &Report) -> Outcome {
    let file = place.folder.join("faults.json");
    Ok(std::fs::write(file, serde_json::to_vec_pretty(report)?)?)
}

fn table(report: &Report) -> String {
    let mut text = String::new();
    for run in &report.kills {
        let (seen, compared) = (
            &run.seen,
            serde_json::to_value(&run.compared).unwrap_or_default(),
        );
        let _ = write!(
            text,
            "### {}, {} kills of the {}, seed {}, {:.0} s\n\n| | |\n|---|---|\n\
             | killed before the first answer | {} |\n| requests answered | {} |\n| connections broken | {} |\n| told to come back later | {} |\n\
             | answers replayed | {} |\n| done, answer lost | {} |\n| other answers of 500 and more | {:?} |\n\
             | longest until acknowledged | {:.1} s |\n| imports run again after a failure | {} |\n",
            run.engine,
            run.kills,
            run.victim.name(),
            run.seed,
            run.seconds,
            run.while_starting,
            seen.answers,
            seen.broken,
            seen.later,
            seen.replayed,
            seen.answer_lost,
            seen.unclear,
            seen.longest_s,
            seen.imports_again
        );
        for (what, n) in compared.as_object().into_iter().flatten() {
            let _ = writeln!(text, "| compared: {} | {n} |", what.replace('_', " "));
        }
        let _ = writeln!(text, "| **findings** | **{}** |\n", run.findings.len());
        for finding in run.findings.iter().take(40) {
            let _ = writeln!(text, "- {finding}");
        }
    }
    for told in &report.scenarios {
        let _ = writeln!(
            text,
            "### {}, {}\n\n| | |\n|---|---|",
            told.scenario, told.engine
        );
        for (what, value) in &told.figures {
            let _ = writeln!(text, "| {what} | {} |", shown(value));
        }
        let _ = writeln!(text, "| **findings** | **{}** |\n", told.findings.len());
        for finding in &told.findings {
            let _ = writeln!(text, "- {finding}");
        }
    }
    text
}

fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) if number.is_f64() => {
            format!("{:.1}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}
