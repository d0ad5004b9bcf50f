use std::time::{Duration, Instant};

use jiff::Timestamp;
use signet_seal::Clock;

/// Does `work` with the time of now, and with a bound of the time that the templates of one object may take.
pub(crate) fn with<T>(work: impl FnOnce(Clock<'_>) -> T) -> T {
    let start = Instant::now();
    work(Clock {
        now: Timestamp::now(),
        expired: &|| start.elapsed() > LONGEST,
    })
}

/// The controller's, which will have to render it too.
const LONGEST: Duration = Duration::from_secs(10);
