//! Finding out how a text file is laid out (分隔符识别), from its first lines.

use super::headers::is_known;
use super::values;

crate::text_enum! {
    /// What separates the cells of a line.
    Delimiter {
        /// 逗号.
        Comma => "comma",
        /// 分号.
        Semicolon => "semicolon",
        /// 制表符.
        Tab => "tab",
        /// 竖线.
        Pipe => "pipe",
        /// Runs of spaces, leading ones ignored (空格).
        Spaces => "spaces",
    }
}

impl Delimiter {
    /// The single character; `None` for runs of spaces, which a CSV reader cannot split ([`split_spaces`] can).
    pub const fn byte(self) -> Option<u8> {
        match self {
            Self::Comma => Some(b','),
            Self::Semicolon => Some(b';'),
            Self::Tab => Some(b'\t'),
            Self::Pipe => Some(b'|'),
            Self::Spaces => None,
        }
    }
}

/// Lines that are looked at.
const LINES: usize = 50;

/// The delimiter of a sample: the one that cuts most lines into the same number of cells, more than one; of equals the one with more cells,
/// then commas first. A file of one column is taken as commas.
pub fn sniff_delimiter(sample: &str) -> Delimiter {
    let lines: Vec<&str> = sample
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(LINES)
        .collect();
    let mut best = (0, 0, Delimiter::Comma);
    for delimiter in Delimiter::ALL {
        let counts: Vec<usize> = match delimiter.byte() {
            Some(byte) => counts_quoted(&lines, byte),
            None => lines.iter().map(|l| split_spaces(l).len()).collect(),
        };
        let (cells, agreeing) = most_common(&counts);
        if cells < 2 {
            continue;
        }
        // Spaces also stand inside names and times: they count only when every line agrees.
        if *delimiter == Delimiter::Spaces && (agreeing < counts.len() || best.0 > 0) {
            continue;
        }
        if (agreeing, cells) > (best.0, best.1) {
            best = (agreeing, cells, *delimiter);
        }
    }
    best.2
}

fn most_common(counts: &[usize]) -> (usize, usize) {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.filter_map(|run| Some((*run.first()?, run.len())))
        .max_by_key(|(cells, lines)| (*lines, *cells))
        .unwrap_or((0, 0))
}

/// Cells per record; a quoted cell may hold the delimiter and line ends.
fn counts_quoted(lines: &[&str], delimiter: u8) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut cells = 1;
    let mut quoted = false;
    for line in lines {
        for byte in line.bytes() {
            if byte == b'"' {
                quoted = !quoted;
            } else if byte == delimiter && !quoted {
                cells += 1;
            }
        }
        if !quoted {
            counts.push(cells);
            cells = 1;
        }
    }
    counts
}

/// Cuts a line at runs of white space.
pub fn split_spaces(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Whether the first row is a header: it names a known field, or it holds only words where later rows hold numbers, dates or phones.
pub fn has_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    if first.iter().any(|cell| looks_like_value(cell)) {
        return false;
    }
    if first.iter().any(|cell| is_known(cell)) {
        return true;
    }
    let all_named = first.iter().filter(|c| !c.trim().is_empty()).count() * 2 > first.len();
    let values_below = (0..first.len()).any(|column| {
        rest.iter()
            .any(|row| row.get(column).is_some_and(|c| looks_like_value(c)))
    });
    all_named && values_below
}

fn looks_like_value(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && (values::parse_moment(cell).is_ok()
            || values::parse_money(cell).is_ok()
            || crate::phone::normalise(cell).valid)
}
