//! What no review has to look for: rights of every route, order of the slices, schemas, jobs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::Method;
use liuke_platform::Engine;
use liuke_platform::migrate::{catalogue, rules};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::migrations::MIGRATIONS;
use crate::on_both;
use crate::permission::{ALL, BUILTIN_ROLES};
use crate::testing::TestApp;

/// Routes that anybody may call. To be lengthened only with a reason.
const PUBLIC: &[&str] = &[
    "login_options", // what the log-in page shows
    "login",
    "setup",  // guarded by the printed link
    "invite", // guarded by the link handed over
    "accept_invite",
];

/// Routes that need a session but no right. To be lengthened only with a reason.
const ANY: &[&str] = &[
    "logout",
    "session",
    "change_password", // one's own
    "events",          // ids only
    "staff_options",   // names of colleagues in one's own scope
    "list_branches",   // names of branches
    "list_teams",      // names of teams
    "list_tags",       // words, no persons
];

pub(crate) struct Route {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) permission: String,
    pub(crate) multipart: bool,
}

/// Every route of the description.
pub(crate) fn routes() -> Vec<Route> {
    let api = crate::openapi();
    let mut routes = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let said = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
            let text = said("summary") + " " + &said("description");
            let permission = text
                .split("permission:")
                .nth(1)
                .and_then(|rest| rest.split_whitespace().next());
            let permission =
                permission.unwrap_or_else(|| panic!("{id} does not say its permission"));
            routes.push(Route {
                id,
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                permission: permission.trim_matches(['`', '.', ',', ';']).to_owned(),
                multipart: operation["requestBody"]["content"]["multipart/form-data"].is_object(),
            });
        }
    }
    assert!(routes.len() > 25);
    routes
}

impl Route {
    /// The status and problem this route answers to this cookie.
    async fn call(&self, t: &TestApp, cookie: &str) -> (u16, Value) {
        let path = self
            .path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    Uuid::nil().to_string()
                } else {
                    part.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        let (media_type, body) = match (&self.method, self.multipart) {
            (&Method::GET | &Method::DELETE, _) => (None, ""),
            (_, true) => (Some("multipart/form-data; boundary=x"), "--x--\r\n"),
            _ => (Some("application/json"), "{}"),
        };
        let client = if cookie.is_empty() {
            t.as_nobody()
        } else {
            t.as_nobody().cookie(cookie)
        };
        let answer = client
            .send(self.method.clone(), &path, media_type, Body::from(body))
            .await;
        (
            answer.status(),
            if answer.status() >= 400 {
                answer.json()
            } else {
                Value::Null
            },
        )
    }
}

#[test]
fn every_route_names_a_right_there_is_and_exceptions_are_written_down() {
    let mut ids = BTreeSet::new();
    for route in routes() {
        assert!(
            ids.insert(route.id.clone()),
            "{} stands for two routes",
            route.id
        );
        assert!(route.path.starts_with("/api/v1/"), "{}", route.path);
        match route.permission.as_str() {
            "public" => assert!(
                PUBLIC.contains(&route.id.as_str()),
                "{} is public",
                route.id
            ),
            "any" => assert!(
                ANY.contains(&route.id.as_str()),
                "{} needs no right",
                route.id
            ),
            right => assert!(ALL.contains(&right), "{}: no right {right}", route.id),
        }
    }
}

