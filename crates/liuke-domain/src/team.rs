//! Organisation and rights (组织与权限): who may hand out which right, how branches hang together, what a log-in name is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Refusal;

/// The role that may do everything and cannot be changed (系统管理员).
pub const ADMINISTRATOR: &str = "administrator";

/// For how long a link that lets somebody choose a password is good (邀请有效期), milliseconds: 72 hours.
pub const INVITE_MS: i64 = 72 * 3_600_000;

/// Longest life of an API token (接口令牌最长有效期), days.
pub const TOKEN_DAYS_MAX: i64 = 365;

text_enum! {
    /// How far somebody sees (数据范围), from narrow to wide.
    Reach {
        /// Own rows (本人).
        Own => "own",
        /// Rows of the team (本组).
        Team => "team",
        /// Rows of the branch and those below (本网点).
        Branch => "branch",
        /// Everything (全部).
        All => "all",
    }
}

text_enum! {
    /// What a branch is (网点类型).
    BranchKind {
        /// The firm itself (公司), the root of the tree.
        Company => "company",
        /// A region (大区).
        Region => "region",
        /// A shop or workshop (网点).
        Branch => "branch",
    }
}

/// Why a change to people, roles or branches is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    /// Nobody would be left who may do everything.
    #[error("the last administrator has to stay")]
    LastAdministrator,
    /// Somebody tries to give, take or use rights they do not hold.
    #[error("rights beyond one's own")]
    BeyondOwnRights {
        /// A right that is lacking; nothing when it is the reach.
        permission: Option<String>,
    },
    /// A branch would come to stand below itself.
    #[error("a branch cannot stand below itself")]
    BranchCycle,
    /// There is exactly one company, at the root.
    #[error("a branch of this kind cannot stand there")]
    BranchPlace,
    /// People work there still.
    #[error("the branch has active staff")]
    BranchNotEmpty,
    /// Open branches stand below it.
    #[error("the branch has open branches below it")]
    BranchHasBranches,
    /// A team belongs to another branch than the person.
    #[error("the team belongs to another branch")]
    TeamElsewhere,
    /// People are in the team still.
    #[error("the team has members")]
    TeamNotEmpty,
    /// The role came with the product and cannot be deleted.
    #[error("a builtin role stays")]
    RoleBuiltin,
    /// The administrator's role cannot be changed.
    #[error("the administrator's role is fixed")]
    RoleFixed,
    /// Somebody has the role still.
    #[error("the role is in use")]
    RoleInUse,
}

impl Refusal for TeamError {
    fn status(&self) -> u16 {
        if matches!(self, Self::BeyondOwnRights { .. }) {
            403
        } else {
            409
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::LastAdministrator => "team.last_administrator",
            Self::BeyondOwnRights { .. } => "team.beyond_own_rights",
            Self::BranchCycle => "team.branch_cycle",
            Self::BranchPlace => "team.branch_place",
            Self::BranchNotEmpty => "team.branch_not_empty",
            Self::BranchHasBranches => "team.branch_has_branches",
            Self::TeamElsewhere => "team.team_elsewhere",
            Self::TeamNotEmpty => "team.team_not_empty",
            Self::RoleBuiltin => "team.role_builtin",
            Self::RoleFixed => "team.role_fixed",
            Self::RoleInUse => "team.role_in_use",
        }
    }

    fn params(&self) -> Value {
        match self {
            Self::BeyondOwnRights {
                permission: Some(permission),
            } => json!({ "permission": permission }),
            _ => Value::Null,
        }
    }
}

/// What somebody may do and how far they see (权限).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// How far.
    pub reach: Reach,
    /// Codes of rights.
    pub permissions: BTreeSet<String>,
}

impl Rights {
    /// No right at all.
    pub fn none() -> Self {
        Self {
            reach: Reach::Own,
            permissions: BTreeSet::new(),
        }
    }

    /// These rights and those: everything either may do, as far as the wider sees.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.reach = self.reach.max(other.reach);
        self.permissions.extend(other.permissions.iter().cloned());
        self
    }

    /// Whether the holder of these rights may give those to somebody, take them away, or act on somebody who has them:
    /// only who holds them all (不能授予自己没有的权限).
    pub fn covers(&self, other: &Self) -> Result<(), TeamError> {
        if let Some(lacking) = other
            .permissions
            .iter()
            .find(|p| !self.permissions.contains(*p))
        {
            return Err(TeamError::BeyondOwnRights {
                permission: Some(lacking.clone()),
            });
        }
        if other.reach > self.reach {
            return Err(TeamError::BeyondOwnRights { permission: None });
        }
        Ok(())
    }
}

/// One branch in the tree (网点树).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Itself.
    pub id: Uuid,
    /// The branch it stands below.
    pub parent: Option<Uuid>,
    /// What it is.
    pub kind: BranchKind,
}

