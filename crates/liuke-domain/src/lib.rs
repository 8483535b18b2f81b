//! The rules of customer care and retention (规则), and nothing else: no clock, no database, no network, no random ids, no environment.
//!
//! A rule is a function of values; it is given the time and the ids it needs. Money is whole fen, ratios are basis points, instants are
//! `jiff::Timestamp` (epoch milliseconds outside), days are civil dates. Refusals are enums with stable codes ([`refusal::Refusal`]).

#[macro_use]
pub mod text_enum;
pub mod asset;
pub mod customer;
pub mod followup;
pub mod ids;
pub mod importing;
pub mod money;
pub mod percent;
pub mod period;
pub mod phone;
pub mod pinyin;
pub mod pyramid;
pub mod rates;
pub mod refusal;
pub mod satisfaction;
pub mod search;
pub mod slip;
pub mod team;
pub mod text;
pub mod worktime;

pub use refusal::Refusal;
