#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::satisfaction::Scores;

const CALLER: StaffId = StaffId(Uuid::from_u128(1));
const MECHANIC: StaffId = StaffId(Uuid::from_u128(2));
const DIRECTOR: StaffId = StaffId(Uuid::from_u128(3));
const SECOND: StaffId = StaffId(Uuid::from_u128(4));

fn now() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn sign(by: StaffId) -> Signature {
    Signature {
        by,
        name: "某人".to_owned(),
        at: now(),
        hash: "00".to_owned(),
    }
}

fn raised() -> Slip {
    Slip::raise(CALLER, Some(MECHANIC), now(), DUE_HOURS)
}

fn answered() -> Slip {
    raised().answer("已更换", sign(MECHANIC)).unwrap()
}

fn countersigned() -> Slip {
    answered().countersign(sign(DIRECTOR)).unwrap()
}

#[test]
fn a_slip_is_answered_countersigned_and_confirmed() {
    let closed = countersigned().confirm(SECOND, now()).unwrap();
    assert_eq!(
        (closed.state, closed.closed_at, closed.reopened),
        (SlipState::Closed, Some(now()), 0)
    );
    assert_eq!(raised().due_at, "2026-03-03T08:00:00Z".parse().unwrap());
}

#[test]
fn only_the_person_responsible_answers() {
    assert_eq!(
        raised().answer("好", sign(DIRECTOR)).unwrap_err(),
        SlipError::NotResponsible
    );
    let open = Slip::raise(CALLER, None, now(), DUE_HOURS);
    assert_eq!(
        open.clone().answer("好", sign(MECHANIC)).unwrap_err(),
        SlipError::NotAssigned
    );
    assert!(
        open.assign(MECHANIC)
            .unwrap()
            .answer("好", sign(MECHANIC))
            .is_ok()
    );
    assert_eq!(
        raised().answer("  ", sign(MECHANIC)).unwrap_err(),
        SlipError::TextMissing
    );
    assert_eq!(
        raised()
            .answer(&"长".repeat(2_001), sign(MECHANIC))
            .unwrap_err(),
        SlipError::TextTooLong
    );
    assert_eq!(
        answered().answer("好", sign(MECHANIC)).unwrap_err(),
        SlipError::AlreadyAnswered
    );
    assert_eq!(
        answered().assign(SECOND).unwrap_err(),
        SlipError::AlreadyAnswered
    );
}

#[test]
fn who_answered_neither_countersigns_nor_confirms() {
    assert_eq!(
        answered().countersign(sign(MECHANIC)).unwrap_err(),
        SlipError::OwnAnswer
    );
    assert_eq!(
        answered().send_back(MECHANIC, "不够").unwrap_err(),
        SlipError::OwnAnswer
    );
    assert_eq!(
        countersigned().confirm(MECHANIC, now()).unwrap_err(),
        SlipError::OwnSignature
    );
    assert_eq!(
        countersigned().confirm(DIRECTOR, now()).unwrap_err(),
        SlipError::OwnSignature
    );
    assert_eq!(
        countersigned().reopen(DIRECTOR, now(), 24).unwrap_err(),
        SlipError::OwnSignature
    );
    assert!(countersigned().confirm(CALLER, now()).is_ok());
}

#[test]
fn no_step_can_be_left_out() {
    assert_eq!(
        raised().countersign(sign(DIRECTOR)).unwrap_err(),
        SlipError::NotAnswered
    );
    assert_eq!(
        raised().confirm(SECOND, now()).unwrap_err(),
        SlipError::NotAnswered
    );
    assert_eq!(
        answered().confirm(SECOND, now()).unwrap_err(),
        SlipError::NotCountersigned
    );
    assert_eq!(
        countersigned().countersign(sign(DIRECTOR)).unwrap_err(),
        SlipError::AlreadyCountersigned
    );
    let closed = countersigned().confirm(SECOND, now()).unwrap();
    assert_eq!(
        closed.clone().confirm(SECOND, now()).unwrap_err(),
        SlipError::Closed
    );
    assert_eq!(
        closed.clone().assign(SECOND).unwrap_err(),
        SlipError::Closed
    );
    assert_eq!(
        closed.countersign(sign(DIRECTOR)).unwrap_err(),
        SlipError::Closed
    );
}

#[test]
fn a_supervisor_sends_an_answer_back_with_a_reason() {
    let back = answered().send_back(DIRECTOR, "没有说明原因").unwrap();
    assert_eq!(
        (
            back.state,
            back.answered.is_none(),
            back.answer.as_deref(),
            back.reopened
        ),
        (SlipState::Raised, true, Some("已更换"), 0)
    );
    assert_eq!(
        answered().send_back(DIRECTOR, " ").unwrap_err(),
        SlipError::TextMissing
    );
}

