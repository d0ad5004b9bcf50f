//! What is to be done about a Secret: all the rules (upstream `pkg/controller/controller.go`), and nothing else.

mod patch;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use signet_api::{
    ObjectMeta, OwnerReference, Scope, SealedSecret, SealedSecretStatus, Secret,
    annotations::{MANAGED, PATCH, is_set},
};
use signet_plaintext::Plaintext;
use signet_seal::Unsealed;

use crate::status::is_synced;

pub(crate) use patch::Patch;

/// The Secret that a SealedSecret describes.
#[derive(Debug)]
pub(crate) struct Desired {
    /// The unsealed Secret; its owner references are not looked at.
    pub(crate) secret: Secret,
    /// The reference by which its SealedSecret owns it.
    pub(crate) owner: OwnerReference,
    /// Whether the reference is left out.
    pub(crate) skips_owner: bool,
    /// Items that stay as they are in a Secret that has them.
    pub(crate) kept: BTreeSet<String>,
    /// Whether a Secret that is not as it should be is put right.
    pub(crate) heals: bool,
    /// What was put into a Secret whose owner has it merged.
    pub(crate) patch: Patch,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Make this Secret.
    Create(Secret),
    /// Do nothing, and say why.
    Refuse(Refusal),
    /// Put this Secret in the place of the live one, of which it has the resource version.
    Replace(Secret),
    /// Nothing.
    Unchanged,
}

/// Why a live Secret is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Its data can never change.
    #[error("failed update: the target Secret is immutable and has other data")]
    Immutable,
    /// It is somebody else's. The text is upstream's.
    #[error("failed update: Resource {0:?} already exists and is not managed by SealedSecret")]
    NotOwned(String),
    /// The platform does not allow the scope.
    #[error("the scope {0} is not allowed here")]
    ScopeForbidden(Scope),
    /// The platform does not allow that much.
    #[error("the items have {bytes} bytes together, more than the {limit} that are allowed here")]
    TooLarge {
        /// Length of all values.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The platform does not allow that many.
    #[error("there are {items} items, more than the {limit} that are allowed here")]
    TooManyItems {
        /// Their number.
        items: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Kubernetes lets no Secret change its type.
    #[error("failed update: the type of the target Secret is {live:?} and cannot become {desired:?}")]
    TypeChanged {
        /// The type that the SealedSecret asks for.
        desired: String,
        /// The type of the live Secret.
        live: String,
    },
}

impl Desired {
    /// What was unsealed of that SealedSecret, of which that was last said.
    ///
    /// An item that its template made with `randAlphaNum` or the like is made once for each generation of the SealedSecret, and not again
    /// whenever somebody looks. Where changes by hand are not put right, a new generation is applied all the same.
    pub(crate) fn new(
        sealed: &SealedSecret,
        status: Option<&SealedSecretStatus>,
        unsealed: Unsealed,
        heals: bool,
    ) -> Self {
        let is_synced = is_synced(status, sealed.metadata.generation);
        Self {
            secret: unsealed.secret,
            owner: owner_reference(sealed),
            skips_owner: sealed.skips_owner_reference(),
            kept: match is_synced {
                true => unsealed.generated,
                false => BTreeSet::new(),
            },
            heals: heals || !is_synced,
            patch: status.map(Patch::remembered).unwrap_or_default(),
        }
    }
}

/// Whether what was last said of the SealedSecret decides, so that it must be what the last pass said.
pub(crate) fn depends_on_status(unsealed: &Unsealed, heals: bool, live: Option<&Secret>) -> bool {
    live.is_some_and(|live| !heals || !unsealed.generated.is_empty() || is_patched(live))
}

/// Compares what should be with what is.
///
/// - There is no Secret: it is created.
/// - It is owned by this SealedSecret, or says that it may be (`managed`): data, labels, annotations and owner references are put right as a
///   whole, an immutable one becomes so, and the rest of its metadata stays.
/// - It says that it is to be merged (`patch`): items, labels and annotations are added to it, and of the items those go that were added
///   before and are wanted no more. It is owned only if it is `managed` too.
/// - Otherwise it is refused, unless the SealedSecret wants no owner and all is right.
///
/// One that is right is not written.
pub(crate) fn decide(desired: Desired, live: Option<&Secret>) -> Plan {
    let Desired {
        mut secret,
        owner,
        skips_owner,
        kept,
        heals,
        patch,
    } = desired;
    let Some(live) = live else {
        secret.metadata = created(secret.metadata, owner, skips_owner);
        return Plan::Create(secret);
    };
    let access = Access::of(live, &owner.uid);
    let is_owned = is_controlled_by(live, &owner.uid);
    secret.metadata = created(secret.metadata, owner, skips_owner);
    keep_token(&mut secret, live);
    let wanted = match access {
        Access::Merge => patch.merge(secret, live, is_owned, &kept),
        _ if is_owned || skips_owner => keep(secret, live, |key| kept.contains(key)),
        _ => secret,
    };
    match refusal(&wanted, live, access) {
        _ if is_right(&wanted, live) => Plan::Unchanged,
        Some(refusal) => Plan::Refuse(refusal),
        None if heals => Plan::Replace(over(wanted, live)),
        None => Plan::Unchanged,
    }
}

/// What a live Secret lets be done with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Merge,
    None,
    Replace,
}

