//! Phones (电话): the one normaliser for writing, import, look-up, search and `calc phone`.
//!
//! Two normalisers in one product are how duplicates are born; whatever compares, stores or searches phones calls [`normalise`].
//!
//! | written | kind | e164 |
//! |---|---|---|
//! | `138 0013 8000`, `+86-138…`, `0086138…`, `１３８…` | mobile (手机) | `+8613800138000` |
//! | `010-12345678`, `(0755)1234567-8001` | landline (固话) | `+861012345678`, extension apart |
//! | `400-123-4567`, `800…` | service (服务号) | `+864001234567` |
//! | `95588`, `96123`, `10086`, `12345`, `110` | service | none: not reachable from abroad, valid all the same |
//! | `+1 212 555 0100`, `0044…` | foreign (境外) | by the numbering plan of the country |

mod area;
mod extension;
mod mask;
mod plan;
mod split;

pub use area::is_area_code;
pub use mask::mask;
pub use split::{normalise_all, split};

use serde::{Deserialize, Serialize};

use crate::text;
use plan::{chinese, foreign};

crate::text_enum! {
    /// What a number is (号码类型).
    PhoneKind {
        /// 手机.
        Mobile => "mobile",
        /// 固话, with area code.
        Landline => "landline",
        /// 服务号: 400/800, 95xxx, 96xxx, 1xxxx, emergency.
        Service => "service",
        /// 境外号码; Hong Kong, Macau and Taiwan have country codes of their own.
        Foreign => "foreign",
        /// Not recognised.
        Unknown => "unknown",
    }
}

crate::text_enum! {
    /// Why a number is not valid (无效原因).
    PhoneProblem {
        /// Nothing but white space.
        Empty => "empty",
        /// No number in it.
        NotANumber => "not_a_number",
        /// Asterisks in place of digits: copied from a masked list.
        Masked => "masked",
        /// A spreadsheet has cut digits off: `1.38E+10`.
        DigitsLost => "digits_lost",
        /// Two numbers in one cell; see [`split`].
        SeveralNumbers => "several_numbers",
        /// Too few digits.
        TooShort => "too_short",
        /// Too many digits.
        TooLong => "too_long",
        /// A landline without its area code (缺区号).
        MissingAreaCode => "missing_area_code",
        /// No such area code (区号不存在).
        UnknownAreaCode => "unknown_area_code",
        /// Digits in a number that no plan knows.
        NoSuchNumber => "no_such_number",
    }
}

/// A number, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As it was written.
    pub input: String,
    /// The international form; none for short service numbers and for what is not valid.
    pub e164: Option<String>,
    /// What it is.
    pub kind: PhoneKind,
    /// Extension (分机号), digits only.
    pub extension: Option<String>,
    /// Whether the number can exist.
    pub valid: bool,
    /// The digits that people dial and search: national, landlines with the leading 0, foreign with the country code and without `+`.
    pub digits: String,
    /// Why it is not valid.
    pub reason: Option<PhoneProblem>,
}

impl Phone {
    /// The key for duplicates and look-up (匹配键): e164 or short number, and the extension, because behind a switchboard or a privacy
    /// relay every extension is another person. None when the number is not valid.
    pub fn match_key(&self) -> Option<String> {
        if !self.valid {
            return None;
        }
        let base = self.e164.as_deref().unwrap_or(&self.digits);
        Some(match &self.extension {
            Some(extension) => format!("{base};ext={extension}"),
            None => base.to_owned(),
        })
    }

    /// Whether it can get text messages (短信): a valid mobile without an extension.
    pub fn can_text(&self) -> bool {
        self.valid && self.kind == PhoneKind::Mobile && self.extension.is_none()
    }

    /// Whether it looks like a privacy relay (隐私号) that expires with its order: 95013…, or a virtual operator's mobile with extension.
    pub fn is_privacy_relay(&self) -> bool {
        let relay = ["162", "165", "167", "170", "171"];
        self.digits.starts_with("95013")
            || self.kind == PhoneKind::Mobile
                && self.extension.is_some()
                && relay.iter().any(|p| self.digits.starts_with(p))
    }

    /// Whether it names a person or firm that can be called back: valid and not a short public number.
    pub fn can_call(&self) -> bool {
        self.valid && (self.e164.is_some() || self.is_privacy_relay())
    }

    fn invalid(input: &str, kind: PhoneKind, digits: String, reason: PhoneProblem) -> Self {
        Self {
            input: input.to_owned(),
            e164: None,
            kind,
            extension: None,
            valid: false,
            digits,
            reason: Some(reason),
        }
    }
}

/// Reads one number. Never fails: what cannot be read comes back as not valid with the reason.
pub fn normalise(input: &str) -> Phone {
    if split(input).len() > 1 {
        return Phone::invalid(
            input,
            PhoneKind::Unknown,
            digits_of(&text::fold_width(input)),
            PhoneProblem::SeveralNumbers,
        );
    }
    normalise_single(input)
}

