//! When a new key is due.

use jiff::{SignedDuration, Timestamp};

use crate::{certificate::Certificate, keyring::Keyring};

/// What to do about the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing before that time; nothing ever where there is none.
    Wait(Option<Timestamp>),
    /// Make a key now.
    Renew(Reason),
}

/// Why a key is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The newest is older than the cutoff.
    BeforeCutoff,
    /// The newest has a certificate that expires soon.
    Expiring,
    /// There is none.
    NoKey,
    /// The newest has served for the whole period.
    PeriodOver,
    /// Somebody asks for it.
    Requested,
}

impl Reason {
    /// For a log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeCutoff => "the newest one is older than the cutoff time",
            Self::Expiring => "the certificate of the newest one expires soon",
            Self::NoKey => "there is none",
            Self::PeriodOver => "the newest one has served for the whole period",
            Self::Requested => "somebody asks for it",
        }
    }
}

/// How often a key is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalPolicy {
    /// How long a key seals before the next one is due; none is for ever, whatever its certificate says: then somebody else brings the keys.
    /// Upstream's default is [`DEFAULT_PERIOD`].
    pub period: Option<SignedDuration>,
    /// A newest key from before that is replaced. For the start of a program alone: with a cutoff in the future, each decision would be for a
    /// new key.
    pub cutoff: Option<Timestamp>,
}

impl Default for RenewalPolicy {
    fn default() -> Self {
        Self {
            period: Some(DEFAULT_PERIOD),
            cutoff: None,
        }
    }
}

/// Thirty days.
pub const DEFAULT_PERIOD: SignedDuration = SignedDuration::from_hours(720);

/// Whether a key is due at `now`. A newest key from the future, as a wrong clock leaves it, is as good as new unless somebody asks for the one
/// that follows it.
pub fn decide(keyring: &Keyring, now: Timestamp, policy: RenewalPolicy) -> Decision {
    let (Some(newest), Some(since)) = (keyring.newest(), keyring.newest_since()) else {
        return Decision::Renew(Reason::NoKey);
    };
    if policy.cutoff.is_some_and(|cutoff| since < cutoff) {
        return Decision::Renew(Reason::BeforeCutoff);
    }
    if newest.is_to_be_followed() {
        return Decision::Renew(Reason::Requested);
    }
    match next(keyring, policy.period) {
        Some((due, reason)) if due <= now => Decision::Renew(reason),
        next => Decision::Wait(next.map(|(due, _)| due)),
    }
}

/// When the next key is due, if nobody asks for one; none in an empty keyring, and where keys serve for ever.
pub fn due(keyring: &Keyring, period: Option<SignedDuration>) -> Option<Timestamp> {
    next(keyring, period).map(|(due, _)| due)
}

fn next(keyring: &Keyring, period: Option<SignedDuration>) -> Option<(Timestamp, Reason)> {
    let (newest, since, period) = (keyring.newest()?, keyring.newest_since()?, period?);
    let over = since.checked_add(period).ok().map(|due| (due, Reason::PeriodOver));
    let expiring = (expiring(newest.certificate(), since), Reason::Expiring);
    over.into_iter().chain([expiring]).min_by_key(|(due, _)| *due)
}

/// When a certificate is near its end: when a tenth of its validity is left, or thirty days where that is less. Keys are not made in a hurry
/// because their certificates are hardly valid at all.
fn expiring(certificate: &Certificate, since: Timestamp) -> Timestamp {
    let (from, until) = (certificate.not_before(), certificate.not_after());
    let left = (until.duration_since(from) / 10).clamp(SignedDuration::ZERO, LONGEST_LEFT);
    let due = until.checked_sub(left).unwrap_or(until);
    let soonest = since.checked_add(SHORTEST_USE).unwrap_or(Timestamp::MAX);
    due.max(soonest)
}

