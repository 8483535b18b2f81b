//! Branches and teams.

use serde_json::{Value, json};

use crate::on_both;
use crate::testing::TestApp;

async fn branch(t: &TestApp, code: &str) -> Value {
    let all = t.as_role("agent").get("/api/v1/branches").await.ok();
    all.as_array()
        .unwrap()
        .iter()
        .find(|b| b["code"] == code)
        .unwrap()
        .clone()
}

fn input_of(view: &Value) -> Value {
    let mut input = view.clone();
    let object = input.as_object_mut().unwrap();
    for gone in ["id", "staff_count", "branch_name", "leader_name"] {
        object.remove(gone);
    }
    input
}

fn path(view: &Value) -> String {
    format!("/api/v1/branches/{}", view["id"].as_str().unwrap())
}

on_both!(a_branch_is_opened_below_a_region_and_closed_when_nobody_works_there);
async fn a_branch_is_opened_below_a_region_and_closed_when_nobody_works_there(t: TestApp) {
    let admin = t.as_role("administrator");
    let new = json!({
        "parent_id": t.org.region, "code": "WH", "name": "武侯店", "kind": "branch", "zone": "Asia/Shanghai", "active": true,
    });
    let opened = admin.post("/api/v1/branches", &new).await.ok();
    assert_eq!(opened["staff_count"], 0);
    let again = admin.post("/api/v1/branches", &new).await;
    again.refused(409, "duplicate");
    assert_eq!(again.fields(), ["code:taken"]);
    let close = |view: &Value| {
        let mut input = input_of(view);
        input["active"] = json!(false);
        input
    };
    admin.put(&path(&opened), close(&opened)).await.ok();
    let full = branch(&t, "TF").await;
    admin
        .put(&path(&full), close(&full))
        .await
        .refused(409, "team.branch_not_empty");
    let region = branch(&t, "XN").await;
    admin
        .put(&path(&region), close(&region))
        .await
        .refused(409, "team.branch_has_branches");
}

on_both!(the_tree_has_one_root_and_no_circle);
async fn the_tree_has_one_root_and_no_circle(t: TestApp) {
    let admin = t.as_role("administrator");
    let north = json!({
        "parent_id": t.org.region, "code": "N", "name": "北区", "kind": "region", "zone": "Asia/Shanghai", "active": true,
    });
    let north = admin.post("/api/v1/branches", north).await.ok();
    let mut region = input_of(&branch(&t, "XN").await);
    region["parent_id"] = north["id"].clone();
    let at = format!("/api/v1/branches/{}", t.org.region);
    admin
        .put(&at, region)
        .await
        .refused(409, "team.branch_cycle");
    let second = json!({
        "parent_id": null, "code": "B", "name": "另一家", "kind": "company", "zone": "Asia/Shanghai", "active": true,
    });
    admin
        .post("/api/v1/branches", second)
        .await
        .refused(409, "team.branch_place");
    let below_shop = json!({
        "parent_id": t.org.tianfu, "code": "B", "name": "分店", "kind": "branch", "zone": "Mars/One", "active": true,
    });
    let answer = admin.post("/api/v1/branches", &below_shop).await;
    assert_eq!(answer.fields(), ["zone:unknown_zone"]);
}

on_both!(a_team_is_formed_led_renamed_and_dissolved_when_empty);
async fn a_team_is_formed_led_renamed_and_dissolved_when_empty(t: TestApp) {
    let admin = t.as_role("administrator");
    let new =
        json!({ "branch_id": t.org.tianfu, "name": "接待组", "leader_id": t.staff("agent2") });
    let made = admin.post("/api/v1/teams", &new).await.ok();
    assert_eq!(
        (&made["leader_name"], &made["staff_count"]),
        (&json!("关怀专员二"), &json!(0))
    );
    let again = admin.post("/api/v1/teams", &new).await;
    again.refused(409, "duplicate");
    let mut input = input_of(&made);
    input["name"] = json!("前台组");
    input["leader_id"] = Value::Null;
    let at = format!("/api/v1/teams/{}", made["id"].as_str().unwrap());
    let renamed = admin.put(&at, input).await.ok();
    assert_eq!(
        (&renamed["name"], &renamed["leader_id"]),
        (&json!("前台组"), &Value::Null)
    );
    admin
        .delete(&format!("{at}?version=1"))
        .await
        .refused(409, "edited_elsewhere");
    assert_eq!(admin.delete(&format!("{at}?version=2")).await.status(), 204);
    let teams = admin.get("/api/v1/teams").await.ok();
    let callers = teams
        .as_array()
        .unwrap()
        .iter()
        .find(|x| x["name"] == "回访组")
        .unwrap();
    assert_eq!(callers["staff_count"], 3);
    let at = format!(
        "/api/v1/teams/{}?version={}",
        t.org.callers, callers["version"]
    );
    admin.delete(&at).await.refused(409, "team.team_not_empty");
}
