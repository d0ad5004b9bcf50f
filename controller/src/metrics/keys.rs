//! The sealing keys.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use signet_sealing_keys::Keyring;

/// The keyring as it is.
#[derive(Clone, Default)]
pub(super) struct Keys {
    loaded: Gauge,
    malformed: Gauge,
    not_before: Family<KeyLabels, Gauge>,
    not_after: Family<KeyLabels, Gauge>,
}

impl Keys {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("sealing_keys", "Sealing keys in the keyring", self.loaded.clone());
        registry.register("malformed_keys", "Key Secrets that do not load", self.malformed.clone());
        registry.register(
            "sealing_key_not_before_timestamp_seconds",
            "When the certificate of the sealing key begins to be valid",
            self.not_before.clone(),
        );
        registry.register(
            "sealing_key_not_after_timestamp_seconds",
            "When the certificate of the sealing key expires",
            self.not_after.clone(),
        );
    }

    pub(super) fn set(&self, keyring: &Keyring, malformed: usize) {
        self.loaded.set(i64::try_from(keyring.len()).unwrap_or(i64::MAX));
        self.malformed.set(i64::try_from(malformed).unwrap_or(i64::MAX));
        self.not_before.clear();
        self.not_after.clear();
        for key in keyring.iter() {
            let labels = KeyLabels {
                fingerprint: key.fingerprint().to_string(),
            };
            let certificate = key.certificate();
            self.not_before
                .get_or_create(&labels)
                .set(certificate.not_before().as_second());
            self.not_after
                .get_or_create(&labels)
                .set(certificate.not_after().as_second());
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KeyLabels {
    fingerprint: String,
}