impl Access {
    fn of(live: &Secret, uid: &str) -> Self {
        if is_patched(live) {
            Self::Merge
        } else if is_managed(live) || is_controlled_by(live, uid) {
            Self::Replace
        } else {
            Self::None
        }
    }
}

fn is_managed(secret: &Secret) -> bool {
    is_set(secret.metadata.annotations.as_ref(), MANAGED)
}

fn is_patched(secret: &Secret) -> bool {
    is_set(secret.metadata.annotations.as_ref(), PATCH)
}

fn created(metadata: ObjectMeta, owner: OwnerReference, skips_owner: bool) -> ObjectMeta {
    ObjectMeta {
        owner_references: (!skips_owner).then(|| vec![owner]),
        ..writable(metadata)
    }
}

/// The desired Secret with the items of the live one for which `is_kept` says so.
fn keep(mut desired: Secret, live: &Secret, is_kept: impl Fn(&str) -> bool) -> Secret {
    for (key, value) in live.data.iter().filter(|(key, _)| is_kept(key)) {
        desired.data.insert(key.clone(), copy(value));
    }
    desired
}

fn copy(value: &Plaintext) -> Plaintext {
    Plaintext::from(value.expose().to_vec())
}

/// Whether a Secret belongs to a SealedSecret of its name, whichever that was.
pub(crate) fn is_owned_by_name(secret: &ObjectMeta) -> bool {
    let owners = secret.owner_references.as_deref().unwrap_or_default();
    owners.iter().any(|owner| {
        owner.controller == Some(true)
            && (owner.api_version.as_str(), owner.kind.as_str()) == (API_VERSION, SealedSecret::KIND)
            && secret.name.as_ref() == Some(&owner.name)
    })
}

/// Whether nobody but its SealedSecret would make a Secret again that was deleted.
pub(crate) fn is_ours(secret: &ObjectMeta) -> bool {
    is_owned_by_name(secret) || is_set(secret.annotations.as_ref(), MANAGED)
}

/// What a new Secret may have. A template that was copied out of a cluster has more, which the API server would refuse.
fn writable(metadata: ObjectMeta) -> ObjectMeta {
    ObjectMeta {
        name: metadata.name,
        namespace: metadata.namespace,
        labels: metadata.labels,
        annotations: metadata.annotations,
        finalizers: metadata.finalizers,
        ..ObjectMeta::default()
    }
}

