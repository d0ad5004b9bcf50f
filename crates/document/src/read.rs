use crate::{Document, Limits, ReadError};

/// The documents of a text, in order. After an error there are no more.
pub struct Documents<'a> {
    bytes: &'a [u8],
}

/// Reads the documents of a text, one by one.
pub fn read<'a>(bytes: &'a [u8], _limits: &Limits) -> Documents<'a> {
    Documents { bytes }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let _ = self.bytes;
        None
    }
}
