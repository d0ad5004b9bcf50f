//! Master keys of SOPS: what wraps the data key of a document, and unwraps it again.
//!
//! Files, environment, programs and the terminal are reached through [`Surroundings`] only. Of each kind of key, what is particular to it is in a
//! folder of its own: `age/` and `pgp/`; for the services there is an error yet.

mod age;
mod command;
mod file;
mod key;
mod kind;
mod lines;
mod messages;
mod pgp;
mod prompt;
mod report;
mod surroundings;
mod terminal;
mod unwrap;
pub mod words;
mod wrap;

pub use age::{AgeError, Bech32Error, HybridKeyError, IdentityError, Places, RecipientError, SourceError, SshKeyError};
pub use command::CommandError;
pub use file::FileError;
pub use key::KeyError;
pub use kind::{DecryptionOrder, DuplicateKind, Kind};
pub use pgp::{Attempts, InProcessError, PgpError};
pub use prompt::Prompt;
pub use report::{KeyFailure, Report};
pub use surroundings::Surroundings;
pub use terminal::Terminal;
pub use unwrap::{UnwrapError, unwrap};
pub use wrap::{WrapError, WrapFailure, Wrapped, wrap};
