//! How scalars become values: one file for each family of programs that a text is shared with.

pub(crate) mod kubernetes;
mod timestamp;

pub(crate) use timestamp::parse_timestamp;
