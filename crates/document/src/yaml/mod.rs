//! YAML.

mod events;
mod order;
mod read;
mod scalar;
mod syntax;
mod write;

pub(crate) use events::{Events, Head, is_forbidden};
pub(crate) use read::{Reader, is_merge, key_name, scalar};
pub(crate) use scalar::{Style, needs_escape, push_escaped, style};
pub use write::write_yaml;
