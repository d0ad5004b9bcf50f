use std::ops::Range;

use zeroize::Zeroizing;

use super::{DEFAULT, Key, Part, Source, write};
use crate::tree::{Branch, Comment, Entry, Leaf, Pair, Place, Tree, splice::Splices};

/// What must follow the tree, and how far it is.
struct Follow<'a> {
    source: &'a Source,
    splices: Splices<'static>,
    newline: &'static str,
    /// Where what was read so far ends. A key that stands twice has its first place in the tree, and its last one in the text.
    end: Option<usize>,
    /// Which parts are in the tree.
    kept: Vec<bool>,
    /// The first part that may come next.
    next: usize,
    /// Whether a value or a comment has changed.
    is_set: bool,
}

impl Source {
    /// The text that follows a tree; nothing where the change is not one of those that can be made in place.
    pub(super) fn follow(&self, tree: &Tree) -> Option<Zeroizing<Vec<u8>>> {
        let mut follow = Follow {
            source: self,
            splices: Splices::default(),
            newline: if self.text.contains("\r\n") { "\r\n" } else { "\n" },
            end: None,
            kept: vec![false; self.parts.len()],
            next: 0,
            is_set: false,
        };
        for pair in tree.pairs() {
            follow.section(pair)?;
        }
        follow.remove()?;
        if follow.is_set {
            // Upstream drops it, too; in an encrypted document it would stand in clear.
            for range in self.lost.iter().cloned() {
                follow.splices.remove(self.with_line(range));
            }
        }
        follow.splices.finish(self.text.as_bytes())
    }

    /// A range, with its line break if it has the line for itself.
    fn with_line(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text.get(..range.start).unwrap_or_default();
        let is_start = matches!(before, "" | "\u{feff}") || before.ends_with('\n');
        let rest = self.text.get(range.end..).unwrap_or_default();
        let length = ["\r\n", "\n"]
            .into_iter()
            .find(|line| rest.starts_with(line))
            .map_or(0, str::len);
        if is_start {
            range.start..range.end + length
        } else {
            range
        }
    }

    fn part(&self, place: Option<Place>) -> Option<&Part> {
        self.parts.get(place?.index())
    }
}

