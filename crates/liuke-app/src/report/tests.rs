//! Through HTTP, on both engines: every figure against its rows, its rules and its file.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::many_single_char_names,
    reason = "small numbers of a test"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests"
)]

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use jiff::ToSpan as _;
use jiff::civil::date;
use liuke_domain::period::DayRange;
use liuke_domain::satisfaction::{Scores, satisfied};
use liuke_platform::args;
use liuke_platform::db::{Sql as _, Tx};
use liuke_platform::identity::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{self, Slice};
use crate::on_both;
use crate::testing::{TestApp, assert_no_scan};

on_both!(
    every_figure_has_as_many_rows_as_it_counts,
    whoever_raised_a_slip_counts_it_as_the_list_does,
    an_answer_is_satisfied_by_the_rule_of_the_trade,
    the_workbook_says_what_the_page_says,
    nonsense_is_refused,
    figures_rows_and_slips_follow_an_index,
);

const MONTH: &str = "from=2026-11-01&to=2026-11-21";
const HOUR: i64 = 3_600_000;

async fn a_customer(t: &TestApp, tx: &Tx) -> Uuid {
    let id: Uuid = t.ctx().new_id();
    tx.run(
        "INSERT INTO customer (id, number, kind, name, sort_key, stage, branch_id, do_not_call, ask_at_reception,
            asset_count, revenue_fen, order_count, visit_count, visit_sort, version, created_at, updated_at)
         VALUES ($1, $2, 'person', '王建国', 'w', 'known', $3, FALSE, FALSE, 0, 0, 0, 0, '', 1, 0, 0)",
        args![id, id.to_string(), t.org.tianfu],
    )
    .await
    .unwrap();
    id
}

struct Task<'a> {
    branch: Uuid,
    assignee: Option<Uuid>,
    day: &'a str,
    status: &'a str,
    outcome: Option<&'a str>,
}

async fn a_task(t: &TestApp, tx: &Tx, customer: Uuid, task: Task<'_>) -> Uuid {
    let id: Uuid = t.ctx().new_id();
    tx.run(
        "INSERT INTO followup_task (id, number, customer_id, branch_id, assignee_id, kind, channel, purpose, reason_code,
            status, due_at, due_day, not_before, tier_rank, attempt_count, last_outcome, version, created_at)
         VALUES ($1, $2, $3, $4, $5, 'care', 'phone', 'x', 'manual', $6, $7, $8, 0, 5, 0, $9, 1, 0)",
        args![
            id,
            id.to_string(),
            customer,
            task.branch,
            task.assignee,
            task.status,
            t.now_ms(),
            task.day,
            task.outcome
        ],
    )
    .await
    .unwrap();
    id
}

/// An answer of that day; `scores` in the order of the factors.
async fn an_answer(
    t: &TestApp,
    tx: &Tx,
    (task, customer, branch): (Uuid, Uuid, Uuid),
    (staff, day): (Uuid, &str),
    (scores, said): ([Option<i64>; 5], bool),
) {
    let [a, b, c, d, e] = scores;
    tx.run(
        "INSERT INTO followup_attempt (id, task_id, customer_id, branch_id, staff_id, channel, outcome, at, business_day,
            result_score, tangibles_score, responsiveness_score, empathy_score, contrast_score, dissatisfied)
         VALUES ($1, $2, $3, $4, $5, 'phone', 'reached', $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            t.ctx().new_id::<Uuid>(),
            task,
            customer,
            branch,
            staff,
            t.now_ms(),
            day,
            a,
            b,
            c,
            d,
            e,
            said
        ],
    )
    .await
    .unwrap();
}

struct Slip<'a> {
    branch: Uuid,
    raised_by: Uuid,
    responsible: Option<Uuid>,
    raised_day: &'a str,
    closed_day: Option<&'a str>,
    late: bool,
    reopened: i64,
}

