//! What stands under `sops` in a document (upstream `stores/stores.go`): its keys, its rule and its MAC.

mod error;
mod fields;
mod flatten;
mod follow;
mod form;
mod keys;
mod others;
mod read;
mod write;

pub use error::{MetadataError, MetadataFault};
pub(crate) use follow::Written;
pub use form::{Form, has_metadata};
pub(crate) use form::{put, take};
pub use others::Others;

use signet_document::tree::Time;

use crate::{master_key::KeyGroup, selection::WrittenRule};

/// The metadata of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The key groups. One of them wraps the data key as a whole; of several each wraps a share.
    pub key_groups: Vec<KeyGroup>,
    /// How many groups are needed, as it is written; none and 0 are all of them.
    pub shamir_threshold: Option<u32>,
    /// When it was encrypted or changed last.
    pub last_modified: Time,
    /// The encrypted hash of the values; none where nobody made one.
    pub mac: Option<String>,
    /// Which values are encrypted. None is upstream's default, as in binary files, where it is not written.
    pub rule: Option<WrittenRule>,
    /// Whether the MAC is of the encrypted values alone.
    pub mac_only_encrypted: bool,
    /// The version of the program that encrypted it.
    pub version: String,
    /// What else there is.
    pub others: Others,
}
