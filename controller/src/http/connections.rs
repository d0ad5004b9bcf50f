//! Connections, each with a limit on its number, its length and its headers.

use std::{convert::Infallible, future::ready, net::IpAddr, sync::Arc, time::Duration};

use axum::{Router, http::StatusCode, response::IntoResponse as _};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::Tls;

/// How long the parts of a connection may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    headers: Duration,
    answer: Duration,
}

impl Timeouts {
    /// No longer than asked for, and never so long that connections could be held.
    pub(crate) fn new(read: Option<Duration>, write: Option<Duration>) -> Self {
        Self {
            headers: read.unwrap_or(HEADERS).min(HEADERS),
            answer: write.unwrap_or(ANSWER).min(ANSWER),
        }
    }
}

/// Serves connections for ever.
pub(crate) async fn serve(listener: TcpListener, router: Router, timeouts: Timeouts) {
    let greet = |stream| ready(Some(stream));
    accept(listener, router, timeouts, greet).await;
}

/// Serves connections over TLS for ever.
pub(crate) async fn serve_tls(listener: TcpListener, tls: Tls, router: Router, timeouts: Timeouts) {
    let greet = move |stream| {
        let tls = tls.clone();
        async move { timeout(timeouts.headers, tls.accept(stream)).await.ok()?.ok() }
    };
    accept(listener, router, timeouts, greet).await;
}

/// Accepts connections for ever, and serves those that are greeted.
async fn accept<G, F, S>(listener: TcpListener, router: Router, timeouts: Timeouts, greet: G)
where
    G: Fn(TcpStream) -> F + Clone + Send + 'static,
    F: Future<Output = Option<S>> + Send,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(permit) = free.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (router, greet) = (router.clone(), greet.clone());
                connections.spawn(async move {
                    if let Some(stream) = greet(stream).await {
                        connection(stream, Peer(peer.ip()), router, timeouts).await;
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                // Most likely there are no file descriptors left; some will be free soon.
                tracing::warn!(%error, "Cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// The address at the other end of a connection.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    timeouts: Timeouts,
) {
    let service = TowerToHyperService::new(router);
    let limited = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let answer = hyper::service::Service::call(&service, request);
        async move {
            let answer = timeout(timeouts.answer, answer).await;
            Ok::<_, Infallible>(match answer {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
            })
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.headers)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), limited);
    // What goes wrong with a connection is the other side's business; one that lasts too long makes room.
    let _ = timeout(CONNECTION, serving).await;
}

/// Each takes a file descriptor and some kilobytes.
const CONNECTIONS: usize = 128;
const HEADERS: Duration = Duration::from_secs(10);
/// A large request over a slow line takes its time.
const ANSWER: Duration = Duration::from_secs(60);
/// Upstream's write timeout.
const CONNECTION: Duration = Duration::from_secs(120);
/// Bounds the headers; a request to us has a few hundred bytes, and a service proxy adds some.
pub(super) const BUFFER: usize = 32 << 10;
