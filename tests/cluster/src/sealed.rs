use std::collections::BTreeMap;

use serde_json::{Value, json};

use signet_api::base64;

use crate::{Cluster, DEADLINE, wait_for};

/// What becomes of a SealedSecret: its Secret, conditions and events.
impl Cluster {
    /// Creates a SealedSecret.
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn create_sealed(&self, sealed: &Value) {
        let namespace = sealed["metadata"]["namespace"].as_str().unwrap();
        let response = self.request("POST", &sealed_secrets(namespace), Some(sealed));
        assert_eq!(response.status, 201, "{}", response.body);
    }

    /// Merges `patch` into a SealedSecret (RFC 7396).
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn patch_sealed(&self, namespace: &str, name: &str, patch: &Value) {
        let path = format!("{}/{name}", sealed_secrets(namespace));
        let response = self.request("PATCH", &path, Some(patch));
        assert_eq!(response.status, 200, "{}", response.body);
    }

    /// Makes the `encryptedData` of a SealedSecret that of `sealed`, with no item left from before.
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn replace_items(&self, sealed: &Value) {
        let [namespace, name] = ["namespace", "name"].map(|field| sealed["metadata"][field].as_str().unwrap());
        let live = self.sealed_secret(namespace, name).expect("a SealedSecret");
        let mut items = sealed["spec"]["encryptedData"].clone();
        for key in live["spec"]["encryptedData"].as_object().unwrap().keys() {
            // A merge patch removes what is null.
            items.as_object_mut().unwrap().entry(key).or_insert(Value::Null);
        }
        self.patch_sealed(namespace, name, &json!({"spec": {"encryptedData": items}}));
    }

    /// Creates a SealedSecret, or gives the one of that name the same items.
    ///
    /// # Panics
    ///
    /// When the API server refuses it.
    pub fn write_sealed(&self, sealed: &Value) {
        let [namespace, name] = ["namespace", "name"].map(|field| sealed["metadata"][field].as_str().unwrap());
        if self.sealed_secret(namespace, name).is_some() {
            self.replace_items(sealed);
        } else {
            self.create_sealed(sealed);
        }
    }

    /// Waits until these are all Secrets of the namespace, each synced and with its text as the item `value` alone.
    ///
    /// # Panics
    ///
    /// When they are not within [`DEADLINE`].
    pub fn wait_secrets(&self, namespace: &str, expected: &BTreeMap<String, String>) {
        for (name, value) in expected {
            let made = self.wait_synced(namespace, name);
            assert_eq!(
                made["data"],
                json!({"value": base64::encode(value.as_bytes())}),
                "{name}"
            );
        }
        let path = format!("/api/v1/namespaces/{namespace}/secrets");
        wait_for("the Secrets that are expected, and no other", DEADLINE, || {
            let list = self.get(&path)?;
            let secrets = list["items"].as_array()?.iter();
            let names = secrets.map(|secret| secret["metadata"]["name"].as_str());
            names.eq(expected.keys().map(|name| Some(name.as_str()))).then_some(())
        });
    }

    /// Deletes a SealedSecret.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn delete_sealed(&self, namespace: &str, name: &str) {
        let path = format!("{}/{name}", sealed_secrets(namespace));
        assert_eq!(self.request("DELETE", &path, None).status, 200);
    }

    /// Deletes a Secret.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn delete_secret(&self, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
        assert_eq!(self.request("DELETE", &path, None).status, 200);
    }

    /// Waits until the newest generation of a SealedSecret is synced, and returns its Secret.
    pub fn wait_synced(&self, namespace: &str, name: &str) -> Value {
        self.wait_condition(namespace, name, "Synced", "True");
        self.secret(namespace, name)
            .expect("the Secret of a synced SealedSecret")
    }

    /// Waits until the condition `kind` of the newest generation has this `status`, and returns it.
    pub fn wait_condition(&self, namespace: &str, name: &str, kind: &str, status: &str) -> Value {
        wait_for(&format!("{kind}={status} of {namespace}/{name}"), DEADLINE, || {
            let object = self.sealed_secret(namespace, name)?;
            if object["status"]["observedGeneration"] != object["metadata"]["generation"] {
                return None;
            }
            let conditions = object["status"]["conditions"].as_array()?;
            let found = conditions.iter().find(|condition| condition["type"] == kind)?;
            (found["status"] == status).then(|| found.clone())
        })
    }

    /// Waits until a Secret is gone.
    pub fn wait_no_secret(&self, namespace: &str, name: &str) {
        wait_for(&format!("the end of {namespace}/{name}"), DEADLINE, || {
            self.secret(namespace, name).is_none().then_some(())
        });
    }

    /// The events about the objects of this name.
    pub fn events(&self, namespace: &str, name: &str) -> Vec<Value> {
        let path = format!("/api/v1/namespaces/{namespace}/events?fieldSelector=involvedObject.name={name}");
        let list = self.get(&path).expect("a list of events");
        list["items"].as_array().cloned().unwrap_or_default()
    }

    /// Waits for an event with this `reason` about the object of this name.
    pub fn wait_event(&self, namespace: &str, name: &str, reason: &str) -> Value {
        wait_for(&format!("{reason} of {namespace}/{name}"), DEADLINE, || {
            self.events(namespace, name)
                .into_iter()
                .find(|event| event["reason"] == reason)
        })
    }
}

/// A Secret manifest whose items are `items` as `stringData`.
pub fn secret(namespace: &str, name: &str, items: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"namespace": namespace, "name": name},
        "stringData": items,
    })
}

fn sealed_secrets(namespace: &str) -> String {
    format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets")
}
