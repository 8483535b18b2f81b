//! A plan as it is entered (计划录入), checked.

use liuke_domain::customer::Channel;
use liuke_domain::followup::{PlanTrigger, TaskKind, TriggerKind};
use liuke_domain::text;
use liuke_platform::db::Sql;
use liuke_platform::identity::Identity;
use liuke_platform::problem::{FieldProblem, Problem};
use uuid::Uuid;

use super::callers::Branches;
use super::plan_views::PlanInput;
use super::plans::{Plan, may_change};

/// Longest name of a plan, characters.
const NAME_MAX: usize = 60;
/// Longest purpose, opener and so on, characters.
const TEXT_MAX: usize = 500;
/// Most days after a trigger: ten years.
const DAYS_MAX: i64 = 3_650;
/// Most hours for a task: thirty days.
const HOURS_MAX: i64 = 720;
/// Most days between two contacts.
const GAP_MAX: i64 = 365;

/// A plan as it was entered, checked.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) name: String,
    pub(super) kind: TaskKind,
    pub(super) trigger: PlanTrigger,
    pub(super) category: Option<String>,
    pub(super) channel: Channel,
    pub(super) purpose: String,
    pub(super) opener: String,
    pub(super) permission_ask: String,
    pub(super) benefit: String,
    pub(super) recap_hint: Option<String>,
    pub(super) due_hours: i64,
    pub(super) min_gap_days: Option<i64>,
    pub(super) branch_id: Option<Uuid>,
    pub(super) active: bool,
}

impl Fields {
    /// The plan as it would work.
    pub(super) fn plan(&self, id: Uuid) -> Plan {
        Plan {
            id,
            name: self.name.clone(),
            kind: self.kind,
            trigger: self.trigger,
            category: self.category.clone(),
            channel: self.channel,
            purpose: self.purpose.clone(),
            due_hours: self.due_hours,
            min_gap_days: self.min_gap_days.and_then(|d| u32::try_from(d).ok()),
            branch_id: self.branch_id,
            active_since: 0,
            last_run_at: None,
        }
    }
}

/// Checks a plan; what is wrong is said field by field.
pub(super) async fn checked(
    db: &impl Sql,
    who: &Identity,
    input: &PlanInput,
) -> Result<Fields, Problem> {
    let mut wrong = Vec::new();
    let kind = TaskKind::parse(&input.kind);
    let trigger = TriggerKind::parse(&input.trigger);
    let channel = Channel::parse(&input.channel);
    for (path, known) in [
        ("kind", kind.is_some()),
        ("trigger", trigger.is_some()),
        ("channel", channel.is_some()),
    ] {
        if !known {
            wrong.push(FieldProblem::new(path, "unknown_value"));
        }
    }
    let mut needed =
        |path: &str, value: &str, max: usize| needed_text(&mut wrong, path, value, max);
    let name = needed("name", &input.name, NAME_MAX);
    let purpose = needed("purpose", &input.purpose, TEXT_MAX);
    let opener = needed("opener", &input.opener, TEXT_MAX);
    let permission_ask = needed("permission_ask", &input.permission_ask, TEXT_MAX);
    let benefit = needed("benefit", &input.benefit, TEXT_MAX);
    let recap_hint = input.recap_hint.as_deref().and_then(text::clean_lines);
    if recap_hint
        .as_deref()
        .is_some_and(|t| t.chars().count() > TEXT_MAX)
    {
        wrong.push(FieldProblem::new("recap_hint", "too_long").param("max", TEXT_MAX));
    }
    let category = input.category.as_deref().and_then(text::clean);
    if category
        .as_deref()
        .is_some_and(|t| t.chars().count() > NAME_MAX)
    {
        wrong.push(FieldProblem::new("category", "too_long").param("max", NAME_MAX));
    }
    for (path, value, max) in [
        ("days", input.days, DAYS_MAX),
        (
            "due_hours",
            input.due_hours.saturating_sub(1),
            HOURS_MAX - 1,
        ),
        ("min_gap_days", input.min_gap_days.unwrap_or(0), GAP_MAX),
    ] {
        if !(0..=max).contains(&value) {
            let least = i64::from(path == "due_hours");
            wrong.push(
                FieldProblem::new(path, "out_of_range")
                    .param("min", least)
                    .param("max", max + least),
            );
        }
    }
    if let Some(branch) = input.branch_id
        && !Branches::load(db).await?.below(branch).contains(&branch)
    {
        wrong.push(FieldProblem::new("branch_id", "not_found"));
    } else if !may_change(&who.scope, input.branch_id) {
        wrong.push(FieldProblem::new("branch_id", "followup.plan_of_house"));
    }
    match (kind, trigger, channel, u32::try_from(input.days)) {
        (Some(kind), Some(trigger), Some(channel), Ok(days)) if wrong.is_empty() => Ok(Fields {
            name,
            kind,
            trigger: PlanTrigger::new(trigger, days),
            category,
            channel,
            purpose,
            opener,
            permission_ask,
            benefit,
            recap_hint,
            due_hours: input.due_hours,
            min_gap_days: input.min_gap_days,
            branch_id: input.branch_id,
            active: input.active,
        }),
        _ => Err(Problem::invalid(wrong)),
    }
}

fn needed_text(wrong: &mut Vec<FieldProblem>, path: &str, value: &str, max: usize) -> String {
    match text::clean_lines(value) {
        None => wrong.push(FieldProblem::new(path, "required")),
        Some(text) if text.chars().count() > max => {
            wrong.push(FieldProblem::new(path, "too_long").param("max", max));
        }
        Some(text) => return text,
    }
    String::new()
}
