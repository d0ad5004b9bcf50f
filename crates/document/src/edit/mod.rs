//! Editing a text without changing more of it than the edit means.
//!
//! ```text
//! bytes ─▶ Editor::new ─▶ parts: text + layout (where each value stands) ─▶ set, remove … ─▶ splices ─▶ finish: read back, compare ─▶ bytes
//! ```
//!
//! What is particular to a notation is in its folder: `yaml/` and `json/` find out where everything stands and write new values. How an
//! entry comes and goes depends on how its collection is written: in lines of its own (`block`) or in brackets (`flow`, so all of JSON).
//! Each edit is a few splices of the document's text. What is outside of them stays as it is, byte for byte.

mod block;
mod comments;
mod commit;
mod editor;
mod error;
mod find;
mod flow;
mod json;
mod layout;
mod lines;
mod manner;
mod merge;
mod part;
mod plan;
mod relocate;
mod tree;
mod yaml;

pub use editor::Editor;
pub use error::{EditError, EditFault};

use crate::splice;
