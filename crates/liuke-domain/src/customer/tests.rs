use jiff::civil::{Date, date};

use super::*;

const TODAY: Date = date(2026, 11, 21);

#[test]
fn a_record_needs_a_name_and_keeps_within_limits() {
    assert_eq!(
        check(
            &Draft {
                name: "张三",
                ..Draft::default()
            },
            TODAY
        ),
        vec![]
    );
    let long = "备".repeat(NOTES_MAX + 1);
    let tags = vec!["长".repeat(31)];
    let draft = Draft {
        name: "　",
        birthday: Some(date(2026, 11, 22)),
        notes: Some(&long),
        tags: &tags,
        phones: &[Some("无"), None, Some("13800138000"), Some("12345678901")],
        emails: &[Some("a@b"), Some("a@b.cn")],
        ..Draft::default()
    };
    let found: Vec<(String, &str)> = check(&draft, TODAY)
        .into_iter()
        .map(|p| (p.path, p.code))
        .collect();
    assert_eq!(
        found,
        [
            ("name", "field.required"),
            ("notes", "field.too_long"),
            ("tags.0", "field.too_long"),
            ("birthday", "field.in_future"),
            ("phones.0.number", "field.bad_phone"),
            ("emails.0.address", "field.bad_email"),
        ]
        .map(|(p, c)| (p.to_owned(), c))
    );
}

#[test]
fn a_contact_window_has_both_its_times_in_order_or_none() {
    let (from, to) = ("contact_from", "contact_to");
    for (window, want) in [
        ((None, None), vec![]),
        ((Some("18:30"), Some("20:00")), vec![]),
        ((Some("18:30"), None), vec![(to, "field.required")]),
        ((None, Some("20:00")), vec![(from, "field.required")]),
        (
            (Some("8:30"), Some("20:60")),
            vec![(from, "field.bad_time"), (to, "field.bad_time")],
        ),
        ((Some("09:00"), Some("24:00")), vec![(to, "field.bad_time")]),
        (
            (Some("+9:00"), None),
            vec![(from, "field.bad_time"), (to, "field.required")],
        ),
        (
            (Some("20:00"), Some("20:00")),
            vec![(to, "field.ends_before_start")],
        ),
    ] {
        let draft = Draft {
            name: "张三",
            contact_from: window.0,
            contact_to: window.1,
            ..Draft::default()
        };
        let problems = check(&draft, TODAY);
        let found: Vec<(&str, &str)> = problems.iter().map(|p| (p.path.as_str(), p.code)).collect();
        assert_eq!(found, want, "{window:?}");
    }
}

#[test]
fn nobody_was_born_before_1900_or_tomorrow() {
    for (birthday, code) in [
        (date(1899, 12, 31), Some("field.too_early")),
        (date(1900, 1, 1), None),
        (TODAY, None),
        (date(2027, 1, 1), Some("field.in_future")),
    ] {
        let problems = check(
            &Draft {
                name: "张三",
                birthday: Some(birthday),
                ..Draft::default()
            },
            TODAY,
        );
        assert_eq!(problems.first().map(|p| p.code), code, "{birthday}");
    }
}

#[test]
fn who_was_born_on_a_leap_day_is_greeted_every_year() {
    let born = date(2000, 2, 29);
    for (day, yes) in [
        (date(2025, 2, 28), true),
        (date(2024, 2, 28), false),
        (date(2024, 2, 29), true),
        (date(2025, 3, 1), false),
        (date(1999, 2, 28), false),
    ] {
        assert_eq!(is_birthday(born, day), yes, "{day}");
    }
    assert_eq!(
        next_birthday(born, date(2025, 3, 1)),
        Some(date(2026, 2, 28))
    );
    assert_eq!(
        next_birthday(born, date(2028, 1, 1)),
        Some(date(2028, 2, 29))
    );
    assert_eq!(
        next_birthday(date(1990, 5, 1), date(2026, 5, 1)),
        Some(date(2026, 5, 1))
    );
    assert_eq!(age(born, date(2025, 2, 27)), Some(24));
    assert_eq!(age(born, date(2025, 2, 28)), Some(25));
    assert_eq!(age(born, date(1999, 1, 1)), None);
}

#[test]
fn gaps_are_listed_with_the_most_urgent_first() {
    let full = Record {
        kind: CustomerKind::Person,
        name: "张三",
        phones: &[PhoneState {
            valid: true,
            do_not_use: false,
        }],
        assets_identified: &[true],
        has_owner: true,
        has_source: true,
        has_service_consent: true,
        has_birthday: true,
        has_address: true,
    };
    assert_eq!(gaps(&full), vec![]);
    assert!(is_valid_record(&full));
    let poor = Record {
        phones: &[],
        name: "张先生",
        assets_identified: &[],
        has_birthday: false,
        ..full
    };
    assert_eq!(
        gaps(&poor),
        vec![
            Gap::NoPhone,
            Gap::PartialName,
            Gap::NoAsset,
            Gap::NoBirthday
        ]
    );
    let wrong = Record {
        phones: &[PhoneState {
            valid: true,
            do_not_use: true,
        }],
        ..full
    };
    assert_eq!(gaps(&wrong), vec![Gap::NoValidPhone]);
    assert!(!is_valid_record(&wrong));
    let firm = Record {
        kind: CustomerKind::Organisation,
        has_birthday: false,
        name: "一汽",
        ..full
    };
    assert_eq!(gaps(&firm), vec![]);
}

#[test]
fn e_mail_addresses_are_stored_in_one_form() {
    assert_eq!(
        email(" Zhang.San@Example.COM "),
        Some("Zhang.San@example.com".to_owned())
    );
    assert_eq!(email("ａ＠ｂ．ｃｎ"), Some("a@b.cn".to_owned()));
    for bad in [
        "", "a@", "@b.cn", "a b@c.cn", "a@b", "a@b..cn", "a,b@c.cn", "无",
    ] {
        assert_eq!(email(bad), None, "{bad}");
    }
    assert_eq!(mask_email("zhang@example.com"), "z***@example.com");
    assert_eq!(mask_address("江苏省南京市玄武区1号"), "江苏省南京市****");
    assert_eq!(mask_birthday(date(1985, 3, 4)), "1985-**-**");
}
