//! Figures for `/metrics`, in the Prometheus text format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the latency histogram, seconds.
const BOUNDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Counters since the start. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(String, String, &'static str), u64>,
    latency: BTreeMap<String, Histogram>,
    jobs: BTreeMap<(String, &'static str), u64>,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts a finished request by its route (never its address).
    pub(crate) fn count_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let class = match status {
            0..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Anybody may make a method up.
        let method = if METHODS.contains(&method) {
            method
        } else {
            "other"
        };
        *counts
            .requests
            .entry((method.to_owned(), route.to_owned(), class))
            .or_default() += 1;
        let histogram = counts.latency.entry(route.to_owned()).or_default();
        let seconds = took.as_secs_f64();
        histogram.count += 1;
        histogram.seconds += seconds;
        for (bucket, bound) in histogram.buckets.iter_mut().zip(BOUNDS) {
            if seconds <= bound {
                *bucket += 1;
            }
        }
    }

    /// Counts a job by how it ended.
    pub(crate) fn count_job(&self, kind: &str, outcome: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.jobs.entry((kind.to_owned(), outcome)).or_default() += 1;
    }

    /// Requests answered so far.
    pub fn requests(&self) -> u64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .requests
            .values()
            .sum()
    }

    /// The counters as text.
    pub(crate) fn text(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        out.push_str("# HELP liuke_requests_total Requests by route and class of status.\n# TYPE liuke_requests_total counter\n");
        for ((method, route, class), n) in &counts.requests {
            let _ = writeln!(
                out,
                "liuke_requests_total{{method=\"{}\",route=\"{}\",status=\"{class}\"}} {n}",
                label(method),
                label(route)
            );
        }
        out.push_str("# HELP liuke_request_seconds Time to answer by route.\n# TYPE liuke_request_seconds histogram\n");
        for (route, histogram) in &counts.latency {
            let route = label(route);
            for (bucket, bound) in histogram.buckets.iter().zip(BOUNDS) {
                let _ = writeln!(
                    out,
                    "liuke_request_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {bucket}"
                );
            }
            let _ = writeln!(
                out,
                "liuke_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {}",
                histogram.count
            );
            let _ = writeln!(
                out,
                "liuke_request_seconds_sum{{route=\"{route}\"}} {:.6}",
                histogram.seconds
            );
            let _ = writeln!(
                out,
                "liuke_request_seconds_count{{route=\"{route}\"}} {}",
                histogram.count
            );
        }
        out.push_str("# HELP liuke_jobs_total Background work by kind and outcome.\n# TYPE liuke_jobs_total counter\n");
        for ((kind, outcome), n) in &counts.jobs {
            let _ = writeln!(
                out,
                "liuke_jobs_total{{kind=\"{}\",outcome=\"{outcome}\"}} {n}",
                label(kind)
            );
        }
        out
    }
}

fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_jobs_are_told_in_the_prometheus_format() {
        let metrics = Metrics::default();
        metrics.count_request(
            "GET",
            "/api/v1/customers/{id}",
            200,
            Duration::from_millis(4),
        );
        metrics.count_request("GET", "/api/v1/customers/{id}", 404, Duration::from_secs(9));
        for made_up in ["BREW", "AAA1", "AAA2"] {
            metrics.count_request(made_up, "/nowhere", 405, Duration::from_millis(1));
        }
        metrics.count_job("x\"y", "done");
        let text = metrics.text();
        for line in [
            "liuke_requests_total{method=\"GET\",route=\"/api/v1/customers/{id}\",status=\"2xx\"} 1",
            "liuke_requests_total{method=\"other\",route=\"/nowhere\",status=\"4xx\"} 3",
            "liuke_request_seconds_bucket{route=\"/api/v1/customers/{id}\",le=\"0.005\"} 1",
            "liuke_request_seconds_bucket{route=\"/api/v1/customers/{id}\",le=\"+Inf\"} 2",
            "liuke_jobs_total{kind=\"x\\\"y\",outcome=\"done\"} 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\nin\n{text}");
        }
    }
}
