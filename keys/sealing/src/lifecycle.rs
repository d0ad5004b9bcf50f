//! When a new key is due.

use jiff::{SignedDuration, Timestamp};

use crate::keyring::Keyring;

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
    /// There is none.
    NoKey,
    /// The newest has served for the whole period.
    PeriodOver,
}

/// How often a key is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalPolicy {
    /// How long a key seals before the next one is due; none is for ever. Upstream's default is [`DEFAULT_PERIOD`].
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

/// Whether a key is due at `now`. A newest key from the future, as a wrong clock leaves it, is as good as new.
pub fn decide(keyring: &Keyring, now: Timestamp, policy: RenewalPolicy) -> Decision {
    let Some(since) = keyring.newest_since() else {
        return Decision::Renew(Reason::NoKey);
    };
    if policy.cutoff.is_some_and(|cutoff| since < cutoff) {
        return Decision::Renew(Reason::BeforeCutoff);
    }
    match due(keyring, policy.period) {
        Some(due) if due <= now => Decision::Renew(Reason::PeriodOver),
        due => Decision::Wait(due),
    }
}

/// When the newest key will have served for the whole period; none in an empty keyring, and where keys serve for ever.
pub fn due(keyring: &Keyring, period: Option<SignedDuration>) -> Option<Timestamp> {
    keyring.newest_since()?.checked_add(period?).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{KeyOrder, KeySize, SealingKey};

    const NEVER: RenewalPolicy = RenewalPolicy {
        period: None,
        cutoff: None,
    };

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

        let key = SealingKey::generate(KeySize::Rsa2048, SignedDuration::from_hours(1), "", made).expect("a key");
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
        assert_eq!(
            decide(
                &ring,
                due,
                RenewalPolicy {
                    period: Some(SignedDuration::MAX),
                    ..NEVER
                }
            ),
            Decision::Wait(None)
        );
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