const LONGEST_LEFT: SignedDuration = SignedDuration::from_hours(720);
const SHORTEST_USE: SignedDuration = SignedDuration::from_mins(1);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{KeyOrder, KeySize, SealingKey};

    const NEVER: RenewalPolicy = RenewalPolicy {
        period: None,
        cutoff: None,
    };

    const TEN_YEARS: SignedDuration = SignedDuration::from_hours(87600);

    #[test]
    fn due_when_missing_or_old() {
        let made: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let due = made.checked_add(DEFAULT_PERIOD).expect("a time");
        let policy = RenewalPolicy::default();
        assert_eq!(
            decide(&Keyring::default(), made, policy),
            Decision::Renew(Reason::NoKey)
        );
        assert_eq!(decide(&Keyring::default(), made, NEVER), Decision::Renew(Reason::NoKey));

        let key = SealingKey::generate(KeySize::Rsa2048, TEN_YEARS, "", made).expect("a key");
        let ring = Keyring::new([Arc::new(key)], KeyOrder::default());
        for (now, decision) in [
            (
                made.checked_sub(DEFAULT_PERIOD).expect("a time"),
                Decision::Wait(Some(due)),
            ),
            (made, Decision::Wait(Some(due))),
            (
                due.checked_sub(SignedDuration::from_nanos(1)).expect("a time"),
                Decision::Wait(Some(due)),
            ),
            (due, Decision::Renew(Reason::PeriodOver)),
        ] {
            assert_eq!(decide(&ring, now, policy), decision, "{now}");
        }
        assert_eq!(super::due(&ring, policy.period), Some(due));
        assert_eq!(super::due(&ring, None), None);
        assert_eq!(super::due(&Keyring::default(), policy.period), None);
        assert_eq!(decide(&ring, due, NEVER), Decision::Wait(None));
        let longest = RenewalPolicy {
            period: Some(SignedDuration::MAX),
            ..NEVER
        };
        let expiring = made.checked_add(TEN_YEARS - LONGEST_LEFT).ok();
        assert_eq!(decide(&ring, due, longest), Decision::Wait(expiring));
    }

    #[test]
    fn due_before_the_certificate_expires_if_ever() {
        let made: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let after = |seconds| made.checked_add(SignedDuration::from_secs(seconds)).expect("a time");
        let policy = RenewalPolicy::default();
        for (validity, due) in [(100_000, 90_000), (1000, 900), (1, 60), (0, 60)] {
            let key = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_secs(validity), "", made);
            let ring = Keyring::new(key.map(Arc::new), KeyOrder::default());
            let due = after(due);
            assert_eq!(decide(&ring, made, policy), Decision::Wait(Some(due)), "{validity}");
            assert_eq!(
                decide(&ring, due, policy),
                Decision::Renew(Reason::Expiring),
                "{validity}"
            );
            assert_eq!(decide(&ring, due, NEVER), Decision::Wait(None), "{validity}");
        }
    }

    #[test]
    fn due_when_somebody_asks_until_there_is_a_newer_one() {
        let made: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let key = |since| {
            let key = SealingKey::generate(KeySize::Rsa2048, TEN_YEARS, "", since);
            key.expect("a key")
        };
        let asked = Arc::new(key(made).to_be_followed(true));
        let ring = Keyring::new([asked.clone()], KeyOrder::default());
        for now in [made, made.checked_sub(TEN_YEARS).expect("a time")] {
            assert_eq!(decide(&ring, now, NEVER), Decision::Renew(Reason::Requested));
            let next = Arc::new(key(ring.next_since(now)));
            let ring = Keyring::new([asked.clone(), next], KeyOrder::default());
            assert_eq!(decide(&ring, now, NEVER), Decision::Wait(None));
        }
    }

    #[test]
    fn a_key_from_before_the_cutoff_is_replaced() {
        let made: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let key = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", made).expect("a key");
        let ring = Keyring::new([Arc::new(key)], KeyOrder::default());
        let after = |seconds| RenewalPolicy {
            cutoff: made.checked_add(SignedDuration::from_secs(seconds)).ok(),
            ..NEVER
        };
        assert_eq!(decide(&ring, made, after(0)), Decision::Wait(None));
        assert_eq!(decide(&ring, made, after(1)), Decision::Renew(Reason::BeforeCutoff));
        assert_eq!(
            decide(&Keyring::default(), made, after(1)),
            Decision::Renew(Reason::NoKey)
        );
    }
}
