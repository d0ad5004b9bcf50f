//! The same command lines through the real kubeseal and ours.
//!
//! ```text
//! Case ─▶ a folder each ─▶ both programs ─▶ Outcome, Outcome ─▶ Report: equal, or in DIFFERENCES with its row of docs/compatibility.md
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

mod case;
mod differences;
mod outcome;
mod program;
mod report;
mod seen;

pub use case::Case;
pub use differences::{DIFFERENCES, Difference};
pub use outcome::Outcome;
pub use program::{Program, fixture};
pub use report::{Aspect, Report};
pub use seen::Seen;