#[test]
fn the_description_of_the_api_refers_only_to_what_it_contains() {
    let api = crate::openapi();
    let mut open = vec![&api];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(place)) = map.get("$ref") {
                    let there = api.pointer(place.trim_start_matches('#')).is_some();
                    assert!(
                        there,
                        "{place} is nowhere: #[param(inline)], or a body that names it"
                    );
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

on_both!(every_route_is_refused_without_a_session);
async fn every_route_is_refused_without_a_session(t: TestApp) {
    for route in routes() {
        let (status, problem) = route.call(&t, "").await;
        if PUBLIC.contains(&route.id.as_str()) {
            assert_ne!(problem["code"], "unauthenticated", "{}", route.id);
        } else {
            assert_eq!(
                (status, &problem["code"]),
                (401, &json!("unauthenticated")),
                "{}",
                route.id
            );
        }
    }
}

on_both!(every_route_is_refused_to_who_has_every_right_but_the_one_it_names);
async fn every_route_is_refused_to_who_has_every_right_but_the_one_it_names(t: TestApp) {
    let admin = t.as_role("administrator");
    let roles = admin.get("/api/v1/roles").await.ok();
    let role = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == "service_director")
        .unwrap()
        .clone();
    let path = format!("/api/v1/roles/{}", role["id"].as_str().unwrap());
    let mut version = role["version"].clone();
    let mut by_right: BTreeMap<String, Vec<Route>> = BTreeMap::new();
    for route in routes() {
        by_right
            .entry(route.permission.clone())
            .or_default()
            .push(route);
    }
    by_right.remove("public");
    by_right.remove("any");
    let cookie = t.fresh_cookie(t.staff("service_director")).await;
    for (right, routes) in by_right {
        let rest: Vec<&str> = ALL.iter().copied().filter(|code| *code != right).collect();
        let input = json!({
            "code": "service_director", "name": "服务总监", "scope": "all", "permissions": rest, "version": version,
        });
        version = admin.put(&path, input).await.ok()["version"].clone();
        for route in routes {
            let (status, problem) = route.call(&t, &cookie).await;
            assert_eq!(
                (status, &problem["code"], &problem["params"]["permission"]),
                (403, &json!("forbidden"), &json!(right)),
                "{}",
                route.id
            );
        }
    }
}

/// Slices from below to above; those of one rank do not know each other.
const RANKS: &[(&str, u8)] = &[
    ("team", 0),
    ("customer", 1),
    ("importing", 2),
    ("value", 2),
    ("slip", 3),
    ("followup", 4),
    ("report", 5),
    ("demo", 6),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !name.ends_with("tests") {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn slices_know_only_those_below_them_and_only_what_these_offer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders: BTreeSet<String> = fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().into_string().unwrap())
        .filter(|n| !["attack_tests", "migrations", "testing", "words"].contains(&n.as_str()))
        .collect();
    assert_eq!(
        folders,
        RANKS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    );
    let rank = |name: &str| {
        RANKS
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, rank)| *rank)
    };
    for (slice, own) in RANKS {
        for file in sources(&root.join(slice)) {
            let text = fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
            for used in text.split("crate::").skip(1) {
                for (name, inner) in names_of(used) {
                    let Some(other) = rank(&name) else { continue };
                    if name == *slice {
                        continue;
                    }
                    assert!(
                        other < *own,
                        "{} uses {name}, which stands not below {slice}",
                        file.display()
                    );
                    assert!(
                        !["http", "store", "actions", "jobs"].contains(&inner.as_str()),
                        "{} reaches into {name}::{inner}",
                        file.display()
                    );
                }
            }
        }
    }
}

