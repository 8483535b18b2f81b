//! The small organisation of every test.

use std::collections::BTreeMap;

use liuke_domain::team::BranchKind;
use liuke_platform::ctx::Actor;
use liuke_platform::session::password;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::App;
use crate::permission::BUILTIN_ROLES;
use crate::team::found;
use crate::team::founding::{self, NewBranch, NewStaff};

/// The password of everybody in the organisation.
pub const PASSWORD: &str = "每天练习打电话二十分钟";

/// 留客汽车服务 → 西南区 → 天府店, 锦江店.
///
/// In 天府店 one person per builtin role, each with the role's code as log-in name and named as the role: those who
/// call and repair are in 回访组 and 机修组, led by `team_leader`. Besides `agent2` there (回访组) and `agent_jinjiang`
/// in 锦江店.
#[derive(Debug, Clone, Default)]
pub struct Org {
    /// The firm itself.
    pub company: Uuid,
    /// 西南区.
    pub region: Uuid,
    /// 天府店, where most people work.
    pub tianfu: Uuid,
    /// 锦江店.
    pub jinjiang: Uuid,
    /// 回访组 of 天府店.
    pub callers: Uuid,
    /// 机修组 of 天府店.
    pub mechanics: Uuid,
    /// People by log-in name.
    pub staff: BTreeMap<String, Uuid>,
}

static HASH: OnceCell<String> = OnceCell::const_new();

impl Org {
    pub(super) async fn found(app: &App) -> Self {
        let hash = HASH
            .get_or_init(|| async { password::hash(PASSWORD).await.unwrap() })
            .await;
        let ctx = app.ctx(Actor::system());
        let tx = app.base.db.begin().await.unwrap();
        let branch = async |parent_id, code, name, kind| {
            let new = NewBranch {
                parent_id,
                code,
                name,
                kind,
                zone: "Asia/Shanghai",
            };
            founding::branch(&tx, &ctx, &new).await.unwrap()
        };
        let company = branch(None, "HQ", "留客汽车服务", BranchKind::Company).await;
        let region = branch(Some(company), "XN", "西南区", BranchKind::Region).await;
        let tianfu = branch(Some(region), "TF", "天府店", BranchKind::Branch).await;
        let jinjiang = branch(Some(region), "JJ", "锦江店", BranchKind::Branch).await;
        let callers = founding::team(&tx, &ctx, tianfu, "回访组").await.unwrap();
        let mechanics = founding::team(&tx, &ctx, tianfu, "机修组").await.unwrap();
        let mut staff = BTreeMap::new();
        let mut hire = async |login: &str, name: &str, role: &str, branch_id, team_id| {
            let roles = [role];
            let new = NewStaff {
                login,
                name,
                branch_id,
                team_id,
                roles: &roles,
                password_hash: Some(hash),
            };
            staff.insert(
                login.to_owned(),
                founding::staff(&tx, &ctx, &new).await.unwrap(),
            );
        };
        for role in BUILTIN_ROLES {
            let team = match role.code {
                "agent" | "team_leader" => Some(callers),
                "technician" => Some(mechanics),
                _ => None,
            };
            hire(role.code, role.name, role.code, tianfu, team).await;
        }
        hire("agent2", "关怀专员二", "agent", tianfu, Some(callers)).await;
        hire("agent_jinjiang", "锦江专员", "agent", jinjiang, None).await;
        for team in [callers, mechanics] {
            founding::lead(&tx, team, staff["team_leader"])
                .await
                .unwrap();
        }
        found(&tx, &ctx, "留客汽车服务").await.unwrap();
        tx.commit().await.unwrap();
        Self {
            company,
            region,
            tianfu,
            jinjiang,
            callers,
            mechanics,
            staff,
        }
    }
}
