//! The demo shop's branches and people.

use liuke_platform::args;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::{FromQueryResult, Sql as _, Tx, Value, insert_rows};
use liuke_platform::fault::Fault;
use uuid::Uuid;

/// Somebody who works in the demo shop.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) name: &'static str,
}

/// A branch with the people who serve and call its customers.
#[derive(Debug, Clone)]
pub(super) struct Shop {
    pub(super) id: Uuid,
    pub(super) leader: Person,
    pub(super) agents: Vec<Person>,
    pub(super) advisors: Vec<Person>,
    pub(super) technicians: Vec<Person>,
}

/// The whole firm.
#[derive(Debug, Clone)]
pub(super) struct Firm {
    pub(super) director: Person,
    pub(super) shops: Vec<Shop>,
}

/// A log-in that the demo's login page offers: role code and login.
pub(super) const LOGINS: [(&str, &str); 7] = [
    ("administrator", "admin"),
    ("service_director", "director"),
    ("team_leader", "leader"),
    ("agent", "agent"),
    ("technician", "technician"),
    ("clerk", "clerk"),
    ("auditor", "auditor"),
];

/// The name behind a log-in.
pub(super) fn name_of(login: &str) -> &'static str {
    PEOPLE
        .iter()
        .find(|(known, ..)| *known == login)
        .map_or("", |(_, name, ..)| name)
}

/// Login, name, role, branch (index into the shops; none for the company).
const PEOPLE: [(&str, &str, &str, Option<usize>); 32] = [
    ("admin", "周启明", "administrator", None),
    ("director", "宋雅琴", "service_director", None),
    ("auditor", "冯国栋", "auditor", None),
    ("leader", "何晓雯", "team_leader", Some(0)),
    ("agent", "罗嘉", "agent", Some(0)),
    ("tangyiming", "唐一鸣", "agent", Some(0)),
    ("jiangxue", "江雪", "agent", Some(0)),
    ("clerk", "邱敏", "clerk", Some(0)),
    ("liuyang", "刘洋", "advisor", Some(0)),
    ("xieting", "谢婷", "advisor", Some(0)),
    ("technician", "邓建平", "technician", Some(0)),
    ("zhaolei", "赵磊", "technician", Some(0)),
    ("panwei", "潘伟", "technician", Some(0)),
    ("leader2", "彭丽", "team_leader", Some(1)),
    ("agent2", "蒋思琪", "agent", Some(1)),
    ("wangqian", "王倩", "agent", Some(1)),
    ("clerk2", "方圆", "clerk", Some(1)),
    ("chenbo", "陈波", "advisor", Some(1)),
    ("luojing", "罗静", "advisor", Some(1)),
    ("technician2", "曾强", "technician", Some(1)),
    ("shanyong", "单勇", "technician", Some(1)),
    ("fanjun", "范军", "technician", Some(1)),
    ("leader3", "袁林", "team_leader", Some(2)),
    ("agent3", "沈佳", "agent", Some(2)),
    ("yehao", "叶浩", "agent", Some(2)),
    ("clerk3", "苏红", "clerk", Some(2)),
    ("lvxin", "吕欣", "advisor", Some(2)),
    ("dinglan", "丁兰", "advisor", Some(2)),
    ("technician3", "魏刚", "technician", Some(2)),
    ("qiumeng", "仇猛", "technician", Some(2)),
    ("xuehai", "薛海", "technician", Some(2)),
    ("leihui", "雷辉", "technician", Some(2)),
];

const SHOPS: [(&str, &str); 3] = [("TF", "天府店"), ("JJ", "锦江店"), ("GX", "高新店")];

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    code: String,
}

