//! Rights that are taken away.

use serde_json::{Value, json};
use signet_cluster_tests::{Cluster, DEADLINE, wait_for};

/// Rights that the controller has not until this is dropped.
pub(crate) struct Revoked<'a> {
    cluster: &'a Cluster,
    path: &'static str,
    rules: Value,
}

impl<'a> Revoked<'a> {
    /// That of writing Secrets in any namespace.
    pub(crate) fn writing(cluster: &'a Cluster) -> Self {
        Self::new(cluster, UNSEALER, "", "secrets")
    }

    /// Those of a role to create and update what is of `group` and `resource`.
    pub(crate) fn new(cluster: &'a Cluster, path: &'static str, group: &str, resource: &str) -> Self {
        let rules = cluster.get(path).expect("a role")["rules"].clone();
        let mut fewer = rules.clone();
        let rest = fewer.as_array_mut().unwrap();
        for rule in rest.iter_mut().filter(|rule| rule["resources"] == json!([resource])) {
            let verbs = rule["verbs"].as_array_mut().unwrap();
            verbs.retain(|verb| !WRITING.contains(&verb.as_str().unwrap()));
        }
        // A rule without verbs is none.
        rest.retain(|rule| rule["verbs"] != json!([]));
        let revoked = Self { cluster, path, rules };
        revoked.set(&fewer);
        // The API server takes up a changed role a little later.
        wait_for("the end of the rights", DEADLINE, || {
            let is_allowed = |verb: &&str| revoked.is_allowed(verb, group, resource);
            (!WRITING.iter().any(is_allowed)).then_some(())
        });
        revoked
    }

    fn is_allowed(&self, verb: &str, group: &str, resource: &str) -> bool {
        let namespace = if self.path.contains("/namespaces/kube-system/") {
            "kube-system"
        } else {
            "default"
        };
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": {
                "user": "system:serviceaccount:kube-system:sealed-secrets-controller",
                "resourceAttributes": {
                    "verb": verb, "group": group, "resource": resource, "namespace": namespace,
                    "name": "sealed-secrets-controller",
                },
            },
        });
        let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let response = self.cluster.request("POST", path, Some(&review));
        assert_eq!(response.status, 201, "{}", response.body);
        response.body["status"]["allowed"] == true
    }

    fn set(&self, rules: &Value) {
        let response = self.cluster.request("PATCH", self.path, Some(&json!({"rules": rules})));
        assert_eq!(response.status, 200, "{}", response.body);
    }
}

impl Drop for Revoked<'_> {
    fn drop(&mut self) {
        self.set(&self.rules);
    }
}

const UNSEALER: &str = "/apis/rbac.authorization.k8s.io/v1/clusterroles/secrets-unsealer";
const WRITING: [&str; 2] = ["create", "update"];
