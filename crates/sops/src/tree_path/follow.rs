use signet_document::tree::{Branch, Tree};

use super::{
    TreePath,
    branch::{child, child_mut, extend, find, find_key, made, pair_mut, replace},
};

/// A path that a document does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("component {path} {fault}")]
pub struct PathError {
    /// The path as far as the part that is wrong.
    pub path: String,
    /// What is wrong.
    pub fault: PathFault,
}

/// Why a document does not have a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathFault {
    /// The mapping has no such key.
    #[error("not found")]
    Missing,
    /// A key where there is no mapping.
    #[error("is a key, but stands behind {0}")]
    NotMapping(&'static str),
    /// An index where there is no sequence.
    #[error("is an index, but stands behind {0}")]
    NotSequence(&'static str),
    /// The sequence is not so long.
    #[error("accesses out of bounds: the sequence has {length} elements")]
    OutOfBounds {
        /// Its number of values.
        length: usize,
    },
}

impl PathError {
    /// Whether there could be such a value, and is none. (What `unset --idempotent` takes for done.)
    pub fn is_absent(&self) -> bool {
        matches!(self.fault, PathFault::Missing | PathFault::OutOfBounds { .. })
    }
}

impl TreePath {
    /// The value at the path.
    ///
    /// # Errors
    /// [`PathError`].
    pub fn get<'a>(&self, document: &'a Tree) -> Result<&'a Branch, PathError> {
        let mut branch = document
            .get(&self.first)
            .ok_or_else(|| self.error(0, PathFault::Missing))?;
        for (at, step) in self.rest.iter().enumerate() {
            let child = find(branch, step).and_then(|place| child(branch, place).ok_or(PathFault::Missing));
            branch = child.map_err(|fault| self.error(at + 1, fault))?;
        }
        Ok(branch)
    }

    /// Puts a value at the path, and says whether anything changed: nothing does where an equal value is already there.
    ///
    /// What is not there is made: mappings for keys, sequences for indices; an index behind the end of a sequence adds an element to it.
    /// Where the path leads on from a single value, that one is replaced. All that is not at the path keeps its place in the text.
    ///
    /// # Errors
    /// [`PathError`], for an index of a mapping or a key of a sequence. The document is then as it was.
    pub fn set(&self, document: &mut Tree, value: Branch) -> Result<bool, PathError> {
        let Some(place) = find_key(document, &self.first) else {
            document.push(&*self.first, made(&self.rest, value));
            return Ok(true);
        };
        let Some(mut branch) = pair_mut(document, place) else {
            return Ok(false);
        };
        for (at, step) in self.rest.iter().enumerate() {
            let place = match find(branch, step) {
                Ok(place) => place,
                Err(fault) => {
                    let left = self.rest.get(at + 1..).unwrap_or_default();
                    return extend(branch, step, fault, left, value)
                        .map(|()| true)
                        .map_err(|fault| self.error(at + 1, fault));
                }
            };
            branch = child_mut(branch, place).ok_or_else(|| self.error(at + 1, PathFault::Missing))?;
        }
        Ok(replace(branch, value))
    }

    /// Takes the value at the path away, with its key or its place in its sequence. Comments in front of it stay.
    ///
    /// # Errors
    /// [`PathError`]. The document is then as it was.
    pub fn unset(&self, document: &mut Tree) -> Result<(), PathError> {
        let missing = |at| self.error(at, PathFault::Missing);
        let Some((last, between)) = self.rest.split_last() else {
            return document.remove(&self.first).map(drop).ok_or_else(|| missing(0));
        };
        let place = find_key(document, &self.first).ok_or_else(|| missing(0))?;
        let mut branch = pair_mut(document, place).ok_or_else(|| missing(0))?;
        for (at, step) in between.iter().enumerate() {
            let place = find(branch, step).map_err(|fault| self.error(at + 1, fault))?;
            branch = child_mut(branch, place).ok_or_else(|| missing(at + 1))?;
        }
        let place = find(branch, last).map_err(|fault| self.error(self.rest.len(), fault))?;
        match branch {
            Branch::Mapping(tree) => drop(tree.entries.remove(place)),
            Branch::Sequence(elements) => drop(elements.remove(place)),
            Branch::Leaf(_) => {}
        }
        Ok(())
    }

    fn error(&self, steps: usize, fault: PathFault) -> PathError {
        let path = self.start(steps);
        PathError { path, fault }
    }
}
