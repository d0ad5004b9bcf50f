//! `signet seal`.

mod convert;
mod files;
mod marks;
mod visible;

use jiff::Timestamp;
use signet_api::{Reading, Scope, Secret, is_data_key, is_label, is_subdomain};
use signet_document::{Document, Format, Limits, read};
use signet_seal::seal;

use crate::{
    io::{
        certificate,
        input::{DocumentError, Input, Source},
        output::{Target, render},
    },
    report::{Error, Errors, note_terminal},
};

pub(crate) use files::{Placing, SealFiles};
pub(crate) use marks::Marks;

/// `signet seal`: Secrets to SealedSecrets.
pub(crate) struct Seal {
    pub(crate) sources: Vec<Source>,
    pub(crate) certificate: certificate::Source,
    pub(crate) overrides: Overrides,
    pub(crate) marks: Marks,
    /// None is that of the target's extension, else that of the first input.
    pub(crate) format: Option<Format>,
    pub(crate) target: Target,
    /// Whether values may show in what is left beside the ciphertexts.
    pub(crate) allow_visible: bool,
}

/// What the flags say about each Secret.
#[derive(Default)]
pub(crate) struct Overrides {
    pub(crate) scope: Option<Scope>,
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) allow_empty_data: bool,
}

impl Seal {
    /// Seals all of the input or nothing of it.
    ///
    /// # Errors
    /// Every fault of every document, or why there is no certificate or the result cannot be written.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let mut errors = Errors::default();
        let mut secrets = Vec::new();
        let mut format = self.format.or(self.target.format());
        for source in &self.sources {
            if let Source::File(path) = source
                && path.is_dir()
            {
                errors.push(Error::SealFolder(path.display().to_string()));
                continue;
            }
            note_terminal(source, "a Secret as YAML or JSON");
            match Input::read(source) {
                Ok(input) => {
                    format = format.or(Some(Format::detect(input.text())));
                    self.read(&input, &mut secrets, &mut errors);
                }
                Err(error) => errors.push(error),
            }
        }
        if secrets.len() > 1 && self.overrides.name.is_some() {
            errors.push(Error::OneNameForMany(secrets.len()));
        }
        errors.into_result()?;

        let certificate = self.certificate.load_valid(Timestamp::now()).map_err(Error::from)?;
        let mut nodes = Vec::new();
        for secret in &secrets {
            let mut sealed = seal(secret, &certificate).map_err(Error::from)?;
            self.marks.apply(&mut sealed, secret, &certificate);
            nodes.push(sealed.to_node());
        }
        let text = render(&nodes, format.unwrap_or(Format::Yaml));
        if !self.allow_visible {
            let documents = read(text.as_bytes(), &Limits::default()).filter_map(Result::ok);
            let visible = documents.zip(&secrets).map(|(document, secret)| {
                let name = format!("Secret {}", secret.name());
                visible::refuse(&name, text.as_bytes(), &document, secret)
            });
            visible.filter_map(Result::err).collect::<Errors>().into_result()?;
        }
        Ok(self.target.write(text.as_bytes()).map_err(Error::from)?)
    }

    fn read(&self, input: &Input, secrets: &mut Vec<Secret>, errors: &mut Errors) {
        let mut is_empty = true;
        for document in input.documents() {
            is_empty = false;
            match document.and_then(|document| self.overrides.read(input, &document)) {
                Ok(secret) => secrets.push(secret),
                Err(error) => errors.push(error),
            }
        }
        if is_empty {
            errors.push(Error::NoDocuments {
                input: input.name().to_owned(),
                kind: "Secret",
            });
        }
    }
}

impl Overrides {
    fn read(&self, input: &Input, document: &Document) -> Result<Secret, DocumentError> {
        input.refuse_list(document)?;
        let mut secret = Secret::from_document(document, Reading::Strict).map_err(|error| input.malformed(&error))?;
        self.apply(&mut secret)
            .and_then(|()| check(&secret, self.allow_empty_data))
            .map_err(|(message, hint)| input.refused(document, message, hint))?;
        Ok(secret)
    }

    fn apply(&self, secret: &mut Secret) -> Result<(), Refusal> {
        // The API server's own notes about who wrote which field: they would change nothing but the diff.
        secret.metadata.managed_fields = None;
        if let Some(name) = &self.name {
            secret.metadata.name = Some(name.clone());
        }
        if let Some(scope) = self.scope {
            scope.annotate(secret.metadata.annotations.get_or_insert_default());
        }
        match &self.namespace {
            Some(namespace) if secret.namespace().is_empty() => secret.metadata.namespace = Some(namespace.clone()),
            Some(namespace) if secret.namespace() != namespace => {
                let message = format!("metadata.namespace: is {}, not {namespace}", secret.namespace());
                return Err((message, Some("change it, or leave --namespace out")));
            }
            _ => {}
        }
        Ok(())
    }
}

/// What is wrong, and what to do about it.
type Refusal = (String, Option<&'static str>);

/// What no cluster would take is refused here, where it is easily mended.
fn check(secret: &Secret, allow_empty_data: bool) -> Result<(), Refusal> {
    let refuse = |message: &str, hint| Err((message.to_owned(), Some(hint)));
    if secret.name().is_empty() {
        return refuse(
            "metadata.name: is missing",
            "write it into the manifest, or give --name NAME",
        );
    }
    if !is_subdomain(secret.name()) {
        return refuse(
            "metadata.name: is no name for a Secret",
            "names have a-z, 0-9, - and . only, and at most 253",
        );
    }
    if secret.namespace().is_empty() && secret.scope() != Scope::ClusterWide {
        return refuse(
            "metadata.namespace: is missing",
            "write it into the manifest, or give --namespace NAMESPACE",
        );
    }
    if !secret.namespace().is_empty() && !is_label(secret.namespace()) {
        return refuse(
            "metadata.namespace: is no name for a namespace",
            "names have a-z, 0-9 and - only, and at most 63",
        );
    }
    if let Some(key) = secret.data.keys().find(|key| !is_data_key(key)) {
        let message = format!("data: {key:?} is no key for a Secret");
        return Err((message, Some("keys have A-Z, a-z, 0-9, -, _ and . only")));
    }
    if secret.data.is_empty() && !allow_empty_data {
        return refuse("data: is empty", "if it should be, give --allow-empty-data");
    }
    Ok(())
}
