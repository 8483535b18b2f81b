//! What can go wrong below the trade (故障): databases, files, JSON, schema versions.
//!
//! A [`Fault`] is never the user's doing. It keeps its source and is logged once, where it becomes a
//! [`Problem`](crate::problem::Problem).

use sea_orm::sqlx::{self, postgres::PgDatabaseError};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Something the machinery could not do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database refused or failed.
    #[error("database: {0}")]
    Db(#[source] DbErr),
    /// A row with the same unique value exists.
    #[error("unique: {table}({})", columns.join(", "))]
    Unique {
        /// The table that holds the other row.
        table: String,
        /// The columns which have to be unique together; empty where the engine names only the constraint.
        columns: Vec<String>,
        /// The constraint or index, where the engine names it.
        constraint: Option<String>,
        /// What the driver said.
        #[source]
        source: Box<DbErr>,
    },
    /// A row that is referred to is missing, or is still referred to.
    #[error("foreign key: {0}")]
    Foreign(#[source] DbErr),
    /// Another writer was in the way for too long; the same request may succeed later.
    #[error("database busy: {0}")]
    Busy(#[source] DbErr),
    /// The database cannot be reached; the same request may succeed later.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] DbErr),
    /// No space is left where the database, or a file on its way there, is written.
    #[error("disk full: {0}")]
    DiskFull(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row that cannot be read as what it should be.
    #[error("inconsistent row: {table}.{column} of {id}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        id: String,
    },
    /// A file or socket.
    #[error("input/output: {0}")]
    Io(#[source] std::io::Error),
    /// JSON that does not fit its type.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// The database was migrated by a newer program.
    #[error("the database has schema {found}, this program knows {known}: start a newer program")]
    NewerSchema {
        /// Highest migration in the database.
        found: u32,
        /// Highest migration of this program.
        known: u32,
    },
    /// An applied migration differs from the one in this program.
    #[error("migration {number} was changed after it had been applied")]
    ChangedMigration {
        /// Its number.
        number: u32,
    },
    /// The configuration is wrong; names the key.
    #[error("configuration: {0}")]
    Config(String),
    /// Anything else, in words for the log.
    #[error("{0}")]
    Other(String),
}

impl Fault {
    /// A fault in words.
    pub fn other(text: impl Into<String>) -> Self {
        Self::Other(text.into())
    }

    /// A row that cannot be read: table, column and the row's id.
    #[allow(clippy::needless_pass_by_value, reason = "ids are small and copied")]
    pub fn inconsistent(table: &'static str, column: &'static str, id: impl ToString) -> Self {
        Self::Inconsistent {
            table,
            column,
            id: id.to_string(),
        }
    }

    /// Whether trying the same again may help.
    pub fn is_retriable(&self) -> bool {
        matches!(
            self,
            Self::Busy(_) | Self::Unavailable(_) | Self::DiskFull(_)
        )
    }

    /// Whether this is a violation of uniqueness on exactly this column (alone or with others), or of the
    /// constraint of this name.
    pub fn is_unique(&self, column_or_constraint: &str) -> bool {
        match self {
            Self::Unique {
                columns,
                constraint,
                ..
            } => {
                columns.iter().any(|c| c == column_or_constraint)
                    || constraint.as_deref() == Some(column_or_constraint)
            }
            _ => false,
        }
    }

    /// The error with all its sources on one line, for the log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(inner) = source {
            let inner_text = inner.to_string();
            if !text.contains(&inner_text) {
                text.push_str(": ");
                text.push_str(&inner_text);
            }
            source = inner.source();
        }
        text
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded) {
            Self::DiskFull(Box::new(error))
        } else {
            Self::Io(error)
        }
    }
}

/// What kind of trouble an error of the driver is.
enum Kind {
    Unique {
        table: String,
        columns: Vec<String>,
        constraint: Option<String>,
    },
    Foreign,
    Busy,
    Unavailable,
    DiskFull,
    Plain,
}