async fn a_slip(t: &TestApp, tx: &Tx, customer: Uuid, slip: Slip<'_>) {
    let id: Uuid = t.ctx().new_id();
    let now = t.now_ms();
    tx.run(
        "INSERT INTO slip (id, number, customer_id, branch_id, problem, state, responsible_id, raised_by, raised_at,
            raised_day, due_at, closed_at, closed_day, reopened_count, version)
         VALUES ($1, $2, $3, $4, 'x', $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
        args![
            id,
            id.to_string(),
            customer,
            slip.branch,
            if slip.closed_day.is_some() { "closed" } else { "raised" },
            slip.responsible,
            slip.raised_by,
            now - 30 * HOUR,
            slip.raised_day,
            if slip.late { now - HOUR } else { now + HOUR },
            slip.closed_day.map(|_| now - 6 * HOUR),
            slip.closed_day,
            slip.reopened
        ],
    )
    .await
    .unwrap();
}

/// Work of five people in two branches and the region above them from 25 October to 25 November, in every state.
async fn a_month(t: &TestApp) {
    let tx = t.db().begin().await.unwrap();
    let customer = a_customer(t, &tx).await;
    let people = ["agent", "agent2", "agent_jinjiang", "team_leader"].map(|login| t.staff(login));
    let first = date(2026, 10, 25);
    for n in 0..64_usize {
        let branch = if n % 4 == 3 {
            t.org.jinjiang
        } else if n % 10 == 4 {
            t.org.region
        } else {
            t.org.tianfu
        };
        let day = first
            .checked_add((n as i64 / 2).days())
            .unwrap()
            .to_string();
        let (status, outcome) = match n % 7 {
            0 => ("cancelled", None),
            1 => ("open", None),
            2 => ("open", Some("reached")),
            3 => ("done", Some("refused")),
            _ => ("done", Some("reached")),
        };
        let task = Task {
            branch,
            assignee: people.get(n % 5).copied(),
            day: &day,
            status,
            outcome,
        };
        let id = a_task(t, &tx, customer, task).await;
        if n % 7 > 3 {
            let score = |factor: usize| (n % 5 != factor).then_some(1 + ((n + factor) % 5) as i64);
            let good = [Some(5), Some(4), None, Some(4), Some(5)];
            let scores = if n % 3 == 0 {
                good
            } else {
                [0, 1, 2, 3, 4].map(score)
            };
            let who = (people[n % 4], day.as_str());
            an_answer(t, &tx, (id, customer, branch), who, (scores, n % 11 == 0)).await;
        }
    }
    for n in 0..40_usize {
        let day = first.checked_add((n as i64 * 3 / 4).days()).unwrap();
        let closed = day.checked_add(2.days()).unwrap().to_string();
        let responsible = [
            Some("technician"),
            Some("agent"),
            None,
            Some("agent2"),
            Some("agent_jinjiang"),
        ];
        let slip = Slip {
            branch: if n % 3 == 0 {
                t.org.jinjiang
            } else {
                t.org.tianfu
            },
            raised_by: people[n % 4],
            responsible: responsible[n % 5].map(|login| t.staff(login)),
            raised_day: &day.to_string(),
            closed_day: (n % 2 == 0).then_some(closed.as_str()),
            late: n % 7 < 3,
            reopened: (n % 6 == 0).into(),
        };
        a_slip(t, &tx, customer, slip).await;
    }
    tx.commit().await.unwrap();
}

/// Readers of every scope: the role, and the scope that `agent` has then.
const READERS: [(&str, &str); 4] = [
    ("administrator", "branch"),
    ("agent", "branch"),
    ("agent", "team"),
    ("agent", "own"),
];

async fn with_scope(t: &TestApp, scope: &str) {
    let tx = t.db().begin().await.unwrap();
    tx.run(
        "UPDATE role SET scope = $1 WHERE code = 'agent'",
        args![scope],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn rates(t: &TestApp, role: &str, query: &str) -> Value {
    t.as_role(role)
        .get(&format!("/api/v1/rates?{query}"))
        .await
        .ok()
}

/// How many rows stand behind it, over all pages.
async fn rows(t: &TestApp, role: &str, query: &str) -> i64 {
    let (mut count, mut after) = (0, String::new());
    loop {
        let path = format!("/api/v1/rates/rows?limit=7&{query}{after}");
        let page = t.as_role(role).get(&path).await.ok();
        count += page["items"].as_array().unwrap().len() as i64;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return count,
        }
    }
}

fn figure<'a>(view: &'a Value, code: &str) -> &'a Value {
    let figures = view["figures"].as_array().unwrap();
    figures
        .iter()
        .find(|figure| figure["code"] == code)
        .unwrap()
}

