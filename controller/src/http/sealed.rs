//! `/v1/verify` and `/v1/rotate`: whether the keyring opens a SealedSecret, and the same one sealed to the newest key.
//!
//! Whoever reaches the controller may ask, so no answer depends on a value: no template is rendered, and sealing anew binds an item to the
//! place where it opened before.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Request, State, rejection::BytesRejection},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use signet_api::{Reading, SealedSecret};
use signet_document::{Limits, read};
use signet_seal::{ResealError, UnsealError, UnsealOptions, reseal, verify};
use signet_sealing_keys::Keyring;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::context::KeyringWatch;

/// What is needed to answer.
#[derive(Clone)]
pub(crate) struct Opener {
    keyring: KeyringWatch,
    options: UnsealOptions,
    /// At most one processor works for those who ask, however many there are.
    turn: Arc<Semaphore>,
}

impl Opener {
    /// With these keys.
    pub(crate) fn new(keyring: KeyringWatch, options: UnsealOptions) -> Self {
        Self {
            keyring,
            options,
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Parses the body and does `work` with it, apart from the threads that serve.
    async fn answer(
        &self,
        body: Result<Bytes, BytesRejection>,
        work: fn(&SealedSecret, &Keyring, UnsealOptions) -> Result<Response, Refused>,
    ) -> Result<Response, Refused> {
        let body = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refused::TooLarge,
            _ => Refused::Unread,
        })?;
        let keyring = self.keyring.borrow().clone().ok_or(Refused::NoKey)?;
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(Refused::NoKey);
        };
        let options = self.options;
        let working = spawn_blocking(move || work(&parse(&body)?, &keyring, options)).await;
        working.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// 200 if every item opens, 409 if not.
pub(super) async fn verified(
    State(opener): State<Opener>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let work = |sealed: &SealedSecret, keyring: &Keyring, options| {
        let candidates = keyring.candidates(None, None);
        verify(sealed, &candidates, options).map_err(Refused::Shut)?;
        Ok(StatusCode::OK.into_response())
    };
    opener.answer(body, work).await
}

/// 200 with the SealedSecret as JSON.
pub(super) async fn rotated(
    State(opener): State<Opener>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let work = |sealed: &SealedSecret, keyring: &Keyring, options| {
        let newest = keyring.newest().ok_or(Refused::NoKey)?;
        let candidates = keyring.candidates(None, None);
        let sealed = reseal(sealed, &candidates, newest.certificate(), options).map_err(Refused::NotResealed)?;
        let json = serde_json::to_string(&sealed).map_err(|_| Refused::NoJson)?;
        Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
    };
    opener.answer(body, work).await
}

/// Refuses a body that says itself that it is too large, before any of it is read.
pub(super) async fn refuse_announced(request: Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    match length.and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > LARGEST => Refused::TooLarge.into_response(),
        _ => next.run(request).await,
    }
}

/// Why there is no other answer. None of it holds a value.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("the request holds no SealedSecret: {0}")]
    Malformed(String),
    #[error("the SealedSecret cannot be written as JSON")]
    NoJson,
    #[error("there is no sealing key yet")]
    NoKey,
    #[error("{0}")]
    NotResealed(ResealError),
    #[error("{0}")]
    Shut(UnsealError),
    #[error("the request has more than {LARGEST} bytes")]
    TooLarge,
    #[error("the request cannot be read")]
    Unread,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Shut(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unread => StatusCode::BAD_REQUEST,
            Self::Malformed(_) | Self::NoJson | Self::NoKey | Self::NotResealed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, format!("{self}\n")).into_response()
    }
}

fn parse(body: &Bytes) -> Result<SealedSecret, Refused> {
    let malformed = |fault: &dyn std::fmt::Display| Refused::Malformed(fault.to_string());
    let mut documents = read(body, &Limits::default());
    let document = documents.next().ok_or_else(|| malformed(&"it is empty"))?;
    let document = document.map_err(|error| malformed(&error))?;
    if documents.next().is_some() {
        return Err(malformed(&"there is more than one document"));
    }
    SealedSecret::from_document(&document, Reading::Strict).map_err(|error| malformed(&error))
}

/// Upstream's from the version after 0.40 on. The API server takes no object that is larger than a few mebibytes.
pub(super) const LARGEST: usize = 10 << 20;
