//! Times, processor time and memory.

use std::time::Duration;

use serde::Serialize;

use crate::Outcome;

/// Clock ticks per second in `/proc/*/stat`; 100 on every Linux there is.
const TICKS: f64 = 100.0;

/// Times of many requests, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Times {
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Times {
    pub(crate) fn of(times: &mut [Duration]) -> Self {
        times.sort_unstable();
        Self {
            p50_ms: ms(at(times, 50)),
            p95_ms: ms(at(times, 95)),
            p99_ms: ms(at(times, 99)),
        }
    }
}

/// The time below which `percent` of the sorted times lie.
fn at(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Processor time that these processes have used so far, in milliseconds.
pub(crate) fn cpu_ms(pids: &[u32]) -> f64 {
    pids.iter()
        .filter_map(|pid| std::fs::read_to_string(format!("/proc/{pid}/stat")).ok())
        .filter_map(|text| {
            let (_, rest) = text.rsplit_once(')')?;
            let fields: Vec<&str> = rest.split_whitespace().collect();
            let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
            Some((ticks(11)? + ticks(12)?) / TICKS * 1e3)
        })
        .sum()
}

/// Resident memory of a process, MB.
pub(crate) fn memory_mb(pid: u32) -> Outcome<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no VmRSS")?
        .parse()?;
    Ok(kilobytes / 1024.0)
}

/// A process and all that descend from it: the processes of a PostgreSQL cluster from its first one.
pub(crate) fn family(root: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let parent = std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .ok()
            .and_then(|text| {
                let (_, rest) = text.rsplit_once(')')?;
                rest.split_whitespace().nth(1)?.parse::<u32>().ok()
            });
        if let Some(parent) = parent {
            parents.push((pid, parent));
        }
    }
    let mut found = vec![root];
    let mut place = 0;
    while let Some(parent) = found.get(place).copied() {
        found.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(pid, _)| *pid),
        );
        place += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        let found = Times::of(&mut times);
        assert!((found.p50_ms - 100.0).abs() < 1e-9);
        assert!((found.p95_ms - 190.0).abs() < 1e-9);
        assert!((found.p99_ms - 198.0).abs() < 1e-9);
    }
}