/// Whether a branch may stand below `parent` as a `kind`: the company alone at the root, regions below the company or
/// a region, branches below a company or a region; never below itself.
pub fn check_place(
    tree: &[Node],
    id: Option<Uuid>,
    parent: Option<Uuid>,
    kind: BranchKind,
) -> Result<(), TeamError> {
    let nodes: BTreeMap<Uuid, Node> = tree.iter().map(|n| (n.id, *n)).collect();
    let Some(parent) = parent else {
        let another = tree
            .iter()
            .any(|n| n.kind == BranchKind::Company && Some(n.id) != id);
        return if kind == BranchKind::Company && !another {
            Ok(())
        } else {
            Err(TeamError::BranchPlace)
        };
    };
    let above = nodes.get(&parent).ok_or(TeamError::BranchPlace)?;
    if kind == BranchKind::Company || above.kind == BranchKind::Branch {
        return Err(TeamError::BranchPlace);
    }
    if kind == BranchKind::Branch && tree.iter().any(|n| id.is_some() && n.parent == id) {
        return Err(TeamError::BranchPlace);
    }
    let mut at = Some(parent);
    for _ in 0..=tree.len() {
        match at {
            Some(here) if Some(here) == id => return Err(TeamError::BranchCycle),
            Some(here) => at = nodes.get(&here).and_then(|n| n.parent),
            None => return Ok(()),
        }
    }
    Err(TeamError::BranchCycle)
}

/// A log-in name (登录名) as it is kept: lower case, 2 to 64 letters, digits, `.`, `-`, `_`, `@`; the code of the fault otherwise.
pub fn login(typed: &str) -> Result<String, &'static str> {
    let name = crate::text::fold_width(typed).trim().to_lowercase();
    let length = name.chars().count();
    if length == 0 {
        return Err("required");
    }
    if length < 2 {
        return Err("too_short");
    }
    if length > 64 {
        return Err("too_long");
    }
    if name
        .chars()
        .any(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '@'))
    {
        return Err("login_characters");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn rights(reach: Reach, codes: &[&str]) -> Rights {
        Rights {
            reach,
            permissions: codes.iter().map(|c| (*c).to_owned()).collect(),
        }
    }

    #[test]
    fn nobody_hands_out_a_right_or_a_reach_they_do_not_hold() {
        let leader = rights(Reach::Branch, &["a", "b"]);
        assert_eq!(leader.covers(&rights(Reach::Own, &["a"])), Ok(()));
        assert_eq!(leader.covers(&leader), Ok(()));
        assert_eq!(
            leader.covers(&rights(Reach::Own, &["a", "c"])),
            Err(TeamError::BeyondOwnRights {
                permission: Some("c".into())
            })
        );
        assert_eq!(
            leader.covers(&rights(Reach::All, &["a"])),
            Err(TeamError::BeyondOwnRights { permission: None })
        );
    }

    #[test]
    fn two_roles_add_up_and_the_wider_reach_wins() {
        let both = rights(Reach::Branch, &["a"]).and(&rights(Reach::Own, &["b"]));
        assert_eq!(both, rights(Reach::Branch, &["a", "b"]));
    }

    #[test]
    fn a_branch_never_comes_to_stand_below_itself_and_the_company_stays_at_the_root() {
        let [company, north, south, shop] = [1_u128, 2, 3, 4].map(Uuid::from_u128);
        let node = |id, parent, kind| Node { id, parent, kind };
        let tree = [
            node(company, None, BranchKind::Company),
            node(north, Some(company), BranchKind::Region),
            node(south, Some(north), BranchKind::Region),
            node(shop, Some(south), BranchKind::Branch),
        ];
        let place = |id, parent, kind| check_place(&tree, id, parent, kind);
        assert_eq!(place(None, Some(company), BranchKind::Branch), Ok(()));
        assert_eq!(place(Some(shop), Some(north), BranchKind::Branch), Ok(()));
        assert_eq!(
            place(Some(north), Some(south), BranchKind::Region),
            Err(TeamError::BranchCycle)
        );
        assert_eq!(
            place(Some(north), Some(north), BranchKind::Region),
            Err(TeamError::BranchCycle)
        );
        assert_eq!(
            place(None, Some(shop), BranchKind::Branch),
            Err(TeamError::BranchPlace)
        );
        assert_eq!(
            place(None, None, BranchKind::Company),
            Err(TeamError::BranchPlace)
        );
        assert_eq!(
            place(None, None, BranchKind::Region),
            Err(TeamError::BranchPlace)
        );
        assert_eq!(
            place(Some(company), Some(north), BranchKind::Company),
            Err(TeamError::BranchPlace)
        );
        assert_eq!(place(Some(company), None, BranchKind::Company), Ok(()));
        assert_eq!(
            place(Some(south), Some(north), BranchKind::Branch),
            Err(TeamError::BranchPlace)
        );
        assert_eq!(
            place(None, Some(Uuid::from_u128(9)), BranchKind::Branch),
            Err(TeamError::BranchPlace)
        );
    }

    #[test]
    fn a_login_name_is_folded_and_plain() {
        assert_eq!(login(" Ｗang.Fang "), Ok("wang.fang".to_owned()));
        assert_eq!(login("王芳"), Ok("王芳".to_owned()));
        assert_eq!(login("a b"), Err("login_characters"));
        assert_eq!(login("x"), Err("too_short"));
        assert_eq!(login("  "), Err("required"));
    }
}
