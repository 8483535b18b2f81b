//! What an input must have (录入校验), and the stored and masked forms of its fields.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::period::parse_time;
use crate::text;

/// What is wrong with one field of an input (字段问题); the web has the words for the code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldProblem {
    /// The field, as in the JSON that was sent: `name`, `phones.0.number`.
    pub path: String,
    /// Stable code: `field.required`.
    pub code: &'static str,
    /// Values for the sentence.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub params: Value,
}

impl FieldProblem {
    /// A problem without values.
    pub fn new(path: impl Into<String>, code: &'static str) -> Self {
        Self {
            path: path.into(),
            code,
            params: Value::Null,
        }
    }

    /// A problem with values.
    pub fn with(path: impl Into<String>, code: &'static str, params: Value) -> Self {
        Self {
            path: path.into(),
            code,
            params,
        }
    }
}

/// Longest name (姓名), in characters.
pub const NAME_MAX: usize = 100;
/// Longest notes (备注).
pub const NOTES_MAX: usize = 4_000;
/// Longest address (地址).
pub const ADDRESS_MAX: usize = 300;
/// Most tags (标签) and their longest.
pub const TAGS_MAX: usize = 50;
/// Longest tag.
pub const TAG_MAX: usize = 30;
/// Most phones or e-mails of one customer.
pub const NUMBERS_MAX: usize = 20;
/// Nobody among the customers was born before.
pub const OLDEST_BIRTH_YEAR: i16 = 1900;

/// What a clerk or an import wants to store, cleaned by the caller where a cleaner exists.
#[derive(Debug, Clone, Copy, Default)]
pub struct Draft<'a> {
    /// 姓名.
    pub name: &'a str,
    /// Only persons have one.
    pub birthday: Option<Date>,
    /// 地址.
    pub address: Option<&'a str>,
    /// 备注.
    pub notes: Option<&'a str>,
    /// 标签.
    pub tags: &'a [String],
    /// Numbers as written; None = an existing number that stays.
    pub phones: &'a [Option<&'a str>],
    /// Addresses as written; None = an existing address that stays.
    pub emails: &'a [Option<&'a str>],
    /// Number in another system (外部编号).
    pub external_id: Option<&'a str>,
    /// Start of the customer's own contact window (可联系时段), `HH:MM`.
    pub contact_from: Option<&'a str>,
    /// Its end.
    pub contact_to: Option<&'a str>,
}

/// Checks an input; an empty list means that it can be stored.
///
/// Numbers that cannot exist are *not* refused: the record is kept and shows up in the list of data to repair (档案质量); only what is no
/// number at all is.
pub fn check(draft: &Draft<'_>, today: Date) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if text::clean_name(draft.name).is_none() {
        problems.push(FieldProblem::new("name", "field.required"));
    }
    let mut limit = |path: &str, value: Option<&str>, max: usize| {
        if value.is_some_and(|v| v.chars().count() > max) {
            problems.push(FieldProblem::with(
                path,
                "field.too_long",
                json!({ "max": max }),
            ));
        }
    };
    limit("name", Some(draft.name), NAME_MAX);
    limit("address", draft.address, ADDRESS_MAX);
    limit("notes", draft.notes, NOTES_MAX);
    limit("external_id", draft.external_id, NAME_MAX);
    for (i, tag) in draft.tags.iter().enumerate() {
        limit(&format!("tags.{i}"), Some(tag), TAG_MAX);
    }
    for (path, count, max) in [
        ("tags", draft.tags.len(), TAGS_MAX),
        ("phones", draft.phones.len(), NUMBERS_MAX),
        ("emails", draft.emails.len(), NUMBERS_MAX),
    ] {
        if count > max {
            problems.push(FieldProblem::with(
                path,
                "field.too_many",
                json!({ "max": max }),
            ));
        }
    }
    if let Some(birthday) = draft.birthday {
        if birthday > today {
            problems.push(FieldProblem::new("birthday", "field.in_future"));
        } else if birthday.year() < OLDEST_BIRTH_YEAR {
            problems.push(FieldProblem::with(
                "birthday",
                "field.too_early",
                json!({ "min": OLDEST_BIRTH_YEAR }),
            ));
        }
    }
    problems.extend(check_window(draft.contact_from, draft.contact_to));
    for (i, number) in draft.phones.iter().enumerate() {
        if let Some(number) = number {
            let phone = crate::phone::normalise(number);
            if phone.digits.len() < 3 {
                let reason = phone.reason.map(crate::phone::PhoneProblem::as_str);
                problems.push(FieldProblem::with(
                    format!("phones.{i}.number"),
                    "field.bad_phone",
                    json!({ "reason": reason }),
                ));
            }
        }
    }
    for (i, address) in draft.emails.iter().enumerate() {
        if address.is_some_and(|a| email(a).is_none()) {
            problems.push(FieldProblem::new(
                format!("emails.{i}.address"),
                "field.bad_email",
            ));
        }
    }
    problems
}

/// A contact window (可联系时段) has both its times or none, and ends after it begins.
fn check_window(from: Option<&str>, to: Option<&str>) -> Vec<FieldProblem> {
    let fields = [("contact_from", from), ("contact_to", to)];
    if fields.iter().all(|(_, text)| text.is_none()) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut times = Vec::new();
    for (path, text) in fields {
        match text.map(parse_time) {
            None => problems.push(FieldProblem::new(path, "field.required")),
            Some(None) => problems.push(FieldProblem::new(path, "field.bad_time")),
            Some(Some(time)) => times.push(time),
        }
    }
    if matches!(times.as_slice(), [from, to] if to <= from) {
        problems.push(FieldProblem::new("contact_to", "field.ends_before_start"));
    }
    problems
}

/// The stored form of an e-mail address (邮箱): half width, trimmed, domain in lower case. `None` when it cannot be one.
pub fn email(input: &str) -> Option<String> {
    let folded = text::fold_width(input);
    let trimmed = folded.trim();
    let (local, domain) = trimmed.rsplit_once('@')?;
    let ordinary = |c: char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '"')
    };
    let labels_right = domain.split('.').count() >= 2
        && domain
            .split('.')
            .all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'))
        && domain
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '.');
    let right = !local.is_empty()
        && local.len() <= 64
        && trimmed.len() <= 254
        && local.chars().all(ordinary)
        && labels_right;
    right.then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// The mask of an e-mail address: `z***@example.com`.
pub fn mask_email(input: &str) -> String {
    match input.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", text::truncate(local, 1)),
        None => "***".to_owned(),
    }
}

/// The mask of an address: the first six characters, `江苏省南京市****`.
pub fn mask_address(input: &str) -> String {
    let shown = if input.chars().count() > 9 { 6 } else { 2 };
    format!("{}****", text::truncate(input, shown))
}

/// The mask of a birthday: the year stays, `1985-**-**`.
pub fn mask_birthday(birthday: Date) -> String {
    format!("{:04}-**-**", birthday.year())
}
