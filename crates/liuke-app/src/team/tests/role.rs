//! Roles.

use serde_json::{Value, json};

use crate::on_both;
use crate::permission::{ALL, BUILTIN_ROLES};
use crate::team;
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

fn input_of(view: &Value) -> Value {
    let mut input = view.clone();
    let object = input.as_object_mut().unwrap();
    for gone in ["id", "builtin", "staff_count"] {
        object.remove(gone);
    }
    input
}

fn path(view: &Value) -> String {
    format!("/api/v1/roles/{}", view["id"].as_str().unwrap())
}

on_both!(the_builtin_roles_are_there_and_what_the_house_made_of_them_stays);
async fn the_builtin_roles_are_there_and_what_the_house_made_of_them_stays(t: TestApp) {
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let codes: Vec<&str> = roles
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        BUILTIN_ROLES.iter().map(|r| r.code).collect::<Vec<_>>()
    );
    assert_eq!(role(&t, "administrator").await["permissions"], json!(ALL));
    let mut agent = input_of(&role(&t, "agent").await);
    agent["permissions"] = json!(["customer.read"]);
    agent["code"] = json!("renamed");
    let changed = admin.put(&path(&role(&t, "agent").await), agent).await.ok();
    assert_eq!(
        (&changed["code"], &changed["permissions"]),
        (&json!("agent"), &json!(["customer.read"]))
    );
    let seen = t.as_role("agent").get("/api/v1/session").await.ok();
    assert_eq!(seen["permissions"], json!(["customer.read"]));
    team::seed(&t.app.base).await.unwrap();
    assert_eq!(
        role(&t, "agent").await["permissions"],
        json!(["customer.read"])
    );
}

on_both!(the_administrators_role_is_fixed_and_builtin_ones_stay);
async fn the_administrators_role_is_fixed_and_builtin_ones_stay(t: TestApp) {
    let admin = t.as_role("administrator");
    let fixed = role(&t, "administrator").await;
    admin
        .put(&path(&fixed), input_of(&fixed))
        .await
        .refused(409, "team.role_fixed");
    let agent = role(&t, "agent").await;
    let at = format!("{}?version={}", path(&agent), agent["version"]);
    admin.delete(&at).await.refused(409, "team.role_builtin");
}

on_both!(a_role_of_the_house_is_made_given_and_deleted_when_nobody_has_it);
async fn a_role_of_the_house_is_made_given_and_deleted_when_nobody_has_it(t: TestApp) {
    let admin = t.as_role("administrator");
    let new = json!({ "code": "Reception", "name": "前台", "scope": "branch", "permissions": ["slip.read", "customer.read"] });
    let made = admin.post("/api/v1/roles", &new).await.ok();
    assert_eq!(
        (&made["code"], &made["builtin"]),
        (&json!("reception"), &json!(false))
    );
    assert_eq!(made["permissions"], json!(["customer.read", "slip.read"]));
    admin
        .post("/api/v1/roles", &new)
        .await
        .refused(409, "duplicate");
    let wrong = json!({ "code": "a b", "name": "x", "scope": "branch", "permissions": ["customer.read", "no.such"] });
    let answer = admin.post("/api/v1/roles", wrong).await;
    assert_eq!(
        answer.fields(),
        ["code:code_characters", "permissions[1]:unknown_value"]
    );

    let clerk = admin
        .get(&format!("/api/v1/staff/{}", t.staff("clerk")))
        .await
        .ok();
    let give = json!({
        "login": "clerk", "name": "前台小张", "branch_id": t.org.tianfu, "role_ids": [made["id"]], "version": clerk["version"],
    });
    admin
        .put(&format!("/api/v1/staff/{}", t.staff("clerk")), give)
        .await
        .ok();
    let at = format!("{}?version={}", path(&made), made["version"]);
    admin.delete(&at).await.refused(409, "team.role_in_use");
    let back = admin
        .get(&format!("/api/v1/staff/{}", t.staff("clerk")))
        .await
        .ok();
    let take = json!({
        "login": "clerk", "name": "信息员", "branch_id": t.org.tianfu, "role_ids": [role(&t, "clerk").await["id"]],
        "version": back["version"],
    });
    admin
        .put(&format!("/api/v1/staff/{}", t.staff("clerk")), take)
        .await
        .ok();
    assert_eq!(admin.delete(&at).await.status(), 204);
}

on_both!(all_rights_are_listed);
async fn all_rights_are_listed(t: TestApp) {
    assert_eq!(
        t.as_role("auditor").get("/api/v1/permissions").await.ok(),
        json!(ALL)
    );
}

on_both!(a_reader_of_the_trail_with_a_branch_sees_what_its_people_did);
async fn a_reader_of_the_trail_with_a_branch_sees_what_its_people_did(t: TestApp) {
    for login in ["agent", "agent_jinjiang"] {
        let session = t.as_role(login);
        let seen = session.get("/api/v1/session").await.ok();
        let body = json!({
            "name": "王建国", "kind": "person", "stage": "known", "branch_id": seen["staff"]["branch_id"], "phones": [], "emails": [],
            "tags": [], "consents": [], "keep_address": false, "keep_birthday": false, "do_not_call": false
        });
        session.post("/api/v1/customers", body).await.ok();
    }
    let actors = async || {
        let page = t
            .as_role("auditor")
            .get("/api/v1/audit?action=customer.create")
            .await
            .ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["actor_id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(actors().await.len(), 2, "the builtin auditor sees all");
    let mut auditor = input_of(&role(&t, "auditor").await);
    auditor["scope"] = json!("branch");
    let at = path(&role(&t, "auditor").await);
    t.as_role("administrator").put(&at, auditor).await.ok();
    assert_eq!(actors().await, [json!(t.staff("agent"))]);
}

on_both!(a_wider_scope_never_hides_a_customer);
async fn a_wider_scope_never_hides_a_customer(t: TestApp) {
    let agent = t.as_role("agent");
    let body = json!({
        "name": "刘敏", "kind": "person", "stage": "known", "branch_id": t.org.tianfu, "phones": [], "emails": [], "tags": [],
        "consents": [], "keep_address": false, "keep_birthday": false, "do_not_call": false
    });
    let made = agent.post("/api/v1/customers", body).await.ok();
    let served = json!({
        "customer_id": made["row"]["id"], "branch_id": t.org.tianfu, "opened_at": t.now_ms(), "revenue_fen": 0,
        "technician_id": t.staff("technician")
    });
    agent.post("/api/v1/service-records", served).await.ok();
    for scope in ["own", "team", "branch", "all"] {
        let mut technician = input_of(&role(&t, "technician").await);
        technician["scope"] = json!(scope);
        let at = path(&role(&t, "technician").await);
        t.as_role("administrator").put(&at, technician).await.ok();
        let seen = t.as_role("technician").get("/api/v1/customers").await.ok();
        assert_eq!(seen["items"][0]["name"], "刘敏", "{scope}");
    }
}
