//! What is served over HTTP: the certificate, health and metrics. All of it is public, and none of it reads a request's body.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::any,
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use signet_api::http::{CERTIFICATE, HEALTH, METRICS, PEM_MEDIA_TYPE, READY};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    context::KeyringWatch,
    metrics::{self, Metrics},
    readiness::Readiness,
};

/// What the endpoints tell about.
#[derive(Clone)]
pub(crate) struct Told {
    /// The newest key's certificate is served.
    pub(crate) keyring: KeyringWatch,
    /// Readiness is served.
    pub(crate) readiness: Readiness,
    /// Requests are counted.
    pub(crate) metrics: Metrics,
}

/// Certificate and health, upstream's paths and answers.
pub(crate) fn endpoints(told: Told) -> Router {
    Router::new()
        .route(CERTIFICATE, any(certificate))
        .route(READY, any(ready))
        .layer(from_fn_with_state(told.clone(), count))
        .route(HEALTH, any("ok\n"))
        .with_state(told)
}

/// Metrics.
pub(crate) fn metrics_endpoint(metrics: Metrics) -> Router {
    let text = async |State(metrics): State<Metrics>| ([(CONTENT_TYPE, metrics::MEDIA_TYPE)], metrics.text());
    Router::new().route(METRICS, any(text)).with_state(metrics)
}

/// Serves connections for ever.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(permit) = free.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let router = router.clone();
                connections.spawn(async move {
                    connection(stream, router).await;
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

async fn connection(stream: TcpStream, router: Router) {
    let service = TowerToHyperService::new(router);
    let limited = service_fn(move |request| {
        let answer = hyper::service::Service::call(&service, request);
        async move {
            let answer = timeout(ANSWER, answer).await;
            Ok::<_, Infallible>(match answer {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
            })
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), limited);
    // What goes wrong with a connection is the other side's business; one that lasts too long makes room.
    let _ = timeout(CONNECTION, serving).await;
}

async fn certificate(State(told): State<Told>) -> Response {
    let newest = told
        .keyring
        .borrow()
        .as_ref()
        .and_then(|keyring| keyring.newest().cloned());
    match newest {
        Some(key) => ([(CONTENT_TYPE, PEM_MEDIA_TYPE)], key.certificate().to_pem()).into_response(),
        None => (StatusCode::INTERNAL_SERVER_ERROR, "cannot get certificate\n").into_response(),
    }
}

async fn ready(State(told): State<Told>) -> Response {
    match told.readiness.is_ready() {
        true => "ok\n".into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
    }
}

async fn count(State(told): State<Told>, request: Request<Body>, next: Next) -> Response {
    let path = [CERTIFICATE, READY]
        .into_iter()
        .find(|path| *path == request.uri().path());
    let (method, start) = (request.method().clone(), Instant::now());
    let response = next.run(request).await;
    if let Some(path) = path {
        let code = response.status().as_u16();
        told.metrics.count_request(path, method.as_str(), code, start.elapsed());
    }
    response
}

/// Each takes a file descriptor and some kilobytes.
const CONNECTIONS: usize = 128;
const HEADERS: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(10);
/// Upstream's write timeout.
const CONNECTION: Duration = Duration::from_secs(120);
/// Bounds the headers; a request to us has a few hundred bytes, and a service proxy adds some.
const BUFFER: usize = 32 << 10;

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use signet_sealing_keys::{KeyOrder, KeySize, Keyring, SealingKey};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        sync::watch,
        task::JoinHandle,
    };

    use super::*;

    /// Serves on a port of its own, and gives back what `request` is answered.
    async fn ask(router: Router, request: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listening");
        let address = listener.local_addr().expect("an address");
        let serving: JoinHandle<()> = tokio::spawn(serve(listener, router));
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        serving.abort();
        answer
    }

    async fn get(told: &Told, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        ask(endpoints(told.clone()), &request).await
    }

    fn told() -> (Told, watch::Sender<Option<Arc<Keyring>>>, crate::readiness::Pending) {
        let (sender, keyring) = watch::channel(None);
        let (readiness, pending) = Readiness::new();
        let metrics = Metrics::new();
        (
            Told {
                keyring,
                readiness,
                metrics,
            },
            sender,
            pending,
        )
    }

    #[tokio::test]
    async fn health_readiness_and_certificate_with_upstreams_answers() {
        let (told, sender, pending) = told();
        assert!(get(&told, "/healthz").await.ends_with("\r\n\r\nok\n"));
        let not_ready = get(&told, "/readyz").await;
        assert!(
            not_ready.starts_with("HTTP/1.1 503 ") && not_ready.ends_with("not ready\n"),
            "{not_ready}"
        );
        assert!(get(&told, "/v1/cert.pem").await.starts_with("HTTP/1.1 500 "));

        let key = SealingKey::generate(
            KeySize::Rsa2048,
            SignedDuration::from_hours(1),
            "",
            Timestamp::UNIX_EPOCH,
        );
        let key = Arc::new(key.expect("a key"));
        let pem = key.certificate().to_pem();
        sender.send_replace(Some(Keyring::new([key], KeyOrder::default()).into()));
        drop(pending);
        let ready = get(&told, "/readyz").await;
        assert!(ready.starts_with("HTTP/1.1 200 ") && ready.ends_with("ok\n"), "{ready}");
        let answer = get(&told, "/v1/cert.pem").await;
        assert!(
            answer.contains("content-type: application/x-pem-file\r\n") && answer.ends_with(&pem),
            "{answer}"
        );

        assert!(get(&told, "/v1/other").await.starts_with("HTTP/1.1 404 "));
        let metrics = ask(
            metrics_endpoint(told.metrics),
            "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(
            metrics.contains("http_requests_total{path=\"/v1/cert.pem\",code=\"500\",method=\"get\"} 1"),
            "{metrics}"
        );
        assert!(!metrics.contains("other"));
    }

    #[tokio::test]
    async fn headers_beyond_the_limit_are_refused() {
        let (told, ..) = told();
        let request = format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}", "a".repeat(BUFFER));
        assert!(ask(endpoints(told), &request).await.starts_with("HTTP/1.1 431 "));
    }
}
