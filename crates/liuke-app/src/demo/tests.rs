//! The demo shop on both engines.

#![allow(clippy::unwrap_used, reason = "tests")]

use liuke_platform::db::{Engine, FromQueryResult, Sql as _};
use liuke_platform::{args, ctx::Actor};
use uuid::Uuid;

use super::fill;
use crate::customer::bulk::{self, CustomerFields, NewCustomer};
use crate::testing::TestApp;

liuke_platform::on_both!(
    the_demo_shop_is_believable_and_its_slips_are_sound,
    crate::testing::TestApp::empty
);

async fn the_demo_shop_is_believable_and_its_slips_are_sound(t: TestApp) {
    let made = fill(&t.app).await.unwrap();
    assert_eq!(made.customers, 3_000);
    assert!((11_000..=12_000).contains(&made.repairs), "{made:?}");
    assert!(made.tasks > 5_000 && made.slips > 100, "{made:?}");

    let vehicles: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(*) FROM asset WHERE kind = 'vehicle'", args![])
        .await
        .unwrap();
    assert_eq!(vehicles, Some(4_000));
    // Eighteen months before the day on which every test begins.
    let first: Option<String> = t
        .db()
        .scalar("SELECT MIN(business_day) FROM followup_attempt", args![])
        .await
        .unwrap();
    let first = first.unwrap();
    assert!(
        ("2025-05-20"..="2025-06-05").contains(&first.as_str()),
        "{first}"
    );

    let open: Option<i64> = t
        .db()
        .scalar(
            "SELECT COUNT(*) FROM followup_task WHERE status = 'open'",
            args![],
        )
        .await
        .unwrap();
    assert!(open.unwrap() > 10, "there is work today");
    let a: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(*) FROM customer WHERE tier = 'A'", args![])
        .await
        .unwrap();
    assert!(a.unwrap() >= 20, "the pyramid is ranked");
    let branch: Option<Uuid> = t
        .db()
        .scalar(
            "SELECT id FROM branch WHERE kind = 'branch' LIMIT 1",
            args![],
        )
        .await
        .unwrap();
    let tx = t.db().begin().await.unwrap();
    let newcomer = NewCustomer {
        branch_id: branch.unwrap(),
        created_at: None,
        fields: CustomerFields {
            name: Some("新客户".to_owned()),
            ..CustomerFields::default()
        },
    };
    let ctx = t.app.ctx(Actor::cli());
    bulk::insert_customers(&tx, &ctx, None, vec![newcomer])
        .await
        .unwrap();
    tx.rollback().await;
    let asked: Option<i64> = t
        .db()
        .scalar("SELECT COUNT(contact_from) FROM customer", args![])
        .await
        .unwrap();
    assert_eq!(
        asked,
        Some(1_000),
        "every third names hours to be called in"
    );
    let served: Option<i64> = t
        .db()
        .scalar(
            "SELECT COUNT(*) FROM followup_task t JOIN followup_task_served s ON s.task_id = t.id AND s.staff_id = t.assignee_id",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(served, Some(0), "nobody calls whom they served");

    let admin: Uuid = t
        .db()
        .scalar("SELECT id FROM staff WHERE login = 'admin'", args![])
        .await
        .unwrap()
        .unwrap();
    let client = t.as_staff(admin);
    for state in ["raised", "answered", "countersigned", "closed"] {
        let list = client
            .get(&format!("/api/v1/slips?state={state}&limit=5"))
            .await
            .ok();
        assert!(!list["items"].as_array().unwrap().is_empty(), "{state}");
        for slip in list["items"].as_array().unwrap() {
            let view = client
                .get(&format!("/api/v1/slips/{}", slip["id"].as_str().unwrap()))
                .await
                .ok();
            assert_eq!(view["hash_ok"], true, "{view}");
        }
    }
    assert_eq!(fill(&t.app).await.unwrap_err().code, "demo.not_empty");
}

/// What the shop is, without ids: a line per customer, vehicle, repair, task, call and slip.
async fn told(t: &TestApp) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Line {
        line: String,
    }
    let mut told = Vec::new();
    for sql in [
        "SELECT number || name || kind || stage || COALESCE(tier, '-') || COALESCE(phone_masked, '-') || visit_sort
            || COALESCE(contact_from, '-') || revenue_fen || asset_count || COALESCE(asset_line, '-') || created_at AS line
         FROM customer ORDER BY number",
        "SELECT c.number || a.plate || a.vin || a.model || a.mileage_km || a.purchased_on AS line
         FROM asset a JOIN customer c ON c.id = a.customer_id ORDER BY line",
        "SELECT r.number || c.number || r.opened_at || r.advisor_name || r.technician_name || r.work || r.revenue_fen AS line
         FROM service_record r JOIN customer c ON c.id = r.customer_id ORDER BY line",
        "SELECT t.number || c.number || t.kind || t.status || t.due_at || COALESCE(w.name, '-') || t.attempt_count
            || COALESCE(t.last_outcome, '-') AS line
         FROM followup_task t JOIN customer c ON c.id = t.customer_id LEFT JOIN staff w ON w.id = t.assignee_id
         ORDER BY line",
        "SELECT t.number || a.at || a.outcome || COALESCE(a.result_score, 0) || COALESCE(a.verbatim, '-') AS line
         FROM followup_attempt a JOIN followup_task t ON t.id = a.task_id ORDER BY line",
        "SELECT s.number || c.number || s.state || s.problem || s.raised_at || COALESCE(s.answer, '-') AS line
         FROM slip s JOIN customer c ON c.id = s.customer_id ORDER BY line",
    ] {
        let lines: Vec<Line> = t.db().all(sql, args![]).await.unwrap();
        assert!(lines.len() > 100, "{sql}");
        told.extend(lines.into_iter().map(|line| line.line));
    }
    told
}

#[tokio::test]
async fn the_same_day_gives_the_same_shop_whatever_its_ids() {
    let first = TestApp::empty(Engine::Sqlite).await.unwrap();
    let second = TestApp::empty(Engine::Sqlite).await.unwrap();
    // Tests have foreseeable ids; from here on those of the second are others.
    second.app.ctx(Actor::system()).new_id::<Uuid>();
    assert_eq!(
        fill(&first.app).await.unwrap(),
        fill(&second.app).await.unwrap()
    );
    let ids = async |t: &TestApp| -> Uuid {
        let sql = "SELECT id FROM customer ORDER BY number LIMIT 1";
        t.db().scalar(sql, args![]).await.unwrap().unwrap()
    };
    assert_ne!(ids(&first).await, ids(&second).await);
    let (first, second) = (told(&first).await, told(&second).await);
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(&second) {
        assert_eq!(a, b);
    }
}
