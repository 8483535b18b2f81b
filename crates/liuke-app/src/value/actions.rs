//! Ranking a month and explaining a tier (排名与说明).

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use liuke_domain::percent;
use liuke_domain::period::{DayRange, Month, parse_day};
use liuke_domain::pyramid::{Basis, Shares, Tier};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Scope, ScopeKind};
use liuke_platform::problem::Problem;
use liuke_platform::{audit, events, setting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, MonthRow, TierRow};
use crate::shapes::{BasisWord, TierWord};
use crate::{App, refused, team};

/// Told when a month was ranked: whoever repeats the tier has to look again.
pub const RANKED: &str = "pyramid";
/// Key of the settings below.
const SETTINGS: &str = "pyramid";

/// How the pyramid is ranked (金字塔规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PyramidSettings {
    /// Revenue or profit.
    #[schema(inline, value_type = BasisWord)]
    pub basis: Basis,
    /// How many months back the period reaches, 1 to 60.
    pub window_months: i64,
    /// Shares of A, B, C and D in basis points, 10,000 together.
    pub shares_bp: Vec<i64>,
    /// Version of the settings.
    #[serde(default)]
    #[schema(required = true)]
    pub version: i64,
}

impl Default for PyramidSettings {
    fn default() -> Self {
        Self {
            basis: Basis::Revenue,
            window_months: 12,
            shares_bp: Shares::default().to_bp().to_vec(),
            version: 0,
        }
    }
}

/// The rules in force.
pub(super) async fn settings(db: &impl Sql) -> Result<PyramidSettings, Fault> {
    Ok(match setting::get::<PyramidSettings>(db, SETTINGS).await? {
        Some((settings, version)) => PyramidSettings {
            version,
            ..settings
        },
        None => PyramidSettings::default(),
    })
}

/// Changes the rules; they hold from the next run on.
pub(super) async fn put_settings(
    app: &App,
    ctx: &Ctx,
    new: PyramidSettings,
) -> Result<PyramidSettings, Problem> {
    if !(1..=60).contains(&new.window_months) {
        return Err(Problem::new(422, "invalid").field("window_months", "pyramid.bad_window"));
    }
    Shares::from_bp(&new.shares_bp).map_err(refused)?;
    let tx = app.db.begin().await?;
    let before = settings(&tx).await?;
    let version = setting::put(&tx, ctx, SETTINGS, &new, Some(new.version)).await?;
    let after = PyramidSettings { version, ..new };
    audit::write(
        &tx,
        ctx,
        "pyramid.settings",
        "setting",
        None,
        Some(serde_json::to_value(&before).map_err(Fault::from)?),
        Some(serde_json::to_value(&after).map_err(Fault::from)?),
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// Heads, money and share of one tier (等级汇总), of the customers the reader may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct TierLine {
    /// A, B, C or D.
    #[schema(inline, value_type = TierWord)]
    pub tier: Tier,
    /// Customers.
    pub heads: i64,
    /// Share of the customers, basis points.
    pub heads_bp: Option<i64>,
    /// Net amount.
    pub amount_fen: i64,
    /// Share of the net total; nothing when the total is not positive.
    pub share_bp: Option<i64>,
    /// Lowest of these amounts; nothing when there is none.
    pub threshold_fen: Option<i64>,
}

/// What to rank, when not by the settings (重算条件).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PyramidRun {
    /// Revenue or profit.
    #[schema(inline, value_type = Option<BasisWord>)]
    pub basis: Option<Basis>,
    /// First day.
    #[schema(value_type = Option<String>)]
    pub from: Option<Date>,
    /// Last day.
    #[schema(value_type = Option<String>)]
    pub to: Option<Date>,
}

async fn company_zone(db: &impl Sql) -> Result<TimeZone, Fault> {
    let name = team::settings(db).await?.zone;
    liuke_domain::worktime::zone(&name).ok_or_else(|| Fault::inconsistent("setting", "zone", name))
}

/// The period that ends with `today` and reaches `months` back.
fn window(today: Date, months: i64) -> Option<DayRange> {
    let from = today.checked_sub(months.months()).ok()?.tomorrow().ok()?;
    DayRange::new(from, today)
}