/// Writes company, region, branches, teams and people. Every person has the demo's one password.
pub(super) async fn write(
    tx: &Tx,
    ctx: &Ctx,
    password_hash: &str,
    founded: i64,
) -> Result<Firm, Fault> {
    let company: Uuid = ctx.new_id();
    let region: Uuid = ctx.new_id();
    let zone = liuke_domain::worktime::DEFAULT_ZONE;
    let branch =
        |id: Uuid, parent: Option<Uuid>, code: &str, name: &str, kind: &str| -> Vec<Value> {
            args![id, parent, code, name, kind, zone, true, 1_i64, founded]
        };
    let mut branches = vec![
        branch(company, None, "HQ", "蓉城汽车服务集团", "company"),
        branch(region, Some(company), "CD", "成都区", "region"),
    ];
    let mut shop_ids = Vec::new();
    let mut teams = Vec::new();
    let mut team_ids = Vec::new();
    for (code, name) in SHOPS {
        let id: Uuid = ctx.new_id();
        branches.push(branch(id, Some(region), code, name, "branch"));
        shop_ids.push(id);
        let team: Uuid = ctx.new_id();
        teams.push(args![team, id, "客户关怀组", None::<Uuid>, 1_i64, founded]);
        team_ids.push(team);
    }
    insert_rows(
        tx,
        "branch",
        "id, parent_id, code, name, kind, zone, active, version, created_at",
        branches,
        "",
    )
    .await?;
    insert_rows(
        tx,
        "team",
        "id, branch_id, name, leader_id, version, created_at",
        teams,
        "",
    )
    .await?;

    let roles: Vec<RoleRow> = tx.all("SELECT id, code FROM role", args![]).await?;
    let mut staff = Vec::new();
    let mut staff_roles = Vec::new();
    let mut made: Vec<(&str, Option<usize>, Person)> = Vec::new();
    for (number, (login, name, role, shop)) in (1_i64..).zip(PEOPLE) {
        let id: Uuid = ctx.new_id();
        let at = shop
            .and_then(|shop| shop_ids.get(shop))
            .copied()
            .unwrap_or(company);
        let in_team = matches!(role, "team_leader" | "agent");
        let team = shop
            .filter(|_| in_team)
            .and_then(|shop| team_ids.get(shop))
            .copied();
        // An advisor serves customers and answers slips with a technician's rights.
        let role_code = if role == "advisor" {
            "technician"
        } else {
            role
        };
        staff.push(args![
            id,
            login,
            name,
            None::<String>,
            format!("E{number:03}"),
            at,
            team,
            password_hash,
            true,
            1_i64,
            founded
        ]);
        if let Some(found) = roles.iter().find(|known| known.code == role_code) {
            staff_roles.push(args![id, found.id]);
        }
        made.push((role, shop, Person { id, name }));
    }
    insert_rows(
        tx,
        "staff",
        "id, login, name, phone, employee_no, branch_id, team_id, password_hash, active, version, created_at",
        staff,
        "",
    )
    .await?;
    insert_rows(tx, "staff_role", "staff_id, role_id", staff_roles, "").await?;

    let of = |role: &str, shop: usize| -> Vec<Person> {
        made.iter()
            .filter(|(known, at, _)| *known == role && *at == Some(shop))
            .map(|(_, _, person)| person.clone())
            .collect()
    };
    let mut shops = Vec::new();
    for (index, id) in shop_ids.iter().enumerate() {
        let leader = of("team_leader", index)
            .into_iter()
            .next()
            .ok_or_else(|| Fault::other("demo shop without leader"))?;
        tx.run(
            "UPDATE team SET leader_id = $2 WHERE branch_id = $1",
            args![*id, leader.id],
        )
        .await?;
        shops.push(Shop {
            id: *id,
            leader,
            agents: of("agent", index),
            advisors: of("advisor", index),
            technicians: of("technician", index),
        });
    }
    let director = made
        .iter()
        .find(|(role, _, _)| *role == "service_director")
        .map(|(_, _, person)| person.clone())
        .ok_or_else(|| Fault::other("demo firm without director"))?;
    Ok(Firm { director, shops })
}
