//! Sealing keys: how new ones are made, and the Secrets that hold them.

use clap::{ArgAction, Args};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use signet_sealing_keys::{KeyOrder, KeySize, lifecycle::RenewalPolicy};

use super::{
    go_bool,
    labels::{KeyMetadata, annotations, labels},
};
use crate::duration::GoDuration;

/// The Secrets that hold sealing keys in a cluster.
#[derive(Clone, Debug, Args)]
pub(crate) struct KeySecretArguments {
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
    /// Labels that a new sealing key's Secret gets besides its own: NAME=VALUE,NAME=VALUE
    #[arg(long, value_name = "LABELS", env = "SEALED_SECRETS_PRIVATEKEY_LABELS", default_value = "", hide_default_value = true, value_parser = labels)]
    pub(crate) privatekey_labels: KeyMetadata,
    /// Annotations that a new sealing key's Secret gets: NAME=VALUE,NAME=VALUE
    #[arg(long, value_name = "ANNOTATIONS", env = "SEALED_SECRETS_PRIVATEKEY_ANNOTATIONS", default_value = "", hide_default_value = true, value_parser = annotations)]
    pub(crate) privatekey_annotations: KeyMetadata,
    /// Has no effect: sealing keys that come, change or go are always taken up
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_WATCH_FOR_SECRETS", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) watch_for_secrets: bool,
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
    /// Make a sealing key at the start if the newest is older than that: "Mon, 02 Jan 2006 15:04:05 -0700"
    #[arg(long, value_name = "TIME", env = "SEALED_SECRETS_KEY_CUTOFF_TIME", default_value = "", hide_default_value = true, value_parser = cutoff_time)]
    key_cutoff_time: CutoffTime,
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

    /// When a new key is due, at the start of the program.
    pub(crate) fn policy(&self) -> RenewalPolicy {
        RenewalPolicy {
            period: Some(self.key_renew_period.0).filter(|period| !period.is_zero()),
            cutoff: self.key_cutoff_time.0,
        }
    }
}

/// None where the text is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CutoffTime(Option<Timestamp>);

/// Go's `time.RFC1123Z`. As in Go, the day of the week need not be that of the date.
fn cutoff_time(text: &str) -> Result<CutoffTime, &'static str> {
    if text.is_empty() {
        return Ok(CutoffTime(None));
    }
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let time = parser.parse_timestamp(text);
    time.map(|time| CutoffTime(Some(time)))
        .map_err(|_| "must be a time such as \"Mon, 02 Jan 2006 15:04:05 -0700\"")
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

/// Upstream's, without a dash: the API server appends to it.
pub(crate) const DEFAULT_KEY_PREFIX: &str = "sealed-secrets-key";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutoff_times_as_go_reads_them() {
        let time = |text: &str| cutoff_time(text).map(|CutoffTime(time)| time.map(|time| time.to_string()));
        assert_eq!(time(""), Ok(None));
        let moment = Ok(Some("2026-01-02T13:04:05Z".to_owned()));
        assert_eq!(time("Fri, 02 Jan 2026 15:04:05 +0200"), moment);
        assert_eq!(time("Mon, 02 Jan 2026 15:04:05 +0200"), moment);
        for wrong in [
            "now",
            "2026-01-02T13:04:05Z",
            "Fri, 02 Jan 2026 15:04:05",
            "Fri, 32 Jan 2026 15:04:05 +0200",
        ] {
            assert!(cutoff_time(wrong).is_err(), "{wrong}");
        }
    }
}
