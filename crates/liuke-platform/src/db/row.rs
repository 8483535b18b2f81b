//! Rows of both engines, read by the names of columns (行).

use std::cell::Cell;

use rusqlite::types::ValueRef;
use sea_orm::{TryGetError, TryGetable};
use uuid::Uuid;

use crate::fault::Fault;

/// A row that was just found, in the engine's own form.
pub struct QueryResult<'a>(Inner<'a>);

enum Inner<'a> {
    Sqlite {
        row: &'a rusqlite::Row<'a>,
        names: &'a [String],
        /// Where the next column is likely to be: rows are read in the order in which columns were asked for.
        next: Cell<usize>,
    },
    Postgres(&'a sea_orm::QueryResult),
}

impl std::fmt::Debug for QueryResult<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryResult").finish_non_exhaustive()
    }
}

impl<'a> QueryResult<'a> {
    pub(super) fn sqlite(row: &'a rusqlite::Row<'a>, names: &'a [String]) -> Self {
        Self(Inner::Sqlite {
            row,
            names,
            next: Cell::new(0),
        })
    }

    pub(super) fn postgres(row: &'a sea_orm::QueryResult) -> Self {
        Self(Inner::Postgres(row))
    }

    /// The column of this name.
    pub fn column<T: Column>(&self, name: &str) -> Result<T, Fault> {
        match &self.0 {
            Inner::Sqlite { row, names, next } => {
                let likely = next.get();
                let place = if names.get(likely).is_some_and(|known| known == name) {
                    Some(likely)
                } else {
                    names.iter().position(|known| known == name)
                };
                let place = place.ok_or_else(|| Fault::other(format!("no column {name}")))?;
                next.set(place + 1);
                T::from_sqlite(row.get_ref(place)?)
                    .ok_or_else(|| misfit::<T>(name, row.get_ref(place).ok()))
            }
            Inner::Postgres(row) => match T::try_get_by(row, name) {
                Ok(value) => Ok(value),
                Err(TryGetError::Null(_)) => Err(misfit::<T>(name, None)),
                Err(TryGetError::DbErr(error)) => Err(error.into()),
            },
        }
    }

    /// The column at this place, counted from 0; nothing where it is NULL.
    pub fn at<T: Column>(&self, place: usize) -> Result<Option<T>, Fault> {
        match &self.0 {
            Inner::Sqlite { row, .. } => match row.get_ref(place)? {
                ValueRef::Null => Ok(None),
                value => T::from_sqlite(value)
                    .map(Some)
                    .ok_or_else(|| misfit::<T>(&place.to_string(), Some(value))),
            },
            Inner::Postgres(row) => match T::try_get_by(row, place) {
                Ok(value) => Ok(Some(value)),
                Err(TryGetError::Null(_)) => Ok(None),
                Err(TryGetError::DbErr(error)) => Err(error.into()),
            },
        }
    }
}

/// Names the type and never the value: what is in a column may be personal.
fn misfit<T>(column: &str, value: Option<ValueRef<'_>>) -> Fault {
    let found = value.map_or_else(|| "NULL".to_owned(), |value| value.data_type().to_string());
    Fault::other(format!(
        "column {column} is {found}, wanted {}",
        std::any::type_name::<T>()
    ))
}

/// Something a whole row is read into. Derived for structs whose fields are named as the columns.
pub trait FromQueryResult: Sized {
    /// Reads the row.
    fn from_query_result(row: &QueryResult<'_>) -> Result<Self, Fault>;
}

/// What one column is read into; on PostgreSQL the driver knows how.
pub trait Column: TryGetable {
    /// From a value of SQLite, whose columns hold what was put there; nothing when it does not fit.
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self>;
}

impl Column for i64 {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl Column for bool {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        Some(i64::from_sqlite(value)? != 0)
    }
}

impl Column for f64 {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Real(number) => Some(number),
            // A whole number where a fraction was asked for.
            ValueRef::Integer(number) => i32::try_from(number).ok().map(Self::from),
            _ => None,
        }
    }
}

impl Column for String {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Text(text) => std::str::from_utf8(text).ok().map(str::to_owned),
            _ => None,
        }
    }
}

impl Column for Vec<u8> {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl Column for Uuid {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Blob(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

impl Column for serde_json::Value {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        serde_json::from_str(&String::from_sqlite(value)?).ok()
    }
}

impl<T: Column> Column for Option<T> {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::from_sqlite(value).map(Some),
        }
    }
}
