use serde_json::json;

use crate::testing::TestBase;
use crate::{Engine, Sql as _, args, audit, on_both};

async fn write(t: &TestBase, count: usize) {
    let ctx = t.ctx();
    for n in 0..count {
        let tx = t.base.db.begin().await.unwrap();
        audit::write(
            &tx,
            &ctx,
            "thing.edit",
            "thing",
            Some(ctx.new_id()),
            None,
            Some(json!({"n": n, "名": "张"})),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}

on_both!(the_chain_holds);
async fn the_chain_holds(t: TestBase) {
    assert_eq!(audit::verify(&t.base.db).await.unwrap().entries, 0);
    write(&t, 5).await;
    let report = audit::verify(&t.base.db).await.unwrap();
    assert_eq!((report.entries, report.broken_at), (5, None));
    let head = audit::head(&t.base.db).await.unwrap().unwrap();
    assert_eq!((head.seq, Some(head.hash)), (5, report.head));
}

on_both!(the_database_refuses_changes);
async fn the_database_refuses_changes(t: TestBase) {
    write(&t, 2).await;
    let mut statements = vec![
        "UPDATE audit SET actor_name = 'x'",
        "DELETE FROM audit WHERE seq = 1",
    ];
    if t.base.db.engine() == Engine::Postgres {
        statements.push("TRUNCATE audit");
    }
    for sql in statements {
        let tx = t.base.db.begin().await.unwrap();
        let said = tx.run(sql, args![]).await.unwrap_err().to_string();
        assert!(said.contains("append-only"), "{said}");
    }
}

on_both!(a_forged_entry_breaks_the_chain_where_it_stands);
async fn a_forged_entry_breaks_the_chain_where_it_stands(t: TestBase) {
    write(&t, 6).await;
    let tx = t.base.db.begin().await.unwrap();
    let off = match t.base.db.engine() {
        Engine::Sqlite => "DROP TRIGGER audit_no_update",
        Engine::Postgres => "DROP TRIGGER audit_no_change ON audit",
    };
    tx.run(off, args![]).await.unwrap();
    tx.run("UPDATE audit SET after_json = '{}' WHERE seq = 4", args![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let report = audit::verify(&t.base.db).await.unwrap();
    assert_eq!((report.entries, report.broken_at), (3, Some(4)));
}

on_both!(writers_side_by_side_keep_one_chain);
async fn writers_side_by_side_keep_one_chain(t: TestBase) {
    futures::future::join_all((0..8).map(|_| write(&t, 4))).await;
    let report = audit::verify(&t.base.db).await.unwrap();
    assert_eq!((report.entries, report.broken_at), (32, None));
}
