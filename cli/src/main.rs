//! The `signet` program: seals and unseals at a desk, and answers as `kubeseal` or `sops` where it is called so.
//!
//! ```text
//! arguments → Command, each mode a variant with exactly its own fields → run → report
//! ```
//!
//! Only this crate's `io` touches files, the terminal and the network; what is sealed and how is the matter of the crates below.

mod arguments;
mod cert;
mod command;
mod completion;
mod diff;
#[cfg(test)]
mod docs;
mod documents;
mod edit;
mod init;
mod io;
mod keys;
mod kubeseal;
mod merge;
mod report;
mod reseal;
mod seal;
mod set;
mod sops;
mod unseal;
mod verify;

use std::{ffi::OsString, path::Path, process::ExitCode};

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

fn main() -> ExitCode {
    // A core dump would hold the plaintext. The limit does not bind a program that the system pipes dumps to (core(5)), the other does; where
    // neither can be set, nothing better can be done.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);

    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let program = arguments.first().map(Path::new).and_then(Path::file_stem);
    if program.is_some_and(|name| name == KUBESEAL) {
        return kubeseal::main(&arguments);
    }
    if arguments.get(1).is_some_and(|verb| verb == KUBESEAL) {
        return kubeseal::main(&arguments.split_off(1));
    }
    if program.is_some_and(|name| name == SOPS) {
        return sops::main(&arguments);
    }
    if arguments.get(1).is_some_and(|verb| verb == SOPS) {
        return sops::main(&arguments.split_off(1));
    }
    report::finish(arguments::parse(arguments).run())
}

const KUBESEAL: &str = "kubeseal";
const SOPS: &str = "sops";
