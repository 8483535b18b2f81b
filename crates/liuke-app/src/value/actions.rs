//! Ranking a month and explaining a tier (排名与说明).

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use liuke_domain::percent;
use liuke_domain::period::{DayRange, Month};
use liuke_domain::pyramid::{Basis, Shares, Tier};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{Sql, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use liuke_platform::{audit, events, setting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, MonthRow};
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

/// Heads, money and share of one tier (等级汇总).
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
    /// Lowest amount within the tier; nothing when it is empty.
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
pub async fn rank(app: &App, ctx: &Ctx, run: &PyramidRun) -> Result<(), Problem> {
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
    let basis = run.basis.unwrap_or(settings.basis);
    let shares = Shares::from_bp(&settings.shares_bp).map_err(refused)?;
    let (from_instant, _) = period
        .instants(&zone)
        .ok_or_else(|| Fault::other("period outside the calendar"))?;
    let month = Month::of(to);

    let tx = app.db.begin_for(ctx).await?;
    let row = rank_month(
        &tx,
        ctx,
        month,
        period,
        basis,
        shares,
        from_instant.as_millisecond(),
    )
    .await?;
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
    events::tell(&tx, ctx, RANKED, &serde_json::json!({ "month": row.month })).await?;
    tx.commit().await?;
    Ok(())
}

async fn rank_month(
    tx: &Tx,
    ctx: &Ctx,
    month: Month,
    period: DayRange,
    basis: Basis,
    shares: Shares,
    from_ms: i64,
) -> Result<MonthRow, Fault> {
    let name = month.to_string();
    let ranked = store::count_ranked(tx, period).await?;
    let heads = usize::try_from(ranked).unwrap_or(0);
    let cuts = shares
        .cuts(heads)
        .map(|cut| i64::try_from(cut).unwrap_or(i64::MAX));
    store::open_month(tx, &name, period, basis, ctx.now_ms()).await?;
    let previous = month.prev().to_string();
    store::rank(tx, &name, period, basis, cuts, from_ms, Some(&previous)).await?;
    let rows = store::tiers(tx, &name).await?;
    let total_fen: i64 = rows.iter().map(|row| row.amount_fen).sum();
    let lines: Vec<TierLine> = Tier::ALL
        .iter()
        .map(|tier| {
            let row = rows.iter().find(|row| row.tier == tier.as_str());
            let (heads, amount) = row.map_or((0, 0), |row| (row.heads, row.amount_fen));
            TierLine {
                tier: *tier,
                heads,
                heads_bp: percent::ratio(heads, ranked),
                amount_fen: amount,
                share_bp: if total_fen > 0 {
                    percent::ratio(amount, total_fen)
                } else {
                    None
                },
                threshold_fen: row.map(|row| row.threshold_fen),
            }
        })
        .collect();
    let (moved_up, moved_down) = store::moved(tx, &name).await?;
    let row = MonthRow {
        month: name.clone(),
        basis: basis.as_str().to_owned(),
        from_day: period.from.to_string(),
        to_day: period.to.to_string(),
        ranked,
        newcomers: store::count_newcomers(tx, &name, from_ms).await?,
        total_fen,
        tiers: serde_json::to_string(&lines)?,
        moved_up,
        moved_down,
        ran_at: ctx.now_ms(),
    };
    store::put_month(tx, &row).await?;
    Ok(row)
}
