//! `sops decrypt`.

use signet_document::tree::{self, Branch, Scalar, Tree, TreeFormat};
use signet_sops::{Encrypted, TreePath};
use zeroize::Zeroizing;

use super::{
    destination,
    encrypt::existing,
    format::{Formats, layout},
    open::{Opened, open},
    session::{Session, absolute},
};
use crate::sops::{Error, Exit, command::Decrypt};

/// Decrypts a file, or standard input.
///
/// # Errors
/// It cannot be read, decrypted or written.
pub(crate) fn run(session: &Session, decrypt: &Decrypt) -> Result<(), Error> {
    let file = decrypt.file.as_deref().map(existing).transpose()?;
    let named = decrypt.name.as_deref().map(absolute).transpose()?;
    let name = named.or_else(|| file.clone()).unwrap_or_default();
    let formats = Formats::new(decrypt.types, &name);
    let path = path(&decrypt.extract)?;
    let opened = open(
        session,
        file.as_deref(),
        formats.input,
        &decrypt.opening,
        Encrypted::decrypt_to_read,
    )?;
    let mut output = match path {
        Some(path) => extract(session, &opened, &path, formats.output)?,
        None => {
            let Opened { text, plain, .. } = opened;
            text.into_plain(session, plain.into_documents(), formats.output)?
        }
    };
    destination::write(&decrypt.destination, file.as_deref(), &output)?;
    // Spare memory is wiped as a whole, and not byte by byte.
    output.clear();
    Ok(())
}

/// The path of `--extract`; none where it is empty.
fn path(text: &str) -> Result<Option<TreePath>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let path = TreePath::parse(text);
    let path = path.map_err(|error| {
        let message = format!("error parsing --extract path: {error}");
        Error::new(Exit::InvalidTreePathFormat, message).hint(r#"a path is written ["key"][0]["other"]"#)
    })?;
    Ok(Some(path))
}

/// A value of the first document: a text as it is, anything else as a document of the format.
fn extract(
    session: &Session,
    opened: &Opened,
    path: &TreePath,
    format: TreeFormat,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let nothing = Tree::default();
    let document = opened.plain.documents().first().unwrap_or(&nothing);
    let value = path
        .get(document)
        .map_err(|error| Error::new(Exit::Generic, format!("error truncating tree: {error}")))?;
    if let Branch::Leaf(leaf) = value
        && let Scalar::Text(text) = leaf.scalar()
    {
        return Ok(Zeroizing::new(text.to_vec()));
    }
    let layout = layout(session, format)?;
    tree::write_value(value, format, &layout)
        .map_err(|error| Error::new(Exit::ErrorDumpingTree, format!("Error dumping tree: {error}")))
}
