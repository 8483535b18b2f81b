//! Search keys (检索键): one table of suffixes, so that any part of a name, phone, plate, VIN or number is the beginning of a key and one
//! range `k >= q AND k < end` on an index finds it, on both engines alike.
//!
//! The keys of a customer and the folding of a query live here, side by side, since they must agree to the letter.

use std::collections::BTreeSet;

use crate::{phone, pinyin, text};

/// Longest key and longest query in characters; longer ones are cut alike, so that they still meet.
pub const KEY_MAX: usize = 40;
/// Fewest digits of a phone or number that find anything (至少 4 位).
pub const DIGITS_MIN: usize = 4;
/// Fewest characters of a plate.
pub const PLATE_MIN: usize = 3;
/// Fewest initials that form a key of their own.
pub const INITIALS_MIN: usize = 2;

/// What a customer can be found by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Searchable<'a> {
    /// Name, other names, names of contacts.
    pub names: &'a [&'a str],
    /// Phones as written or in international form.
    pub phones: &'a [&'a str],
    /// 车牌.
    pub plates: &'a [&'a str],
    /// 车架号 and serial numbers of equipment.
    pub vins: &'a [&'a str],
    /// Customer number, external number, membership number.
    pub numbers: &'a [&'a str],
}

/// All keys of a customer, sorted and without doubles.
pub fn search_keys(customer: &Searchable<'_>) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for name in customer.names {
        suffixes(&text::fold_key(name), 1, &mut keys);
        let sounds = pinyin::keys(name);
        for initials in &sounds.initials {
            suffixes(
                initials,
                INITIALS_MIN.min(initials.chars().count()),
                &mut keys,
            );
        }
        for syllables in &sounds.syllables {
            for start in 0..syllables.len() {
                insert(
                    &syllables
                        .iter()
                        .skip(start)
                        .map(String::as_str)
                        .collect::<String>(),
                    &mut keys,
                );
            }
        }
    }
    for cell in customer.phones {
        for number in phone::normalise_all(cell) {
            suffixes(
                &number.digits,
                DIGITS_MIN.min(number.digits.len()),
                &mut keys,
            );
        }
    }
    for plate in customer.plates {
        suffixes(&text::fold_key(plate), PLATE_MIN, &mut keys);
    }
    for number in customer.vins.iter().chain(customer.numbers) {
        let folded = text::fold_key(number);
        insert(&folded, &mut keys);
        suffixes(&folded, DIGITS_MIN, &mut keys);
    }
    keys.into_iter().collect()
}

/// Every suffix of at least `least` characters.
fn suffixes(folded: &str, least: usize, keys: &mut BTreeSet<String>) {
    let count = folded.chars().count();
    for (i, (at, _)) in folded.char_indices().enumerate() {
        if count - i < least.max(1) {
            break;
        }
        if let Some(suffix) = folded.get(at..) {
            insert(suffix, keys);
        }
    }
}

fn insert(key: &str, keys: &mut BTreeSet<String>) {
    if !key.is_empty() {
        keys.insert(text::truncate(key, KEY_MAX).to_owned());
    }
}

/// Folds what a user typed the way keys are folded; `None` when nothing is left to search for.
///
/// A phone with its country code is searched by its national digits, since that is what keys hold.
pub fn query_key(query: &str) -> Option<String> {
    let width = text::fold_width(query);
    let trimmed = width.trim();
    let digits: String = trimmed.chars().filter(char::is_ascii_digit).collect();
    let only_phone = !digits.is_empty()
        && trimmed
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.' | '/'));
    if only_phone {
        let prefixed = trimmed.starts_with('+')
            || digits.starts_with("00")
            || digits.starts_with("86") && digits.len() >= 12;
        if prefixed {
            let number = phone::normalise(trimmed);
            if number.valid {
                return Some(number.digits);
            }
            if let Some(national) = digits
                .trim_start_matches("00")
                .strip_prefix("86")
                .filter(|n| n.len() >= DIGITS_MIN)
            {
                return Some(text::truncate(national, KEY_MAX).to_owned());
            }
        }
        return Some(text::truncate(&digits, KEY_MAX).to_owned());
    }
    let folded = text::fold_key(trimmed);
    (!folded.is_empty()).then(|| text::truncate(&folded, KEY_MAX).to_owned())
}

