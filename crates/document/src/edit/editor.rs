use zeroize::Zeroizing;

use super::{
    block,
    error::{EditError, EditFault},
    find::{Found, Obstacle, find},
    flow,
    layout::{Collection, Kind, Style},
    lines::line_break,
    part::{Content, Part},
    plan::{add, replace},
    relocate,
    splice::Splice,
    tree,
};
use crate::{Document, Format, Limits, Node, Position, ReadError, read};

/// A text of documents that is edited: what an edit does not mean stays as it is, byte for byte.
///
/// Documents are counted as [`read`] gives them, from 0 on. A path names a value by the keys that lead to it, whatever characters they
/// have; in a sequence the element is the place, from `0` on. An edit that fails has changed nothing.
///
/// - A new entry comes behind the last one of its mapping, indented and quoted as that is. Mappings that are missing on the way are made.
/// - A replaced value keeps the quotes of the old one where it can, its anchor, and the comment on its line.
/// - With an entry goes what belongs to it: its lines, the comment on them, comment lines below that are deeper than its key, and comment
///   lines directly above at its own column, without a blank line between. Comments above the first entry of a document stay: they are the
///   document's. A mapping that is left without entries becomes `{}`.
/// - What stands below an alias, merged values, anchored values that are used elsewhere, keys that stand twice or behind `?` are refused.
///
/// ```
/// use signet_document::{Editor, Limits, Node};
///
/// let text = b"data: # all of it\n    a: 'x' # one\n    # two\n    b: y\n";
/// let mut editor = Editor::new(text, &Limits::default())?;
/// editor.set(0, &["data", "a"], &Node::string("z"))?;
/// editor.set(0, &["data", "c.d"], &Node::string("1"))?;
/// editor.remove(0, &["data", "b"])?;
/// assert_eq!(*editor.finish()?, *b"data: # all of it\n    a: 'z' # one\n    c.d: \"1\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Editor {
    pub(super) limits: Limits,
    pub(super) format: Format,
    pub(super) has_mark: bool,
    /// The documents as they must read in the end.
    pub(super) documents: Vec<Document>,
    /// The whole text; parts without content are not counted as documents.
    pub(super) parts: Vec<Part>,
    /// The part of each document; none where it cannot be told.
    pub(super) places: Vec<usize>,
}

impl Editor {
    /// Opens a text.
    ///
    /// # Errors
    /// [`ReadError`], as from [`read`].
    pub fn new(text: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let documents: Vec<_> = read(text, limits).collect::<Result<_, _>>()?;
        let body = text.strip_prefix(MARK).unwrap_or(text);
        // What has been read is UTF-8, unless there is nothing in it.
        let body = std::str::from_utf8(body).map_err(|_| ReadError::Encoding(Position::default()))?;
        let is_json = documents.iter().all(|document| document.format == Format::Json);
        let is_json = is_json && (!documents.is_empty() || Format::detect(text) == Format::Json);
        let format = if is_json { Format::Json } else { Format::Yaml };
        let mut parts = Part::all(body, format, limits).unwrap_or_default();
        let contents = parts.iter().enumerate().filter(|(_, part)| part.content.is_some());
        let mut places: Vec<_> = contents.map(|(place, _)| place).collect();
        if places.len() != documents.len() || parts.is_empty() {
            places.clear();
            parts = vec![Part {
                text: Zeroizing::new(body.to_owned()),
                content: None,
            }];
        }
        Ok(Self {
            limits: *limits,
            format,
            has_mark: body.len() < text.len(),
            documents,
            parts,
            places,
        })
    }

