//! JSON shapes of the archive (接口结构). Personal data leave here masked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{
    AssetKindWord, ConsentChannel, ConsentPurposeWord, GenderWord, KindWord, PersonalityWord,
    PhoneKindWord, TierWord,
};

/// A phone (电话), masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhoneView {
    pub id: Uuid,
    pub masked: String,
    #[schema(inline, value_type = PhoneKindWord)]
    pub kind: String,
    pub extension: Option<String>,
    pub label: Option<String>,
    pub primary: bool,
    pub do_not_use: bool,
    pub valid: bool,
    pub verified_on: Option<String>,
}

/// A phone as it is entered. With `id` and without `number` the stored number stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(super) struct PhoneInput {
    pub id: Option<Uuid>,
    pub number: Option<String>,
    pub label: Option<String>,
    pub primary: bool,
    pub do_not_use: bool,
}

/// An e-mail address (邮箱), masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EmailView {
    pub id: Uuid,
    pub masked: String,
    pub label: Option<String>,
    pub primary: bool,
}

/// An e-mail address as it is entered. With `id` and without `address` the stored address stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(super) struct EmailInput {
    pub id: Option<Uuid>,
    pub address: Option<String>,
    pub label: Option<String>,
    pub primary: bool,
}

/// Whether a customer may be contacted by a channel for a purpose (同意).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    #[schema(inline)]
    pub channel: ConsentChannel,
    #[schema(inline)]
    pub purpose: ConsentPurposeWord,
    pub granted: bool,
    pub at: Option<i64>,
    pub source: Option<String>,
}

/// A customer in a list (客户列表行).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerRow {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    #[schema(inline, value_type = KindWord)]
    pub kind: String,
    #[schema(inline, value_type = Option<TierWord>)]
    pub tier: Option<String>,
    pub stage: String,
    pub phone_masked: Option<String>,
    pub asset_line: Option<String>,
    pub asset_count: i64,
    pub owner_id: Option<Uuid>,
    pub owner_name: Option<String>,
    pub branch_id: Uuid,
    pub branch_name: String,
    pub last_visit_on: Option<String>,
    pub last_contact_at: Option<i64>,
    pub revenue_fen: i64,
    pub order_count: i64,
    pub visit_count: i64,
    pub tags: Vec<String>,
    pub do_not_call: bool,
    pub version: i64,
}

/// The customer's card (客户档案).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct CustomerView {
    pub row: CustomerRow,
    pub external_id: Option<String>,
    pub phones: Vec<PhoneView>,
    pub emails: Vec<EmailView>,
    pub address_masked: Option<String>,
    pub birthday_masked: Option<String>,
    #[schema(inline, value_type = Option<GenderWord>)]
    pub gender: Option<String>,
    pub source: Option<String>,
    #[schema(inline, value_type = Option<PersonalityWord>)]
    pub personality: Option<String>,
    pub notes: Option<String>,
    pub preferred_staff_id: Option<Uuid>,
    pub preferred_staff_name: Option<String>,
    pub consents: Vec<Consent>,
    /// Start of the customer's own contact window (可联系时段), `HH:MM`; both times or none.
    pub contact_from: Option<String>,
    /// Its end.
    pub contact_to: Option<String>,
    pub assets: Vec<AssetView>,
    /// What the record lacks, most urgent first: codes of the data quality rules.
    pub gaps: Vec<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub revenue_12m_fen: i64,
    pub orders_12m: i64,
    pub visits_12m: i64,
    pub ask_at_reception: bool,
    pub can_reveal: bool,
}

/// A customer as it is entered (客户录入). `keep_…` leaves the stored value, which the screen only shows masked, as it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct CustomerInput {
    pub name: String,
    #[schema(inline)]
    pub kind: KindWord,
    pub external_id: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub phones: Vec<PhoneInput>,
    #[serde(default)]
    #[schema(required = true)]
    pub emails: Vec<EmailInput>,
    pub address: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub keep_address: bool,
    pub birthday: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub keep_birthday: bool,
    #[schema(inline)]
    pub gender: Option<GenderWord>,
    pub source: Option<String>,
    #[schema(inline)]
    pub personality: Option<PersonalityWord>,
    pub stage: String,
    pub notes: Option<String>,
    pub owner_id: Option<Uuid>,
    pub preferred_staff_id: Option<Uuid>,
    pub branch_id: Uuid,
    #[serde(default)]
    #[schema(required = true)]
    pub tags: Vec<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub consents: Vec<Consent>,
    #[serde(default)]
    #[schema(required = true)]
    pub do_not_call: bool,
    /// Start of the customer's own contact window (可联系时段), `HH:MM`; both times or none.
    pub contact_from: Option<String>,
    /// Its end.
    pub contact_to: Option<String>,
    pub version: Option<i64>,
}

/// A vehicle or piece of equipment (车辆/设备).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssetView {
    pub id: Uuid,
    pub customer_id: Uuid,
    #[schema(inline, value_type = AssetKindWord)]
    pub kind: String,
    pub plate: Option<String>,
    pub vin: Option<String>,
    pub serial: Option<String>,
    pub model: String,
    pub mileage_km: Option<i64>,
    pub purchased_on: Option<String>,
    pub warranty_until: Option<String>,
    pub site: Option<String>,
    pub notes: Option<String>,
    pub external_id: Option<String>,
    /// The plate can exist.
    pub plate_ok: bool,
    /// The VIN can be right, check digit included.
    pub vin_ok: bool,
    pub next_due_on: Option<String>,
    pub next_due_km: Option<i64>,
    pub version: i64,
}

/// A count that stops at [`COUNT_CAP`].
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct Count {
    pub count: i64,
    pub capped: bool,
}

/// Counting stops here: the screen shows 999+.
pub(super) const COUNT_CAP: i64 = 999;

/// The five factors of satisfaction (五度), 1 to 5 each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scores {
    /// 结果度.
    pub result: Option<i64>,
    /// 有形度.
    pub tangibles: Option<i64>,
    /// 反应度.
    pub responsiveness: Option<i64>,
    /// 情感度.
    pub empathy: Option<i64>,
    /// 对比度.
    pub contrast: Option<i64>,
}
