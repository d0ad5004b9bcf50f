use std::os::unix::process::CommandExt;

use serde_json::Value;

use crate::{Cluster, Output, ours, output, peer};

/// A program that seals Secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealer {
    /// The real kubeseal.
    Kubeseal,
    /// Ours, `signet`.
    Signet,
    /// Ours, called `kubeseal`.
    SignetAsKubeseal,
}

impl Sealer {
    /// Runs it with `arguments`, as the administrator; `signet` gets the verb `seal` before them.
    pub fn run(self, cluster: &Cluster, arguments: &[&str], stdin: &str) -> Output {
        let mut command = match self {
            Self::Kubeseal => cluster.command(peer("kubeseal")),
            Self::Signet | Self::SignetAsKubeseal => cluster.command(ours("signet")),
        };
        match self {
            Self::Kubeseal => {}
            Self::Signet => {
                command.arg("seal");
            }
            Self::SignetAsKubeseal => {
                command.arg0("kubeseal");
            }
        }
        output(command.args(arguments), stdin)
    }
}

impl Cluster {
    /// Runs `signet` as the administrator.
    pub fn signet(&self, arguments: &[&str], stdin: &str) -> Output {
        output(self.command(ours("signet")).args(arguments), stdin)
    }

    /// What `signet seal` makes of a Secret with the certificate that it fetches from the controller.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn seal(&self, secret: &Value, arguments: &[&str]) -> Value {
        let text = Sealer::Signet.run(self, arguments, &secret.to_string()).success();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}
