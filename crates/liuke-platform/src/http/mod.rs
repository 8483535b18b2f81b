//! The HTTP server (服务): what stands around every route, and the doors for machines.

mod health;
pub mod log;
mod metrics;
mod patience;
mod peer;
mod run;
mod serve;
mod shell;

pub use metrics::Metrics;
pub use peer::{Peer, client_address};
pub use run::run;
pub use serve::{bind, serve, serve_on, shutdown_signal};
pub use shell::shell;
