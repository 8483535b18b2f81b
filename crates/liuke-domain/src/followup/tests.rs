#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::customer::{Channel, ConsentPurpose};
use crate::ids::StaffId;
use crate::pyramid::Tier;
use crate::refusal::Refusal;
use crate::worktime;

fn zone() -> TimeZone {
    worktime::zone("Asia/Shanghai").unwrap()
}

/// An instant of 2026 in the shop's zone.
fn at(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    date(2026, month, day)
        .at(hour, minute, 0, 0)
        .to_zoned(zone())
        .unwrap()
        .timestamp()
}

fn staff(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(n))
}

/// A report of 2 March, 16:00; tests change what they are about.
fn report<'a>(
    outcome: Outcome,
    attempts: u32,
    zone: &'a TimeZone,
    windows: &'a [Window],
) -> Report<'a> {
    Report {
        outcome,
        attempts,
        now: at(3, 2, 16, 0),
        call_again_at: None,
        kind: TaskKind::ServiceQuality,
        has_other_phone: false,
        other_channel: None,
        zone,
        windows,
    }
}

fn next(report: &Report<'_>) -> Result<Next, OutcomeError> {
    next_step(report, &Ladder::default())
}

#[test]
fn a_task_is_due_n_days_after_the_service_inside_a_contact_window() {
    let windows = default_windows();
    let three = PlanTrigger::new(TriggerKind::ServiceClosed, 3);
    let due = due_at(
        three,
        date(2026, 3, 1),
        at(3, 2, 8, 0),
        24,
        &zone(),
        &windows,
    )
    .unwrap();
    assert_eq!((due.from, due.due_at), (at(3, 4, 10, 0), at(3, 5, 10, 0)));
    let late = due_at(
        three,
        date(2026, 3, 1),
        at(3, 6, 12, 0),
        24,
        &zone(),
        &windows,
    )
    .unwrap();
    assert_eq!((late.from, late.due_at), (at(3, 6, 14, 0), at(3, 7, 14, 0)));
    let night = due_at(
        three,
        date(2026, 3, 1),
        at(3, 2, 8, 0),
        12,
        &zone(),
        &windows,
    )
    .unwrap();
    assert_eq!(night.due_at, at(3, 5, 9, 0));
    assert_eq!(
        fires_on(PlanTrigger::NoVisit { days: 180 }, date(2026, 1, 1)),
        Some(date(2026, 6, 30))
    );
}

#[test]
fn nobody_is_called_at_lunch_or_at_night() {
    let windows = default_windows();
    for (now, next) in [
        (at(3, 2, 9, 0), at(3, 2, 9, 0)),
        (at(3, 2, 8, 59), at(3, 2, 9, 0)),
        (at(3, 2, 11, 29), at(3, 2, 11, 29)),
        (at(3, 2, 11, 30), at(3, 2, 14, 0)),
        (at(3, 2, 19, 59), at(3, 2, 19, 59)),
        (at(3, 2, 20, 0), at(3, 3, 9, 0)),
        (
            at(12, 31, 23, 0),
            date(2027, 1, 1)
                .at(9, 0, 0, 0)
                .to_zoned(zone())
                .unwrap()
                .timestamp(),
        ),
    ] {
        assert_eq!(next_allowed(now, &zone(), &windows), next);
    }
    assert_eq!(next_allowed(at(3, 2, 3, 0), &zone(), &[]), at(3, 2, 3, 0));
}

