//! The tree of a document that keeps its text: what SOPS encrypts, and what comes back.
//!
//! A [`Tree`] has what a reader of SOPS sees: keys in order, comments among them, scalars with their type. Each leaf that stands in a
//! text knows its [`Place`] there, and whether it was changed since. So the text can follow the tree, and what was not changed keeps
//! every byte.

mod binary;
mod bytes;
mod difference;
mod dotenv;
mod error;
mod fault;
mod format;
mod ini;
mod json;
mod scalar;
mod source;
mod splice;
mod text;
mod yaml;

pub use bytes::Bytes;
pub use error::{WriteError, WriteFault};
pub use format::TreeFormat;
pub use scalar::{Scalar, Time};
pub use source::{Layout, Source, write, write_once, write_value};

use std::num::NonZeroU32;

use zeroize::Zeroizing;

/// A mapping: entries in order. A document is one, and so is a section of an INI file.
///
/// It has no `Debug`: it holds plaintext.
#[derive(Default)]
pub struct Tree {
    /// Keys with their values, and the comments between them. A key may stand more than once.
    pub entries: Vec<Entry>,
}

/// What stands in a mapping.
pub enum Entry {
    /// A comment.
    Comment(Comment),
    /// A key and its value.
    Pair(Pair),
}

/// A key as it is read. A short one is where it is kept; a copy of a long one shares its memory.
pub type Key = ecow::EcoString;

/// A key and its value.
pub struct Pair {
    /// The key as it is read, without quotes.
    pub key: Key,
    /// Its value.
    pub value: Branch,
    /// Where the pair stands, if it was read.
    pub place: Option<Place>,
}

/// What a key has, or an element of a sequence is.
pub enum Branch {
    /// A mapping.
    Mapping(Tree),
    /// Elements in order.
    Sequence(Vec<Element>),
    /// A single value.
    Leaf(Leaf),
}

/// What stands in a sequence.
pub enum Element {
    /// A comment. It has no index.
    Comment(Comment),
    /// A value.
    Item(Item),
}

/// A value in a sequence.
pub struct Item {
    /// The value.
    pub value: Branch,
    /// Where it stands, if it was read.
    pub place: Option<Place>,
}

/// A single value.
pub struct Leaf {
    scalar: Scalar,
    changed: bool,
    /// What it was before it was opened.
    closed: Option<Box<Scalar>>,
    /// Where it stands, if it was read.
    pub place: Option<Place>,
}

/// A comment: the text behind its `#` (or `;`), with the space that it starts with.
pub struct Comment {
    text: Zeroizing<String>,
    changed: bool,
    /// What it was before it was opened.
    closed: Option<Box<str>>,
    stands_for_item: bool,
    /// Where it stands, if it was read.
    pub place: Option<Place>,
}

/// Which part of the text that it was read from something is: an index that only the reader of that text understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(NonZeroU32);

