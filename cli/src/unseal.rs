use std::path::PathBuf;

use signet_api::{Reading, SealedSecret, Secret};
use signet_document::{Document, Format};
use signet_seal::{UnsealOptions, unseal};
use signet_sealing_keys::PrivateKey;

use crate::{
    io::{
        input::{Input, Source},
        keys,
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
        let keys = keys::load(&self.keys).map_err(|errors| errors.into_iter().collect::<Errors>())?;
        let mut errors = Errors::default();
        let mut secrets = Vec::new();
        let mut format = self.format.or(self.target.format());
        for source in &self.sources {
            note_terminal(source, "a SealedSecret as YAML or JSON");
            match Input::read(source) {
                Ok(input) => {
                    format = format.or(Some(Format::detect(input.text())));
                    open_all(&input, &keys, &mut secrets, &mut errors);
                }
                Err(error) => errors.push(error),
            }
        }
        errors.into_result()?;

        let nodes: Vec<_> = secrets.iter().map(Secret::to_node).collect();
        let text = render(&nodes, format.unwrap_or(Format::Yaml));
        if self.target.is_terminal() {
            warn("what follows is the plaintext");
        }
        Ok(self.target.write(text.as_bytes()).map_err(Error::from)?)
    }
}

fn open_all(input: &Input, keys: &[PrivateKey], secrets: &mut Vec<Secret>, errors: &mut Errors) {
    let mut is_empty = true;
    for document in input.documents() {
        is_empty = false;
        match document
            .map_err(Error::from)
            .and_then(|document| open(input, &document, keys))
        {
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
