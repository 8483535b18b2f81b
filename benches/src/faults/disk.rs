//! Disks that are full, and folders that cannot be written to.

use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::check;
use super::clerk;
use super::firm::Firm;
use super::ledger::Ledger;
use super::postgres::{self, Cluster};
use super::scenario::{Tmpfs, Told};
use crate::Outcome;
use crate::client::{Ask, Client};
use crate::server::{Engine, Place};

const MEGABYTE: usize = 1 << 20;
/// An answer that takes longer is a hang.
const HANG: Duration = Duration::from_secs(30);

/// The disk fills up while somebody works, and is given room again.
pub(super) async fn full(place: &Place, engine: Engine, told: &mut Told) -> Outcome {
    let Some(disk) = Tmpfs::mount(&place.folder.join("faults-disk"), 96)? else {
        told.figure(
            "left out",
            "only the superuser may mount a small file system",
        );
        return Ok(());
    };
    let mut firm = match engine {
        Engine::Sqlite => {
            let database = format!("sqlite:{}/liuke.db", disk.0.display());
            Firm::found_in(place, engine, database, "liuke_full", 100).await?
        }
        Engine::Postgres => {
            let firm = Firm::found(place, engine, "liuke_full", 100).await?;
            let server = place.postgres.as_deref().ok_or("no PostgreSQL")?;
            let cluster = Cluster::at(server).await?;
            chown(&disk.0, Some(cluster.uid), Some(cluster.gid))?;
            std::fs::set_permissions(&disk.0, std::fs::Permissions::from_mode(0o700))?;
            let client = postgres::connect(server).await?;
            client
                .batch_execute(&format!(
                    "CREATE TABLESPACE liuke_small LOCATION '{}'",
                    disk.0.display()
                ))
                .await?;
            client
                .batch_execute("ALTER DATABASE liuke_full SET TABLESPACE liuke_small")
                .await?;
            firm
        }
    };
    firm.env.push(("LIUKE__JOBS__WORKERS", "2".to_owned()));
    let outcome = fill_up(&firm, &disk.0, told).await;
    if engine == Engine::Postgres {
        let server = place.postgres.as_deref().ok_or("no PostgreSQL")?;
        let client = postgres::connect(server).await?;
        client
            .batch_execute("DROP DATABASE IF EXISTS liuke_full WITH (FORCE)")
            .await?;
        client
            .batch_execute("DROP TABLESPACE IF EXISTS liuke_small")
            .await?;
    }
    outcome
}

