//! Lines (断行): Chinese may break between any two characters, except before closing and after opening punctuation;
//! words and figures in Latin letters stay whole while they fit.

use super::typeface::{Typeface, clean};

/// Text cut into lines that fit a box.
pub(super) struct Fitted {
    pub(super) size: f32,
    pub(super) leading: f32,
    pub(super) lines: Vec<String>,
}

impl Fitted {
    pub(super) fn height(&self) -> f32 {
        self.lines.iter().map(|_| self.leading).sum()
    }
}

/// Line height as a multiple of the font size.
const LEADING: f32 = 1.45;

/// Characters looked at in one text.
const MOST: usize = 3000;

/// Sets `text` in a box, largest size first; where even the smallest is too large the last line ends in `…`.
pub(super) fn fit(face: &Typeface, text: &str, sizes: &[f32], width: f32, height: f32) -> Fitted {
    // No box holds more; a text without end costs no more than this.
    let text = text
        .char_indices()
        .nth(MOST)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
    let mut last = Fitted {
        size: 8.0,
        leading: 8.0 * LEADING,
        lines: Vec::new(),
    };
    for &size in sizes {
        last = set(face, text, size, width);
        if last.height() <= height {
            return last;
        }
    }
    let mut kept = Vec::new();
    let mut used = last.leading;
    let mut rest = last.lines.into_iter();
    while used <= height || kept.is_empty() {
        let Some(line) = rest.next() else { break };
        kept.push(line);
        used += last.leading;
    }
    if rest.next().is_some()
        && let Some(line) = kept.pop()
    {
        kept.push(shortened(face, &format!("{line}…"), last.size, width));
    }
    Fitted {
        lines: kept,
        ..last
    }
}

/// Sets `text` at one size, as many lines as it takes.
pub(super) fn set(face: &Typeface, text: &str, size: f32, width: f32) -> Fitted {
    let lines = text
        .trim()
        .lines()
        .map(clean)
        .filter(|paragraph| !paragraph.trim().is_empty())
        .flat_map(|paragraph| broken(face, paragraph.trim(), size, width))
        .collect();
    Fitted {
        size,
        leading: size * LEADING,
        lines,
    }
}

/// One line: the largest of `sizes` at which it fits, or cut with `…` at the smallest.
pub(super) fn one_line(face: &Typeface, text: &str, sizes: &[f32], width: f32) -> (f32, String) {
    let text = clean(&text.lines().collect::<Vec<_>>().join(" "));
    let mut smallest = 8.0;
    for &size in sizes {
        if face.width(&text, size) <= width {
            return (size, text);
        }
        smallest = size;
    }
    (smallest, shortened(face, &text, smallest, width))
}

/// Drops characters before the final `…` until the line fits.
fn shortened(face: &Typeface, text: &str, size: f32, width: f32) -> String {
    let mut kept: Vec<char> = text.trim_end_matches('…').chars().collect();
    let mut line = text.to_owned();
    while face.width(&line, size) > width && kept.pop().is_some() {
        line = format!("{}…", kept.iter().collect::<String>().trim_end());
    }
    line
}

/// One paragraph, cut.
fn broken(face: &Typeface, paragraph: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for piece in pieces(paragraph) {
        let broad = face.width(piece.trim_end(), size);
        if used + broad > width && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
            used = 0.0;
        }
        if broad <= width {
            if !(line.is_empty() && piece.trim().is_empty()) {
                line.push_str(piece);
                used += face.width(piece, size);
            }
            continue;
        }
        // Longer than a whole line, such as an address: cut anywhere.
        for character in piece.chars() {
            let step = face.width(character.encode_utf8(&mut [0; 4]), size);
            if used + step > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(character);
            used += step;
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The smallest parts that stay on one line, in order and without loss.
fn pieces(paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, character) in paragraph.char_indices() {
        if before.is_some_and(|before| may_break(before, character)) {
            pieces.extend(paragraph.get(start..at));
            start = at;
        }
        before = Some(character);
    }
    pieces.extend(paragraph.get(start..));
    pieces
}

/// Whether a line may end between two neighbours.
fn may_break(before: char, after: char) -> bool {
    if after.is_whitespace() || closes(after) || opens(before) {
        return false;
    }
    before.is_whitespace() || ideographic(before) || ideographic(after)
}

/// Set on its own width in Chinese text: everything from the CJK radicals on, and the long dash and dots.
fn ideographic(character: char) -> bool {
    character >= '\u{2E80}' || matches!(character, '—' | '…' | '“' | '”' | '‘' | '’' | '·')
}

/// 行首禁则: never at the beginning of a line.
fn closes(character: char) -> bool {
    matches!(
        character,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '”'
            | '’'
            | '…'
            | '—'
            | '·'
            | '％'
            | '℃'
            | '～'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '%'
    )
}

/// 行尾禁则: never at the end of a line.
fn opens(character: char) -> bool {
    matches!(
        character,
        '（' | '【' | '《' | '〈' | '「' | '『' | '“' | '‘' | '(' | '[' | '{' | '￥' | '¥' | '#'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn face() -> &'static Typeface {
        Typeface::shipped().unwrap()
    }

    #[test]
    fn no_line_begins_with_closing_or_ends_with_opening_punctuation() {
        let text = "客户说：“变速箱（7 速 DSG）异响，返修两次仍未解决！”希望《三包规定》内处理。"
            .repeat(5);
        for width in 60_u16..200 {
            let set = set(face(), &text, 10.0, f32::from(width));
            for line in &set.lines {
                assert!(!closes(line.chars().next().unwrap()), "{width}: {line}");
                assert!(!opens(line.chars().last().unwrap()), "{width}: {line}");
                assert!(
                    face().width(line, 10.0) <= f32::from(width),
                    "{width}: {line}"
                );
            }
            let joined: String = set.lines.concat().split_whitespace().collect();
            let whole: String = text.split_whitespace().collect();
            assert_eq!(joined, whole, "nothing is lost");
        }
    }

    #[test]
    fn a_word_stays_whole_unless_it_is_longer_than_a_line() {
        let set_wide = set(face(), "车架号 LFV3A28K5J3012345 需核对", 10.0, 120.0);
        assert!(
            set_wide
                .lines
                .iter()
                .any(|line| line.contains("LFV3A28K5J3012345")),
            "{:?}",
            set_wide.lines
        );
        let set_narrow = set(face(), &"A".repeat(100), 10.0, 100.0);
        assert!(set_narrow.lines.len() > 1);
        assert_eq!(set_narrow.lines.concat().len(), 100);
    }

    #[test]
    fn text_shrinks_first_and_is_cut_last() {
        let sizes = [10.0, 8.0];
        let roomy = fit(face(), "短", &sizes, 200.0, 40.0);
        assert!((roomy.size - 10.0).abs() < f32::EPSILON);
        let tight = fit(face(), &"长".repeat(60), &sizes, 200.0, 40.0);
        assert!((tight.size - 8.0).abs() < f32::EPSILON);
        assert!(!tight.lines.concat().ends_with('…'));
        let over = fit(face(), &"长".repeat(600), &sizes, 200.0, 40.0);
        assert!(over.height() <= 40.0);
        assert!(over.lines.last().unwrap().ends_with('…'));
    }

    #[test]
    fn nothing_makes_no_line() {
        assert!(set(face(), " \n\t\n", 10.0, 100.0).lines.is_empty());
        assert_eq!(one_line(face(), "一\r\n二", &[10.0], 100.0).1, "一 二");
    }
}
