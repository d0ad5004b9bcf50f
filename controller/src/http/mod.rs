//! What is served over HTTP: the certificate, health, metrics, and what may be asked about a SealedSecret. All of it is public; only for asking
//! there may be a review.

mod connections;
mod rate;
mod review;
mod sealed;
mod tls;

use axum::{
    Extension, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::any,
};
use signet_api::http::{CERTIFICATE, HEALTH, METRICS, PEM_MEDIA_TYPE, READY, ROTATE, VERIFY};
use tokio::time::Instant;

use crate::{
    context::KeyringWatch,
    metrics::{self, Metrics},
    readiness::Readiness,
};

use connections::Peer;
pub(crate) use connections::{Timeouts, serve, serve_tls};
pub(crate) use rate::RateLimiter;
pub(crate) use review::Review;
pub(crate) use sealed::Opener;
pub(crate) use tls::{Tls, TlsError};

/// What the endpoints tell about.
#[derive(Clone)]
pub(crate) struct Told {
    /// The newest key's certificate is served.
    pub(crate) keyring: KeyringWatch,
    /// Readiness is served.
    pub(crate) readiness: Readiness,
    /// Requests are counted.
    pub(crate) metrics: Metrics,
    /// SealedSecrets are opened for whoever asks.
    pub(crate) opener: Opener,
    /// How often one may ask.
    pub(crate) rate: RateLimiter,
    /// Who may ask; none is everybody.
    pub(crate) review: Option<Review>,
}

/// Everything but the metrics, with upstream's paths and answers.
pub(crate) fn endpoints(told: Told) -> Router {
    let asking = Router::new()
        .route(VERIFY, any(sealed::verified))
        .route(ROTATE, any(sealed::rotated))
        .layer(DefaultBodyLimit::max(sealed::LARGEST))
        .layer(from_fn(sealed::refuse_announced))
        .layer(from_fn_with_state(told.review.clone(), review::authorize))
        .layer(from_fn_with_state(told.rate.clone(), limit))
        .with_state(told.opener.clone());
    Router::new()
        .route(CERTIFICATE, any(certificate))
        .route(READY, any(ready))
        .merge(asking)
        .layer(from_fn_with_state(told.clone(), count))
        .route(HEALTH, any("ok\n"))
        .with_state(told)
}

