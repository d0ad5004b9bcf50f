//! One request to the API server and what stands behind it.

use std::{fmt, time::Duration};

use ::http::{StatusCode, header};
use http_body_util::{BodyExt, Limited};
use kube::{Client, client::Body};
use serde_json::Value;

use super::cluster::{cause, uncapitalized, within};

/// A request that can be sent again.
pub(crate) struct Request {
    path: String,
    body: Option<Vec<u8>>,
    is_patch: bool,
    largest: usize,
}

impl Request {
    /// GET.
    pub(crate) fn get(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            body: None,
            is_patch: false,
            largest: LARGEST,
        }
    }

    /// POST of JSON.
    pub(crate) fn post(path: &str, json: &str) -> Self {
        Self {
            body: Some(json.as_bytes().to_vec()),
            ..Self::get(path)
        }
    }

    /// PATCH: a JSON Merge Patch (RFC 7386).
    pub(crate) fn merge_patch(path: &str, json: &str) -> Self {
        Self {
            is_patch: true,
            ..Self::post(path, json)
        }
    }

    /// Takes answers of that many bytes at most.
    pub(crate) fn up_to(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    fn build(&self) -> Result<::http::Request<Body>, Refusal> {
        let request = match &self.body {
            None => ::http::Request::get(&self.path).header(header::ACCEPT, ACCEPT),
            Some(_) if self.is_patch => ::http::Request::patch(&self.path)
                .header(header::ACCEPT, "application/json")
                .header(header::CONTENT_TYPE, "application/merge-patch+json"),
            Some(_) => ::http::Request::post(&self.path)
                .header(header::ACCEPT, "application/json, */*")
                .header(header::CONTENT_TYPE, "application/json"),
        };
        let body = Body::from(self.body.clone().unwrap_or_default());
        request
            .body(body)
            .map_err(|_| Refusal::of("the controller's name or namespace cannot stand in a path"))
    }
}

/// No answer that could be used.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The HTTP status, if there was an answer.
    pub(crate) status: Option<u16>,
    message: String,
}

impl Refusal {
    /// Without an answer.
    pub(crate) fn of(message: impl Into<String>) -> Self {
        Self {
            status: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Sends until there is an answer other than "later": the controller takes two SealedSecrets a second.
///
/// # Errors
/// [`Refusal`]: any answer but a success, or none within `timeout` each time.
pub(crate) async fn send(client: &Client, request: &Request, timeout: Duration) -> Result<Vec<u8>, Refusal> {
    let late = || {
        let seconds = timeout.as_secs_f64();
        Err(Refusal::of(format!("the API server did not answer within {seconds} s")))
    };
    let mut attempts = 0;
    loop {
        attempts += 1;
        let answer = within(timeout, send_once(client, request)).await;
        let Some(answer) = answer else { return late() };
        let answer = answer?;
        match answer.wait {
            Some(wait) if attempts < ATTEMPTS => tokio::time::sleep(wait).await,
            _ => return answer.into_result(),
        }
    }
}

/// What came.
struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    /// How long to wait before asking again, if the server asks for that.
    wait: Option<Duration>,
}

impl Answer {
    fn into_result(self) -> Result<Vec<u8>, Refusal> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        Err(Refusal {
            status: Some(self.status.as_u16()),
            message: self.message(),
        })
    }

    /// The words of the API server where it gives some (a `Status`), else those of whoever answered.
    fn message(&self) -> String {
        let json: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        if let Some(message) = json["message"].as_str().filter(|_| json["kind"] == "Status") {
            return message.to_owned();
        }
        let text: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(LONGEST_QUOTE)
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect();
        match text.trim() {
            "" => format!("the answer was {}", self.status),
            text => format!("the answer was {}: {text}", self.status),
        }
    }
}

async fn send_once(client: &Client, request: &Request) -> Result<Answer, Refusal> {
    let answer = client.send(request.build()?).await;
    let answer = answer.map_err(|error| Refusal::of(uncapitalized(&cause(&error))))?;
    let (head, body) = answer.into_parts();
    let wait = head.headers.get(header::RETRY_AFTER).and_then(|value| {
        let seconds: u64 = value.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds)).filter(|wait| *wait <= LONGEST_WAIT)
    });
    let is_later = head.status == StatusCode::TOO_MANY_REQUESTS || head.status.is_server_error();
    let body = Limited::new(body, request.largest).collect().await.map_err(|error| {
        let error: &(dyn std::error::Error + 'static) = &*error;
        match error.is::<http_body_util::LengthLimitError>() {
            true => Refusal::of(format!("more than {} bytes", request.largest)),
            false => Refusal::of(uncapitalized(&cause(error))),
        }
    })?;
    Ok(Answer {
        status: head.status,
        body: body.to_bytes().to_vec(),
        wait: wait.filter(|_| is_later),
    })
}

const ACCEPT: &str = "application/x-pem-file, */*";
/// As often as client-go tries.
const ATTEMPTS: usize = 11;
/// A SealedSecret that the API server would store has at most 1.5 MiB.
const LARGEST: usize = 16 << 20;
const LONGEST_QUOTE: usize = 500;
const LONGEST_WAIT: Duration = Duration::from_secs(60);
