use std::path::PathBuf;

use signet_api::{OwnerReference, Reading, SealedSecret, Secret};
use signet_document::{Document, Format};
use signet_seal::{UnsealOptions, unseal};
use signet_sealing_keys::PrivateKey;

use super::{error::Error, input::field};
use crate::io::{
    input::{Input, Source},
    keys::{KeyError, Stored},
    output::{Target, render_as_kubeseal},
    template_clock,
};

/// kubeseal `--recovery-unseal`: SealedSecrets to Secrets, with private keys at hand.
pub(crate) struct RecoveryUnseal {
    pub(crate) source: Source,
    pub(crate) keys: Vec<PathBuf>,
    pub(crate) format: Format,
    pub(crate) target: Target,
}

impl RecoveryUnseal {
    /// Opens all of the input or nothing of it.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let first = |errors: Vec<KeyError>| errors.into_iter().next().map_or(Error::NoSecrets, Error::from);
        let stored = Stored::read(&self.keys).map_err(first)?;
        let input = Input::read(&self.source)?;
        let nodes: Vec<_> = stored.open(std::slice::from_ref(&input), first, |keys| {
            let documents = input.documents();
            documents
                .map(|document| Ok(open(&input, &document?, keys)?.to_node()))
                .collect()
        })?;
        if nodes.is_empty() {
            return Err(Error::NoSecrets);
        }
        Ok(self.target.write(render_as_kubeseal(&nodes, self.format).as_bytes())?)
    }
}

fn open(input: &Input, document: &Document, keys: &[PrivateKey]) -> Result<Secret, Error> {
    let sealed = SealedSecret::from_document(document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
    let (api_version, kind) = (field(document, "apiVersion"), field(document, "kind"));
    let is_other = |text: &str, expected| !text.is_empty() && text != expected;
    if is_other(&kind, SealedSecret::KIND) || is_other(&api_version, SealedSecret::API_VERSION) {
        return Err(Error::Kind { api_version, kind });
    }
    let candidates: Vec<_> = keys.iter().collect();
    let opened = template_clock::with(|clock| unseal(&sealed, &candidates, UnsealOptions::default(), clock));
    let mut secret = opened?.secret;
    if !sealed.skips_owner_reference() {
        // Upstream prints what its controller would apply, with the empty uid of an object that is in no cluster.
        secret.metadata.owner_references = Some(vec![OwnerReference {
            api_version,
            kind,
            name: sealed.name().to_owned(),
            uid: sealed.metadata.uid.clone().unwrap_or_default(),
            controller: Some(true),
            ..OwnerReference::default()
        }]);
    }
    Ok(secret)
}
