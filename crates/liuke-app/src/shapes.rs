//! Shapes that several capabilities share.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The version of a row somebody saw; another in the database answers 409 `edited_elsewhere`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Version {
    /// As it was read.
    pub version: i64,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $($word:ident),+;)*) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[allow(non_camel_case_types, dead_code, reason = "names the words that the description of the API lists")]
        pub(crate) enum $name { $($word),+ }
    )*};
}

words! {
    /// Value tier (价值等级).
    TierWord: A, B, C, D;
    /// What a pyramid ranks by (金字塔依据).
    BasisWord: revenue, profit;
    /// What a file holds (导入种类).
    ImportKindWord: customers, assets, orders, service_records;
    /// How a file is written (文件格式).
    ImportFormatWord: csv, xlsx;
    /// Where an import stands (导入状态).
    ImportStatusWord: draft, checking, checked, running, done, failed, cancelled;
    /// What a line of a file does (逐行结果).
    ImportOutcomeWord: create, update, skip, refuse;
    /// A figure of the rates (统计指标).
    FigureWord: due, reached, followup_rate, completed, satisfied_rate, slips_open, slips_overdue, slips_closed, reopen_rate, loop_time;
    /// A factor of satisfaction (满意度五要素).
    FactorWord: result, tangibles, responsiveness, empathy, contrast;
}

/// What values a column of a file holds, for the description (字段类型).
#[derive(ToSchema)]
#[allow(
    dead_code,
    reason = "names the words that the description of the API lists"
)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FieldTypeWord {
    Text,
    Phone,
    Day,
    Instant,
    Money,
    Integer,
    Enum,
}
