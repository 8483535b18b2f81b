//! The heartbeat inside one process: "something was committed".

use std::sync::Arc;

use tokio::sync::{Notify, watch};

/// Wakes whoever waits for new rows, without asking the database. Other processes find out by polling.
#[derive(Debug, Clone)]
pub struct Pulse {
    events: Arc<watch::Sender<u64>>,
    work: Arc<Notify>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            events: Arc::new(watch::Sender::new(0)),
            work: Arc::default(),
        }
    }
}

impl Pulse {
    /// There are new events.
    pub fn told(&self) {
        self.events
            .send_modify(|beats| *beats = beats.wrapping_add(1));
    }

    /// Sees every [`Pulse::told`] from now on.
    pub fn events(&self) -> watch::Receiver<u64> {
        self.events.subscribe()
    }

    /// There is work: wakes one worker, or the next that comes to wait.
    pub fn queued(&self) {
        self.work.notify_one();
    }

    /// Waits for [`Pulse::queued`].
    pub async fn work(&self) {
        self.work.notified().await;
    }
}