impl Place {
    pub(crate) fn new(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl Leaf {
    /// A value that stands in a text. One without a place is a copy that an alias makes.
    pub(crate) fn read(scalar: Scalar, place: Option<Place>) -> Self {
        Self {
            scalar,
            changed: false,
            closed: None,
            place,
        }
    }

    /// The value.
    pub fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    /// A value in the place of something else.
    pub fn in_place_of(scalar: Scalar, place: Option<Place>) -> Self {
        Self {
            scalar,
            changed: true,
            closed: None,
            place,
        }
    }

    /// The value itself.
    pub fn into_scalar(self) -> Scalar {
        self.scalar
    }

    /// Takes the value away, for another to be put in its place.
    pub fn take(&mut self) -> Scalar {
        self.changed = true;
        self.closed = None;
        std::mem::replace(&mut self.scalar, Scalar::Null)
    }

    /// Puts another value in its place.
    pub fn set(&mut self, scalar: Scalar) {
        self.scalar = scalar;
        self.changed = true;
        self.closed = None;
    }

    /// Puts a value in its place that it stands for, as the plaintext of a ciphertext.
    pub fn open(&mut self, scalar: Scalar) {
        self.closed = Some(Box::new(std::mem::replace(&mut self.scalar, scalar)));
        self.changed = true;
    }

    /// What it was before it was opened, if nothing else was put in its place since.
    pub fn closed(&self) -> Option<&Scalar> {
        self.closed.as_deref()
    }

    /// Makes it what it was before it was opened, if nothing else was put in its place since; else it is none of that.
    pub fn close(&mut self) -> bool {
        match self.closed.take() {
            Some(closed) => {
                self.scalar = *closed;
                self.changed = false;
                true
            }
            None => false,
        }
    }

    /// Whether it is another value than was read.
    pub fn is_changed(&self) -> bool {
        self.changed
    }
}

impl From<Scalar> for Leaf {
    /// A value that stands nowhere yet.
    fn from(scalar: Scalar) -> Self {
        Self {
            scalar,
            changed: true,
            closed: None,
            place: None,
        }
    }
}

impl Comment {
    /// A comment that stands in a text. One without a place is a copy that an alias makes.
    pub(crate) fn read(text: Zeroizing<String>, place: Option<Place>) -> Self {
        Self {
            text,
            changed: false,
            closed: None,
            stands_for_item: false,
            place,
        }
    }

    /// A comment that comes in the place of an item: encrypted, upstream writes comments in sequences so. `closed` is what the item was.
    pub fn in_place_of_item(text: Zeroizing<String>, closed: Option<Box<str>>, place: Option<Place>) -> Self {
        Self {
            text,
            changed: true,
            closed,
            stands_for_item: true,
            place,
        }
    }

    /// Whether it comes in the place of an item.
    pub fn stands_for_item(&self) -> bool {
        self.stands_for_item
    }

    /// The text behind its `#`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts another text in its place.
    pub fn set(&mut self, text: Zeroizing<String>) {
        self.text = text;
        self.changed = true;
        self.closed = None;
    }

    /// Puts a text in its place that it stands for, as [`Leaf::open`].
    pub fn open(&mut self, text: Zeroizing<String>) {
        self.closed = Some(self.text.as_str().into());
        self.text = text;
        self.changed = true;
    }

    /// As [`Leaf::closed`].
    pub fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }

    /// As [`Leaf::close`].
    pub fn close(&mut self) -> bool {
        match self.closed.take() {
            Some(closed) => {
                self.text = Zeroizing::new(closed.into_string());
                self.changed = false;
                true
            }
            None => false,
        }
    }

    /// Whether it is another text than was read.
    pub fn is_changed(&self) -> bool {
        self.changed
    }
}

impl From<Zeroizing<String>> for Comment {
    /// A comment that stands nowhere yet.
    fn from(text: Zeroizing<String>) -> Self {
        Self {
            text,
            changed: true,
            closed: None,
            stands_for_item: false,
            place: None,
        }
    }
}

impl Pair {
    /// A pair that stands nowhere yet.
    pub fn new(key: impl Into<Key>, value: impl Into<Branch>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            place: None,
        }
    }
}

impl From<Scalar> for Branch {
    fn from(scalar: Scalar) -> Self {
        Self::Leaf(scalar.into())
    }
}

impl From<Tree> for Branch {
    fn from(tree: Tree) -> Self {
        Self::Mapping(tree)
    }
}

impl Tree {
    /// The pairs in order, without the comments.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Pair(pair) => Some(pair),
            Entry::Comment(_) => None,
        })
    }

    /// The value of the first pair with this key.
    pub fn get(&self, key: &str) -> Option<&Branch> {
        self.pairs().find(|pair| &*pair.key == key).map(|pair| &pair.value)
    }

    /// Takes the first pair with this key away.
    pub fn remove(&mut self, key: &str) -> Option<Pair> {
        let is_it = |entry: &Entry| matches!(entry, Entry::Pair(pair) if &*pair.key == key);
        let at = self.entries.iter().position(is_it)?;
        match self.entries.remove(at) {
            Entry::Pair(pair) => Some(pair),
            Entry::Comment(_) => None,
        }
    }

    /// Adds a pair behind all others.
    pub fn push(&mut self, key: impl Into<Key>, value: impl Into<Branch>) {
        self.entries.push(Entry::Pair(Pair::new(key, value)));
    }
}
