//! Which keys the SealedSecrets of a cluster are opened with, as their statuses say.

use serde::Deserialize;
use signet_api::http;

use super::error::KeysError;
use crate::io::{cluster::ApiServer, request::Request};

/// The SealedSecrets of a cluster.
pub(super) struct Objects(Vec<Object>);

/// A SealedSecret, as far as its keys go. Its other fields may be wrong: it is an object all the same.
#[derive(Deserialize)]
struct Object {
    metadata: Metadata,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    namespace: String,
    #[serde(default)]
    generation: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    observed_generation: Option<i64>,
    #[serde(default)]
    opened_by: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Page {
    metadata: PageMetadata,
    items: Vec<Object>,
}

#[derive(Deserialize)]
struct PageMetadata {
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

impl Objects {
    /// All that there are.
    ///
    /// # Errors
    /// [`KeysError`]: they cannot be listed.
    pub(super) fn list(server: &ApiServer) -> Result<Self, KeysError> {
        let (mut objects, mut next) = (Vec::new(), None);
        loop {
            let path = http::sealed_secrets_path(A_PAGE, next.as_deref());
            let body = server.send(&Request::get(&path).up_to(LARGEST_PAGE));
            let body = body.map_err(KeysError::ListObjects)?;
            let page: Page = serde_json::from_slice(&body).map_err(|_| KeysError::NoList("SealedSecrets"))?;
            objects.extend(page.items);
            next = page.metadata.next.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(Self(objects));
            }
        }
    }

    /// Those that the key opens, by what their statuses say, be that old or new.
    pub(super) fn opened_by(&self, fingerprint: &str) -> Vec<String> {
        self.named(|object| object.keys().iter().any(|key| key == fingerprint))
    }

    /// Those of which nobody knows which keys open them as they are now.
    pub(super) fn unknown(&self) -> Vec<String> {
        self.named(|object| !object.is_current() || object.keys().is_empty())
    }

    fn named(&self, is_meant: impl Fn(&Object) -> bool) -> Vec<String> {
        let meant = self.0.iter().filter(|object| is_meant(object));
        meant
            .map(|Object { metadata, .. }| format!("{}/{}", metadata.namespace, metadata.name))
            .collect()
    }
}

impl Object {
    fn keys(&self) -> &[String] {
        let keys = self.status.as_ref().and_then(|status| status.opened_by.as_deref());
        keys.unwrap_or_default()
    }

    fn is_current(&self) -> bool {
        let observed = self.status.as_ref().and_then(|status| status.observed_generation);
        observed.is_some() && observed == self.metadata.generation
    }
}

const A_PAGE: usize = 100;
/// Each object has at most 1.5 MiB, and what others noted about it.
const LARGEST_PAGE: usize = A_PAGE * (2 << 20);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn objects(statuses: &[Value]) -> Objects {
        let object = |(number, status): (usize, &Value)| {
            let metadata = json!({"name": number.to_string(), "namespace": "team", "generation": 2});
            serde_json::from_value(json!({"metadata": metadata, "status": status, "spec": "malformed"}))
        };
        let objects = statuses.iter().enumerate().map(object).collect::<Result<_, _>>();
        Objects(objects.expect("objects"))
    }

    #[test]
    fn what_a_status_says_of_now_is_known_and_else_nothing_is() {
        let objects = objects(&[
            json!({"observedGeneration": 2, "openedBy": ["SHA256:a"]}),
            json!({"observedGeneration": 1, "openedBy": ["SHA256:a"]}),
            json!({"observedGeneration": 2, "openedBy": ["SHA256:b", "SHA256:a"]}),
            json!({"observedGeneration": 2, "openedBy": []}),
            json!({"observedGeneration": 2}),
            json!(null),
        ]);
        assert_eq!(objects.opened_by("SHA256:a"), ["team/0", "team/1", "team/2"]);
        assert_eq!(objects.opened_by("SHA256:b"), ["team/2"]);
        assert!(objects.opened_by("SHA256:").is_empty());
        assert_eq!(objects.unknown(), ["team/1", "team/3", "team/4", "team/5"]);
    }
}
