//! How far somebody sees, across all slices (数据范围): the team's own and not the next team's; a token no more than its
//! maker; a file no more than the screen.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;

use calamine::{Reader as _, Xlsx};
use liuke_platform::args;
use liuke_platform::ctx::{Actor, Via};
use liuke_platform::db::Sql as _;
use liuke_platform::identity::Authenticate as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::customer::Scores;
use crate::on_both;
use crate::team::People;
use crate::team::founding::{self, NewStaff};
use crate::testing::{Answer, Client, TestApp};

on_both!(
    a_leader_sees_the_own_teams_and_nothing_of_the_next_teams,
    a_token_sees_what_its_maker_sees_at_that_moment,
    a_token_does_what_its_scopes_name_and_its_maker_may,
    a_file_holds_only_the_branch_of_whoever_takes_it,
);

/// Somebody new, to be called by log-in name.
async fn hire(t: &mut TestApp, login: &str, branch_id: Uuid, team_id: Option<Uuid>, role: &str) {
    let tx = t.db().begin().await.unwrap();
    let new = NewStaff {
        login,
        name: login,
        branch_id,
        team_id,
        roles: &[role],
        password_hash: None,
    };
    let made = founding::staff(&tx, &t.ctx(), &new).await.unwrap();
    tx.commit().await.unwrap();
    t.org.staff.insert(login.to_owned(), made);
}

