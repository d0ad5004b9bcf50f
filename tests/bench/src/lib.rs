//! Ours and the peer's, alternating in one run: on a noisy machine both meet the same noise, and the ratio of their medians is what counts.
//!
//! `signet-bench` measures what happens at a desk, `signet-bench-cluster` the controllers on a real API server.

pub mod report;
