//! Who may ask, where a token is needed: whom the API server knows by it, and lets create `sealedsecrets/verify` or `sealedsecrets/rotate`.
//!
//! Neither resource exists. As with `services/proxy`, a name in a Role is enough to let somebody.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_lc_rs::digest::{Context, SHA256};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt as _;
use kube::{
    Client,
    core::{params::PostParams, request::Request as Urls},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use signet_api::http::ROTATE;
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use super::sealed::LARGEST;

/// Reviews tokens by the API server. Clones remember together.
#[derive(Clone)]
pub(crate) struct Review {
    client: Client,
    namespace: Arc<str>,
    verdicts: Arc<Mutex<Verdicts>>,
}

impl Review {
    /// In the namespace of the controller a Role lets somebody ask.
    pub(crate) fn new(client: Client, namespace: &str) -> Self {
        Self {
            client,
            namespace: namespace.into(),
            verdicts: Arc::default(),
        }
    }

    /// Whether the bearer of a token may ask.
    async fn of(&self, token: &str, subresource: &str) -> Result<Verdict, Unreviewed> {
        let key = key(token, subresource);
        if let Some(verdict) = self.verdicts().get(&key, Instant::now()) {
            return Ok(verdict);
        }
        let verdict = timeout(PATIENCE, self.ask(token, subresource)).await;
        let verdict = verdict.map_err(|_| Unreviewed("the API server does not answer".to_owned()))??;
        self.verdicts().remember(key, verdict, Instant::now());
        Ok(verdict)
    }

    async fn ask(&self, token: &str, subresource: &str) -> Result<Verdict, Unreviewed> {
        let review = json!({"apiVersion": AUTHENTICATION, "kind": "TokenReview", "spec": {"token": token}});
        let known: Known = self
            .create(&format!("/apis/{AUTHENTICATION}/tokenreviews"), &review)
            .await?;
        let user = match known
            .user
            .filter(|user| known.authenticated && !user.username.is_empty())
        {
            None => return Ok(Verdict::Unknown),
            Some(user) => user,
        };
        let review = json!({
            "apiVersion": AUTHORIZATION_API, "kind": "SubjectAccessReview",
            "spec": {
                "user": user.username, "uid": user.uid, "groups": user.groups, "extra": user.extra,
                "resourceAttributes": {
                    "group": "bitnami.com", "resource": "sealedsecrets", "subresource": subresource,
                    "verb": "create", "namespace": &*self.namespace,
                },
            },
        });
        let access: Access = self
            .create(&format!("/apis/{AUTHORIZATION_API}/subjectaccessreviews"), &review)
            .await?;
        Ok(match access.allowed && !access.denied {
            true => Verdict::Allowed,
            false => Verdict::Forbidden,
        })
    }

    /// Has the API server fill in the status of a review.
    async fn create<Status: DeserializeOwned>(&self, path: &str, review: &Value) -> Result<Status, Unreviewed> {
        // The review of a token holds the token.
        let body = Zeroizing::new(review.to_string());
        let request = Urls::new(path).create(&PostParams::default(), body.as_bytes().to_vec());
        let request = request.map_err(|error| Unreviewed(error.to_string()))?;
        let answer = self.client.request_text(request).await;
        let answer = Zeroizing::new(answer.map_err(|error| Unreviewed(error.to_string()))?);
        let answer: Answer<Status> =
            serde_json::from_str(&answer).map_err(|_| Unreviewed("the API server's answer is no review".to_owned()))?;
        Ok(answer.status)
    }

    fn verdicts(&self) -> std::sync::MutexGuard<'_, Verdicts> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets a request pass if there is no review, or if it bears the token of somebody who may ask.
pub(super) async fn authorize(State(review): State<Option<Review>>, request: Request<Body>, next: Next) -> Response {
    let Some(review) = review else {
        return next.run(request).await;
    };
    let subresource = if request.uri().path() == ROTATE {
        "rotate"
    } else {
        "verify"
    };
    let verdict = match bearer(request.headers()) {
        None => Ok(Verdict::Unknown),
        Some(token) => review.of(&token, subresource).await,
    };
    if matches!(verdict, Ok(Verdict::Allowed)) {
        return next.run(request).await;
    }
    drain(request).await;
    match verdict {
        Ok(Verdict::Forbidden) => {
            let namespace = &review.namespace;
            let text = format!("not allowed to create sealedsecrets.bitnami.com/{subresource} in {namespace}\n");
            (StatusCode::FORBIDDEN, text).into_response()
        }
        Ok(_) => {
            let text = "a bearer token that the API server accepts is needed\n";
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], text).into_response()
        }
        Err(Unreviewed(error)) => {
            tracing::warn!(error, "Cannot have a token reviewed");
            let text = "the token cannot be reviewed at the moment\n";
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// Reads what is left of a request, as a client that still sends would not see the answer. Nothing of it is kept.
async fn drain(request: Request<Body>) {
    let mut stream = request.into_body().into_data_stream();
    let mut left = LARGEST;
    while let Some(Ok(part)) = stream.next().await
        && left > part.len()
    {
        left -= part.len();
    }
}

/// The token of the one `Authorization` header (RFC 6750).
fn bearer(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Zeroizing::new(token.to_owned()))
}

/// Why there is no verdict. Then nobody may ask.
struct Unreviewed(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Allowed,
    Forbidden,
    /// To the API server the token is nobody's.
    Unknown,
}

/// The verdicts of the last seconds, by digests, so that no token lies in memory.
#[derive(Default)]
struct Verdicts(HashMap<Key, (Verdict, Instant)>);

type Key = [u8; 32];

impl Verdicts {
    fn get(&self, key: &Key, now: Instant) -> Option<Verdict> {
        let (verdict, end) = self.0.get(key)?;
        (now < *end).then_some(*verdict)
    }

    fn remember(&mut self, key: Key, verdict: Verdict, now: Instant) {
        if self.0.len() >= MOST {
            self.0.retain(|_, (_, end)| now < *end);
        }
        if self.0.len() < MOST {
            self.0.insert(key, (verdict, now + MEMORY));
        }
    }
}

fn key(token: &str, subresource: &str) -> Key {
    let mut context = Context::new(&SHA256);
    for text in [subresource, "\0", token] {
        context.update(text.as_bytes());
    }
    let mut key = Key::default();
    key.copy_from_slice(context.finish().as_ref());
    key
}

#[derive(Deserialize)]
struct Answer<Status> {
    status: Status,
}

/// The status of a TokenReview.
#[derive(Deserialize)]
struct Known {
    #[serde(default)]
    authenticated: bool,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: String,
    #[serde(default)]
    uid: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    extra: HashMap<String, Vec<String>>,
}

/// The status of a SubjectAccessReview.
#[derive(Deserialize)]
struct Access {
    #[serde(default)]
    allowed: bool,
    #[serde(default)]
    denied: bool,
}

const AUTHENTICATION: &str = "authentication.k8s.io/v1";
const AUTHORIZATION_API: &str = "authorization.k8s.io/v1";
/// Somebody whose right is taken away asks for so long.
const MEMORY: Duration = Duration::from_secs(10);
const MOST: usize = 1024;
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_bearer_token_counts_and_nothing_else() {
        let token = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            bearer(&headers).map(|token| token.to_string())
        };
        for one in ["Bearer a.b", "bearer a.b", "BEARER  a.b "] {
            assert_eq!(token(&[one]).as_deref(), Some("a.b"), "{one}");
        }
        for none in ["", "Bearer", "Bearer ", "Basic YTpi", "a.b", "Bearera.b"] {
            assert_eq!(token(&[none]), None, "{none}");
        }
        assert_eq!(token(&[]), None);
        assert_eq!(token(&["Bearer a", "Bearer b"]), None);
    }

    #[test]
    fn a_verdict_is_for_one_token_and_one_thing() {
        let all = [("a", "verify"), ("a", "rotate"), ("b", "verify")].map(|(token, to)| key(token, to));
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_eq!(key("a", "verify"), all[0]);
    }

    #[test]
    fn verdicts_are_forgotten_and_are_never_many() {
        let (mut verdicts, start) = (Verdicts::default(), Instant::now());
        let number = |number: usize| key(&number.to_string(), "verify");
        for index in 0..MOST + 10 {
            verdicts.remember(number(index), Verdict::Allowed, start);
        }
        assert_eq!(verdicts.0.len(), MOST);
        assert_eq!(verdicts.get(&number(0), start), Some(Verdict::Allowed));
        assert_eq!(verdicts.get(&number(MOST), start), None);
        assert_eq!(verdicts.get(&number(0), start + MEMORY), None);
        verdicts.remember(number(MOST), Verdict::Forbidden, start + MEMORY);
        assert_eq!(verdicts.0.len(), 1);
    }
}
