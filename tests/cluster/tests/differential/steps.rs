use serde_json::{Value, json};
use signet_cluster_tests::Cluster;
use signet_sealing_keys::Certificate;

/// Something that somebody does in a namespace.
pub(crate) type Step = Box<dyn Fn(&Site<'_>)>;

/// Where a step is done.
pub(crate) struct Site<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) namespace: &'a str,
    pub(crate) certificate: &'a Certificate,
}

impl Site<'_> {
    /// Sends a request, which must succeed; `{}` in the path is the namespace.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let response = self.cluster.request(method, &path.replace("{}", self.namespace), body);
        assert!(response.status < 300, "{method} {path}: {}", response.body);
        response.body
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.request("POST", path, Some(body))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.request("GET", path, None)
    }
}

/// Somebody else makes the Secret `app`: with the item `theirs`, and what more is given.
pub(crate) fn make_secret(more: Value) -> Step {
    Box::new(move |site| {
        let mut secret = json!({"metadata": {"name": "app"}, "stringData": {"theirs": "1"}});
        merge(&mut secret, more.clone());
        site.post("/api/v1/namespaces/{}/secrets", &secret);
    })
}

/// As [`make_secret`], of a ConfigMap that owns it, and controls it or does not.
pub(crate) fn make_owned_secret(more: Value, controls: bool) -> Step {
    Box::new(move |site| {
        let owner = site.post(
            "/api/v1/namespaces/{}/configmaps",
            &json!({"metadata": {"name": "owner"}}),
        );
        let reference = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"], "controller": controls,
        });
        let mut more = more.clone();
        merge(&mut more, json!({"metadata": {"ownerReferences": [reference]}}));
        make_secret(more)(site);
    })
}

/// Changes the Secret `app` by hand (RFC 7396).
pub(crate) fn edit_secret(patch: Value) -> Step {
    Box::new(move |site| {
        site.request("PATCH", SECRET, Some(&patch));
    })
}

/// Changes the SealedSecret `app` by hand (RFC 7396).
pub(crate) fn edit_sealed(patch: Value) -> Step {
    Box::new(move |site| {
        site.request("PATCH", SEALED, Some(&patch));
    })
}

pub(crate) fn delete_secret() -> Step {
    Box::new(|site| {
        site.request("DELETE", SECRET, None);
    })
}

pub(crate) fn delete_sealed() -> Step {
    Box::new(|site| {
        site.request("DELETE", SEALED, None);
    })
}

/// Deletes the SealedSecret and leaves what it owns.
pub(crate) fn orphan_secret() -> Step {
    Box::new(|site| {
        site.request("DELETE", &format!("{SEALED}?propagationPolicy=Orphan"), None);
    })
}

/// Nothing, until the next step.
pub(crate) fn wait() -> Step {
    Box::new(|_| {})
}

/// RFC 7396, but that null stays where there is nothing to remove: an object may have one.
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let fields = target.as_object_mut().unwrap();
    for (key, value) in patch {
        match fields.remove(&key) {
            Some(_) if value.is_null() => {}
            Some(mut old) => {
                merge(&mut old, value);
                fields.insert(key, old);
            }
            None => {
                fields.insert(key, value);
            }
        }
    }
}

const SECRET: &str = "/api/v1/namespaces/{}/secrets/app";

const SEALED: &str = "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets/app";
