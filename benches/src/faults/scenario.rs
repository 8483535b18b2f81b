//! Single faults, each with what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{backup, disk, slow, sse, two};
use crate::Outcome;
use crate::server::{Engine, Place};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scenario {
    /// Two servers on one PostgreSQL: background work is done once.
    TwoProcesses,
    /// No space is left on the device.
    DiskFull,
    /// The folder of the data cannot be written to.
    ReadOnly,
    /// Ten thousand open streams of live updates.
    Sse,
    /// Clients that send or read slowly or not at all, and uploads that stop half-way.
    SlowClient,
    /// Backups while everybody works.
    Backup,
    /// None of them.
    None,
}

impl Scenario {
    pub(super) const ALL: [Self; 6] = [
        Self::TwoProcesses,
        Self::DiskFull,
        Self::ReadOnly,
        Self::Sse,
        Self::SlowClient,
        Self::Backup,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::TwoProcesses => "two-processes",
            Self::DiskFull => "disk-full",
            Self::ReadOnly => "read-only",
            Self::Sse => "sse",
            Self::SlowClient => "slow-client",
            Self::Backup => "backup",
            Self::None => "none",
        }
    }

    /// Whether it is about this engine.
    pub(super) fn concerns(self, engine: Engine) -> bool {
        match self {
            Self::TwoProcesses => engine == Engine::Postgres,
            Self::ReadOnly | Self::Sse | Self::SlowClient => engine == Engine::Sqlite,
            Self::DiskFull | Self::Backup => true,
            Self::None => false,
        }
    }

    pub(super) async fn run(self, place: &Place, engine: Engine, seed: u64) -> Told {
        println!("{}: {}", engine.name(), self.name());
        let mut told = Told {
            scenario: self.name(),
            engine: engine.name(),
            ..Told::default()
        };
        let went = match self {
            Self::TwoProcesses => two::run(place, &mut told).await,
            Self::DiskFull => disk::full(place, engine, &mut told).await,
            Self::ReadOnly => disk::read_only(place, &mut told).await,
            Self::Sse => sse::run(place, &mut told).await,
            Self::SlowClient => slow::run(place, &mut told).await,
            Self::Backup => backup::run(place, engine, seed, &mut told).await,
            Self::None => Ok(()),
        };
        if let Err(error) = went {
            told.must(false, format!("broke off: {error}"));
        }
        for (what, value) in &told.figures {
            println!("  {what}: {value}");
        }
        for finding in &told.findings {
            println!("  FINDING {finding}");
        }
        told
    }
}

/// What came of a scenario.
#[derive(Debug, Default, Serialize)]
pub(super) struct Told {
    pub(super) scenario: &'static str,
    pub(super) engine: &'static str,
    pub(super) figures: BTreeMap<&'static str, Value>,
    pub(super) findings: Vec<String>,
}

impl Told {
    pub(super) fn figure(&mut self, what: &'static str, value: impl Into<Value>) {
        self.figures.insert(what, value.into());
    }

    /// A finding unless this holds.
    pub(super) fn must(&mut self, holds: bool, text: impl Into<String>) {
        if !holds {
            self.findings.push(text.into());
        }
    }
}

/// A page outside the interface, as text.
pub(super) async fn page(host: &str, path: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(host).await?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// A small file system in memory, gone when dropped.
pub(super) struct Tmpfs(pub(super) PathBuf);

impl Tmpfs {
    /// Only the superuser may mount; nothing for anybody else.
    pub(super) fn mount(folder: &Path, megabytes: u32) -> Outcome<Option<Self>> {
        std::fs::create_dir_all(folder)?;
        let folder = std::fs::canonicalize(folder)?;
        // What an earlier run left behind.
        let _ = Command::new("umount")
            .arg(&folder)
            .stderr(std::process::Stdio::null())
            .status();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&folder)
            .stderr(std::process::Stdio::null())
            .status()?;
        Ok(mounted.success().then_some(Self(folder)))
    }

    pub(super) fn read_only(&self) -> Outcome {
        let done = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&self.0)
            .status()?;
        if done.success() {
            Ok(())
        } else {
            Err("mount -o remount,ro fails".into())
        }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}
