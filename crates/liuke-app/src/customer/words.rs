//! The words that JSON fields of this capability may hold (代码表), as the API description lists them.
//!
//! The values themselves are the text enums of `liuke_domain`; these types only describe them.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident => $word:tt),+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $(#[serde(rename = $word)] #[doc = $word] $variant),+ }

        impl $name {
            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    )+};
}

words! {
    /// Value tier (价值等级).
    TierWord { A => "A", B => "B", C => "C", D => "D" }
    /// Customer kind (客户类型).
    KindWord { Person => "person", Organisation => "organisation" }
    /// Gender (性别).
    GenderWord { Male => "male", Female => "female" }
    /// Personality (性格).
    PersonalityWord { Perfectionist => "perfectionist", Achiever => "achiever", SelfCentred => "self_centred", Expert => "expert" }
    /// Kind of phone (号码类型).
    PhoneKindWord { Mobile => "mobile", Landline => "landline", Service => "service", Foreign => "foreign", Unknown => "unknown" }
    /// Channel of a consent (渠道).
    ConsentChannel { Phone => "phone", Sms => "sms", Email => "email", Wechat => "wechat", Letter => "letter" }
    /// Purpose of a consent (用途).
    ConsentPurposeWord { Service => "service", Marketing => "marketing" }
    /// Kind of asset (资产类型).
    AssetKindWord { Vehicle => "vehicle", Equipment => "equipment" }
    /// State of a service record (维修状态).
    ServiceStatus { Open => "open", Closed => "closed" }
    /// Kind of order (订单类型).
    OrderKind { Sale => "sale", Refund => "refund" }
    /// Personal fields that can be revealed (可查看的字段).
    RevealField { Phone => "phone", Email => "email", Address => "address", Birthday => "birthday" }
    /// Why a customer looks like one that exists (重复原因).
    DuplicateReason { Phone => "phone", Plate => "plate", Vin => "vin", ExternalId => "external_id" }
    /// Kind of timeline entry (时间线类型).
    EntryKind { Order => "order", Service => "service", Followup => "followup", Slip => "slip", Note => "note" }
    /// Order of the customer list (排序).
    CustomerSort { Name => "name", LastVisitDesc => "-last_visit", LastVisit => "last_visit", RevenueDesc => "-revenue", CreatedDesc => "-created" }
    /// File format of an export (导出格式).
    ExportFormat { Xlsx => "xlsx", Csv => "csv" }
}
