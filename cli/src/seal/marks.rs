use std::collections::BTreeMap;

use signet_api::{SealedSecret, Secret, annotations};
use signet_sealing_keys::Certificate;

/// What the SealedSecret itself says beside its name, namespace and scope.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    /// Whether it has the Secret's labels and annotations too, and not its template alone.
    pub(crate) copy_metadata: bool,
    /// Whether it says to which key it was sealed.
    pub(crate) hint: bool,
}

impl Marks {
    pub(crate) fn apply(self, sealed: &mut SealedSecret, secret: &Secret, certificate: &Certificate) {
        let own = sealed.metadata.annotations.get_or_insert_default();
        if self.copy_metadata {
            let copied = secret.metadata.annotations.iter().flatten();
            let copied = copied.filter(|(name, _)| !annotations::LAST_APPLIED.contains(&name.as_str()));
            own.extend(copied.map(|(name, text)| (name.clone(), text.clone())));
            let labels: Option<BTreeMap<_, _>> = secret.metadata.labels.clone();
            sealed.metadata.labels = labels.filter(|labels| !labels.is_empty());
        }
        // An old one that came with the manifest would not be true.
        own.remove(annotations::SEALED_BY);
        if self.hint {
            own.insert(annotations::SEALED_BY.to_owned(), certificate.fingerprint().to_string());
        }
        if own.is_empty() {
            sealed.metadata.annotations = None;
        }
    }
}
