//! How many SealedSecrets there are, by what is true of them and by the keys that open them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::{outcome::Reason, place::ObjectName, status::READY};

/// Counts that follow each object.
#[derive(Clone, Default)]
pub(super) struct Objects {
    by_condition: Family<ConditionLabels, Gauge>,
    by_key: Family<KeyLabels, Gauge>,
    known: Arc<Mutex<HashMap<ObjectName, Known>>>,
}

struct Known {
    condition: ConditionLabels,
    keys: Vec<KeyLabels>,
}

impl Objects {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "objects",
            "SealedSecrets, each under the condition that is true of it and its reason",
            self.by_condition.clone(),
        );
        registry.register(
            "sealing_key_objects",
            "SealedSecrets that the sealing key opened last",
            self.by_key.clone(),
        );
    }

    /// What is true of an object now.
    pub(super) fn set(&self, name: &ObjectName, reason: Reason, opened_by: &[String]) {
        let label = |fingerprint: &String| KeyLabels {
            fingerprint: fingerprint.clone(),
        };
        let now = Known {
            condition: ConditionLabels {
                condition: reason.condition().unwrap_or(READY),
                reason: reason.as_str(),
            },
            keys: opened_by.iter().map(label).collect(),
        };
        self.add(&now, 1);
        let before = self.known().insert(name.clone(), now);
        before.iter().for_each(|before| self.add(before, -1));
    }

    /// An object is gone.
    pub(super) fn remove(&self, name: &ObjectName) {
        let before = self.known().remove(name);
        before.iter().for_each(|before| self.add(before, -1));
    }

    /// A key is there, whether it opens anything or not.
    pub(super) fn add_key(&self, fingerprint: &str) {
        let fingerprint = fingerprint.to_owned();
        drop(self.by_key.get_or_create(&KeyLabels { fingerprint }));
    }

    fn add(&self, known: &Known, objects: i64) {
        self.by_condition.get_or_create(&known.condition).inc_by(objects);
        for key in &known.keys {
            self.by_key.get_or_create(key).inc_by(objects);
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<ObjectName, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConditionLabels {
    condition: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KeyLabels {
    fingerprint: String,
}
