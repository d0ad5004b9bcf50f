//! The command line, upstream's flags and their environment variables (`SEALED_SECRETS_<FLAG>`), and ours.

mod election;
mod http;
mod keys;
mod labels;
mod policy;
mod selector;
mod watch;

use std::{path::PathBuf, str::FromStr};

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::{
    act::directory::Layout,
    listen_address::ListenAddress,
    log::{LogFormat, LogLevel},
};

pub(crate) use election::ElectionArguments;
pub(crate) use http::{AskingArguments, DirectArguments};
pub(crate) use keys::{DEFAULT_KEY_PREFIX, KeyArguments, KeySecretArguments};
pub(crate) use labels::KeyMetadata;
pub(crate) use policy::PolicyArguments;
pub(crate) use selector::LabelSelector;
pub(crate) use watch::{Namespaces, WatchArguments};

/// Turns SealedSecrets into Secrets: in a Kubernetes cluster, or with `local` on directories.
#[derive(Debug, Parser)]
#[command(
    name = "signet-controller",
    disable_version_flag = true,
    args_conflicts_with_subcommands = true,
    max_term_width = 120
)]
pub(crate) struct Arguments {
    /// None is a cluster.
    #[command(subcommand)]
    pub(crate) mode: Option<Mode>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}

/// What is not a cluster.
#[derive(Debug, Subcommand)]
pub(crate) enum Mode {
    /// Run without Kubernetes: SealedSecrets, keys and Secrets are files
    Local(Box<LocalArguments>),
}

/// A controller of a cluster.
#[derive(Debug, Args)]
pub(crate) struct ClusterArguments {
    /// Kubeconfig of the cluster; without it, the cluster that this runs in
    #[arg(long, value_name = "FILE", env = "SEALED_SECRETS_KUBECONFIG")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME", env = "SEALED_SECRETS_CONTEXT", requires = "kubeconfig")]
    pub(crate) context: Option<String>,

    #[command(flatten)]
    pub(crate) key_secrets: KeySecretArguments,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,

    #[command(flatten)]
    pub(crate) watch: WatchArguments,
    #[command(flatten)]
    pub(crate) policy: PolicyArguments,
    /// Open the deprecated `spec.data` too
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_ACCEPT_DEPRECATED_V1_DATA", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) accept_deprecated_v1_data: bool,
    /// Write the status of SealedSecrets
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_UPDATE_STATUS", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) update_status: bool,
    /// Delete the Secret of a deleted SealedSecret that owns it, and do not wait for the garbage collector
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_OLD_GC_BEHAVIOR", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) old_gc_behavior: bool,

    /// Address of the certificate and of the health endpoints
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SEALED_SECRETS_LISTEN_ADDR",
        default_value = ":8080"
    )]
    pub(crate) listen_addr: ListenAddress,
    /// Address of the metrics
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SEALED_SECRETS_LISTEN_METRICS_ADDR",
        default_value = ":8081"
    )]
    pub(crate) listen_metrics_addr: ListenAddress,
    /// Leave the metric condition_info out, which names every SealedSecret
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_METRICS_OMIT_SECRET_LABELS", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) metrics_omit_secret_labels: bool,
    #[command(flatten)]
    pub(crate) asking: AskingArguments,
    #[command(flatten)]
    pub(crate) direct: DirectArguments,
    #[command(flatten)]
    pub(crate) election: ElectionArguments,
    #[command(flatten)]
    pub(crate) log: LogArguments,
    /// Log INFO and below to stdout; false is everything to stderr
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_LOG_INFO_STDOUT", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) log_info_stdout: bool,

    /// Has no effect: failures are retried for ever, ever more slowly
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SEALED_SECRETS_MAX_UNSEAL_RETRIES",
        allow_negative_numbers = true
    )]
    pub(crate) max_unseal_retries: Option<i64>,
    /// Has no effect: requests are not held back
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SEALED_SECRETS_KUBECLIENT_QPS",
        allow_negative_numbers = true
    )]
    pub(crate) kubeclient_qps: Option<f32>,
    /// Has no effect: requests are not held back
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SEALED_SECRETS_KUBECLIENT_BURST",
        allow_negative_numbers = true
    )]
    pub(crate) kubeclient_burst: Option<i64>,

    /// Print the version
    #[arg(long)]
    pub(crate) version: bool,
}

