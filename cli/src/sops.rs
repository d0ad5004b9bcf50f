//! What the program is where it is called `sops`: the command line of sops 3.13, with its flags, streams and exit codes.
//!
//! ```text
//! arguments, environment → flags (the grammar of urfave/cli 1) → Command, each mode a variant with exactly its own fields → run
//! ```

mod command;
mod completion;
mod error;
mod exit;
mod flags;
mod help;
mod parse;
mod read;
mod run;
mod table;
#[cfg(test)]
mod tests;
mod verbs;

pub(crate) use error::Error;
pub(crate) use exit::Exit;
/// What signet's own verbs do with these files.
pub(crate) mod file {
    pub(crate) use super::{
        command::{
            Creation, Decrypt, Destination, Edit, Encrypt, InputType, KeyServices, Keys as KeyNames, Opening, Rotate,
            Settings, Types,
        },
        run::{
            Compared, Expected, Fault, Session, Update, Value, absolute, check, compared, decrypt, digested, edit,
            encrypt, inspect, is_encrypted, opening, rotate, set, unset, update_keys,
        },
    };
}
pub(crate) use run::{main, merge};
use {
    command::{Answer, Command, Invocation},
    error::UsageError,
    parse::parse,
};
