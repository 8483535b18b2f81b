//! A customer as it is entered (客户录入), and its check.

use jiff::civil::Date;
use liuke_domain::customer::{self as rules, Draft, Stage};
use liuke_domain::period::parse_day;
use liuke_domain::text;
use liuke_platform::args;
use liuke_platform::db::{Sql as _, Tx};
use liuke_platform::fault::Fault;
use liuke_platform::problem::{FieldProblem, Problem};
use uuid::Uuid;

use super::days;
use super::phones::refusal;
use super::record::CustomerRecord;
use super::views::CustomerInput;
use super::words::{GenderWord, PersonalityWord};

/// What was entered, cleaned and checked.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) external_id: Option<String>,
    pub(super) address: Option<String>,
    pub(super) birthday: Option<String>,
    pub(super) gender: Option<&'static str>,
    pub(super) source: Option<String>,
    pub(super) personality: Option<&'static str>,
    pub(super) stage: &'static str,
    pub(super) notes: Option<String>,
    pub(super) owner_id: Option<Uuid>,
    pub(super) preferred_staff_id: Option<Uuid>,
    pub(super) branch_id: Uuid,
    pub(super) tags: Vec<String>,
    pub(super) do_not_call: bool,
    pub(super) contact_from: Option<String>,
    pub(super) contact_to: Option<String>,
}

impl Checked {
    pub(super) async fn of(
        tx: &Tx,
        input: &CustomerInput,
        day: Date,
        before: Option<&CustomerRecord>,
    ) -> Result<Self, Problem> {
        let cleaned = |value: &Option<String>| value.as_deref().and_then(text::clean);
        let mut problems = Vec::new();
        let mut tags: Vec<String> = input.tags.iter().filter_map(|t| text::clean(t)).collect();
        tags.sort();
        tags.dedup();
        let birthday = match before {
            Some(before) if input.keep_birthday => before.birthday.clone(),
            _ => days::day(
                &mut problems,
                "birthday",
                input.birthday.as_deref(),
                day,
                false,
            ),
        };
        let address = match before {
            Some(before) if input.keep_address => before.address.clone(),
            _ => cleaned(&input.address),
        };
        let external_id = cleaned(&input.external_id);
        let notes = input.notes.as_deref().and_then(text::clean_lines);
        problems.extend(checked_by_rules(
            input,
            &tags,
            address.as_deref(),
            birthday.as_deref(),
            external_id.as_deref(),
            notes.as_deref(),
            day,
        ));
        for (i, phone) in input.phones.iter().enumerate() {
            let number = phone.number.as_deref().filter(|n| !n.trim().is_empty());
            if let Some(mut problem) = number.and_then(refusal) {
                problem.path = format!("phones[{i}].number");
                problems.push(problem);
            }
        }
        let stage = Stage::parse(&input.stage);
        if stage.is_none() {
            problems.push(FieldProblem::new("stage", "field.unknown_value"));
        }
        references(tx, input, &mut problems).await?;
        let stage = match stage {
            Some(stage) if problems.is_empty() => stage.as_str(),
            _ => return Err(Problem::invalid(problems)),
        };
        Ok(Self {
            name: text::clean_name(&input.name).unwrap_or_default(),
            kind: input.kind.as_str(),
            external_id,
            address,
            birthday,
            gender: input.gender.map(GenderWord::as_str),
            source: cleaned(&input.source),
            personality: input.personality.map(PersonalityWord::as_str),
            stage,
            notes,
            owner_id: input.owner_id,
            preferred_staff_id: input.preferred_staff_id,
            branch_id: input.branch_id,
            tags,
            do_not_call: input.do_not_call,
            contact_from: cleaned(&input.contact_from),
            contact_to: cleaned(&input.contact_to),
        })
    }
}

fn checked_by_rules(
    input: &CustomerInput,
    tags: &[String],
    address: Option<&str>,
    birthday: Option<&str>,
    external_id: Option<&str>,
    notes: Option<&str>,
    day: Date,
) -> Vec<FieldProblem> {
    let contact_from = input.contact_from.as_deref().and_then(text::clean);
    let contact_to = input.contact_to.as_deref().and_then(text::clean);
    let emails: Vec<Option<&str>> = input
        .emails
        .iter()
        .map(|e| e.address.as_deref().filter(|a| !a.trim().is_empty()))
        .collect();
    let phones: Vec<Option<&str>> = input.phones.iter().map(|_| None).collect();
    rules::check(
        &Draft {
            name: &input.name,
            birthday: birthday.and_then(parse_day),
            address,
            notes,
            tags,
            phones: &phones,
            emails: &emails,
            external_id,
            contact_from: contact_from.as_deref(),
            contact_to: contact_to.as_deref(),
        },
        day,
    )
    .into_iter()
    .map(|found| FieldProblem {
        path: bracketed(&found.path),
        code: found.code.into(),
        params: found.params,
    })
    .collect()
}

/// `emails.0.address` as the API writes paths: `emails[0].address`.
fn bracketed(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 2);
    for part in path.split('.') {
        if part.parse::<usize>().is_ok() {
            out.extend(["[", part, "]"]);
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(part);
        }
    }
    out
}

/// Whoever and whatever is referred to must exist.
async fn references(
    tx: &Tx,
    input: &CustomerInput,
    problems: &mut Vec<FieldProblem>,
) -> Result<(), Fault> {
    for (path, id) in [
        ("owner_id", input.owner_id),
        ("preferred_staff_id", input.preferred_staff_id),
    ] {
        if let Some(id) = id
            && tx
                .scalar::<i64>("SELECT COUNT(*) FROM staff WHERE id = $1", args![id])
                .await?
                == Some(0)
        {
            problems.push(FieldProblem::new(path, "field.unknown_value"));
        }
    }
    if tx
        .scalar::<i64>(
            "SELECT COUNT(*) FROM branch WHERE id = $1",
            args![input.branch_id],
        )
        .await?
        == Some(0)
    {
        problems.push(FieldProblem::new("branch_id", "field.unknown_value"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::bracketed;

    #[test]
    fn paths_are_written_as_everywhere_in_the_api() {
        assert_eq!(bracketed("emails.0.address"), "emails[0].address");
        assert_eq!(bracketed("tags.12"), "tags[12]");
        assert_eq!(bracketed("name"), "name");
    }
}
