//! Who calls (回访人): never somebody who served; the customer's own choice first, else who has least to do.

use std::collections::{BTreeMap, BTreeSet};

use liuke_domain::followup::{Candidate, choose_caller, may_call};
use liuke_domain::ids::StaffId;
use liuke_platform::args;
use liuke_platform::db::{FromQueryResult, Sql};
use liuke_platform::fault::Fault;
use uuid::Uuid;

/// The tree of branches (网点树), with their zones: a few hundred rows, read whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branches(BTreeMap<Uuid, BranchRow>);

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct BranchRow {
    id: Uuid,
    parent_id: Option<Uuid>,
    zone: String,
}

impl Branches {
    pub(crate) async fn load(db: &impl Sql) -> Result<Self, Fault> {
        let rows: Vec<BranchRow> = db
            .all("SELECT id, parent_id, zone FROM branch", args![])
            .await?;
        Ok(Self(rows.into_iter().map(|r| (r.id, r)).collect()))
    }

    /// Time zone of a branch.
    pub(crate) fn zone(&self, id: Uuid) -> jiff::tz::TimeZone {
        let name = self
            .0
            .get(&id)
            .map_or(liuke_domain::worktime::DEFAULT_ZONE, |b| b.zone.as_str());
        liuke_domain::worktime::zone(name).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// A branch and all below it.
    pub(crate) fn below(&self, root: Uuid) -> Vec<Uuid> {
        self.0
            .keys()
            .copied()
            .filter(|id| self.above(*id).contains(&root))
            .collect()
    }

    /// A branch and all above it, nearest first.
    pub(crate) fn above(&self, id: Uuid) -> Vec<Uuid> {
        let mut path = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at.filter(|id| !path.contains(id)) {
            path.push(id);
            at = self.0.get(&id).and_then(|b| b.parent_id);
        }
        path
    }
}

/// Somebody who makes follow-up calls.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Caller {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) branch_id: Uuid,
    /// Holds `followup.assign`: hands out work rather than doing it.
    pub(crate) leads: bool,
    /// Holds `role.manage`: looks after the program.
    pub(crate) administers: bool,
    /// Open tasks.
    pub(crate) load: i64,
}

/// Everybody who makes follow-up calls, with how much they have to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Callers(Vec<Caller>);

impl Callers {
    /// All active people with `followup.work`. Uses followup_task_assignee for the load.
    pub(crate) async fn load(db: &impl Sql) -> Result<Self, Fault> {
        let rows = db
            .all(
                "SELECT st.id, st.name, st.branch_id,
                        EXISTS (SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
                            WHERE sr.staff_id = st.id AND rp.permission = 'followup.assign') AS leads,
                        EXISTS (SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
                            WHERE sr.staff_id = st.id AND rp.permission = 'role.manage') AS administers,
                        (SELECT count(*) FROM followup_task t WHERE t.assignee_id = st.id AND t.status = 'open') AS load
                 FROM staff st WHERE st.active = TRUE AND EXISTS (
                     SELECT 1 FROM staff_role sr JOIN role_permission rp ON rp.role_id = sr.role_id
                     WHERE sr.staff_id = st.id AND rp.permission = 'followup.work')
                 ORDER BY st.id",
                args![],
            )
            .await?;
        Ok(Self(rows))
    }

    pub(crate) fn name(&self, id: Uuid) -> Option<&str> {
        self.0.iter().find(|c| c.id == id).map(|c| c.name.as_str())
    }

    /// Chooses who calls, and counts the task in.
    ///
    /// The customer's preferred person, if they make calls and did not serve. Else of the branch, or the nearest branch above
    /// that has anybody, whoever has the fewest open tasks; leaders only where there is nobody else, administrators never.
    /// Nobody: the task waits in the list of those that nobody has.
    pub(crate) fn choose(
        &mut self,
        branches: &Branches,
        branch_id: Uuid,
        preferred: Option<Uuid>,
        excluded: &BTreeSet<Uuid>,
    ) -> Option<Uuid> {
        let excluded: Vec<StaffId> = excluded.iter().copied().map(StaffId).collect();
        let chosen = self
            .preferred(preferred, &excluded)
            .or_else(|| self.least_loaded(branches, branch_id, &excluded))?;
        if let Some(caller) = self.0.iter_mut().find(|c| c.id == chosen) {
            caller.load += 1;
        }
        Some(chosen)
    }