async fn every_figure_has_as_many_rows_as_it_counts(t: TestApp) {
    a_month(&t).await;
    let agent2 = t.staff("agent2");
    for (role, scope) in READERS {
        with_scope(&t, scope).await;
        for narrowed in [
            String::new(),
            format!("&branch_id={}", t.org.jinjiang),
            format!("&branch_id={}&staff_id={agent2}", t.org.region),
        ] {
            let what = format!("{MONTH}{narrowed}");
            let view = rates(&t, role, &what).await;
            for figure in view["figures"].as_array().unwrap() {
                let code = figure["code"].as_str().unwrap();
                let key = match code {
                    "followup_rate" | "satisfied_rate" | "loop_time" => "denominator",
                    "reopen_rate" => "numerator",
                    _ => "value",
                };
                let found = rows(&t, role, &format!("figure={code}&{what}")).await;
                assert_eq!(figure[key], found, "{role} {scope} {code} {what}");
                if role == "administrator" && narrowed.is_empty() {
                    assert!(found > 0, "{code} stands on something");
                }
            }
            for factor in view["factors"].as_array().unwrap() {
                let name = factor["factor"].as_str().unwrap();
                let found = rows(&t, role, &format!("figure=factor&factor={name}&{what}")).await;
                assert_eq!(factor["n"], found, "{role} {scope} {name} {what}");
            }
        }
        for by in ["branch", "agent", "day", "week"] {
            let view = rates(&t, role, &format!("{MONTH}&by={by}")).await;
            let groups = view["groups"].as_array().unwrap();
            for key in ["due", "reached", "satisfaction_n", "slips_closed"] {
                let code = if key == "satisfaction_n" {
                    "satisfied_rate"
                } else {
                    key
                };
                let all = figure(&view, code);
                let all = if code == key {
                    &all["value"]
                } else {
                    &all["denominator"]
                };
                let sum: i64 = groups
                    .iter()
                    .map(|group| group[key].as_i64().unwrap())
                    .sum();
                assert_eq!(*all, sum, "{role} {scope} {by} {key}");
            }
            for group in groups.iter().filter(|group| group["key"] != "").step_by(3) {
                let key = group["key"].as_str().unwrap();
                let what = match by {
                    "branch" => format!("{MONTH}&branch_id={key}&branch_alone=true"),
                    "agent" => format!("{MONTH}&staff_id={key}"),
                    "day" => format!("from={key}&to={key}"),
                    _ => {
                        let last = key.parse::<jiff::civil::Date>().unwrap();
                        let last = last.checked_add(6.days()).unwrap().min(date(2026, 11, 21));
                        format!("from={}&to={last}", key.max("2026-11-01"))
                    }
                };
                for (code, count) in [
                    ("due", "due"),
                    ("reached", "reached"),
                    ("satisfied_rate", "satisfaction_n"),
                    ("slips_open", "slips_open"),
                    ("slips_overdue", "slips_overdue"),
                    ("slips_closed", "slips_closed"),
                ] {
                    let found = rows(&t, role, &format!("figure={code}&{what}")).await;
                    assert_eq!(group[count], found, "{role} {scope} {by} {key} {code}");
                }
            }
        }
    }
}

async fn whoever_raised_a_slip_counts_it_as_the_list_does(t: TestApp) {
    a_month(&t).await;
    for (role, scope) in READERS {
        with_scope(&t, scope).await;
        let view = rates(&t, role, "from=2026-10-01&to=2026-11-30&by=agent").await;
        for (query, code) in [("", "slips_open"), ("&overdue=true", "slips_overdue")] {
            let path = format!("/api/v1/slips?limit=100{query}");
            let list = t.as_role(role).get(&path).await.ok();
            let open = list["items"].as_array().unwrap().iter();
            let open = open.filter(|slip| slip["state"] != "closed").count();
            assert_eq!(
                figure(&view, code)["value"],
                open as i64,
                "{role} {scope} {code}"
            );
            let groups = view["groups"].as_array().unwrap().iter();
            let sum: i64 = groups.map(|group| group[code].as_i64().unwrap()).sum();
            assert_eq!(sum, open as i64, "each counts for one person");
        }
    }
    // The last scope is the agent's own: raised by the agent, answered by the technician.
    let groups = rates(&t, "agent", &format!("{MONTH}&by=agent")).await["groups"].clone();
    let technician = groups.as_array().unwrap().iter();
    let mut technician = technician.filter(|group| group["label"] == "技师");
    assert!(technician.next().unwrap()["slips_closed"].as_i64().unwrap() > 0);
}

