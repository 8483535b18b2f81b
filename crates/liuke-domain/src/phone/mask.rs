//! Masks (脱敏): enough to recognise one's own customer, not enough to call.

use super::{PhoneKind, normalise_all};

/// `138****1234`; a landline keeps its area code and the last two digits, `010******78`; short public numbers stay, since they are no
/// secret; of anything else only the last two digits. Extensions are shown as `-***`. Two numbers in one cell are masked each.
pub fn mask(input: &str) -> String {
    normalise_all(input)
        .iter()
        .map(mask_one)
        .collect::<Vec<_>>()
        .join(" / ")
}

fn mask_one(phone: &super::Phone) -> String {
    let digits = phone.digits.as_str();
    let masked = match phone.kind {
        PhoneKind::Mobile if phone.valid => keep(digits, 3, 4),
        PhoneKind::Landline if phone.valid => {
            let area = digits
                .strip_prefix('0')
                .and_then(super::area::cut)
                .map_or(0, |(area, _)| area.len() + 1);
            keep(digits, area, 2)
        }
        PhoneKind::Service if phone.valid && digits.len() <= 6 => digits.to_owned(),
        PhoneKind::Service if phone.valid => keep(digits, 3, 2),
        PhoneKind::Foreign => format!("+{}", keep(digits, 3, 2)),
        _ => keep(digits, 0, 2),
    };
    if phone.extension.is_some() {
        format!("{masked}-***")
    } else {
        masked
    }
}

/// Keeps `head` and `tail` characters; when that would leave fewer than three hidden, keeps less.
fn keep(digits: &str, head: usize, tail: usize) -> String {
    let count = digits.chars().count();
    let tail = if count >= tail + 3 { tail } else { 0 };
    let head = if count >= head + tail + 3 { head } else { 0 };
    digits
        .chars()
        .enumerate()
        .map(|(i, c)| {
            if i < head || i >= count - tail {
                c
            } else {
                '*'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn masks_leave_enough_to_recognise_and_too_little_to_call() {
        for (input, want) in [
            ("13800138000", "138****8000"),
            ("+86 138 0013 8000", "138****8000"),
            ("010-12345678", "010******78"),
            ("0755-1234567", "0755*****67"),
            ("010-12345678-8001", "010******78-***"),
            ("400-123-4567", "400*****67"),
            ("10086", "10086"),
            ("+12125550100", "+121******00"),
            ("12345678", "******78"),
            ("12", "**"),
            ("", ""),
            ("13800138000/13900139000", "138****8000 / 139****9000"),
        ] {
            assert_eq!(mask(input), want, "{input}");
        }
    }

    #[test]
    fn a_broken_number_never_shows_more_than_two_digits() {
        for input in ["1380013800", "138001380001", "2345", "abc138x", "1.38E+10"] {
            assert!(
                mask(input).chars().filter(char::is_ascii_digit).count() <= 2,
                "{input} {}",
                mask(input)
            );
        }
    }
}
