//! What this capability does: load, decide, store, tell.

pub(super) mod org;
pub(super) mod role;
pub(super) mod session;
pub(super) mod setting;
pub(super) mod staff;
pub(super) mod token;

use liuke_domain::team::{Reach, Rights};
use liuke_platform::fault::Fault;
use liuke_platform::identity::{Identity, ScopeKind};
use liuke_platform::problem::{FieldProblem, Problem};
use uuid::Uuid;

/// What the person at hand may do, as the rules read it.
pub(super) fn rights_of(who: &Identity) -> Rights {
    let reach = match who.scope.kind {
        ScopeKind::Own => Reach::Own,
        ScopeKind::Team => Reach::Team,
        ScopeKind::Branch => Reach::Branch,
        ScopeKind::All => Reach::All,
    };
    Rights {
        reach,
        permissions: who.permissions.clone(),
    }
}

/// A reach as the platform names it.
pub(super) fn kind_of(reach: Reach) -> ScopeKind {
    match reach {
        Reach::Own => ScopeKind::Own,
        Reach::Team => ScopeKind::Team,
        Reach::Branch => ScopeKind::Branch,
        Reach::All => ScopeKind::All,
    }
}

/// Whether the person sees this branch.
fn sees_branch(who: &Identity, branch_id: Uuid) -> bool {
    who.scope.kind == ScopeKind::All || who.scope.branch_ids.contains(&branch_id)
}

/// A required short text, cleaned; at most `max` characters.
fn required(fields: &mut Vec<FieldProblem>, path: &str, typed: &str, max: usize) -> String {
    let text = liuke_domain::text::clean_name(typed).unwrap_or_default();
    if text.is_empty() {
        fields.push(FieldProblem::new(path, "required"));
    } else if text.chars().count() > max {
        fields.push(FieldProblem::new(path, "too_long").param("max", max));
    }
    text
}

/// A short text that may be left out.
fn optional(
    fields: &mut Vec<FieldProblem>,
    path: &str,
    typed: Option<&str>,
    max: usize,
) -> Option<String> {
    let text = typed.and_then(liuke_domain::text::clean)?;
    if text.chars().count() > max {
        fields.push(FieldProblem::new(path, "too_long").param("max", max));
    }
    Some(text)
}

/// The version a change must name.
fn version_of(version: Option<i64>) -> Result<i64, Problem> {
    version.ok_or_else(|| Problem::invalid([FieldProblem::new("version", "required")]))
}

fn no_faults(fields: Vec<FieldProblem>) -> Result<(), Problem> {
    if fields.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(fields))
    }
}

/// A row that must be there, for it was written a moment ago.
fn gone(what: &'static str, id: Uuid) -> Fault {
    Fault::inconsistent(what, "id", id)
}
