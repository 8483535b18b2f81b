//! Statements as they were sent: what a benchmark sends again through the bare driver.

use std::sync::{Arc, Mutex, PoisonError};

use super::Value;

/// A statement with its arguments.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Text with `$1…`.
    pub sql: String,
    /// Arguments in order.
    pub args: Vec<Value>,
}

/// Keeps statements between [`Tape::start`] and [`Tape::stop`]. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tape(Arc<Mutex<Option<Vec<Sent>>>>);

impl Tape {
    /// Begins to keep statements.
    pub fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// Stops; gives what was sent since the start.
    pub fn stop(&self) -> Vec<Sent> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_default()
    }

    pub(super) fn keep(&self, sql: &str, args: &[Value]) {
        if let Some(kept) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
        {
            kept.push(Sent {
                sql: sql.to_owned(),
                args: args.to_vec(),
            });
        }
    }
}
