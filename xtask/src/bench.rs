//! `bench`: speed, load and faults of the release binary (benches/).

use crate::cluster::Cluster;
use crate::shell::{cargo, command, must};
use crate::steps::Steps;
use crate::{Outcome, dev};

/// Builds what is measured and what measures, and runs `liuke-bench` with a private PostgreSQL.
pub(crate) fn bench(steps: &mut Steps, arguments: &[String]) -> Outcome {
    dev::build(steps)?;
    // Apart from the product, or the statements' tape would be built into it.
    steps.run("cargo build --release: liuke-bench", || {
        must(cargo([
            "build",
            "--release",
            "--locked",
            "--package",
            "liuke-bench",
        ]))
    })?;
    let cluster = steps.run("PostgreSQL: private cluster", Cluster::start)?;
    steps.run("measure", || {
        let mut bench = command("target/release/liuke-bench", ["--postgres", &cluster.url]);
        match arguments {
            [] => bench.arg("speed"),
            given => bench.args(given),
        };
        must(bench)
    })
}
