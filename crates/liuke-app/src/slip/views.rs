//! What goes over the wire about a slip (反馈单的接口形状).

use liuke_platform::page::PageQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::customer::Scores;

/// State of a slip, for the schema (状态).
#[derive(ToSchema)]
#[schema(as = SlipState)]
#[allow(
    non_camel_case_types,
    dead_code,
    reason = "names the words of the schema"
)]
enum StateWord {
    raised,
    answered,
    countersigned,
    closed,
}

/// How pressing something is, for the schema (紧急程度).
#[derive(ToSchema)]
#[allow(
    non_camel_case_types,
    dead_code,
    reason = "names the words of the schema"
)]
enum UrgencyWord {
    overdue,
    urgent,
    soon,
    ok,
}

/// Tier, for the schema (等级).
#[derive(ToSchema)]
#[allow(dead_code, reason = "names the words of the schema")]
enum TierWord {
    A,
    B,
    C,
    D,
}

/// Which signature, for the schema (签名种类).
#[derive(ToSchema)]
#[allow(
    non_camel_case_types,
    dead_code,
    reason = "names the words of the schema"
)]
enum SignatureWord {
    answer,
    countersign,
    confirm,
}

/// What happened to a slip, for the schema (经过).
#[derive(ToSchema)]
#[allow(
    non_camel_case_types,
    dead_code,
    reason = "names the words of the schema"
)]
enum EventWord {
    raised,
    assigned,
    answered,
    returned,
    countersigned,
    confirmed,
    reopened,
}

/// What the reader may do with a slip now, for the schema (可做的事).
#[derive(ToSchema)]
#[allow(
    non_camel_case_types,
    dead_code,
    reason = "names the words of the schema"
)]
enum AllowedWord {
    assign,
    answer,
    #[schema(rename = "return")]
    return_,
    countersign,
    confirm,
    reopen,
}

/// A slip in a list (反馈单).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipRow {
    /// The slip.
    pub id: Uuid,
    /// Number as people say it, such as `FK-20261121-0007`.
    pub number: String,
    /// The customer.
    pub customer_id: Uuid,
    /// Name of the customer.
    pub customer_name: String,
    /// Tier of the customer.
    #[schema(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    /// The problem, in the customer's own words where possible.
    pub problem: String,
    /// State.
    #[schema(inline, value_type = StateWord)]
    pub state: String,
    /// Who has to answer.
    pub responsible_id: Option<Uuid>,
    /// Name of who has to answer.
    pub responsible_name: Option<String>,
    /// Name of who raised it.
    pub raised_by_name: String,
    /// When it was raised.
    pub raised_at: i64,
    /// When the answer is due.
    pub due_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// How pressing it is.
    #[schema(inline, value_type = UrgencyWord)]
    pub urgency: String,
    /// How often it was opened again.
    pub reopened_count: i64,
    /// Branch.
    pub branch_name: String,
    /// Whether the reader is who has to act next.
    pub awaits_me: bool,
    /// Version, for changes.
    pub version: i64,
}

/// A signature that still stands (签名).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipSignature {
    /// Which one.
    #[schema(inline, value_type = SignatureWord)]
    pub role: String,
    /// Who signed.
    pub staff_name: String,
    /// When.
    pub at: i64,
    /// SHA-256 of what was signed, hexadecimal.
    pub hash: String,
}

/// One thing that happened to a slip (经过).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipEvent {
    /// When.
    pub at: i64,
    /// Who.
    pub staff_name: String,
    /// What.
    #[schema(inline, value_type = EventWord)]
    pub action: String,
    /// Words that belong to it: the answer, the reason, the new responsible person.
    pub text: Option<String>,
    /// SHA-256 of what was signed, hexadecimal.
    pub hash: Option<String>,
}

/// A slip in full (反馈单详情).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipView {
    /// As in lists.
    pub row: SlipRow,
    /// The follow-up task it came from.
    pub task_id: Option<Uuid>,
    /// The vehicle or equipment.
    pub asset_line: Option<String>,
    /// Phone of the customer, masked.
    pub phone_masked: Option<String>,
    /// What the customer said, factor by factor.
    pub scores: Scores,
    /// The answer.
    pub answer: Option<String>,
    /// Signatures that still stand.
    pub signatures: Vec<SlipSignature>,
    /// Everything that happened, oldest first.
    pub events: Vec<SlipEvent>,
    /// What the reader may do now.
    #[schema(inline, value_type = Vec<AllowedWord>)]
    pub allowed: Vec<&'static str>,
    /// SHA-256 of the content as it is now.
    pub content_hash: String,
    /// Whether every signature still fits what was signed and what the slip says now.
    pub hash_ok: bool,
    /// The confirming call that is open.
    pub confirm_task_id: Option<Uuid>,
    /// From raised to closed, milliseconds.
    pub loop_ms: Option<i64>,
}

/// Which slips (筛选).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SlipFilter {
    /// State.
    #[param(inline, value_type = Option<StateWord>)]
    pub state: Option<String>,
    /// Only slips that wait for an act of mine: to answer, name who answers, countersign or confirm.
    pub mine: Option<bool>,
    /// Only open slips past their time.
    pub overdue: Option<bool>,
    /// Of one customer.
    pub customer_id: Option<Uuid>,
    /// Number, or anything the customer is found by.
    pub q: Option<String>,
    /// Which part of the list.
    #[serde(flatten)]
    #[param(ignore)]
    pub page: PageQuery,
}

/// Who shall answer (指派).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SlipAssign {
    /// The person.
    pub responsible_id: Uuid,
    /// Version read.
    pub version: i64,
}

/// An answer and its signature (处理并签字).
#[derive(Deserialize, ToSchema)]
pub(crate) struct SlipAnswer {
    /// What was done.
    pub answer: String,
    /// The signer's password, entered again.
    pub password: String,
    /// Version read.
    pub version: i64,
}

/// Sent back (退回).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SlipReturn {
    /// Why.
    pub reason: String,
    /// Version read.
    pub version: i64,
}

/// A countersignature (会签).
#[derive(Deserialize, ToSchema)]
pub(crate) struct SlipCountersign {
    /// The signer's password, entered again.
    pub password: String,
    /// A remark.
    pub note: Option<String>,
    /// Version read.
    pub version: i64,
}

/// Opened again after it was closed (重开).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SlipReopen {
    /// Why.
    pub reason: String,
    /// Version read.
    pub version: i64,
}

/// What the confirming call found (回访确认).
#[derive(Debug, Deserialize, ToSchema)]
pub struct SlipConfirm {
    /// Whether the customer is satisfied now.
    pub satisfied: bool,
    /// The customer's own words.
    pub verbatim: Option<String>,
    /// Version read.
    pub version: i64,
}

/// The language of a print (打印语言).
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PaperQuery {
    /// `zh` or `en`; Chinese when left out.
    pub lang: Option<String>,
}
