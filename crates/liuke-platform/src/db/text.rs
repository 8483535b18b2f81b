//! Helpers for SQL text: arguments, the visible exception for one engine, and a tiny builder.

use sea_orm::Value;

use super::Engine;

/// Arguments for a statement: each value goes through `Into<Value>`.
///
/// ```
/// use liuke_platform::args;
/// assert_eq!(args![1_i64, "A", None::<String>].len(), 3);
/// ```
#[macro_export]
macro_rules! args {
    () => { ::std::vec::Vec::<$crate::db::Value>::new() };
    ($($value:expr),+ $(,)?) => { ::std::vec![$($crate::db::Value::from($value)),+] };
}

/// Two texts where the engines really differ. The visible exception: say why beside each use.
pub fn pick<'a>(engine: Engine, sqlite: &'a str, postgres: &'a str) -> &'a str {
    match engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    }
}

/// `$1, $2, …` as `?, ?, …` where each stands once and in order; nothing where that is not so.
///
/// For SQLite `$1` is a name: preparing and binding a statement looks every name up among all of them, so that a statement
/// with 5,000 arguments costs a hundred times what it costs with nameless ones.
///
/// ```
/// use liuke_platform::db::plain_places;
/// let plain = plain_places("SELECT '$5' FROM t WHERE a = $1 AND b IN ($2, $3)");
/// assert_eq!(plain.as_deref(), Some("SELECT '$5' FROM t WHERE a = ? AND b IN (?, ?)"));
/// assert_eq!(plain_places("SELECT 1 WHERE $1 = $1"), None, "used twice");
/// assert_eq!(plain_places("SELECT $2, $1"), None, "out of order");
/// ```
pub fn plain_places(sql: &str) -> Option<String> {
    let mut plain = String::with_capacity(sql.len());
    let (mut rest, mut number, mut quoted) = (sql, 0_u32, false);
    while let Some(at) = rest.find(['$', '\'']) {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        rest = found.get(1..)?;
        if found.starts_with('\'') {
            quoted = !quoted;
            plain.push('\'');
        } else if quoted {
            plain.push('$');
        } else {
            number += 1;
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, after) = rest.split_at(digits);
            if digits.parse() != Ok(number) {
                return None;
            }
            plain.push('?');
            rest = after;
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// SQLite's text of a statement: nameless places, or numbered ones where an argument stands twice.
pub(super) fn places(sql: &str) -> String {
    if let Some(plain) = plain_places(sql) {
        return plain;
    }
    let mut quoted = false;
    sql.chars()
        .map(|c| {
            quoted ^= c == '\'';
            if c == '$' && !quoted { '?' } else { c }
        })
        .collect()
}

/// SQL put together from pieces, each with its arguments: `?` becomes `$n` in order.
///
/// ```
/// use liuke_platform::{args, db::SqlText};
/// let mut sql = SqlText::new("SELECT id FROM customer WHERE 1 = 1");
/// sql.push(" AND tier = ?", args!["A"]).push(" AND revenue_fen > ?", args![100_i64]);
/// let (text, values) = sql.into_parts();
/// assert_eq!(text, "SELECT id FROM customer WHERE 1 = 1 AND tier = $1 AND revenue_fen > $2");
/// assert_eq!(values.len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SqlText {
    text: String,
    values: Vec<Value>,
}

impl SqlText {
    /// Starts with a text without arguments.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    /// Starts with a text whose `?` stand for `args`.
    pub fn with(text: &str, args: Vec<Value>) -> Self {
        let mut sql = Self::default();
        sql.push(text, args);
        sql
    }

    /// Appends a piece; each `?` outside quotes takes the next argument.
    pub fn push(&mut self, piece: &str, args: Vec<Value>) -> &mut Self {
        let mut number = self.values.len();
        let mut quoted = false;
        for c in piece.chars() {
            match c {
                '\'' => {
                    quoted = !quoted;
                    self.text.push(c);
                }
                '?' if !quoted => {
                    number += 1;
                    self.text.push('$');
                    self.text.push_str(&number.to_string());
                }
                _ => self.text.push(c),
            }
        }
        self.values.extend(args);
        debug_assert_eq!(
            number,
            self.values.len(),
            "as many arguments as question marks in {piece:?}"
        );
        self
    }

    /// Appends a piece only when there is a value for its single `?`.
    pub fn push_some<V: Into<Value>>(&mut self, piece: &str, value: Option<V>) -> &mut Self {
        if let Some(value) = value {
            self.push(piece, vec![value.into()]);
        }
        self
    }

    /// Appends `$n, $n+1, …` for a list; for an empty list `NULL`, so that `x IN (NULL)` finds nothing.
    pub fn push_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let start = self.values.len();
        self.values.extend(values.into_iter().map(Into::into));
        if self.values.len() == start {
            self.text.push_str("NULL");
        }
        for number in start..self.values.len() {
            if number > start {
                self.text.push_str(", ");
            }
            self.text.push('$');
            self.text.push_str(&(number + 1).to_string());
        }
        self
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The finished text and its arguments.
    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }

    /// The finished text and its arguments, after chained calls.
    pub fn finish(&mut self) -> (String, Vec<Value>) {
        std::mem::take(self).into_parts()
    }
}
