use jiff::Timestamp;
use signet_api::{Reading, Scope, SealedSecret, Secret};
use signet_document::{Document, Format, Value};
use signet_seal::seal;
use signet_sealing_keys::Certificate;

use super::error::Error;
use crate::io::{
    certificate,
    input::{Input, Source},
    kubeconfig::{Connection, Namespace},
    output::{Target, render_as_kubeseal},
};

/// kubeseal without a mode: Secrets to SealedSecrets.
pub(crate) struct Seal {
    pub(crate) source: Source,
    pub(crate) certificate: certificate::Source,
    pub(crate) rules: Rules,
    pub(crate) format: Format,
    pub(crate) target: Target,
}

/// What flags put in place of what a Secret says.
pub(crate) struct Rules {
    /// For the namespace of Secrets that name none.
    pub(crate) connection: Connection,
    pub(crate) scope: Scope,
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) allow_empty_data: bool,
}

impl Seal {
    /// Seals all of the input or nothing of it.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let certificate = self.certificate.load_valid(Timestamp::now())?;
        let secrets = read(&self.source)?;
        let sealed = secrets.into_iter().map(|secret| self.rules.seal(secret, &certificate));
        let nodes: Result<Vec<_>, Error> = sealed.map(|sealed| Ok(sealed?.to_node())).collect();
        Ok(self.target.write(render_as_kubeseal(&nodes?, self.format).as_bytes())?)
    }
}

impl Rules {
    /// Seals one Secret.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn seal(&self, mut secret: Secret, certificate: &Certificate) -> Result<SealedSecret, Error> {
        if secret.data.is_empty() && !self.allow_empty_data {
            return Err(Error::EmptyData);
        }
        if let Some(name) = &self.name {
            secret.metadata.name = Some(name.clone());
        }
        if let Some(namespace) = &self.namespace {
            secret.metadata.namespace = Some(namespace.clone());
        }
        // The default given as a flag is still the default: it takes no annotation away.
        if self.scope != Scope::Strict {
            self.scope.annotate(secret.metadata.annotations.get_or_insert_default());
        }
        if !secret.name().is_empty() && secret.scope() != Scope::ClusterWide {
            self.set_namespace(&mut secret)?;
        }
        Ok(seal(&secret, certificate)?)
    }

    fn set_namespace(&self, secret: &mut Secret) -> Result<(), Error> {
        // As upstream: why there is none is not told here, but that there is none.
        let Ok(Namespace { name, is_explicit }) = self.connection.namespace() else {
            return Ok(());
        };
        let found = secret.namespace();
        if found.is_empty() {
            secret.metadata.namespace = Some(name);
        } else if is_explicit && found != name {
            return Err(Error::NamespaceMismatch {
                found: found.to_owned(),
                asked: name,
            });
        }
        Ok(())
    }
}

/// The Secrets of the input, one at least. A document in which nothing of a Secret stands is passed over, as upstream does; one that is
/// malformed is an error, as upstream does not.
///
/// # Errors
/// The first fault.
pub(crate) fn read(source: &Source) -> Result<Vec<Secret>, Error> {
    let input = Input::read(source)?;
    let mut secrets = Vec::new();
    for document in input.documents() {
        let document = document?;
        if matches!(document.root.value, Value::Null) {
            continue;
        }
        let secret = Secret::from_document(&document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
        if !is_blank(&document, &secret) {
            secrets.push(secret);
        }
    }
    if secrets.is_empty() {
        return Err(Error::NoSecrets);
    }
    Ok(secrets)
}

fn is_blank(document: &Document, secret: &Secret) -> bool {
    let Value::Mapping(mapping) = &document.root.value else {
        return true;
    };
    let is_said = |name| {
        mapping.get_folded(name).is_some_and(|node| match &node.value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            _ => true,
        })
    };
    secret.metadata == Default::default()
        && !["apiVersion", "kind", "type", "immutable", "data", "stringData"]
            .into_iter()
            .any(is_said)
}
