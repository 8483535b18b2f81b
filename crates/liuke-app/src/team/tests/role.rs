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
