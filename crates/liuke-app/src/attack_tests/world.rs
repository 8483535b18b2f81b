//! A full house to be attacked: one thing of each kind in 天府店, and somebody with every right in either branch.

use liuke_platform::args;
use liuke_platform::db::Sql as _;
use liuke_platform::identity::Authenticate as _;
use liuke_platform::session::password;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::customer::Scores;
use crate::permission::ALL;
use crate::team::People;
use crate::team::founding::{self, NewStaff};
use crate::testing::{Client, PASSWORD, TestApp};

/// One thing of each kind, all of 天府店.
pub(super) struct World {
    /// Somebody of 天府店 with every right there and nowhere else.
    pub(super) chief: Uuid,
    /// The same of 锦江店.
    pub(super) stranger: Uuid,
    /// 天府店.
    pub(super) branch: Uuid,
    /// What the branches stand below.
    pub(super) region: Uuid,
    pub(super) customer: Uuid,
    pub(super) asset: Uuid,
    pub(super) order: Uuid,
    pub(super) service: Uuid,
    pub(super) plan: Uuid,
    pub(super) task: Uuid,
    pub(super) slip: Uuid,
    pub(super) import: Uuid,
    pub(super) token: Uuid,
    pub(super) team: Uuid,
    pub(super) staff: Uuid,
    pub(super) role: Uuid,
    /// Now, epoch milliseconds.
    pub(super) now: i64,
}

fn id(value: &Value) -> Uuid {
    value["id"].as_str().unwrap().parse().unwrap()
}

impl World {
    pub(super) async fn of(t: &TestApp) -> Self {
        let admin = t.as_role("administrator");
        for (code, scope) in [("chief", "branch"), ("plain", "own")] {
            let role = json!({ "code": code, "name": code, "scope": scope, "permissions": ALL });
            admin.post("/api/v1/roles", role).await.ok();
        }
        let roles = admin.get("/api/v1/roles").await.ok();
        let plain = roles
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["code"] == "plain");
        let role = id(plain.unwrap());
        let chief = hire(t, "chief", t.org.tianfu, &["chief"]).await;
        let stranger = hire(t, "stranger", t.org.jinjiang, &["chief"]).await;
        let staff = hire(t, "newcomer", t.org.tianfu, &["agent"]).await;

