use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::Cluster;

/// A namespace of one test; deleted, without waiting for that, when dropped.
#[derive(Debug)]
pub struct Namespace<'a> {
    cluster: &'a Cluster,
    name: String,
}

impl<'a> Namespace<'a> {
    /// Makes a namespace that no other test has.
    pub fn fresh(cluster: &'a Cluster) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let response = cluster.request("POST", "/api/v1/namespaces", Some(&body));
        assert_eq!(response.status, 201, "{}", response.body);
        Self { cluster, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Namespace<'_> {
    fn drop(&mut self) {
        self.cluster
            .request("DELETE", &format!("/api/v1/namespaces/{}", self.name), None);
    }
}
