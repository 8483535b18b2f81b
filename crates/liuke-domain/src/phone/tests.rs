#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

use proptest::prelude::*;

use super::*;

fn check(input: &str, kind: &str, e164: Option<&str>, extension: Option<&str>) {
    let phone = normalise(input);
    assert_eq!(phone.kind.as_str(), kind, "{input}: {phone:?}");
    assert_eq!(phone.e164.as_deref(), e164, "{input}: {phone:?}");
    assert_eq!(phone.extension.as_deref(), extension, "{input}: {phone:?}");
    assert!(phone.valid && phone.reason.is_none(), "{input}: {phone:?}");
    assert_eq!(phone.input, input);
}

#[test]
fn a_mobile_is_one_number_however_it_is_written() {
    for input in [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "008613800138000",
        "0086 138 0013 8000",
        "86-13800138000",
        "8613800138000",
        "86 138 00138000",
        "１３８００１３８０００",
        "＋８６１３８００１３８０００",
        " 13800138000\t",
        "'13800138000",
        "13800138000.0",
        "(+86)13800138000",
        "+86 (138) 0013-8000",
        "013800138000",
        "138.0013.8000",
        "138/0013/8000",
        "手机:13800138000",
        "Tel: 13800138000",
        "电话：138 0013 8000",
        "13800138000（李先生）",
        "13800138000 张三",
        "\u{feff}13800138000",
        "138—0013—8000",
        "\"13800138000\"",
        "tel:+86-138-0013-8000",
        "+86 0 13800138000",
    ] {
        check(input, "mobile", Some("+8613800138000"), None);
    }
    for input in [
        "19912345678",
        "16612345678",
        "17012345678",
        "14712345678",
        "15912345678",
    ] {
        check(input, "mobile", Some(&format!("+86{input}")), None);
    }
}

#[test]
fn a_landline_loses_its_trunk_zero_in_the_international_form_only() {
    for (input, e164, digits) in [
        ("010-12345678", "+861012345678", "01012345678"),
        ("01012345678", "+861012345678", "01012345678"),
        ("010/12345678", "+861012345678", "01012345678"),
        ("(010)12345678", "+861012345678", "01012345678"),
        ("（010）1234 5678", "+861012345678", "01012345678"),
        ("+86 10 12345678", "+861012345678", "01012345678"),
        ("+86-010-12345678", "+861012345678", "01012345678"),
        ("+86 (0)10 1234 5678", "+861012345678", "01012345678"),
        ("0086-10-12345678", "+861012345678", "01012345678"),
        ("86-10-12345678", "+861012345678", "01012345678"),
        ("1012345678", "+861012345678", "01012345678"),
        ("０１０－１２３４５６７８", "+861012345678", "01012345678"),
        ("021 5888 8888", "+862158888888", "02158888888"),
        ("0755-26012345", "+8675526012345", "075526012345"),
        ("075526012345", "+8675526012345", "075526012345"),
        ("75526012345", "+8675526012345", "075526012345"),
        ("0316-2012345", "+863162012345", "03162012345"),
        ("+86 316 2012345", "+863162012345", "03162012345"),
        ("0991.8812345", "+869918812345", "09918812345"),
        ("固话 0571-87654321", "+8657187654321", "057187654321"),
    ] {
        check(input, "landline", Some(e164), None);
        assert_eq!(normalise(input).digits, digits, "{input}");
    }
}

#[test]
fn extensions_are_taken_off_in_every_spelling() {
    for input in [
        "010-12345678-8001",
        "010-12345678转8001",
        "010-12345678 转 8001",
        "01012345678轉8001",
        "010-12345678 ext 8001",
        "010-12345678 ext.8001",
        "010-12345678 Ext:8001",
        "010-12345678x8001",
        "010-12345678分机8001",
        "010-12345678 分机号：8001",
        "010-12345678,8001",
        "010-12345678#8001",
        "(010)12345678(8001)",
        "010 12345678 8001",
        "+86-10-12345678-8001",
        "+861012345678;ext=8001",
        "010-12345678（转8001）",
        "010-12345678 extension 8001",
        "０１０－１２３４５６７８转８００１",
        "010-12345678-分机8001",
    ] {
        check(input, "landline", Some("+861012345678"), Some("8001"));
    }
    check(
        "0755-8123456-7",
        "landline",
        Some("+867558123456"),
        Some("7"),
    );
    check(
        "0755-26012345-12",
        "landline",
        Some("+8675526012345"),
        Some("12"),
    );
    check(
        "400-123-4567-801",
        "service",
        Some("+864001234567"),
        Some("801"),
    );
    check(
        "400 123 4567转2",
        "service",
        Some("+864001234567"),
        Some("2"),
    );
    check(
        "13800138000转1234",
        "mobile",
        Some("+8613800138000"),
        Some("1234"),
    );
    check(
        "17012345678-1234",
        "mobile",
        Some("+8617012345678"),
        Some("1234"),
    );
    check(
        "138-0013-8000 x9",
        "mobile",
        Some("+8613800138000"),
        Some("9"),
    );
    assert!(normalise("17012345678-1234").is_privacy_relay());
    assert!(!normalise("13800138000").is_privacy_relay());
}

