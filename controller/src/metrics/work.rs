//! The passes over SealedSecrets, and those to come.

use std::{
    sync::{Arc, OnceLock, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::BUCKETS;
use crate::queue::Queue;

/// How much there is to do, and how long it takes.
#[derive(Clone)]
pub(super) struct Work {
    queue: Arc<OnceLock<Queue>>,
    depth: Gauge,
    oldest: Gauge<f64, AtomicU64>,
    pub(super) retries: Counter,
    pub(super) pass: Histogram,
    pub(super) unsealing: Histogram,
}

impl Work {
    pub(super) fn new() -> Self {
        Self {
            queue: Arc::default(),
            depth: Gauge::default(),
            oldest: Gauge::default(),
            retries: Counter::default(),
            pass: Histogram::new(BUCKETS),
            unsealing: Histogram::new(BUCKETS),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "queue_depth",
            "SealedSecrets that are due and wait for a pass",
            self.depth.clone(),
        );
        registry.register(
            "queue_oldest_age_seconds",
            "How long the one that waits longest has been due",
            self.oldest.clone(),
        );
        registry.register(
            "retries",
            "Passes that failed and are to be repeated",
            self.retries.clone(),
        );
        registry.register(
            "reconcile_duration_seconds",
            "Time of a pass over a SealedSecret",
            self.pass.clone(),
        );
        registry.register(
            "unseal_duration_seconds",
            "Time to open a SealedSecret and render its template",
            self.unsealing.clone(),
        );
    }

    /// Whose depth is shown.
    pub(super) fn watch(&self, queue: &Queue) {
        // A program has one queue.
        let _ = self.queue.set(queue.clone());
    }

    /// Looks at the queue.
    pub(super) fn refresh(&self) {
        let (depth, oldest) = self.queue.get().map_or((0, Duration::ZERO), Queue::backlog);
        self.depth.set(i64::try_from(depth).unwrap_or(i64::MAX));
        self.oldest.set(oldest.as_secs_f64());
    }
}
