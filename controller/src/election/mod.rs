//! Which of several replicas writes: the one that holds a Lease (`coordination.k8s.io/v1`).
//!
//! ```text
//! look at the Lease → decide(seen, identity, now) → claim it or follow → Leadership
//! ```
//!
//! [`lease`] has the rules, which are those of client-go's `tools/leaderelection`, and [`candidate`] the requests. No crate of kube's
//! surroundings has both: rules that can be tested without a cluster, and a term that ends by itself where the API server is silent.

pub(crate) mod candidate;
mod lease;

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Whether this replica leads. What writes asks it first: nothing is written outside of a term.
#[derive(Clone)]
pub(crate) struct Leadership {
    /// Until when; none is not. Without a channel nobody else is there, and the term never ends.
    term: Option<watch::Receiver<Option<Instant>>>,
}

impl Leadership {
    /// That of a replica which is alone.
    pub(crate) fn alone() -> Self {
        Self { term: None }
    }

    /// Whether a write may begin now. A process that was stopped for a while finds out here, before any timer tells it.
    pub(crate) fn is_held(&self) -> bool {
        self.term
            .as_ref()
            .is_none_or(|term| term.borrow().is_some_and(|until| Instant::now() < until))
    }

    /// Waits for a term to begin.
    pub(crate) async fn held(&mut self) {
        while !self.is_held() {
            self.changed(None).await;
        }
    }

    /// Waits for the term to end.
    pub(crate) async fn lost(&mut self) {
        while self.is_held() {
            let until = self.term.as_mut().and_then(|term| *term.borrow_and_update());
            self.changed(until).await;
        }
    }

    /// Waits for news of the term, or for its end.
    async fn changed(&mut self, until: Option<Instant>) {
        let Some(term) = &mut self.term else {
            return std::future::pending().await;
        };
        let end = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = term.changed() => if changed.is_err() {
                // The candidate is gone: the program ends, and no term comes any more.
                std::future::pending::<()>().await;
            },
            () = end => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn leadership() -> (watch::Sender<Option<Instant>>, Leadership) {
        let (sender, term) = watch::channel(None);
        (sender, Leadership { term: Some(term) })
    }

    fn soon() -> Option<Instant> {
        Some(Instant::now() + Duration::from_secs(10))
    }

    #[tokio::test(start_paused = true)]
    async fn a_term_begins_with_the_lease_and_ends_with_its_deadline() {
        let (sender, mut leadership) = leadership();
        assert!(!leadership.is_held());
        let began = tokio::spawn({
            let mut leadership = leadership.clone();
            async move { leadership.held().await }
        });
        tokio::task::yield_now().await;
        assert!(!began.is_finished());
        let start = Instant::now();
        sender.send_replace(soon());
        began.await.expect("a term");
        assert!(leadership.is_held());
        leadership.lost().await;
        assert_eq!(start.elapsed().as_secs(), 10);
        assert!(!leadership.is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewed_term_goes_on_and_one_that_is_lost_ends_at_once() {
        let (sender, mut leadership) = leadership();
        sender.send_replace(soon());
        let start = Instant::now();
        let lost = tokio::spawn(async move { leadership.lost().await });
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_secs(5)).await;
            sender.send_replace(soon());
        }
        assert!(!lost.is_finished());
        sender.send_replace(None);
        lost.await.expect("the end");
        assert_eq!(start.elapsed().as_secs(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_leads_for_ever() {
        let mut alone = Leadership::alone();
        alone.held().await;
        let ended = tokio::time::timeout(Duration::from_secs(1_000_000), alone.lost()).await;
        assert!(ended.is_err() && alone.is_held());
    }
}
