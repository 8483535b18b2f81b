//! People come, change, go.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::on_both;
use crate::testing::TestApp;

async fn role(t: &TestApp, code: &str) -> Value {
    let roles = t.as_role("administrator").get("/api/v1/roles").await.ok();
    roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == code)
        .unwrap()
        .clone()
}

async fn row(t: &TestApp, login: &str) -> Value {
    t.as_role("administrator")
        .get(&format!("/api/v1/staff/{}", t.staff(login)))
        .await
        .ok()
}

fn input_of(row: &Value) -> Value {
    let roles: Vec<&Value> = row["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["id"])
        .collect();
    json!({
        "login": row["login"], "name": row["name"], "phone": row["phone"], "employee_no": row["employee_no"],
        "branch_id": row["branch_id"], "team_id": row["team_id"], "role_ids": roles, "version": row["version"],
    })
}

/// A role that may manage people but not everything, and somebody in 天府店 who has it.
async fn a_manager(t: &TestApp) -> Uuid {
    let admin = t.as_role("administrator");
    let new = json!({
        "code": "hr", "name": "人事", "scope": "branch",
        "permissions": ["team.read", "team.manage", "customer.read", "slip.read", "slip.answer"],
    });
    let hr = admin.post("/api/v1/roles", new).await.ok();
    let mut clerk = input_of(&row(t, "clerk").await);
    clerk["role_ids"] = json!([hr["id"]]);
    admin
        .put(&format!("/api/v1/staff/{}", t.staff("clerk")), clerk)
        .await
        .ok();
    t.staff("clerk")
}

on_both!(people_are_listed_by_name_page_by_page_within_the_readers_scope);
async fn people_are_listed_by_name_page_by_page_within_the_readers_scope(t: TestApp) {
    let admin = t.as_role("administrator");
    let mut logins = Vec::new();
    let mut path = "/api/v1/staff?limit=4".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        logins.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["login"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/staff?limit=4&after={next}");
    }
    logins.sort();
    assert_eq!(
        logins,
        [
            "administrator",
            "agent",
            "agent2",
            "agent_jinjiang",
            "auditor",
            "clerk",
            "service_director",
            "team_leader",
            "technician"
        ]
    );
    let of_leader = t.as_role("team_leader").get("/api/v1/staff").await.ok();
    assert_eq!(of_leader["items"].as_array().unwrap().len(), 8);
    let elsewhere = format!("/api/v1/staff/{}", t.staff("agent_jinjiang"));
    t.as_role("team_leader")
        .get(&elsewhere)
        .await
        .refused(404, "not_found");
}

on_both!(people_are_found_by_part_of_the_name_role_branch_and_activity);
async fn people_are_found_by_part_of_the_name_role_branch_and_activity(t: TestApp) {
    let admin = t.as_role("administrator");
    let found = async |query: String| {
        let page = admin.get(&format!("/api/v1/staff?{query}")).await.ok();
        let mut logins: Vec<String> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["login"].as_str().unwrap().to_owned())
            .collect();
        logins.sort();
        logins
    };
    assert_eq!(found("q=AGENT2".into()).await, ["agent2"]);
    assert_eq!(found("q=%25".into()).await, [""; 0]);
    let agent = role(&t, "agent").await;
    let id = agent["id"].as_str().unwrap();
    assert_eq!(
        found(format!("role_id={id}")).await,
        ["agent", "agent2", "agent_jinjiang"]
    );
    assert_eq!(
        found(format!("branch_id={}", t.org.jinjiang)).await,
        ["agent_jinjiang"]
    );
    assert_eq!(found("active=false".into()).await, [""; 0]);
    assert_eq!(
        found(format!("role_id={id}&active=true&q=锦江")).await,
        ["agent_jinjiang"]
    );
}

on_both!(wrong_input_is_named_field_by_field);
async fn wrong_input_is_named_field_by_field(t: TestApp) {
    let admin = t.as_role("administrator");
    let agent = role(&t, "agent").await;
    let bad = json!({ "login": "a b", "name": " ", "branch_id": Uuid::nil(), "role_ids": [] });
    let answer = admin.post("/api/v1/staff", bad).await;
    assert_eq!(
        answer.fields(),
        [
            "login:login_characters",
            "name:required",
            "branch_id:not_found",
            "role_ids:required"
        ]
    );
    let taken = json!({ "login": "Agent", "name": "甲", "branch_id": t.org.tianfu, "role_ids": [agent["id"]] });
    let answer = admin.post("/api/v1/staff", taken).await;
    answer.refused(409, "duplicate");
    assert_eq!(answer.fields(), ["login:taken"]);
    let elsewhere = json!({
        "login": "x.y", "name": "甲", "branch_id": t.org.jinjiang, "team_id": t.org.callers, "role_ids": [agent["id"]],
    });
    admin
        .post("/api/v1/staff", elsewhere)
        .await
        .refused(409, "team.team_elsewhere");
}

on_both!(a_stale_version_is_refused);
async fn a_stale_version_is_refused(t: TestApp) {
    let admin = t.as_role("administrator");
    let path = format!("/api/v1/staff/{}", t.staff("agent"));
    let mut input = input_of(&row(&t, "agent").await);
    input["name"] = json!("陈静");
    input["phone"] = json!("8012");
    let changed = admin.put(&path, &input).await.ok();
    assert_eq!(
        (&changed["name"], &changed["phone"]),
        (&json!("陈静"), &json!("8012"))
    );
    admin
        .put(&path, &input)
        .await
        .refused(409, "edited_elsewhere");
    input["version"] = Value::Null;
    assert_eq!(
        admin.put(&path, &input).await.fields(),
        ["version:required"]
    );
}

