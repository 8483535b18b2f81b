//! Two numbers in one cell (一格两号): `138…/139…`, `021-…、021-…`; but `010/12345678` is one.

use super::{Phone, PhoneKind, PhoneProblem, normalise_single};

const STRONG: [char; 16] = [
    '/', '、', ';', '；', ',', '，', '\\', '|', '｜', '\n', '\r', '或', '和', '及', '&', '／',
];

/// The numbers of a cell, each as written. One piece when the marks belong to one number.
pub fn split(cell: &str) -> Vec<&str> {
    let strong: Vec<&str> = pieces(cell, |c| STRONG.contains(&c));
    if strong.len() > 1 {
        if strong.first().is_some_and(|p| stands_alone(p))
            && strong.iter().skip(1).all(|p| could_follow(p))
        {
            return strong.into_iter().flat_map(split_by_space).collect();
        }
        return vec![cell.trim()];
    }
    split_by_space(cell)
}

/// Splits at white space only when every piece is a full number by itself.
fn split_by_space(cell: &str) -> Vec<&str> {
    let parts = pieces(cell, char::is_whitespace);
    if parts.len() > 1
        && parts
            .iter()
            .all(|p| stands_alone(p) && p.chars().filter(|c| c.is_numeric()).count() >= 10)
    {
        return parts;
    }
    vec![cell.trim()]
}

fn pieces(cell: &str, mark: impl Fn(char) -> bool) -> Vec<&str> {
    cell.split(mark)
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect()
}

fn stands_alone(piece: &str) -> bool {
    let phone = normalise_single(piece);
    phone.valid && phone.digits.len() >= 5 || phone.reason == Some(PhoneProblem::MissingAreaCode)
}

/// The second number of a cell may be broken or lack its area code; it is still a second number when it has enough digits.
fn could_follow(piece: &str) -> bool {
    let phone = normalise_single(piece);
    stands_alone(piece)
        && (phone.e164.is_some()
            || phone.digits.len() >= 7
            || phone.kind == PhoneKind::Service
                && phone.digits.len() == 5
                && phone.digits.starts_with("95"))
        || (9..=15).contains(&phone.digits.len())
}

/// Reads every number of a cell; a local number after a landline takes over its area code (`010-12345678/87654321`).
pub fn normalise_all(cell: &str) -> Vec<Phone> {
    let mut area: Option<String> = None;
    let mut phones = Vec::new();
    for piece in split(cell) {
        let mut phone = normalise_single(piece);
        if phone.reason == Some(PhoneProblem::MissingAreaCode)
            && let Some(code) = &area
        {
            let completed = normalise_single(&format!("0{code}-{piece}"));
            if completed.valid {
                phone = Phone {
                    input: piece.to_owned(),
                    ..completed
                };
            }
        }
        if phone.kind == PhoneKind::Landline
            && phone.valid
            && let Some((code, _)) = phone.digits.strip_prefix('0').and_then(super::area::cut)
        {
            area = Some(code.to_owned());
        }
        phones.push(phone);
    }
    phones
}
