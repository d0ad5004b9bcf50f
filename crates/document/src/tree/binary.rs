//! Bytes that are no document: a tree of one leaf, as upstream has it.

use zeroize::Zeroizing;

use super::{Branch, Scalar, Tree, WriteError, WriteFault, fault::fault};

/// The key of the bytes.
const DATA: &str = "data";

/// A tree that holds the bytes.
pub(super) fn read(text: Zeroizing<Vec<u8>>) -> Tree {
    let mut tree = Tree::default();
    tree.push(DATA, Scalar::Text(text));
    tree
}

/// The bytes that the tree holds. Anything beside them could not be read again.
pub(super) fn write(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    if let Some(other) = tree.pairs().find(|pair| &*pair.key != DATA) {
        return Err(fault(WriteFault::Key).under(&other.key));
    }
    match tree.get(DATA) {
        Some(Branch::Leaf(leaf)) => match leaf.scalar() {
            Scalar::Text(bytes) => Ok(bytes.clone()),
            Scalar::Null => Err(fault(WriteFault::Null).under(DATA)),
            _ => Err(fault(WriteFault::Value).under(DATA)),
        },
        Some(_) => Err(fault(WriteFault::Nested).under(DATA)),
        None => Err(fault(WriteFault::Key).under(DATA)),
    }
}
