//! Listening, one connection at a time, and stopping without cutting anybody off.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::config::Config;
use crate::fault::Fault;

use super::patience::{Patient, patient};

/// How long requests under way may take to finish when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(20);
/// The next piece of a body, and room for the next piece of an answer, may take this many times as long as a head.
const PIECES: u32 = 3;

/// Opens the socket.
pub async fn bind(config: &Config) -> Result<TcpListener, Fault> {
    TcpListener::bind(&config.server.listen)
        .await
        .map_err(|e| Fault::Config(format!("server.listen {}: {e}", config.server.listen)))
}

/// Listens where the configuration says and serves until `shutdown`.
pub async fn serve(
    router: Router,
    config: &Config,
    shutdown: CancellationToken,
) -> Result<(), Fault> {
    let listener = bind(config).await?;
    serve_on(listener, router, config, shutdown).await
}

/// Serves on an open socket until `shutdown`, then waits for requests under way.
#[allow(
    clippy::disallowed_methods,
    reason = "one task per connection is what a server is"
)]
pub async fn serve_on(
    listener: TcpListener,
    router: Router,
    config: &Config,
    shutdown: CancellationToken,
) -> Result<(), Fault> {
    let head = Duration::from_secs(config.limits.header_s.max(1));
    let piece = head * PIECES;
    let graceful = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .max_concurrent_streams(200);
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: wait for some to come free.
                tracing::warn!(%error, "accept");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let watcher = graceful.watcher();
        let (router, builder) = (router.clone(), builder.clone());
        tokio::spawn(async move {
            let service = TowerToHyperService::new(router.map_request(
                move |request: axum::http::Request<hyper::body::Incoming>| {
                    with_peer(request, peer, piece)
                },
            ));
            let stream = Patient::new(quick(stream), head, piece);
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "connection");
            }
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_WORDS) => tracing::warn!("requests were cut off at the stop"),
    }
    Ok(())
}

fn quick(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nodelay");
    }
    stream
}

fn with_peer(
    request: axum::http::Request<hyper::body::Incoming>,
    peer: SocketAddr,
    piece: Duration,
) -> Request {
    let mut request = request.map(|body| patient(body, piece));
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// Cancelled at SIGTERM or ctrl-c.
#[allow(
    clippy::disallowed_methods,
    reason = "waits for a signal, not background work"
)]
pub fn shutdown_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(error) => {
                    tracing::warn!(%error, "SIGTERM is not heard");
                    std::future::pending::<()>().await;
                }
            }
        };
        #[cfg(not(unix))]
        let terminate = std::future::pending::<()>();
        tokio::select! {
            _ = interrupt => {}
            () = terminate => {}
        }
        tracing::info!("stopping");
        cancelled.cancel();
    });
    token
}
