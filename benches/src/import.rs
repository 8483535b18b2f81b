//! Taking a large file in, by the real binary's command: how long, how much memory, beside the bare insert of what came of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use liuke_app::importing::{Ask, import_file};
use liuke_app::words::Lang;
use liuke_domain::importing::ImportKind;
use liuke_platform::ctx::Actor;
use liuke_platform::db::Sent;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::bare::Ending;
use crate::measure::memory_mb;
use crate::server::{Engine, Place};
use crate::{Outcome, bare, data};

/// Lines of the large file and of the small one, for what memory grows by.
const LINES: usize = 100_000;
const FEW: usize = 10_000;

/// What it came to.
#[derive(Debug)]
pub(crate) struct Imported {
    /// Seconds for [`LINES`] lines.
    pub(crate) seconds: f64,
    /// Seconds of the bare insert of the same rows.
    pub(crate) bare: f64,
    /// The most memory with a few lines and with many, MB.
    pub(crate) peak_few: f64,
    pub(crate) peak: f64,
}

/// Imports into `scratch`; the bare insert goes to `twin`, which does not have the rows, and is taken back there.
pub(crate) async fn measure(
    place: &Place,
    engine: Engine,
    scratch: &str,
    twin: &str,
) -> Outcome<Imported> {
    let (_, peak_few) = by_command(place, scratch, &file(place, 0, FEW)?)?;
    let (seconds, peak) = by_command(place, scratch, &file(place, 1, LINES)?)?;
    let sent = rows_of(scratch, &file(place, 2, LINES)?).await?;
    let times = bare::run(engine, twin, &[sent], Ending::TakenBack, 1).await?;
    Ok(Imported {
        seconds,
        bare: times.first().map_or(0.0, Duration::as_secs_f64),
        peak_few,
        peak,
    })
}

/// A file of new customers; files of other numbers hold other people.
fn file(place: &Place, number: usize, lines: usize) -> Outcome<PathBuf> {
    let mut rng = StdRng::seed_from_u64(u64::try_from(number)?);
    let mut text = String::from("客户编号,姓名,手机,电子邮箱,地址\n");
    for line in 0..lines {
        let person = number * 1_000_000 + line;
        let name = data::name(&mut rng);
        writeln!(
            text,
            "D{person:08},{name},18{person:09},d{person}@example.cn,成都市高新区天府大道{line}号"
        )?;
    }
    let path = place.folder.join(format!("import_{number}.csv"));
    std::fs::write(&path, text)?;
    Ok(path)
}

/// `liuke import`: seconds, and the most memory seen.
fn by_command(place: &Place, database: &str, file: &Path) -> Outcome<(f64, f64)> {
    let begun = Instant::now();
    let mut child = Command::new(&place.binary)
        .args(["--log-level", "warn", "--database", database, "import"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let mut peak: f64 = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // Between its end and our look there is nothing to read.
        peak = peak.max(memory_mb(child.id()).unwrap_or(0.0));
        std::thread::sleep(Duration::from_millis(5));
    };
    if status.success() {
        Ok((begun.elapsed().as_secs_f64(), peak))
    } else {
        Err(format!("liuke import ended with {status}").into())
    }
}

/// The inserts that fill the archive, without what the import keeps about itself.
async fn rows_of(database: &str, file: &Path) -> Outcome<Vec<Sent>> {
    let app = data::open(database).await?;
    let ctx = app.ctx(Actor::cli());
    let ask = Ask {
        kind: ImportKind::Customers,
        file: file.to_owned(),
        branch: None,
        encoding: None,
        delimiter: None,
        sheet: None,
        map: Vec::new(),
        on_match: None,
        dry_run: false,
        again: false,
        errors: None,
        lang: Lang::Zh,
    };
    app.db.tape().start();
    let done = import_file(&app, &ctx, &ask).await;
    let sent = app.db.tape().stop();
    app.db.clone().close().await?;
    let report = done.map_err(|problem| format!("{problem}"))?;
    if report.create != i64::try_from(LINES)? {
        return Err(format!("{} of {LINES} lines were taken", report.create).into());
    }
    Ok(sent
        .into_iter()
        .filter(|each| each.sql.starts_with("INSERT INTO customer"))
        .collect())
}
