//! JSON (RFC 8259).

mod read;
mod write;

pub(crate) use read::Reader;
pub use write::write_json;
pub(crate) use write::{number, write_string};
