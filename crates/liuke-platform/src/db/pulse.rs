//! The heartbeat inside one process: "something was committed".

use std::sync::Arc;

use tokio::sync::watch;

/// Wakes whoever waits for new rows, without asking the database. Other processes find out by polling.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<watch::Sender<u64>>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Pulse {
    /// Wakes all waiters.
    pub fn beat(&self) {
        self.0.send_modify(|beats| *beats = beats.wrapping_add(1));
    }

    /// A receiver that sees every beat from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
