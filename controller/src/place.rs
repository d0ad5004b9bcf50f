//! Where a controller works: a cluster or a directory.

use std::{fmt, sync::Arc};

use signet_api::{SealedSecret, SealedSecretStatus, Secret};
use signet_sealing_keys::{Fingerprint, Keyring, SealingKey};

use crate::policy::Scopes;

/// Where SealedSecrets are observed and Secrets are made. All that differs between a cluster and a directory is behind it.
pub(crate) trait Place: Send + Sync + 'static {
    /// The SealedSecret as it was last observed; none once it is gone.
    fn sealed(&self, name: &ObjectName) -> Option<Arc<SealedSecret>>;

    /// The scopes that its namespace allows; none where it does not say.
    fn namespace_scopes(&self, _name: &ObjectName) -> Option<Scopes> {
        None
    }

    /// Whether there is no live Secret, as far as is known without a look. Then making one shows whether that is so.
    fn seems_absent(&self, _name: &ObjectName) -> bool {
        false
    }

    /// The live Secret.
    ///
    /// # Errors
    /// [`PlaceError::Failed`].
    fn live(&self, name: &ObjectName) -> impl Future<Output = Result<Option<Secret>, PlaceError>> + Send;

    /// Makes a Secret where there was none.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where there is one now.
    fn create(&self, secret: Secret) -> impl Future<Output = Result<(), PlaceError>> + Send;

    /// Puts a Secret in the place of the one that was observed.
    ///
    /// # Errors
    /// [`PlaceError::Conflict`] where that is another one now.
    fn replace(&self, secret: Secret) -> impl Future<Output = Result<(), PlaceError>> + Send;

    /// What was last said of the SealedSecret.
    fn status(&self, sealed: &SealedSecret) -> Option<SealedSecretStatus> {
        sealed.status.clone()
    }

    /// The same with what is still on its way to us.
    ///
    /// # Errors
    /// [`PlaceError::Failed`].
    fn current_status(
        &self,
        sealed: &SealedSecret,
    ) -> impl Future<Output = Result<Option<SealedSecretStatus>, PlaceError>> + Send {
        std::future::ready(Ok(self.status(sealed)))
    }

    /// Writes the status that `next` makes of the one that is there, if they differ.
    ///
    /// # Errors
    /// [`PlaceError`]: the old status is still there.
    fn publish(
        &self,
        sealed: &SealedSecret,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus + Send + Sync,
    ) -> impl Future<Output = Result<Published, PlaceError>> + Send;

    /// Tells what happened to the SealedSecret to those who look at its events.
    fn record(&self, sealed: &SealedSecret, event: &Event) -> impl Future<Output = ()> + Send;

    /// Whether nothing has changed since [`Self::settle`], so that there is nothing to do. False where that is not known.
    fn is_settled(&self, _name: &ObjectName, _sealed: &Arc<SealedSecret>) -> bool {
        false
    }

    /// The SealedSecret is gone.
    ///
    /// # Errors
    /// [`PlaceError`]: what is to go with it is still there.
    fn gone(&self, _name: &ObjectName) -> impl Future<Output = Result<(), PlaceError>> + Send {
        std::future::ready(Ok(()))
    }

    /// What is there now is as it should be, where its namespace allows `scopes`.
    fn settle(&self, _name: &ObjectName, _sealed: &Arc<SealedSecret>, _scopes: Option<Scopes>) {}
}

/// Where sealing keys are kept.
pub(crate) trait KeyStore: Send + Sync + 'static {
    /// Stores a new key that follows the newest one of `current`, unless another key already does. It counts once it has been observed there.
    ///
    /// # Errors
    /// [`PlaceError`]: there is no new key.
    fn store(
        &self,
        key: Arc<SealingKey>,
        current: &Keyring,
    ) -> impl Future<Output = Result<StoredKey, PlaceError>> + Send;
}

/// The key that follows the newest one of a keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredKey {
    /// The name under which it is kept.
    pub(crate) name: String,
    /// The key.
    pub(crate) fingerprint: Fingerprint,
}

/// Namespace and name of a SealedSecret and of its Secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ObjectName {
    /// Namespace.
    pub(crate) namespace: String,
    /// Name.
    pub(crate) name: String,
}

impl ObjectName {
    /// That of a SealedSecret.
    pub(crate) fn of(sealed: &SealedSecret) -> Self {
        Self {
            namespace: sealed.namespace().to_owned(),
            name: sealed.name().to_owned(),
        }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What became of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Published {
    /// It was so already.
    Unchanged,
    /// It was written; `Synced` is what it was.
    Changed,
    /// It was written; `Synced` is not what it was, or is there for the first time.
    Flipped,
}

/// Something that happened to a SealedSecret (Kubernetes' `core/v1` Event).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Whether it is `Warning`, not `Normal`.
    pub(crate) is_warning: bool,
    /// One word.
    pub(crate) reason: &'static str,
    /// For people.
    pub(crate) message: String,
}

/// Why a place cannot do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlaceError {
    /// What is there is not what was observed: observe again.
    #[error("it was changed by somebody else at the same time")]
    Conflict,
    /// The API server or the file system cannot do it now; never with a value in the text.
    #[error("{0}")]
    Failed(String),
    /// The API server finds fault with the object itself, so that it will not take it later either; never with a value in the text.
    #[error("{0}")]
    Rejected(String),
}
