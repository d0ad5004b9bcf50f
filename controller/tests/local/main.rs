//! `signet-controller local`, the real program on real directories.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod canary;
mod desk;
mod keys;
mod kill;
mod layout;
mod life;
mod once;
mod refuse;
mod templates;
