//! Starting, stopping and showing imports (导入流程).

use futures::FutureExt as _;
use liuke_domain::importing::ImportKind;
use liuke_platform::ctx::{Actor, Ctx, Via};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Authenticate as _, Identity, Scope};
use liuke_platform::jobs::{JobKind, JobOutcome};
use liuke_platform::problem::Problem;
use liuke_platform::{audit, events, jobs};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::run;
pub(super) use super::run::Stage;
use super::store::{self, ImportRow};
use super::upload::{json, lacking};
use super::views::{ImportColumn, ImportCounts, ImportView};
use crate::{App, team};

/// Told when a file was imported.
pub const DONE: &str = "import_done";
const CHECK: &str = "importing.check";
const RUN: &str = "importing.run";

/// Which import a job is about.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    id: Uuid,
}

pub(super) fn kinds() -> Vec<JobKind<App>> {
    vec![
        JobKind {
            kind: CHECK,
            max_attempts: 3,
            run: |app, ctx, payload| job(app, ctx, payload, Stage::Check).boxed(),
        },
        JobKind {
            kind: RUN,
            max_attempts: 20,
            run: |app, ctx, payload| job(app, ctx, payload, Stage::Run).boxed(),
        },
    ]
}

async fn job(app: App, ctx: Ctx, payload: serde_json::Value, stage: Stage) -> JobOutcome {
    let payload: Payload = serde_json::from_value(payload)?;
    work(&app, &ctx, payload.id, stage).await?;
    Ok(())
}

/// One import as the reader sees it.
pub(super) async fn show(app: &App, who: &Identity, id: Uuid) -> Result<ImportView, Problem> {
    let row = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    Ok(ImportView::try_from(row)?)
}

/// Lets a check or run begin in the background.
pub(super) async fn start(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
    version: i64,
    stage: Stage,
) -> Result<ImportView, Problem> {
    let row = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    ready(app, &row, stage).await?;
    let tx = app.db.begin_for(ctx).await?;
    let from = ["draft", "checked", "failed", "cancelled"];
    if !store::advance(&tx, id, Some(version), &from, stage.states().0).await? {
        return Err(Problem::edited_elsewhere());
    }
    // A run that was stopped goes on behind its last line; anything else begins anew.
    if row.resume_line == 0 {
        store::reset(&tx, id, &json(&ImportCounts::default())?).await?;
    } else if stage == Stage::Check {
        return Err(Problem::new(409, "import.already_begun"));
    }
    let kind = match stage {
        Stage::Check => CHECK,
        Stage::Run => RUN,
    };
    jobs::enqueue(
        &tx,
        ctx,
        kind,
        &Payload { id },
        ctx.now_ms(),
        Some(&format!("import:{id}")),
    )
    .await?;
    if stage == Stage::Run {
        note(&tx, ctx, "import.run", &row).await?;
    }
    events::tell(&tx, ctx, "import", &serde_json::json!({ "id": id })).await?;
    tx.commit().await?;
    show(app, who, id).await
}

async fn note(
    tx: &liuke_platform::db::Tx,
    ctx: &Ctx,
    action: &str,
    row: &ImportRow,
) -> Result<(), Fault> {
    let about =
        serde_json::json!({ "number": row.number, "kind": row.kind, "file": row.file_name });
    audit::write(
        tx,
        ctx,
        action,
        "import_batch",
        Some(row.id),
        None,
        Some(about),
    )
    .await
}

/// Whether an import can begin: the columns suffice, and the same file was not imported before.
async fn ready(app: &App, row: &ImportRow, stage: Stage) -> Result<(), Problem> {
    let kind = ImportKind::parse(&row.kind)
        .ok_or_else(|| Fault::inconsistent("import_batch", "kind", row.id))?;
    let columns: Vec<ImportColumn> = serde_json::from_str(&row.mapping).map_err(Fault::from)?;
    lacking(kind, &columns)?;
    if stage == Stage::Run
        && let Some(number) = store::done_before(&app.db, row).await?
    {
        return Err(Problem::new(409, "import.already_imported").param("number", number));
    }
    Ok(())
}

/// Stops a check or run.
pub(super) async fn cancel(
    app: &App,
    ctx: &Ctx,
    who: &Identity,
    id: Uuid,
) -> Result<ImportView, Problem> {
    let row = store::find(&app.db, &who.scope, id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    let tx = app.db.begin_for(ctx).await?;
    if store::advance(
        &tx,
        id,
        None,
        &["checking", "running", "draft", "checked"],
        "cancelled",
    )
    .await?
    {
        jobs::cancel(&tx, &format!("import:{id}")).await?;
        note(&tx, ctx, "import.cancel", &row).await?;
        events::tell(&tx, ctx, "import", &serde_json::json!({ "id": id })).await?;
    }
    tx.commit().await?;
    show(app, who, id).await
}

/// What the one who began the import may see; the command line sees everything.
async fn scope_of(app: &App, row: &ImportRow) -> Result<Scope, Problem> {
    match row.created_by {
        None => Ok(Scope::unlimited()),
        Some(staff) => team::People
            .by_staff(&app.base, staff)
            .await?
            .map(|identity| identity.scope)
            .ok_or_else(|| Problem::new(409, "import.importer_gone")),
    }
}

/// Checks or runs an import to its end and writes how it ended. Used by the job and the command line.
pub(super) async fn work(app: &App, ctx: &Ctx, id: Uuid, stage: Stage) -> Result<(), Problem> {
    let (during, after) = stage.states();
    let Some(row) = store::find(&app.db, &Scope::unlimited(), id).await? else {
        return Ok(());
    };
    if row.status != during {
        return Ok(()); // cancelled, or done by another process
    }
    let name = row
        .created_by_name
        .clone()
        .unwrap_or_else(|| "cli".to_owned());
    let ctx = &ctx.acting_as(Actor {
        id: row.created_by,
        name,
        via: Via::Import,
    });
    let outcome = match scope_of(app, &row).await {
        Ok(scope) => run::go(app, ctx, row.clone(), scope, stage).await,
        Err(problem) => Err(problem),
    };
    let now = ctx.at(app.base.now());
    let tx = app.db.begin().await?;
    match outcome {
        Ok(None) => {
            tx.rollback().await;
            let row = store::find(&app.db, &Scope::unlimited(), id).await?;
            return if row.is_some_and(|row| row.status == during) {
                // Another process goes on with it, perhaps one that was thought dead. Should it stop, this one takes its turn.
                Err(Problem::new(503, "busy"))
            } else {
                Ok(())
            };
        }
        Ok(Some(counts)) => {
            if store::finish(&tx, ctx, id, (during, after), None).await? && stage == Stage::Run {
                let about = serde_json::to_value(counts).map_err(Fault::from)?;
                audit::write(
                    &tx,
                    ctx,
                    "import.done",
                    "import_batch",
                    Some(id),
                    None,
                    Some(about),
                )
                .await?;
                events::tell(&tx, &now, DONE, &serde_json::json!({ "id": id })).await?;
            }
        }
        Err(problem) if problem.status >= 500 => return Err(problem),
        Err(problem) => {
            store::finish(
                &tx,
                ctx,
                id,
                (during, "failed"),
                Some(problem.code.into_owned()),
            )
            .await?;
        }
    }
    events::tell(&tx, &now, "import", &serde_json::json!({ "id": id })).await?;
    tx.commit().await?;
    Ok(())
}