#[test]
fn service_numbers_are_valid_and_only_the_long_ones_have_an_international_form() {
    for input in [
        "400-123-4567",
        "4001234567",
        "+86 400 123 4567",
        "４００－１２３－４５６７",
    ] {
        check(input, "service", Some("+864001234567"), None);
    }
    check("800-820-8820", "service", Some("+868008208820"), None);
    for input in [
        "10086",
        "12345",
        "110",
        "120",
        "95588",
        "96123",
        "95105105",
        "950618",
        "12306",
        "114",
        "021-96822",
        "100861",
    ] {
        check(input, "service", None, None);
    }
    assert_eq!(normalise("+86 95588").e164, None);
}

#[test]
fn foreign_numbers_need_their_country_code() {
    check("+1 212-736-5000", "foreign", Some("+12127365000"), None);
    check("001-212-736-5000", "foreign", Some("+12127365000"), None);
    check("+852 2345 6789", "foreign", Some("+85223456789"), None);
    check(
        "+44 (0)20 7946 0018",
        "foreign",
        Some("+442079460018"),
        None,
    );
    check("+49 30 901820", "foreign", Some("+4930901820"), None);
    check("+886 912 345 678", "foreign", Some("+886912345678"), None);
    check("+81-90-1234-5678", "foreign", Some("+819012345678"), None);
    let bad = normalise("+1 111 111 1111");
    assert!(
        !bad.valid
            && bad.kind == PhoneKind::Foreign
            && bad.reason == Some(PhoneProblem::NoSuchNumber),
        "{bad:?}"
    );
}

#[test]
fn what_is_not_a_number_says_why() {
    for (input, kind, reason) in [
        ("", "unknown", PhoneProblem::Empty),
        ("　 ", "unknown", PhoneProblem::Empty),
        ("无", "unknown", PhoneProblem::NotANumber),
        ("n/a", "unknown", PhoneProblem::NotANumber),
        ("-", "unknown", PhoneProblem::NotANumber),
        ("1.38E+10", "unknown", PhoneProblem::DigitsLost),
        ("1.38001E+10", "unknown", PhoneProblem::DigitsLost),
        ("138****8000", "unknown", PhoneProblem::Masked),
        ("26012345", "landline", PhoneProblem::MissingAreaCode),
        ("12345678", "unknown", PhoneProblem::TooShort),
        ("AB13800138000", "unknown", PhoneProblem::NotANumber),
        ("6543210", "landline", PhoneProblem::MissingAreaCode),
        ("0991", "landline", PhoneProblem::TooShort),
        ("1380013800", "unknown", PhoneProblem::TooShort),
        ("138001380001", "unknown", PhoneProblem::TooLong),
        ("12800138000", "unknown", PhoneProblem::NoSuchNumber),
        ("0732-1234567", "landline", PhoneProblem::UnknownAreaCode),
        ("021-1234567", "landline", PhoneProblem::TooShort),
        ("021-01234567", "landline", PhoneProblem::NoSuchNumber),
        ("123", "unknown", PhoneProblem::TooShort),
        (
            "13800138000/13900139000",
            "unknown",
            PhoneProblem::SeveralNumbers,
        ),
        ("138abc0013", "unknown", PhoneProblem::NotANumber),
        ("李138 老王 139", "unknown", PhoneProblem::NotANumber),
    ] {
        let phone = normalise(input);
        assert_eq!(
            (phone.kind.as_str(), phone.reason, phone.valid),
            (kind, Some(reason), false),
            "{input}: {phone:?}"
        );
        assert_eq!(phone.e164, None, "{input}");
    }
}

