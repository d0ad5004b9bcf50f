//! `signet keys retire`: a key that opens nothing any more.

use serde_json::json;
use signet_api::{annotations, http};

use super::{
    error::{KeysError, Names},
    objects::Objects,
    show::{Style, print},
    stored::{State, find, load_from},
};
use crate::{
    io::{
        cluster::{ApiServer, Service},
        request::Request,
    },
    report::{Errors, warn},
};

/// `signet keys retire`.
pub(crate) struct Retire {
    pub(crate) key: String,
    pub(crate) service: Box<Service>,
    pub(crate) force: bool,
    pub(crate) style: Style,
}

impl Retire {
    /// Gives the key's Secret the label by which the controller does not load it. The Secret stays.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let namespace = &self.service.namespace;
        let server = self.service.api_server().map_err(KeysError::Cluster)?;
        let keys = load_from(&server, namespace)?;
        let (stored, state) = find(&keys, &self.key)?;
        let name = stored.secret.name();
        match state {
            State::Newest => return Err(KeysError::Newest(format!("{namespace}/{name}")).into()),
            State::Retired => return print(self.style, stored, State::Retired),
            State::Active | State::Malformed => {}
        }
        if let Some(fingerprint) = stored.fingerprint() {
            self.must_open_nothing(&server, fingerprint)?;
        }
        let patch = json!({"metadata": {"labels": {annotations::SEALING_KEY: annotations::KEY_RETIRED}}});
        let request = Request::merge_patch(&http::secret_path(namespace, name), &patch.to_string());
        server.send(&request).map_err(|refusal| KeysError::Mark {
            name: format!("{namespace}/{name}"),
            refusal,
        })?;
        print(self.style, stored, State::Retired)
    }

    fn must_open_nothing(&self, server: &ApiServer, fingerprint: &str) -> Result<(), KeysError> {
        let objects = match Objects::list(server) {
            Err(error) if self.force => {
                warn(&error.to_string());
                return Ok(());
            }
            objects => objects?,
        };
        let (opened, unknown) = (objects.opened_by(fingerprint), objects.unknown());
        let error = match (opened.is_empty(), unknown.is_empty()) {
            (true, true) => return Ok(()),
            (false, _) => KeysError::InUse(Names(opened)),
            (true, false) => KeysError::MayBeInUse(Names(unknown)),
        };
        if self.force {
            warn(&error.to_string());
            return Ok(());
        }
        Err(error)
    }
}