/// First and second name of `crate::a::b…` and of each part of `crate::{a::b, c}`, given what stands after `crate::`.
fn names_of(used: &str) -> Vec<(String, String)> {
    let parts: Vec<String> = match used.strip_prefix('{') {
        None => vec![used.to_owned()],
        Some(group) => {
            let mut parts = vec![String::new()];
            let mut depth = 0;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => parts.push(String::new()),
                    _ => {}
                }
                parts.last_mut().unwrap().push(c);
            }
            parts
        }
    };
    parts
        .iter()
        .map(|part| {
            let part = part.trim_start_matches([',', ' ', '\n']);
            let mut names = part.split("::").map(|n| {
                n.trim()
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect::<String>()
            });
            (
                names.next().unwrap_or_default(),
                names.next().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn names_in_grouped_imports_are_seen() {
    assert_eq!(
        names_of("{App, team::{self, founding}, slip::store::x};"),
        [("App", ""), ("team", ""), ("slip", "store")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_keys_and_indexes() {
    let sqlite = TestApp::empty(Engine::Sqlite).await.unwrap();
    let Some(postgres) = TestApp::empty(Engine::Postgres).await else {
        return;
    };
    let (a, b) = (
        catalogue(sqlite.db()).await.unwrap(),
        catalogue(postgres.db()).await.unwrap(),
    );
    for (name, table) in &a.tables {
        assert_eq!(Some(table), b.tables.get(name), "{name}");
    }
    assert_eq!(
        a.tables.keys().collect::<Vec<_>>(),
        b.tables.keys().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn both_engines_enforce_the_same_checks_defaults_conditions_views_and_triggers() {
    let sqlite = TestApp::empty(Engine::Sqlite).await.unwrap();
    let Some(postgres) = TestApp::empty(Engine::Postgres).await else {
        return;
    };
    let (a, b) = (
        rules(sqlite.db()).await.unwrap(),
        rules(postgres.db()).await.unwrap(),
    );
    assert!(a.checks.len() > 10 && a.views.len() == 3, "{a:#?}");
    assert!(a.partial.contains_key("customer_external"));
    assert_eq!(a.defaults[&("job".to_owned(), "attempt".to_owned())], "0");
    let guarded = |when: &str| ("audit".to_owned(), when.to_owned());
    let guards = [guarded("before delete"), guarded("before update")];
    assert_eq!(a.triggers, BTreeSet::from(guards));
    assert_eq!(a.checks, b.checks);
    assert_eq!(a.defaults, b.defaults);
    assert_eq!(a.partial, b.partial);
    assert_eq!(a.views, b.views);
    assert_eq!(a.triggers, b.triggers);
}

#[test]
fn migrations_are_numbered_without_gaps_and_named_as_their_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations");
    for (number, migration) in (1..).zip(MIGRATIONS) {
        assert_eq!(migration.number, number);
        let file = folder.join(format!("m{number:04}_{}.rs", migration.slug));
        assert!(file.is_file(), "{}", file.display());
    }
    let files = fs::read_dir(folder)
        .unwrap()
        .filter(|e| {
            !["mod.rs", "tests.rs"]
                .map(std::ffi::OsStr::new)
                .contains(&e.as_ref().unwrap().file_name().as_os_str())
        })
        .count();
    assert_eq!(files, MIGRATIONS.len());
}

#[test]
fn whoever_listens_or_comes_round_is_registered() {
    let jobs = crate::jobs();
    let kinds: BTreeSet<&str> = jobs.kind_names().into_iter().collect();
    for (topic, listeners) in crate::wiring::wiring().all() {
        for kind in listeners {
            assert!(
                kinds.contains(kind),
                "{kind} listens to {topic}, but nobody does it"
            );
        }
    }
    for schedule in jobs.all_schedules() {
        assert!(
            kinds.contains(schedule.kind),
            "{} comes round, but nobody does it",
            schedule.kind
        );
    }
}

#[test]
fn every_kind_of_work_that_is_enqueued_by_name_is_registered() {
    let jobs = crate::jobs();
    let kinds: BTreeSet<&str> = jobs.kind_names().into_iter().collect();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for call in text.split("enqueue(").skip(1) {
            let kind = call.split(',').nth(2).unwrap_or_default().trim();
            if let Some(kind) = kind.strip_prefix('"').and_then(|k| k.strip_suffix('"')) {
                assert!(
                    kinds.contains(kind),
                    "{}: nobody does {kind}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn builtin_roles_have_rights_there_are_and_somebody_has_each() {
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for role in BUILTIN_ROLES {
        for right in role.permissions {
            assert!(ALL.contains(right), "{}: no right {right}", role.code);
        }
        if role.code != "administrator" {
            given.extend(role.permissions);
        }
    }
    let only_administrators: Vec<_> = ALL.iter().filter(|right| !given.contains(*right)).collect();
    assert_eq!(
        only_administrators,
        [
            &"team.manage",
            &"role.manage",
            &"token.manage",
            &"setting.manage"
        ]
    );
}

#[test]
fn rules_and_machinery_do_not_know_each_other() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| fs::read_to_string(crates.join(name).join("Cargo.toml")).unwrap();
    assert!(!read("liuke-domain").contains("liuke-platform"));
    let platform = read("liuke-platform");
    assert!(!platform.contains("liuke-domain") && !platform.contains("liuke-app"));
    for heavy in ["tokio", "sea-orm", "sqlx", "axum", "rand"] {
        let named = read("liuke-domain").lines().any(|l| l.starts_with(heavy));
        assert!(!named, "the rules need {heavy}");
    }
}
