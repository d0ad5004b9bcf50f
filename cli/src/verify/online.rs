//! What the controller itself says of the files.

use signet_api::{
    Reading, SealedSecret,
    http::VERIFY,
    manifest::{kind, list_items},
};
use signet_document::{Document, write_json};

use super::{Checked, error::VerifyError, rule::DOES_NOT_OPEN};
use crate::io::{
    cluster::{Controller, Service},
    input::Input,
};

/// Asks the controller whether it opens each SealedSecret; it answers about whole objects. What cannot be read has been told of already.
///
/// # Errors
/// [`VerifyError`]: the controller cannot be asked.
pub(super) fn check(service: &Service, files: &mut [Checked]) -> Result<(), VerifyError> {
    let controller = service.open()?;
    for file in files {
        let Some(input) = file.input.take() else {
            continue;
        };
        for document in documents(&input) {
            ask(&controller, &document, file)?;
        }
    }
    Ok(())
}

fn documents(input: &Input) -> impl Iterator<Item = Document> {
    let readable = input.documents().filter_map(Result::ok);
    let objects = readable.flat_map(|document| list_items(&document).unwrap_or_else(|| vec![document]));
    objects.filter(|document| kind(document).as_deref() == Some(SealedSecret::KIND))
}

fn ask(controller: &Controller<'_>, document: &Document, file: &mut Checked) -> Result<(), VerifyError> {
    let Ok(sealed) = SealedSecret::from_document(document, Reading::Strict) else {
        return Ok(());
    };
    let title = format!("{}/{}", sealed.namespace(), sealed.name());
    match controller.post(VERIFY, &write_json(&sealed.to_node())) {
        Ok(_) => {}
        Err(refusal) if refusal.status == Some(CONFLICT) => file.findings.push_with_hint(
            &DOES_NOT_OPEN,
            document.start,
            format!("{title}: the controller does not open it"),
            "sealed for another cluster, name, namespace or scope: which of these cannot be told",
        ),
        Err(refusal) => {
            return Err(VerifyError::Refused {
                place: format!("{}:{}", file.name, document.start),
                refusal,
            });
        }
    }
    Ok(())
}

/// The controller's answer about what it does not open.
const CONFLICT: u16 = 409;
