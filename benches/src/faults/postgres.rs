//! The PostgreSQL server as a victim: killed with all its children, started again over the same folder.

use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use crate::Outcome;
use crate::measure::family;

/// Where a cluster lives and who runs it.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    url: String,
    folder: PathBuf,
    program: PathBuf,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// A connection that ends with its client.
pub(super) async fn connect(url: &str) -> Outcome<Client> {
    let (client, line) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(line);
    Ok(client)
}

impl Cluster {
    /// Looks where the server at this address lives, and makes its commits lasting: clusters of tests give that up for speed.
    pub(super) async fn at(url: &str) -> Outcome<Self> {
        let client = connect(url).await?;
        client
            .batch_execute("ALTER SYSTEM SET synchronous_commit = on")
            .await?;
        client.batch_execute("SELECT pg_reload_conf()").await?;
        let folder: String = client.query_one("SHOW data_directory", &[]).await?.get(0);
        let mut cluster = Self {
            url: url.to_owned(),
            folder: PathBuf::from(folder),
            program: PathBuf::new(),
            uid: 0,
            gid: 0,
        };
        let process = format!("/proc/{}", cluster.postmaster()?);
        cluster.program = std::fs::read_link(format!("{process}/exe"))?;
        let owner = std::fs::metadata(&process)?;
        (cluster.uid, cluster.gid) = (owner.uid(), owner.gid());
        Ok(cluster)
    }

    fn postmaster(&self) -> Outcome<u32> {
        let text = std::fs::read_to_string(self.folder.join("postmaster.pid"))?;
        Ok(text.lines().next().unwrap_or_default().trim().parse()?)
    }

    /// SIGKILL to the first process and to every child it has.
    pub(super) fn kill(&self) -> Outcome {
        let pids = family(self.postmaster()?);
        let words: Vec<String> = pids.iter().map(u32::to_string).collect();
        Command::new("kill")
            .arg("-KILL")
            .args(&words)
            .stderr(Stdio::null())
            .status()?;
        let begun = Instant::now();
        while pids.iter().any(|pid| alive(*pid)) {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("PostgreSQL does not die".into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Starts it again as its own user and waits until it lets people in.
    pub(super) async fn start(&self) -> Outcome {
        let begun = Instant::now();
        let log = std::env::temp_dir().join(format!("liuke-faults-pg-{}.log", std::process::id()));
        loop {
            let out = File::options().create(true).append(true).open(&log)?;
            let mut server = Command::new(&self.program)
                .arg("-D")
                .arg(&self.folder)
                .current_dir("/")
                .uid(self.uid)
                .gid(self.gid)
                .stdin(Stdio::null())
                .stdout(out.try_clone()?)
                .stderr(out)
                .process_group(0)
                .spawn()?;
            while begun.elapsed() < Duration::from_mins(1) {
                if connect(&self.url).await.is_ok() {
                    // Nobody waits for it; the one who owns the cluster stops it by its folder.
                    std::thread::spawn(move || server.wait());
                    return Ok(());
                }
                if server.try_wait()?.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if begun.elapsed() > Duration::from_mins(1) {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("PostgreSQL does not start again: {said}").into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Runs, and is not merely unburied.
fn alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|text| {
            text.rsplit_once(')')
                .map(|(_, rest)| rest.trim().starts_with('Z'))
        })
        .is_some_and(|dead| !dead)
}