async fn an_answer_is_satisfied_by_the_rule_of_the_trade(t: TestApp) {
    let each = [None, Some(1), Some(2), Some(3), Some(4), Some(5)];
    let mut all: Vec<[Option<i64>; 5]> = Vec::new();
    for a in each {
        for b in each {
            all.push([a, None, b, None, None]);
        }
    }
    for five in [
        [3, 3, 3, 3, 3],
        [4, 4, 4, 4, 4],
        [4, 4, 4, 4, 3],
        [5, 4, 4, 4, 3],
        [5, 5, 5, 5, 2],
        [5, 5, 3, 3, 3],
    ] {
        all.push(five.map(Some));
    }
    let tx = t.db().begin().await.unwrap();
    let customer = a_customer(&t, &tx).await;
    let task = Task {
        branch: t.org.tianfu,
        assignee: None,
        day: "2026-11-01",
        status: "done",
        outcome: Some("reached"),
    };
    let task = a_task(&t, &tx, customer, task).await;
    let about = (task, customer, t.org.tianfu);
    let mut wanted = Vec::new();
    let mut day = date(2026, 1, 1);
    for scores in all {
        for said in [false, true] {
            let text = day.to_string();
            an_answer(&t, &tx, about, (t.staff("agent"), &text), (scores, said)).await;
            let [result, tangibles, responsiveness, empathy, contrast] =
                scores.map(|score| score.map(|score| u8::try_from(score).unwrap()));
            let given = Scores {
                result,
                tangibles,
                responsiveness,
                empathy,
                contrast,
            };
            if !given.is_empty() {
                wanted.push((text, i64::from(satisfied(&given, said))));
            }
            day = day.tomorrow().unwrap();
        }
    }
    tx.commit().await.unwrap();
    let everybody = Scope::unlimited();
    let slice = Slice {
        scope: &everybody,
        days: DayRange::new(date(2026, 1, 1), day).unwrap(),
        branch_id: None,
        branch_alone: false,
        staff_id: None,
    };
    let mut counted: Vec<(String, i64)> = store::answer_counts(t.db(), &slice)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.day, row.satisfied))
        .collect();
    counted.sort();
    assert_eq!(counted, wanted);
    assert!(wanted.iter().any(|(_, yes)| *yes == 1));
}

fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range(name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

async fn the_workbook_says_what_the_page_says(t: TestApp) {
    a_month(&t).await;
    let query = format!("{MONTH}&by=agent");
    let view = rates(&t, "team_leader", &query).await;
    let path = format!("/api/v1/rates/export?{query}&lang=");
    let file = t.as_role("team_leader").get(&format!("{path}zh-CN")).await;
    assert_eq!(
        (file.status(), file.header("cache-control")),
        (200, "no-store")
    );
    let scale = |unit: &str| match unit {
        "bp" => 10_000.0,
        "ms" => 3_600_000.0,
        _ => 1.0,
    };
    let figures = sheet(file.bytes(), "指标");
    for (line, figure) in figures[2..].iter().zip(view["figures"].as_array().unwrap()) {
        let value = figure["value"]
            .as_f64()
            .map(|v| v / scale(figure["unit"].as_str().unwrap()));
        assert_eq!(number(&line[1]), value, "{figure}");
        assert_eq!(number(&line[2]), figure["numerator"].as_f64(), "{figure}");
        assert_eq!(number(&line[3]), figure["denominator"].as_f64(), "{figure}");
        assert!(!line[4].to_string().is_empty());
    }
    assert_eq!(figures[6][0].to_string(), "满意率");
    assert!(figures[6][4].to_string().starts_with("平均 4 分及以上"));
    let factors = sheet(file.bytes(), "五度满意度");
    for (line, factor) in factors[1..].iter().zip(view["factors"].as_array().unwrap()) {
        assert_eq!(
            number(&line[1]),
            factor["mean_x100"].as_f64().map(|v| v / 100.0)
        );
        assert_eq!(number(&line[3]), factor["n"].as_f64());
    }
    let groups = sheet(file.bytes(), "分组");
    assert_eq!(groups[0].len(), 11, "no heading without a column");
    assert!(groups[0].iter().all(|cell| !cell.to_string().is_empty()));
    let listed = view["groups"].as_array().unwrap();
    assert_eq!(groups.len(), listed.len() + 1);
    for (line, group) in groups[1..].iter().zip(listed) {
        let label = group["label"].as_str().filter(|label| !label.is_empty());
        assert_eq!(line[0].to_string(), label.unwrap_or("未分派"));
        for (column, key) in [
            (1, "due"),
            (2, "reached"),
            (5, "satisfaction_n"),
            (7, "slips_open"),
            (9, "slips_closed"),
        ] {
            assert_eq!(number(&line[column]), group[key].as_f64(), "{group}");
        }
        assert_eq!(
            number(&line[10]),
            group["loop_ms"].as_f64().map(|ms| ms / 3_600_000.0)
        );
    }
    let english = t.as_role("team_leader").get(&format!("{path}en")).await;
    assert_eq!(sheet(english.bytes(), "Groups").len(), groups.len());
    t.as_role("agent")
        .get(&format!("{path}en"))
        .await
        .refused(403, "forbidden");
    let audit = t
        .as_role("auditor")
        .get("/api/v1/audit?action=report.export")
        .await
        .ok();
    assert_eq!(audit["items"].as_array().unwrap().len(), 2);
}

async fn nonsense_is_refused(t: TestApp) {
    let admin = t.as_role("administrator");
    for (path, field) in [
        (
            "rates?from=2026-11-02&to=2026-11-01",
            "to:report.ends_before_it_starts",
        ),
        (
            "rates?from=2020-11-02&to=2026-11-01",
            "to:report.period_too_long",
        ),
        (
            "rates/rows?figure=luck&from=2026-11-01&to=2026-11-02",
            "figure:report.unknown_figure",
        ),
        (
            "rates/rows?figure=factor&factor=luck&from=2026-11-01&to=2026-11-02",
            "figure:report.unknown_figure",
        ),
    ] {
        let refused = admin.get(&format!("/api/v1/{path}")).await;
        assert_eq!(
            (refused.status(), refused.fields()),
            (422, vec![field.to_owned()])
        );
    }
    let empty = rates(&t, "administrator", MONTH).await;
    assert_eq!(figure(&empty, "satisfied_rate")["value"], json!(null));
    assert_eq!(empty["groups"], json!([]));
}

async fn figures_rows_and_slips_follow_an_index(t: TestApp) {
    // Without statistics: of so few rows most lie in the period, and then reading all of them is the better plan.
    a_month(&t).await;
    t.db().tape().start();
    for (role, scope) in READERS {
        with_scope(&t, scope).await;
        for narrowed in [
            String::new(),
            format!("&branch_id={}&staff_id={}", t.org.tianfu, t.staff("agent")),
        ] {
            rates(&t, role, &format!("{MONTH}{narrowed}")).await;
            for code in [
                "due",
                "reached",
                "completed",
                "satisfied_rate",
                "slips_open",
                "slips_overdue",
                "slips_closed",
                "reopen_rate",
            ] {
                rows(&t, role, &format!("figure={code}&{MONTH}{narrowed}")).await;
            }
            rows(
                &t,
                role,
                &format!("figure=factor&factor=result&{MONTH}{narrowed}"),
            )
            .await;
        }
        // The summary of Today counts what waits.
        for list in [
            "slips?limit=20",
            "slips?limit=20&mine=true",
            "slips?limit=20&overdue=true",
            "slips?limit=20&state=closed",
            "today/summary",
        ] {
            t.as_role(role).get(&format!("/api/v1/{list}")).await.ok();
        }
    }
    let mut known = std::collections::BTreeSet::new();
    for sent in t.db().tape().stop() {
        let reads = ["v_followup", "v_slip", "FROM slip s"]
            .iter()
            .any(|view| sent.sql.contains(view));
        if reads && known.insert(sent.sql.clone()) {
            assert_no_scan(t.db(), &sent.sql, sent.args).await;
        }
    }
    assert!(known.len() > 20, "{}", known.len());
}
