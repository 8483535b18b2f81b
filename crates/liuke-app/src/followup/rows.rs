//! A task as its readers see it (任务视图).

use jiff::Timestamp;
use liuke_domain::customer::Channel;
use liuke_domain::followup::{Urgency, keeps_to_windows, urgency};
use liuke_platform::fault::Fault;

use super::candidates::own_window;
use super::house::{House, shown};
use super::store::AttemptRow;
use super::today::TaskData;
use super::views::{SheetAttempt, TaskRow};

/// A task as lists show it.
pub(crate) fn row(task: &TaskData, house: &House, now: Timestamp) -> Result<TaskRow, Fault> {
    let own = own_window(
        task.customer_id,
        task.contact_from.as_deref(),
        task.contact_to.as_deref(),
    )?;
    let channel = Channel::parse(&task.channel)
        .ok_or_else(|| Fault::inconsistent("followup_task", "channel", task.id))?;
    let windows = if keeps_to_windows(channel) {
        shown(house.windows_for(own.as_ref()))
    } else {
        Vec::new()
    };
    Ok(TaskRow {
        id: task.id,
        number: task.number.clone(),
        kind: task.kind.clone(),
        channel: task.channel.clone(),
        status: task.status.clone(),
        purpose: task.purpose.clone(),
        reason_code: task.reason_code.clone(),
        reason_on: task.reason_on.clone(),
        reason_days: task.reason_days,
        customer_id: task.customer_id,
        customer_name: task.customer_name.clone(),
        tier: task.tier.clone(),
        phone_masked: task.phone_masked.clone(),
        asset_line: asset_line(task),
        windows,
        own_window: own.is_some(),
        due_at: task.due_at,
        created_at: task.created_at,
        not_before: Some(task.not_before),
        urgency: pressing(task, now)?.as_str().to_owned(),
        assignee_id: task.assignee_id,
        assignee_name: task.assignee_name.clone(),
        attempt_count: task.attempt_count,
        last_outcome: task.last_outcome.clone(),
        plan_name: task.plan_name.clone(),
        slip_id: task.slip_id,
        slip_number: task.slip_number.clone(),
        branch_name: task.branch_name.clone(),
        version: task.version,
    })
}

/// Several tasks as lists show them.
pub(crate) fn rows(
    tasks: &[TaskData],
    house: &House,
    now: Timestamp,
) -> Result<Vec<TaskRow>, Fault> {
    tasks.iter().map(|task| row(task, house, now)).collect()
}

/// The vehicle or equipment of the task; else what the customer has.
fn asset_line(task: &TaskData) -> Option<String> {
    match task.asset_model.as_deref() {
        Some(model) => Some(crate::customer::asset_line(
            task.asset_plate.as_deref(),
            task.asset_vin.as_deref(),
            task.asset_serial.as_deref(),
            model,
        )),
        None => task.customer_asset_line.clone(),
    }
}

/// How pressing a task is: by the time left of the time from its first sight to its end. What is closed is not.
fn pressing(task: &TaskData, now: Timestamp) -> Result<Urgency, Fault> {
    if task.status != "open" {
        return Ok(Urgency::Ok);
    }
    let instant = |ms: i64, column| {
        Timestamp::from_millisecond(ms)
            .map_err(|_| Fault::inconsistent("followup_task", column, task.id))
    };
    let start = task.created_at.max(task.not_before);
    Ok(urgency(
        instant(start, "not_before")?,
        instant(task.due_at, "due_at")?,
        now,
    ))
}

/// An attempt as its readers see it.
pub(crate) fn attempt(row: AttemptRow) -> SheetAttempt {
    SheetAttempt {
        at: row.at,
        staff_name: row.staff_name,
        channel: row.channel,
        outcome: row.outcome,
        note: row.note,
        next_at: row.next_at,
    }
}