/// Ranks the month that `to` (or today) falls in, and gives the customers their tiers if it is the newest month.
/// Answers the month.
///
/// What ends today is kept for this month and replaces what an earlier day kept. A past month is kept once: afterwards
/// it does not change, whatever period is asked for.
pub async fn rank(app: &App, ctx: &Ctx, run: &PyramidRun) -> Result<String, Problem> {
    let settings = settings(&app.db).await?;
    let zone = company_zone(&app.db).await?;
    let today = liuke_domain::worktime::business_day(ctx.now, &zone);
    let to = run.to.unwrap_or(today);
    let period = match run.from {
        Some(from) => DayRange::new(from, to),
        None => window(to, settings.window_months),
    }
    .ok_or_else(|| Problem::new(422, "invalid").field("to", "report.ends_before_it_starts"))?;
    if to > today {
        return Err(Problem::new(422, "invalid").field("to", "pyramid.in_the_future"));
    }
    let month = Month::of(to);
    if to < today && month == Month::of(today) {
        return Err(Problem::new(422, "invalid").field("to", "pyramid.not_until_today"));
    }
    let basis = run.basis.unwrap_or(settings.basis);
    let shares = Shares::from_bp(&settings.shares_bp).map_err(refused)?;
    let name = month.to_string();

    let tx = app.db.begin_for(ctx).await?;
    let opened = store::open_month(&tx, &name, period, basis, ctx.now_ms()).await?;
    if !opened && to < today {
        return Err(Problem::new(409, "pyramid.month_kept").param("month", name));
    }
    let row = rank_month(&tx, ctx, month, period, basis, shares, &zone).await?;
    let newest = store::months(&tx).await?.into_iter().next();
    if newest.as_deref() == Some(row.month.as_str()) {
        store::write_tiers(&tx, &row.month).await?;
    }
    audit::write(
        &tx,
        ctx,
        "pyramid.ranked",
        "pyramid",
        None,
        None,
        Some(serde_json::json!({
            "month": row.month, "basis": row.basis, "from": row.from_day, "to": row.to_day, "ranked": row.ranked,
        })),
    )
    .await?;
    let now = ctx.at(app.base.now());
    events::tell(
        &tx,
        &now,
        RANKED,
        &serde_json::json!({ "month": row.month }),
    )
    .await?;
    tx.commit().await?;
    Ok(name)
}

async fn rank_month(
    tx: &Tx,
    ctx: &Ctx,
    month: Month,
    period: DayRange,
    basis: Basis,
    shares: Shares,
    zone: &TimeZone,
) -> Result<MonthRow, Fault> {
    let name = month.to_string();
    let instants = instants(period, zone)?;
    let ranked = store::count_ranked(tx, period).await?;
    let cuts = cuts(shares, ranked);
    let previous = month.prev().to_string();
    store::rank(tx, &name, period, basis, cuts, instants.0, Some(&previous)).await?;
    let everybody = Scope::unlimited();
    let mut row = MonthRow {
        basis: basis.as_str().to_owned(),
        from_day: period.from.to_string(),
        to_day: period.to.to_string(),
        ranked,
        newcomers: store::count_newcomers(tx, &everybody, &name, period, instants).await?,
        total_fen: 0,
        tiers: String::new(),
        shares_bp: serde_json::to_string(&shares.to_bp())?,
        moved_up: 0,
        moved_down: 0,
        ran_at: ctx.now_ms(),
        month: name,
    };
    let rows = store::tiers(tx, &everybody, &row.month).await?;
    let lines = summarise(&mut row, &rows);
    row.tiers = serde_json::to_string(&lines)?;
    store::put_month(tx, &row).await?;
    Ok(row)
}

/// The places after A, B and C among so many ranked customers.
pub(super) fn cuts(shares: Shares, ranked: i64) -> [i64; 3] {
    shares
        .cuts(usize::try_from(ranked).unwrap_or(0))
        .map(|cut| i64::try_from(cut).unwrap_or(i64::MAX))
}

fn instants(period: DayRange, zone: &TimeZone) -> Result<(i64, i64), Fault> {
    let (from, until) = period
        .instants(zone)
        .ok_or_else(|| Fault::other("period outside the calendar"))?;
    Ok((from.as_millisecond(), until.as_millisecond()))
}

/// Writes heads, money and movement into the month; the line of each tier.
fn summarise(month: &mut MonthRow, rows: &[TierRow]) -> Vec<TierLine> {
    let sum = |of: fn(&TierRow) -> i64| rows.iter().map(of).sum::<i64>();
    month.ranked = sum(|row| row.heads);
    month.total_fen = sum(|row| row.amount_fen);
    month.moved_up = sum(|row| row.up);
    month.moved_down = sum(|row| row.down);
    Tier::ALL
        .iter()
        .map(|tier| {
            let row = rows.iter().find(|row| row.tier == tier.as_str());
            let (heads, amount) = row.map_or((0, 0), |row| (row.heads, row.amount_fen));
            TierLine {
                tier: *tier,
                heads,
                heads_bp: percent::ratio(heads, month.ranked),
                amount_fen: amount,
                share_bp: if month.total_fen > 0 {
                    percent::ratio(amount, month.total_fen)
                } else {
                    None
                },
                threshold_fen: row.map(|row| row.threshold_fen),
            }
        })
        .collect()
}

/// A kept month as the reader may see it: whoever sees all customers reads what was kept, others the figures of their own,
/// under the tiers of the whole company.
pub(super) async fn seen(
    app: &App,
    scope: &Scope,
    mut month: MonthRow,
) -> Result<(MonthRow, Vec<TierLine>), Fault> {
    if scope.kind == ScopeKind::All {
        let lines = serde_json::from_str(&month.tiers)?;
        return Ok((month, lines));
    }
    let day = |text: &str, column| {
        parse_day(text).ok_or_else(|| Fault::inconsistent("tier_month", column, text))
    };
    let (from, to) = (
        day(&month.from_day, "from_day")?,
        day(&month.to_day, "to_day")?,
    );
    let period = DayRange { from, to };
    let instants = instants(period, &company_zone(&app.db).await?)?;
    let rows = store::tiers(&app.db, scope, &month.month).await?;
    let lines = summarise(&mut month, &rows);
    month.newcomers =
        store::count_newcomers(&app.db, scope, &month.month, period, instants).await?;
    Ok((month, lines))
}