    fn preferred(&self, preferred: Option<Uuid>, excluded: &[StaffId]) -> Option<Uuid> {
        let wanted = preferred.filter(|id| may_call(StaffId(*id), excluded))?;
        self.0.iter().find(|c| c.id == wanted).map(|c| c.id)
    }

    fn least_loaded(
        &self,
        branches: &Branches,
        branch_id: Uuid,
        excluded: &[StaffId],
    ) -> Option<Uuid> {
        for leads in [false, true] {
            for branch in branches.above(branch_id) {
                let here: Vec<Candidate> = self
                    .0
                    .iter()
                    .filter(|c| c.branch_id == branch && c.leads == leads && !c.administers)
                    .map(|c| Candidate {
                        staff: StaffId(c.id),
                        open: u64::try_from(c.load).unwrap_or(0),
                    })
                    .collect();
                if let Some(chosen) = choose_caller(&here, excluded, None) {
                    return Some(chosen.uuid());
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn branches() -> Branches {
        let row = |n: u128, parent: Option<u128>| BranchRow {
            id: id(n),
            parent_id: parent.map(id),
            zone: "Asia/Shanghai".to_owned(),
        };
        Branches(
            [row(1, None), row(2, Some(1)), row(3, Some(1))]
                .into_iter()
                .map(|r| (r.id, r))
                .collect(),
        )
    }

    fn caller(n: u128, branch: u128, load: i64) -> Caller {
        Caller {
            id: id(n),
            name: n.to_string(),
            branch_id: id(branch),
            leads: false,
            administers: false,
            load,
        }
    }

    #[test]
    fn a_branch_includes_what_is_below_it_and_nothing_beside_it() {
        assert_eq!(branches().below(id(1)), vec![id(1), id(2), id(3)]);
        assert_eq!(branches().below(id(2)), vec![id(2)]);
    }

    #[test]
    fn whoever_served_does_not_call_even_when_preferred() {
        let mut callers = Callers(vec![caller(10, 2, 0), caller(11, 2, 5)]);
        let served = BTreeSet::from([id(10)]);
        assert_eq!(
            callers.choose(&branches(), id(2), Some(id(10)), &served),
            Some(id(11))
        );
    }

    #[test]
    fn the_preferred_person_comes_before_the_least_loaded() {
        let mut callers = Callers(vec![caller(10, 2, 0), caller(11, 2, 5)]);
        assert_eq!(
            callers.choose(&branches(), id(2), Some(id(11)), &BTreeSet::new()),
            Some(id(11))
        );
        assert_eq!(
            callers.choose(&branches(), id(2), None, &BTreeSet::new()),
            Some(id(10))
        );
    }

    #[test]
    fn work_is_spread_as_it_is_handed_out() {
        let mut callers = Callers(vec![caller(10, 2, 0), caller(11, 2, 0)]);
        let given: Vec<_> = (0..4)
            .map(|_| {
                callers
                    .choose(&branches(), id(2), None, &BTreeSet::new())
                    .unwrap()
            })
            .collect();
        assert_eq!(given, vec![id(10), id(11), id(10), id(11)]);
    }

    #[test]
    fn leaders_call_only_where_nobody_else_does_and_administrators_never() {
        let leader = Caller {
            leads: true,
            ..caller(10, 2, 0)
        };
        let admin = Caller {
            leads: true,
            administers: true,
            ..caller(11, 2, 0)
        };
        let mut callers = Callers(vec![leader.clone(), admin.clone(), caller(12, 1, 9)]);
        assert_eq!(
            callers.choose(&branches(), id(2), None, &BTreeSet::new()),
            Some(id(12)),
            "an agent of the company"
        );
        let mut callers = Callers(vec![leader, admin.clone()]);
        assert_eq!(
            callers.choose(&branches(), id(2), None, &BTreeSet::new()),
            Some(id(10))
        );
        let mut callers = Callers(vec![admin]);
        assert_eq!(
            callers.choose(&branches(), id(2), None, &BTreeSet::new()),
            None
        );
    }

    #[test]
    fn nobody_of_a_branch_beside_it_is_chosen() {
        let mut callers = Callers(vec![caller(10, 3, 0)]);
        assert_eq!(
            callers.choose(&branches(), id(2), None, &BTreeSet::new()),
            None
        );
    }
}
