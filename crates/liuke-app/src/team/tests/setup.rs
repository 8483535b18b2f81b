//! First setup and invitations.

use jiff::SignedDuration;
use liuke_platform::db::{Engine, Sql as _};
use serde_json::{Value, json};

use crate::on_both;
use crate::team::setup_link;
use crate::testing::{PASSWORD, TestApp};

fn token_of(link: &str) -> String {
    link.split_once("token=").unwrap().1.to_owned()
}

fn input(token: &str) -> Value {
    json!({
        "token": token, "company": "安达汽车服务", "branch_name": "一号店",
        "login": "Wang.Fang", "name": "王芳", "password": PASSWORD,
    })
}

/// Before anybody is there.
async fn fresh(engine: Engine) -> Option<TestApp> {
    TestApp::empty(engine).await
}

liuke_platform::on_both!(the_printed_link_sets_the_product_up_once, super::fresh);
async fn the_printed_link_sets_the_product_up_once(t: TestApp) {
    let options = t.as_nobody().get("/api/v1/login-options").await.ok();
    assert_eq!(
        (&options["setup_needed"], &options["demo"]),
        (&json!(true), &json!(false))
    );
    let replaced = setup_link(&t.app).await.unwrap().unwrap();
    let link = setup_link(&t.app).await.unwrap().unwrap();
    assert!(
        link.starts_with("http://127.0.0.1:8080/setup?token="),
        "{link}"
    );
    let post = async |body: Value| t.as_nobody().post("/api/v1/setup", body).await;
    post(input("guessed")).await.refused(403, "setup.bad_token");
    post(input(&token_of(&replaced)))
        .await
        .refused(403, "setup.bad_token");
    let mut weak = input(&token_of(&link));
    weak["password"] = json!("wang.fang1");
    weak["company"] = json!("  ");
    assert_eq!(
        post(weak).await.fields(),
        ["company:required", "password:password.common"]
    );

    let done = post(input(&token_of(&link))).await;
    let view = done.ok();
    assert_eq!(view["staff"]["login"], "wang.fang");
    assert_eq!(view["staff"]["branch_name"], "一号店");
    assert_eq!(view["roles"], json!(["administrator"]));
    assert_eq!(view["company"], "安达汽车服务");
    let branches = t
        .as_nobody()
        .cookie(&done.cookie())
        .get("/api/v1/branches")
        .await
        .ok();
    let kinds: Vec<_> = branches
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (&b["name"], &b["kind"]))
        .collect();
    assert_eq!(
        kinds,
        [
            (&json!("一号店"), &json!("branch")),
            (&json!("安达汽车服务"), &json!("company"))
        ]
    );

    post(input(&token_of(&link)))
        .await
        .refused(409, "setup.done");
    assert_eq!(setup_link(&t.app).await.unwrap(), None);
    let options = t.as_nobody().get("/api/v1/login-options").await.ok();
    assert_eq!(
        (&options["setup_needed"], &options["company"]),
        (&json!(false), &json!("安达汽车服务"))
    );
    assert_eq!(options["demo_logins"], json!([]));
}

liuke_platform::on_both!(the_link_of_the_setup_is_not_kept_in_clear, super::fresh);
async fn the_link_of_the_setup_is_not_kept_in_clear(t: TestApp) {
    let token = token_of(&setup_link(&t.app).await.unwrap().unwrap());
    let kept: Vec<KeptRow> = t
        .db()
        .all("SELECT value FROM setting", vec![])
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].value.contains(&token));
}

#[derive(liuke_platform::FromQueryResult)]
struct KeptRow {
    value: String,
}

on_both!(somebody_new_chooses_a_password_by_a_link_that_is_good_for_72_hours_and_once);
async fn somebody_new_chooses_a_password_by_a_link_that_is_good_for_72_hours_and_once(t: TestApp) {
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let agent = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "agent")
        .unwrap()["id"]
        .clone();
    let new = json!({ "login": "li.na", "name": "李娜", "branch_id": t.org.jinjiang, "role_ids": [agent] });
    let made = admin.post("/api/v1/staff", &new).await.ok();
    assert_eq!(made["staff"]["has_password"], false);
    assert_eq!(made["expires_at"], t.now_ms() + 72 * 3_600_000);
    let token = token_of(made["link"].as_str().unwrap());

    let seen = t
        .as_nobody()
        .get(&format!("/api/v1/invites/{token}"))
        .await
        .ok();
    assert_eq!(
        (&seen["login"], &seen["name"]),
        (&json!("li.na"), &json!("李娜"))
    );
    t.as_nobody()
        .get("/api/v1/invites/guessed")
        .await
        .refused(404, "invite.invalid");
    let accept = async |password: &str| {
        t.as_nobody()
            .post(
                "/api/v1/invites/accept",
                json!({ "token": token, "password": password }),
            )
            .await
    };
    assert_eq!(
        accept("1234567890").await.fields(),
        ["password:password.common"]
    );
    let entered = accept(PASSWORD).await;
    assert_eq!(entered.ok()["staff"]["name"], "李娜");
    t.as_nobody()
        .cookie(&entered.cookie())
        .get("/api/v1/session")
        .await
        .ok();
    accept(PASSWORD).await.refused(404, "invite.invalid");
    t.as_nobody()
        .post(
            "/api/v1/login",
            json!({ "login": "li.na", "password": PASSWORD }),
        )
        .await
        .ok();

    let id = made["staff"]["id"].as_str().unwrap();
    let again = admin
        .post(&format!("/api/v1/staff/{id}/reset-password"), json!({}))
        .await
        .ok();
    t.as_nobody()
        .cookie(&entered.cookie())
        .get("/api/v1/session")
        .await
        .refused(401, "unauthenticated");
    let old = json!({ "login": "li.na", "password": PASSWORD });
    t.as_nobody()
        .post("/api/v1/login", old)
        .await
        .refused(401, "login.refused");
    t.advance(SignedDuration::from_hours(72));
    let token = token_of(again["link"].as_str().unwrap());
    t.as_nobody()
        .get(&format!("/api/v1/invites/{token}"))
        .await
        .refused(410, "invite.expired");
    let late = json!({ "token": token, "password": PASSWORD });
    t.as_nobody()
        .post("/api/v1/invites/accept", late)
        .await
        .refused(410, "invite.expired");
}
