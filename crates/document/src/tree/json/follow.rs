use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    Child, Kind, Part, Source, items, pairs,
    render::{Render, is_simple},
    string::unescape,
    style::Style,
};
use crate::tree::{Branch, Leaf, Place, Tree, WriteError, splice::Splices};

/// Lets a text follow its tree.
pub(super) struct Follow<'s, 't> {
    pub(super) source: &'s Source,
    pub(super) style: Style,
    pub(super) splices: Splices<'t>,
}

/// A mapping or sequence of the text, and what stands in it.
struct Collection<'a> {
    part: &'a Part,
    children: Vec<Place>,
}

/// New children that come at one place, and whether something stands before or behind them.
struct Run<'c, 't> {
    children: &'c [Child<'t>],
    level: Option<usize>,
}

impl<'t> Follow<'_, 't> {
    pub(super) fn root(&mut self, tree: &'t Tree) -> Result<(), WriteError> {
        self.children(Place::new(0), &pairs(tree), 0)
    }

    /// A value that stands in the text, at the given level.
    fn value(&mut self, place: Place, branch: &'t Branch, level: usize) -> Result<(), WriteError> {
        let source = self.source;
        let Some(part) = source.part(place) else {
            return Ok(());
        };
        match (branch, source.kind(part)) {
            (Branch::Leaf(leaf), Kind::Scalar) if !leaf.is_changed() && leaf.place == Some(place) => Ok(()),
            (Branch::Leaf(leaf), _) if leaf.place == Some(place) && is_simple_text(leaf) => {
                self.splices.quote(leaf);
                Ok(())
            }
            (Branch::Mapping(tree), Kind::Mapping) => self.children(place, &pairs(tree), level),
            (Branch::Sequence(elements), Kind::Sequence) => self.children(place, &items(elements), level),
            _ => {
                let has_lines = self.style.has_lines;
                let mut render = Render::new(&self.style);
                render.branch(branch, has_lines.then_some(level))?;
                let rendered = render.finish();
                self.splices.replace(part.value(), rendered);
                Ok(())
            }
        }
    }

    /// What stands in a mapping or sequence.
    fn children(&mut self, place: Place, children: &[Child<'t>], level: usize) -> Result<(), WriteError> {
        let source = self.source;
        let Some(part) = source.part(place) else {
            return Ok(());
        };
        let old = Collection {
            part,
            children: source.children(place).collect(),
        };
        let kept: Vec<Place> = children.iter().filter_map(|child| child.place).collect();
        if !is_within(&kept, &old.children) {
            return self.anew(part, children, level);
        }
        for child in children {
            if let Some(place) = child.place {
                self.key(place, child.key);
                let written = self.value(place, child.value, level + 1);
                written.map_err(|error| child.key.map_or(error.clone(), |key| error.under(key)))?;
            }
        }
        if kept.is_empty() {
            return self.replace_all(&old, children, level);
        }
        self.insert(&old, children, level)?;
        self.remove(&old, &kept);
        Ok(())
    }

    /// Another key in the place of the one that was read.
    fn key(&mut self, place: Place, key: Option<&str>) {
        let (Some(part), Some(key)) = (self.source.part(place), key) else {
            return;
        };
        let at = self.source.key(part);
        let raw = self.source.bytes(at.start + 1..at.end.saturating_sub(1));
        if unescape(raw).is_ok_and(|old| *old == *key) {
            return;
        }
        let mut output = crate::output::Output::default();
        crate::json::write_string(key, &mut output);
        let quoted = Zeroizing::new(output.finish().as_bytes().to_vec());
        self.splices.replace(at, quoted);
    }

    /// Children in another order than they had, or from elsewhere.
    fn anew(&mut self, part: &Part, children: &[Child<'_>], level: usize) -> Result<(), WriteError> {
        let run = Run {
            children,
            level: self.style.has_lines.then_some(level + 1),
        };
        let text = self.joined(&run, b",")?;
        self.splices.replace(inside(part), text);
        Ok(())
    }

    /// Children where none of the old ones is left.
    fn replace_all(
        &mut self,
        collection: &Collection<'_>,
        children: &[Child<'_>],
        level: usize,
    ) -> Result<(), WriteError> {
        let value = collection.part.value();
        let ends = collection.children.first().zip(collection.children.last());
        let old = ends.and_then(|(first, last)| {
            Some(self.source.part(*first)?.whole().start..self.source.part(*last)?.value().end)
        });
        match old {
            None if children.is_empty() => {}
            None => {
                let mut render = Render::new(&self.style);
                let level = self.style.has_lines.then_some(level);
                let inner = level.map(|level| level + 1);
                for (index, child) in children.iter().enumerate() {
                    if index > 0 {
                        render.push(if level.is_some() { "," } else { self.style.comma });
                    }
                    render.line(inner);
                    render.child(child, inner)?;
                }
                render.line(level);
                let rendered = render.finish();
                self.splices.insert(value.start + 1, rendered);
            }
            Some(old) if children.is_empty() => {
                let end = self.line_behind(old.end, level);
                self.splices.remove(value.start + 1..end);
            }
            Some(old) => {
                let separator = self.separator(collection, 0);
                let level = separator.contains(&b'\n').then_some(level + 1);
                let text = self.joined(&Run { children, level }, &separator)?;
                self.splices.replace(old, text);
            }
        }
        Ok(())
    }

    /// The offset behind the line break and indentation that the closing bracket of an object has which was empty once.
    fn line_behind(&self, at: usize, level: usize) -> usize {
        let line = [self.style.newline, &self.style.indent.repeat(level)].concat();
        let rest = self.source.bytes(at..self.source.text.as_bytes().len());
        if rest.starts_with(line.as_bytes()) {
            at + line.len()
        } else {
            at
        }
    }

    /// Puts new children behind the old ones that they follow, or before the first.
    fn insert(&mut self, collection: &Collection<'_>, children: &[Child<'_>], level: usize) -> Result<(), WriteError> {
        let mut before = None;
        for run in children.chunk_by(|one, other| one.place.is_some() == other.place.is_some()) {
            if let Some(last) = run.last().and_then(|child| child.place) {
                before = Some(last);
                continue;
            }
            let index = before.map_or(0, |place| collection.children.binary_search(&place).unwrap_or(0));
            let separator = self.separator(collection, index);
            let level = separator.contains(&b'\n').then_some(level + 1);
            let text = self.joined(&Run { children: run, level }, &separator)?;
            let old = before.or_else(|| children.iter().find_map(|child| child.place));
            let Some(old) = old.and_then(|place| self.source.part(place)) else {
                continue;
            };
            let parts: [&[u8]; 2] = if before.is_some() {
                [&separator, &text]
            } else {
                [&text, &separator]
            };
            let at = if before.is_some() {
                old.whole().end
            } else {
                old.whole().start
            };
            self.splices.insert(at, Zeroizing::new(parts.concat()));
        }
        Ok(())
    }

    fn joined(&self, run: &Run<'_, '_>, separator: &[u8]) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let separator = String::from_utf8_lossy(separator);
        let mut render = Render::new(&self.style);
        for (index, child) in run.children.iter().enumerate() {
            if index > 0 {
                render.push(&separator);
            }
            render.child(child, run.level)?;
        }
        Ok(render.finish())
    }

    /// What stands between the child with this index and its neighbour: a comma and blanks.
    fn separator(&self, collection: &Collection<'_>, index: usize) -> Vec<u8> {
        let child = |index: usize| {
            collection
                .children
                .get(index)
                .and_then(|place| self.source.part(*place))
        };
        let between = |first: usize| Some(child(first)?.whole().end..child(first + 1)?.whole().start);
        let neighbours = index.checked_sub(1).and_then(between).or_else(|| between(index));
        if let Some(range) = neighbours {
            return self.source.bytes(range).to_vec();
        }
        let lead = child(0).map_or(0..0, |first| collection.part.value().start + 1..first.whole().start);
        match self.source.bytes(lead) {
            lead if lead.contains(&b'\n') => [b",", lead].concat(),
            _ => self.style.comma.as_bytes().to_vec(),
        }
    }

    /// Takes away the old children that are not kept, each with the comma before it, or behind it where it is the first.
    fn remove(&mut self, collection: &Collection<'_>, kept: &[Place]) {
        let mut end = None;
        for place in &collection.children {
            let Some(child) = self.source.part(*place) else {
                continue;
            };
            let is_kept = kept.binary_search(place).is_ok();
            match (end, is_kept) {
                (None, true) => {
                    let first = collection.children.first().and_then(|first| self.source.part(*first));
                    if let Some(first) = first.filter(|first| first.start < child.start) {
                        self.splices.remove(first.whole().start..child.whole().start);
                    }
                }
                (Some(end), false) => self.splices.remove(end..child.whole().end),
                _ => {}
            }
            if is_kept || end.is_some() {
                end = Some(child.whole().end);
            }
        }
    }
}

/// Whether places are of a list in ascending order, and in its order.
fn is_within(places: &[Place], all: &[Place]) -> bool {
    places.is_sorted_by(|one, other| one < other) && places.iter().all(|place| all.binary_search(place).is_ok())
}

fn is_simple_text(leaf: &Leaf) -> bool {
    leaf.scalar().as_str().is_some_and(|text| is_simple(text.as_bytes()))
}

/// What stands between the brackets.
fn inside(part: &Part) -> Range<usize> {
    part.value().start + 1..part.value().end.saturating_sub(1)
}
