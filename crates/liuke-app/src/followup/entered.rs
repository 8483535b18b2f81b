//! What came of a contact as it was entered (结果录入), checked field by field.

use jiff::Timestamp;
use liuke_domain::followup::{Outcome, Permission, TaskReason};
use liuke_domain::{satisfaction, text, worktime};
use liuke_platform::problem::{FieldProblem, Problem};

use super::contact::Standing;
use super::today::TaskData;
use super::views::{FinishInput, SheetDraft};
use crate::slip;

/// Longest text on a sheet, characters.
pub(super) const TEXT_MAX: usize = 2_000;

/// What came of the contact, checked.
pub(super) struct Entered {
    pub(super) outcome: Outcome,
    pub(super) draft: SheetDraft,
    pub(super) call_again_at: Option<Timestamp>,
    pub(super) dissatisfied: bool,
}

/// Checks what came of the contact: every outcome has what it needs.
pub(super) fn check(
    task: &TaskData,
    standing: &Standing,
    input: &FinishInput,
) -> Result<Entered, Problem> {
    let mut wrong = Vec::new();
    let draft = cleaned(&input.draft, &mut wrong);
    let outcome = Outcome::parse(&input.outcome);
    if outcome.is_none() {
        wrong.push(FieldProblem::new("outcome", "unknown_value"));
    }
    let scores = slip::given(&draft.scores);
    let dissatisfied = satisfaction::dissatisfied(&scores, draft.dissatisfied);
    let confirms = standing.reason == TaskReason::SlipConfirm;
    if outcome == Some(Outcome::Reached) {
        if confirms && input.slip_satisfied.is_none() && task.slip_id.is_some() {
            wrong.push(FieldProblem::new("slip_satisfied", "required"));
        }
        if confirms && input.raise_slip {
            // The slip at hand is opened again instead.
            wrong.push(FieldProblem::new("raise_slip", "followup.slip_is_there"));
        }
        if input.raise_slip && draft.problem.is_none() && draft.verbatim.is_none() {
            wrong.push(FieldProblem::new("draft.problem", "required"));
        }
        let goes_on = input.raise_slip || confirms && input.slip_satisfied == Some(false);
        if dissatisfied && !goes_on && draft.note.is_none() {
            wrong.push(FieldProblem::new(
                "draft.note",
                "followup.reason_for_no_slip",
            ));
        }
    } else if input.raise_slip {
        wrong.push(FieldProblem::new(
            "raise_slip",
            "followup.slip_needs_reached",
        ));
    }
    match outcome {
        Some(outcome) if wrong.is_empty() => Ok(Entered {
            outcome,
            draft,
            call_again_at: input.call_again_at.and_then(worktime::from_millis),
            dissatisfied,
        }),
        _ => Err(Problem::invalid(wrong)),
    }
}

/// The draft with its texts trimmed; says what is wrong with it.
pub(super) fn cleaned(draft: &SheetDraft, wrong: &mut Vec<FieldProblem>) -> SheetDraft {
    let mut kept = |path: &str, given: &Option<String>| {
        let text = given.as_deref().and_then(text::clean_lines)?;
        if text.chars().count() > TEXT_MAX {
            wrong.push(
                FieldProblem::new(format!("draft.{path}"), "too_long").param("max", TEXT_MAX),
            );
        }
        Some(text)
    };
    let cleaned = SheetDraft {
        permission: draft.permission.clone(),
        scores: draft.scores.clone(),
        verbatim: kept("verbatim", &draft.verbatim),
        discussed: kept("discussed", &draft.discussed),
        planned: kept("planned", &draft.planned),
        agreed: kept("agreed", &draft.agreed),
        note: kept("note", &draft.note),
        problem: kept("problem", &draft.problem),
        responsible_id: draft.responsible_id,
        dissatisfied: draft.dissatisfied,
    };
    if draft
        .permission
        .as_deref()
        .is_some_and(|p| Permission::parse(p).is_none())
    {
        wrong.push(FieldProblem::new("draft.permission", "unknown_value"));
    }
    let scores = &draft.scores;
    for (name, score) in [
        ("result", scores.result),
        ("tangibles", scores.tangibles),
        ("responsiveness", scores.responsiveness),
        ("empathy", scores.empathy),
        ("contrast", scores.contrast),
    ] {
        let range = i64::from(satisfaction::SCORE_MIN)..=i64::from(satisfaction::SCORE_MAX);
        if score.is_some_and(|s| !range.contains(&s)) {
            wrong.push(
                FieldProblem::new(format!("draft.scores.{name}"), "out_of_range")
                    .param("min", satisfaction::SCORE_MIN)
                    .param("max", satisfaction::SCORE_MAX),
            );
        }
    }
    cleaned
}
