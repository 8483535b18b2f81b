//! The program under measurement: started, watched and stopped, over a database of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::client::{Ask, Client};

/// What there is to measure with.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) binary: PathBuf,
    pub(crate) postgres: Option<String>,
    pub(crate) folder: PathBuf,
}

/// SQLite or PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn named(name: &str) -> Outcome<Self> {
        match name {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            other => Err(format!("there is no engine {other}").into()),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// An address such as `postgres://user@host/db`, with another database's name.
pub(crate) fn with_database(url: &str, name: &str) -> Outcome<String> {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (url, String::new()),
    };
    let (server, _) = rest
        .rsplit_once('/')
        .ok_or("the address of PostgreSQL names no database")?;
    Ok(format!("{server}/{name}{query}"))
}

impl Place {
    /// The database of an earlier run, as far as one can tell without asking a server.
    pub(crate) fn kept(&self, engine: Engine, name: &str) -> Option<String> {
        match engine {
            Engine::Sqlite => {
                let file = self.folder.join(format!("{name}.db"));
                file.is_file().then(|| format!("sqlite:{}", file.display()))
            }
            Engine::Postgres => with_database(self.postgres.as_deref()?, name).ok(),
        }
    }

    /// A copy under the name `{name}_{of}`: the twin, in which the statements of the tape are sent again, since what they write is
    /// not there yet, or one to be filled and thrown away. Nobody may have the original open.
    pub(crate) async fn copy(&self, engine: Engine, name: &str, of: &str) -> Outcome<String> {
        let twin = format!("{name}_{of}");
        let url = self.empty_database(engine, &twin).await?;
        match engine {
            Engine::Sqlite => {
                std::fs::copy(
                    self.folder.join(format!("{name}.db")),
                    self.folder.join(format!("{twin}.db")),
                )?;
            }
            Engine::Postgres => {
                let server = self.postgres.as_deref().unwrap_or_default();
                let (client, line) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
                let line = tokio::spawn(line);
                client
                    .batch_execute(&format!("DROP DATABASE {twin}"))
                    .await?;
                client
                    .batch_execute(&format!("CREATE DATABASE {twin} TEMPLATE {name}"))
                    .await?;
                drop(client);
                line.await??;
            }
        }
        Ok(url)
    }

    /// A new, empty database; an old one of the same name goes away.
    pub(crate) async fn empty_database(&self, engine: Engine, name: &str) -> Outcome<String> {
        std::fs::create_dir_all(&self.folder)?;
        match engine {
            Engine::Sqlite => {
                let file = self.folder.join(format!("{name}.db"));
                for end in ["", "-wal", "-shm"] {
                    let part = PathBuf::from(format!("{}{end}", file.display()));
                    if part.exists() {
                        std::fs::remove_file(part)?;
                    }
                }
                Ok(format!("sqlite:{}", file.display()))
            }
            Engine::Postgres => {
                let server = self
                    .postgres
                    .as_deref()
                    .ok_or("no PostgreSQL: set LIUKE_TEST_PG or run this by cargo xtask bench")?;
                let (client, line) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
                let line = tokio::spawn(line);
                client
                    .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .await?;
                client
                    .batch_execute(&format!("CREATE DATABASE {name}"))
                    .await?;
                drop(client);
                line.await??;
                with_database(server, name)
            }
        }
    }
}

/// An address on which nobody listens just now.
pub(crate) fn free_host() -> Outcome<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}

/// `liuke serve`, running.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) host: String,
    /// From the start of the process to the first answer.
    pub(crate) started_in: Duration,
    setup: mpsc::Receiver<String>,
}

impl Server {
    pub(crate) async fn start(binary: &Path, database: &str) -> Outcome<Self> {
        let host = free_host()?;
        let mut command = Command::new(binary);
        command
            .args(["--log-level", "warn", "--database", database])
            .args(["serve", "--listen", &host]);
        Self::launch(command, host).await
    }

    /// Starts `liuke serve` by this command and waits for its first answer; a future dropped meanwhile kills it.
    pub(crate) async fn launch(mut command: Command, host: String) -> Outcome<Self> {
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
        let (send, setup) = mpsc::channel();
        if let Some(out) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    if let Some((_, token)) = line.split_once("/setup?token=") {
                        let _ = send.send(token.trim().to_owned());
                    }
                }
            });
        }
        let mut server = Self {
            child,
            host,
            started_in: Duration::ZERO,
            setup,
        };
        loop {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("liuke serve ended with {status}").into());
            }
            if let Ok(mut client) = Client::connect(&server.host, "").await
                && client.ask(&Ask::get("/login-options")).await.is_ok()
            {
                break;
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err("liuke serve did not answer within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.started_in = begun.elapsed();
        Ok(server)
    }

    /// The token of the first setup's link.
    pub(crate) fn setup_token(&self) -> Outcome<String> {
        Ok(self.setup.recv_timeout(Duration::from_secs(10))?)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub(crate) fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it as a power cut would, by SIGKILL.
    pub(crate) fn kill(mut self) -> Outcome {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it as a service manager would, and waits.
    pub(crate) fn stop(mut self) -> Outcome {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