/// Changes how far a role sees, and gives it more rights.
async fn reshape(t: &TestApp, role: &str, scope: &str, more: &[&str]) {
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE role SET scope = $2 WHERE code = $1",
        args![role, scope],
    )
    .await
    .unwrap();
    for right in more {
        tx.run(
            "INSERT INTO role_permission (role_id, permission) SELECT id, $2 FROM role WHERE code = $1
             ON CONFLICT DO NOTHING",
            args![role, *right],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

/// A customer, and somebody of the staff who looks after it: with a task and a slip of theirs.
struct Case {
    customer: Uuid,
    name: &'static str,
    task: Value,
    slip: Uuid,
    slip_number: String,
}

/// Enters a customer whom this person owns, hands them a task about it, and has them raise a slip that `responsible` answers.
async fn a_case(
    t: &TestApp,
    name: &'static str,
    branch_id: Uuid,
    owner: &str,
    responsible: &str,
) -> Case {
    let admin = t.as_role("administrator");
    let customer = json!({
        "name": name, "kind": "person", "stage": "known", "branch_id": branch_id, "do_not_call": false,
        "keep_address": false, "keep_birthday": false, "tags": [], "consents": [], "emails": [], "phones": [],
        "owner_id": t.staff(owner),
    });
    let customer = admin.post("/api/v1/customers", customer).await.ok();
    let customer: Uuid = customer["row"]["id"].as_str().unwrap().parse().unwrap();
    let task = json!({
        "customer_id": customer, "kind": "care", "channel": "phone", "purpose": "问候",
        "due_at": t.now_ms() + 3_600_000, "assignee_id": t.staff(owner),
    });
    let task = admin.post("/api/v1/tasks", task).await.ok();

    let me = t.staff(owner);
    let ctx = t.app.ctx(Actor::person(me, owner, Via::Ui));
    let who = People.by_staff(&t.app.base, me).await.unwrap().unwrap();
    let slip: Uuid = ctx.new_id();
    let raised = crate::slip::Raise {
        id: slip,
        customer_id: customer,
        branch_id,
        task_id: None,
        asset_id: None,
        service_record_id: None,
        problem: "变速箱异响",
        verbatim: None,
        scores: &Scores {
            result: Some(1),
            ..Scores::default()
        },
        responsible_id: Some(t.staff(responsible)),
    };
    let tx = t.db().begin().await.unwrap();
    crate::slip::raise(&tx, &ctx, &who, raised).await.unwrap();
    tx.commit().await.unwrap();
    let seen = admin.get(&format!("/api/v1/slips/{slip}")).await.ok();
    Case {
        customer,
        name,
        task,
        slip,
        slip_number: seen["row"]["number"].as_str().unwrap().to_owned(),
    }
}

/// One field of every row of a list.
async fn column(client: &Client<'_>, path: &str, key: &str) -> BTreeSet<String> {
    let list = client.get(&format!("/api/v1/{path}")).await.ok();
    let rows = match &list {
        Value::Array(rows) => rows,
        page => page["items"].as_array().unwrap(),
    };
    rows.iter()
        .map(|row| row[key].as_str().unwrap().to_owned())
        .collect()
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

/// The names of customers in a file.
fn names_in_csv(answer: &Answer) -> BTreeSet<String> {
    assert_eq!(answer.status(), 200, "{}", answer.text());
    let mut reader = csv::Reader::from_reader(&answer.bytes()[3..]);
    reader.records().map(|r| r.unwrap()[1].to_owned()).collect()
}

/// Every text and number of a workbook's cells.
fn cells(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status(), 200, "{}", answer.text());
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(answer.bytes().to_vec())).unwrap();
    let sheets = book.worksheets();
    sheets
        .iter()
        .flat_map(|(_, sheet)| sheet.cells())
        .map(|(_, _, cell)| cell.to_string())
        .collect()
}

/// Two teams in 天府店, each with a leader who sees the team: 回访组 of `team_leader` with `agent`, and 二组 of `leader2`
/// with `agent3`.
async fn two_teams(t: &mut TestApp) -> (Case, Case) {
    reshape(t, "team_leader", "team", &["customer.export"]).await;
    let tianfu = t.org.tianfu;
    let tx = t.db().begin().await.unwrap();
    let second = founding::team(&tx, &t.ctx(), tianfu, "二组").await.unwrap();
    tx.commit().await.unwrap();
    hire(t, "leader2", tianfu, Some(second), "team_leader").await;
    hire(t, "agent3", tianfu, Some(second), "agent").await;
    let tx = t.db().begin().await.unwrap();
    founding::lead(&tx, second, t.staff("leader2"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (
        a_case(t, "王建国", tianfu, "agent", "technician").await,
        a_case(t, "李秀兰", tianfu, "agent3", "leader2").await,
    )
}

async fn a_leader_sees_the_own_teams_and_nothing_of_the_next_teams(mut t: TestApp) {
    let (first, second) = two_teams(&mut t).await;
    let number = |case: &Case| case.task["number"].as_str().unwrap().to_owned();
    for (leader, own, other) in [
        ("team_leader", &first, &second),
        ("leader2", &second, &first),
    ] {
        let client = t.as_role(leader);
        let only = set([own.name]);
        for list in [
            "customers".to_owned(),
            "customers?sort=name".to_owned(),
            "search?q=wjg".to_owned(),
            "search?q=lxl".to_owned(),
        ] {
            let found = column(&client, &list, "name").await;
            let wanted = match list.as_str() {
                "search?q=wjg" if own.name != "王建国" => BTreeSet::new(),
                "search?q=lxl" if own.name != "李秀兰" => BTreeSet::new(),
                _ => only.clone(),
            };
            assert_eq!(found, wanted, "{leader} {list}");
        }
        for list in ["tasks", "today?who=all", "today?who=team", "slips"] {
            let found = column(&client, list, "customer_name").await;
            assert_eq!(found, only, "{leader} {list}");
        }
        for (case, wanted) in [(own, 1), (other, 0)] {
            for list in [
                format!("tasks?customer_id={}", case.customer),
                format!("today?who=all&q={}", number(case)),
                format!("slips?customer_id={}", case.customer),
                format!("slips?q={}", case.slip_number),
            ] {
                let found = column(&client, &list, "number").await.len();
                assert_eq!(found, wanted, "{leader} {list}");
            }
            for path in [
                format!("customers/{}", case.customer),
                format!("customers/{}/timeline", case.customer),
                format!("customers/{}/followup", case.customer),
                format!("tasks/{}", case.task["id"].as_str().unwrap()),
                format!("slips/{}", case.slip),
                format!("slips/{}/paper", case.slip),
            ] {
                let answer = client.get(&format!("/api/v1/{path}")).await;
                let wanted = if wanted == 1 { 200 } else { 404 };
                assert_eq!(answer.status(), wanted, "{leader} {path}");
            }
        }
        let count = client.get("/api/v1/customers/count").await.ok();
        assert_eq!(count["count"], 1, "{leader}");
        let summary = client.get("/api/v1/today/summary?who=all").await.ok();
        assert_eq!(
            (&summary["open"], &summary["due_today"]),
            (&json!(1), &json!(1))
        );
        let rates = "from=2026-11-01&to=2026-11-30";
        for figure in ["due", "slips_open"] {
            let path = format!("rates/rows?figure={figure}&{rates}");
            let found = column(&client, &path, "customer_name").await;
            assert_eq!(found, only, "{leader} {figure}");
        }
        let csv = client.get("/api/v1/customers/export?format=csv").await;
        assert_eq!(names_in_csv(&csv), only, "{leader}");
        let book = cells(&client.get("/api/v1/customers/export").await);
        assert!(book.iter().any(|cell| cell == own.name), "{leader}");
        assert!(!book.iter().any(|cell| cell == other.name), "{leader}");
        // What the other team has cannot be worked on either.
        let claim = format!("/api/v1/tasks/{}/claim", other.task["id"].as_str().unwrap());
        client
            .post(&claim, json!({ "version": other.task["version"] }))
            .await
            .refused(404, "not_found");
    }
    // A task that nobody has is seen by both, or nobody could take it.
    let version = first.task["version"].clone();
    let free = json!({ "staff_id": null, "version": version });
    let path = format!(
        "/api/v1/tasks/{}/assign",
        first.task["id"].as_str().unwrap()
    );
    t.as_role("administrator").post(&path, free).await.ok();
    for leader in ["team_leader", "leader2"] {
        let free = column(&t.as_role(leader), "today?who=unassigned", "customer_name").await;
        assert_eq!(free, set([first.name]), "{leader}");
    }
}

/// A token of this person with these scopes.
async fn a_token(t: &TestApp, login: &str, scopes: &[&str]) -> String {
    let new = json!({ "name": "数据仓库", "scopes": scopes, "expires_in_days": 30 });
    let made = t.as_role(login).post("/api/v1/tokens", new).await.ok();
    made["token"].as_str().unwrap().to_owned()
}

async fn a_token_sees_what_its_maker_sees_at_that_moment(mut t: TestApp) {
    let (first, second) = two_teams(&mut t).await;
    let jinjiang = t.org.jinjiang;
    let far = a_case(&t, "赵远山", jinjiang, "agent_jinjiang", "administrator").await;
    let rights = ["token.manage", "customer.export"];
    reshape(&t, "team_leader", "team", &rights).await;
    let scopes = [
        "customer.read",
        "customer.export",
        "followup.read",
        "slip.read",
    ];
    let token = a_token(&t, "leader2", &scopes).await;
    let program = t.with_token(&token);
    for (scope, wanted) in [
        ("own", set([])),
        ("team", set([second.name])),
        ("branch", set([first.name, second.name])),
        ("all", set([first.name, second.name, far.name])),
    ] {
        // The token was made before: what counts is what its maker sees now.
        reshape(&t, "team_leader", scope, &[]).await;
        assert_eq!(
            column(&program, "customers", "name").await,
            wanted,
            "{scope}"
        );
        for (list, key) in [
            ("customers", "name"),
            ("search?q=赵", "name"),
            ("tasks", "customer_name"),
            ("today?who=all", "customer_name"),
            ("slips", "customer_name"),
        ] {
            assert_eq!(
                column(&program, list, key).await,
                column(&t.as_role("leader2"), list, key).await,
                "{scope} {list}"
            );
        }
        let count = program.get("/api/v1/customers/count").await.ok();
        assert_eq!(count["count"], wanted.len(), "{scope}");
        let csv = program.get("/api/v1/customers/export?format=csv").await;
        assert_eq!(names_in_csv(&csv), wanted, "{scope}");
        for case in [&first, &second, &far] {
            for path in [
                format!("/api/v1/customers/{}", case.customer),
                format!("/api/v1/tasks/{}", case.task["id"].as_str().unwrap()),
                format!("/api/v1/slips/{}", case.slip),
            ] {
                assert_eq!(
                    program.get(&path).await.status(),
                    t.as_role("leader2").get(&path).await.status(),
                    "{scope} {} {path}",
                    case.name
                );
            }
        }
    }
}

async fn a_token_does_what_its_scopes_name_and_its_maker_may(mut t: TestApp) {
    let (first, _) = two_teams(&mut t).await;
    reshape(&t, "team_leader", "team", &["token.manage"]).await;
    // More than the maker may is not to be had.
    let more = json!({ "name": "x", "scopes": ["customer.read", "customer.delete"], "expires_in_days": 30 });
    t.as_role("team_leader")
        .post("/api/v1/tokens", more)
        .await
        .refused(403, "team.beyond_own_rights");
    let token = a_token(&t, "team_leader", &["customer.read"]).await;
    let program = t.with_token(&token);
    let session = program.get("/api/v1/session").await.ok();
    assert_eq!(session["permissions"], json!(["customer.read"]));
    let card = format!("/api/v1/customers/{}", first.customer);
    program.get(&card).await.ok();
    // The maker may all of this, the token none of it.
    for path in [
        "tasks",
        "slips",
        "rates?from=2026-11-01&to=2026-11-30",
        "staff",
    ] {
        let path = format!("/api/v1/{path}");
        t.as_role("team_leader").get(&path).await.ok();
        program.get(&path).await.refused(403, "forbidden");
    }
    program
        .get("/api/v1/customers/export")
        .await
        .refused(403, "forbidden");
    program
        .post(&format!("{card}/notes"), json!({ "text": "x" }))
        .await
        .refused(403, "forbidden");
    program
        .post(&format!("{card}/reveal"), json!({ "field": "phone" }))
        .await
        .refused(403, "forbidden");
    // What the maker loses, the token has lost.
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "DELETE FROM role_permission WHERE permission = 'customer.read'
         AND role_id IN (SELECT id FROM role WHERE code = 'team_leader')",
        args![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    program.get(&card).await.refused(403, "forbidden");
    let session = program.get("/api/v1/session").await.ok();
    assert_eq!(session["permissions"], json!([]));
}

async fn a_file_holds_only_the_branch_of_whoever_takes_it(mut t: TestApp) {
    let rights = ["customer.export", "report.export"];
    reshape(&t, "agent", "branch", &rights).await;
    let (tianfu, jinjiang, region) = (t.org.tianfu, t.org.jinjiang, t.org.region);
    hire(&mut t, "regional", region, None, "agent").await;
    let near = a_case(&t, "王建国", tianfu, "agent", "technician").await;
    let far = a_case(&t, "赵远山", jinjiang, "agent_jinjiang", "administrator").await;
    for (login, wanted, branches) in [
        ("agent", set([near.name]), set(["天府店"])),
        ("agent_jinjiang", set([far.name]), set(["锦江店"])),
        (
            "regional",
            set([near.name, far.name]),
            set(["天府店", "锦江店"]),
        ),
    ] {
        let client = t.as_role(login);
        for query in ["", "&sort=name", "&stage=known&kind=person"] {
            let path = format!("/api/v1/customers/export?format=csv{query}");
            let csv = client.get(&path).await;
            assert_eq!(names_in_csv(&csv), wanted, "{login} {query}");
        }
        // Asking for a branch by name widens nothing.
        for (branch, case) in [(tianfu, &near), (jinjiang, &far)] {
            let path = format!("/api/v1/customers/export?format=csv&branch_id={branch}");
            let mut there = wanted.clone();
            there.retain(|name| name == case.name);
            assert_eq!(names_in_csv(&client.get(&path).await), there, "{login}");
        }
        let rates = "/api/v1/rates/export?from=2026-11-01&to=2026-11-30&by=branch";
        for path in ["/api/v1/customers/export", rates] {
            let book = cells(&client.get(path).await);
            for branch in ["天府店", "锦江店"] {
                let there = book.iter().any(|cell| cell == branch);
                assert_eq!(there, branches.contains(branch), "{login} {path} {branch}");
            }
        }
    }
}
