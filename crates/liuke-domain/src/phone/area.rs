//! Area codes of mainland China (长途区号), without the leading 0. Codes that were merged into a neighbour (0410, 0413, 0414, 0565, 0732, 0733,
//! 0852, 0853, 0910 …) no longer connect and are not in the list.

/// Two digits: cities with eight-digit numbers.
const CITIES: [&str; 9] = ["10", "20", "21", "22", "23", "24", "25", "27", "28"];
/// 西安 has two digits like the others.
const XIAN: &str = "29";

/// Three digits, by first two and the possible third digits.
const PREFECTURES: &[(&str, &str)] = &[
    ("31", "0123456789"),
    ("33", "5"),
    ("34", "9"),
    ("35", "0123456789"),
    ("37", "012345679"),
    ("39", "1234568"),
    ("41", "1256789"),
    ("42", "179"),
    ("43", "123456789"),
    ("45", "123456789"),
    ("46", "4789"),
    ("47", "0123456789"),
    ("48", "23"),
    ("51", "0123456789"),
    ("52", "37"),
    ("53", "0123456789"),
    ("54", "36"),
    ("55", "0123456789"),
    ("56", "12346"),
    ("57", "0123456789"),
    ("58", "0"),
    ("59", "123456789"),
    ("63", "12345"),
    ("66", "0238"),
    ("69", "12"),
    ("70", "1"),
    ("71", "0123456789"),
    ("72", "248"),
    ("73", "01456789"),
    ("74", "3456"),
    ("75", "0123456789"),
    ("76", "023689"),
    ("77", "0123456789"),
    ("79", "0123456789"),
    ("81", "23678"),
    ("82", "567"),
    ("83", "0123456789"),
    ("85", "1456789"),
    ("87", "0123456789"),
    ("88", "3678"),
    ("89", "12345678"),
    ("90", "1236789"),
    ("91", "12345679"),
    ("93", "0123456789"),
    ("94", "13"),
    ("95", "12345"),
    ("97", "012345679"),
    ("99", "0123456789"),
];

/// Whether these digits, without the leading 0, are an area code in use.
pub fn is_area_code(code: &str) -> bool {
    match code.len() {
        2 => CITIES.contains(&code) || code == XIAN,
        3 => code.split_at_checked(2).is_some_and(|(first, third)| {
            PREFECTURES
                .iter()
                .any(|(prefix, thirds)| *prefix == first && thirds.contains(third))
        }),
        _ => false,
    }
}

/// Cuts a landline without its leading 0 into area code and local number.
pub(super) fn cut(rest: &str) -> Option<(&str, &str)> {
    [2, 3]
        .into_iter()
        .filter_map(|at| rest.split_at_checked(at))
        .find(|(area, _)| is_area_code(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_codes_in_use_are_known_and_merged_ones_are_not() {
        for code in [
            "10", "21", "29", "755", "571", "310", "898", "991", "997", "701", "335", "763", "979",
            "372",
        ] {
            assert!(is_area_code(code), "{code}");
        }
        for code in [
            "11", "26", "732", "910", "852", "100", "400", "800", "138", "86", "", "7555", "565",
        ] {
            assert!(!is_area_code(code), "{code}");
        }
    }
}