fn refusal(desired: &Secret, live: &Secret, access: Access) -> Option<Refusal> {
    if access == Access::None {
        Some(Refusal::NotOwned(desired.name().to_owned()))
    } else if desired.effective_type() != live.effective_type() {
        Some(Refusal::TypeChanged {
            desired: desired.effective_type().to_owned(),
            live: live.effective_type().to_owned(),
        })
    } else if live.immutable == Some(true) && !has_same_data(desired, live) {
        Some(Refusal::Immutable)
    } else {
        None
    }
}

/// Whether the live Secret needs no change. One that is immutable can never be made otherwise, so that is no difference.
fn is_right(desired: &Secret, live: &Secret) -> bool {
    let (wanted, is) = (&desired.metadata, &live.metadata);
    same(&wanted.labels, &is.labels)
        && same(&wanted.annotations, &is.annotations)
        && wanted.owner_references.as_deref().unwrap_or_default() == is.owner_references.as_deref().unwrap_or_default()
        && desired.effective_type() == live.effective_type()
        && (desired.immutable != Some(true) || live.immutable == Some(true))
        && has_same_data(desired, live)
}

/// Of a service account's token the cluster writes the items and an annotation. Taking them away would make it write a new token, for ever.
fn keep_token(desired: &mut Secret, live: &Secret) {
    if desired.effective_type() != TOKEN || live.effective_type() != TOKEN {
        return;
    }
    for (key, value) in live.data.iter().filter(|(key, _)| TOKEN_ITEMS.contains(&key.as_str())) {
        desired.data.entry(key.clone()).or_insert_with(|| copy(value));
    }
    let annotations = live.metadata.annotations.as_ref();
    if let Some(uid) = annotations.and_then(|annotations| annotations.get(TOKEN_UID)) {
        let annotations = desired.metadata.annotations.get_or_insert_default();
        annotations.entry(TOKEN_UID.to_owned()).or_insert_with(|| uid.clone());
    }
}

fn same(one: &Option<BTreeMap<String, String>>, other: &Option<BTreeMap<String, String>>) -> bool {
    let empty = BTreeMap::new();
    one.as_ref().unwrap_or(&empty) == other.as_ref().unwrap_or(&empty)
}

/// In a time that does not depend on where values differ.
fn has_same_data(desired: &Secret, live: &Secret) -> bool {
    desired.data.keys().eq(live.data.keys())
        && desired
            .data
            .values()
            .zip(live.data.values())
            .fold(true, |all, (one, other)| all & one.same(other))
}

/// The desired Secret with all that it says nothing about as it is.
fn over(desired: Secret, live: &Secret) -> Secret {
    let mut metadata = live.metadata.clone();
    metadata.managed_fields = None;
    metadata.labels = desired.metadata.labels;
    metadata.annotations = desired.metadata.annotations;
    metadata.owner_references = desired.metadata.owner_references;
    Secret {
        metadata,
        type_: live.type_.clone().filter(|type_| !type_.is_empty()).or(desired.type_),
        immutable: match live.immutable {
            Some(true) => live.immutable,
            _ => desired.immutable,
        },
        data: desired.data,
    }
}

fn is_controlled_by(secret: &Secret, uid: &str) -> bool {
    let owners = secret.metadata.owner_references.as_deref().unwrap_or_default();
    owners
        .iter()
        .any(|owner| owner.controller == Some(true) && owner.uid == uid)
}

/// Upstream's reference: it controls, and does not block the deletion of its owner.
fn owner_reference(sealed: &SealedSecret) -> OwnerReference {
    OwnerReference {
        api_version: API_VERSION.to_owned(),
        kind: SealedSecret::KIND.to_owned(),
        name: sealed.name().to_owned(),
        uid: sealed.metadata.uid.clone().unwrap_or_default(),
        controller: Some(true),
        block_owner_deletion: None,
    }
}

/// `apiVersion` of a SealedSecret.
pub(crate) const API_VERSION: &str = "bitnami.com/v1alpha1";

const TOKEN: &str = "kubernetes.io/service-account-token";
const TOKEN_ITEMS: [&str; 3] = ["ca.crt", "namespace", "token"];
const TOKEN_UID: &str = "kubernetes.io/service-account.uid";
