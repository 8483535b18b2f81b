//! Keyset pages (分页): an opaque cursor, no total.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Rows per page when none are asked for.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most rows per page.
pub const MAX_LIMIT: u32 = 200;

/// What every list takes: how many, and after which cursor. Made to be flattened into a list's own filter.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams, utoipa::ToSchema,
)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows wanted, 1 to 200; 50 when left out.
    #[serde(default, deserialize_with = "number_or_text")]
    #[param(value_type = Option<u32>)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Flattened into another struct, query values arrive as text.
fn number_or_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Number(u32),
        Text(String),
        Nothing(()),
    }
    match Given::deserialize(from)? {
        Given::Number(n) => Ok(Some(n)),
        Given::Text(t) if t.is_empty() => Ok(None),
        Given::Text(t) => t
            .parse()
            .map(Some)
            .map_err(|_| D::Error::custom("invalid type: a number is expected")),
        Given::Nothing(()) => Ok(None),
    }
}

impl PageQuery {
    /// How many rows to show.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }

    /// How many rows to fetch: one more, which tells whether there is a next page.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit()) + 1
    }

    /// The sort key to go on after, as it was given to [`Page::cut`].
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.after
            .as_deref()
            .filter(|a| !a.is_empty())
            .map(Cursor::read)
            .transpose()
    }
}

/// An opaque cursor: base64url of the sort key as JSON.
#[derive(Debug, Clone, Copy)]
pub struct Cursor;

impl Cursor {
    /// The cursor of a sort key, such as `(received_at, id)`.
    pub fn write<K: Serialize>(key: &K) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
    }

    /// The sort key of a cursor.
    pub fn read<K: DeserializeOwned>(cursor: &str) -> Result<K, Problem> {
        URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Problem::new(422, "page.bad_cursor"))
    }
}

/// One page of a list (一页).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Cursor of the next page; nothing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts the extra row that [`PageQuery::fetch`] asked for off and makes the cursor from the last row shown.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, query: &PageQuery, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(query.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more {
            rows.last().map(|last| Cursor::write(&key(last)))
        } else {
            None
        };
        Self { items: rows, next }
    }

    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let query = PageQuery {
            limit: Some(2),
            after: None,
        };
        let page = Page::cut(vec![(5_i64, "e"), (4, "d"), (3, "c")], &query, |r| {
            (r.0, r.1.to_owned())
        });
        assert_eq!(page.items.len(), 2);
        let query = PageQuery {
            limit: None,
            after: page.next,
        };
        assert_eq!(
            query.after::<(i64, String)>().unwrap(),
            Some((4, "d".to_owned()))
        );
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let query = PageQuery {
            limit: Some(2),
            after: None,
        };
        assert_eq!(Page::cut(vec![1, 2], &query, |r| *r).next, None);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let query = PageQuery {
            limit: None,
            after: Some(Cursor::write(&"x")),
        };
        assert_eq!(
            query.after::<(i64, String)>().unwrap_err().code,
            "page.bad_cursor"
        );
        let query = PageQuery {
            limit: None,
            after: Some("!!".into()),
        };
        assert_eq!(query.after::<i64>().unwrap_err().status, 422);
    }
}
