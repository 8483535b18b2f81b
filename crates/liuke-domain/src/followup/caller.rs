//! Who calls (回访员): never the person who served.

use crate::ids::StaffId;

/// Somebody who could call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The member of staff.
    pub staff: StaffId,
    /// Open tasks (手头任务数).
    pub open: u64,
}

/// Whether a member of staff may call about work that these people did (回避原则): the caller is never the person who served.
pub fn may_call(candidate: StaffId, served: &[StaffId]) -> bool {
    !served.contains(&candidate)
}

/// Chooses the caller: the person whom the customer asked for (指定专员) when that is a candidate who did not serve, otherwise the least
/// loaded candidate who did not, equal loads by id. `None`: the task stays unassigned and shows up as such.
pub fn choose_caller(
    candidates: &[Candidate],
    served: &[StaffId],
    requested: Option<StaffId>,
) -> Option<StaffId> {
    let free = || candidates.iter().filter(|c| may_call(c.staff, served));
    requested
        .filter(|r| free().any(|c| c.staff == *r))
        .or_else(|| free().min_by_key(|c| (c.open, c.staff)).map(|c| c.staff))
}
