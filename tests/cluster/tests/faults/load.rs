//! SealedSecrets that come, change and go, and the Secrets that must be there in the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use signet_api::{Secret, base64};
use signet_cluster_tests::{Cluster, Controller, Namespace, Random};
use signet_seal::seal;
use signet_sealing_keys::Certificate;

pub(crate) struct Load<'a> {
    cluster: &'a Cluster,
    namespace: Namespace<'a>,
    certificate: Certificate,
    random: Random,
    names: u64,
    writes: usize,
    expected: BTreeMap<String, String>,
}

impl<'a> Load<'a> {
    /// None yet, and never more than `names`.
    pub(crate) fn new(cluster: &'a Cluster, controller: &Controller, names: u64, seed: u64) -> Self {
        Self {
            cluster,
            namespace: Namespace::fresh(cluster),
            certificate: Certificate::from_pem(controller.certificate().as_bytes()).unwrap(),
            random: Random::new(seed),
            names,
            writes: 0,
            expected: BTreeMap::new(),
        }
    }

    /// Creates or changes one, seldom deletes one.
    pub(crate) fn write(&mut self) {
        let name = format!("app-{}", self.random.below(self.names));
        self.writes += 1;
        if self.random.below(10) == 0 && self.expected.remove(&name).is_some() {
            self.cluster.delete_sealed(self.namespace.name(), &name);
            return;
        }
        let value = format!("value-{}", self.writes);
        self.cluster.write_sealed(&sealed(
            self.namespace.name(),
            &name,
            value.as_bytes(),
            &self.certificate,
        ));
        self.expected.insert(name, value);
    }

    /// How often something was written.
    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    /// The namespace of all of them.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.name()
    }

    /// Waits until all Secrets are as they must be, and no other is there.
    pub(crate) fn wait_right(&self) {
        self.cluster.wait_secrets(self.namespace.name(), &self.expected);
    }
}

/// A SealedSecret with one item.
pub(crate) fn sealed(namespace: &str, name: &str, value: &[u8], certificate: &Certificate) -> Value {
    let secret = json!({
        "metadata": {"namespace": namespace, "name": name}, "data": {"value": base64::encode(value)},
    });
    let secret: Secret = serde_json::from_value(secret).unwrap();
    serde_json::to_value(seal(&secret, certificate).unwrap()).unwrap()
}
