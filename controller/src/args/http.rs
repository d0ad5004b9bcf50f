//! What is served, and to whom how often.

use std::{num::NonZeroU32, time::Duration};

use clap::Args;

use crate::{
    duration::GoDuration,
    http::{RateLimiter, Timeouts},
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