    /// The documents as edited so far. Places are those of the text that was opened.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Sets the value at a path. Where the same value is there already, nothing is done.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn set(&mut self, document: usize, path: &[&str], value: &Node) -> Result<(), EditError> {
        match path.split_last() {
            Some((key, mapping)) => self.set_all(document, mapping, &[(key, value)]),
            None => self.replace_document(document, value),
        }
    }

    /// Sets entries of the mapping at a path, all or none: as one edit, so that many cost no more than one.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn set_all(&mut self, document: usize, mapping: &[&str], entries: &[(&str, &Node)]) -> Result<(), EditError> {
        let mut path = mapping.to_vec();
        let mut splices = Vec::new();
        let mut added: Vec<(&str, &Node)> = Vec::new();
        for (key, value) in entries {
            path.push(key);
            let (content, text) = self.part(document)?;
            let found = self.find(document, content, &path)?;
            let old = self
                .documents
                .get(document)
                .and_then(|document| tree::get(&document.root, &path));
            if found.depth < path.len() {
                added.retain(|(other, _)| other != key);
                added.push((key, value));
            } else if !old.is_some_and(|old| tree::same(old, value)) {
                splices.extend(replace(text, content, found.place, value));
            }
            path.pop();
        }
        if let Some((first, _)) = added.first() {
            path.push(first);
            let (content, text) = self.part(document)?;
            let found = self.find(document, content, &path)?;
            let missing = path.get(found.depth..path.len() - 1).unwrap_or_default();
            splices.extend(add(text, content, found.place, missing, &added));
            path.pop();
        }
        self.commit(document, mapping, splices, |root| {
            for (key, value) in entries {
                path.push(key);
                tree::put(root, &path, value.copy())?;
                path.pop();
            }
            Some(())
        })
    }

    /// Removes the entry at a path.
    ///
    /// # Errors
    /// [`EditError`]; [`EditFault::Missing`] where nothing is there.
    pub fn remove(&mut self, document: usize, path: &[&str]) -> Result<(), EditError> {
        let (content, text) = self.part(document)?;
        let found = self.find(document, content, path)?;
        let owner = found.place.owner.filter(|_| found.depth == path.len());
        let Some(owner) = owner else {
            let at = found.place.piece.start();
            return Err(self.refused(document, path, (EditFault::Missing, at, path.len())));
        };
        let splices = if owner.collection.is_flow {
            flow::remove(text, owner)
        } else {
            block::remove(text, owner)
        };
        let Some(splices) = splices else {
            return Err(self.refused(document, path, (EditFault::Entangled, owner.entry.start, path.len())));
        };
        self.commit(document, path, splices, |root| tree::take(root, path).map(drop))
    }

    /// Removes entries of the mapping at a path, all or none. Where each has lines of its own, many cost hardly more than one.
    ///
    /// # Errors
    /// As [`Self::remove`].
    pub fn remove_all(&mut self, document: usize, mapping: &[&str], keys: &[&str]) -> Result<(), EditError> {
        let Some((first, rest)) = keys.split_first() else {
            return Ok(());
        };
        let (content, text) = self.part(document)?;
        let place = self.find(document, content, mapping)?.place;
        let collection = place.piece.collection().filter(|collection| collection.is_block());
        let mut path = mapping.to_vec();
        let mut splices = Vec::new();
        for key in rest {
            path.push(key);
            let found = self.find(document, content, &path)?;
            let owner = found.place.owner.filter(|_| found.depth == path.len());
            splices.extend(owner.and_then(|owner| block::remove(text, owner)).into_iter().flatten());
            path.pop();
        }
        let is_one_edit = collection.is_some() && splices.len() == rest.len();
        self.whole(document, |editor| {
            if is_one_edit {
                editor.commit(document, mapping, splices, |root| {
                    for key in rest {
                        path.push(key);
                        tree::take(root, &path)?;
                        path.pop();
                    }
                    Some(())
                })?;
            }
            let left: &[&str] = if is_one_edit { &[] } else { rest };
            let mut left = left.iter().chain([first]);
            left.try_for_each(|key| editor.remove(document, &[mapping, &[*key]].concat()))
        })
    }

    /// Ends the last line of a document in lines with a line break, if it has none, so that something can follow it.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn end_line(&mut self, document: usize) -> Result<(), EditError> {
        let (content, text) = self.part(document)?;
        let is_in_lines = content.layout.root.collection().is_some_and(Collection::is_block);
        if !is_in_lines || text.ends_with(['\n', '\r']) {
            return Ok(());
        }
        let line_break = || Splice::insert(text.len(), Zeroizing::new(line_break(text, text.len()).to_owned()));
        let mut strip = None;
        content.layout.root.each(&mut |piece| match piece.kind {
            // Its value has no line break at the end either.
            Kind::Scalar(Style::Block { header, .. }) if piece.span.end == text.len() => {
                let indicators = text.get(piece.span.start..header).unwrap_or_default();
                let stripped = format!("{}-", indicators.replace(['+', '-'], ""));
                strip = Some(Splice::new(piece.span.start..header, Zeroizing::new(stripped)));
            }
            _ => {}
        });
        let (plain, stripped) = (vec![line_break()], strip.map(|strip| vec![strip, line_break()]));
        let result = self.commit(document, &[], plain, |_| Some(()));
        match (result, stripped) {
            (Err(_), Some(stripped)) => self.commit(document, &[], stripped, |_| Some(())),
            (result, _) => result,
        }
    }

    /// Moves the entry at a path to another one, behind the last entry there, with its comments and with its value as it is written.
    ///
    /// Between brackets and lines, and in JSON, the value is written anew.
    ///
    /// # Errors
    /// [`EditError`]; [`EditFault::Missing`] where nothing is there, [`EditFault::Duplicate`] where something is there already.
    pub fn relocate(&mut self, document: usize, from: &[&str], to: &[&str]) -> Result<(), EditError> {
        let (content, text) = self.part(document)?;
        let found = self.find(document, content, to)?;
        if found.depth == to.len() {
            let at = found.place.piece.start();
            return Err(self.refused(document, to, (EditFault::Duplicate, at, to.len())));
        }
        let found = self.find(document, content, from)?;
        if to.starts_with(from) {
            let at = found.place.owner.map_or(0, |owner| owner.entry.start);
            return Err(self.refused(document, from, (EditFault::Entangled, at, from.len())));
        }
        let lines = found.place.owner.and_then(|owner| relocate::cut(text, owner));
        let root = self.documents.get(document).map(|document| &document.root);
        let Some(value) = root.and_then(|root| tree::get(root, from)).map(Node::copy) else {
            let at = found.place.piece.start();
            return Err(self.refused(document, from, (EditFault::Missing, at, from.len())));
        };
        self.whole(document, |editor| {
            editor.remove(document, from)?;
            let Some(lines) = lines else {
                return editor.set(document, to, &value);
            };
            editor.set(document, to, &crate::Value::Null.into())?;
            let (content, text) = editor.part(document)?;
            let owner = editor.find(document, content, to)?.place.owner;
            match owner.and_then(|owner| relocate::paste(text, owner, &lines)) {
                Some(splices) => editor.commit(document, to, splices, |root| tree::put(root, to, value)),
                None => editor.set(document, to, &value),
            }
        })
    }

    /// Puts another value in place of a whole document. Comments in front of it and behind it stay.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn replace_document(&mut self, document: usize, value: &Node) -> Result<(), EditError> {
        let (content, text) = self.part(document)?;
        let found = self.find(document, content, &[])?;
        let splices = replace(text, content, found.place, value);
        self.commit(document, &[], splices, |root| tree::put(root, &[], value.copy()))
    }

    /// The text, wiped when dropped. It has been read back, and reads as edited.
    ///
    /// # Errors
    /// [`EditFault::Entangled`] where it does not.
    pub fn finish(&self) -> Result<Zeroizing<Vec<u8>>, EditError> {
        let refused = |document| self.refused(document, &[], (EditFault::Entangled, 0, 0));
        self.read_back(None).map_err(refused)
    }
}