#[test]
fn windows_are_times_in_order_without_overlap() {
    let text = serde_json::to_string(&default_windows()).unwrap();
    assert_eq!(
        text,
        r#"[{"from":"09:00","to":"11:30"},{"from":"14:00","to":"20:00"}]"#
    );
    assert_eq!(
        serde_json::from_str::<Vec<Window>>(&text).unwrap(),
        default_windows()
    );
    assert!(serde_json::from_str::<Window>(r#"{"from":"20:00","to":"09:00"}"#).is_err());
    let day = Window::parse("00:00", "24:00").unwrap();
    assert!(within_windows(at(3, 2, 23, 59), &zone(), &[day]));
    assert_eq!(check_windows(&default_windows()), Ok(()));
    assert_eq!(check_windows(&[]), Err(WindowError::None));
    assert_eq!(check_windows(&[day, day]), Err(WindowError::Overlap));
    assert_eq!(Window::parse("9:00", "10:00"), None);
}

#[test]
fn a_customers_own_window_takes_the_place_of_the_houses() {
    let house = default_windows();
    assert_eq!(windows_for(None, &house), house);
    let evening = Window::parse("18:30", "20:00").unwrap();
    assert_eq!(windows_for(Some(&evening), &house), [evening]);
    // At noon nobody is called, except who asked for it; and then at no other time.
    let noon = Window::parse("12:00", "13:30").unwrap();
    let own = windows_for(Some(&noon), &house);
    assert!(within_windows(at(3, 2, 12, 30), &zone(), own));
    assert_eq!(next_allowed(at(3, 2, 15, 0), &zone(), own), at(3, 3, 12, 0));
}

#[test]
fn calls_and_texts_keep_to_the_windows_and_nothing_else_does() {
    let kept: Vec<Channel> = Channel::ALL
        .iter()
        .copied()
        .filter(|channel| keeps_to_windows(*channel))
        .collect();
    assert_eq!(kept, [Channel::Phone, Channel::Sms]);
}

#[test]
fn two_contacts_of_one_person_lie_a_week_apart_by_the_calendar() {
    let last = Some(at(3, 1, 19, 30));
    let error = may_contact(last, at(3, 7, 23, 59), 7, &zone()).unwrap_err();
    assert_eq!(
        error,
        ContactError::TooSoon {
            until: at(3, 8, 0, 0)
        }
    );
    assert_eq!(error.params()["until"], at(3, 8, 0, 0).as_millisecond());
    assert_eq!(may_contact(last, at(3, 8, 0, 0), 7, &zone()), Ok(()));
    assert_eq!(may_contact(last, at(3, 1, 19, 31), 0, &zone()), Ok(()));
    assert_eq!(may_contact(None, at(3, 1, 9, 0), 7, &zone()), Ok(()));
}

#[test]
fn the_caller_is_never_the_person_who_served() {
    assert!(!may_call(staff(1), &[staff(1), staff(2)]));
    assert!(may_call(staff(3), &[staff(1), staff(2)]));
    let candidates = [(1, 0), (2, 5), (3, 2), (4, 2)].map(|(n, open)| Candidate {
        staff: staff(n),
        open,
    });
    assert_eq!(
        choose_caller(&candidates, &[staff(1)], None),
        Some(staff(3))
    );
    assert_eq!(choose_caller(&candidates, &[], None), Some(staff(1)));
    assert_eq!(
        choose_caller(&candidates, &[staff(1)], Some(staff(2))),
        Some(staff(2))
    );
    assert_eq!(
        choose_caller(&candidates, &[staff(2)], Some(staff(2))),
        Some(staff(1))
    );
    assert_eq!(
        choose_caller(&candidates, &[], Some(staff(9))),
        Some(staff(1))
    );
    assert_eq!(choose_caller(&candidates[..1], &[staff(1)], None), None);
    assert_eq!(choose_caller(&[], &[], None), None);
}

#[test]
fn an_unanswered_call_climbs_the_ladder_and_ends_at_the_reception() {
    let (zone, windows) = (zone(), default_windows());
    let unanswered = |attempts| report(Outcome::NoAnswer, attempts, &zone, &windows);
    for (attempts, want) in [
        (1, at(3, 2, 18, 0)),
        (2, at(3, 3, 10, 0)),
        (3, at(3, 4, 15, 0)),
        (4, at(3, 4, 18, 30)),
    ] {
        assert_eq!(
            next(&unanswered(attempts)),
            Ok(Next::RetryAt { at: want }),
            "{attempts}"
        );
    }
    let with_text = Report {
        other_channel: Some(Channel::Sms),
        ..unanswered(4)
    };
    assert_eq!(
        next(&with_text),
        Ok(Next::OtherChannel {
            channel: Channel::Sms,
            at: at(3, 4, 18, 30)
        })
    );
    let given_up = next(&unanswered(5)).unwrap();
    assert!(given_up == Next::Unreachable && given_up.closes() && given_up.asks_reception());
}

#[test]
fn call_again_needs_a_time_in_the_future_and_no_window_stands_in_its_way() {
    let (zone, windows) = (zone(), default_windows());
    for (call_again_at, want) in [
        (None, Err(OutcomeError::TimeMissing)),
        (Some(at(3, 2, 16, 0)), Err(OutcomeError::TimePast)),
        (Some(at(3, 2, 12, 0)), Err(OutcomeError::TimePast)),
        (
            Some(at(3, 2, 21, 0)),
            Ok(Next::RetryAt {
                at: at(3, 2, 21, 0),
            }),
        ),
        (Some(at(8, 2, 10, 0)), Err(OutcomeError::TimeTooFar)),
        (
            Some(at(3, 3, 9, 30)),
            Ok(Next::RetryAt {
                at: at(3, 3, 9, 30),
            }),
        ),
    ] {
        let asked = Report {
            call_again_at,
            ..report(Outcome::CallAgain, 9, &zone, &windows)
        };
        assert_eq!(next(&asked), want);
    }
}

#[test]
fn half_an_hour_around_the_time_the_customer_named_the_call_may_be_made() {
    let asked = at(3, 2, 12, 30);
    for (now, may) in [
        (at(3, 2, 11, 59), false),
        (at(3, 2, 12, 0), true),
        (at(3, 2, 12, 30), true),
        (at(3, 2, 13, 0), true),
        (at(3, 2, 13, 1), false),
    ] {
        assert_eq!(asked_for_now(asked, now), may, "{now}");
    }
}

#[test]
fn every_other_outcome_leads_somewhere_too() {
    let (zone, windows) = (zone(), default_windows());
    assert_eq!(
        next(&report(Outcome::Reached, 1, &zone, &windows)),
        Ok(Next::Done)
    );
    let refused = Next::ClosedRefused {
        withdraw: ConsentPurpose::Service,
        gap_factor: 2,
    };
    assert_eq!(
        next(&report(Outcome::Refused, 1, &zone, &windows)),
        Ok(refused)
    );
    let wrong = report(Outcome::WrongNumber, 1, &zone, &windows);
    let repair = next(&wrong).unwrap();
    assert!(
        repair == Next::DataRepair { goes_on: false } && repair.closes() && repair.asks_reception()
    );
    assert!(
        !next(&Report {
            has_other_phone: true,
            ..wrong
        })
        .unwrap()
        .closes()
    );
}

#[test]
fn urgency_is_the_share_of_the_allowed_time_that_is_left() {
    let (created, due) = (at(3, 1, 0, 0), at(3, 1, 10, 0));
    for (now, want) in [
        (at(3, 1, 0, 0), Urgency::Ok),
        (at(3, 1, 6, 41), Urgency::Ok),
        (at(3, 1, 6, 42), Urgency::Soon),
        (at(3, 1, 8, 59), Urgency::Soon),
        (at(3, 1, 9, 0), Urgency::Urgent),
        (at(3, 1, 10, 0), Urgency::Urgent),
        (at(3, 1, 10, 1), Urgency::Overdue),
    ] {
        assert_eq!(urgency(created, due, now), want, "{now}");
    }
    let standing = why(created, due, at(3, 1, 9, 0));
    assert_eq!(
        (standing.left_bp, standing.left_ms),
        (Some(1_000), 3_600_000)
    );
    assert_eq!(urgency(due, due, due), Urgency::Urgent);
}

#[test]
fn today_is_ordered_by_deadline_and_then_by_tier() {
    let mut tasks = [
        (at(3, 2, 9, 0), Some(Tier::D)),
        (at(3, 2, 9, 0), None),
        (at(3, 1, 9, 0), None),
        (at(3, 2, 9, 0), Some(Tier::A)),
    ];
    tasks.sort_by(|a, b| compare(*a, *b));
    assert_eq!(
        tasks.map(|(_, tier)| tier),
        [None, Some(Tier::A), Some(Tier::D), None]
    );
}

proptest! {
    #[test]
    fn the_next_allowed_instant_is_allowed_and_not_before_now(seconds in 0i64..400_000_000) {
        let (zone, windows) = (zone(), default_windows());
        let now = Timestamp::from_second(1_700_000_000 + seconds).unwrap();
        let next = next_allowed(now, &zone, &windows);
        prop_assert!(next >= now && within_windows(next, &zone, &windows));
        prop_assert!(next.duration_since(now) <= SignedDuration::from_hours(13));
    }

    #[test]
    fn nobody_who_served_is_ever_chosen(loads in prop::collection::vec(0u64..9, 0..6), served in prop::collection::vec(0u128..6, 0..6), requested in prop::option::of(0u128..6)) {
        let candidates: Vec<Candidate> = loads.iter().zip(0u128..).map(|(open, n)| Candidate { staff: staff(n), open: *open }).collect();
        let served: Vec<StaffId> = served.into_iter().map(staff).collect();
        if let Some(chosen) = choose_caller(&candidates, &served, requested.map(staff)) {
            prop_assert!(!served.contains(&chosen));
            prop_assert!(candidates.iter().any(|c| c.staff == chosen));
        } else {
            prop_assert!(candidates.iter().all(|c| served.contains(&c.staff)));
        }
    }
}
