//! The program as `sops`, at a desk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod callers;
mod change;
mod desk;
mod edit;
mod exec;
mod interrupted;
mod keys;
mod layout;
mod merge;
#[path = "../program/mod.rs"]
mod program;
mod samples;
