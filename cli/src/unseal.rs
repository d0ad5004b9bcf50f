use std::path::PathBuf;

use signet_api::{Reading, SealedSecret, Secret};
use signet_document::{Document, Format};
use signet_seal::{UnsealOptions, unseal};
use signet_sealing_keys::PrivateKey;

use crate::{
    io::{
        input::{Input, Source},
        keys::{KeyError, Stored},
        output::{Target, render},
        template_clock,
    },
    report::{Error, Errors, note_terminal, warn},
};

/// `signet unseal`: SealedSecrets to Secrets, with private keys at hand.
pub(crate) struct Unseal {
    pub(crate) sources: Vec<Source>,
    pub(crate) keys: Vec<PathBuf>,
    /// None is that of the target's extension, else that of the first input.
    pub(crate) format: Option<Format>,
    pub(crate) target: Target,
}

impl Unseal {
    /// Opens all of the input or nothing of it.
    ///
    /// # Errors
    /// Every fault of every key file, or of every document; or why the result cannot be written.
    pub(crate) fn run(&self) -> Result<(), Errors> {
        let all = |errors: Vec<KeyError>| errors.into_iter().collect::<Errors>();
        let stored = Stored::read(&self.keys).map_err(all)?;
        let mut errors = Errors::default();
        let mut inputs = Vec::new();
        for source in &self.sources {
            note_terminal(source, "a SealedSecret as YAML or JSON");
            match Input::read(source) {
                Ok(input) => inputs.push(input),
                Err(error) => errors.push(error),
            }
        }
        let opened = stored.open(&inputs, all, |keys| open_all(&inputs, keys));
        let secrets = opened.unwrap_or_else(|faults| {
            errors.append(faults);
            Vec::new()
        });
        errors.into_result()?;

        let format = self.format.or(self.target.format());
        let format = format.or_else(|| inputs.first().map(|input| Format::detect(input.text())));
        let nodes: Vec<_> = secrets.iter().map(Secret::to_node).collect();
        let text = render(&nodes, format.unwrap_or(Format::Yaml));
        if self.target.is_terminal() {
            warn("what follows is the plaintext");
        }
        Ok(self.target.write(text.as_bytes()).map_err(Error::from)?)
    }
}

fn open_all(inputs: &[Input], keys: &[PrivateKey]) -> Result<Vec<Secret>, Errors> {
    let mut secrets = Vec::new();
    let mut errors = Errors::default();
    for input in inputs {
        let mut is_empty = true;
        for document in input.documents() {
            is_empty = false;
            let document = document.map_err(Error::from);
            match document.and_then(|document| open(input, &document, keys)) {
                Ok(secret) => secrets.push(secret),
                Err(error) => errors.push(error),
            }
        }
        if is_empty {
            errors.push(Error::NoDocuments {
                input: input.name().to_owned(),
                kind: "SealedSecret",
            });
        }
    }
    errors.into_result().map(|()| secrets)
}

fn open(input: &Input, document: &Document, keys: &[PrivateKey]) -> Result<Secret, Error> {
    input.refuse_list(document)?;
    let sealed = SealedSecret::from_document(document, Reading::Strict).map_err(|error| input.malformed(&error))?;
    let candidates: Vec<_> = keys.iter().collect();
    let options = UnsealOptions {
        accept_deprecated_data: true,
    };
    let opened =
        template_clock::with(|clock| unseal(&sealed, &candidates, options, clock)).map_err(|fault| Error::Unseal {
            place: format!("{}:{}", input.name(), document.start),
            fault,
        })?;
    Ok(opened.secret)
}
