//! YAML.

mod events;
mod order;
mod read;
mod scalar;
mod syntax;
mod write;

pub(crate) use read::Reader;
pub use write::write_yaml;
