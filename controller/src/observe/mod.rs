//! Where SealedSecrets and the state of their Secrets come from.

pub(crate) mod basis;
pub(crate) mod cluster;
pub(crate) mod directory;
pub(crate) mod namespaces;
