//! The sealing keys.

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use signet_sealing_keys::{Keyring, lifecycle};

/// The keyring as it is.
#[derive(Clone, Default)]
pub(super) struct Keys {
    loaded: Gauge,
    malformed: Gauge,
    not_before: Family<KeyLabels, Gauge>,
    not_after: Family<KeyLabels, Gauge>,
    due: Gauge,
    period: Arc<OnceLock<SignedDuration>>,
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
        registry.register(
            "sealing_key_due_timestamp_seconds",
            "When the next sealing key is due",
            self.due.clone(),
        );
    }

    /// How long a key is the newest.
    pub(super) fn expect(&self, period: SignedDuration) {
        // A program has one period.
        let _ = self.period.set(period);
    }

    pub(super) fn set(&self, keyring: &Keyring, malformed: usize) {
        self.loaded.set(i64::try_from(keyring.len()).unwrap_or(i64::MAX));
        self.malformed.set(i64::try_from(malformed).unwrap_or(i64::MAX));
        let due = lifecycle::due(keyring, self.period.get().copied());
        self.due.set(due.map_or(0, Timestamp::as_second));
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
