//! Everything that reaches out of the process: files, the terminal, the network.

pub(crate) mod bundle;
pub(crate) mod certificate;
pub(crate) mod cluster;
pub(crate) mod credential_plugin;
pub(crate) mod file;
pub(crate) mod input;
pub(crate) mod keys;
pub(crate) mod kubeconfig;
pub(crate) mod output;
pub(crate) mod parallel;
pub(crate) mod private;
pub(crate) mod prompt;
pub(crate) mod proxy;
pub(crate) mod replace;
pub(crate) mod request;
pub(crate) mod sealed_file;
pub(crate) mod signals;
pub(crate) mod sops;
pub(crate) mod template_clock;
pub(crate) mod tree;
