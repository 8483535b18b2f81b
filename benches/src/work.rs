//! What is measured: requests as the screens send them (测量项目).

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

use crate::Outcome;
use crate::client::{Ask, Client};
use crate::data;

/// Things of the firm that requests are about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stock {
    pub(crate) branch_id: String,
    /// Customers: id, name, primary phone's last digits.
    pub(crate) customers: Vec<Known>,
    /// A cursor far down the list.
    pub(crate) deep: String,
    /// Open tasks of the agent, with the version of their sheet.
    pub(crate) tasks: Vec<(String, i64)>,
    /// The first day and the last of the figures.
    pub(crate) period: (String, String),
    /// How many customers have been made by now, for numbers that are free.
    pub(crate) made: usize,
    /// How many tasks have been made by now.
    called: usize,
}

/// A customer to look for.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    List,
    DeepPage,
    SearchDigits,
    SearchName,
    SearchInitials,
    Customer,
    Timeline,
    CreateCustomer,
    CreateTask,
    SaveSheet,
    Today,
    Rates,
    Export,
}

impl Work {
    pub(crate) const ALL: [Self; 13] = [
        Self::List,
        Self::DeepPage,
        Self::SearchDigits,
        Self::SearchName,
        Self::SearchInitials,
        Self::Customer,
        Self::Timeline,
        Self::Today,
        Self::SaveSheet,
        Self::CreateTask,
        Self::CreateCustomer,
        Self::Rates,
        Self::Export,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::List => "list, filtered and sorted, 50 rows",
            Self::DeepPage => "the same, 100 pages down",
            Self::SearchDigits => "search by 4 digits of a phone",
            Self::SearchName => "search by part of a name",
            Self::SearchInitials => "search by pinyin initials",
            Self::Customer => "customer page",
            Self::Timeline => "its timeline",
            Self::CreateCustomer => "create a customer",
            Self::CreateTask => "create a task",
            Self::SaveSheet => "save a call sheet",
            Self::Today => "today page",
            Self::Rates => "rates of 30 days",
            Self::Export => "export of 100 thousand rows",
        }
    }

    /// Whether it changes something.
    pub(crate) fn writes(self) -> bool {
        matches!(
            self,
            Self::CreateCustomer | Self::CreateTask | Self::SaveSheet
        )
    }

    /// Whether one answer takes so long that a few must do.
    pub(crate) fn heavy(self) -> bool {
        matches!(self, Self::Export)
    }

    /// Who asks: the director for figures and files, an agent for the rest.
    pub(crate) fn login(self) -> &'static str {
        match self {
            Self::Rates | Self::Export => "director",
            _ => "agent0",
        }
    }

    /// The next request; `turn` numbers the requests of one client.
    pub(crate) fn ask(self, stock: &mut Stock, rng: &mut StdRng, turn: usize) -> Outcome<Ask> {
        let known = stock
            .customers
            .choose(rng)
            .cloned()
            .ok_or("no customer to look for")?;
        Ok(match self {
            Self::List => Ask::get(format!(
                "/customers?stage=known&sort={}&limit=50",
                ["-revenue", "name", "-created"]
                    .choose(rng)
                    .copied()
                    .unwrap_or("name")
            )),
            Self::DeepPage => Ask::get(format!(
                "/customers?stage=known&sort=-created&limit=50&after={}",
                stock.deep
            )),
            Self::SearchDigits => {
                let digits = known.phone.get(7..).unwrap_or("1234");
                Ask::get(format!("/search?q={digits}"))
            }
            Self::SearchName => Ask::get(format!("/search?q={}", percent(&known.name))),
            Self::SearchInitials => {
                let keys = liuke_domain::pinyin::keys(&known.name);
                let initials = keys.initials.first().map_or("wjg", String::as_str);
                Ask::get(format!("/search?q={initials}"))
            }
            Self::Customer => Ask::get(format!("/customers/{}", known.id)),
            Self::Timeline => Ask::get(format!("/customers/{}/timeline?limit=20", known.id)),
            Self::CreateCustomer => {
                stock.made += 1;
                Ask::post(
                    "/customers",
                    json!({
                        "name": data::name(rng), "kind": "person", "stage": "known", "branch_id": stock.branch_id,
                        "phones": [{ "number": format!("15{:09}", stock.made), "primary": true, "do_not_use": false }],
                        "emails": [], "tags": ["测量"], "keep_address": false, "keep_birthday": false, "do_not_call": false,
                        "consents": [{ "channel": "phone", "purpose": "service", "granted": true }],
                    }),
                )
            }
            Self::CreateTask => Ask::post(
                "/tasks",
                json!({
                    // A customer has one open task of a kind: each is asked for once.
                    "customer_id": stock.next_customer().ok_or("no customer to call")?.id, "kind": "care", "channel": "letter", "purpose": "年底回访",
                    "due_at": jiff::Timestamp::now().as_millisecond() + 86_400_000,
                }),
            ),
            Self::SaveSheet => {
                let (id, version) = stock.tasks.first_mut().ok_or("the agent has no task")?;
                let ask = Ask::put(
                    format!("/tasks/{id}/sheet"),
                    json!({
                        "draft": { "scores": { "result": 4 }, "dissatisfied": false, "verbatim": format!("还行，第 {turn} 次") },
                        "version": *version,
                    }),
                );
                *version += 1;
                ask
            }
            Self::Today => Ask::get("/today?limit=50"),
            Self::Rates => Ask::get(format!(
                "/rates?from={}&to={}&by=agent",
                stock.period.0, stock.period.1
            )),
            Self::Export => Ask::get("/customers/export?format=csv"),
        })
    }
}

