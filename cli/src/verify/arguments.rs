use std::{ffi::OsString, path::PathBuf};

use clap::Args;
use signet_api::Scope;

use super::{Verify, output::Style, rule::Rule};
use crate::{arguments::ControllerArguments, io::certificate};

/// Check the sealed files of a tree, for a pre-commit hook or CI.
///
/// Needs no private key and no cluster. Looked at are manifests of Secrets and SealedSecrets, files that sops has encrypted, and those that a
/// creation rule of .sops.yaml names by its path_regex. Ends with 1 if there are errors.
///
/// Example: signet verify --cert prod.pem clusters/prod
#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// Files, and folders with all files below them that could be such; `-` is standard input. In a folder, symbolic links to files are followed
    /// and those to folders are not. A file that is reached twice counts once.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The certificate that the files should be sealed to: a PEM file, or a URL (http, https, file). May be given several times; the newest is
    /// the one to seal to.
    #[arg(long, value_name = "FILE|URL")]
    cert: Vec<OsString>,
    /// Whose certificate, where those of several clusters are in --cert, each with the cluster's name on the line before it.
    #[arg(long, value_name = "NAME", requires = "cert")]
    cluster: Option<String>,
    /// Private keys, one of which must open each item: PEM, or manifests of key Secrets.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// A scope that is allowed: strict, namespace-wide or cluster-wide. May be given several times; without it all are.
    #[arg(long = "allow-scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// A rule that does not count, by the name in brackets. May be given several times.
    #[arg(long = "ignore", value_name = "RULE")]
    ignored: Vec<&'static Rule>,
    /// Open files that sops has encrypted with the keys at hand, and see that nobody changed them.
    #[arg(long)]
    decrypt: bool,
    /// The configuration of sops, in place of the nearest .sops.yaml above each file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Let warnings fail the run too.
    #[arg(long)]
    strict: bool,
    /// Ask the controller in the cluster whether it opens each SealedSecret.
    #[arg(long)]
    online: bool,
    #[command(flatten)]
    controller: ControllerArguments,
    /// How to show the findings.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    output: Style,
}

impl From<VerifyArguments> for Verify {
    fn from(arguments: VerifyArguments) -> Self {
        let source = |cert: &OsString| certificate::Source::Bundle {
            of: Box::new(certificate::Source::new(cert)),
            cluster: arguments.cluster.clone(),
        };
        let certificates = arguments.cert.iter().map(source).collect();
        Self {
            paths: arguments.paths,
            certificates,
            keys: arguments.keys,
            scopes: arguments.scopes,
            ignored: arguments.ignored,
            is_decrypting: arguments.decrypt,
            config: arguments.config,
            is_strict: arguments.strict,
            online: arguments.online.then(|| Box::new(arguments.controller.into())),
            style: arguments.output,
        }
    }
}
