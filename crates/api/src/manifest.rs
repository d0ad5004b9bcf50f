//! Objects out of manifests and into them, with the place of each fault.

mod decode;
mod encode;
mod error;
mod object;
mod sealed_secret;
mod secret;

pub(crate) use encode::node;
pub use error::ManifestError;
pub use object::{kind, list_items};

/// How to read what Go's readers take without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As kubeseal: `name: 0123` is `83`, the last of two equal keys wins, case of field names does not matter, `kind` is not looked at.
    AsKubeseal,
    /// Refuse what reads as something else than what stands there, with the place and the way to write it.
    Strict,
}
