//! Texts that follow their trees, for the tests of each format.

use std::{error::Error, fmt::Write as _};

use signet_document::{
    Limits, ReadError,
    tree::{Branch, Comment, Element, Entry, Layout, Pair, Scalar, Source, Tree, TreeFormat, WriteError, write},
};
use zeroize::Zeroizing;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A tree as a line of text.
pub(crate) fn shown(tree: &Tree) -> String {
    let mut line = String::from("{");
    for entry in &tree.entries {
        match entry {
            Entry::Comment(comment) => write!(line, " #{:?}", comment.text()).unwrap_or_default(),
            Entry::Pair(pair) => write!(line, " {}={}", pair.key, branch(&pair.value)).unwrap_or_default(),
        }
    }
    line + " }"
}

fn branch(value: &Branch) -> String {
    match value {
        Branch::Mapping(tree) => shown(tree),
        Branch::Sequence(elements) => {
            let items = elements.iter().filter_map(|element| match element {
                Element::Item(item) => Some(branch(&item.value)),
                Element::Comment(_) => None,
            });
            format!("[{}]", items.collect::<Vec<_>>().join(" "))
        }
        Branch::Leaf(leaf) => match leaf.scalar() {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Integer(value) => format!("int:{value}"),
            Scalar::Unsigned(value) => format!("uint:{value}"),
            Scalar::Float(value) => format!("float:{value:?}"),
            Scalar::Time(value) => value.to_string(),
            Scalar::Text(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        },
    }
}

pub(crate) fn read(text: &[u8], format: TreeFormat) -> Result<(Source, Vec<Tree>), ReadError> {
    Source::read(text, format, &Limits::default())
}

/// What a text is read as.
pub(crate) fn tree(text: &str, format: TreeFormat) -> Outcome<String> {
    Ok(shown(read(text.as_bytes(), format)?.1.first().ok_or("no document")?))
}

/// The text after a change of its tree.
pub(crate) fn edited(text: &str, format: TreeFormat, edit: impl FnOnce(&mut Tree)) -> Outcome<String> {
    let (source, mut trees) = read(text.as_bytes(), format)?;
    edit(trees.first_mut().ok_or("no document")?);
    Ok(String::from_utf8(written(source, &mut trees)?.to_vec())?)
}

/// The text of changed trees, whichever way it is written.
fn written(source: Source, trees: &mut [Tree]) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let text = source.write(trees, &Layout::default());
    assert!(text == source.into_written(trees, &Layout::default()));
    text
}

