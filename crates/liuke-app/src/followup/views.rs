//! What goes over the wire about follow-up (回访的接口形状).

use liuke_platform::page::PageQuery;
use liuke_platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::customer::{AssetView, Scores, ServiceView, TimelineEntry};
use crate::slip::{SlipRow, SlipView};

/// Words that a text column may hold, for the schema only.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $($word:ident),+;)*) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[allow(non_camel_case_types, dead_code, reason = "names the words of the schema")]
        pub(crate) enum $name { $($word),+ }
    )*};
}

words! {
    /// Kind of follow-up (回访种类).
    KindWord: service_quality, marketing, care;
    /// What makes tasks (触发).
    TriggerWord: service_closed, no_visit;
    /// How we reach the customer (渠道).
    ChannelWord: phone, sms, wechat, email, letter, face_to_face;
    /// State of a task (状态).
    StatusWord: open, done, cancelled;
    /// Why there is a task (起因).
    ReasonWord: service_closed, no_visit, slip_confirm, manual;
    /// How pressing something is (紧急程度).
    UrgencyWord: overdue, urgent, soon, ok;
    /// Tier (等级).
    TierWord: A, B, C, D;
    /// What came of a contact (回访结果).
    OutcomeWord: reached, call_again, no_answer, refused, wrong_number;
    /// Whether the customer had time for us (是否方便).
    PermissionWord: yes, no, later;
    /// Whose tasks (谁的任务).
    WhoWord: me, team, all, unassigned;
}

/// A task in a list (回访任务).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TaskRow {
    /// The task.
    pub id: Uuid,
    /// Number, such as `HF-20261121-0007`.
    pub number: String,
    /// Kind of follow-up.
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    /// How the customer is reached.
    pub channel: String,
    /// State.
    #[schema(inline, value_type = StatusWord)]
    pub status: String,
    /// Purpose.
    pub purpose: String,
    /// Why there is a task.
    #[schema(inline, value_type = ReasonWord)]
    pub reason_code: String,
    /// Day of the closing, or of the last visit.
    pub reason_on: Option<String>,
    /// Days after it.
    pub reason_days: Option<i64>,
    /// The customer.
    pub customer_id: Uuid,
    /// Name of the customer.
    pub customer_name: String,
    /// Tier of the customer.
    #[schema(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    /// Phone, masked.
    pub phone_masked: Option<String>,
    /// The vehicle or equipment.
    pub asset_line: Option<String>,
    /// When the customer may be contacted this way; at any time when empty.
    pub windows: Vec<ContactWindow>,
    /// Whether the customer has a window of the own, which takes the place of the house's.
    pub own_window: bool,
    /// When it is due.
    pub due_at: i64,
    /// When it was made.
    pub created_at: i64,
    /// Not to be worked on before.
    pub not_before: Option<i64>,
    /// How pressing it is.
    #[schema(inline, value_type = UrgencyWord)]
    pub urgency: String,
    /// Who has it.
    pub assignee_id: Option<Uuid>,
    /// Name of who has it.
    pub assignee_name: Option<String>,
    /// Attempts made.
    pub attempt_count: i64,
    /// What came of the last attempt.
    pub last_outcome: Option<String>,
    /// The plan that made it.
    pub plan_name: Option<String>,
    /// The slip that it confirms, or that came out of it.
    pub slip_id: Option<Uuid>,
    /// Number of the slip.
    pub slip_number: Option<String>,
    /// Branch.
    pub branch_name: String,
    /// Version, for changes.
    pub version: i64,
}

/// The day in figures (今日概况).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TodaySummary {
    /// Today, in the reader's branch.
    pub date: String,
    /// Open tasks past their time.
    pub overdue: i64,
    /// Open tasks due today that are not overdue.
    pub due_today: i64,
    /// Open tasks that may be worked on now.
    pub open: i64,
    /// The same by kind.
    pub by_kind: Vec<KindCount>,
    /// Slips that I have to answer.
    pub slips_to_answer: i64,
    /// Slips that I could countersign.
    pub slips_to_countersign: i64,
    /// Slips whose confirming call I could make.
    pub slips_to_confirm: i64,
    /// Those of them past their time.
    pub slips_overdue: i64,
    /// Tasks closed today.
    pub done_today: i64,
    /// Open tasks that nobody has.
    pub unassigned: i64,
    /// Closed service records that lack a task and a written reason, by the last nightly check.
    pub incomplete_services: i64,
}

