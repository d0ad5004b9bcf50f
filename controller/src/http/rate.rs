//! How often one client may ask for what costs private-key operations (upstream's `--rate-limit`).
//!
//! Our own rather than a crate's: the answer's headers need the state behind the verdict, and there is one kind of limit.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, header::RETRY_AFTER};
use tokio::time::Instant;

/// Who asks.
///
/// Behind the API server's proxy everybody has the API server's address, and the proxy adds the client's to the end of `X-Forwarded-For`.
/// What stands before the end the client has written itself, so it counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Client {
    peer: IpAddr,
    forwarded: Option<IpAddr>,
}

impl Client {
    pub(super) fn new(peer: IpAddr, headers: &HeaderMap) -> Self {
        let last = headers.get_all(FORWARDED).iter().next_back();
        let last = last.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        Self {
            peer: peer.to_canonical(),
            forwarded: last.and_then(|address| address.trim().parse().ok()),
        }
    }
}

/// The generic cell rate algorithm (ITU-T I.371), for each client. Clones limit together.
#[derive(Clone)]
pub(crate) struct RateLimiter {
    /// One request is taken off a client's account in this time.
    interval: Duration,
    /// Requests that may come at once.
    limit: u32,
    /// When the account of a client is empty again.
    accounts: Arc<Mutex<HashMap<Option<Client>, Instant>>>,
}

impl RateLimiter {
    /// `rate` requests in a second, and `burst` at once beside the one that is due.
    pub(crate) fn new(rate: NonZeroU32, burst: u32) -> Self {
        Self {
            interval: Duration::from_secs(1) / rate.get(),
            limit: burst.saturating_add(1),
            accounts: Arc::default(),
        }
    }

    /// Whether the client may ask now. If so, it has.
    pub(super) fn ask(&self, client: Client, now: Instant) -> Verdict {
        let capacity = self.interval.saturating_mul(self.limit);
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= CLIENTS {
            accounts.retain(|_, empty| *empty > now);
        }
        // Where there are too many to keep apart, those who come last share one account.
        let is_known = accounts.len() < CLIENTS || accounts.contains_key(&Some(client.clone()));
        let account = accounts.entry(Some(client).filter(|_| is_known)).or_insert(now);
        let before = account.saturating_duration_since(now);
        let after = before + self.interval;
        let is_allowed = after <= capacity;
        if is_allowed {
            *account = now + after;
        }
        let reset = if is_allowed { after } else { before };
        Verdict {
            limit: self.limit,
            remaining: (capacity.saturating_sub(reset).as_nanos() / self.interval.as_nanos()) as u32,
            reset,
            retry_after: (!is_allowed).then(|| after - capacity),
        }
    }
}

/// Whether a client may ask, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    limit: u32,
    remaining: u32,
    reset: Duration,
    /// How long to wait; none for one that may ask.
    pub(super) retry_after: Option<Duration>,
}

impl Verdict {
    /// Says so in the headers that upstream sends.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let seconds = |time: Duration| HeaderValue::from(time.as_nanos().div_ceil(1_000_000_000) as u64);
        headers.insert("x-ratelimit-limit", self.limit.into());
        headers.insert("x-ratelimit-remaining", self.remaining.into());
        headers.insert("x-ratelimit-reset", seconds(self.reset));
        if let Some(time) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds(time));
        }
    }
}

const FORWARDED: &str = "x-forwarded-for";
/// As many as upstream keeps apart; each takes some hundred bytes.
const CLIENTS: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> Client {
        Client::new([10, 0, 0, last].into(), &HeaderMap::new())
    }

    fn limiter() -> RateLimiter {
        RateLimiter::new(const { NonZeroU32::new(2).expect("not zero") }, 2)
    }

    fn forwarded(values: &[&'static str]) -> Client {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(FORWARDED, HeaderValue::from_static(value));
        }
        Client::new([10, 0, 0, 1].into(), &headers)
    }

    #[test]
    fn three_at_once_and_two_in_a_second_as_upstream() {
        let (limiter, start) = (limiter(), Instant::now());
        for remaining in [2, 1, 0] {
            let verdict = limiter.ask(client(1), start);
            assert_eq!((verdict.remaining, verdict.retry_after), (remaining, None));
        }
        let refused = limiter.ask(client(1), start);
        assert_eq!(refused.retry_after, Some(Duration::from_millis(500)));
        assert_eq!(refused.reset, Duration::from_millis(1500));
        assert!(limiter.ask(client(2), start).retry_after.is_none(), "another client");

        let later = start + Duration::from_millis(500);
        assert!(limiter.ask(client(1), later).retry_after.is_none());
        assert!(limiter.ask(client(1), later).retry_after.is_some());
        let much_later = start + Duration::from_secs(100);
        assert_eq!(
            limiter.ask(client(1), much_later).remaining,
            2,
            "nothing is saved up beyond the burst"
        );
    }

    #[test]
    fn the_headers_are_upstreams() {
        let (limiter, now) = (limiter(), Instant::now());
        let mut headers = HeaderMap::new();
        limiter.ask(client(1), now).tell(&mut headers);
        let told =
            |headers: &HeaderMap, name: &str| headers.get(name).map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(told(&headers, "x-ratelimit-limit").as_deref(), Some("3"));
        assert_eq!(told(&headers, "x-ratelimit-reset").as_deref(), Some("1"));
        assert_eq!(told(&headers, "retry-after"), None);
        for _ in 0..2 {
            limiter.ask(client(1), now);
        }
        limiter.ask(client(1), now).tell(&mut headers);
        assert_eq!(told(&headers, "x-ratelimit-remaining").as_deref(), Some("0"));
        assert_eq!(told(&headers, "retry-after").as_deref(), Some("1"));
    }

    #[test]
    fn only_what_the_proxy_added_tells_clients_apart() {
        assert_eq!(
            forwarded(&["1.1.1.1, 7.7.7.7"]),
            forwarded(&["2.2.2.2", "3.3.3.3,7.7.7.7"])
        );
        assert_ne!(forwarded(&["7.7.7.7"]), forwarded(&["8.8.8.8"]));
        for nonsense in ["", "x", "7.7.7.7, unknown"] {
            assert_eq!(forwarded(&[nonsense]), forwarded(&[]), "{nonsense}");
        }
    }

    #[test]
    fn too_many_clients_share_one_account_until_others_are_done() {
        let (limiter, now) = (limiter(), Instant::now());
        for index in 0..CLIENTS {
            let [.., b, c, d] = (index as u32).to_be_bytes();
            limiter.ask(Client::new([11, b, c, d].into(), &HeaderMap::new()), now);
        }
        for last in 0..3 {
            assert!(limiter.ask(client(last), now).retry_after.is_none());
        }
        assert!(limiter.ask(client(3), now).retry_after.is_some());
        assert!(
            limiter
                .ask(client(3), now + Duration::from_secs(2))
                .retry_after
                .is_none()
        );
        let kept = limiter.accounts.lock().expect("not poisoned").len();
        assert!(kept < 3, "{kept}");
    }
}
