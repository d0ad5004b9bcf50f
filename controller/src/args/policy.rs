//! What is allowed.

use std::num::NonZeroUsize;

use clap::{ArgAction, Args};

use super::go_bool;
use crate::policy::{MOST_BYTES, Policy, Scopes};

/// What is allowed to SealedSecrets.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyArguments {
    /// Put right a Secret that somebody has changed; false applies only what changes in its SealedSecret
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_HEAL", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    heal: bool,
    /// Scopes in which SealedSecrets may be sealed: strict, namespace-wide, cluster-wide
    #[arg(long, value_name = "SCOPES", env = "SEALED_SECRETS_ALLOWED_SCOPES", default_value_t)]
    allowed_scopes: Scopes,
    /// Let the label signet.dev/allowed-scopes of a namespace, such as strict.namespace-wide, narrow them there
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_NAMESPACE_SCOPES", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) namespace_scopes: bool,
    /// Items that a SealedSecret may have; 0 is any number
    #[arg(long, value_name = "NUMBER", env = "SEALED_SECRETS_MAX_ITEMS", default_value = "0")]
    max_items: usize,
    /// Bytes that the values of a SealedSecret may have together; 0 is any number
    #[arg(long, value_name = "NUMBER", env = "SEALED_SECRETS_MAX_BYTES", default_value_t = MOST_BYTES)]
    max_bytes: usize,
}

impl PolicyArguments {
    /// All of it.
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            heals: self.heal,
            scopes: self.allowed_scopes.clone(),
            max_items: NonZeroUsize::new(self.max_items),
            max_bytes: NonZeroUsize::new(self.max_bytes),
        }
    }
}
