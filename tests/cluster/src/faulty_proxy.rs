use std::convert::Infallible;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout_at};

use crate::{Cluster, Installation, Random};

/// A way to the API server on which things go wrong. It ends when dropped.
#[derive(Debug)]
pub struct FaultyProxy {
    port: u16,
    faults: Arc<Mutex<Faults>>,
    asked: Arc<AtomicUsize>,
    cut_watches: Arc<AtomicUsize>,
    _stop: tokio::sync::oneshot::Sender<Infallible>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// How many requests of a hundred get another answer than the API server's: 429, 500, none at all, or none after it has done what
    /// was asked.
    pub percent: u64,
    /// How long a watch may be before it is cut off; none is for ever.
    pub watch: Option<Duration>,
}

impl FaultyProxy {
    /// Starts one before a cluster's API server; `seed` decides which requests suffer.
    pub fn start(cluster: &Cluster, faults: Faults, seed: u64) -> Self {
        let faults = Arc::new(Mutex::new(faults));
        let asked = Arc::new(AtomicUsize::new(0));
        let cut_watches = Arc::new(AtomicUsize::new(0));
        let authority = reqwest::Certificate::from_pem(&fs::read(cluster.authority()).unwrap()).unwrap();
        let passage = Passage {
            target: format!("https://127.0.0.1:{}", cluster.port()),
            client: reqwest::Client::builder()
                .tls_certs_only([authority])
                .no_proxy()
                .build()
                .unwrap(),
            faults: faults.clone(),
            asked: asked.clone(),
            cut_watches: cut_watches.clone(),
            random: Arc::new(Mutex::new(Random::new(seed))),
        };
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (told, port) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                tokio::select! {
                    () = passage.serve(listener) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            port: port.recv().unwrap(),
            faults,
            asked,
            cut_watches,
            _stop: stop,
        }
    }

    /// Other faults from now on.
    pub fn set(&self, faults: Faults) {
        *self.faults.lock().unwrap() = faults;
    }

    /// How many requests have come, also those that the API server never saw.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// How many watches have been cut off.
    pub fn cut_watches(&self) -> usize {
        self.cut_watches.load(Ordering::Relaxed)
    }

    /// The argument by which a controller goes through it, with the rights of its ServiceAccount.
    pub fn argument(&self, installation: &Installation<'_>) -> String {
        let cluster = installation.cluster();
        let token = cluster.account_token(installation.namespace(), installation.service());
        let path = cluster.directory().join(format!("faulty-{}.kubeconfig", self.port));
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": format!("http://127.0.0.1:{}", self.port)}}],
            "users": [{"name": "test", "user": {"token": token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        });
        fs::write(&path, config.to_string()).unwrap();
        format!("--kubeconfig={}", path.display())
    }
}

#[derive(Clone)]
struct Passage {
    target: String,
    client: reqwest::Client,
    faults: Arc<Mutex<Faults>>,
    asked: Arc<AtomicUsize>,
    cut_watches: Arc<AtomicUsize>,
    random: Arc<Mutex<Random>>,
}

/// No answer: the connection is closed.
#[derive(Debug, thiserror::Error)]
#[error("cut off")]
struct CutOff;

type Answer = Result<Response<UnsyncBoxBody<Bytes, CutOff>>, CutOff>;

impl Passage {
    async fn serve(self, listener: TcpListener) {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let passage = self.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| passage.answer(request));
                // The client is told nothing of what goes wrong, and neither is anybody else.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let faults = *self.faults.lock().unwrap();
        let fault = {
            let mut random = self.random.lock().unwrap();
            (random.below(100) < faults.percent).then(|| random.below(4))
        };
        match fault {
            Some(0) => return Ok(refusal(StatusCode::TOO_MANY_REQUESTS)),
            Some(1) => return Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR)),
            Some(2) => return Err(CutOff),
            _ => {}
        }
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
        let response = self.pass_on(request).await?;
        if fault.is_some() {
            return Err(CutOff);
        }
        Ok(match faults.watch.filter(|_| is_watch) {
            Some(watch) => relay(response, Some((Instant::now() + watch, self.cut_watches.clone()))),
            None => relay(response, None),
        })
    }

    async fn pass_on(&self, request: Request<Incoming>) -> Result<reqwest::Response, CutOff> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| CutOff)?.to_bytes();
        parts.headers.remove(header::HOST);
        parts.headers.remove(header::ACCEPT_ENCODING);
        let request = self
            .client
            .request(parts.method, format!("{}{}", self.target, parts.uri));
        let response = request.headers(parts.headers).body(body).send().await;
        response.map_err(|_| CutOff)
    }
}

/// The API server's answer; cut off at a time, and counted there.
fn relay(
    response: reqwest::Response,
    end: Option<(Instant, Arc<AtomicUsize>)>,
) -> Response<UnsyncBoxBody<Bytes, CutOff>> {
    let mut answer = Response::builder().status(response.status());
    for name in [header::CONTENT_TYPE, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            answer = answer.header(name, value);
        }
    }
    let chunks = stream::unfold((response, end), async |(mut response, end)| {
        let next = match &end {
            Some((at, cuts)) => timeout_at(*at, response.chunk()).await.map_err(|_| {
                cuts.fetch_add(1, Ordering::Relaxed);
                CutOff
            }),
            None => Ok(response.chunk().await),
        };
        let frame = next.and_then(|next| next.map_err(|_| CutOff)).transpose()?;
        Some((frame.map(Frame::data), (response, end)))
    });
    answer.body(StreamBody::new(chunks).boxed_unsync()).unwrap()
}

/// As API priority and fairness, or a defect of an admission webhook, would.
fn refusal(status: StatusCode) -> Response<UnsyncBoxBody<Bytes, CutOff>> {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status.as_u16(),
        "reason": if status == StatusCode::TOO_MANY_REQUESTS { "TooManyRequests" } else { "InternalError" },
        "message": "planted by a test",
    });
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::RETRY_AFTER, "1")
        .body(
            Full::from(body.to_string())
                .map_err(|never| match never {})
                .boxed_unsync(),
        )
        .unwrap()
}
