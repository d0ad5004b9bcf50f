//! What the chart renders, held against the OpenAPI documents of each release of Kubernetes.
//!
//! ```text
//! values ─▶ Chart::render ─▶ objects ─▶ Release::faults: an unknown API, an unknown field, a wrong type, a missing field
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

mod chart;
mod documents;
mod release;

pub use chart::Chart;
pub use release::Release;

use std::{env, path::PathBuf};

/// Our controller.
pub fn controller() -> PathBuf {
    let path = variable("SIGNET_BIN_DIR").join("signet-controller");
    assert!(path.is_file(), "{} has not been built", path.display());
    path
}

fn variable(name: &str) -> PathBuf {
    let value = env::var_os(name);
    PathBuf::from(value.unwrap_or_else(|| panic!("{name} is not set; hint: tests/chart/run starts the tests")))
}
