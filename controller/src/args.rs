//! The command line, upstream's flags and their environment variables (`SEALED_SECRETS_<FLAG>`), and ours.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr};

use clap::{ArgAction, Args, Parser, Subcommand};
use jiff::SignedDuration;
use signet_sealing_keys::{KeyOrder, KeySize, lifecycle::RenewalPolicy};

use crate::{
    act::directory::Layout,
    duration::GoDuration,
    http::RateLimiter,
    listen_address::ListenAddress,
    log::{LogFormat, LogLevel},
};

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

    /// What the names of sealing keys' Secrets begin with
    #[arg(long, value_name = "PREFIX", env = "SEALED_SECRETS_KEY_PREFIX", default_value = DEFAULT_KEY_PREFIX, value_parser = key_prefix)]
    pub(crate) key_prefix: String,
    /// By which time the newest sealing key is told: CertNotBefore or SecretCreationTimestamp
    #[arg(
        long,
        value_name = "ORDER",
        env = "SEALED_SECRETS_KEY_ORDER_PRIORITY",
        default_value = "CertNotBefore"
    )]
    pub(crate) key_order_priority: KeyOrder,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,

    /// Watch all namespaces; false is the controller's own
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_ALL_NAMESPACES", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) all_namespaces: bool,
    /// Watch these namespaces and the controller's own, and no others
    #[arg(
        long,
        value_name = "NAMES",
        env = "SEALED_SECRETS_ADDITIONAL_NAMESPACES",
        default_value = "",
        hide_default_value = true,
        value_parser = namespaces
    )]
    pub(crate) additional_namespaces: Namespaces,
    /// Open the deprecated `spec.data` too
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_ACCEPT_DEPRECATED_V1_DATA", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) accept_deprecated_v1_data: bool,
    /// Write the status of SealedSecrets
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_UPDATE_STATUS", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) update_status: bool,

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
    #[command(flatten)]
    pub(crate) asking: AskingArguments,
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

/// How often one client may ask about SealedSecrets.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct AskingArguments {
    /// Requests to /v1/verify and /v1/rotate that one client may make in a second
    #[arg(long, value_name = "NUMBER", env = "SEALED_SECRETS_RATE_LIMIT", default_value = "2")]
    rate_limit: NonZeroU32,
    /// How many more may come at once
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SEALED_SECRETS_RATE_LIMIT_BURST",
        default_value = "2"
    )]
    rate_limit_burst: u32,
}

impl AskingArguments {
    /// The limit.
    pub(crate) fn limiter(self) -> RateLimiter {
        RateLimiter::new(self.rate_limit, self.rate_limit_burst)
    }
}

/// How new sealing keys are made.
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyArguments {
    /// Bits of a new sealing key: 2048, 3072, 4096 or 8192
    #[arg(long, value_name = "BITS", env = "SEALED_SECRETS_KEY_SIZE", default_value = "4096", value_parser = key_size)]
    key_size: KeySize,
    /// How long a new certificate is valid
    #[arg(
        long,
        value_name = "DURATION",
        env = "SEALED_SECRETS_KEY_TTL",
        default_value = "87600h"
    )]
    key_ttl: GoDuration,
    /// Common name in a new certificate
    #[arg(
        long,
        value_name = "NAME",
        env = "SEALED_SECRETS_MY_CN",
        default_value = "",
        hide_default_value = true
    )]
    my_cn: String,
    /// How long a sealing key seals before a new one is made; 0 is for ever
    #[arg(
        long,
        value_name = "DURATION",
        env = "SEALED_SECRETS_KEY_RENEW_PERIOD",
        alias = "rotate-period",
        default_value = "720h"
    )]
    key_renew_period: GoDuration,
}

impl KeyArguments {
    /// Bits of a new key.
    pub(crate) fn size(&self) -> KeySize {
        self.key_size
    }

    /// How long a new certificate is valid.
    pub(crate) fn validity(&self) -> SignedDuration {
        self.key_ttl.0
    }

    /// Common name in a new certificate.
    pub(crate) fn common_name(&self) -> &str {
        &self.my_cn
    }

    /// When a new key is due.
    pub(crate) fn policy(&self) -> RenewalPolicy {
        RenewalPolicy {
            period: Some(self.key_renew_period.0).filter(|period| !period.is_zero()),
        }
    }
}

/// What is logged, and how.
#[derive(Clone, Copy, Debug, Args)]
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
}

/// Names of namespaces, as a list with commas has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Namespaces(pub(crate) Vec<String>);

/// What Go's `strconv.ParseBool` takes.
fn go_bool(text: &str) -> Result<bool, &'static str> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err("must be true or false"),
    }
}

fn key_prefix(text: &str) -> Result<String, &'static str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    // The API server appends five characters, and a name has at most 253; upstream leaves a few more.
    if text.is_empty() || text.len() > 245 || !text.bytes().all(is_plain) || text.starts_with('-') {
        return Err("must be 1 to 245 characters of a-z, 0-9 and '-', and not begin with '-'");
    }
    Ok(text.to_owned())
}

fn key_size(text: &str) -> Result<KeySize, &'static str> {
    let bits = text.parse().ok().and_then(KeySize::from_bits);
    bits.ok_or("must be one of: 2048, 3072, 4096, 8192")
}

fn layout(text: &str) -> Result<Layout, &'static str> {
    match text {
        "files" => Ok(Layout::Files),
        "manifest" => Ok(Layout::Manifest),
        _ => Err("must be one of: files, manifest"),
    }
}

fn namespaces(text: &str) -> Result<Namespaces, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<_> = names.map(str::to_owned).collect();
    match names.iter().find(|name| !signet_api::is_label(name)) {
        Some(name) => Err(format!("{name:?} is not a namespace's name")),
        None => Ok(Namespaces(names)),
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

/// Upstream's, without a dash: the API server appends to it.
pub(crate) const DEFAULT_KEY_PREFIX: &str = "sealed-secrets-key";

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(defaults.key_prefix, "sealed-secrets-key");
        assert_eq!(defaults.key_order_priority, KeyOrder::CertNotBefore);
        assert_eq!(defaults.keys.size(), KeySize::Rsa4096);
        assert_eq!(defaults.keys.validity(), SignedDuration::from_hours(87_600));
        assert_eq!(defaults.keys.policy(), RenewalPolicy::default());
        assert!(defaults.all_namespaces && defaults.accept_deprecated_v1_data);
        assert!(defaults.update_status && defaults.log_info_stdout);
        assert_eq!(defaults.additional_namespaces, Namespaces::default());
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
            assert_eq!(cluster(&[argument]).all_namespaces, expected, "{argument}");
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
            "--unknown",
        ] {
            let error = read(&[wrong]).expect_err(wrong);
            assert_eq!(error.exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn listed_namespaces() {
        let Namespaces(names) = cluster(&["--additional-namespaces=a, b,,c"]).additional_namespaces;
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
