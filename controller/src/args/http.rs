//! What is served, and to whom how often.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use clap::{ArgAction, Args};

use super::go_bool;
use crate::{
    duration::GoDuration,
    http::{RateLimiter, Timeouts, Tls, TlsError},
    listen_address::ListenAddress,
};

/// How often and how long one client may ask.
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
    /// How long the headers of a request may take to come; at most 10 s, and 0 is that
    #[arg(
        long,
        value_name = "DURATION",
        env = "SEALED_SECRETS_READ_TIMEOUT",
        default_value = "2m"
    )]
    read_timeout: GoDuration,
    /// How long an answer may take; at most 60 s, and 0 is that
    #[arg(
        long,
        value_name = "DURATION",
        env = "SEALED_SECRETS_WRITE_TIMEOUT",
        default_value = "2m"
    )]
    write_timeout: GoDuration,
}

impl AskingArguments {
    /// The limit.
    pub(crate) fn limiter(self) -> RateLimiter {
        RateLimiter::new(self.rate_limit, self.rate_limit_burst)
    }
    /// How long each part of a connection may last.
    pub(crate) fn timeouts(self) -> Timeouts {
        let given = |GoDuration(duration)| Duration::try_from(duration).ok().filter(|given| !given.is_zero());
        Timeouts::new(given(self.read_timeout), given(self.write_timeout))
    }
}

/// Who may ask, and how they come without the API server's proxy.
#[derive(Clone, Debug, Args)]
pub(crate) struct DirectArguments {
    /// Certificate (PEM, with its chain) to serve over TLS too, where /v1/verify and /v1/rotate need a token; read anew when it changes
    #[arg(
        long,
        value_name = "FILE",
        env = "SEALED_SECRETS_TLS_CERT_FILE",
        requires = "tls_private_key_file"
    )]
    tls_cert_file: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(
        long,
        value_name = "FILE",
        env = "SEALED_SECRETS_TLS_PRIVATE_KEY_FILE",
        requires = "tls_cert_file"
    )]
    tls_private_key_file: Option<PathBuf>,
    /// Address of that
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SEALED_SECRETS_LISTEN_TLS_ADDR",
        default_value = ":8443"
    )]
    pub(crate) listen_tls_addr: ListenAddress,
    /// Need a token without TLS too. None comes through the API server's proxy, so kubeseal cannot ask any more
    #[arg(long, value_name = "BOOL", env = "SEALED_SECRETS_REQUIRE_TOKEN", default_value = "false", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set, value_parser = go_bool)]
    pub(crate) require_token: bool,
}

impl DirectArguments {
    /// The certificate to serve with, if there is any.
    ///
    /// # Errors
    /// [`TlsError`].
    pub(crate) fn tls(&self) -> Result<Option<Tls>, TlsError> {
        let files = self.tls_cert_file.clone().zip(self.tls_private_key_file.clone());
        files.map(|(certificate, key)| Tls::read(certificate, key)).transpose()
    }
}
