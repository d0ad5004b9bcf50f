//! Which of several replicas writes.

use clap::{ArgAction, Args};

use super::go_bool;

/// Whether there is an election, and for what.
#[derive(Clone, Debug, Args)]
pub(crate) struct ElectionArguments {
    /// Write only while this replica holds a Lease; for more replicas than one
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_LEADER_ELECT", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    leader_elect: bool,
    /// Name of that Lease, in the controller's namespace
    #[arg(
        long,
        value_name = "NAME",
        env = "SEALED_SECRETS_LEADER_ELECTION_LEASE_NAME",
        default_value = "sealed-secrets-controller",
        value_parser = object_name
    )]
    leader_election_lease_name: String,
}

impl ElectionArguments {
    /// The name of the Lease; none where this replica is alone.
    pub(crate) fn lease(&self) -> Option<&str> {
        self.leader_elect.then_some(&self.leader_election_lease_name)
    }
}

fn object_name(text: &str) -> Result<String, &'static str> {
    match signet_api::is_subdomain(text) {
        true => Ok(text.to_owned()),
        false => Err("is not the name of an object"),
    }
}
