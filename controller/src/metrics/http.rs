//! The answered HTTP requests.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::BUCKETS;

/// How many, and how long they took.
#[derive(Clone)]
pub(super) struct Http {
    requests: Family<RequestLabels, Counter>,
    duration: Family<DurationLabels, Histogram>,
}

impl Http {
    pub(super) fn new() -> Self {
        Self {
            requests: Family::default(),
            duration: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Total number of HTTP requests by path, status code and method",
            self.requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time to answer an HTTP request",
            self.duration.clone(),
        );
    }

    pub(super) fn count(&self, path: &'static str, method: &str, code: u16, duration: Duration) {
        // Anybody may ask, with any word for a method: each would be kept for ever.
        let method = match METHODS.contains(&method) {
            true => method.to_ascii_lowercase(),
            false => "unknown".to_owned(),
        };
        let labels = DurationLabels {
            path,
            method: method.clone(),
        };
        self.duration.get_or_create(&labels).observe(duration.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { path, code, method }).inc();
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    path: &'static str,
    code: u16,
    method: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    path: &'static str,
    method: String,
}

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
