//! What other capabilities ask.

use serde_json::json;

use crate::on_both;
use crate::team::{self, founding};
use crate::testing::TestApp;
use liuke_platform::ctx::Actor;

on_both!(candidates_are_those_who_have_the_right_and_see_the_branch);
async fn candidates_are_those_who_have_the_right_and_see_the_branch(t: TestApp) {
    let ctx = t.app.ctx(Actor::system());
    let tx = t.db().begin().await.unwrap();
    let hire = async |login, branch_id, role: &str| {
        let roles = [role];
        let new = founding::NewStaff {
            login,
            name: login,
            branch_id,
            team_id: None,
            roles: &roles,
            password_hash: None,
        };
        founding::staff(&tx, &ctx, &new).await.unwrap()
    };
    hire("region.agent", t.org.region, "agent").await;
    hire("region.technician", t.org.region, "technician").await;
    tx.commit().await.unwrap();
    let names = async |branch, permission| {
        let found = team::candidates(t.db(), branch, permission).await.unwrap();
        let mut names: Vec<String> = found.into_iter().map(|c| c.name).collect();
        names.sort();
        names
    };
    assert_eq!(
        names(t.org.jinjiang, "followup.work").await,
        ["region.agent", "服务总监", "系统管理员", "锦江专员"]
    );
    assert_eq!(names(t.org.jinjiang, "slip.answer").await, ["系统管理员"]);
    assert_eq!(
        names(t.org.tianfu, "slip.answer").await,
        ["技师", "班组长", "系统管理员"]
    );
    assert_eq!(
        names(t.org.region, "slip.answer").await,
        ["region.technician", "系统管理员"]
    );
}

on_both!(the_business_day_is_that_of_the_branch);
async fn the_business_day_is_that_of_the_branch(t: TestApp) {
    let admin = t.as_role("administrator");
    let branches = admin.get("/api/v1/branches").await.ok();
    let mut far = branches
        .as_array()
        .unwrap()
        .iter()
        .find(|b| b["code"] == "JJ")
        .unwrap()
        .clone();
    far["zone"] = json!("America/Los_Angeles");
    let (id, object) = (far["id"].clone(), far.as_object_mut().unwrap());
    object.remove("id");
    object.remove("staff_count");
    admin
        .put(&format!("/api/v1/branches/{}", id.as_str().unwrap()), &far)
        .await
        .ok();
    let day = async |branch| {
        team::business_day(t.db(), branch, t.now_ms())
            .await
            .unwrap()
            .to_string()
    };
    assert_eq!(day(t.org.tianfu).await, "2026-11-21");
    assert_eq!(day(t.org.jinjiang).await, "2026-11-20");
}

on_both!(names_are_found_for_whoever_is_asked_for);
async fn names_are_found_for_whoever_is_asked_for(t: TestApp) {
    let (a, b) = (t.staff("agent"), t.staff("agent_jinjiang"));
    let names = team::staff_names(t.db(), &[a, b, a, uuid::Uuid::nil()])
        .await
        .unwrap();
    assert_eq!(names.len(), 2);
    assert_eq!(names[&b], "锦江专员");
    assert!(team::staff_names(t.db(), &[]).await.unwrap().is_empty());
}

on_both!(a_reach_of_branch_goes_down_the_tree_and_of_team_to_the_teams_one_leads);
async fn a_reach_of_branch_goes_down_the_tree_and_of_team_to_the_teams_one_leads(t: TestApp) {
    use liuke_platform::identity::{Authenticate as _, ScopeKind};
    let people = team::People;
    let of = async |login: &str| {
        people
            .by_staff(&t.app.base, t.staff(login))
            .await
            .unwrap()
            .unwrap()
    };
    let agent = of("agent").await;
    assert_eq!(
        (agent.scope.kind, &agent.scope.branch_ids),
        (ScopeKind::Branch, &vec![t.org.tianfu])
    );
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let mut leader = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "team_leader")
        .unwrap()
        .clone();
    leader["scope"] = json!("team");
    let (id, object) = (leader["id"].clone(), leader.as_object_mut().unwrap());
    for gone in ["id", "builtin", "staff_count"] {
        object.remove(gone);
    }
    admin
        .put(&format!("/api/v1/roles/{}", id.as_str().unwrap()), &leader)
        .await
        .ok();
    let leader = of("team_leader").await;
    let mut seen = leader.scope.team_staff.clone();
    seen.sort();
    let mut expected = ["agent", "agent2", "team_leader", "technician"]
        .map(|l| t.staff(l))
        .to_vec();
    expected.sort();
    assert_eq!((leader.scope.kind, seen), (ScopeKind::Team, expected));
}
