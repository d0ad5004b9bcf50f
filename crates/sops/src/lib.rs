//! The SOPS format: encrypted values, their MAC, the metadata, key groups, and which values a document's rules encrypt.
//!
//! Values in, values out: where keys are, and what a file is called, is the matter of `keys/master` and of the programs.

pub mod config;
mod document;
mod gcm;
mod known;
mod mac;
mod master_key;
mod merge;
mod metadata;
mod readable;
mod reopen;
mod same;
mod selection;
pub mod shamir;
mod tree_path;
pub mod value;
mod values;
mod walk;

pub use document::{DecryptionError, Encrypted, EncryptionError, NotEncrypted, Plain, Reserved};
pub use master_key::{
    Age, AwsKms, AzureKeyVault, GcpKms, HuaweiKms, KeyGroup, MasterKey, ParseKeyError, Pgp, VaultTransit, WrappedKey,
};
pub use merge::{Conflict, merge};
pub use metadata::{Form, Metadata, MetadataError, MetadataFault, Others, has_metadata};
pub use readable::ReadableValue;
pub use selection::{PatternError, Selection, WrittenRule};
pub use tree_path::{PathError, PathFault, TreePath, TreePathError, TreePathFault};
pub use values::{Random, ValueError, ValueFault};
