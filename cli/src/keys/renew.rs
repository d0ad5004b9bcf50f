//! `signet keys renew`: the controller makes the next sealing key now.

use std::{
    io::{IsTerminal, stderr},
    thread::sleep,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::json;
use signet_api::{annotations, http};

use super::{
    error::KeysError,
    show::{Style, print},
    stored::{State, Stored, load_from},
};
use crate::{
    io::{cluster::Service, request::Request},
    report::{Errors, say},
};

/// `signet keys renew`.
pub(crate) struct Renew {
    pub(crate) service: Box<Service>,
    pub(crate) timeout: Duration,
    pub(crate) style: Style,
}

impl Renew {
    /// Marks the newest key as one that is to be followed, and waits for the one that follows it.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let namespace = &self.service.namespace;
        let server = self.service.api_server().map_err(KeysError::Cluster)?;
        let keys = load_from(&server, namespace)?;
        let followed = newest(&keys).ok_or_else(|| KeysError::NoNewest(namespace.clone()))?;
        let name = followed.secret.name();
        let patch = json!({"metadata": {"annotations": {annotations::RENEW: Timestamp::now().to_string()}}});
        let request = Request::merge_patch(&http::secret_path(namespace, name), &patch.to_string());
        server.send(&request).map_err(|refusal| KeysError::Mark {
            name: format!("{namespace}/{name}"),
            refusal,
        })?;
        if stderr().is_terminal() {
            say("waiting for the controller to make the key");
        }
        let end = Instant::now() + self.timeout;
        loop {
            sleep(PAUSE);
            let keys = load_from(&server, namespace)?;
            if let Some(newest) = newest(&keys).filter(|newest| newest.fingerprint() != followed.fingerprint()) {
                return print(self.style, newest, State::Newest);
            }
            if Instant::now() >= end {
                return Err(KeysError::NotRenewed(self.timeout.as_secs()).into());
            }
        }
    }
}

fn newest(keys: &[(Stored, State)]) -> Option<&Stored> {
    let mut newest = keys.iter().filter(|(_, state)| *state == State::Newest);
    newest.next().map(|(stored, _)| stored)
}

const PAUSE: Duration = Duration::from_millis(500);
