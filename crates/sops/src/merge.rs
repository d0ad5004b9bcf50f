//! Two versions of documents that come from one: what the other side changed joins what ours did, value by value.

use std::{collections::HashSet, fmt};

use signet_document::tree::{Branch, Comment, Entry, Pair, Tree};

use crate::{
    same::{is_same, is_same_tree},
    tree_path::{detached, find_key, replace},
};

/// A value that both sides changed, each in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which of the documents of the file, from 0.
    pub document: usize,
    /// The keys from the top, joined by dots; empty for the number of documents.
    pub path: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.document, self.path.as_str()) {
            (_, "") => f.write_str("the number of documents"),
            (0, path) => f.write_str(path),
            (document, path) => write!(f, "document {}: {path}", document + 1),
        }
    }
}

/// Joins what `theirs` changed since `base` into `ours`, and names what both changed, which stays as ours has it. A sequence is one value, and so
/// is a mapping in which a key stands twice. What stays keeps its place in its text, and so do comments; new ones of theirs come with the entry behind them.
pub fn merge(base: &[Tree], ours: &mut [Tree], theirs: Vec<Tree>) -> Vec<Conflict> {
    if theirs.len() != ours.len() {
        return vec![Conflict {
            document: 0,
            path: String::new(),
        }];
    }
    let nothing = Tree::default();
    let mut conflicts = Vec::new();
    for (document, (ours, theirs)) in ours.iter_mut().zip(theirs).enumerate() {
        let mut merge = Merge {
            document,
            path: Vec::new(),
            conflicts: &mut conflicts,
        };
        merge.mapping(base.get(document).unwrap_or(&nothing), ours, theirs);
    }
    conflicts
}

struct Merge<'a> {
    document: usize,
    path: Vec<Box<str>>,
    conflicts: &'a mut Vec<Conflict>,
}

impl Merge<'_> {
    fn mapping(&mut self, base: &Tree, ours: &mut Tree, theirs: Tree) {
        // Nothing says which of its values belong together.
        let repeated = [base, ours, &theirs].into_iter().find_map(repeated_key);
        if let Some(key) = repeated.map(Box::from) {
            return self.whole(base, ours, theirs, key);
        }
        let gone = base.pairs().filter(|pair| theirs.get(&pair.key).is_none());
        for pair in gone {
            self.removed(pair, ours);
        }
        let mut comments = Vec::new();
        for entry in theirs.entries {
            match entry {
                Entry::Comment(comment) if has_comment(base, &comment) || has_comment(ours, &comment) => {}
                Entry::Comment(comment) => comments.push(comment),
                Entry::Pair(pair) => {
                    let key = pair.key.clone();
                    self.path.push(key.clone());
                    self.pair(base, ours, pair);
                    self.path.pop();
                    let at = find_key(ours, &key).unwrap_or(ours.entries.len());
                    insert(ours, at, &mut comments);
                }
            }
        }
        let end = ours.entries.len();
        insert(ours, end, &mut comments);
    }

    /// A mapping as one value; a conflict is said to be at its key.
    fn whole(&mut self, base: &Tree, ours: &mut Tree, theirs: Tree, key: Box<str>) {
        if is_same_tree(base, &theirs) || is_same_tree(ours, &theirs) {
            return;
        }
        if !is_same_tree(base, ours) {
            self.path.push(key);
            self.conflict();
            self.path.pop();
        } else if let Branch::Mapping(theirs) = detached(theirs.into()) {
            *ours = theirs;
        }
    }

    /// What theirs has no more.
    fn removed(&mut self, pair: &Pair, ours: &mut Tree) {
        match ours.get(&pair.key) {
            Some(own) if is_same(own, &pair.value) => drop(ours.remove(&pair.key)),
            Some(_) => {
                self.path.push(pair.key.clone());
                self.conflict();
                self.path.pop();
            }
            None => {}
        }
    }

    fn pair(&mut self, base: &Tree, ours: &mut Tree, theirs: Pair) {
        let before = base.get(&theirs.key);
        let is_changed = !before.is_some_and(|before| is_same(before, &theirs.value));
        let own = find_key(ours, &theirs.key).and_then(|place| match ours.entries.get_mut(place)? {
            Entry::Pair(pair) => Some(&mut pair.value),
            Entry::Comment(_) => None,
        });
        match (own, before) {
            _ if !is_changed => {}
            (None, None) => ours.push(theirs.key, detached(theirs.value)),
            // Ours has it no more.
            (None, Some(_)) => self.conflict(),
            (Some(own), _) if is_same(own, &theirs.value) => {}
            (Some(own), Some(before)) if is_same(own, before) && !are_mappings(own, &theirs.value) => {
                replace(own, theirs.value);
            }
            (Some(Branch::Mapping(own)), before) => match (theirs.value, before) {
                (Branch::Mapping(theirs), Some(Branch::Mapping(before))) => self.mapping(before, own, theirs),
                (Branch::Mapping(theirs), None) => self.mapping(&Tree::default(), own, theirs),
                _ => self.conflict(),
            },
            (Some(_), _) => self.conflict(),
        }
    }

    fn conflict(&mut self) {
        let path = self.path.join(".");
        let document = self.document;
        self.conflicts.push(Conflict { document, path });
    }
}

/// A key that stands twice.
fn repeated_key(tree: &Tree) -> Option<&str> {
    let mut known = HashSet::new();
    let mut keys = tree.pairs().map(|pair| &*pair.key);
    keys.find(|key| !known.insert(*key))
}