impl Follow<'_> {
    fn section(&mut self, pair: &Pair) -> Option<()> {
        let source = self.source;
        match (source.part(pair.place), &pair.value) {
            (Some(Part::Section(line)), Branch::Mapping(tree)) => {
                let name = line.as_ref().and_then(|line| source.text.get(line.clone()));
                let is_named = name.map_or(&*pair.key == DEFAULT, |line| {
                    let line = line.trim_start().strip_prefix('[');
                    line.is_some_and(|line| line.strip_prefix(&*pair.key).is_some_and(|rest| rest.starts_with(']')))
                });
                self.keep(pair.place)?;
                self.end = line.as_ref().map(|line| line.end).max(self.end);
                is_named.then(|| self.entries(tree))?
            }
            (None, Branch::Mapping(_)) if pair.place.is_none() => self.new_section(pair),
            _ => None,
        }
    }

    fn entries(&mut self, tree: &Tree) -> Option<()> {
        let source = self.source;
        let neighbour = tree.pairs().find_map(|pair| match source.part(pair.place) {
            Some(Part::Key(key)) => Some(key),
            _ => None,
        });
        let mut last = None;
        for entry in &tree.entries {
            match entry {
                Entry::Comment(comment) => self.comment(comment, last)?,
                Entry::Pair(pair) if pair.place.is_none() => self.new_key(pair, neighbour)?,
                Entry::Pair(pair) => {
                    let Some(Part::Key(key)) = self.source.part(pair.place) else {
                        return None;
                    };
                    self.keep(pair.place)?;
                    self.end = Some(key.whole.end).max(self.end);
                    let Branch::Leaf(leaf) = &pair.value else { return None };
                    self.value(leaf, pair, key)?;
                    last = Some(key);
                }
            }
        }
        Some(())
    }

    /// Notes that a part is in the tree; nothing if it is there twice, or before one that it stood behind.
    fn keep(&mut self, place: Option<Place>) -> Option<()> {
        let index = place?.index();
        let is_next = index >= self.next;
        self.next = index + 1;
        *self.kept.get_mut(index)? = true;
        is_next.then_some(())
    }

    fn value(&mut self, leaf: &Leaf, pair: &Pair, key: &Key) -> Option<()> {
        if !leaf.is_changed() {
            return Some(());
        }
        self.is_set = true;
        let value = write::value(&pair.value).ok()?;
        let bytes = Zeroizing::new(value.as_bytes().to_vec());
        self.splices.replace(key.value.clone(), bytes);
        Some(())
    }

    /// A comment that was read. All of it comes in the place of its first piece.
    fn comment(&mut self, comment: &Comment, key: Option<&Key>) -> Option<()> {
        let Some(Part::Comment(pieces)) = self.source.part(comment.place) else {
            return None;
        };
        self.keep(comment.place)?;
        if !comment.is_changed() {
            return Some(());
        }
        self.is_set = true;
        let (first, others) = pieces.split_first()?;
        let is_line = key.is_none_or(|key| first.end <= key.whole.start);
        if !is_line && comment.text().contains('\n') {
            return None;
        }
        let lines = write::comment(comment, self.newline);
        let text = lines.strip_suffix('\n').unwrap_or(&lines);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let bytes = Zeroizing::new(text.as_bytes().to_vec());
        let raw = self.source.text.get(first.clone())?;
        let indent = raw.len() - raw.trim_start().len();
        self.splices.replace(first.start + indent..first.end, bytes);
        for piece in others {
            self.splices.remove(self.source.with_line(piece.clone()));
        }
        Some(())
    }

    /// A key that stands nowhere yet comes behind what is before it, and looks like it.
    fn new_key(&mut self, pair: &Pair, neighbour: Option<&Key>) -> Option<()> {
        let (key, value) = write::key_and_value(pair).ok()?;
        let (indent, delimiter, width) = neighbour.map_or(("", " = ", 0), |other| self.manner(other));
        let blanks = " ".repeat(width.saturating_sub(key.len()));
        let line = Zeroizing::new([indent, &key, &blanks, delimiter, &value].concat());
        self.insert(&[line]);
        Some(())
    }

    /// The indentation of a key, what is between it and its value, and the width of the key with the blanks that align it.
    fn manner(&self, key: &Key) -> (&'static str, &'static str, usize) {
        let text = |range: Range<usize>| self.source.text.get(range).unwrap_or_default();
        let line = text(key.whole.start..key.name);
        let name = line.trim_start();
        let between = text(key.name..key.value.start);
        let blanks = between.len() - between.trim_start_matches(' ').len();
        let is_aligned = blanks > 1;
        let indent = if line.starts_with('\t') { "\t" } else { "" };
        let delimiter = match between.trim_start_matches(' ') {
            rest if rest.starts_with(':') => ": ",
            "=" if blanks == 0 => "=",
            _ => " = ",
        };
        (indent, delimiter, if is_aligned { name.len() + blanks - 1 } else { 0 })
    }

    fn new_section(&mut self, pair: &Pair) -> Option<()> {
        let mut pieces = Vec::new();
        write::section(pair, false, self.newline, &mut pieces).ok()?;
        let text = write::joined(&pieces);
        let text = Zeroizing::new(
            std::str::from_utf8(&text)
                .ok()?
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
        );
        let blank = self.end.map(|_| Zeroizing::default());
        let lines: Vec<_> = blank.into_iter().chain([text]).collect();
        self.insert(&lines);
        Some(())
    }

    /// Puts lines behind what is before them, or at the start of the text.
    fn insert(&mut self, lines: &[Zeroizing<String>]) {
        let mut pieces = Vec::new();
        for line in lines {
            let newline = self.newline.as_bytes();
            let both: [&[u8]; 2] = match self.end {
                Some(_) => [newline, line.as_bytes()],
                None => [line.as_bytes(), newline],
            };
            pieces.push(Zeroizing::new(both.concat()));
        }
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        pieces.iter().for_each(|piece| text.extend_from_slice(piece));
        let start = if self.source.text.starts_with('\u{feff}') { 3 } else { 0 };
        self.splices.insert(self.end.unwrap_or(start), text);
    }

    /// Takes away what is not in the tree: each thing from the end of the one before it, or with its line break where it is the first.
    fn remove(&mut self) -> Option<()> {
        let source = self.source;
        let mut end = None;
        for (part, kept) in source.parts.iter().zip(&self.kept) {
            let whole = match part {
                Part::Section(Some(line)) => line,
                Part::Key(key) => &key.whole,
                Part::Section(None) => continue,
                Part::Comment(pieces) => {
                    if !kept {
                        for piece in pieces {
                            self.splices.remove(source.with_line(piece.clone()));
                        }
                    }
                    continue;
                }
            };
            match end {
                _ if *kept => end = end.max(Some(whole.end)),
                Some(before) if before > whole.start => return None,
                Some(before) => {
                    self.splices.remove(before..whole.end);
                    end = Some(whole.end);
                }
                None => self.splices.remove(source.with_line(whole.clone())),
            }
        }
        Some(())
    }
}
