//! A believable car dealer's workshop (演示店): about 3,000 customers, 4,000 vehicles, 12,000 repairs and eighteen months of
//! follow-ups, made in seconds. Everybody in it is invented. The same day gives the same shop.

mod archive;
mod calls;
mod names;
mod org;
mod slips;
mod trade;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use liuke_domain::worktime;
use liuke_platform::ctx::{Actor, Ctx};
use liuke_platform::db::Sql as _;
use liuke_platform::fault::Fault;
use liuke_platform::problem::Problem;
use liuke_platform::session::password;
use liuke_platform::{args, audit};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Serialize;

use crate::customer::bulk;
use crate::team::{self, DemoLogin};
use crate::value::{self, PyramidRun};
use crate::{App, followup};

use archive::Writer;
use calls::Rows;

/// The password of everybody in the demo shop. It opens nothing else: no other installation has a default password.
pub(crate) const DEMO_PASSWORD: &str = "liuke-demo-2026";

const SEED: u64 = 20_261_121;

/// What was made (演示数据).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Customers.
    pub customers: usize,
    /// Service records that are closed.
    pub repairs: usize,
    /// Follow-up tasks.
    pub tasks: usize,
    /// Follow-up calls.
    pub calls: usize,
    /// Feedback slips.
    pub slips: usize,
}

/// Fills an empty, migrated database with the demo shop; refuses one in which somebody works already.
pub async fn fill(app: &App) -> Result<Made, Problem> {
    let ctx = app.ctx(Actor::cli());
    let hash = password::hash(DEMO_PASSWORD).await?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let tx = app.db.begin().await?;
    let people: Option<i64> = tx.scalar("SELECT COUNT(*) FROM staff", args![]).await?;
    if people != Some(0) {
        return Err(Problem::new(409, "demo.not_empty"));
    }
    let founded = ctx.now_ms() - 2_400 * 86_400_000;
    let firm = org::write(&tx, &ctx, &hash, founded).await?;
    team::found(&tx, &ctx, "蓉城汽车服务集团").await?;
    team::put_demo_logins(&tx, &ctx, &logins()).await?;
    followup::ensure_default_plans(&tx, &ctx).await?;
    let zone =
        worktime::zone(worktime::DEFAULT_ZONE).ok_or_else(|| Fault::other("time zone table"))?;
    let today = worktime::business_day(ctx.now, &zone);
    let writer = Writer {
        tx: &tx,
        ctx: &ctx,
        firm: &firm,
        zone: &zone,
        today,
    };
    let archive = writer.write(&mut rng).await?;
    let mut rows = Rows::default();
    let dissatisfied = writer.calls(&mut rng, &archive, &mut rows).await?;
    let slips = writer.slips(&mut rng, &dissatisfied, &mut rows)?;
    let made = Made {
        customers: archive.customers.len(),
        repairs: archive.repairs.len(),
        tasks: rows.tasks.len(),
        calls: rows.attempts.len(),
        slips: dissatisfied.len(),
    };
    writer.flush(rows).await?;
    slips.flush(&tx).await?;
    let ids: BTreeSet<_> = archive.customers.iter().map(|known| known.id).collect();
    bulk::settle(&tx, &ids).await?;
    let about = serde_json::to_value(&made).map_err(Fault::from)?;
    audit::write(&tx, &ctx, "demo.filled", "setting", None, None, Some(about)).await?;
    tx.commit().await?;
    rank_months(app, &ctx, today).await?;
    Ok(made)
}

/// The pyramids of the last months and of this one.
async fn rank_months(app: &App, ctx: &Ctx, today: jiff::civil::Date) -> Result<(), Problem> {
    use liuke_domain::period::Month;
    let this = Month::of(today);
    let mut ends = vec![today];
    let mut month = this;
    for _ in 0..3 {
        month = month.prev();
        ends.insert(0, month.last());
    }
    for to in ends {
        value::rank(
            app,
            ctx,
            &PyramidRun {
                to: Some(to),
                ..PyramidRun::default()
            },
        )
        .await?;
    }
    Ok(())
}

fn logins() -> Vec<DemoLogin> {
    org::LOGINS
        .iter()
        .map(|(role, login)| DemoLogin {
            login: (*login).to_owned(),
            name: org::name_of(login).to_owned(),
            role: (*role).to_owned(),
            password: DEMO_PASSWORD.to_owned(),
        })
        .collect()
}