        let own = t.as_staff(chief);
        let post = async |path: &str, body: Value| own.post(path, body).await.ok();
        let customer = json!({
            "name": "王建国", "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "do_not_call": false,
            "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [],
            "phones": [{ "number": "13800138000", "primary": true, "do_not_use": false }],
        });
        let customer = id(&post("/api/v1/customers", customer).await["row"]);
        let asset = json!({ "kind": "vehicle", "plate": "川A7F3K2", "model": "迈腾 330" });
        let asset = id(&post(&format!("/api/v1/customers/{customer}/assets"), asset).await);
        let order = json!({
            "customer_id": customer, "kind": "sale", "ordered_at": t.now_ms(), "revenue_fen": 100, "branch_id": t.org.tianfu,
        });
        let order = id(&post("/api/v1/orders", order).await);
        let service = json!({
            "customer_id": customer, "branch_id": t.org.tianfu, "opened_at": t.now_ms() - 3_600_000, "revenue_fen": 1,
            "close": true,
        });
        let service = id(&post("/api/v1/service-records", service).await);
        let plan = json!({
            "name": "修后三日回访", "kind": "service_quality", "trigger": "service_closed", "days": 3, "channel": "phone",
            "purpose": "了解维修质量", "opener": "您好。", "permission_ask": "方便吗？", "benefit": "马上安排。",
            "due_hours": 24, "active": true, "branch_id": t.org.tianfu,
        });
        let plan = id(&post("/api/v1/plans", plan).await);
        let task = json!({
            "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候",
            "due_at": t.now_ms() + 3_600_000,
        });
        let task = id(&post("/api/v1/tasks", task).await);
        let token = json!({ "name": "x", "scopes": ["customer.read"], "expires_in_days": 7 });
        let token = id(&post("/api/v1/tokens", token).await["view"]);
        let team = id(&post(
            "/api/v1/teams",
            json!({ "branch_id": t.org.tianfu, "name": "新组" }),
        )
        .await);
        let file = "车主姓名,手机号\n李秀兰,13900139000\n".as_bytes();
        let import = own.upload("/api/v1/imports", "a.csv", file, &[("kind", "customers")]);
        let import = id(&import.await.ok());
        let slip = raise(t, "chief", chief, customer).await;
        t.run_jobs().await;
        Self {
            chief,
            stranger,
            branch: t.org.tianfu,
            region: t.org.region,
            customer,
            asset,
            order,
            service,
            plan,
            task,
            slip,
            import,
            token,
            team,
            staff,
            role,
            now: t.now_ms(),
        }
    }

    /// Requests by somebody with every right in 天府店.
    pub(super) fn chief<'a>(&self, t: &'a TestApp) -> Client<'a> {
        t.as_staff(self.chief)
    }

    /// What stands for `{id}` in a path, and its table. A new kind of thing is to be added to the world first.
    pub(super) fn thing(&self, path: &str) -> (Uuid, &'static str) {
        match path.split('/').nth(3).unwrap_or_default() {
            "customers" => (self.customer, "customer"),
            "assets" => (self.asset, "asset"),
            "orders" => (self.order, "sales_order"),
            "service-records" => (self.service, "service_record"),
            "plans" => (self.plan, "followup_plan"),
            "tasks" => (self.task, "followup_task"),
            "slips" => (self.slip, "slip"),
            "imports" => (self.import, "import_batch"),
            "tokens" => (self.token, "api_token"),
            "teams" => (self.team, "team"),
            "staff" => (self.staff, "staff"),
            "branches" => (self.branch, "branch"),
            "roles" => (self.role, "role"),
            "jobs" => (Uuid::nil(), "job"),
            other => panic!("the world holds none of {other}"),
        }
    }

    /// A route's path with the ids of this world.
    pub(super) fn path(&self, path: &str) -> String {
        if path.contains('{') {
            let (id, _) = self.thing(path);
            let start = path.find('{').unwrap();
            let end = path.find('}').unwrap();
            let filled = format!("{}{id}{}", &path[..start], &path[end + 1..]);
            assert!(!filled.contains('{'), "{path}: two ids");
            filled
        } else {
            path.to_owned()
        }
    }

    /// The version a change of what this path names has to carry.
    pub(super) async fn version(&self, t: &TestApp, path: &str) -> i64 {
        if !path.contains('{') || path.contains("/jobs/") || path.contains("/tokens/") {
            return 0;
        }
        let (id, table) = self.thing(path);
        let sql = format!("SELECT version FROM {table} WHERE id = $1");
        t.db()
            .scalar::<i64>(&sql, args![id])
            .await
            .unwrap()
            .unwrap()
    }
}

/// Somebody with these roles and the password of all.
pub(super) async fn hire(t: &TestApp, login: &str, branch_id: Uuid, roles: &[&str]) -> Uuid {
    let hash = password::hash(PASSWORD).await.unwrap();
    let tx = t.db().begin().await.unwrap();
    let new = NewStaff {
        login,
        name: login,
        branch_id,
        team_id: None,
        roles,
        password_hash: Some(&hash),
    };
    let made = founding::staff(&tx, &t.ctx(), &new).await.unwrap();
    tx.commit().await.unwrap();
    made
}

/// A slip of 天府店 that this person is to answer.
pub(super) async fn raise(t: &TestApp, name: &str, staff: Uuid, customer: Uuid) -> Uuid {
    use liuke_platform::ctx::{Actor, Via};
    let ctx = t.app.ctx(Actor::person(staff, name, Via::Ui));
    let who = People.by_staff(&t.app.base, staff).await.unwrap().unwrap();
    let id: Uuid = ctx.new_id();
    let slip = crate::slip::Raise {
        id,
        customer_id: customer,
        branch_id: t.org.tianfu,
        task_id: None,
        asset_id: None,
        service_record_id: None,
        problem: "变速箱异响",
        verbatim: None,
        scores: &Scores {
            result: Some(1),
            ..Scores::default()
        },
        responsible_id: Some(staff),
    };
    let tx = t.db().begin().await.unwrap();
    crate::slip::raise(&tx, &ctx, &who, slip).await.unwrap();
    tx.commit().await.unwrap();
    id
}
