use std::{
    mem,
    ops::{Deref, Range},
    sync::Arc,
};

use zeroize::Zeroizing;

use super::{Branch, Element, Entry, Scalar, Tree};

/// The bytes of a text: its own, or a part of the whole that it was read from, so that a large document is not there twice.
///
/// It has no `Debug`: it may be plaintext. It is wiped when dropped, and a part with the last part of its whole.
#[derive(Clone)]
pub struct Bytes(Repr);

#[derive(Clone)]
enum Repr {
    Own(Zeroizing<Vec<u8>>),
    Part { whole: Arc<Whole>, start: u32, end: u32 },
}

/// A text that others are parts of.
pub(super) enum Whole {
    Utf8(Zeroizing<String>),
    Any(Zeroizing<Vec<u8>>),
}

impl Bytes {
    /// Bytes of a whole, if they are worth to be its part: where few are left of a large text, it should not stay for them.
    pub(super) fn part(whole: &Arc<Whole>, range: Range<usize>) -> Option<Self> {
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        let is_long = range.len() >= SHORTEST_PART && range.end <= whole.as_bytes().len();
        let whole = is_long.then(|| Arc::clone(whole))?;
        Some(Self(Repr::Part { whole, start, end }))
    }

    /// The bytes, which are nobody else's.
    pub fn into_owned(mut self) -> Zeroizing<Vec<u8>> {
        match &mut self.0 {
            Repr::Own(bytes) => mem::take(bytes),
            Repr::Part { .. } => Zeroizing::new(self.to_vec()),
        }
    }

    /// Makes it a copy where it is a part of something.
    fn detach(&mut self) {
        if let Repr::Part { .. } = &self.0 {
            *self = Zeroizing::new(self.to_vec()).into();
        }
    }
}

impl From<Zeroizing<Vec<u8>>> for Bytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(Repr::Own(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Repr::Own(bytes) => bytes,
            Repr::Part { whole, start, end } => {
                let range = *start as usize..*end as usize;
                whole.as_bytes().get(range).unwrap_or_default()
            }
        }
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Drop for Bytes {
    /// What is wiped is spare memory then, which goes as a whole and not byte by byte.
    fn drop(&mut self) {
        if let Repr::Own(bytes) = &mut self.0 {
            bytes.clear();
        }
    }
}

impl Whole {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Utf8(text) => text.as_bytes(),
            Self::Any(bytes) => bytes,
        }
    }

    /// The text of one that was made as such.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Utf8(text) => text,
            Self::Any(_) => "",
        }
    }

    pub(super) fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        match &mut self {
            Self::Utf8(text) => Zeroizing::new(mem::take(&mut **text).into_bytes()),
            Self::Any(bytes) => mem::take(bytes),
        }
    }
}

impl Drop for Whole {
    /// As that of [`Bytes`].
    fn drop(&mut self) {
        match self {
            Self::Utf8(text) => text.clear(),
            Self::Any(bytes) => bytes.clear(),
        }
    }
}

/// Makes no value of a tree a part of the text that it was read from.
pub(super) fn detach(tree: &mut Tree) {
    for entry in &mut tree.entries {
        if let Entry::Pair(pair) = entry {
            detach_branch(&mut pair.value);
        }
    }
}

fn detach_branch(branch: &mut Branch) {
    match branch {
        Branch::Mapping(tree) => detach(tree),
        Branch::Sequence(elements) => elements.iter_mut().for_each(|element| {
            if let Element::Item(item) = element {
                detach_branch(&mut item.value);
            }
        }),
        Branch::Leaf(leaf) => {
            if let Scalar::Text(bytes) = &mut leaf.scalar {
                bytes.detach();
            }
        }
    }
}

/// Bytes from which on a text is a part.
const SHORTEST_PART: usize = 48;
