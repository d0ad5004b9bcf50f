//! Taking edits over: a document is changed as a whole, reads as it must, or stays as it was.

use zeroize::Zeroizing;

use super::{
    editor::{Editor, MARK},
    error::{EditError, EditFault},
    part::Part,
    splice::{Splice, apply},
    tree,
};
use crate::{Format, Node, read};

impl Editor {
    /// Makes the splices, reads the document back and takes both over, or neither.
    pub(super) fn commit(
        &mut self,
        document: usize,
        path: &[&str],
        splices: Vec<Splice>,
        change: impl FnOnce(&mut Node) -> Option<()>,
    ) -> Result<(), EditError> {
        if splices.is_empty() {
            return Ok(());
        }
        let at = splices.first().map_or(0, |splice| splice.range.start);
        let entangled = (EditFault::Entangled, at, path.len());
        let made = self.made(document, splices, change);
        let (place, part, root) = made.ok_or_else(|| self.refused(document, path, entangled))?;
        if let (Some(old), Some(old_part)) = (self.documents.get_mut(document), self.parts.get_mut(place)) {
            old.root = root;
            *old_part = part;
        }
        Ok(())
    }

    /// The document's part with the splices made, if it reads as the changed tree.
    fn made(
        &self,
        document: usize,
        splices: Vec<Splice>,
        change: impl FnOnce(&mut Node) -> Option<()>,
    ) -> Option<(usize, Part, Node)> {
        let place = self.places.get(document).copied()?;
        let text = apply(&self.parts.get(place)?.text, splices)?;
        let mut expected = self.documents.get(document)?.root.copy();
        change(&mut expected)?;
        let mut documents = read(text.as_bytes(), &self.limits);
        let found = documents.next()?.ok()?;
        let is_expected = documents.next().is_none() && tree::same(&found.root, &expected);
        let is_json = found.format == Format::Json;
        drop(documents);
        // The start of a text decides how all of it is read.
        let is_start =
            place == 0 && Format::detect(text.as_bytes()) != Format::detect(self.parts.first()?.text.as_bytes());
        if self.format == Format::Json && !is_json {
            return None;
        }
        if is_start && is_expected {
            self.read_back(Some((document, &text, &expected))).ok()?;
        }
        let part = Part::one(text, self.format, &self.limits).filter(|_| is_expected)?;
        Some((place, part, expected))
    }

    /// The whole text, with one document as it shall be, if each of them reads as it must; else the first that does not.
    pub(super) fn read_back(&self, changed: Option<(usize, &str, &Node)>) -> Result<Zeroizing<Vec<u8>>, usize> {
        let of = |place| changed.filter(|(document, ..)| self.places.get(*document) == Some(&place));
        let texts = self.parts.iter().enumerate();
        let texts: Vec<_> = texts
            .map(|(place, part)| of(place).map_or(part.text.as_bytes(), |(_, text, _)| text.as_bytes()))
            .collect();
        let mark = if self.has_mark { MARK } else { &[] };
        let length = texts.iter().map(|text| text.len()).sum::<usize>() + mark.len();
        // Sized beforehand: a text that grows leaves copies behind.
        let mut whole = Zeroizing::new(Vec::with_capacity(length));
        whole.extend_from_slice(mark);
        texts.iter().for_each(|text| whole.extend_from_slice(text));
        let mut found = read(&whole, &self.limits);
        for (index, document) in self.documents.iter().enumerate() {
            let root = match changed {
                Some((changed, _, root)) if changed == index => root,
                _ => &document.root,
            };
            if !matches!(found.next(), Some(Ok(found)) if tree::same(&found.root, root)) {
                return Err(index);
            }
        }
        match found.next() {
            None => Ok(whole),
            Some(_) => Err(self.documents.len()),
        }
    }

    /// Does several edits of a document, or none of them.
    pub(super) fn whole(
        &mut self,
        document: usize,
        edits: impl FnOnce(&mut Self) -> Result<(), EditError>,
    ) -> Result<(), EditError> {
        let (_, text) = self.part(document)?;
        let text = Zeroizing::new(text.to_owned());
        let root = self.documents.get(document).map(|document| document.root.copy());
        let result = edits(self);
        if result.is_err()
            && let Some(place) = self.places.get(document).copied()
            && let Some(part) = Part::one(text, self.format, &self.limits)
            && let (Some(old), Some(root), Some(old_part)) =
                (self.documents.get_mut(document), root, self.parts.get_mut(place))
        {
            old.root = root;
            *old_part = part;
        }
        result
    }
}
