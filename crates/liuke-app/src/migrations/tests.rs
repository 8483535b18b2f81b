//! An installation of any age comes up to date with what is in it (升级).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use liuke_platform::ctx::{Base, SystemClock};
use liuke_platform::db::Sql as _;
use liuke_platform::migrate::{catalogue, migrate};
use liuke_platform::testing::TestDb;
use liuke_platform::{args, audit};
use uuid::Uuid;

use super::MIGRATIONS;
use crate::testing::TestApp;
use crate::{App, on_both, wiring};

on_both!(every_committed_schema_comes_up_to_date_with_its_rows);
async fn every_committed_schema_comes_up_to_date_with_its_rows(t: TestApp) {
    let engine = t.db().engine();
    let wanted = catalogue(t.db()).await.unwrap();
    for known in 1..MIGRATIONS.len() {
        let old = TestDb::fresh(engine, &MIGRATIONS[..known]).await;
        let tx = old.db.begin().await.unwrap();
        let branch = Uuid::from_u128(2);
        tx.run(
            "INSERT INTO branch (id, code, name, kind, zone, active, version, created_at)
             VALUES ($1, 'A', '老店', 'company', 'Asia/Shanghai', TRUE, 1, 0)",
            args![branch],
        )
        .await
        .unwrap();
        tx.run(
            "INSERT INTO customer (id, number, kind, name, sort_key, stage, branch_id, do_not_call, ask_at_reception,
                asset_count, revenue_fen, order_count, visit_count, visit_sort, version, created_at, updated_at)
             VALUES ($1, 'KH-1', 'person', '王建国', 'w', 'known', $2, FALSE, FALSE, 0, 0, 0, 0, '', 1, 0, 0)",
            args![Uuid::from_u128(1), branch],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();

        let done = migrate(&old.db, MIGRATIONS, &SystemClock).await.unwrap();
        assert_eq!(done.applied.len(), MIGRATIONS.len() - known);
        assert_eq!(catalogue(&old.db).await.unwrap(), wanted, "from {known}");
        let base = Base::new(old.db.clone(), (*t.config).clone(), wiring::wiring());
        let app = App::over(base, false).await.unwrap();
        crate::jobs().run_due(&app).await.unwrap();
        let name: Option<String> = app
            .db
            .scalar("SELECT name FROM customer WHERE number = 'KH-1'", args![])
            .await
            .unwrap();
        assert_eq!(name.as_deref(), Some("王建国"));
        assert_eq!(audit::verify(&app.db).await.unwrap().broken_at, None);
    }
}
