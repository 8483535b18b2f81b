//! Settings of the house (设置): typed, with defaults that suit a Chinese service firm.

use liuke_domain::worktime::DEFAULT_ZONE;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use liuke_platform::{args, setting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::session::DemoLogin;

/// Name of the house's settings in the table.
const HOUSE: &str = "house";
/// Name of the digest of the link for the first setup.
const SETUP: &str = "setup";
/// Name of the demo's log-ins.
const DEMO: &str = "demo_logins";

/// A stretch of the day (时段), such as 09:00 to 11:30.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// `HH:MM`, within it.
    pub from: String,
    /// `HH:MM`, no longer within it.
    pub to: String,
}

/// Settings of the house (设置).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the firm.
    pub company: String,
    /// IANA time zone of the firm.
    pub zone: String,
    /// How many masked fields one person may reveal on one day.
    pub reveal_limit_per_day: i64,
    /// Least days between two contacts of one customer.
    pub min_gap_days: i64,
    /// Hours within which a feedback slip must be answered.
    pub slip_due_hours: i64,
    /// When customers may be called, in the time of their branch.
    pub contact_windows: Vec<Window>,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// The version that was read; 0 for the defaults.
    pub version: i64,
}

impl Default for Settings {
    /// Contact windows after `domain.md`: mornings from nine, not over lunch, not after eight in the evening.
    fn default() -> Self {
        let window = |from: &str, to: &str| Window {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        Self {
            company: String::new(),
            zone: DEFAULT_ZONE.to_owned(),
            reveal_limit_per_day: 30,
            min_gap_days: 7,
            slip_due_hours: 24,
            contact_windows: vec![window("09:00", "11:30"), window("14:00", "20:00")],
            session_idle_minutes: 720,
            version: 0,
        }
    }
}

/// The settings of the house.
pub async fn settings(db: &impl Sql) -> Result<Settings, Fault> {
    let (mut settings, version): (Settings, i64) = setting::get_or_default(db, HOUSE).await?;
    settings.version = version;
    Ok(settings)
}

/// Stores the settings; another version is refused.
pub(super) async fn put(tx: &Tx, ctx: &Ctx, settings: &Settings) -> Result<i64, Problem> {
    setting::put(tx, ctx, HOUSE, settings, Some(settings.version)).await
}

/// Lays the first settings of a firm: its name, everything else by default.
pub async fn found(tx: &Tx, ctx: &Ctx, company: &str) -> Result<(), Problem> {
    let settings = Settings {
        company: company.to_owned(),
        ..settings(tx).await?
    };
    setting::put(tx, ctx, HOUSE, &settings, None).await?;
    Ok(())
}

/// The log-ins that a demo server offers.
pub(super) async fn demo_logins(db: &impl Sql) -> Result<Vec<DemoLogin>, Fault> {
    Ok(setting::get(db, DEMO)
        .await?
        .map(|(logins, _)| logins)
        .unwrap_or_default())
}

/// Stores the log-ins that a demo server offers (演示账号).
pub async fn put_demo_logins(tx: &Tx, ctx: &Ctx, logins: &[DemoLogin]) -> Result<(), Problem> {
    setting::put(tx, ctx, DEMO, &logins, None).await?;
    Ok(())
}

/// Keeps the digest of a fresh link for the first setup; the one before is no longer good.
pub(super) async fn put_setup_token(tx: &Tx, ctx: &Ctx, digest: &str) -> Result<(), Problem> {
    setting::put(tx, ctx, SETUP, &digest, None).await?;
    Ok(())
}

/// Whether this is the link for the first setup.
pub(super) async fn is_setup_token(db: &impl Sql, digest: &str) -> Result<bool, Fault> {
    let kept: Option<(String, i64)> = setting::get(db, SETUP).await?;
    Ok(kept.is_some_and(|(kept, _)| kept == digest))
}

/// Uses the link up; false when it is not (or no longer) good.
pub(super) async fn use_setup_token(tx: &Tx, digest: &str) -> Result<bool, Fault> {
    let value = serde_json::to_string(digest)?;
    Ok(tx
        .run(
            "DELETE FROM setting WHERE name = $1 AND value = $2",
            args![SETUP, value],
        )
        .await?
        == 1)
}