async fn fill_up(firm: &Firm, disk: &Path, told: &mut Told) -> Outcome {
    let server = firm.start().await?;
    let mut client = Client::connect(&firm.host, &firm.admin).await?;
    let customers = client.json(&Ask::get("/customers?limit=1")).await?;
    let customer = customers["items"][0]["id"]
        .as_str()
        .ok_or("no customer")?
        .to_owned();
    let ledger = Ledger::default();
    let filler = disk.join("filler");
    fill(&filler)?;

    // Longer and longer, until no page that is there already can take it.
    let note = |n: usize| {
        let text = format!("F9-{n:06} {}", "满".repeat(1_000));
        (
            format!("F9-{n:06}"),
            Ask::post(
                format!("/customers/{customer}/notes"),
                json!({ "text": text }),
            ),
        )
    };
    let mut refused: Option<(u16, Value)> = None;
    let mut slowest = Duration::ZERO;
    let mut n = 0;
    let mut pending = None;
    while refused.is_none() && n < 20_000 {
        n += 1;
        let (mark, ask) = note(n);
        let ask = ask.once(Uuid::now_v7().to_string());
        let begun = Instant::now();
        let Ok(answer) = tokio::time::timeout(HANG, client.ask(&ask)).await else {
            told.must(false, "a write hangs while the disk is full");
            break;
        };
        let answer = answer?;
        slowest = slowest.max(begun.elapsed());
        if (200..300).contains(&answer.status) {
            ledger.open().notes.insert(mark);
        } else {
            refused = Some((
                answer.status,
                serde_json::from_slice(&answer.body).unwrap_or(Value::Null),
            ));
            pending = Some((mark, ask));
        }
    }
    told.figure("notes until the disk was full", n - 1);
    told.figure("slowest answer, ms", u64::try_from(slowest.as_millis())?);
    told.figure(
        "answer when full",
        format!(
            "{:?}",
            refused
                .as_ref()
                .map(|(status, body)| (status, body["code"].clone()))
        ),
    );
    told.must(
        refused
            .as_ref()
            .is_some_and(|(status, body)| *status == 507 && body["code"] == "disk.full"),
        format!("a full disk is answered by {refused:?}, not 507 disk.full"),
    );
    let upload = clerk::upload("voll", 20_000, 900);
    let answer = tokio::time::timeout(HANG, client.ask(&upload)).await;
    let answer = answer.map_err(|_| "an upload hangs while the disk is full")??;
    told.figure("answer to an upload when full", answer.status);
    told.must(
        answer.status == 507,
        format!(
            "an upload is answered by {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        ),
    );
    let read = client
        .ask(&Ask::get(format!("/customers/{customer}")))
        .await?;
    told.must(
        read.status == 200,
        format!(
            "reading is answered by {} while the disk is full",
            read.status
        ),
    );

    std::fs::remove_file(&filler)?;
    if let Some((mark, ask)) = pending {
        let again = client.ask(&ask).await?;
        told.must(
            (200..300).contains(&again.status),
            format!(
                "after room was made: {} {}",
                again.status,
                String::from_utf8_lossy(&again.body)
            ),
        );
        ledger.open().notes.insert(mark);
    }
    let ask = clerk::upload("I9-0001", 500, 901);
    let answer = client.ask(&ask).await?;
    told.must(
        answer.status == 200,
        format!(
            "an upload after room was made: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        ),
    );
    client.json(&Ask::post("/plans/run", json!({}))).await?;
    check::drain(firm, &ledger, Duration::from_secs(90)).await?;
    let lost = check::notes_lost(firm, &ledger).await?;
    told.must(lost == 0, format!("{lost} acknowledged notes are lost"));
    told.must(
        check::healthy(firm).await?,
        "the database or its audit chain is damaged",
    );
    told.findings.append(&mut ledger.open().findings);
    drop(client);
    server.stop()
}

/// Takes all the room but a little.
fn fill(filler: &Path) -> Outcome {
    let mut file = std::fs::File::create(filler)?;
    let block = vec![0_u8; MEGABYTE];
    while file.write_all(&block).is_ok() {}
    let small = [0_u8; 4_096];
    while file.write_all(&small).is_ok() {}
    // Room for a few pages, so that it fills up under way.
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(400 * 1_024))?;
    Ok(())
}

/// A server that cannot write says so at once and does not start.
pub(super) async fn read_only(place: &Place, told: &mut Told) -> Outcome {
    let Some(disk) = Tmpfs::mount(&place.folder.join("faults-read-only"), 64)? else {
        told.figure(
            "left out",
            "only the superuser may mount a small file system",
        );
        return Ok(());
    };
    let file = disk.0.join("liuke.db");
    let firm = Firm::found_in(
        place,
        Engine::Sqlite,
        format!("sqlite:{}", file.display()),
        "liuke_read_only",
        10,
    )
    .await?;
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(PathBuf::from(format!("{}{end}", file.display())));
    }
    disk.read_only()?;
    told.must(file.is_file(), "there is no database");
    refuses(told, "over a read-only file system", firm.command()?, &file)?;
    let new = disk.0.join("new.db");
    refuses(told, "without a database there", serve(place, &new)?, &new)?;
    let folder = disk.0.join("folder/liuke.db");
    refuses(told, "without the folder", serve(place, &folder)?, &folder)?;
    let locked = place.folder.join("faults-locked");
    std::fs::create_dir_all(&locked)?;
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o500))?;
    let locked = std::fs::canonicalize(&locked)?.join("liuke.db");
    let mut stranger = serve(place, &locked)?;
    stranger.uid(65_534).gid(65_534);
    refuses(told, "in a folder of somebody else", stranger, &locked)
}

fn serve(place: &Place, file: &Path) -> Outcome<Command> {
    // Copied to where anybody may run it.
    let mut command = Command::new(std::fs::canonicalize(&place.binary)?);
    command
        .current_dir("/")
        .args(["--log-level", "warn", "--database"]);
    command
        .arg(format!("sqlite:{}", file.display()))
        .args(["serve", "--listen", "127.0.0.1:0"]);
    Ok(command)
}

fn refuses(told: &mut Told, what: &'static str, mut command: Command, file: &Path) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > Duration::from_secs(15) {
            child.kill()?;
            told.must(false, format!("{what}: does not end"));
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let folder = file
        .parent()
        .map(|folder| folder.display().to_string())
        .unwrap_or_default();
    told.must(!output.status.success(), format!("{what}: starts"));
    told.must(
        said.contains(&folder),
        format!("{what}: does not name the folder: {said}"),
    );
    let why = ["read-only", "Read-only", "denied", "cannot be written"]
        .iter()
        .any(|word| said.contains(word));
    told.must(why, format!("{what}: does not say why: {said}"));
    told.figure(what, said);
    Ok(())
}
