//! Encrypted documents whose text reads otherwise than they were made: a comment belongs elsewhere there.

use std::collections::HashMap;

use signet_document::tree::{Branch, Comment, Element, Entry, Item, Leaf, Scalar, Tree};
use zeroize::Zeroizing;

use crate::{
    known::Known,
    selection::Selection,
    value::{Cipher, Kind, Opened},
    walk::{Place, Visitor, walk},
};

/// What ciphertexts hold, by themselves, and the nonces by which the same value at the same place has the same ciphertext again.
pub(crate) struct Opener<'a> {
    cipher: &'a Cipher,
    found: HashMap<String, Content>,
    pub(crate) known: Known,
}

/// Without `Debug`: it is plaintext.
enum Content {
    Comment(Zeroizing<String>),
    Value(Zeroizing<Vec<u8>>, Kind),
}

impl<'a> Opener<'a> {
    /// Of documents as they were made.
    pub(crate) fn new(documents: &mut [Tree], cipher: &'a Cipher, selection: &Selection) -> Self {
        let mut opener = Self {
            cipher,
            found: HashMap::new(),
            known: Known::default(),
        };
        for document in documents {
            let Ok(()) = walk(document, selection, &mut opener);
        }
        opener
    }

    /// Opens documents as they read.
    pub(crate) fn open(&self, tree: &mut Tree) {
        for entry in &mut tree.entries {
            match entry {
                Entry::Comment(comment) => self.open_comment(comment),
                Entry::Pair(pair) => self.open_branch(&mut pair.value),
            }
        }
    }

    fn open_branch(&self, branch: &mut Branch) {
        match branch {
            Branch::Mapping(tree) => self.open(tree),
            Branch::Sequence(elements) => elements.iter_mut().for_each(|element| self.open_element(element)),
            Branch::Leaf(leaf) => {
                if let Some(Content::Value(text, kind)) = self.content(leaf)
                    && let Ok(value) = kind.read(text.clone())
                {
                    leaf.set(value);
                }
            }
        }
    }

    fn open_element(&self, element: &mut Element) {
        match element {
            Element::Comment(comment) => self.open_comment(comment),
            Element::Item(Item {
                value: Branch::Leaf(leaf),
                place,
            }) if matches!(self.content(leaf), Some(Content::Comment(_))) => {
                if let Some(Content::Comment(text)) = self.content(leaf) {
                    *element = Element::Comment(Comment::in_place_of_item(text.clone(), None, *place));
                }
            }
            Element::Item(item) => self.open_branch(&mut item.value),
        }
    }

    fn open_comment(&self, comment: &mut Comment) {
        if let Some(Content::Comment(text)) = self.found.get(comment.text()) {
            comment.set(text.clone());
        }
    }

    fn content(&self, leaf: &Leaf) -> Option<&Content> {
        self.found.get(leaf.scalar().as_str()?)
    }

    fn note(&mut self, text: &str, place: Place<'_>) {
        if !place.is_selected {
            return;
        }
        let Ok(Some(opened)) = self.cipher.open(text, place.path) else {
            return;
        };
        self.known.note(place.path, &opened);
        let Opened { plaintext, kind, .. } = opened;
        let content = match (kind, str::from_utf8(&plaintext)) {
            (Kind::Comment, Ok(text)) => Content::Comment(Zeroizing::new(text.to_owned())),
            _ => Content::Value(plaintext, kind),
        };
        self.found.insert(text.to_owned(), content);
    }
}

impl Visitor for Opener<'_> {
    type Error = std::convert::Infallible;

    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, Self::Error> {
        if let Scalar::Text(_) = leaf.scalar()
            && let Some(text) = leaf.scalar().as_str()
        {
            self.note(text, place);
        }
        Ok(None)
    }

    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<Option<String>, Self::Error> {
        self.note(comment.text(), place);
        Ok(None)
    }
}