#[test]
fn a_customer_who_is_not_satisfied_reopens_and_it_counts() {
    let later: Timestamp = "2026-03-05T08:00:00Z".parse().unwrap();
    let again = countersigned().reopen(SECOND, later, 24).unwrap();
    assert_eq!(
        (
            again.state,
            again.reopened,
            again.answer.clone(),
            again.countersigned.clone()
        ),
        (SlipState::Raised, 1, None, None)
    );
    assert_eq!(again.due_at, "2026-03-06T08:00:00Z".parse().unwrap());
    assert_eq!(again.responsible, Some(MECHANIC));
    let closed = again
        .answer("重做", sign(MECHANIC))
        .unwrap()
        .countersign(sign(DIRECTOR))
        .unwrap()
        .confirm(SECOND, later)
        .unwrap();
    assert_eq!(
        closed.clone().reopen(CALLER, later, 24).unwrap_err(),
        SlipError::Closed,
        "a confirming call finds it closed"
    );
    assert_eq!(
        closed.clone().reopen_closed(" ", later, 24).unwrap_err(),
        SlipError::TextMissing
    );
    let third = closed.reopen_closed("又响了", later, 24).unwrap();
    assert_eq!(
        (third.state, third.reopened, third.closed_at),
        (SlipState::Raised, 2, None)
    );
    assert_eq!(third.responsible, Some(MECHANIC));
    assert_eq!(
        third.reopen_closed("再开", later, 24).unwrap_err(),
        SlipError::NotClosed
    );
}

#[test]
fn a_slip_is_overdue_after_its_deadline_and_never_when_closed() {
    let due = raised().due_at;
    assert!(!raised().is_overdue(due));
    assert!(raised().is_overdue(due.checked_add(SignedDuration::from_millis(1)).unwrap()));
    let closed = countersigned().confirm(SECOND, now()).unwrap();
    assert!(!closed.is_overdue(Timestamp::MAX));
}

#[test]
fn everybody_is_offered_exactly_what_would_not_be_refused() {
    for (slip, by, want) in [
        (
            raised(),
            MECHANIC,
            vec![SlipAction::Assign, SlipAction::Answer],
        ),
        (raised(), DIRECTOR, vec![SlipAction::Assign]),
        (answered(), MECHANIC, vec![]),
        (
            answered(),
            DIRECTOR,
            vec![SlipAction::Return, SlipAction::Countersign],
        ),
        (countersigned(), DIRECTOR, vec![]),
        (countersigned(), SECOND, vec![SlipAction::Confirm]),
        (
            countersigned().confirm(SECOND, now()).unwrap(),
            SECOND,
            vec![SlipAction::Reopen],
        ),
    ] {
        assert_eq!(slip.allowed(by), want, "{slip:?}");
    }
}

#[test]
fn every_refusal_has_its_own_code() {
    let all = [
        SlipError::TextMissing,
        SlipError::TextTooLong,
        SlipError::Closed,
        SlipError::NotClosed,
        SlipError::NotAssigned,
        SlipError::AlreadyAnswered,
        SlipError::NotAnswered,
        SlipError::AlreadyCountersigned,
        SlipError::NotCountersigned,
        SlipError::NotResponsible,
        SlipError::OwnAnswer,
        SlipError::OwnSignature,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(Refusal::code).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|c| c.starts_with("slip.")));
}

fn content() -> Content<'static> {
    Content {
        number: "FK-20260302-0001",
        round: 0,
        customer: "张三",
        asset: Some("京A·12345"),
        raised_at: 1_772_438_400_000,
        raised_by: "李四",
        problem: "异响未解决",
        verbatim: Some("还是有声音\"咯吱\""),
        scores: Scores {
            result: Some(2),
            ..Scores::default()
        },
        responsible: Some("王五"),
        answer: Some("已更换"),
        answer_hash: None,
        countersign_hash: None,
    }
}

#[test]
fn the_hash_is_that_of_the_canonical_text_and_changes_with_every_letter() {
    let value = json!({"b": [1, {"z": null, "a": "x\"y"}], "a": true, "中": "文"});
    assert_eq!(
        canonical(&value),
        r#"{"a":true,"b":[1,{"a":"x\"y","z":null}],"中":"文"}"#
    );
    assert_eq!(
        content_hash(&json!({})),
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
    let hash = content().hash();
    assert_eq!(hash.len(), 64);
    assert_eq!(hash, content().hash());
    for other in [
        Content {
            answer: Some("已更换。"),
            ..content()
        },
        Content {
            round: 1,
            ..content()
        },
        Content {
            answer_hash: Some(&hash),
            ..content()
        },
        Content {
            asset: None,
            ..content()
        },
        Content {
            scores: Scores::default(),
            ..content()
        },
    ] {
        assert_ne!(other.hash(), hash);
    }
}

proptest! {
    #[test]
    fn whatever_people_try_signatures_stay_apart(steps in prop::collection::vec((0u8..7, 1u128..5), 0..40)) {
        let mut slip = Slip::raise(CALLER, None, now(), DUE_HOURS);
        for (step, who) in steps {
            let by = StaffId(Uuid::from_u128(who));
            let before = slip.clone();
            let after = match step {
                0 => before.assign(by),
                1 => before.answer("好", sign(by)),
                2 => before.send_back(by, "退"),
                3 => before.countersign(sign(by)),
                4 => before.confirm(by, now()),
                5 => before.reopen(by, now(), 24),
                _ => before.reopen_closed("又坏了", now(), 24),
            };
            if let Ok(after) = after {
                if step == 4 {
                    prop_assert_ne!(slip.answered.as_ref().map(|s| s.by), Some(by));
                    prop_assert_ne!(slip.countersigned.as_ref().map(|s| s.by), Some(by));
                }
                slip = after;
            }
            if let (Some(first), Some(second)) = (&slip.answered, &slip.countersigned) {
                prop_assert_ne!(first.by, second.by);
            }
            prop_assert_eq!(slip.state == SlipState::Closed, slip.closed_at.is_some());
            prop_assert_eq!(slip.countersigned.is_some(), matches!(slip.state, SlipState::Countersigned | SlipState::Closed));
        }
    }
}
