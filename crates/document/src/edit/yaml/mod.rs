//! YAML: where values stand, and how new ones are written.

mod layout;
mod write;

pub(super) use layout::parts;
pub(super) use write::{Writer, flow, key_text, quoted};
