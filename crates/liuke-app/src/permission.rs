//! Every right there is (权限), and the roles a new installation starts with.

use liuke_platform::identity::{Permission, ScopeKind};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name;
          impl Permission for $name { const CODE: &'static str = $code; })*
        /// The codes of all rights, in the order a settings screen shows them.
        pub const ALL: &[&str] = &[$($code),*];
    };
}

permissions! {
    /// See customers, their assets, orders and service history (查看客户档案).
    CustomerRead = "customer.read";
    /// Add and change customers, assets, orders, service records (维护客户档案).
    CustomerWrite = "customer.write";
    /// Delete and restore (删除).
    CustomerDelete = "customer.delete";
    /// Reveal a masked phone or address; each reveal is logged and counted (查看完整号码).
    CustomerReveal = "customer.reveal";
    /// Take customers out of the house as a file (导出).
    CustomerExport = "customer.export";
    /// Import files (导入).
    ImportRun = "import.run";
    /// See the pyramid (查看客户金字塔).
    ValueRead = "value.read";
    /// Recalculate the pyramid and change its rules (重算客户金字塔).
    ValueRun = "value.run";
    /// See follow-up tasks (查看回访).
    FollowupRead = "followup.read";
    /// Make follow-up calls (执行回访).
    FollowupWork = "followup.work";
    /// Give tasks to others, cancel and reopen them (分派回访).
    FollowupAssign = "followup.assign";
    /// Change follow-up plans (维护回访计划).
    FollowupPlan = "followup.plan";
    /// See feedback slips (查看反馈单).
    SlipRead = "slip.read";
    /// Choose who answers a slip (指派反馈单).
    SlipAssign = "slip.assign";
    /// Answer and sign a slip (处理并签字).
    SlipAnswer = "slip.answer";
    /// Countersign a slip or send it back (会签).
    SlipCountersign = "slip.countersign";
    /// See the rates (查看统计).
    ReportRead = "report.read";
    /// Take reports out as a file (导出报表).
    ReportExport = "report.export";
    /// See people, teams and roles (查看人员).
    TeamRead = "team.read";
    /// Change people, branches and teams (管理人员与网点).
    TeamManage = "team.manage";
    /// Change roles (管理角色).
    RoleManage = "role.manage";
    /// Make API tokens (管理接口令牌).
    TokenManage = "token.manage";
    /// Read and verify the audit trail (审计).
    AuditRead = "audit.read";
    /// See settings (查看设置).
    SettingRead = "setting.read";
    /// Change settings (修改设置).
    SettingManage = "setting.manage";
}

/// A role that comes with the product (内置角色). Its name is shown by the web from its code.
pub struct BuiltinRole {
    /// Stable code.
    pub code: &'static str,
    /// Name in the language of the first users.
    pub name: &'static str,
    /// How far its holders see.
    pub scope: ScopeKind,
    /// What its holders may do.
    pub permissions: &'static [&'static str],
}

/// The seven roles of `domain.md`, least rights each.
pub const BUILTIN_ROLES: &[BuiltinRole] = &[
    BuiltinRole {
        code: "administrator",
        name: "系统管理员",
        scope: ScopeKind::All,
        permissions: ALL,
    },
    BuiltinRole {
        code: "service_director",
        name: "服务总监",
        scope: ScopeKind::All,
        permissions: &[
            "customer.read",
            "customer.write",
            "customer.delete",
            "customer.reveal",
            "customer.export",
            "import.run",
            "value.read",
            "value.run",
            "followup.read",
            "followup.work",
            "followup.assign",
            "followup.plan",
            "slip.read",
            "slip.assign",
            "slip.countersign",
            "report.read",
            "report.export",
            "team.read",
            "setting.read",
        ],
    },
    BuiltinRole {
        code: "team_leader",
        name: "班组长",
        scope: ScopeKind::Branch,
        permissions: &[
            "customer.read",
            "customer.write",
            "customer.reveal",
            "value.read",
            "followup.read",
            "followup.work",
            "followup.assign",
            "followup.plan",
            "slip.read",
            "slip.assign",
            "slip.answer",
            "report.read",
            "report.export",
            "team.read",
        ],
    },
    BuiltinRole {
        code: "agent",
        name: "客户关怀专员",
        scope: ScopeKind::Branch,
        permissions: &[
            "customer.read",
            "customer.write",
            "customer.reveal",
            "value.read",
            "followup.read",
            "followup.work",
            "slip.read",
            "report.read",
        ],
    },
    BuiltinRole {
        code: "technician",
        name: "技师",
        scope: ScopeKind::Own,
        permissions: &["customer.read", "slip.read", "slip.answer"],
    },
    BuiltinRole {
        code: "clerk",
        name: "信息员",
        scope: ScopeKind::Branch,
        permissions: &["customer.read", "customer.write", "import.run"],
    },
    BuiltinRole {
        code: "auditor",
        name: "审计员",
        scope: ScopeKind::All,
        permissions: &[
            "customer.read",
            "followup.read",
            "slip.read",
            "report.read",
            "team.read",
            "audit.read",
            "setting.read",
        ],
    },
];
