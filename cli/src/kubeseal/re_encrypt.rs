use signet_api::{Reading, SealedSecret, http::ROTATE};
use signet_document::{Format, Limits, Node, read, write_json};

use super::{
    error::Error,
    input::{Sealed, read_sealed},
};
use crate::io::{
    cluster::{Controller, Service},
    input::{Input, Source},
    output::{Target, render_as_kubeseal},
};

/// kubeseal `--re-encrypt`: has the controller seal anew, with its newest key.
pub(crate) struct ReEncrypt {
    pub(crate) source: Source,
    pub(crate) service: Service,
    pub(crate) format: Format,
    /// The input itself where it is a file and nothing else is named.
    pub(crate) target: Target,
}

impl ReEncrypt {
    /// Reseals all of the input or nothing of it.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let controller = self.service.open()?;
        let all = read_sealed(&Input::read(&self.source)?)?;
        let nodes: Result<Vec<Node>, Error> = all.into_iter().map(|sealed| reseal(&controller, sealed)).collect();
        let nodes = nodes?;
        // Of nothing kubeseal makes nothing, not even a `---`.
        let text = if nodes.is_empty() {
            Default::default()
        } else {
            render_as_kubeseal(&nodes, self.format)
        };
        Ok(self.target.write(text.as_bytes())?)
    }
}

fn reseal(controller: &Controller<'_>, sealed: Sealed) -> Result<Node, Error> {
    let answer = controller.post(ROTATE, &write_json(&sealed.object.to_node()));
    let answer = match answer {
        Ok(answer) => answer,
        Err(refusal) => {
            return Err(Error::ReEncrypt {
                title: sealed.title,
                refusal,
            });
        }
    };
    let mut resealed = decode(&answer).ok_or(Error::NoAnswer(sealed.title))?;
    resealed.metadata.creation_timestamp = None;
    resealed.metadata.deletion_timestamp = None;
    resealed.metadata.generation = None;
    // Upstream's controller leaves the plain items out of its answer.
    let plain = sealed.object.spec.template.and_then(|template| template.data);
    let template = resealed.spec.template.get_or_insert_default();
    template.data = template.data.take().or(plain);
    Ok(resealed.to_node())
}

/// The SealedSecret of an answer, if it is one. Upstream's have neither `kind` nor `apiVersion`.
fn decode(answer: &[u8]) -> Option<SealedSecret> {
    let document = read(answer, &Limits::default()).next()?.ok()?;
    let sealed = SealedSecret::from_document(&document, Reading::AsKubeseal).ok()?;
    Some(sealed).filter(|sealed| !sealed.name().is_empty())
}