fn are_mappings(one: &Branch, other: &Branch) -> bool {
    matches!((one, other), (Branch::Mapping(_), Branch::Mapping(_)))
}

fn has_comment(tree: &Tree, comment: &Comment) -> bool {
    let mut comments = tree.entries.iter();
    comments.any(|entry| matches!(entry, Entry::Comment(own) if own.text() == comment.text()))
}

fn insert(tree: &mut Tree, at: usize, comments: &mut Vec<Comment>) {
    let new = comments.drain(..).map(|comment| {
        let text = zeroize::Zeroizing::new(comment.text().to_owned());
        Entry::Comment(Comment::from(text))
    });
    tree.entries.splice(at..at, new);
}

#[cfg(test)]
mod tests {
    use signet_document::{
        Limits,
        tree::{Layout, Source, TreeFormat, write},
    };

    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    fn trees(text: &str) -> Result<Vec<Tree>, Box<dyn std::error::Error>> {
        Ok(Source::read(text.as_bytes(), TreeFormat::Yaml, &Limits::default())?.1)
    }

    fn merged(base: &str, ours: &str, theirs: &str) -> Result<(String, Vec<String>), Box<dyn std::error::Error>> {
        let mut own = trees(ours)?;
        let conflicts = merge(&trees(base)?, &mut own, trees(theirs)?);
        let layout = Layout {
            yaml_indent: 2,
            ..Layout::default()
        };
        let text = write(&own, TreeFormat::Yaml, &layout)?;
        let conflicts = conflicts.iter().map(Conflict::to_string).collect();
        Ok((String::from_utf8(text.to_vec())?, conflicts))
    }

    #[test]
    fn changes_of_both_sides_come_together() -> Tested {
        let base = "a: 1\nb: {c: 2, d: 3}\nl: [1]\n";
        for (ours, theirs, expected) in [
            (base, base, "a: 1\nb:\n  c: 2\n  d: 3\nl:\n  - 1\n"),
            (
                "a: x\nb: {c: 2, d: 3}\nl: [1]\n",
                "a: 1\nb: {c: y, d: 3}\nl: [1, 2]\n",
                "a: x\nb:\n  c: \"y\"\n  d: 3\nl:\n  - 1\n  - 2\n",
            ),
            (
                "b: {c: 2, d: 3}\nl: [1]\n",
                "a: 1\nb: {c: 2}\nl: [1]\nnew: {e: 1}\n",
                "b:\n  c: 2\nl:\n  - 1\nnew:\n  e: 1\n",
            ),
            (
                base,
                "# why\na: 1\nb: {c: 2, d: 3}\n",
                "# why\na: 1\nb:\n  c: 2\n  d: 3\n",
            ),
            (
                "a: z\nb: {c: 2, d: 3}\nl: [1]\nm: {x: 1}\n",
                "a: z\nb: {c: 2, d: 3}\nl: [1]\nm: {y: 2}\n",
                "a: z\nb:\n  c: 2\n  d: 3\nl:\n  - 1\nm:\n  x: 1\n  \"y\": 2\n",
            ),
        ] {
            assert_eq!(
                merged(base, ours, theirs)?,
                (expected.to_owned(), Vec::new()),
                "{ours}{theirs}"
            );
        }
        Ok(())
    }

    /// Upstream refuses them in the first document of YAML alone, and not at all in other formats.
    #[test]
    fn a_mapping_with_a_key_that_stands_twice_is_one_value() -> Tested {
        let [base, other, both] = [
            "a: 1\n---\nb: 1\nb: 2\n",
            "a: 1\n---\nb: 1\nb: 3\n",
            "a: 2\n---\nb: 1\nb: 3\n",
        ];
        let ours = "a: 2\n---\nb: 1\nb: 2\n";
        for (base, ours, theirs, expected) in [
            (base, base, base, base),
            (base, ours, base, ours),
            (base, base, other, other),
            (base, ours, other, both),
            (base, other, other, other),
        ] {
            assert_eq!(
                merged(base, ours, theirs)?,
                (expected.to_owned(), Vec::new()),
                "{ours}{theirs}"
            );
        }
        assert_eq!(merged(base, "a: 1\n---\nb: 4\n", other)?.1, ["document 2: b"]);
        Ok(())
    }

    #[test]
    fn what_both_sides_changed_is_named() -> Tested {
        let base = "a: 1\nb: {c: 2}\nl: [1]\n";
        for (ours, theirs, expected) in [
            ("a: 2\nb: {c: 2}\nl: [1]\n", "a: 3\nb: {c: 2}\nl: [1]\n", &["a"][..]),
            ("a: 1\nb: {c: 3}\nl: [0]\n", "a: 1\nb: {c: 4}\nl: [2]\n", &["b.c", "l"]),
            ("b: {c: 2}\nl: [1]\n", "a: 3\nb: {c: 2}\nl: [1]\n", &["a"]),
            ("a: 3\nb: {c: 2}\nl: [1]\n", "b: {c: 2}\nl: [1]\n", &["a"]),
            ("a: 1\nb: x\nl: [1]\n", "a: 1\nb: {c: 3}\nl: [1]\n", &["b"]),
            (
                "a: 1\nb: {c: 2}\nl: [1]\nn: 1\n",
                "a: 1\nb: {c: 2}\nl: [1]\nn: 2\n",
                &["n"],
            ),
            (base, "a: 1\n---\nb: 2\n", &["the number of documents"]),
        ] {
            assert_eq!(merged(base, ours, theirs)?.1, expected, "{ours}{theirs}");
        }
        Ok(())
    }
}
