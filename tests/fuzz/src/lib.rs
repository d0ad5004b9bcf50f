//! What the targets of trees share.

use signet_document::{
    Limits,
    tree::{Branch, Element, Entry, Layout, Scalar, Source, Tree, TreeFormat, write},
};
use signet_sops::Encrypted;

/// Reads a text. What is read comes back byte for byte; nothing, where it is no text of this format.
pub fn read(text: &[u8], format: TreeFormat) -> Option<(Source, Vec<Tree>)> {
    let (source, trees) = Source::read(text, format, &Limits::default()).ok()?;
    let again = source.write(&trees, &Layout::default()).expect("what was read");
    assert!(*again == *text);
    Some((source, trees))
}

/// The text after metadata came into its first document and went; nothing, where there is no place for them, or the document has nothing else,
/// and would be `{}` then.
pub fn with_metadata_come_and_gone(source: &Source, mut trees: Vec<Tree>, format: TreeFormat) -> Option<Vec<u8>> {
    let tree = trees.first_mut()?;
    if tree.pairs().next().is_none() || tree.pairs().any(|pair| pair.key.starts_with(METADATA)) {
        return None;
    }
    push_metadata(tree, format);
    let with = source.write(&trees, &Layout::default()).ok()?;
    let read = Source::read(&with, format, &Limits::default());
    let is_read_back = |read: &[Tree]| Encrypted::reads_back(&trees, read);
    if source.may_read_otherwise(&trees) && !read.as_ref().is_ok_and(|(_, read)| is_read_back(read)) {
        return None;
    }
    let (source, mut read) = read.expect("what was written");
    assert!(is_read_back(&read));
    let tree = read.first_mut()?;
    let before = tree.entries.len();
    tree.entries
        .retain(|entry| !matches!(entry, Entry::Pair(pair) if pair.key.starts_with(METADATA)));
    assert_eq!(tree.entries.len() + 1, before);
    let without = source.write(&read, &Layout::default()).expect("what was read");
    Some(without.to_vec())
}

/// The trees after they were written without the text that they come from; nothing, where the format cannot hold them or reads it otherwise.
pub fn written_and_read(trees: &[Tree], format: TreeFormat) -> Option<Vec<Tree>> {
    let written = write(trees, format, &Layout::default()).ok()?;
    let (_, trees) = Source::read(&written, format, &Limits::default()).ok()?;
    Some(trees)
}

/// The trees without comments, and with the keys of each mapping in order: two that are the same then have the same values.
pub fn sorted(trees: &mut [Tree]) {
    for tree in trees {
        tree.entries.retain(|entry| matches!(entry, Entry::Pair(_)));
        tree.entries.sort_by(|one, other| key(one).cmp(&key(other)));
        for entry in &mut tree.entries {
            if let Entry::Pair(pair) = entry {
                sorted_branch(&mut pair.value);
            }
        }
    }
}

fn sorted_branch(branch: &mut Branch) {
    match branch {
        Branch::Mapping(tree) => sorted(std::slice::from_mut(tree)),
        Branch::Sequence(elements) => {
            for element in elements {
                if let Element::Item(item) = element {
                    sorted_branch(&mut item.value);
                }
            }
        }
        Branch::Leaf(_) => {}
    }
}

fn key(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Pair(pair) => Some(&pair.key),
        Entry::Comment(_) => None,
    }
}

/// As SOPS puts them: dotenv has a line for each field, the other formats have a mapping.
fn push_metadata(tree: &mut Tree, format: TreeFormat) {
    let mac = Scalar::text("ENC[x]");
    if format == TreeFormat::Dotenv {
        return tree.push(format!("{METADATA}_mac"), mac);
    }
    let mut metadata = Tree::default();
    metadata.push("mac", mac);
    tree.push(METADATA, metadata);
}

/// What the keys of metadata start with.
const METADATA: &str = "sops";
