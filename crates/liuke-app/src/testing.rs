//! The whole application over a fresh database, with a clock moved by hand (测试).
//!
//! ```ignore
//! on_both!(an_agent_sees_the_customers_of_the_branch);
//! async fn an_agent_sees_the_customers_of_the_branch(t: TestApp) {
//!     let seen = t.as_role("agent").get("/api/v1/customers").await;
//!     assert_eq!(seen.status(), 200);
//! }
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "tests fail by panicking"
)]

mod client;
mod org;
mod plan;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use liuke_platform::config::Config;
use liuke_platform::ctx::{Actor, Ctx, ManualClock, Via};
use liuke_platform::db::{Db, Engine};
use liuke_platform::http::Peer;
use liuke_platform::testing::{TestBase, TestDb};
use liuke_platform::{jobs::Jobs, session};
use uuid::Uuid;

pub use client::{Answer, Client};
pub use org::{Org, PASSWORD};
pub use plan::{LARGE, assert_bounded, assert_in_order, assert_no_scan, assert_no_scan_of, plan};

use crate::migrations::MIGRATIONS;
use crate::{App, wiring};

/// Saturday 2026-11-21, 09:00 in Shanghai: when every test begins.
pub const START: &str = "2026-11-21T09:00:00+08:00";

/// A running application for one test.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its clock; moved by hand only.
    pub clock: ManualClock,
    /// The small organisation in it.
    pub org: Org,
    router: Router,
    jobs: Jobs<App>,
    sessions: Arc<Mutex<BTreeMap<Uuid, (i64, String)>>>,
    test_db: TestDb,
}

impl std::ops::Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    /// On this engine, with the small organisation; nothing where the engine is not wanted.
    pub async fn on(engine: Engine) -> Option<Self> {
        let mut made = Self::empty(engine).await?;
        made.org = Org::found(&made.app).await;
        Some(made)
    }

    /// On this engine, before the first setup.
    pub async fn empty(engine: Engine) -> Option<Self> {
        Self::configured(engine, Config::default()).await
    }

    /// On this engine with this configuration, before the first setup.
    pub async fn configured(engine: Engine, config: Config) -> Option<Self> {
        let TestBase {
            base,
            clock,
            test_db,
        } = TestBase::with(engine, MIGRATIONS, wiring::wiring(), config).await?;
        clock.set(START.parse().unwrap());
        let app = App::over(base, false).await.unwrap();
        let jobs = crate::jobs();
        jobs.settle(&app).await.unwrap();
        let router = crate::router(&app, Router::new());
        let sessions = Arc::default();
        Some(Self {
            app,
            clock,
            org: Org::default(),
            router,
            jobs,
            sessions,
            test_db,
        })
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.app.base.db
    }

    /// A folder for files of this test.
    pub fn folder(&self) -> std::path::PathBuf {
        self.test_db.folder()
    }

    /// Somebody by log-in name; those of the organisation are called as their roles, see [`Org`].
    pub fn staff(&self, login: &str) -> Uuid {
        *self
            .org
            .staff
            .get(login)
            .unwrap_or_else(|| panic!("nobody is called {login}"))
    }

    /// Requests by the member of 天府店 with this role (or by this log-in name).
    pub fn as_role(&self, role: &str) -> Client<'_> {
        self.as_staff(self.staff(role))
    }

    /// Requests by this person, through a real session.
    pub fn as_staff(&self, id: Uuid) -> Client<'_> {
        Client::of(self, Some(id), None)
    }

    /// Requests by nobody.
    pub fn as_nobody(&self) -> Client<'_> {
        Client::of(self, None, None)
    }

    /// Requests by a program with this API token.
    pub fn with_token(&self, token: &str) -> Client<'_> {
        Client::of(self, None, Some(token.to_owned()))
    }

    /// The system's context at this moment.
    pub fn ctx(&self) -> Ctx {
        self.app.ctx(Actor::system())
    }

    /// A person's context at this moment.
    pub fn ctx_of(&self, login: &str) -> Ctx {
        self.app
            .ctx(Actor::person(self.staff(login), login, Via::Ui))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// The time now, epoch milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.app.now().as_millisecond()
    }

    /// Runs all work that is due, and what it makes due; how many jobs ran.
    pub async fn run_jobs(&self) -> usize {
        self.jobs.run_due(&self.app).await.unwrap()
    }

    /// Jobs given up so far: kind and reason. A test that expects none asserts that this is empty.
    pub async fn dead_jobs(&self) -> Vec<(String, String)> {
        let dead = liuke_platform::jobs::dead(self.db(), 100).await.unwrap();
        dead.into_iter()
            .map(|job| (job.kind, job.error.unwrap_or_default()))
            .collect()
    }

    /// A cookie of this person that is good now; a new session every hour of the test's clock.
    async fn cookie(&self, id: Uuid) -> String {
        let now = self.now_ms();
        if let Some((made, cookie)) = self.sessions.lock().unwrap().get(&id)
            && now - made
                < SignedDuration::from_hours(1)
                    .as_millis()
                    .try_into()
                    .unwrap_or(i64::MAX)
        {
            return cookie.clone();
        }
        let cookie = self.fresh_cookie(id).await;
        self.sessions
            .lock()
            .unwrap()
            .insert(id, (now, cookie.clone()));
        cookie
    }

    /// A cookie of a session that begins now, without a password.
    pub async fn fresh_cookie(&self, id: Uuid) -> String {
        let ctx = self.ctx();
        let peer = Peer {
            address: "127.0.0.1".into(),
            agent: "test".into(),
        };
        let tx = self.db().begin().await.unwrap();
        let cookie = session::begin(&tx, &ctx, &self.app.base, id, &peer, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        cookie
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    /// When every test begins.
    pub fn start() -> Timestamp {
        START.parse().unwrap()
    }
}

/// Makes a test for each engine which calls the async function of the same name with a [`TestApp`].
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        $(::liuke_platform::on_both!($name, $crate::testing::TestApp::on);)+
    };
}
