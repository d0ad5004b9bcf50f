//! `signet` on files that sops encrypts, at a desk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../sops/desk.rs"]
mod desk;
mod diff;
mod files;
mod init;
#[path = "../program/mod.rs"]
mod program;
mod verify;

/// The recipient of the second test key.
const AGE2: &str = "age1nk0rpa9r0kkcamvqaje6jeukufr5567wmgjmfgeltfq2yq487caqmdwapr";
/// A plaintext that must stand in no output.
const CANARY: &str = "s3cr3t-canary";
