//! Steps with their durations, shown as they go and once more at the end.

use std::time::{Duration, Instant};

use crate::Outcome;

pub(crate) struct Steps {
    began: Instant,
    done: Vec<(String, Duration, bool)>,
    /// Tests counted from the runners' own words.
    passed: u64,
    failed: u64,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            done: Vec::new(),
            passed: 0,
            failed: 0,
        }
    }

    /// Runs one step. An error ends the command, unless the caller says otherwise.
    pub(crate) fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        println!("\n▶ {name}");
        let began = Instant::now();
        let outcome = work();
        let took = began.elapsed();
        match &outcome {
            Ok(_) => println!("✔ {name}  {}", seconds(took)),
            Err(fault) => println!("✘ {name}  {}: {fault}", seconds(took)),
        }
        self.done.push((name.to_owned(), took, outcome.is_ok()));
        outcome.map_err(|fault| format!("{name}: {fault}"))
    }

    /// Counts tests for the summary.
    pub(crate) fn add(&mut self, (passed, failed): (u64, u64)) {
        self.passed += passed;
        self.failed += failed;
    }

    pub(crate) fn summary(&self) {
        if self.done.is_empty() {
            return;
        }
        println!("\n──────────────────────────────────────────");
        for (name, took, well) in &self.done {
            println!(
                "{} {:>8}  {name}",
                if *well { '✔' } else { '✘' },
                seconds(*took)
            );
        }
        println!("  {:>8}  in all", seconds(self.began.elapsed()));
        if self.passed + self.failed > 0 {
            println!("\n{} passed, {} failed", self.passed, self.failed);
        }
    }
}

fn seconds(took: Duration) -> String {
    let all = took.as_secs();
    if all >= 60 {
        format!("{} m {:02} s", all / 60, all % 60)
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}
