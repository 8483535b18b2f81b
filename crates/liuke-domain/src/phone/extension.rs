//! Extensions (分机): by a word (`转123`, `ext 12`, `x12`, `,12`) or by a last group after a number that is already whole (`-8001`).

use super::{Phone, classify, digits_of};

const MARKS: [&str; 16] = [
    ";ext=",
    "extension",
    "extn",
    "ext",
    "分机号",
    "分机",
    "分機",
    "内线",
    "內線",
    "转接",
    "转",
    "轉",
    "#",
    "x",
    ",",
    ";",
];

/// Longest extension anyone has.
const LONGEST: usize = 6;

/// Cuts at a word or mark for an extension. Without one, or when no digits follow, the text comes back whole.
pub(super) fn marked(body: &str) -> (String, Option<String>) {
    for mark in MARKS {
        let Some((main, after)) = body.split_once(mark) else {
            continue;
        };
        let filler = |c: char| {
            matches!(
                c,
                ' ' | '.' | ':' | '-' | '=' | '号' | '(' | ')' | '[' | ']'
            )
        };
        let after = after.trim_matches(filler);
        if !after.is_empty() && after.len() <= LONGEST && after.bytes().all(|b| b.is_ascii_digit())
        {
            let main = main.trim_end_matches([' ', '-', '(', '[', ',', ';', ':', '.']);
            if main.contains(|c: char| c.is_ascii_digit()) {
                return (main.to_owned(), Some(after.to_owned()));
            }
        }
    }
    (body.to_owned(), None)
}

/// An extension written as one more group: `010-12345678-8001`, `(0755)1234567(8)`. None when the number is better read whole.
pub(super) fn trailing(main: &str) -> Option<Phone> {
    let is_break = |c: char| matches!(c, '-' | ' ' | '(' | '[' | '/' | '~' | '_');
    let trimmed = main.trim_end_matches([')', ']', ' ']);
    let at = trimmed.rfind(is_break)?;
    let (before, last) = (trimmed.get(..at)?, digits_of(trimmed.get(at..)?));
    if last.is_empty() || last.len() > LONGEST {
        return None;
    }
    let whole = classify(main);
    if whole.valid && !ends_with_whole_local(before) {
        return None;
    }
    let candidate = classify(before);
    (candidate.valid && candidate.e164.is_some()).then_some(Phone {
        extension: Some(last),
        ..candidate
    })
}

/// Whether the groups before the last are an area code and a whole local number, so that the last group cannot belong to it:
/// `0755-1234567-8` is extension 8 although twelve digits would also be a number.
fn ends_with_whole_local(before: &str) -> bool {
    let groups: Vec<String> = before
        .split(|c: char| !c.is_ascii_digit())
        .filter(|g| !g.is_empty())
        .map(str::to_owned)
        .collect();
    let [.., area, local] = groups.as_slice() else {
        return false;
    };
    let area = area.strip_prefix('0').unwrap_or(area);
    super::is_area_code(area) && matches!(local.len(), 7 | 8)
}
