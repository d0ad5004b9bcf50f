//! The controller: turns SealedSecrets into Secrets.
//!
//! ```text
//! observe → unseal → decide(desired, live) → act → report
//! ```
//!
//! [`cluster`] runs it on a Kubernetes cluster and [`local`] on directories. They differ in where SealedSecrets are observed, where Secrets
//! are made and where keys are kept ([`place`], `observe`, `act`, `keys`); the rest is the same code.

mod act;
mod args;
mod audit;
mod cluster;
mod context;
mod decide;
mod duration;
mod election;
mod files;
#[cfg(test)]
mod health;
mod http;
mod keys;
mod listen_address;
mod local;
mod log;
mod metrics;
mod observe;
mod outcome;
mod place;
mod policy;
mod queue;
mod readiness;
mod reconcile;
mod runtime;
mod status;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Mode};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.cluster.version {
        println!("controller version: v{}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    // A core dump would hold the private keys. Where the kernel refuses, there is nothing better to do.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    match arguments.mode {
        Some(Mode::Local(arguments)) => local::run(*arguments),
        None => cluster::run(arguments.cluster),
    }
}