impl Editor {
    /// What the document has in it, and its text.
    pub(super) fn part(&self, document: usize) -> Result<(&Content, &str), EditError> {
        let content = self.places.get(document).and_then(|place| self.parts.get(*place));
        let found = content.and_then(|part| Some((part.content.as_ref()?, part.text.as_str())));
        let fault = if document < self.documents.len() {
            EditFault::Unclear
        } else {
            EditFault::Missing
        };
        found.ok_or_else(|| self.refused(document, &[], (fault, 0, 0)))
    }

    pub(super) fn find<'a>(
        &self,
        document: usize,
        content: &'a Content,
        path: &[&str],
    ) -> Result<Found<'a>, EditError> {
        let root = self.documents.get(document).map(|document| &document.root);
        let root = root.ok_or_else(|| self.refused(document, path, (EditFault::Missing, 0, 0)))?;
        find(&content.layout, root, path).map_err(|obstacle| self.refused(document, path, obstacle))
    }

    pub(super) fn refused(&self, document: usize, path: &[&str], (fault, at, depth): Obstacle) -> EditError {
        let place = self.places.get(document).copied().unwrap_or_default();
        let mut position = Position::default();
        for part in self.parts.iter().take(place) {
            position = position.after(&part.text);
        }
        let before = self.parts.get(place).and_then(|part| part.text.get(..at));
        let path = path.get(..depth).unwrap_or(path).join(".");
        EditError {
            position: position.after(before.unwrap_or_default()),
            path: if path.is_empty() { "document".to_owned() } else { path },
            fault,
        }
    }
}

pub(super) const MARK: &[u8] = "\u{feff}".as_bytes();
