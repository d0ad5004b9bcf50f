//! The real sops and ours on the same files.
//!
//! ```text
//! number ─▶ generate ─▶ Document ─▶ Desk::cross: both encrypt it, both decrypt what each wrote ─▶ nothing, or a Complaint ─▶ shrink
//! ```

mod complaint;
mod damage;
mod desk;
mod document;
mod generate;
mod keep;
mod program;
#[path = "../../templates/src/random.rs"]
mod random;
mod rule;
mod shrink;

pub use complaint::{Complaint, Kind};
pub use desk::Desk;
pub use document::{Document, Entry, Format};
pub use generate::document;
pub use program::{Outcome, Program, peer};
pub use rule::{Rule, Selection};
pub use shrink::shrink;

/// What keeps a test from going on; it may come from another thread.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
