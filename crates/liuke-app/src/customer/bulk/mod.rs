//! Many records at once (批量写入), for imports and the demo: few statements, constant memory per batch.
//!
//! Give a few hundred to a thousand rows per call, within the caller's transaction. The rows come checked; the customers' search keys and
//! repeated columns are kept here. There is no audit entry per row: the caller writes one for the batch.

mod assets;
mod customers;
mod lines;
mod orders;
mod services;

pub use assets::{NewAsset, assets_by, insert_assets, update_assets};
pub use customers::{CustomerFields, NewCustomer, insert_customers, update_customers};
pub use lines::{OwnOrder, add_order_lines, orders_of_import, settle, visible};
pub use orders::{NewOrder, StoredRecord, insert_orders, orders_by_external, update_orders};
pub use services::{NewService, insert_services, services_by_external, update_services};

/// What a matching row does to the record that is there (重复处理).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMatch {
    /// Only empty fields are filled.
    FillBlanks,
    /// Fields that the row brings replace what is there; fields it does not bring stay.
    Overwrite,
}

impl OnMatch {
    /// The value a field has afterwards.
    fn merge<T: Clone>(self, stored: Option<&T>, given: Option<&T>) -> Option<T> {
        match self {
            Self::FillBlanks => stored.or(given).cloned(),
            Self::Overwrite => given.or(stored).cloned(),
        }
    }

    /// The same for a field that is never empty.
    fn merge_full<T: Clone>(self, stored: &T, given: Option<&T>) -> T {
        match (self, given) {
            (Self::Overwrite, Some(given)) => given.clone(),
            _ => stored.clone(),
        }
    }
}