/// Metrics.
pub(crate) fn metrics_endpoint(metrics: Metrics) -> Router {
    let text = async |State(metrics): State<Metrics>| ([(CONTENT_TYPE, metrics::MEDIA_TYPE)], metrics.text());
    Router::new().route(METRICS, any(text)).with_state(metrics)
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

async fn limit(
    State(rate): State<RateLimiter>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let verdict = rate.ask(rate::Client::new(peer, request.headers()), Instant::now());
    let mut response = match verdict.retry_after {
        None => next.run(request).await,
        Some(_) => (StatusCode::TOO_MANY_REQUESTS, "limit exceeded\n").into_response(),
    };
    verdict.tell(response.headers_mut());
    response
}

async fn count(State(told): State<Told>, request: Request<Body>, next: Next) -> Response {
    let path = [CERTIFICATE, READY, ROTATE, VERIFY]
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

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, sync::Arc, time::Duration};

    use jiff::{SignedDuration, Timestamp};
    use signet_api::SealedSecret;
    use signet_seal::UnsealOptions;
    use signet_sealing_keys::{KeyOrder, KeySize, Keyring, SealingKey};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        sync::watch,
        task::JoinHandle,
    };

    use super::{connections::BUFFER, *};

    /// Serves on a port of its own, and gives back what `request` is answered.
    async fn ask(router: Router, request: &str) -> String {
        ask_within(router, request, Timeouts::new(None, None)).await
    }

    async fn ask_within(router: Router, request: &str, timeouts: Timeouts) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listening");
        let address = listener.local_addr().expect("an address");
        let serving: JoinHandle<()> = tokio::spawn(serve(listener, router, timeouts));
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

    async fn post(told: &Told, path: &str, body: &str) -> String {
        let length = body.len();
        let request =
            format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        ask(endpoints(told.clone()), &request).await
    }

    fn told() -> (Told, watch::Sender<Option<Arc<Keyring>>>, crate::readiness::Pending) {
        let (sender, keyring) = watch::channel(None);
        let (readiness, pending) = Readiness::new();
        let metrics = Metrics::new();
        (
            Told {
                opener: Opener::new(keyring.clone(), UnsealOptions::default()),
                keyring,
                readiness,
                metrics,
                rate: RateLimiter::new(NonZeroU32::MIN, 100),
                review: None,
            },
            sender,
            pending,
        )
    }

    #[tokio::test]
    async fn a_connection_lasts_no_longer_than_asked_for() {
        let never = || Router::new().route("/", any(std::future::pending::<Response>));
        let (short, request) = (Some(Duration::from_millis(1)), "GET / HTTP/1.1\r\nhost: a\r\n");
        let whole = format!("{request}connection: close\r\n\r\n");
        let answer = ask_within(never(), &whole, Timeouts::new(None, short)).await;
        assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
        let answer = ask_within(never(), request, Timeouts::new(short, None)).await;
        assert!(!answer.starts_with("HTTP/1.1 504 "), "{answer}");

        let [long, none] = [Some(Duration::MAX), None].map(|given| Timeouts::new(given, given));
        assert_eq!(long, none);
        assert_ne!(Timeouts::new(short, None), Timeouts::new(None, short));
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

    /// A keyring of two keys, the newest last, and a SealedSecret that the older one opens.
    fn sealed() -> (Arc<SealingKey>, Arc<Keyring>, SealedSecret) {
        let key = |hours| {
            let from = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
            SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", from).expect("a key")
        };
        let (old, new) = (Arc::new(key(0)), Arc::new(key(1)));
        let secret =
            serde_json::from_str(r#"{"metadata": {"name": "app", "namespace": "team"}, "data": {"k": "Y2FuYXJ5"}}"#);
        let sealed = signet_seal::seal(&secret.expect("a Secret"), old.certificate()).expect("sealed");
        (
            new.clone(),
            Arc::new(Keyring::new([old, new], KeyOrder::default())),
            sealed,
        )
    }

    fn code(answer: &str) -> &str {
        answer.split(' ').nth(1).unwrap_or_default()
    }

    #[tokio::test]
    async fn what_opens_is_200_and_what_does_not_409() {
        let (told, sender, _pending) = told();
        let (_, keyring, mut sealed) = sealed();
        let json = serde_json::to_string(&sealed).expect("JSON");
        assert_eq!(code(&post(&told, VERIFY, &json).await), "500", "no keyring yet");
        sender.send_replace(Some(keyring));
        assert_eq!(code(&post(&told, VERIFY, &json).await), "200");

        let template = sealed.spec.template.get_or_insert_default();
        template.data = Some([("k2".to_owned(), Some("{{ fail .k }}".to_owned()))].into());
        let json = serde_json::to_string(&sealed).expect("JSON");
        assert_eq!(
            code(&post(&told, VERIFY, &json).await),
            "200",
            "no template is rendered"
        );

        sealed.metadata.name = Some("other".to_owned());
        let json = serde_json::to_string(&sealed).expect("JSON");
        let answer = post(&told, VERIFY, &json).await;
        assert_eq!(code(&answer), "409");
        assert!(
            answer.ends_with("no key could decrypt secret (k)\n") && !answer.contains("canary"),
            "{answer}"
        );
        assert_eq!(code(&post(&told, ROTATE, &json).await), "500");
    }

    #[tokio::test]
    async fn what_is_rotated_opens_with_the_newest_key_alone_and_keeps_the_rest() {
        let (told, sender, _pending) = told();
        let (newest, keyring, mut sealed) = sealed();
        sender.send_replace(Some(keyring));
        let template = sealed.spec.template.get_or_insert_default();
        template.data = Some([("k2".to_owned(), Some("{{ fail .k }}".to_owned()))].into());
        template.metadata.labels = Some([("only".to_owned(), "template".to_owned())].into());
        let answer = post(&told, ROTATE, &serde_json::to_string(&sealed).expect("JSON")).await;
        assert!(
            answer.contains("content-type: application/json\r\n") && !answer.contains("canary"),
            "{answer}"
        );
        let body = answer.split("\r\n\r\n").nth(1).expect("a body");
        let rotated: SealedSecret = serde_json::from_str(body).expect("a SealedSecret");
        let opened = signet_seal::verify(&rotated, &[newest.private_key()], UnsealOptions::default());
        assert!(opened.is_ok());
        assert_eq!(
            (rotated.metadata, rotated.spec.template),
            (sealed.metadata, sealed.spec.template)
        );
    }

    #[tokio::test]
    async fn what_is_no_sealed_secret_is_500_and_what_is_too_large_413() {
        let (told, sender, _pending) = told();
        let (_, keyring, sealed) = sealed();
        sender.send_replace(Some(keyring));
        let json = serde_json::to_string(&sealed).expect("JSON");
        let two = format!("{json}\n---\n{json}");
        let secret = json.replace("SealedSecret", "Secret");
        for malformed in [
            "",
            "{",
            "null",
            "[]",
            "kind: Secret",
            &two,
            &secret,
            "\u{feff}",
            "a: b: c",
        ] {
            for path in [VERIFY, ROTATE] {
                let answer = post(&told, path, malformed).await;
                assert_eq!(code(&answer), "500", "{malformed}");
                assert!(answer.contains("the request holds no SealedSecret: "), "{answer}");
            }
        }
        let request = format!(
            "POST {VERIFY} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            (10 << 20) + 1
        );
        assert_eq!(code(&ask(endpoints(told), &request).await), "413");
    }

    #[tokio::test]
    async fn who_asks_too_often_waits_but_the_certificate_is_for_all() {
        let (mut told, _sender, _pending) = told();
        told.rate = RateLimiter::new(NonZeroU32::MIN, 1);
        for expected in ["500", "500", "429"] {
            assert_eq!(code(&post(&told, VERIFY, "").await), expected);
        }
        let refused = post(&told, ROTATE, "").await;
        assert!(
            refused.contains("retry-after: ") && refused.ends_with("limit exceeded\n"),
            "{refused}"
        );
        assert_eq!(code(&get(&told, "/readyz").await), "503");
    }

    #[tokio::test]
    async fn headers_beyond_the_limit_are_refused() {
        let (told, ..) = told();
        let request = format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}", "a".repeat(BUFFER));
        assert!(ask(endpoints(told), &request).await.starts_with("HTTP/1.1 431 "));
    }
}