/// Reads one number without asking whether the cell holds two.
fn normalise_single(input: &str) -> Phone {
    let folded = text::fold_width(input).to_lowercase();
    let cleaned = match repair_spreadsheet(&folded) {
        Ok(cleaned) => cleaned,
        Err(reason) => return Phone::invalid(input, PhoneKind::Unknown, String::new(), reason),
    };
    let body = strip_remarks(&cleaned);
    let body = body.trim();
    if body.is_empty() {
        let reason = if folded.trim().is_empty() {
            PhoneProblem::Empty
        } else {
            PhoneProblem::NotANumber
        };
        return Phone::invalid(input, PhoneKind::Unknown, String::new(), reason);
    }
    if body.contains('*') {
        let reason = if body.contains("**") {
            PhoneProblem::Masked
        } else {
            PhoneProblem::NotANumber
        };
        return Phone::invalid(input, PhoneKind::Unknown, digits_of(body), reason);
    }
    let (main, extension) = extension::marked(body);
    if !main.chars().all(is_phone_char) {
        return Phone::invalid(
            input,
            PhoneKind::Unknown,
            digits_of(&main),
            PhoneProblem::NotANumber,
        );
    }
    let found = match extension {
        Some(extension) => Phone {
            extension: Some(extension),
            ..classify(&main)
        },
        None => extension::trailing(&main).unwrap_or_else(|| classify(&main)),
    };
    Phone {
        input: input.to_owned(),
        ..found
    }
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Marks that people put between the digits of a number.
fn is_phone_char(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            ' ' | '-'
                | '/'
                | '('
                | ')'
                | '['
                | ']'
                | '.'
                | '+'
                | '~'
                | '_'
                | '·'
                | '\\'
                | '\u{2044}'
        )
}

/// Undoes what spreadsheets do: the apostrophe of text cells, `13800138000.0`, and exponents when no digit is lost.
fn repair_spreadsheet(folded: &str) -> Result<String, PhoneProblem> {
    let trimmed = folded
        .trim()
        .trim_start_matches(['\'', '`', '‘', '’'])
        .trim_end_matches(['\'', '`', '’', '"'])
        .trim_start_matches('"')
        .trim();
    if let Some((mantissa, exponent)) = trimmed.split_once('e') {
        let number = mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
            && mantissa.starts_with(|c: char| c.is_ascii_digit());
        let places = exponent.strip_prefix('+').unwrap_or(exponent);
        if number && !places.is_empty() && places.chars().all(|c| c.is_ascii_digit()) {
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let fraction = fraction.trim_end_matches('0');
            let places: usize = places.parse().map_err(|_| PhoneProblem::DigitsLost)?;
            // All eleven digits of a mobile need ten after the point; anything shorter may have been rounded.
            if whole.len() == 1 && places >= 6 && fraction.len() == places {
                return Ok(format!("{whole}{fraction}"));
            }
            return Err(PhoneProblem::DigitsLost);
        }
    }
    if let Some((whole, fraction)) = trimmed.split_once('.') {
        let all_zero =
            !fraction.is_empty() && fraction.len() <= 2 && fraction.bytes().all(|b| b == b'0');
        if all_zero && whole.len() >= 5 && whole.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(whole.to_owned());
        }
    }
    Ok(trimmed.to_owned())
}

/// Latin words that stand before a number; Han words before one are always labels.
const LABELS: [&str; 12] = [
    "tel",
    "t",
    "telephone",
    "phone",
    "p",
    "ph",
    "mobile",
    "mob",
    "m",
    "cell",
    "fax",
    "hp",
];

/// Takes labels in front (`电话:`, `tel`), names behind and remarks in brackets off: `手机：138…（李先生）`.
fn strip_remarks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth: Option<String> = None;
    for c in text.chars() {
        match (&mut depth, c) {
            (None, '(' | '[') => depth = Some(String::from(c)),
            (None, _) => kept.push(c),
            (Some(inside), ')' | ']') => {
                inside.push(c);
                if inside.contains(|c: char| c.is_ascii_digit() || c == '*') {
                    kept.push_str(inside);
                }
                depth = None;
            }
            (Some(inside), _) => inside.push(c),
        }
    }
    if let Some(inside) = depth {
        kept.push_str(&inside);
    }
    let is_label = |c: char| c.is_alphabetic() || matches!(c, ':' | '.' | ' ' | '=');
    let label: String = kept
        .chars()
        .take_while(|c| is_label(*c))
        .filter(char::is_ascii_alphabetic)
        .collect();
    let from_number = if label.is_empty() || LABELS.contains(&label.as_str()) {
        kept.trim_start_matches(is_label)
    } else {
        &kept
    };
    let words_behind = |c: char| text::is_han(c) || c == ' ' || c == ':';
    from_number.trim_end_matches(words_behind).to_owned()
}

/// Classifies what is left once the extension is gone.
fn classify(main: &str) -> Phone {
    let digits = digits_of(main);
    let compact = main.trim_start_matches([' ', '(', '[']);
    if compact.starts_with('+') {
        return match digits.strip_prefix("86") {
            Some(national) => national_or(national, &digits),
            None => foreign(&digits),
        };
    }
    if let Some(international) = digits.strip_prefix("00") {
        return match international.strip_prefix("86") {
            Some(national) => national_or(national, &digits),
            None => foreign(international),
        };
    }
    let direct = chinese(&digits);
    if direct.valid {
        return direct;
    }
    if let Some(national) = digits.strip_prefix("86") {
        let stripped = chinese(national);
        if stripped.valid && stripped.e164.is_some() {
            return stripped;
        }
    }
    direct
}

/// A number after +86: short service numbers do not exist from abroad, but people write the prefix anyway.
fn national_or(national: &str, all: &str) -> Phone {
    let found = chinese(national);
    if found.digits.is_empty() {
        Phone {
            digits: all.to_owned(),
            ..found
        }
    } else {
        found
    }
}

#[cfg(test)]
mod tests;