#[test]
fn an_exponent_is_harmless_only_when_all_digits_are_there() {
    check("1.3800138001E+10", "mobile", Some("+8613800138001"), None);
    assert_eq!(normalise("1.38E+10").reason, Some(PhoneProblem::DigitsLost));
}

#[test]
fn two_numbers_in_one_cell_are_two_and_one_with_a_slash_is_one() {
    for (cell, want) in [
        (
            "13800138000/13900139000",
            vec!["13800138000", "13900139000"],
        ),
        (
            "13800138000、13900139000",
            vec!["13800138000", "13900139000"],
        ),
        (
            "13800138000；13900139000",
            vec!["13800138000", "13900139000"],
        ),
        (
            "13800138000;010-12345678",
            vec!["13800138000", "010-12345678"],
        ),
        (
            "13800138000 13900139000",
            vec!["13800138000", "13900139000"],
        ),
        (
            "13800138000，010-12345678转12",
            vec!["13800138000", "010-12345678转12"],
        ),
        (
            "13800138000\n13900139000",
            vec!["13800138000", "13900139000"],
        ),
        (
            "13800138000或13900139000",
            vec!["13800138000", "13900139000"],
        ),
        ("010-12345678/87654321", vec!["010-12345678", "87654321"]),
        ("010/12345678", vec!["010/12345678"]),
        ("010-12345678,8001", vec!["010-12345678,8001"]),
        ("138 0013 8000", vec!["138 0013 8000"]),
        ("138/0013/8000", vec!["138/0013/8000"]),
        ("0755 2601 2345", vec!["0755 2601 2345"]),
        ("021 5888 8888 801", vec!["021 5888 8888 801"]),
        ("13800138000", vec!["13800138000"]),
        ("", vec![""]),
    ] {
        assert_eq!(split(cell), want, "{cell}");
    }
    let both = normalise_all("010-12345678/87654321");
    assert_eq!(both[1].e164.as_deref(), Some("+861087654321"));
    assert_eq!(both[1].input, "87654321");
}

#[test]
fn behind_one_switchboard_every_extension_is_another_person() {
    let one = normalise("010-12345678-8001").match_key();
    let other = normalise("010-12345678-8002").match_key();
    assert_ne!(one, other);
    assert_eq!(
        normalise("138 0013 8000").match_key(),
        normalise("+8613800138000").match_key()
    );
    assert_eq!(normalise("95588").match_key().as_deref(), Some("95588"));
    assert_eq!(normalise("1.38E+10").match_key(), None);
    assert!(normalise("13800138000").can_text() && !normalise("010-12345678").can_text());
    assert!(!normalise("95588").can_call());
}

proptest! {
    #[test]
    fn reading_the_international_form_again_changes_nothing(input in "[0-9+() -]{3,18}") {
        let first = normalise(&input);
        if let Some(e164) = &first.e164 {
            let again = normalise(e164);
            prop_assert_eq!(again.e164.as_ref(), Some(e164));
            prop_assert_eq!(again.kind, first.kind);
            prop_assert_eq!(again.digits, first.digits);
        }
    }

    #[test]
    fn every_spelling_of_a_mobile_has_the_same_key(second in 3u8..=9, rest in 0u32..1_000_000_000, prefix in 0usize..6, gap in 0usize..4) {
        let bare = format!("1{second}{rest:09}");
        let prefix = ["", "+86", "0086", "86-", "+86 ", "86"][prefix];
        let gap = ["", " ", "-", "."][gap];
        let written = format!("{prefix}{}{gap}{}{gap}{}", &bare[..3], &bare[3..7], &bare[7..]);
        prop_assert_eq!(normalise(&written).e164, Some(format!("+86{bare}")), "{}", written);
    }

    #[test]
    fn no_text_makes_it_panic(input in "\\PC{0,40}") {
        let phone = normalise(&input);
        prop_assert_eq!(phone.valid, phone.reason.is_none());
        let _ = mask(&input);
    }

    #[test]
    fn a_mask_never_shows_the_whole_of_a_long_number(input in "[0-9]{7,12}") {
        let phone = normalise(&input);
        let shown = mask(&input).chars().filter(char::is_ascii_digit).count();
        prop_assert!(shown + 3 <= phone.digits.len().max(7));
    }
}
