//! Phones and e-mail addresses of a customer (电话与邮箱): how they are read, replaced and shown.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::customer as rules;
use liuke_domain::phone::{self, Phone};
use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql, SqlText, Tx, Value};
use liuke_platform::fault::Fault;
use liuke_platform::problem::{FieldProblem, Problem};
use uuid::Uuid;

use super::batch::{IDS, delete_of, insert_rows};
use super::figures::{dialled, mask_stored};
use super::views::{EmailInput, EmailView, PhoneInput, PhoneView};

/// A phone as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PhoneRow {
    pub(super) id: Uuid,
    pub(super) customer_id: Uuid,
    pub(super) number: String,
    pub(super) e164: Option<String>,
    pub(super) kind: String,
    pub(super) extension: Option<String>,
    pub(super) label: Option<String>,
    pub(super) is_primary: bool,
    pub(super) do_not_use: bool,
    pub(super) valid: bool,
    pub(super) verified_on: Option<String>,
}

impl PhoneRow {
    pub(super) fn masked(&self) -> String {
        mask_stored(
            &self.number,
            self.e164.as_deref(),
            &self.kind,
            self.extension.as_deref(),
        )
    }

    /// The whole number, for a reveal.
    pub(super) fn plain(&self) -> String {
        dialled(
            &self.number,
            self.e164.as_deref(),
            &self.kind,
            self.extension.as_deref(),
        )
        .replace(";ext=", "-")
    }

    pub(super) fn view(self) -> PhoneView {
        PhoneView {
            masked: self.masked(),
            id: self.id,
            kind: self.kind,
            extension: self.extension.map(|_| "***".to_owned()),
            label: self.label,
            primary: self.is_primary,
            do_not_use: self.do_not_use,
            valid: self.valid,
            verified_on: self.verified_on,
        }
    }
}

/// An e-mail address as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct EmailRow {
    pub(super) id: Uuid,
    pub(super) customer_id: Uuid,
    pub(super) address: String,
    pub(super) label: Option<String>,
    pub(super) is_primary: bool,
}

impl EmailRow {
    pub(super) fn view(self) -> EmailView {
        EmailView {
            id: self.id,
            masked: rules::mask_email(&self.address),
            label: self.label,
            primary: self.is_primary,
        }
    }
}

