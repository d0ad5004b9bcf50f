//! Bytes that are no document: a tree of one leaf, as upstream has it.

use zeroize::Zeroizing;

use super::{Branch, Scalar, Tree, WriteError, WriteFault, fault::fault};

/// The key of the bytes.
const DATA: &str = "data";

/// A tree that holds the bytes.
pub(super) fn read(text: Zeroizing<Vec<u8>>) -> Tree {
    let mut tree = Tree::default();
    tree.push(DATA, Scalar::Text(text.into()));
    tree
}

/// The bytes that the tree holds. Anything beside them could not be read again.
pub(super) fn write(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    check(tree)?;
    match tree.get(DATA) {
        Some(Branch::Leaf(leaf)) => bytes(leaf.scalar()).map(|bytes| Zeroizing::new(bytes.to_vec())),
        other => Err(missing(other)),
    }
}

/// As [`write`], and the tree has them no more.
pub(super) fn take(tree: &mut Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    check(tree)?;
    match tree.remove(DATA).map(|pair| pair.value) {
        Some(Branch::Leaf(leaf)) => match leaf.into_scalar() {
            Scalar::Text(bytes) => Ok(bytes.into_owned()),
            other => bytes(&other).map(|bytes| Zeroizing::new(bytes.to_vec())),
        },
        other => Err(missing(other.as_ref())),
    }
}

fn check(tree: &Tree) -> Result<(), WriteError> {
    match tree.pairs().find(|pair| &*pair.key != DATA) {
        Some(other) => Err(fault(WriteFault::Key).under(&other.key)),
        None => Ok(()),
    }
}

fn bytes(scalar: &Scalar) -> Result<&[u8], WriteError> {
    match scalar {
        Scalar::Text(bytes) => Ok(bytes),
        Scalar::Null => Err(fault(WriteFault::Null).under(DATA)),
        _ => Err(fault(WriteFault::Value).under(DATA)),
    }
}

fn missing(found: Option<&Branch>) -> WriteError {
    let found = if found.is_some() {
        WriteFault::Nested
    } else {
        WriteFault::Key
    };
    fault(found).under(DATA)
}
