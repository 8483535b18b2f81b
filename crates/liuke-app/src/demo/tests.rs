//! The demo shop on both engines.

#![allow(clippy::unwrap_used, reason = "tests")]

use liuke_platform::args;
use liuke_platform::db::Sql as _;

use super::fill;
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

    let admin: uuid::Uuid = t
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
