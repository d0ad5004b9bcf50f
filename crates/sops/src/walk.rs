//! The way through a document: each value and comment with its path and whether it is encrypted (upstream `sops.go`).

use signet_document::tree::{Branch, Comment, Element, Entry, Item, Leaf, Scalar, Tree};
use zeroize::Zeroizing;

use crate::selection::Selection;

/// What is done to the values of a document.
pub(crate) trait Visitor {
    /// Why it ends early.
    type Error;

    /// At a value. Where it is a comment in truth, as upstream has comments in sequences, its text.
    ///
    /// # Errors
    /// Ends the walk.
    fn leaf(&mut self, leaf: &mut Leaf, place: Place<'_>) -> Result<Option<Zeroizing<String>>, Self::Error>;

    /// At a comment. Where it stands for an item, and is to be one again, its text.
    ///
    /// # Errors
    /// Ends the walk.
    fn comment(&mut self, comment: &mut Comment, place: Place<'_>) -> Result<Option<String>, Self::Error>;
}

/// Where a value or comment stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The keys from the top, each with a colon behind it: the additional data of its encryption. A sequence adds nothing.
    pub(crate) path: &'a str,
    /// Whether the document's rule encrypts it.
    pub(crate) is_selected: bool,
}

/// Goes through a document in its order.
///
/// # Errors
/// The visitor's.
pub(crate) fn walk<V: Visitor>(tree: &mut Tree, selection: &Selection, visitor: &mut V) -> Result<(), V::Error> {
    let mut walk = Walk {
        selection,
        visitor,
        path: String::new(),
        keys: Vec::new(),
        comments: Vec::new(),
    };
    walk.mapping(tree)
}

struct Walk<'a, V> {
    selection: &'a Selection,
    visitor: &'a mut V,
    path: String,
    /// For each key of the path, whether it or one above it matches.
    keys: Vec<bool>,
    /// For each collection, whether a comment in front of the current element matches.
    comments: Vec<bool>,
}

impl<V: Visitor> Walk<'_, V> {
    fn mapping(&mut self, tree: &mut Tree) -> Result<(), V::Error> {
        self.comments.push(false);
        for entry in &mut tree.entries {
            match entry {
                Entry::Comment(comment) => drop(self.comment(comment)?),
                Entry::Pair(pair) => {
                    let length = self.path.len();
                    self.path.push_str(&pair.key);
                    self.path.push(':');
                    let above = self.keys.last().copied().unwrap_or_default();
                    self.keys.push(above || self.selection.matches_key(&pair.key));
                    match &mut pair.value {
                        Branch::Mapping(tree) => self.mapping(tree)?,
                        Branch::Sequence(elements) => self.sequence(elements)?,
                        Branch::Leaf(leaf) => {
                            let place = place(&self.path, self.is_selected(self.comment_matches()));
                            self.visitor.leaf(leaf, place)?;
                        }
                    }
                    self.keys.pop();
                    self.path.truncate(length);
                    self.passed();
                }
            }
        }
        self.comments.pop();
        Ok(())
    }

    fn sequence(&mut self, elements: &mut [Element]) -> Result<(), V::Error> {
        self.comments.push(false);
        for element in elements {
            match element {
                Element::Comment(comment) => {
                    if let Some(text) = self.comment(comment)? {
                        let place = comment.place;
                        let value = Branch::Leaf(Leaf::in_place_of(Scalar::text(text), place));
                        *element = Element::Item(Item { value, place });
                    }
                    continue;
                }
                Element::Item(Item { value, place: at }) => {
                    let comment = match value {
                        Branch::Mapping(tree) => {
                            self.mapping(tree)?;
                            None
                        }
                        Branch::Sequence(elements) => {
                            self.sequence(elements)?;
                            None
                        }
                        Branch::Leaf(leaf) => {
                            let place = place(&self.path, self.is_selected(self.comment_matches()));
                            self.visitor.leaf(leaf, place)?
                        }
                    };
                    if let Some(text) = comment {
                        let closed = match value {
                            Branch::Leaf(leaf) => leaf.closed().and_then(Scalar::as_str).map(Box::from),
                            _ => None,
                        };
                        *element = Element::Comment(Comment::in_place_of_item(text, closed, *at));
                        // As where it was encrypted, what is in front of it is in front of the next value too.
                        continue;
                    }
                }
            }
            self.passed();
        }
        self.comments.pop();
        Ok(())
    }

    fn comment(&mut self, comment: &mut Comment) -> Result<Option<String>, V::Error> {
        let before = self.comment_matches();
        let matches = self.selection.matches_comment(comment.text());
        if let Some(active) = self.comments.last_mut() {
            *active |= matches;
        }
        let counts = before || (matches && self.selection.counts_itself());
        let place = place(&self.path, self.is_selected(counts));
        self.visitor.comment(comment, place)
    }

    fn comment_matches(&self) -> bool {
        self.comments.contains(&true)
    }

    fn is_selected(&self, comment_matches: bool) -> bool {
        let key_matches = self.keys.last().copied().unwrap_or_default();
        self.selection.selects(key_matches || comment_matches)
    }

    /// The comments in front of an element are not those of the next.
    fn passed(&mut self) {
        if let Some(active) = self.comments.last_mut() {
            *active = false;
        }
    }
}

/// What stands at the top has the path `:`.
fn place(path: &str, is_selected: bool) -> Place<'_> {
    Place {
        path: if path.is_empty() { ":" } else { path },
        is_selected,
    }
}
