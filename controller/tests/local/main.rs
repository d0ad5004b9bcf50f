//! `signet-controller local`, the real program on real directories.

mod canary;
mod desk;
mod keys;
mod kill;
mod layout;
mod life;
mod once;
mod refuse;