/// Percent-encoded, for a query.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Stock {
    /// One customer after the other.
    fn next_customer(&mut self) -> Option<&Known> {
        self.called += 1;
        self.customers
            .get(self.called % self.customers.len().max(1))
    }

    /// Looks around in the firm as an agent: a hundred pages down the list.
    pub(crate) async fn gather(agent: &mut Client) -> Outcome<Self> {
        Self::gather_some(agent, 100).await
    }

    /// The same over fewer pages.
    pub(crate) async fn gather_some(agent: &mut Client, pages: usize) -> Outcome<Self> {
        let mut stock = Self::default();
        let mut cursor = String::new();
        for _ in 0..pages {
            let found = agent
                .json(&Ask::get(format!(
                    "/customers?stage=known&sort=-created&limit=50{cursor}"
                )))
                .await?;
            for row in found["items"].as_array().into_iter().flatten() {
                stock.branch_id = text_of(&row["branch_id"]);
                stock.customers.push(Known {
                    id: text_of(&row["id"]),
                    name: text_of(&row["name"]),
                    phone: text_of(&row["phone_masked"]).replace("****", "0000"),
                });
            }
            let Some(next) = found["next"].as_str() else {
                break;
            };
            stock.deep = next.to_owned();
            cursor = format!("&after={next}");
        }
        stock.tasks = Self::tasks_of(agent).await?;
        let today = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?)
            .date();
        stock.period = (
            today.checked_sub(jiff::ToSpan::days(29))?.to_string(),
            today.to_string(),
        );
        Ok(stock)
    }

    /// Open tasks of this agent, with the version of their sheet.
    pub(crate) async fn tasks_of(agent: &mut Client) -> Outcome<Vec<(String, i64)>> {
        let mine = agent.json(&Ask::get("/today?who=me&limit=20")).await?;
        let mut tasks = Vec::new();
        for task in mine["items"].as_array().into_iter().flatten() {
            let id = text_of(&task["id"]);
            let sheet = agent.json(&Ask::get(format!("/tasks/{id}"))).await?;
            tasks.push((id, sheet["sheet_version"].as_i64().unwrap_or(0)));
        }
        Ok(tasks)
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
