//! The numbering plans (号码规划): which digits are a Chinese mobile, landline or service number, and which are foreign.

use super::{Phone, PhoneKind, PhoneProblem, area};

fn valid(kind: PhoneKind, digits: String, e164: Option<String>) -> Phone {
    Phone {
        input: String::new(),
        e164,
        kind,
        extension: None,
        valid: true,
        digits,
        reason: None,
    }
}

/// A number of the Chinese plan, digits only.
pub(super) fn chinese(digits: &str) -> Phone {
    if is_mobile(digits) {
        return valid(
            PhoneKind::Mobile,
            digits.to_owned(),
            Some(format!("+86{digits}")),
        );
    }
    if let Some(mobile) = digits.strip_prefix('0').filter(|d| is_mobile(d)) {
        // The 0 before a mobile was dialled on long distance from landlines.
        return valid(
            PhoneKind::Mobile,
            mobile.to_owned(),
            Some(format!("+86{mobile}")),
        );
    }
    if digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")) {
        return valid(
            PhoneKind::Service,
            digits.to_owned(),
            Some(format!("+86{digits}")),
        );
    }
    if is_short_service(digits) {
        return valid(PhoneKind::Service, digits.to_owned(), None);
    }
    if let Some(rest) = digits.strip_prefix('0') {
        return landline(digits, rest);
    }
    if matches!(digits.len(), 10 | 11) {
        // A spreadsheet has eaten the leading 0 of a landline.
        let restored = landline(&format!("0{digits}"), digits);
        if restored.valid {
            return restored;
        }
    }
    let (kind, reason) = match digits.len() {
        0 => (PhoneKind::Unknown, PhoneProblem::NotANumber),
        7 | 8 if !digits.starts_with('1') => (PhoneKind::Landline, PhoneProblem::MissingAreaCode),
        1..=10 => (PhoneKind::Unknown, PhoneProblem::TooShort),
        11 => (PhoneKind::Unknown, PhoneProblem::NoSuchNumber),
        _ => (PhoneKind::Unknown, PhoneProblem::TooLong),
    };
    Phone::invalid("", kind, digits.to_owned(), reason)
}

/// A landline: `with_zero` is the number with its leading 0, `rest` without.
fn landline(with_zero: &str, rest: &str) -> Phone {
    let Some((area, local)) = area::cut(rest) else {
        let reason = if rest.len() < 9 {
            PhoneProblem::TooShort
        } else {
            PhoneProblem::UnknownAreaCode
        };
        return Phone::invalid("", PhoneKind::Landline, with_zero.to_owned(), reason);
    };
    if is_short_service(local) && local.len() <= 6 {
        return valid(PhoneKind::Service, with_zero.to_owned(), None);
    }
    let lengths = if area.len() == 2 { 8..=8 } else { 7..=8 };
    if lengths.contains(&local.len()) && !local.starts_with('0') {
        return valid(
            PhoneKind::Landline,
            with_zero.to_owned(),
            Some(format!("+86{rest}")),
        );
    }
    let reason = match local.len() {
        n if n < *lengths.start() => PhoneProblem::TooShort,
        n if n > *lengths.end() => PhoneProblem::TooLong,
        _ => PhoneProblem::NoSuchNumber,
    };
    Phone::invalid("", PhoneKind::Landline, with_zero.to_owned(), reason)
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.starts_with('1')
        && matches!(digits.as_bytes().get(1), Some(b'3'..=b'9'))
}

/// Short numbers for services (短号码): 95xxx and 96xxx with their longer forms, 1xxxx, emergency, and 106 senders of text messages.
fn is_short_service(digits: &str) -> bool {
    let length = digits.len();
    if digits.starts_with("95013") && (8..=20).contains(&length) {
        return true;
    }
    if digits.starts_with("95") {
        return (5..=9).contains(&length);
    }
    if digits.starts_with("96") {
        return (5..=8).contains(&length);
    }
    if digits.starts_with("106") && (12..=21).contains(&length) {
        return true;
    }
    match length {
        3 => matches!(
            digits,
            "110" | "112" | "114" | "117" | "119" | "120" | "121" | "122" | "999"
        ),
        5 => {
            digits.starts_with("10")
                || digits.starts_with("11")
                || digits.starts_with("12")
                || digits.starts_with("16")
        }
        6 => {
            digits.starts_with("116")
                || digits.starts_with("118")
                || digits.starts_with("100")
                || digits.starts_with("125")
        }
        7 | 8 => digits.starts_with("100") || digits.starts_with("125"),
        _ => false,
    }
}

/// A number of another country, digits with the country code.
pub(super) fn foreign(digits: &str) -> Phone {
    let bad = |reason| Phone::invalid("", PhoneKind::Foreign, digits.to_owned(), reason);
    if digits.len() < 7 {
        return bad(PhoneProblem::TooShort);
    }
    if digits.len() > 15 {
        return bad(PhoneProblem::TooLong);
    }
    match phonenumber::parse(None, format!("+{digits}")) {
        Ok(number) if phonenumber::is_valid(&number) => {
            let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
            valid(
                PhoneKind::Foreign,
                e164.trim_start_matches('+').to_owned(),
                Some(e164),
            )
        }
        Ok(_) | Err(_) => bad(PhoneProblem::NoSuchNumber),
    }
}
