use zeroize::Zeroizing;

/// A text that grows without leaving copies: what a string's own growth would leave in freed memory is wiped.
#[derive(Default)]
pub(crate) struct Output(Zeroizing<String>);

impl Output {
    /// With room for that many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(String::with_capacity(bytes)))
    }

    pub(crate) fn push(&mut self, character: char) {
        self.reserve(character.len_utf8());
        self.0.push(character);
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.reserve(text.len());
        self.0.push_str(text);
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn finish(self) -> Zeroizing<String> {
        self.0
    }

    fn reserve(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            // Most texts are written in one piece and an end of line.
            let spare = if self.0.capacity() == 0 {
                SPARE
            } else {
                self.0.len() + more
            };
            let mut grown = Zeroizing::new(String::with_capacity(self.0.len() + more + spare));
            grown.push_str(&self.0);
            self.0 = grown;
        }
    }
}

/// Bytes.
const SPARE: usize = 16;
