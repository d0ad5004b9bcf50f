use signet_api::{Reading, SealedSecret};
use signet_document::{Document, Value};

use super::error::Error;
use crate::io::input::Input;

/// A SealedSecret of the input.
pub(crate) struct Sealed {
    pub(crate) object: SealedSecret,
    /// The number of its document, from 0.
    pub(crate) index: usize,
    /// Which one it is, for messages: `app (stdin:1:1)`.
    pub(crate) title: String,
}

/// The SealedSecrets of the input. Empty documents are passed over; anything else is refused, as upstream does not.
///
/// # Errors
/// The first fault.
pub(crate) fn read_sealed(input: &Input) -> Result<Vec<Sealed>, Error> {
    let mut all = Vec::new();
    for (index, document) in input.documents().enumerate() {
        let document = document?;
        if !is_empty(&document) {
            all.push(decode(input, index, &document)?);
        }
    }
    Ok(all)
}

fn decode(input: &Input, index: usize, document: &Document) -> Result<Sealed, Error> {
    let object = SealedSecret::from_document(document, Reading::AsKubeseal).map_err(|error| input.malformed(&error))?;
    let (api_version, kind) = (field(document, "apiVersion"), field(document, "kind"));
    if kind != SealedSecret::KIND || api_version != SealedSecret::API_VERSION {
        return Err(input
            .refused(document, "is no SealedSecret of bitnami.com/v1alpha1", None)
            .into());
    }
    let title = format!("{} ({}:{})", object.name(), input.name(), document.start);
    Ok(Sealed { object, index, title })
}

/// The text of a field at the top of a document, or an empty text.
pub(crate) fn field(document: &Document, name: &str) -> String {
    let Value::Mapping(mapping) = &document.root.value else {
        return String::new();
    };
    let text = mapping.get_folded(name).and_then(|node| node.as_text());
    text.map(|text| text.to_string()).unwrap_or_default()
}

fn is_empty(document: &Document) -> bool {
    match &document.root.value {
        Value::Null => true,
        Value::Mapping(mapping) => mapping.is_empty(),
        _ => false,
    }
}
