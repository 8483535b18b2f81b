use futures::StreamExt as _;
use serde_json::json;
use uuid::Uuid;

use crate::config::{Config, LimitsConfig};
use crate::events::{self, Wiring};
use crate::identity::{Identity, Scope};
use crate::live;
use crate::testing::{PLATFORM_ONLY, TestBase};
use crate::{Engine, Sql as _, Via, args, on_both};

fn somebody(n: u128) -> Identity {
    Identity {
        staff_id: Uuid::from_u128(n),
        name: "王".into(),
        login: "wang".into(),
        permissions: std::collections::BTreeSet::new(),
        scope: Scope::unlimited(),
        via: Via::Ui,
        session_id: None,
        token_id: None,
    }
}

async fn tell(t: &TestBase, id: u128) {
    let ctx = t.ctx();
    let tx = t.base.db.begin().await.unwrap();
    events::tell(
        &tx,
        &ctx,
        "followup_task",
        &json!({ "id": Uuid::from_u128(id) }),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// What a browser sends back as the last it has heard, while there is one event.
async fn only_event(t: &TestBase) -> String {
    let sql = "SELECT id FROM event";
    let id: Option<Uuid> = t.base.db.scalar(sql, args![]).await.unwrap();
    id.unwrap().simple().to_string()
}

async fn limited(engine: Engine) -> Option<TestBase> {
    let limits = LimitsConfig {
        live_per_person: 2,
        live_total: 3,
        ..LimitsConfig::default()
    };
    TestBase::with(
        engine,
        &PLATFORM_ONLY,
        Wiring::new(),
        Config {
            limits,
            ..Config::default()
        },
    )
    .await
}

on_both!(
    a_browser_hears_of_commits_and_of_what_it_missed,
    super::limited
);
async fn a_browser_hears_of_commits_and_of_what_it_missed(t: TestBase) {
    tell(&t, 1).await;
    let last = only_event(&t).await;
    tell(&t, 2).await;
    let response = live::sse(&t.base.live, &somebody(1), Some(&last))
        .await
        .unwrap();
    let mut body = response.into_body().into_data_stream();
    let hub = t.base.live.clone();
    let running = tokio::spawn(async move { hub.run().await });
    tell(&t, 3).await;
    let mut heard = String::new();
    while !heard.contains(&Uuid::from_u128(3).to_string()) {
        heard.push_str(std::str::from_utf8(&body.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(
        heard.contains(&format!(
            "data: {{\"id\":\"{}\",\"topic\":\"followup_task\"}}",
            Uuid::from_u128(2)
        )),
        "{heard}"
    );
    assert!(!heard.contains(&Uuid::from_u128(1).to_string()), "{heard}");
    t.base.live.close();
    running.await.unwrap();
    while body.next().await.is_some() {}
    assert_eq!(t.base.live.open(), 0);
}

on_both!(
    what_began_earlier_and_was_committed_later_is_not_missed,
    super::limited
);
async fn what_began_earlier_and_was_committed_later_is_not_missed(t: TestBase) {
    let early = t.ctx();
    t.clock.advance(jiff::SignedDuration::from_secs(3));
    tell(&t, 2).await;
    let last = only_event(&t).await;
    let tx = t.base.db.begin().await.unwrap();
    let slow = json!({ "id": Uuid::from_u128(1) });
    events::tell(&tx, &early, "followup_task", &slow)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let response = live::sse(&t.base.live, &somebody(1), Some(&last))
        .await
        .unwrap();
    let mut body = response.into_body().into_data_stream();
    let mut heard = String::new();
    while !heard.contains(&Uuid::from_u128(1).to_string()) {
        heard.push_str(std::str::from_utf8(&body.next().await.unwrap().unwrap()).unwrap());
    }
}

on_both!(streams_are_limited_per_person_and_in_all, super::limited);
async fn streams_are_limited_per_person_and_in_all(t: TestBase) {
    let open = async |n: u128| live::sse(&t.base.live, &somebody(n), None).await;
    let first = open(1).await.unwrap();
    let _second = open(1).await.unwrap();
    assert_eq!(open(1).await.unwrap_err().code, "live.too_many");
    let _third = open(2).await.unwrap();
    assert_eq!(open(3).await.unwrap_err().code, "live.full");
    drop(first);
    open(3).await.unwrap();
}
