//! The whole program at work: server, workers, live updates; started and stopped in order.

use axum::Router;
use axum::extract::FromRef;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::base::Base;
use crate::fault::Fault;
use crate::jobs::Jobs;

use super::serve::serve_on;

/// Serves on an open socket, with background work and live updates, until `shutdown`; then ends live streams, waits
/// for requests and jobs under way, and closes the database.
#[allow(clippy::disallowed_methods, reason = "the task is awaited at the stop")]
pub async fn run<S>(
    listener: TcpListener,
    router: Router,
    state: S,
    jobs: Jobs<S>,
    shutdown: CancellationToken,
) -> Result<(), Fault>
where
    S: Clone + Send + Sync + 'static,
    Base: FromRef<S>,
{
    let base = Base::from_ref(&state);
    let workers = jobs.start(state).await?;
    let live = base.live.clone();
    let passing_on = tokio::spawn(async move { live.run().await });
    let closing = async {
        shutdown.cancelled().await;
        base.live.close();
    };
    let (served, ()) = tokio::join!(
        serve_on(listener, router, &base.config, shutdown.clone()),
        closing
    );
    workers.stop().await;
    if let Err(error) = passing_on.await {
        tracing::error!(%error, "live updates");
    }
    base.db.close().await?;
    served
}
