//! Requests to the API server.
//!
//! Secrets go through raw requests and our own type: `kube`'s typed ones log an answer that they cannot read, and its Secret can be
//! printed.

use std::{
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ::http::{Request, StatusCode};
use jiff::Timestamp;
use kube::{
    Client, Resource,
    core::{
        Status,
        params::{DeleteParams, GetParams, PostParams, Preconditions},
        request::Request as Urls,
    },
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use signet_api::{ObjectMeta, SealedSecret, SealedSecretStatus, Secret};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::{
    decide::API_VERSION,
    election::Leadership,
    place::{Event, PlaceError, Published},
    status::is_flipped,
};

/// The API server, as far as this controller writes to it.
#[derive(Clone)]
pub(crate) struct ApiServer {
    client: Client,
    leadership: Leadership,
    /// Whether upstream's CustomResourceDefinition is in place, which drops what it does not know of a status.
    prunes: Arc<AtomicBool>,
}

/// What an event is about.
pub(crate) struct Subject<'a> {
    /// `apiVersion`.
    pub(crate) api_version: &'a str,
    /// `kind`.
    pub(crate) kind: &'a str,
    /// Name, namespace and uid.
    pub(crate) metadata: &'a ObjectMeta,
}

impl ApiServer {
    /// Through that client. Nothing is written by who does not lead.
    pub(crate) fn new(client: Client, leadership: Leadership) -> Self {
        Self {
            client,
            leadership,
            prunes: Arc::default(),
        }
    }

    /// A Secret; none if there is none.
    ///
    /// # Errors
    /// [`PlaceError::Failed`].
    pub(crate) async fn secret(&self, namespace: &str, name: &str) -> Result<Option<Secret>, PlaceError> {
        let request = secrets(namespace).get(name, &GetParams::default());
        match self.send(request).await {
            Ok(answer) => read(&answer).map(Some),
            Err(Failed::Status(status)) if status.code == StatusCode::NOT_FOUND => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Makes a Secret, and gives back its metadata.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where there is one of that name.
    pub(crate) async fn create_secret(&self, secret: &Secret) -> Result<ObjectMeta, PlaceError> {
        let request = secrets(secret.namespace()).create(&PostParams::default(), body(secret)?);
        let answer = self.write(request).await.map_err(Failed::without_text)?;
        read(&answer).map(|Object { metadata }| metadata)
    }

    /// Puts a Secret in the place of the one with the same resource version, and gives back its metadata.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where that is not there any more.
    pub(crate) async fn replace_secret(&self, secret: &Secret) -> Result<ObjectMeta, PlaceError> {
        let request = secrets(secret.namespace()).replace(secret.name(), &PostParams::default(), body(secret)?);
        match self.write(request).await {
            Ok(answer) => read(&answer).map(|Object { metadata }| metadata),
            Err(Failed::Status(status)) if status.code == StatusCode::NOT_FOUND => Err(PlaceError::Conflict),
            Err(failed) => Err(failed.without_text().into()),
        }
    }

    /// Deletes a Secret as it was read.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where it has changed since.
    pub(crate) async fn delete_secret(&self, secret: &Secret) -> Result<(), PlaceError> {
        let parameters = DeleteParams {
            preconditions: Some(Preconditions {
                uid: secret.metadata.uid.clone(),
                resource_version: secret.metadata.resource_version.clone(),
            }),
            ..DeleteParams::default()
        };
        match self
            .write(secrets(secret.namespace()).delete(secret.name(), &parameters))
            .await
        {
            Ok(_) => Ok(()),
            Err(Failed::Status(status)) if status.code == StatusCode::NOT_FOUND => Ok(()),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Writes the status that `next` makes of the one that is there, if they differ. Where the SealedSecret has changed meanwhile, it is
    /// read again; one that is gone needs none.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub(crate) async fn publish(
        &self,
        sealed: &SealedSecret,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus,
    ) -> Result<Published, PlaceError> {
        let mut fresh;
        let mut current = sealed;
        for _ in 0..ATTEMPTS {
            let status = next(current.status.as_ref());
            let status = match self.prunes.load(Ordering::Relaxed) {
                true => status.pruned(),
                false => status,
            };
            if current.status.as_ref() == Some(&status) {
                return Ok(Published::Unchanged);
            }
            match self.write(status_request(current, &status)).await {
                Ok(answer) => {
                    let kept = read::<SealedSecret>(&answer)?.status;
                    if status != status.clone().pruned() {
                        self.prunes.store(kept.as_ref() != Some(&status), Ordering::Relaxed);
                    }
                    let is_flipped = is_flipped(current.status.as_ref(), &status);
                    return Ok(if is_flipped {
                        Published::Flipped
                    } else {
                        Published::Changed
                    });
                }
                Err(Failed::Status(status)) if status.code == StatusCode::CONFLICT => {}
                Err(Failed::Status(status)) if status.code == StatusCode::NOT_FOUND => return Ok(Published::Unchanged),
                Err(failed) => return Err(failed.into()),
            }
            fresh = match self.sealed(sealed.namespace(), sealed.name()).await? {
                Some(fresh) if fresh.metadata.uid == sealed.metadata.uid => fresh,
                _ => return Ok(Published::Unchanged),
            };
            current = &fresh;
        }
        Err(PlaceError::Conflict)
    }

    /// Tells an event. One that cannot be told is in the log all the same.
    pub(crate) async fn record(&self, subject: Subject<'_>, event: &Event) {
        let namespace = subject.metadata.namespace.as_deref().unwrap_or_default();
        let body = event_body(&subject, event, Timestamp::now()).to_string().into_bytes();
        let request = Urls::new(format!("/api/v1/namespaces/{namespace}/events")).create(&PostParams::default(), body);
        if !self.leadership.is_held() {
            // Whoever leads tells it.
            return;
        }
        if let Err(failed) = self.write(request).await {
            let name = subject.metadata.name.as_deref().unwrap_or_default();
            let error = PlaceError::from(failed);
            tracing::warn!(namespace, name, event = event.reason, %error, "Cannot tell the event");
        }
    }

    /// A SealedSecret as it is now; none if there is none.
    ///
    /// # Errors
    /// [`PlaceError::Failed`].
    pub(crate) async fn sealed(&self, namespace: &str, name: &str) -> Result<Option<SealedSecret>, PlaceError> {
        let request = sealed_secrets(namespace).get(name, &GetParams::default());
        match self.send(request).await {
            Ok(answer) => read(&answer).map(Some),
            Err(Failed::Status(status)) if status.code == StatusCode::NOT_FOUND => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Sends what changes something. No such request begins after the end of the term.
    async fn write(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<Zeroizing<String>, Failed> {
        match self.leadership.is_held() {
            true => self.send(request).await,
            false => Err(Failed::Other("this replica does not lead".to_owned())),
        }
    }

    async fn send(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<Zeroizing<String>, Failed> {
        let request = request.map_err(|error| Failed::Other(error.to_string()))?;
        match timeout(REQUEST, self.client.request_text(request)).await {
            Ok(Ok(answer)) => Ok(Zeroizing::new(answer)),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(Failed::Other("the API server does not answer".to_owned())),
        }
    }
}

/// A SealedSecret that an event is about.
pub(crate) fn subject(sealed: &SealedSecret) -> Subject<'_> {
    Subject {
        api_version: API_VERSION,
        kind: SealedSecret::KIND,
        metadata: &sealed.metadata,
    }
}

enum Failed {
    Status(Box<Status>),
    Other(String),
}

impl Failed {
    /// The same without the server's own words, but for those that cannot hold a value. Of a Secret that was to be written, an admission
    /// webhook or a parser may quote one.
    fn without_text(self) -> Self {
        let Self::Status(mut status) = self else { return self };
        let causes = status.details.iter().flat_map(|details| &details.causes);
        let fields: Vec<_> = causes
            .map(|cause| format!("{} {}", cause.field, cause.reason))
            .collect();
        let why = harmless(&status.message).map(str::to_owned);
        status.message = format!("the API server answers {} {}", status.code, status.reason);
        if let Some(why) = why {
            status.message += &format!(": {why}");
        }
        if !fields.is_empty() {
            status.message += &format!(" ({})", fields.join(", "));
        }
        Self::Status(status)
    }
}

impl From<Failed> for PlaceError {
    fn from(failed: Failed) -> Self {
        let (error, mut message): (fn(String) -> Self, _) = match failed {
            Failed::Status(status) if status.code == StatusCode::CONFLICT => return Self::Conflict,
            Failed::Status(status) if status.code == StatusCode::UNPROCESSABLE_ENTITY => {
                (Self::Rejected, status.message)
            }
            Failed::Status(status) => (Self::Failed, status.message),
            Failed::Other(message) => (Self::Failed, message),
        };
        // It goes into conditions and events.
        message.truncate(message.floor_char_boundary(MESSAGE));
        error(message)
    }
}

#[derive(Deserialize)]
struct Object {
    metadata: ObjectMeta,
}

/// The error with its causes, without the names of the library's layers.
fn failed(error: kube::Error) -> Failed {
    if let kube::Error::Api(status) = error {
        return Failed::Status(status);
    }
    let mut cause = error.source();
    let mut text = "the API server cannot be asked".to_owned();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Failed::Other(text)
}

/// The part of a refusal that says who refuses and by which rule: names and numbers, but nothing of the object.
fn harmless(message: &str) -> Option<&str> {
    let up_to = |text: &'_ str, end| text.find(end).map(|at| at + str::len(end));
    if message.starts_with("admission webhook \"") {
        return up_to(message, "denied the request").map(|end| &message[..end]);
    }
    let (object, text) = message.split_once(" is forbidden: ")?;
    if !object.starts_with("secrets") {
        return None;
    }
    if text.starts_with("ValidatingAdmissionPolicy '") {
        return up_to(text, "denied request").map(|end| &text[..end]);
    }
    let is_rule = [
        "exceeded quota: ",
        "User \"",
        "unable to create new content in namespace ",
    ];
    is_rule.iter().any(|start| text.starts_with(start)).then_some(text)
}

/// What is wrong with an answer is not told: it may quote a value.
fn read<T: DeserializeOwned>(answer: &str) -> Result<T, PlaceError> {
    serde_json::from_str(answer)
        .map_err(|_| PlaceError::Failed("the answer of the API server cannot be read".to_owned()))
}

fn body(secret: &Secret) -> Result<Vec<u8>, PlaceError> {
    let body = secret.to_json();
    body.map(|mut body| std::mem::take(&mut *body))
        .map_err(|_| PlaceError::Failed("the metadata of the Secret cannot be written as JSON".to_owned()))
}

/// Only the status of the body counts; the API server keeps the rest of the object.
fn status_request(
    sealed: &SealedSecret,
    status: &SealedSecretStatus,
) -> Result<Request<Vec<u8>>, kube::core::request::Error> {
    let body = json!({
        "apiVersion": API_VERSION,
        "kind": SealedSecret::KIND,
        "metadata": {
            "name": sealed.name(),
            "namespace": sealed.namespace(),
            "uid": sealed.metadata.uid,
            "resourceVersion": sealed.metadata.resource_version,
        },
        "spec": {"encryptedData": {}},
        "status": status,
    });
    let urls = sealed_secrets(sealed.namespace());
    urls.replace_subresource(
        "status",
        sealed.name(),
        &PostParams::default(),
        body.to_string().into_bytes(),
    )
}

/// A `core/v1` Event: the rights of upstream's chart do not reach to the newer kind.
fn event_body(subject: &Subject<'_>, event: &Event, now: Timestamp) -> Value {
    let name = subject.metadata.name.as_deref().unwrap_or_default();
    let stem: String = name.chars().take(NAME - 17).collect();
    let time = Timestamp::from_second(now.as_second()).unwrap_or(now).to_string();
    json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": format!("{stem}.{:x}", now.as_nanosecond()),
            "namespace": subject.metadata.namespace,
        },
        "involvedObject": {
            "apiVersion": subject.api_version,
            "kind": subject.kind,
            "name": name,
            "namespace": subject.metadata.namespace,
            "uid": subject.metadata.uid,
            "resourceVersion": subject.metadata.resource_version,
        },
        "type": if event.is_warning { "Warning" } else { "Normal" },
        "reason": event.reason,
        "message": event.message.chars().take(MESSAGE).collect::<String>(),
        "source": {"component": COMPONENT},
        "reportingComponent": COMPONENT,
        "firstTimestamp": time,
        "lastTimestamp": time,
        "count": 1,
    })
}

fn secrets(namespace: &str) -> Urls {
    Urls::new(format!("/api/v1/namespaces/{namespace}/secrets"))
}

fn sealed_secrets(namespace: &str) -> Urls {
    Urls::new(SealedSecret::url_path(&(), Some(namespace)))
}

const COMPONENT: &str = "sealed-secrets";
/// Longer than the API server lets a request take that is not a watch.
const REQUEST: Duration = Duration::from_secs(60);
/// A status that changes more often than that is left for the next pass.
const ATTEMPTS: u32 = 5;
/// Longest name of an object.
const NAME: usize = 253;
/// Longest message of an event or a condition, in bytes.
const MESSAGE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::election::candidate::Candidate;

    #[test]
    fn events_have_names_that_the_api_server_takes() {
        let metadata = ObjectMeta {
            name: Some("a".repeat(253)),
            namespace: Some("team".to_owned()),
            uid: Some("u".to_owned()),
            ..ObjectMeta::default()
        };
        let subject = Subject {
            api_version: API_VERSION,
            kind: SealedSecret::KIND,
            metadata: &metadata,
        };
        let event = Event {
            is_warning: true,
            reason: "ErrUnsealFailed",
            message: "x".repeat(2000),
        };
        let now = "2099-01-01T00:00:00.123Z".parse().expect("a time");
        let body = event_body(&subject, &event, now);
        let name = body["metadata"]["name"].as_str().expect("a name");
        assert!(signet_api::is_subdomain(name), "{name}");
        assert_eq!(body["message"].as_str().map(str::len), Some(1024));
        assert_eq!(
            (&body["type"], &body["source"]["component"]),
            (&json!("Warning"), &json!("sealed-secrets"))
        );
        assert_eq!(body["firstTimestamp"], "2099-01-01T00:00:00Z");
    }

    #[test]
    fn a_refusal_is_told_as_far_as_it_cannot_quote_the_secret() {
        let quota = "exceeded quota: few, requested: count/secrets=1, used: count/secrets=0, limited: count/secrets=0";
        let rights = "User \"system:serviceaccount:a:b\" cannot create resource \"secrets\" in API group \"\" in the namespace \"c\"";
        let policy = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request";
        let webhook = "admission webhook \"w.example.com\" denied the request";
        for (message, told) in [
            (format!("secrets \"app\" is forbidden: {quota}"), Some(quota)),
            (format!("secrets is forbidden: {rights}"), Some(rights)),
            (format!("secrets \"app\" is forbidden: {policy}: hunter2"), Some(policy)),
            (format!("{webhook}: hunter2"), Some(webhook)),
            (
                format!("{webhook}: secrets is forbidden: {quota} hunter2"),
                Some(webhook),
            ),
            ("secrets \"app\" is forbidden: hunter2".to_owned(), None),
            (format!("hunter2 is forbidden: {quota}"), None),
            (format!("{quota} hunter2"), None),
            ("admission webhook \"w\" failed: hunter2".to_owned(), None),
            ("hunter2".to_owned(), None),
        ] {
            assert_eq!(harmless(&message), told, "{message}");
        }
    }

    #[tokio::test]
    async fn who_does_not_lead_asks_and_writes_nothing() {
        let uri: ::http::Uri = "http://127.0.0.1:1".parse().expect("an address");
        let client = || Client::try_from(kube::Config::new(uri.clone())).expect("a client");
        let candidate = Candidate::new(client(), "team", "lease");
        let api = ApiServer::new(client(), candidate.leadership());
        let secret: Secret =
            serde_json::from_value(json!({"metadata": {"namespace": "team", "name": "app"}})).expect("a Secret");
        let sealed = SealedSecret::new("app", Default::default());
        let refused = Err(PlaceError::Failed("this replica does not lead".to_owned()));
        assert_eq!(api.create_secret(&secret).await.map(drop), refused);
        assert_eq!(api.replace_secret(&secret).await.map(drop), refused);
        assert_eq!(api.delete_secret(&secret).await, refused);
        let next = |_: Option<&SealedSecretStatus>| SealedSecretStatus {
            observed_generation: Some(1),
            ..SealedSecretStatus::default()
        };
        assert_eq!(api.publish(&sealed, next).await.map(drop), refused);
        let asked = api.secret("team", "app").await.expect_err("nobody listens");
        assert!(asked.to_string().contains("cannot be asked"), "{asked}");
        let alone = ApiServer::new(client(), Leadership::alone());
        assert_ne!(alone.create_secret(&secret).await.map(drop), refused);
    }

    #[test]
    fn the_status_is_written_to_its_subresource_at_the_observed_version() {
        let mut sealed = SealedSecret::new("app", Default::default());
        sealed.metadata.namespace = Some("team".to_owned());
        sealed.metadata.resource_version = Some("7".to_owned());
        let request = status_request(&sealed, &SealedSecretStatus::default()).expect("a request");
        assert_eq!(request.method(), "PUT");
        assert_eq!(
            request.uri().path(),
            "/apis/bitnami.com/v1alpha1/namespaces/team/sealedsecrets/app/status"
        );
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        assert_eq!(body["metadata"]["resourceVersion"], "7");
    }
}
