//! The call sheet (回访单): everything the caller needs on one screen, and what the caller writes down, kept as it is typed.

use jiff::Timestamp;
use liuke_domain::followup::TaskReason;
use liuke_domain::{percent, worktime};
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Sql;
use liuke_platform::fault::Fault;
use liuke_platform::identity::Identity;
use liuke_platform::problem::Problem;
use serde_json::{Value, json};
use uuid::Uuid;

use super::contact::Standing;
use super::entered::cleaned;
use super::finish::require_open;
use super::house::{House, shown};
use super::today::{self, TaskData};
use super::views::{
    Explain, SheetCustomer, SheetDraft, SheetPhone, SheetSave, SheetSaved, SheetView,
};
use super::{plans, rows, store};
use crate::customer::TimelineAsk;
use crate::{App, customer, slip};

/// How much of the customer's history stands on the sheet.
const HISTORY: i64 = 12;

/// The sheet of a task.
pub(super) async fn open(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
) -> Result<SheetView, Problem> {
    let db = &app.db;
    let task = today::find(db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    let house = House::load(db).await?;
    let words = plans::words(db, task.plan_id).await?;
    let standing = Standing::load(db, &task).await?;
    let may_not = if task.status == "open" {
        standing
            .check(&task, &words, &house, who.staff_id, ctx.now)
            .err()
    } else {
        require_open(&task).err()
    };
    let sheet = store::sheet(db, id).await?;
    let draft: SheetDraft = match &sheet {
        Some(sheet) => serde_json::from_str(&sheet.draft)
            .map_err(|_| Fault::inconsistent("followup_sheet", "draft", id))?,
        None => SheetDraft::default(),
    };
    let slip = match task.slip_id {
        Some(slip) if standing.reason == TaskReason::SlipConfirm => {
            slip::for_caller(db, who, slip, ctx.now).await?
        }
        _ => None,
    };
    let asset = match task.asset_id {
        Some(asset) => customer::asset_view(db, asset).await?,
        None => None,
    };
    let service = match task.service_record_id {
        Some(service) => customer::service_view(db, service).await?,
        None => None,
    };
    let past = TimelineAsk {
        customer_id: task.customer_id,
        before: None,
        limit: HISTORY,
    };
    Ok(SheetView {
        customer: brief(db, who, &task, &standing, ctx.now).await?,
        asset,
        service,
        history: customer::timeline(db, who, None, past).await?,
        open_slips: slip::open_of(db, who, task.customer_id, ctx.now).await?,
        explain: explain(db, &task, &standing).await?,
        opener: words.opener,
        permission_ask: words.permission_ask,
        benefit: words.benefit,
        recap_hint: words.recap_hint,
        draft,
        sheet_version: sheet.map_or(0, |s| s.version),
        attempts: store::attempts(db, id)
            .await?
            .into_iter()
            .map(rows::attempt)
            .collect(),
        may_call: may_not.is_none(),
        may_not,
        windows: shown(house.windows_for(standing.window.as_ref())),
        slip,
        next_task_id: today::next_for(db, &who.scope, ctx.now_ms(), id).await?,
        task: rows::row(&task, &house, ctx.now)?,
    })
}

/// The customer in brief.
async fn brief(
    db: &impl Sql,
    who: &Identity,
    task: &TaskData,
    standing: &Standing,
    now: Timestamp,
) -> Result<SheetCustomer, Fault> {
    let id = task.customer_id;
    let brief = customer::brief(db, id)
        .await?
        .ok_or_else(|| Fault::inconsistent("followup_task", "customer_id", task.id))?;
    let today = worktime::business_day(now, &standing.zone);
    let year = customer::year_figures(db, id, today).await?;
    let satisfaction = store::satisfaction(db, id).await?;
    let phones = customer::phone_views(db, id).await?;
    Ok(SheetCustomer {
        id,
        number: brief.number,
        name: brief.name,
        kind: brief.kind,
        tier: brief.tier,
        personality: brief.personality,
        stage: brief.stage,
        tags: brief.tags,
        notes: brief.notes,
        owner_name: brief.owner_name,
        phones: phones
            .into_iter()
            .map(|p| SheetPhone {
                id: p.id,
                masked: p.masked,
                kind: p.kind,
                label: p.label,
                primary: p.primary,
                do_not_use: p.do_not_use,
            })
            .collect(),
        do_not_call: brief.do_not_call,
        phone_consent: standing.reach.as_ref().and_then(|r| r.consent),
        last_visit_on: brief.last_visit_on,
        visit_count: brief.visit_count,
        revenue_12m_fen: year.revenue_fen,
        satisfaction_x100: percent::scaled(satisfaction.sum, satisfaction.n, 100),
        satisfaction_n: satisfaction.n,
        ask_at_reception: brief.ask_at_reception,
        can_reveal: who.may("customer.reveal"),
    })
}

/// What speaks for this person and this time, beyond the reason and the deadline that the task shows itself: codes whose words are
/// the web's (`followup.explain.…`).
async fn explain(
    db: &impl Sql,
    task: &TaskData,
    standing: &Standing,
) -> Result<Vec<Explain>, Fault> {
    let mut reasons = Vec::new();
    let mut add = |code: &str, params: Value| {
        reasons.push(Explain {
            code: code.to_owned(),
            params,
        });
    };
    if !standing.served.is_empty() {
        let names: Vec<&str> = standing.served.values().map(String::as_str).collect();
        add("caller_not_server", json!({ "names": names }));
    }
    let preferred = standing.reach.as_ref().and_then(|r| r.preferred_staff_id);
    if task.assignee_id.is_some() && task.assignee_id == preferred {
        add("preferred", json!({ "name": task.assignee_name }));
    }
    let bundled = store::bundled(db, task.id).await?;
    if !bundled.is_empty() {
        add("bundled", json!({ "numbers": bundled }));
    }
    Ok(reasons)
}

/// Keeps what was typed so far (暂存). No audit: the outcome is what counts, and it is audited.
pub(super) async fn save(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    input: &SheetSave,
) -> Result<SheetSaved, Problem> {
    let tx = app.db.begin_for(ctx).await?;
    let task = today::find(&tx, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    require_open(&task)?;
    Standing::load(&tx, &task)
        .await?
        .check_caller(who.staff_id)?;
    let mut wrong = Vec::new();
    cleaned(&input.draft, &mut wrong);
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    // As it was typed, spaces and all: the caller is still writing.
    let draft = serde_json::to_string(&input.draft).map_err(Fault::from)?;
    let version =
        store::save_sheet(&tx, id, input.version, &draft, ctx.actor.id, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(SheetSaved {
        version,
        saved_at: ctx.now_ms(),
    })
}