/// A controller of directories.
#[derive(Debug, Args)]
pub(crate) struct LocalArguments {
    /// Directory of the SealedSecrets' manifests, such as a Git work tree; it is only read
    #[arg(long, value_name = "DIR")]
    pub(crate) manifests: PathBuf,
    /// Directory of the sealing keys, mode 0700; made if it is missing
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: PathBuf,
    /// Directory of the Secrets; made if it is missing
    #[arg(long, value_name = "DIR")]
    pub(crate) secrets: PathBuf,
    /// `files`: DIR/<namespace>/<name>/<key>; `manifest`: DIR/<namespace>/<name>.yaml
    #[arg(long, value_name = "FORMAT", default_value = "files", value_parser = layout)]
    pub(crate) format: Layout,
    /// Reconcile everything once and end: 0 if all is synced, 1 if something is not
    #[arg(long)]
    pub(crate) once: bool,
    /// Address of the certificate and of the health endpoints
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen_addr: ListenAddress,
    /// File with the status of every object, as JSON [default: DIR/.signet-status.json among the Secrets]
    #[arg(long, value_name = "FILE")]
    pub(crate) status_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    #[command(flatten)]
    pub(crate) asking: AskingArguments,
    #[command(flatten)]
    pub(crate) log: LogArguments,
}

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct LogArguments {
    /// Form of the log: text or json
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SEALED_SECRETS_LOG_FORMAT",
        default_value = "text"
    )]
    pub(crate) log_format: LogFormat,
    /// What is logged at least: DEBUG, INFO, WARN or ERROR
    #[arg(long, value_name = "LEVEL", env = "SEALED_SECRETS_LOG_LEVEL", default_value = "INFO")]
    pub(crate) log_level: LogLevel,
    /// File to which each unsealing appends a line of JSON: object, keys and outcome, no values; - is standard output
    #[arg(long, value_name = "FILE", env = "SEALED_SECRETS_AUDIT_LOG")]
    pub(crate) audit_log: Option<PathBuf>,
}

/// What Go's `strconv.ParseBool` takes.
fn go_bool(text: &str) -> Result<bool, &'static str> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err("must be true or false"),
    }
}