/// Open tasks of a kind (分类计数).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct KindCount {
    /// Kind of follow-up.
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    /// Open tasks.
    pub count: i64,
    /// Those past their time.
    pub overdue: i64,
}

/// Which tasks of today (筛选).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TodayFilter {
    /// Kind of follow-up.
    #[param(inline, value_type = Option<KindWord>)]
    pub kind: Option<String>,
    /// Tier of the customer.
    #[param(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    /// Number of the task, or anything the customer is found by.
    pub q: Option<String>,
    /// Whose: `me`, `team`, `all`, `unassigned`; when left out mine and those nobody has that I may take.
    #[param(inline, value_type = Option<WhoWord>)]
    pub who: Option<String>,
    /// Which part of the list.
    #[serde(flatten)]
    #[param(ignore)]
    pub page: PageQuery,
}

/// Whose figures (筛选).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryFilter {
    /// As in the list.
    #[param(inline, value_type = Option<WhoWord>)]
    pub who: Option<String>,
}

/// Which tasks (筛选).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskFilter {
    /// Of one customer.
    pub customer_id: Option<Uuid>,
    /// State.
    #[param(inline, value_type = Option<StatusWord>)]
    pub status: Option<String>,
    /// Which part of the list.
    #[serde(flatten)]
    #[param(ignore)]
    pub page: PageQuery,
}

/// What the caller writes down (回访单草稿).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SheetDraft {
    /// Whether it suits the customer.
    #[serde(default)]
    #[schema(inline, value_type = Option<PermissionWord>)]
    pub permission: Option<String>,
    /// Five-factor satisfaction, 1 to 5 each.
    #[serde(default)]
    #[schema(required = true)]
    pub scores: Scores,
    /// The customer's own words.
    #[serde(default)]
    pub verbatim: Option<String>,
    /// What was discussed.
    #[serde(default)]
    pub discussed: Option<String>,
    /// What is planned.
    #[serde(default)]
    pub planned: Option<String>,
    /// What was agreed.
    #[serde(default)]
    pub agreed: Option<String>,
    /// A note; with a dissatisfied customer and no slip, the reason why none is raised.
    #[serde(default)]
    pub note: Option<String>,
    /// The problem, for the slip.
    #[serde(default)]
    pub problem: Option<String>,
    /// Who shall answer the slip.
    #[serde(default)]
    pub responsible_id: Option<Uuid>,
    /// Whether the customer is dissatisfied.
    #[serde(default)]
    #[schema(required = true)]
    pub dissatisfied: bool,
}

/// A phone on the sheet (电话).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SheetPhone {
    /// The phone.
    pub id: Uuid,
    /// Masked number.
    pub masked: String,
    /// Mobile, landline and so on.
    pub kind: String,
    /// Whose or which.
    pub label: Option<String>,
    /// Whether it is tried first.
    pub primary: bool,
    /// Whether it must not be used.
    pub do_not_use: bool,
}

/// The customer in brief (客户概要).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SheetCustomer {
    /// The customer.
    pub id: Uuid,
    /// Number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Person or organisation.
    pub kind: String,
    /// Tier.
    #[schema(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    /// Personality type.
    pub personality: Option<String>,
    /// Stage.
    pub stage: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Who looks after the customer.
    pub owner_name: Option<String>,
    /// Phones.
    pub phones: Vec<SheetPhone>,
    /// Whether the customer wants no calls at all.
    pub do_not_call: bool,
    /// Whether the customer allowed calls of this kind; nothing when never asked.
    pub phone_consent: Option<bool>,
    /// Last visit.
    pub last_visit_on: Option<String>,
    /// Visits.
    pub visit_count: i64,
    /// Revenue of the last twelve months.
    pub revenue_12m_fen: i64,
    /// Mean satisfaction with the result, times 100.
    pub satisfaction_x100: Option<i64>,
    /// Answers behind it.
    pub satisfaction_n: i64,
    /// Whether the reception shall ask for a working number.
    pub ask_at_reception: bool,
    /// Whether the reader may see whole numbers.
    pub can_reveal: bool,
}

/// An attempt (联系记录).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SheetAttempt {
    /// When.
    pub at: i64,
    /// Who.
    pub staff_name: String,
    /// How.
    pub channel: String,
    /// What came of it.
    #[schema(inline, value_type = OutcomeWord)]
    pub outcome: String,
    /// Note.
    pub note: Option<String>,
    /// When it is tried again.
    pub next_at: Option<i64>,
}

/// A window in which customers may be called (可联系时段).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct ContactWindow {
    /// From, `HH:MM`.
    pub from: String,
    /// To, `HH:MM`.
    pub to: String,
}

