//! A small firm with a server of its own, to be mistreated.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::task::JoinHandle;

use super::clerk;
use super::desk::{Agent, Desk};
use super::ledger::Ledger;
use super::postgres;
use crate::Outcome;
use crate::client::{Ask, Client};
use crate::data::{self, PASSWORD};
use crate::server::{Engine, Place, Server, free_host};

/// Agents who write.
pub(super) const WRITERS: usize = 8;

/// A founded and filled firm, its address and the sessions of those who work there.
pub(super) struct Firm {
    pub(super) engine: Engine,
    pub(super) database: String,
    pub(super) host: String,
    pub(super) binary: PathBuf,
    /// What the server says.
    log: PathBuf,
    /// The founder's session.
    pub(super) admin: String,
    pub(super) branch_id: String,
    agents: Vec<(String, String)>,
    /// Settings of the server beyond the default.
    pub(super) env: Vec<(&'static str, String)>,
}

impl Firm {
    pub(super) async fn found(
        place: &Place,
        engine: Engine,
        name: &str,
        customers: usize,
    ) -> Outcome<Self> {
        let database = place.empty_database(engine, name).await?;
        Self::found_in(place, engine, database, name, customers).await
    }

    pub(super) async fn found_in(
        place: &Place,
        engine: Engine,
        database: String,
        name: &str,
        customers: usize,
    ) -> Outcome<Self> {
        data::found(place, &database).await?;
        let app = data::open(&database).await?;
        data::fill(&app, customers).await?;
        app.db.clone().close().await?;
        drop(app);
        let log = place.folder.join(format!("{name}-{}.log", engine.name()));
        File::create(&log)?;
        let mut firm = Self {
            engine,
            database,
            host: free_host()?,
            binary: place.binary.clone(),
            log,
            admin: String::new(),
            branch_id: String::new(),
            agents: Vec::new(),
            env: Vec::new(),
        };
        let server = firm.start().await?;
        firm.sign_in().await?;
        server.stop()?;
        Ok(firm)
    }

    /// `liuke serve` over this firm.
    pub(super) fn command(&self) -> Outcome<Command> {
        self.command_at(&self.host)
    }

    pub(super) fn command_at(&self, host: &str) -> Outcome<Command> {
        let mut command = self.tool()?;
        command.args(["serve", "--listen", host]);
        Ok(command)
    }

    /// `liuke` over this firm, what it says going to the log.
    pub(super) fn tool(&self) -> Outcome<Command> {
        let mut command = Command::new(&self.binary);
        command
            .args(["--log-level", "warn", "--database", &self.database])
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stderr(File::options().append(true).open(&self.log)?);
        Ok(command)
    }

    pub(super) async fn start(&self) -> Outcome<Server> {
        Server::launch(self.command()?, self.host.clone()).await
    }

    async fn sign_in(&mut self) -> Outcome {
        let mut admin = Client::connect(&self.host, "").await?;
        admin.login("admin", PASSWORD).await?;
        let mut settings = admin.json(&Ask::get("/settings")).await?;
        if let Some(windows) = settings.get_mut("contact_windows") {
            *windows = json!([{ "from": "00:00", "to": "23:59" }]);
        }
        admin.json(&Ask::put("/settings", settings)).await?;
        admin.cookie().clone_into(&mut self.admin);
        for number in 0..WRITERS {
            let mut agent = Client::connect(&self.host, "").await?;
            let session = agent.login(&format!("agent{number}"), PASSWORD).await?;
            let text = |key: &str| session["staff"][key].as_str().map(str::to_owned);
            self.branch_id = text("branch_id").ok_or("a session without branch")?;
            let id = text("id").ok_or("a session without person")?;
            self.agents.push((agent.cookie().to_owned(), id));
        }
        Ok(())
    }

    /// Sets everybody to work.
    pub(super) fn open(&self, ledger: &Ledger, seed: u64, importers: usize) -> Shift {
        let over = Arc::new(AtomicBool::new(false));
        let mut people = Vec::new();
        for (number, (cookie, id)) in self.agents.iter().enumerate() {
            let desk = Desk::new(&self.host, cookie, ledger, &over);
            let agent = Agent::new(desk, number, seed, &self.branch_id, id);
            people.push(tokio::spawn(agent.work()));
        }
        let desk = || Desk::new(&self.host, &self.admin, ledger, &over);
        for number in 1..=importers {
            people.push(tokio::spawn(clerk::import_all(desk(), number)));
        }
        people.push(tokio::spawn(clerk::run_all(desk(), self.branch_id.clone())));
        Shift { over, people }
    }

    /// Lets the time of all leases pass, as it would while everything is down. Only when no server runs.
    pub(super) async fn pass_leases(&self) -> Outcome {
        const PASS: &str = "UPDATE job SET due_at = 0, lease_until = NULL WHERE dead_at IS NULL";
        match self.engine {
            Engine::Sqlite => {
                let file = self.database.trim_start_matches("sqlite:").to_owned();
                rusqlite::Connection::open(file)?.execute_batch(PASS)?;
            }
            Engine::Postgres => {
                let client = postgres::connect(&self.database).await?;
                client.batch_execute(PASS).await?;
            }
        }
        Ok(())
    }
}

/// People at work.
pub(super) struct Shift {
    over: Arc<AtomicBool>,
    people: Vec<JoinHandle<()>>,
}

impl Shift {
    /// No new work; what is begun is brought to its end.
    pub(super) async fn close(self) -> Outcome {
        self.over.store(true, Ordering::Relaxed);
        for person in self.people {
            person.await?;
        }
        Ok(())
    }
}
