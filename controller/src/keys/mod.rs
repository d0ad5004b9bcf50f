//! The life of the sealing keys.

pub(crate) mod cluster;
pub(crate) mod directory;
pub(crate) mod renewal;