fn layout(text: &str) -> Result<Layout, &'static str> {
    match text {
        "files" => Ok(Layout::Files),
        "manifest" => Ok(Layout::Manifest),
        _ => Err("must be one of: files, manifest"),
    }
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be one of: text, json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use signet_sealing_keys::{KeyOrder, KeySize, lifecycle::RenewalPolicy};

    use super::*;
    use crate::policy::Policy;

    fn read(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from([&["signet-controller"], arguments].concat())
    }

    fn cluster(arguments: &[&str]) -> ClusterArguments {
        let arguments = read(arguments).expect("arguments");
        assert!(arguments.mode.is_none());
        arguments.cluster
    }

    #[test]
    fn the_definition_holds_together() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn defaults_are_upstreams() {
        let defaults = cluster(&[]);
        assert_eq!(defaults.key_secrets.key_prefix, "sealed-secrets-key");
        assert_eq!(defaults.key_secrets.key_order_priority, KeyOrder::CertNotBefore);
        assert_eq!(defaults.keys.size(), KeySize::Rsa4096);
        assert_eq!(defaults.keys.validity(), SignedDuration::from_hours(87_600));
        assert_eq!(defaults.keys.policy(), RenewalPolicy::default());
        assert_eq!(defaults.policy.policy(), Policy::default());
        assert!(defaults.watch.all_namespaces && defaults.accept_deprecated_v1_data);
        assert!(defaults.update_status && defaults.log_info_stdout);
        assert!(!defaults.old_gc_behavior && !defaults.metrics_omit_secret_labels);
        assert!(!defaults.watch.skip_recreate && !defaults.key_secrets.watch_for_secrets);
        assert_eq!(defaults.watch.additional_namespaces, Namespaces::default());
        assert_eq!(defaults.watch.label_selector.as_query(), None);
        assert_eq!(defaults.key_secrets.privatekey_labels, KeyMetadata::default());
        assert_eq!(
            (
                defaults.listen_addr.to_string(),
                defaults.listen_metrics_addr.to_string()
            ),
            (":8080".into(), ":8081".into())
        );
    }

    #[test]
    fn booleans_are_gos() {
        for (argument, expected) in [
            ("--all-namespaces", true),
            ("--all-namespaces=true", true),
            ("--all-namespaces=F", false),
            ("--all-namespaces=0", false),
        ] {
            assert_eq!(cluster(&[argument]).watch.all_namespaces, expected, "{argument}");
        }
        // As in Go, what stands apart is no value.
        assert!(read(&["--all-namespaces", "false"]).is_err());
    }

    #[test]
    fn a_period_of_zero_is_none() {
        for flag in ["--key-renew-period=0", "--rotate-period=0s"] {
            assert_eq!(cluster(&[flag]).keys.policy().period, None);
        }
    }

    #[test]
    fn negative_numbers_of_flags_without_effect_are_taken() {
        let arguments = cluster(&[
            "--kubeclient-qps=-1",
            "--kubeclient-burst",
            "-1",
            "--max-unseal-retries=-1",
        ]);
        assert_eq!(arguments.kubeclient_qps, Some(-1.0));
    }

    #[test]
    fn wrong_values_are_errors_with_exit_code_2() {
        for wrong in [
            "--all-namespaces=yes",
            "--key-size=1024",
            "--key-ttl=10d",
            "--key-renew-period=soon",
            "--key-prefix=Key",
            "--key-prefix=-a",
            "--key-order-priority=certnotbefore",
            "--listen-addr=8080",
            "--log-level=LOUD",
            "--log-format=xml",
            "--additional-namespaces=a,B",
            "--context=a",
            "--rate-limit=0",
            "--rate-limit=-1",
            "--rate-limit-burst=few",
            "--require-token=maybe",
            "--tls-cert-file=a",
            "--tls-private-key-file=a",
            "--listen-tls-addr=8443",
            "--read-timeout=2",
            "--heal=maybe",
            "--allowed-scopes=strict,all",
            "--allowed-scopes=",
            "--max-items=-1",
            "--max-bytes=1M",
            "--exclude-namespaces=a,B",
            "--label-selector=a=(b)",
            "--skip-recreate=no",
            "--key-cutoff-time=yesterday",
            "--privatekey-labels=team",
            "--privatekey-annotations=note",
            "--leader-elect=maybe",
            "--leader-election-lease-name=A_B",
            "--unknown",
        ] {
            let error = read(&[wrong]).expect_err(wrong);
            assert_eq!(error.exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn a_lease_is_there_for_more_than_one() {
        assert_eq!(cluster(&[]).election.lease(), None);
        assert_eq!(cluster(&["--leader-election-lease-name=a"]).election.lease(), None);
        assert_eq!(
            cluster(&["--leader-elect"]).election.lease(),
            Some("sealed-secrets-controller")
        );
        let named = cluster(&["--leader-elect=true", "--leader-election-lease-name=a.b"]);
        assert_eq!(named.election.lease(), Some("a.b"));
    }

    #[test]
    fn listed_namespaces() {
        let Namespaces(names) = cluster(&["--additional-namespaces=a, b,,c"])
            .watch
            .additional_namespaces;
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn local_has_its_own_arguments() {
        let arguments = read(&[
            "local",
            "--manifests=m",
            "--keys=k",
            "--secrets=s",
            "--format=manifest",
            "--once",
        ]);
        let Some(Mode::Local(local)) = arguments.expect("arguments").mode else {
            panic!("not local");
        };
        assert_eq!((local.format, local.once), (Layout::Manifest, true));
        assert!(local.listen_addr.is_loopback());
        assert!(read(&["local", "--manifests=m"]).is_err());
        assert!(read(&["local", "--manifests=m", "--keys=k", "--secrets=s", "--key-prefix=a"]).is_err());
        assert!(read(&["--key-prefix=a", "local", "--manifests=m", "--keys=k", "--secrets=s"]).is_err());
    }
}
