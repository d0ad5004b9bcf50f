//! Bytes that grow without leaving copies behind.

use zeroize::Zeroizing;

use crate::Text;

/// Bytes in the making. Each larger place they move to leaves the former one wiped.
#[derive(Default)]
pub(crate) struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    /// Appends bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let length = self.0.len() + bytes.len();
        if length > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.max(self.0.capacity() * 2)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Appends text.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.push(text.as_bytes());
    }

    /// Number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes.
    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl From<Buffer> for Text {
    fn from(buffer: Buffer) -> Self {
        buffer.0.into()
    }
}
