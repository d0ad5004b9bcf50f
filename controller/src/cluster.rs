//! The controller on a cluster.

use std::process::ExitCode;

use crate::args::ClusterArguments;

/// Runs to the end.
pub(crate) fn run(_arguments: ClusterArguments) -> ExitCode {
    ExitCode::FAILURE
}