/// A reason with its values; the words are the web's (说明).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Explain {
    /// Stable code.
    pub code: String,
    /// Values for the words.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Option<Object>)]
    pub params: Value,
}

/// The call sheet on one screen (回访单).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SheetView {
    /// The task.
    pub task: TaskRow,
    /// The customer in brief.
    pub customer: SheetCustomer,
    /// The vehicle or equipment.
    pub asset: Option<AssetView>,
    /// The service record it is about.
    pub service: Option<ServiceView>,
    /// What happened with the customer lately.
    pub history: Vec<TimelineEntry>,
    /// Slips of the customer that are open.
    pub open_slips: Vec<SlipRow>,
    /// Opener.
    pub opener: String,
    /// How to ask whether it suits.
    pub permission_ask: String,
    /// The customer's benefit.
    pub benefit: String,
    /// What to recap.
    pub recap_hint: Option<String>,
    /// What was written down so far.
    pub draft: SheetDraft,
    /// Version of the draft; saving and finishing carry it.
    pub sheet_version: i64,
    /// Attempts so far, latest first.
    pub attempts: Vec<SheetAttempt>,
    /// Whether the reader may contact the customer now.
    pub may_call: bool,
    /// Why not.
    pub may_not: Option<Problem>,
    /// When the customer may be called: the customer's own window (`task.own_window`), or else the house's.
    pub windows: Vec<ContactWindow>,
    /// Why there is this task, why now, why this person.
    pub explain: Vec<Explain>,
    /// The slip to be confirmed.
    pub slip: Option<SlipView>,
    /// The next task of the reader.
    pub next_task_id: Option<Uuid>,
}

/// A draft to be kept (暂存).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SheetSave {
    /// The draft.
    pub draft: SheetDraft,
    /// Version of the draft that was read (`sheet_version`).
    pub version: i64,
}

/// The draft was kept (已暂存).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SheetSaved {
    /// Version of the draft now.
    pub version: i64,
    /// When.
    pub saved_at: i64,
}

/// What came of the contact (回访结果).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishInput {
    /// What came of it.
    #[schema(inline, value_type = OutcomeWord)]
    pub outcome: String,
    /// What was written down.
    pub draft: SheetDraft,
    /// Version of the draft that was read (`sheet_version`).
    pub version: i64,
    /// When the customer asked to be called.
    pub call_again_at: Option<i64>,
    /// The number that is wrong; the one tried first when left out.
    pub phone_id: Option<Uuid>,
    /// Whether a slip is raised.
    pub raise_slip: bool,
    /// For a confirming call: whether the customer is satisfied now.
    pub slip_satisfied: Option<bool>,
}

/// Where the outcome led (去向).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FinishView {
    /// The task.
    pub task: TaskRow,
    /// Where it led.
    pub next: Explain,
    /// When it goes on.
    pub next_at: Option<i64>,
    /// The slip that was raised, closed or opened again.
    pub slip_id: Option<Uuid>,
    /// The next task of the reader.
    pub next_task_id: Option<Uuid>,
}

/// A task by hand (手工任务).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskInput {
    /// The customer.
    pub customer_id: Uuid,
    /// Kind of follow-up.
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    /// How the customer is reached.
    #[schema(inline, value_type = ChannelWord)]
    pub channel: String,
    /// Purpose.
    pub purpose: String,
    /// When it is due.
    pub due_at: i64,
    /// Who shall do it.
    pub assignee_id: Option<Uuid>,
}

/// Who shall do it; nobody when left out (分派).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignInput {
    /// The person.
    pub staff_id: Option<Uuid>,
    /// Version read.
    pub version: i64,
}

/// Put off (稍后).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnoozeInput {
    /// Until when.
    pub until: i64,
    /// Why.
    pub reason: Option<String>,
    /// Version read.
    pub version: i64,
}

/// Cancelled or opened again (取消/重开).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonInput {
    /// Why.
    pub reason: String,
    /// Version read.
    pub version: i64,
}

/// A customer's follow-up in brief (客户回访概要).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerFollowup {
    /// Open tasks.
    pub open_tasks: Vec<TaskRow>,
    /// Slips that are open.
    pub open_slips: Vec<SlipRow>,
    /// Mean satisfaction with the result, times 100.
    pub satisfaction_x100: Option<i64>,
    /// Answers behind it.
    pub satisfaction_n: i64,
    /// The last attempt.
    pub last_attempt: Option<SheetAttempt>,
}