/// Phones of these customers, in their order.
pub(super) async fn phones_of<S: Sql>(
    db: &S,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<PhoneRow>>, Fault> {
    let mut found: BTreeMap<Uuid, Vec<PhoneRow>> = BTreeMap::new();
    for some in ids.chunks(IDS) {
        let mut sql = SqlText::new(
            "SELECT id, customer_id, number, e164, kind, extension, label, is_primary, do_not_use, valid, verified_on
             FROM customer_phone WHERE customer_id IN (",
        );
        sql.push_list(some.iter().copied())
            .push(") ORDER BY customer_id, position, id", Vec::new());
        let (text, values) = sql.finish();
        for row in db.all::<PhoneRow>(&text, values).await? {
            found.entry(row.customer_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Phones of one customer, masked, in their order; for other capabilities.
pub async fn phone_views<S: Sql>(db: &S, customer_id: Uuid) -> Result<Vec<PhoneView>, Fault> {
    let rows = phones_of(db, &[customer_id])
        .await?
        .remove(&customer_id)
        .unwrap_or_default();
    Ok(rows.into_iter().map(PhoneRow::view).collect())
}

/// E-mail addresses of these customers, in their order.
pub(super) async fn emails_of<S: Sql>(
    db: &S,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<EmailRow>>, Fault> {
    let mut found: BTreeMap<Uuid, Vec<EmailRow>> = BTreeMap::new();
    for some in ids.chunks(IDS) {
        let mut sql = SqlText::new(
            "SELECT id, customer_id, address, label, is_primary FROM customer_email WHERE customer_id IN (",
        );
        sql.push_list(some.iter().copied())
            .push(") ORDER BY customer_id, position, id", Vec::new());
        let (text, values) = sql.finish();
        for row in db.all::<EmailRow>(&text, values).await? {
            found.entry(row.customer_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Columns of an inserted phone.
pub(super) const PHONE_COLUMNS: &str = "id, customer_id, position, number, e164, kind, extension, label, is_primary, do_not_use, valid, verified_on";
/// Columns of an inserted e-mail address.
pub(super) const EMAIL_COLUMNS: &str = "id, customer_id, position, address, label, is_primary";

/// What is stored of a read phone: the digits people dial; of a number that cannot be read, what was written.
pub(super) fn stored_number(phone: &Phone) -> &str {
    if phone.digits.is_empty() {
        phone.input.trim()
    } else {
        &phone.digits
    }
}

/// Why a number cannot be entered by hand. A number that merely cannot exist is kept and shows among the gaps of the record.
pub(super) fn refusal(input: &str) -> Option<FieldProblem> {
    let read = phone::normalise(input);
    let letters = !read.valid && input.chars().any(char::is_alphabetic);
    let unreadable = matches!(
        read.reason,
        Some(
            phone::PhoneProblem::Empty
                | phone::PhoneProblem::NotANumber
                | phone::PhoneProblem::Masked
                | phone::PhoneProblem::DigitsLost
                | phone::PhoneProblem::SeveralNumbers
        )
    );
    if !letters && !unreadable && read.digits.len() >= 3 {
        return None;
    }
    let reason = match read.reason {
        Some(reason) if unreadable => reason,
        _ if letters => phone::PhoneProblem::NotANumber,
        reason => reason.unwrap_or(phone::PhoneProblem::TooShort),
    };
    Some(FieldProblem::new("", "field.bad_phone").param("reason", reason.as_str()))
}

/// Replaces the phones of a customer by what was entered; numbers that stay keep their id and what is known of them.
pub(super) async fn replace_phones(
    tx: &Tx,
    ctx: &Ctx,
    customer_id: Uuid,
    input: &[PhoneInput],
) -> Result<Changed, Problem> {
    let before = phones_of(tx, &[customer_id])
        .await?
        .remove(&customer_id)
        .unwrap_or_default();
    let known: BTreeMap<Uuid, &PhoneRow> = before.iter().map(|row| (row.id, row)).collect();
    let first_primary = input.iter().position(|p| p.primary).unwrap_or(0);
    let mut rows = Vec::with_capacity(input.len());
    let mut seen = BTreeSet::new();
    let mut new_number = false;
    for (position, phone) in input.iter().enumerate() {
        let old = phone.id.and_then(|id| known.get(&id).copied());
        let typed = phone
            .number
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty());
        let mut row = match (typed, old) {
            (Some(number), old) => {
                let read = phone::normalise(number);
                let same = old.is_some_and(|o| {
                    o.number == stored_number(&read) && o.extension == read.extension
                });
                new_number |= !same;
                PhoneRow {
                    id: old.map_or_else(|| ctx.new_id(), |o| o.id),
                    customer_id,
                    number: stored_number(&read).to_owned(),
                    e164: read.e164.clone(),
                    kind: read.kind.as_str().to_owned(),
                    extension: read.extension.clone(),
                    label: None,
                    is_primary: false,
                    do_not_use: false,
                    valid: read.valid,
                    verified_on: if same {
                        old.and_then(|o| o.verified_on.clone())
                    } else {
                        None
                    },
                }
            }
            (None, Some(old)) => old.clone(),
            (None, None) => {
                return Err(Problem::invalid([FieldProblem::new(
                    format!("phones[{position}].number"),
                    "field.required",
                )]));
            }
        };
        if !seen.insert((row.number.clone(), row.extension.clone())) {
            return Err(Problem::invalid([FieldProblem::new(
                format!("phones[{position}].number"),
                "field.duplicate",
            )]));
        }
        row.label = phone.label.as_deref().and_then(liuke_domain::text::clean);
        row.is_primary = position == first_primary;
        row.do_not_use = phone.do_not_use;
        rows.push(row);
    }
    let masked = |rows: &[PhoneRow]| rows.iter().map(described).collect::<Vec<_>>();
    let changed = Changed {
        before: masked(&before),
        after: masked(&rows),
        is_change: new_number || !same_phones(&before, &rows),
        new_number,
    };
    if changed.is_change {
        delete_of(tx, "customer_phone", customer_id).await?;
        insert_rows(tx, "customer_phone", PHONE_COLUMNS, phone_values(rows), "").await?;
    }
    Ok(changed)
}

/// What a replacement changed, masked, for the audit.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) is_change: bool,
    pub(super) new_number: bool,
}

fn described(row: &PhoneRow) -> String {
    let mut text = row.masked();
    if row.is_primary {
        text.push_str(" primary");
    }
    if row.do_not_use {
        text.push_str(" do_not_use");
    }
    if let Some(label) = &row.label {
        text.push(' ');
        text.push_str(label);
    }
    text
}

fn same_phones(a: &[PhoneRow], b: &[PhoneRow]) -> bool {
    let key = |r: &PhoneRow| {
        (
            r.id,
            r.number.clone(),
            r.extension.clone(),
            r.label.clone(),
            r.is_primary,
            r.do_not_use,
            r.verified_on.clone(),
        )
    };
    a.iter().map(key).eq(b.iter().map(key))
}

fn phone_values(rows: Vec<PhoneRow>) -> Vec<Vec<Value>> {
    (0_i64..)
        .zip(rows)
        .map(|(position, r)| {
            args![
                r.id,
                r.customer_id,
                position,
                r.number,
                r.e164,
                r.kind,
                r.extension,
                r.label,
                r.is_primary,
                r.do_not_use,
                r.valid,
                r.verified_on
            ]
        })
        .collect()
}

/// The values of a phone read by the one normaliser, for [`PHONE_COLUMNS`].
pub(super) fn read_values(
    id: Uuid,
    customer_id: Uuid,
    position: i64,
    phone: &Phone,
    primary: bool,
) -> Vec<Value> {
    args![
        id,
        customer_id,
        position,
        stored_number(phone),
        phone.e164.as_deref(),
        phone.kind.as_str(),
        phone.extension.as_deref(),
        None::<String>,
        primary,
        false,
        phone.valid,
        None::<String>
    ]
}

/// Replaces the e-mail addresses of a customer by what was entered; addresses that stay keep their id.
pub(super) async fn replace_emails(
    tx: &Tx,
    ctx: &Ctx,
    customer_id: Uuid,
    input: &[EmailInput],
) -> Result<Changed, Problem> {
    let before = emails_of(tx, &[customer_id])
        .await?
        .remove(&customer_id)
        .unwrap_or_default();
    let known: BTreeMap<Uuid, &EmailRow> = before.iter().map(|row| (row.id, row)).collect();
    let first_primary = input.iter().position(|e| e.primary).unwrap_or(0);
    let mut rows = Vec::with_capacity(input.len());
    for (position, email) in input.iter().enumerate() {
        let old = email.id.and_then(|id| known.get(&id).copied());
        let typed = email
            .address
            .as_deref()
            .map(str::trim)
            .filter(|a| !a.is_empty());
        let address = match (typed, old) {
            (Some(address), _) => rules::email(address).ok_or_else(|| {
                Problem::invalid([FieldProblem::new(
                    format!("emails[{position}].address"),
                    "field.bad_email",
                )])
            })?,
            (None, Some(old)) => old.address.clone(),
            (None, None) => {
                return Err(Problem::invalid([FieldProblem::new(
                    format!("emails[{position}].address"),
                    "field.required",
                )]));
            }
        };
        rows.push(EmailRow {
            id: old.map_or_else(|| ctx.new_id(), |o| o.id),
            customer_id,
            address,
            label: email.label.as_deref().and_then(liuke_domain::text::clean),
            is_primary: position == first_primary,
        });
    }
    let key = |r: &EmailRow| (r.id, r.address.clone(), r.label.clone(), r.is_primary);
    let masked = |rows: &[EmailRow]| {
        rows.iter()
            .map(|r| rules::mask_email(&r.address))
            .collect::<Vec<_>>()
    };
    let changed = Changed {
        before: masked(&before),
        after: masked(&rows),
        is_change: !before.iter().map(key).eq(rows.iter().map(key)),
        new_number: false,
    };
    if changed.is_change {
        delete_of(tx, "customer_email", customer_id).await?;
        let values = (0_i64..)
            .zip(rows)
            .map(|(position, r)| {
                args![
                    r.id,
                    r.customer_id,
                    position,
                    r.address,
                    r.label,
                    r.is_primary
                ]
            })
            .collect();
        insert_rows(tx, "customer_email", EMAIL_COLUMNS, values, "").await?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_no_number_is_refused_with_a_reason_and_what_cannot_exist_is_kept() {
        for (input, reason) in [
            ("138abc45678", "not_a_number"),
            ("138****8000", "masked"),
            ("1.38E+10", "digits_lost"),
            ("13800138000/13900139000", "several_numbers"),
        ] {
            let said = refusal(input).unwrap();
            assert_eq!(said.code, "field.bad_phone", "{input}");
            assert_eq!(
                said.params,
                serde_json::json!({ "reason": reason }),
                "{input}"
            );
        }
        for input in [
            "13800138000",
            "+86 138 0013 8000",
            "010-12345678转8001",
            "12345678",
            "95588",
            "1380013800",
        ] {
            assert!(refusal(input).is_none(), "{input}");
        }
    }
}