/// The end, not included, of the range of keys that begin with `q`, in byte order (SQLite BINARY, PostgreSQL COLLATE "C").
pub fn prefix_end(q: &str) -> String {
    let mut characters: Vec<char> = q.chars().collect();
    while let Some(last) = characters.pop() {
        let next = if last == '\u{d7ff}' {
            Some('\u{e000}')
        } else {
            char::from_u32(u32::from(last) + 1)
        };
        if let Some(next) = next {
            characters.push(next);
            return characters.into_iter().collect();
        }
    }
    char::MAX.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn finds(customer: &Searchable<'_>, query: &str) -> bool {
        let Some(q) = query_key(query) else {
            return false;
        };
        let end = prefix_end(&q);
        search_keys(customer).iter().any(|k| *k >= q && *k < end)
    }

    const CUSTOMER: Searchable<'_> = Searchable {
        names: &["单雄信"],
        phones: &["+86 138 0013 8000", "010-12345678"],
        plates: &["京A·12345"],
        vins: &["1HGCM82633A004352"],
        numbers: &["KH-000123"],
    };

    #[test]
    fn a_customer_is_found_by_any_part_that_people_know() {
        for query in [
            "单雄信",
            "单",
            "雄信",
            "信",
            "shan",
            "dan",
            "shanxiong",
            "danxiongxin",
            "xiongxin",
            "sxx",
            "dxx",
            "xx",
            "SXX",
            " 雄信 ",
            "單雄",
            "13800138000",
            "138 0013",
            "8000",
            "0138",
            "+86 138 0013 8000",
            "0086-138-0013-8000",
            "8613800138000",
            "00138",
            "010-12345678",
            "12345678",
            "4567",
            "+861012345678",
            "京A12345",
            "京a·12345",
            "A12345",
            "345",
            "京A",
            "12345",
            "1HGCM82633A004352",
            "004352",
            "33a0",
            "KH-000123",
            "kh0001",
            "0123",
            "１３８００１３８０００",
            "ＳＸＸ",
        ] {
            assert!(finds(&CUSTOMER, query), "{query}");
        }
    }

    #[test]
    fn what_does_not_occur_is_not_found() {
        for query in [
            "张", "雄单", "8002", "1390", "zs", "津A", "", "  ", "·", "9999", "shanxin",
        ] {
            assert!(!finds(&CUSTOMER, query), "{query}");
        }
    }

    #[test]
    fn spaces_at_the_ends_do_not_matter() {
        assert_eq!(query_key(" 张三 "), query_key("张三"));
        assert_eq!(query_key("138-0013-8000"), Some("13800138000".to_owned()));
        assert_eq!(query_key("京A·12345"), Some("京a12345".to_owned()));
        assert_eq!(query_key("　"), None);
    }

    #[test]
    fn the_end_of_a_range_is_just_behind_it() {
        assert_eq!(prefix_end("ab"), "ac");
        assert_eq!(prefix_end("张"), "弡");
        assert!(prefix_end("\u{d7ff}").as_str() > "\u{d7ff}zzz");
        assert!(prefix_end("a\u{10ffff}") == "b");
    }

    #[test]
    fn keys_stay_few() {
        assert!(
            search_keys(&CUSTOMER).len() < 80,
            "{}",
            search_keys(&CUSTOMER).len()
        );
    }

    proptest! {
        #[test]
        fn any_four_digits_in_a_row_find_the_phone(rest in 0u32..1_000_000_000, at in 0usize..8, length in 4usize..11) {
            let number = format!("13{rest:09}");
            let part: String = number.chars().skip(at).take(length).collect();
            prop_assume!(part.len() >= 4);
            prop_assume!(!(part.starts_with("00") || part.starts_with("86") && part.len() >= 12));
            let customer = Searchable { phones: &[&number], ..Searchable::default() };
            prop_assert!(finds(&customer, &part), "{} in {}", part, number);
        }

        #[test]
        fn any_part_of_a_name_finds_it(name in "[张王李赵阿依古丽买提]{1,8}", at in 0usize..8, length in 1usize..8) {
            let part: String = name.chars().skip(at).take(length).collect();
            prop_assume!(!part.is_empty());
            let customer = Searchable { names: &[&name], ..Searchable::default() };
            prop_assert!(finds(&customer, &part));
        }

        #[test]
        fn no_text_makes_it_panic(input in "\\PC{0,60}") {
            let _ = query_key(&input).map(|q| prefix_end(&q));
            let _ = search_keys(&Searchable { names: &[&input], phones: &[&input], plates: &[&input], vins: &[&input], numbers: &[&input] });
        }
    }
}