/// The message of a text that cannot be read.
pub(crate) fn refused(text: &[u8], format: TreeFormat) -> String {
    match read(text, format) {
        Ok(_) => "read".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Sets the first value at a path of keys.
pub(crate) fn set(tree: &mut Tree, path: &[&str], scalar: Scalar) {
    let Some((key, rest)) = path.split_first() else { return };
    for entry in &mut tree.entries {
        if let Entry::Pair(pair) = entry
            && *pair.key == **key
        {
            return match &mut pair.value {
                Branch::Leaf(leaf) => leaf.set(scalar),
                Branch::Mapping(inner) => set(inner, rest, scalar),
                Branch::Sequence(_) => {}
            };
        }
    }
}

/// Sets every comment.
pub(crate) fn set_comments(tree: &mut Tree, text: &str) {
    for entry in &mut tree.entries {
        match entry {
            Entry::Comment(comment) => Comment::set(comment, Zeroizing::new(text.to_owned())),
            Entry::Pair(pair) => {
                if let Branch::Mapping(inner) = &mut pair.value {
                    set_comments(inner, text);
                }
            }
        }
    }
}

/// Metadata as each format has them.
pub(crate) fn push_metadata(tree: &mut Tree, format: TreeFormat) {
    let fields = [("mac", "ENC[AES256_GCM,data:x]"), ("version", "3.13.3")];
    if format == TreeFormat::Dotenv {
        for (key, value) in fields {
            tree.push(format!("sops_{key}"), Scalar::text(value));
        }
        return;
    }
    let mut metadata = Tree::default();
    for (key, value) in fields {
        metadata.push(key, Scalar::text(value));
    }
    tree.push("sops", metadata);
}

pub(crate) fn remove_metadata(tree: &mut Tree) {
    tree.entries
        .retain(|entry| !matches!(entry, Entry::Pair(pair) if pair.key.starts_with("sops")));
}

/// The text is what it was without a change, and after metadata came and went.
pub(crate) fn comes_back(text: &str, format: TreeFormat) -> Outcome {
    assert_eq!(edited(text, format, |_| {})?, text);
    let with = edited(text, format, |tree| push_metadata(tree, format))?;
    assert_ne!(with, text);
    let (_, mut wanted) = read(text.as_bytes(), format)?;
    wanted.iter_mut().for_each(|tree| push_metadata(tree, format));
    assert_eq!(
        tree(&with, format)?,
        wanted.iter().map(shown).collect::<String>(),
        "{with:?}"
    );
    assert_eq!(edited(&with, format, remove_metadata)?, text, "{with:?}");
    Ok(())
}

/// Sets everything to an encrypted value and back again: the tree is the same.
pub(crate) fn is_set_and_set_back(text: &str, format: TreeFormat) -> Outcome {
    let (source, mut trees) = read(text.as_bytes(), format)?;
    let before = same(&trees, format);
    trees.iter_mut().for_each(encrypt);
    let encrypted = String::from_utf8(written(source, &mut trees)?.to_vec())?;
    let wanted: String = trees.iter().map(shown).collect();
    assert_eq!(tree(&encrypted, format)?, wanted, "{encrypted:?}");
    let (source, mut trees) = read(encrypted.as_bytes(), format)?;
    let (_, old) = read(text.as_bytes(), format)?;
    for (tree, old) in trees.iter_mut().zip(old) {
        restore(tree, old);
    }
    let restored = String::from_utf8(written(source, &mut trees)?.to_vec())?;
    assert_eq!(
        same(&read(restored.as_bytes(), format)?.1, format),
        before,
        "{restored:?}"
    );
    Ok(())
}

/// What must be the same. JSON has whole numbers as Go writes them, without a fraction.
fn same(trees: &[Tree], format: TreeFormat) -> String {
    match write(trees, TreeFormat::Json, &Layout::default()) {
        Ok(text) if format == TreeFormat::Json => String::from_utf8_lossy(&text).into_owned(),
        _ => trees.iter().map(shown).collect(),
    }
}

fn encrypt(tree: &mut Tree) {
    for entry in &mut tree.entries {
        match entry {
            Entry::Comment(comment) if comment.text().is_empty() => {}
            Entry::Comment(comment) => comment.set(Zeroizing::new("ENC[c]".to_owned())),
            Entry::Pair(pair) => match &mut pair.value {
                Branch::Leaf(leaf) => leaf.set(Scalar::text("ENC[AES256_GCM,data:x,type:str]")),
                Branch::Mapping(inner) => encrypt(inner),
                Branch::Sequence(_) => {}
            },
        }
    }
}

fn restore(tree: &mut Tree, old: Tree) {
    for (entry, old) in tree.entries.iter_mut().zip(old.entries) {
        match (entry, old) {
            (Entry::Comment(comment), Entry::Comment(old)) => comment.set(Zeroizing::new(old.text().to_owned())),
            (Entry::Pair(pair), Entry::Pair(old)) => match (&mut pair.value, old.value) {
                (Branch::Leaf(leaf), Branch::Leaf(old)) => leaf.set(old.into_scalar()),
                (Branch::Mapping(inner), Branch::Mapping(old)) => restore(inner, old),
                _ => {}
            },
            _ => {}
        }
    }
}

/// Takes entries away, puts others in and sets some: what is written is read as the same tree, or is refused.
pub(crate) fn follows_changes(text: &str, format: TreeFormat, choices: &[u8]) -> Outcome {
    let (source, mut trees) = read(text.as_bytes(), format)?;
    let mut choices = choices.iter().copied().cycle();
    for tree in &mut trees {
        change(tree, &mut choices, format == TreeFormat::Ini);
    }
    let Ok(written) = written(source, &mut trees) else {
        return Ok(());
    };
    assert_eq!(
        same(&read(&written, format)?.1, format),
        same(&trees, format),
        "{:?}",
        String::from_utf8_lossy(&written)
    );
    Ok(())
}

fn change(tree: &mut Tree, choices: &mut impl Iterator<Item = u8>, has_sections: bool) {
    let mut entries = Vec::new();
    for (index, mut entry) in std::mem::take(&mut tree.entries).into_iter().enumerate() {
        let choice = choices.next().unwrap_or_default() % 8;
        let is_default = has_sections && index == 0;
        if let Entry::Pair(pair) = &mut entry {
            match &mut pair.value {
                Branch::Mapping(inner) => change(inner, choices, false),
                Branch::Leaf(leaf) if choice == 0 => leaf.set(Scalar::text("set #\n")),
                _ => {}
            }
        }
        if choice != 1 || is_default {
            entries.push(entry);
        }
        if choice == 2 {
            let key = format!("new{index}");
            let mut inner = Tree::default();
            inner.push("k", Scalar::text("v"));
            let pair = match has_sections {
                true => Pair::new(key, inner),
                false => Pair::new(key, Scalar::text("v")),
            };
            entries.push(Entry::Pair(pair));
        }
    }
    tree.entries = entries;
}
