//! New keys in time: decide, generate, store, and wait until the key has been observed.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use signet_sealing_keys::{
    GenerateError, Keyring, SealingKey,
    lifecycle::{Decision, decide},
};
use tokio::{
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::{
    args::KeyArguments,
    context::KeyringWatch,
    election::Leadership,
    place::{KeyStore, PlaceError, StoredKey},
    queue,
};

/// Makes keys when they are due, while this replica leads, for ever. It ends only when there will be no more keyrings.
pub(crate) async fn renew<S: KeyStore>(
    store: S,
    mut keyring: KeyringWatch,
    arguments: KeyArguments,
    mut leadership: Leadership,
) {
    let mut failures: u32 = 0;
    let mut made = None;
    let mut policy = arguments.policy();
    loop {
        leadership.held().await;
        let Ok(current) = keyring
            .wait_for(Option::is_some)
            .await
            .map(|ring| ring.clone().unwrap_or_default())
        else {
            return;
        };
        match decide(&current, Timestamp::now(), policy) {
            Decision::Wait(due) => {
                (made, policy.cutoff) = (None, None);
                tokio::select! {
                    changed = keyring.changed() => if changed.is_err() { return },
                    () = sleep(until(due)) => {}
                }
            }
            Decision::Renew(reason) => {
                tracing::info!(reason = reason.as_str(), "A sealing key is due");
                match make(&store, &current, &mut keyring, &arguments, &mut made).await {
                    Ok(()) => (failures, made, policy.cutoff) = (0, None, None),
                    Err(error) => {
                        failures = failures.saturating_add(1);
                        tracing::error!(%error, "Cannot make a sealing key, will retry");
                        sleep(queue::delay(failures, queue::random())).await;
                    }
                }
            }
        }
    }
}

/// Makes the key that follows the newest one of `current` and waits until it is in the keyring, so that no second one is made while the news
/// of it is on its way. `made` keeps it for the next attempt, should this one fail. `--once` calls it alone.
///
/// # Errors
/// [`RenewalError`]. There may be a new key all the same, if only the news of it did not come.
pub(crate) async fn make<S: KeyStore>(
    store: &S,
    current: &Keyring,
    keyring: &mut KeyringWatch,
    arguments: &KeyArguments,
    made: &mut Option<Arc<SealingKey>>,
) -> Result<(), RenewalError> {
    let newest = current.newest().map(|newest| newest.certificate().not_before());
    let key = match made {
        Some(key) if Some(key.certificate().not_before()) > newest => key.clone(),
        _ => made.insert(generate(arguments.clone(), current).await?).clone(),
    };
    let StoredKey { name, fingerprint } = store.store(key.clone(), current).await?;
    if fingerprint == *key.fingerprint() {
        tracing::info!(name, %fingerprint, "New key written");
        tracing::info!(certificate = key.certificate().to_pem(), "Certificate generated");
    } else {
        tracing::info!(name, %fingerprint, "Another controller has written a new key");
    }
    let has_it = |ring: &Option<Arc<Keyring>>| {
        let mut keys = ring.iter().flat_map(|ring| ring.iter());
        keys.any(|other| *other.fingerprint() == fingerprint)
    };
    match timeout(NEWS, keyring.wait_for(has_it)).await {
        Ok(_) => Ok(()),
        Err(_) => Err(RenewalError::NoNews(name)),
    }
}

async fn generate(recipe: KeyArguments, current: &Keyring) -> Result<Arc<SealingKey>, GenerateError> {
    let since = current.next_since(Timestamp::now());
    let generating =
        spawn_blocking(move || SealingKey::generate(recipe.size(), recipe.validity(), recipe.common_name(), since));
    generating.await.map_err(|_| GenerateError::Key)?.map(Arc::new)
}

/// Why there is no new key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenewalError {
    /// It could not be made.
    #[error("{0}")]
    Generate(#[from] GenerateError),
    /// It was stored, and did not come back.
    #[error("the new sealing key {0} has not been observed where it was stored")]
    NoNews(String),
    /// It could not be stored.
    #[error("the new sealing key cannot be stored: {0}")]
    Store(#[from] PlaceError),
}

/// How long to sleep at most. Never long, since the clock may be set.
fn until(due: Option<Timestamp>) -> Duration {
    let left = due.and_then(|due| Duration::try_from(due.duration_since(Timestamp::now())).ok());
    left.unwrap_or(LOOK).min(LOOK)
}

/// Longer than a watch takes to come back after an outage.
const NEWS: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use clap::Parser as _;
    use signet_sealing_keys::KeyOrder;
    use tokio::sync::watch;

    use super::*;
    use crate::args::Arguments;

    /// Keys in memory; the first attempt to store one fails, and the news of each comes late.
    struct Shelf {
        keyring: watch::Sender<Option<Arc<Keyring>>>,
        attempts: Mutex<u32>,
    }

    impl KeyStore for Arc<Shelf> {
        async fn store(&self, key: Arc<SealingKey>, _: &Keyring) -> Result<StoredKey, PlaceError> {
            let attempt = {
                let mut attempts = self.attempts.lock().expect("attempts");
                *attempts += 1;
                *attempts
            };
            if attempt == 1 {
                return Err(PlaceError::Failed("full".to_owned()));
            }
            let (shelf, fingerprint) = (self.clone(), key.fingerprint().clone());
            tokio::spawn(async move {
                sleep(Duration::from_secs(60)).await;
                let keys = shelf.keyring.borrow().clone().unwrap_or_default();
                let keys = keys.iter().cloned().chain([key]).collect::<Vec<_>>();
                shelf
                    .keyring
                    .send_replace(Some(Keyring::new(keys, KeyOrder::default()).into()));
            });
            let name = format!("key-{attempt}");
            Ok(StoredKey { name, fingerprint })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_cutoff_in_the_future_makes_one_key_at_the_start_and_no_more() {
        let cutoff = "--key-cutoff-time=Fri, 01 Jan 2100 00:00:00 +0000";
        let arguments = Arguments::parse_from(["a", "--key-size=2048", cutoff]).cluster.keys;
        let made = SealingKey::generate(arguments.size(), arguments.validity(), "", Timestamp::now());
        let ring = Keyring::new([Arc::new(made.expect("a key"))], KeyOrder::default());
        let (sender, mut keyring) = watch::channel(Some(Arc::new(ring)));
        let shelf = Arc::new(Shelf {
            keyring: sender,
            attempts: Mutex::new(0),
        });
        let renewing = tokio::spawn(renew(shelf.clone(), keyring.clone(), arguments, Leadership::alone()));
        keyring
            .wait_for(|ring| ring.as_ref().is_some_and(|ring| ring.len() == 2))
            .await
            .expect("a key");
        sleep(Duration::from_secs(6000)).await;
        // The first attempt fails.
        assert_eq!(*shelf.attempts.lock().expect("attempts"), 2);
        renewing.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn one_key_is_made_where_there_is_none_even_if_storing_fails_and_news_is_slow() {
        let arguments = Arguments::parse_from(["a", "--key-size=2048"]).cluster.keys;
        let (sender, mut keyring) = watch::channel(None);
        let shelf = Arc::new(Shelf {
            keyring: sender,
            attempts: Mutex::new(0),
        });
        let renewing = tokio::spawn(renew(shelf.clone(), keyring.clone(), arguments, Leadership::alone()));
        sleep(Duration::from_secs(60)).await;
        assert_eq!(
            *shelf.attempts.lock().expect("attempts"),
            0,
            "before the keyring is known"
        );
        shelf.keyring.send_replace(Some(Arc::default()));
        keyring
            .wait_for(|ring| ring.as_ref().is_some_and(|ring| ring.len() == 1))
            .await
            .expect("a key");
        sleep(Duration::from_secs(600)).await;
        assert_eq!(*shelf.attempts.lock().expect("attempts"), 2);
        assert!(!renewing.is_finished());
        renewing.abort();
    }
}
