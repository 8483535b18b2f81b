//! What goes over the wire about plans (回访计划的接口形状).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{ChannelWord, KindWord, TriggerWord};

/// A follow-up plan (回访计划).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanView {
    /// The plan.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Kind of follow-up.
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    /// What makes tasks.
    #[schema(inline, value_type = TriggerWord)]
    pub trigger: String,
    /// Days after the trigger.
    pub days: i64,
    /// Only for service records of this category.
    pub category: Option<String>,
    /// How the customer is reached.
    #[schema(inline, value_type = ChannelWord)]
    pub channel: String,
    /// Purpose, first line of the sheet.
    pub purpose: String,
    /// Opener.
    pub opener: String,
    /// How the caller asks whether it suits.
    pub permission_ask: String,
    /// The customer's benefit, said in the first two sentences.
    pub benefit: String,
    /// What to recap at the end.
    pub recap_hint: Option<String>,
    /// Hours from the first contact window of the day until the task is overdue.
    pub due_hours: i64,
    /// Days between two contacts of one person; the house's setting when left out.
    pub min_gap_days: Option<i64>,
    /// Only for this branch and those below it.
    pub branch_id: Option<Uuid>,
    /// Name of the branch.
    pub branch_name: Option<String>,
    /// Whether it makes tasks.
    pub active: bool,
    /// Open tasks that it made.
    pub open_tasks: i64,
    /// When it last ran.
    pub last_run_at: Option<i64>,
    /// Version, for changes.
    pub version: i64,
}

/// A new or changed plan (回访计划).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanInput {
    /// Name.
    pub name: String,
    /// Kind of follow-up.
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    /// What makes tasks.
    #[schema(inline, value_type = TriggerWord)]
    pub trigger: String,
    /// Days after the trigger.
    pub days: i64,
    /// Only for service records of this category.
    pub category: Option<String>,
    /// How the customer is reached.
    #[schema(inline, value_type = ChannelWord)]
    pub channel: String,
    /// Purpose.
    pub purpose: String,
    /// Opener.
    pub opener: String,
    /// How the caller asks whether it suits.
    pub permission_ask: String,
    /// The customer's benefit.
    pub benefit: String,
    /// What to recap at the end.
    pub recap_hint: Option<String>,
    /// Hours from the first contact window of the day until the task is overdue.
    pub due_hours: i64,
    /// Days between two contacts of one person.
    pub min_gap_days: Option<i64>,
    /// Only for this branch and those below it.
    pub branch_id: Option<Uuid>,
    /// Whether it makes tasks.
    pub active: bool,
    /// Version read, when changing.
    pub version: Option<i64>,
}

/// What a plan would have made of the last 30 days (试算).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanPreview {
    /// Tasks it would have made.
    pub due: i64,
    /// The first of them.
    pub sample: Vec<PlanSample>,
    /// Who was left out, by reason.
    pub left_out: Vec<LeftOut>,
}

/// A task that a plan would make (试算示例).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanSample {
    /// The customer.
    pub customer_id: Uuid,
    /// Name.
    pub customer_name: String,
    /// Day of the closing, or of the last visit.
    pub reason_on: String,
    /// When the task would be due.
    pub due_at: i64,
    /// Who would call.
    pub assignee_name: Option<String>,
}

/// How many were left out for a reason (未生成原因).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// `min_gap`, `no_consent`, `do_not_call`, `no_phone`, `already_open`; `no_caller` counts tasks that nobody could
    /// be given.
    pub reason: String,
    /// How many.
    pub count: i64,
}