impl Kind {
    fn fault(self, error: DbErr) -> Fault {
        match self {
            Self::Unique {
                table,
                columns,
                constraint,
            } => Fault::Unique {
                table,
                columns,
                constraint,
                source: Box::new(error),
            },
            Self::Foreign => Fault::Foreign(error),
            Self::Busy => Fault::Busy(error),
            Self::Unavailable => Fault::Unavailable(error),
            Self::DiskFull => Fault::DiskFull(Box::new(error)),
            Self::Plain => Fault::Db(error),
        }
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        kind(&error).fault(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        sqlite_kind(&error).fault(DbErr::Custom(error.to_string()))
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::from(DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

fn kind(error: &DbErr) -> Kind {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Kind::Busy,
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Kind::Unavailable,
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => match inner.as_ref() {
            sqlx::Error::Database(said) => database_kind(said.as_ref()),
            sqlx::Error::PoolTimedOut => Kind::Busy,
            sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Kind::Unavailable
            }
            _ => Kind::Plain,
        },
        _ => Kind::Plain,
    }
}

fn database_kind(said: &dyn sqlx::error::DatabaseError) -> Kind {
    let code = said.code().unwrap_or_default();
    if let Some(postgres) = said.try_downcast_ref::<PgDatabaseError>() {
        return match code.as_ref() {
            "23505" => Kind::Unique {
                table: postgres.table().unwrap_or_default().to_owned(),
                columns: columns_in_detail(postgres.detail().unwrap_or_default()),
                constraint: postgres.constraint().map(str::to_owned),
            },
            "23503" => Kind::Foreign,
            // serialisation failure, deadlock, lock not available
            "40001" | "40P01" | "55P03" => Kind::Busy,
            // connection exceptions, shutdowns, too many connections
            "57P01" | "57P02" | "57P03" | "53300" => Kind::Unavailable,
            "53100" => Kind::DiskFull,
            other if other.starts_with("08") => Kind::Unavailable,
            _ => Kind::Plain,
        };
    }
    Kind::Plain
}

fn sqlite_kind(error: &rusqlite::Error) -> Kind {
    let rusqlite::Error::SqliteFailure(error, message) = error else {
        return Kind::Plain;
    };
    match error.extended_code {
        1555 | 2067 => {
            let (table, columns, constraint) =
                sqlite_unique(message.as_deref().unwrap_or_default());
            Kind::Unique {
                table,
                columns,
                constraint,
            }
        }
        787 => Kind::Foreign,
        // SQLITE_BUSY and SQLITE_LOCKED with their extended codes
        5 | 6 | 261 | 517 | 773 | 262 => Kind::Busy,
        // SQLITE_FULL, and what a full file system makes of writing the index of the log
        13 | 4874 => Kind::DiskFull,
        _ => Kind::Plain,
    }
}

/// Columns out of `Key (branch_id, number)=(…) already exists.`; the values are left behind.
fn columns_in_detail(detail: &str) -> Vec<String> {
    detail
        .strip_prefix("Key (")
        .and_then(|rest| rest.split_once(")="))
        .map(|(names, _)| {
            names
                .split(", ")
                .map(|n| n.trim_matches('"').to_owned())
                .collect()
        })
        .unwrap_or_default()
}

/// Table and columns out of `UNIQUE constraint failed: customer.branch_id, customer.number`, or the index out of
/// `UNIQUE constraint failed: index 'name'`.
fn sqlite_unique(message: &str) -> (String, Vec<String>, Option<String>) {
    let Some((_, what)) = message.split_once("constraint failed: ") else {
        return (String::new(), Vec::new(), None);
    };
    if let Some(index) = what.strip_prefix("index '") {
        return (
            String::new(),
            Vec::new(),
            Some(index.trim_end_matches('\'').to_owned()),
        );
    }
    let mut table = String::new();
    let mut columns = Vec::new();
    for part in what.split(", ") {
        if let Some((before, column)) = part.rsplit_once('.') {
            before.clone_into(&mut table);
            columns.push(column.to_owned());
        }
    }
    (table, columns, None)
}
