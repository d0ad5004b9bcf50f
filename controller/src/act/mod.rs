//! Where Secrets are made.

pub(crate) mod cluster;
pub(crate) mod directory;
