//! Two versions of documents that come from one: what the other side changed joins what ours did, value by value.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use signet_document::tree::{Branch, Comment, Entry, Key, Pair, Tree};
use zeroize::Zeroizing;

use crate::{
    same::{is_same, is_same_tree},
    tree_path::{detached, replace},
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
    path: Vec<Key>,
    conflicts: &'a mut Vec<Conflict>,
}

impl Merge<'_> {
    fn mapping(&mut self, base: &Tree, ours: &mut Tree, theirs: Tree) {
        // Nothing says which of its values belong together.
        let repeated = [base, ours, &theirs].into_iter().find_map(repeated_key);
        if let Some(key) = repeated.map(Key::from) {
            return self.whole(base, ours, &theirs, key);
        }
        let before: HashMap<&str, &Branch> = base.pairs().map(|pair| (&*pair.key, &pair.value)).collect();
        let mut places = Places::of(ours);
        self.removed(base, ours, &theirs, &mut places);
        let known: HashSet<&str> = texts(base).chain(texts(ours)).collect();
        let is_new = |entry: &Entry| matches!(entry, Entry::Comment(comment) if !known.contains(comment.text()));
        let are_new: Vec<_> = theirs.entries.iter().map(is_new).collect();
        let mut comments = Vec::new();
        for (entry, is_new) in theirs.entries.into_iter().zip(are_new) {
            match entry {
                Entry::Comment(comment) if is_new => comments.push(comment),
                Entry::Comment(_) => {}
                Entry::Pair(pair) => {
                    let key = pair.key.clone();
                    self.path.push(key.clone());
                    self.pair(before.get(&*key).copied(), ours, pair, &mut places);
                    self.path.pop();
                    places.insert(&key, &mut comments);
                }
            }
        }
        places.insert("", &mut comments);
        places.apply(ours);
    }

    /// A mapping as one value; a conflict is said to be at its key. So is any change of theirs: in the text of ours its pairs could stand in
    /// another order, of which a MAC would be wrong.
    fn whole(&mut self, base: &Tree, ours: &Tree, theirs: &Tree, key: Key) {
        if !is_same_tree(base, theirs) && !is_same_tree(ours, theirs) {
            self.path.push(key);
            self.conflict();
            self.path.pop();
        }
    }

    /// What theirs has no more: pairs and comments.
    fn removed(&mut self, base: &Tree, ours: &Tree, theirs: &Tree, places: &mut Places) {
        let kept: HashSet<&str> = theirs.pairs().map(|pair| &*pair.key).collect();
        for pair in base.pairs().filter(|pair| !kept.contains(&*pair.key)) {
            match places.pair(ours, &pair.key) {
                Some((place, own)) if is_same(&own.value, &pair.value) => places.remove(place),
                Some(_) => {
                    self.path.push(pair.key.clone());
                    self.conflict();
                    self.path.pop();
                }
                None => {}
            }
        }
        let kept: HashSet<&str> = texts(theirs).collect();
        let gone: HashSet<&str> = texts(base).filter(|text| !kept.contains(text)).collect();
        for (place, entry) in ours.entries.iter().enumerate() {
            if let Entry::Comment(comment) = entry
                && gone.contains(comment.text())
            {
                places.remove(place);
            }
        }
    }

    fn pair(&mut self, before: Option<&Branch>, ours: &mut Tree, theirs: Pair, places: &mut Places) {
        let is_changed = !before.is_some_and(|before| is_same(before, &theirs.value));
        match (places.pair_mut(ours, &theirs.key), before) {
            _ if !is_changed => {}
            (None, None) => places.push(ours, theirs.key, detached(theirs.value)),
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

/// The comments of a mapping.
fn texts(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.entries.iter().filter_map(|entry| match entry {
        Entry::Comment(comment) => Some(comment.text()),
        Entry::Pair(_) => None,
    })
}

/// Where the keys of a mapping stand, and what is to be inserted and removed once all is known. So a place holds until then, and wide mappings
/// cost no more for a key than narrow ones.
struct Places {
    keys: HashMap<Key, usize>,
    removed: HashSet<usize>,
    inserted: BTreeMap<usize, Vec<Comment>>,
    end: usize,
}

impl Places {
    fn of(tree: &Tree) -> Self {
        let keys = tree
            .entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| match entry {
                Entry::Pair(pair) => Some((pair.key.clone(), place)),
                Entry::Comment(_) => None,
            });
        Self {
            keys: keys.collect(),
            removed: HashSet::new(),
            inserted: BTreeMap::new(),
            end: tree.entries.len(),
        }
    }

    fn pair<'t>(&self, tree: &'t Tree, key: &str) -> Option<(usize, &'t Pair)> {
        let place = *self.keys.get(key)?;
        match tree.entries.get(place)? {
            Entry::Pair(pair) => Some((place, pair)),
            Entry::Comment(_) => None,
        }
    }

    fn pair_mut<'t>(&self, tree: &'t mut Tree, key: &str) -> Option<&'t mut Branch> {
        match tree.entries.get_mut(*self.keys.get(key)?)? {
            Entry::Pair(pair) => Some(&mut pair.value),
            Entry::Comment(_) => None,
        }
    }

    fn push(&mut self, tree: &mut Tree, key: Key, value: Branch) {
        self.keys.insert(key.clone(), tree.entries.len());
        tree.push(key, value);
        self.end = tree.entries.len();
    }

    fn remove(&mut self, place: usize) {
        self.removed.insert(place);
    }

    /// Has comments inserted in front of a key, or at the end where there is no such key.
    fn insert(&mut self, key: &str, comments: &mut Vec<Comment>) {
        if !comments.is_empty() {
            let place = self.keys.get(key).copied().unwrap_or(self.end);
            self.inserted.entry(place).or_default().append(comments);
        }
    }

    fn apply(mut self, tree: &mut Tree) {
        if self.removed.is_empty() && self.inserted.is_empty() {
            return;
        }
        let new = |comments: Option<Vec<Comment>>| {
            let comments = comments.unwrap_or_default().into_iter();
            comments.map(|comment| Entry::Comment(Comment::from(Zeroizing::new(comment.text().to_owned()))))
        };
        let mut entries = Vec::with_capacity(tree.entries.len());
        for (place, entry) in tree.entries.drain(..).enumerate() {
            entries.extend(new(self.inserted.remove(&place)));
            if !self.removed.contains(&place) {
                entries.push(entry);
            }
        }
        entries.extend(self.inserted.into_values().flat_map(|comments| new(Some(comments))));
        tree.entries = entries;
    }
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
                "a: 1\n# mine\nb: {c: 2, d: 3}\nl: [1]\n",
                "# why\na: 1\nb: {c: 2, d: 3}\n# new\nz: 1\nl: [1]\n# end\n",
                "# why\na: 1\n# mine\nb:\n  c: 2\n  d: 3\nl:\n  - 1\n# new\nz: 1\n# end\n",
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
        let [base, other] = ["a: 1\n---\nb: 1\nb: 2\n", "a: 1\n---\nb: 1\nb: 3\n"];
        let ours = "a: 2\n---\nb: 1\nb: 2\n";
        for (base, ours, theirs, expected) in [
            (base, base, base, base),
            (base, ours, base, ours),
            (base, other, base, other),
            (base, other, other, other),
        ] {
            assert_eq!(
                merged(base, ours, theirs)?,
                (expected.to_owned(), Vec::new()),
                "{ours}{theirs}"
            );
        }
        for ours in [base, "a: 1\n---\nb: 4\n"] {
            assert_eq!(merged(base, ours, other)?.1, ["document 2: b"]);
        }
        Ok(())
    }

    #[test]
    fn comments_that_theirs_has_no_more_go() -> Tested {
        let (text, conflicts) = merged(
            "# one\na: 1\n# two\nb: 2\n",
            "# one\na: 1\n# two\nb: 3\n# own\nc: 1\n",
            "a: 1\n# two\nb: 2\n",
        )?;
        assert_eq!(
            (text.as_str(), conflicts),
            ("a: 1\n# two\nb: 3\n# own\nc: 1\n", Vec::new())
        );
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
