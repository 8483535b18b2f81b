//! The application: what every handler holds, and the one list of all slices.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use liuke_domain::Refusal;
use liuke_platform::config::Config;
use liuke_platform::ctx::{Base, SystemClock};
use liuke_platform::db::Db;
use liuke_platform::fault::Fault;
use liuke_platform::http::shell;
use liuke_platform::jobs::Jobs;
use liuke_platform::migrate::migrate;
use liuke_platform::problem::Problem;
use serde_json::{Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::migrations::MIGRATIONS;
use crate::{customer, followup, importing, report, slip, team, value, wiring};

/// Everything a handler or job needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// Database, clock, ids, configuration, live updates.
    pub base: Base,
    /// True on a demo server, whose login page offers a log-in per role (演示).
    pub demo: bool,
}

impl std::ops::Deref for App {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

impl FromRef<App> for Base {
    fn from_ref(app: &App) -> Self {
        app.base.clone()
    }
}

impl App {
    /// An application over a migrated database: lays what every installation has.
    pub async fn over(base: Base, demo: bool) -> Result<Self, Fault> {
        team::seed(&base).await?;
        base.set_session_idle_min(team::settings(&base.db).await?.session_idle_minutes);
        Ok(Self { base, demo })
    }

    /// A link for people, with a secret in it.
    pub fn link(&self, origin: Option<&str>, path: &str, token: &str) -> String {
        format!("{}?token={token}", self.address(origin, path))
    }

    /// An address for people: under the one the configuration names, else under `origin`, where the browser that asks
    /// sees us (checked against the request's host), else under the address this process listens on.
    pub fn address(&self, origin: Option<&str>, path: &str) -> String {
        let server = &self.config.server;
        let origin = match (&server.public_url, origin) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(origin)) => origin.trim_end_matches('/').to_owned(),
            (None, None) => {
                let (host, port) = server
                    .listen
                    .rsplit_once(':')
                    .unwrap_or((server.listen.as_str(), "80"));
                let host = if matches!(host, "0.0.0.0" | "[::]" | "") {
                    "127.0.0.1"
                } else {
                    host
                };
                format!("http://{host}:{port}")
            }
        };
        format!("{origin}{path}")
    }
}

/// Opens the database, brings its schema up to date and makes the application ready; nothing runs yet.
pub async fn start(config: Config) -> Result<App, Fault> {
    let db = Db::connect(&config.database).await?;
    migrate(&db, MIGRATIONS, &SystemClock).await?;
    App::over(Base::new(db, config, wiring::wiring()), false).await
}

/// A refusal of the rules as a problem document.
#[allow(clippy::needless_pass_by_value, reason = "made for map_err")]
pub fn refused(refusal: impl Refusal) -> Problem {
    let mut problem = Problem::new(refusal.status(), refusal.code());
    problem.params = refusal.params();
    problem
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Liuke", description = "Customer care and retention (留客)", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    modifiers(&Doors)
)]
struct Api;

/// The two ways in.
struct Doors;

impl Modify for Doors {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("liuke"))),
        );
    }
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(team::routes())
        .merge(customer::routes())
        .merge(importing::routes())
        .merge(value::routes())
        .merge(slip::routes())
        .merge(followup::routes())
        .merge(report::routes())
}

/// All background work.
pub fn jobs() -> Jobs<App> {
    let all = team::jobs(Jobs::new());
    let all = customer::jobs(all);
    let all = importing::jobs(all);
    let all = value::jobs(all);
    let all = slip::jobs(all);
    let all = followup::jobs(all);
    report::jobs(all)
}

/// The firm's own time zone, by which the nightly work goes.
pub async fn zone(app: &App) -> Result<String, Fault> {
    Ok(team::settings(&app.db).await?.zone)
}

/// The description of the HTTP interface, OpenAPI 3.1.
pub fn openapi() -> Value {
    let mut api = serde_json::to_value(routes().into_openapi()).unwrap_or_default();
    plain_words(&mut api);
    refusals_and_doors(&mut api);
    api
}

/// What holds for every route and so is said once: a refusal is a problem document, and one comes in by session or by API token.
fn refusals_and_doors(api: &mut Value) {
    let Some(paths) = api.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    let operations = paths.values_mut().filter_map(Value::as_object_mut);
    for operation in operations.flat_map(|path| path.values_mut()) {
        if let Some(content) = operation.pointer_mut("/responses/4XX/content")
            && let Some(json) = content.get("application/json").cloned()
        {
            *content = json!({ "application/problem+json": json });
        }
        let description = operation.get("description").and_then(Value::as_str);
        if description.is_some_and(|said| said.contains("permission: public"))
            && let Some(operation) = operation.as_object_mut()
        {
            operation.insert("security".to_owned(), json!([]));
        }
    }
    if let Some(api) = api.as_object_mut() {
        api.insert(
            "security".to_owned(),
            json!([{ "session": [] }, { "token": [] }]),
        );
    }
}

/// utoipa writes a described field of inlined words as `allOf` of the words and an object that holds only the
/// description: no value fits that. The words alone are meant.
fn plain_words(value: &mut Value) {
    if let Some([words, described]) = value
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        && words.get("enum").is_some()
        && described.get("properties").is_none()
    {
        let mut plain = words.clone();
        if let (Some(plain), Some(description)) =
            (plain.as_object_mut(), described.get("description"))
        {
            plain.insert("description".to_owned(), description.clone());
        }
        *value = plain;
        return;
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(plain_words),
        Value::Array(items) => items.iter_mut().for_each(plain_words),
        _ => {}
    }
}

/// The whole service: the HTTP interface, `outside` (pages, which know no people), and what stands around both.
pub fn router(app: &App, outside: Router) -> Router {
    let (api, _) = routes().split_for_parts();
    let all = api.with_state(app.clone()).merge(outside);
    shell(all, &app.base, Arc::new(team::People), MIGRATIONS)
}
