//! Counter, settings, files, throttle.

use std::collections::BTreeSet;

use axum::body::Bytes;
use futures::stream;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::session::throttle;
use crate::testing::TestBase;
use crate::{blob, counter, on_both, setting};

on_both!(numbers_run_without_gaps_or_doubles);
async fn numbers_run_without_gaps_or_doubles(t: TestBase) {
    let day = jiff::civil::date(2026, 11, 21);
    let give = async || {
        let tx = t.base.db.begin().await.unwrap();
        let number = counter::next_number(&tx, "TS", day).await.unwrap();
        tx.commit().await.unwrap();
        number
    };
    let given: BTreeSet<String> = futures::future::join_all((0..20).map(|_| give()))
        .await
        .into_iter()
        .collect();
    assert_eq!(given.len(), 20);
    assert_eq!(given.first().map(String::as_str), Some("TS-20261121-0001"));
    assert_eq!(given.last().map(String::as_str), Some("TS-20261121-0020"));
    let tx = t.base.db.begin().await.unwrap();
    assert_eq!(
        counter::next_numbers(&tx, "HF", day, 3)
            .await
            .unwrap()
            .last()
            .unwrap(),
        "HF-20261121-0003"
    );
    assert_eq!(counter::next_plain(&tx, "C", 10).await.unwrap(), 1..=10);
    assert_eq!(counter::next_plain(&tx, "C", 1).await.unwrap(), 11..=11);
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct House {
    company: String,
}

on_both!(a_setting_edited_elsewhere_is_refused);
async fn a_setting_edited_elsewhere_is_refused(t: TestBase) {
    let ctx = t.ctx();
    assert_eq!(
        setting::get_or_default::<House>(&t.base.db, "house")
            .await
            .unwrap(),
        (House::default(), 0)
    );
    for version in 0..2 {
        let tx = t.base.db.begin().await.unwrap();
        let house = House {
            company: format!("留客 {version}"),
        };
        assert_eq!(
            setting::put(&tx, &ctx, "house", &house, Some(version))
                .await
                .unwrap(),
            version + 1
        );
        tx.commit().await.unwrap();
    }
    let tx = t.base.db.begin().await.unwrap();
    let refused = setting::put(&tx, &ctx, "house", &House::default(), Some(1))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "edited_elsewhere");
    tx.rollback().await;
    assert_eq!(
        setting::get::<House>(&t.base.db, "house")
            .await
            .unwrap()
            .unwrap()
            .0
            .company,
        "留客 1"
    );
}

on_both!(a_file_comes_back_byte_by_byte);
async fn a_file_comes_back_byte_by_byte(t: TestBase) {
    let ctx = t.ctx();
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| (n % 251) as u8).collect();
    let pieces = bytes
        .chunks(10_007)
        .map(|c| Ok::<_, crate::Fault>(Bytes::copy_from_slice(c)))
        .collect::<Vec<_>>();
    let spooled = blob::spool(stream::iter(pieces), 1 << 20).await.unwrap();
    let tx = t.base.db.begin().await.unwrap();
    let info = blob::put_spooled(&tx, &ctx, "客户.xlsx", "text/csv", spooled)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(info.size, 700_000);
    assert_eq!(blob::read_all(&t.base.db, info.id).await.unwrap(), bytes);
    assert_eq!(
        blob::info(&t.base.db, info.id).await.unwrap(),
        Some(info.clone())
    );
    let tx = t.base.db.begin().await.unwrap();
    let small = blob::put_bytes(&tx, &ctx, "b", "text/plain", b"abc")
        .await
        .unwrap();
    assert!(blob::delete(&tx, info.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(
        small.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(blob::read_all(&t.base.db, small.id).await.unwrap(), b"abc");
    assert!(
        blob::read_all(&t.base.db, info.id)
            .await
            .unwrap()
            .is_empty()
    );
    let too_long = stream::iter([Ok::<_, crate::Fault>(Bytes::from_static(b"12345"))]);
    let refused = blob::spool(too_long, 4).await.unwrap_err();
    assert_eq!(refused.status, 413);
}

on_both!(the_fifth_wrong_password_makes_the_guesser_wait);
async fn the_fifth_wrong_password_makes_the_guesser_wait(t: TestBase) {
    let fail = async || {
        let ctx = t.ctx();
        let tx = t.base.db.begin().await.unwrap();
        throttle::failed(&tx, &ctx, "Zhang", "1.2.3.4")
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let ask = async |login: &str| {
        throttle::check(&t.base.db, t.base.now().as_millisecond(), login, "1.2.3.4")
            .await
            .map_err(|p| p.params)
    };
    for _ in 0..4 {
        fail().await;
    }
    ask("zhang").await.unwrap();
    fail().await;
    assert_eq!(ask("zhang").await.unwrap_err()["retry_after_s"], 16);
    ask("li").await.unwrap();
    t.clock.advance(SignedDuration::from_secs(15));
    ask("zhang").await.unwrap();
    fail().await;
    assert_eq!(ask("ZHANG ").await.unwrap_err()["retry_after_s"], 31);
    for _ in 0..14 {
        fail().await;
    }
    assert!(
        ask("somebody else").await.is_err(),
        "twenty failures block the address"
    );
    let tx = t.base.db.begin().await.unwrap();
    throttle::succeeded(&tx, "zhang").await.unwrap();
    tx.commit().await.unwrap();
    assert!(
        ask("zhang").await.is_err(),
        "a success does not clear the address"
    );
}
