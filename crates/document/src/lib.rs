//! Structured text to trees and back, with the place of everything.
//!
//! ```text
//! bytes → read → Documents → Document { root: Node } → write_json, write_yaml → text
//! ```
//!
//! Scalars are read as programs around Kubernetes read them: see [`read`].

mod document;
mod error;
mod hint;
mod json;
mod limits;
mod mapping;
mod node;
mod output;
mod position;
mod read;
mod schema;
mod yaml;

pub use document::{Document, Duplicate, Format};
pub use error::ReadError;
pub use json::write_json;
pub use limits::Limits;
pub use mapping::{Key, Mapping, Repeated};
pub use node::{Node, Value};
pub use position::Position;
pub use read::{Documents, read};
pub use yaml::write_yaml;