on_both!(who_is_deactivated_is_signed_out_at_once_and_their_tokens_die);
async fn who_is_deactivated_is_signed_out_at_once_and_their_tokens_die(t: TestApp) {
    let admin = t.as_role("administrator");
    let administrator = role(&t, "administrator").await;
    let mut input = input_of(&row(&t, "service_director").await);
    input["role_ids"] = json!([administrator["id"]]);
    let path = format!("/api/v1/staff/{}", t.staff("service_director"));
    let second = admin.put(&path, input).await.ok();
    let cookie = t.fresh_cookie(t.staff("service_director")).await;
    let made = t
        .as_role("service_director")
        .post(
            "/api/v1/tokens",
            json!({ "name": "BI", "scopes": ["customer.read"], "expires_in_days": 30 }),
        )
        .await
        .ok();
    let token = made["token"].as_str().unwrap();
    t.with_token(token).get("/api/v1/session").await.ok();

    let gone = admin
        .post(
            &format!("{path}/deactivate"),
            json!({ "version": second["version"] }),
        )
        .await
        .ok();
    assert_eq!(gone["active"], false);
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
    t.with_token(token)
        .get("/api/v1/session")
        .await
        .refused(401, "token.invalid");
    let back = admin
        .post(
            &format!("{path}/activate"),
            json!({ "version": gone["version"] }),
        )
        .await
        .ok();
    assert_eq!(back["active"], true);
    t.with_token(token)
        .get("/api/v1/session")
        .await
        .refused(401, "token.invalid");
    t.as_nobody()
        .cookie(&cookie)
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
}

on_both!(the_last_administrator_can_neither_go_nor_lose_the_role);
async fn the_last_administrator_can_neither_go_nor_lose_the_role(t: TestApp) {
    let admin = t.as_role("administrator");
    let me = row(&t, "administrator").await;
    let path = format!("/api/v1/staff/{}", t.staff("administrator"));
    let seen = json!({ "version": me["version"] });
    admin
        .post(&format!("{path}/deactivate"), &seen)
        .await
        .refused(409, "team.last_administrator");
    let mut input = input_of(&me);
    input["role_ids"] = json!([role(&t, "agent").await["id"]]);
    admin
        .put(&path, &input)
        .await
        .refused(409, "team.last_administrator");
    let mut other = input_of(&row(&t, "auditor").await);
    other["role_ids"] = json!([role(&t, "administrator").await["id"]]);
    admin
        .put(&format!("/api/v1/staff/{}", t.staff("auditor")), other)
        .await
        .ok();
    admin.put(&path, &input).await.ok();
}

on_both!(nobody_hands_out_rights_they_do_not_hold_nor_acts_on_who_holds_more);
async fn nobody_hands_out_rights_they_do_not_hold_nor_acts_on_who_holds_more(t: TestApp) {
    let manager = t.as_staff(a_manager(&t).await);
    let new = async |code: &str, branch: Uuid| {
        let role = role(&t, code).await;
        json!({ "login": format!("new.{code}"), "name": "新人", "branch_id": branch, "role_ids": [role["id"]] })
    };
    manager
        .post("/api/v1/staff", new("technician", t.org.tianfu).await)
        .await
        .ok();
    let more = manager
        .post("/api/v1/staff", new("agent", t.org.tianfu).await)
        .await;
    more.refused(403, "team.beyond_own_rights");
    assert_eq!(more.json()["params"]["permission"], "customer.reveal");
    let elsewhere = manager
        .post("/api/v1/staff", new("technician", t.org.jinjiang).await)
        .await;
    assert_eq!(elsewhere.fields(), ["branch_id:not_found"]);

    let mut myself = input_of(&row(&t, "clerk").await);
    myself["role_ids"] = json!([role(&t, "administrator").await["id"]]);
    let path = format!("/api/v1/staff/{}", t.staff("clerk"));
    manager
        .put(&path, myself)
        .await
        .refused(403, "team.beyond_own_rights");
    for login in ["administrator", "agent"] {
        let path = format!("/api/v1/staff/{}", t.staff(login));
        let reset = manager
            .post(&format!("{path}/reset-password"), json!({}))
            .await;
        reset.refused(403, "team.beyond_own_rights");
        let version = row(&t, login).await["version"].clone();
        let gone = manager
            .post(&format!("{path}/deactivate"), json!({ "version": version }))
            .await;
        gone.refused(403, "team.beyond_own_rights");
    }
    let far = format!("/api/v1/staff/{}/reset-password", t.staff("agent_jinjiang"));
    manager
        .post(&far, json!({}))
        .await
        .refused(404, "not_found");
}

on_both!(colleagues_to_choose_from_are_those_who_may_and_whom_one_may_see);
async fn colleagues_to_choose_from_are_those_who_may_and_whom_one_may_see(t: TestApp) {
    let names = async |who: &str, query: String| {
        let list = t
            .as_role(who)
            .get(&format!("/api/v1/staff-options?{query}"))
            .await
            .ok();
        let mut names: Vec<String> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        names("agent", "permission=slip.answer".into()).await,
        ["技师", "班组长", "系统管理员"]
    );
    assert_eq!(
        names("agent", "q=专员".into()).await,
        ["关怀专员二", "客户关怀专员"]
    );
    assert_eq!(
        names("administrator", "q=专员".into()).await,
        ["关怀专员二", "客户关怀专员", "锦江专员"]
    );
    assert_eq!(
        names("agent", format!("branch_id={}", t.org.jinjiang)).await,
        [""; 0]
    );
    let who = format!("branch_id={}&permission=followup.work", t.org.jinjiang);
    assert_eq!(
        names("administrator", who).await,
        ["服务总监", "系统管理员", "锦江专员"]
    );
}
