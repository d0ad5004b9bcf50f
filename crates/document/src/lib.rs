//! Structured text to trees and back, with the place of everything.
//!
//! ```text
//! bytes ─▶ read ─▶ Documents ─▶ Document { root: Node } ─▶ write_json, write_yaml ─▶ text
//! ```
//!
//! A document is read as kubeseal reads it and written as kubeseal writes it: see [`read`], [`write_json`] and [`write_yaml`].
//! What a scalar means is the matter of a schema (`schema/`), apart from the notations (`json/`, `yaml/`).
//!
//! ```
//! use signet_document::{Limits, Node, Position, Value, read, write_yaml};
//!
//! let text = b"kind: Secret\nstringData: {port: 0x1F, port: 8080}\n";
//! let document = read(text, &Limits::default()).next().ok_or("no document")??;
//! let Value::Mapping(secret) = &document.root.value else { return Err("not a mapping".into()) };
//!
//! assert_eq!(secret.get("kind").and_then(Node::as_text).as_deref().map(String::as_str), Some("Secret"));
//! assert_eq!(document.duplicates()[0].path, "stringData.port");
//! assert_eq!(document.duplicates()[0].second, Position { line: 2, column: 26 });
//! assert_eq!(*write_yaml(&document.root), "kind: Secret\nstringData:\n  port: 8080\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nodes hold plaintext, so they have no `Debug`, and every text of theirs is wiped when dropped. Errors have a place, and nothing of
//! the text.

mod document;
mod edit;
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
mod splice;
pub mod tree;
mod yaml;

pub use document::{Document, Duplicate, Format};
pub use edit::{EditError, EditFault, Editor};
pub use error::ReadError;
pub use json::write_json;
pub use limits::Limits;
pub use mapping::{Key, Mapping, Repeated};
pub use node::{Node, Value};
pub use position::Position;
pub use read::{Documents, read};
pub use yaml::write_yaml;
