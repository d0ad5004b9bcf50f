//! What a candidate does about a Lease.
//!
//! Clocks of two machines are never compared: a Lease is over when it has been the same for [`DURATION`] before our own eyes.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::{api::coordination::v1::LeaseSpec, apimachinery::pkg::apis::meta::v1::MicroTime};
use tokio::time::Instant;

/// A Lease as it was last seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// What it says.
    pub(crate) spec: LeaseSpec,
    /// Since when it says so, as far as we know.
    since: Instant,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Write this, if nobody has written since: then we lead.
    Claim(LeaseSpec),
    /// Nothing: another one leads.
    Follow,
}

impl Seen {
    /// The Lease says `spec` at `now`, and said what it said `before`.
    pub(crate) fn new(before: Option<&Self>, spec: LeaseSpec, now: Instant) -> Self {
        let since = before
            .filter(|before| before.spec == spec)
            .map_or(now, |same| same.since);
        Self { spec, since }
    }

    /// Whether that one holds it.
    pub(crate) fn is_of(&self, identity: &str) -> bool {
        self.spec.holder_identity.as_deref() == Some(identity)
    }

    fn is_over(&self, now: Instant) -> bool {
        let holder = self.spec.holder_identity.as_deref().unwrap_or_default();
        holder.is_empty() || now >= self.since + DURATION
    }
}

/// Claims a Lease that is ours, nobody's or over; `clock` is written into it for people to read.
pub(crate) fn decide(seen: Option<&Seen>, identity: &str, now: Instant, clock: Timestamp) -> Step {
    match seen {
        Some(seen) if seen.is_of(identity) => Step::Claim(LeaseSpec {
            renew_time: Some(MicroTime(clock)),
            ..seen.spec.clone()
        }),
        Some(seen) if !seen.is_over(now) => Step::Follow,
        seen => Step::Claim(LeaseSpec {
            acquire_time: Some(MicroTime(clock)),
            holder_identity: Some(identity.to_owned()),
            lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
            lease_transitions: Some(seen.map_or(0, |seen| seen.spec.lease_transitions.unwrap_or(0).saturating_add(1))),
            renew_time: Some(MicroTime(clock)),
            ..LeaseSpec::default()
        }),
    }
}

/// What gives a Lease back: the next one that looks may have it.
pub(crate) fn released(spec: &LeaseSpec, clock: Timestamp) -> LeaseSpec {
    LeaseSpec {
        holder_identity: Some(String::new()),
        lease_duration_seconds: Some(1),
        renew_time: Some(MicroTime(clock)),
        ..spec.clone()
    }
}

/// How long others wait for a leader of whom they hear nothing.
pub(crate) const DURATION: Duration = Duration::from_secs(15);
/// How long a leader writes that cannot renew its Lease. The five seconds until [`DURATION`] are for a request that is on its way.
pub(crate) const RENEW_DEADLINE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn spec(holder: &str, renewed: i64) -> LeaseSpec {
        LeaseSpec {
            acquire_time: Some(MicroTime(clock(1))),
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: Some(15),
            lease_transitions: Some(3),
            renew_time: Some(MicroTime(clock(renewed))),
            ..LeaseSpec::default()
        }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn who_claims_and_who_follows() {
        let start = Instant::now();
        let renewed = LeaseSpec {
            renew_time: Some(MicroTime(clock(50))),
            ..spec("me", 2)
        };
        let taken = LeaseSpec {
            acquire_time: Some(MicroTime(clock(50))),
            lease_transitions: Some(4),
            ..renewed.clone()
        };
        let first = LeaseSpec {
            lease_transitions: Some(0),
            ..taken.clone()
        };
        let nobodys = LeaseSpec {
            holder_identity: None,
            ..spec("", 2)
        };
        let bare = LeaseSpec::default();
        for (case, lease, age, expected) in [
            ("there is none", None, 0, Step::Claim(first)),
            ("ours", Some(spec("me", 2)), 3, Step::Claim(renewed.clone())),
            ("ours, and long over", Some(spec("me", 2)), 300, Step::Claim(renewed)),
            ("another's, new to us", Some(spec("other", 2)), 0, Step::Follow),
            (
                "another's, renewed in the far future",
                Some(spec("other", 999)),
                14,
                Step::Follow,
            ),
            (
                "another's, over",
                Some(spec("other", 2)),
                15,
                Step::Claim(taken.clone()),
            ),
            (
                "another's, renewed in the future, over",
                Some(spec("other", 999)),
                15,
                Step::Claim(taken.clone()),
            ),
            (
                "released",
                Some(released(&spec("other", 2), clock(9))),
                0,
                Step::Claim(taken.clone()),
            ),
            ("nobody's", Some(nobodys), 0, Step::Claim(taken.clone())),
            (
                "empty",
                Some(bare),
                0,
                Step::Claim(LeaseSpec {
                    lease_transitions: Some(1),
                    ..taken
                }),
            ),
        ] {
            let seen = lease.map(|spec| Seen::new(None, spec, start));
            let step = decide(seen.as_ref(), "me", start + seconds(age), clock(50));
            assert_eq!(step, expected, "{case}");
        }
    }

    #[test]
    fn a_lease_is_as_old_as_what_it_says() {
        let start = Instant::now();
        let follows = |seen: &Seen, now| decide(Some(seen), "me", now, clock(50)) == Step::Follow;
        let first = Seen::new(None, spec("other", 2), start);
        let same = Seen::new(Some(&first), spec("other", 2), start + seconds(14));
        assert!(follows(&same, start + seconds(14)) && !follows(&same, start + seconds(15)));
        let renewed = Seen::new(Some(&same), spec("other", 3), start + seconds(14));
        assert!(follows(&renewed, start + seconds(28)) && !follows(&renewed, start + seconds(29)));
    }

    #[test]
    fn a_released_lease_keeps_its_history() {
        let released = released(&spec("me", 2), clock(9));
        assert_eq!(released.lease_transitions, Some(3));
        assert_eq!(released.acquire_time, spec("me", 2).acquire_time);
        assert!(!Seen::new(None, released, Instant::now()).is_of("me"));
    }
}
