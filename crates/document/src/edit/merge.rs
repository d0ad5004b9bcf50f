//! Entries of a mapping that go behind those of another one, with all of their comments.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    block::{extent, tail_end},
    comments::comments_in,
    editor::Editor,
    error::{EditError, EditFault},
    find::{Owner, Place},
    layout::{Collection, Entry, Name},
    lines::{column, is_first, line_break, line_end, line_start, next_line},
    relocate::shifted,
    splice::Splice,
    tree,
};
use crate::{Format, Node, Value, output::Output};

impl Editor {
    /// Moves the entries of the mapping at a path behind those of another one, with every comment in it, above it and on its line, as one
    /// edit. Brackets on either side become lines. Where nothing is at the other path, the mapping goes there as it is.
    ///
    /// In JSON, and in brackets around both, the values are written anew, and comments go.
    ///
    /// # Errors
    /// [`EditError`]; [`EditFault::Missing`] where nothing is there, [`EditFault::Duplicate`] where a key is on both sides.
    pub fn merge(&mut self, document: usize, from: &[&str], to: &[&str]) -> Result<(), EditError> {
        let (content, _) = self.part(document)?;
        if self.find(document, content, to)?.depth < to.len() {
            return self.relocate(document, from, to);
        }
        let place = self.find(document, content, from)?.place;
        let fail = |fault| self.refused(document, from, (fault, place.piece.start(), from.len()));
        let root = self.documents.get(document).map(|document| &document.root);
        let (moved, known) = (entries(root, from), entries(root, to));
        let moved: Vec<_> = moved.ok_or_else(|| fail(EditFault::Missing))?;
        let known = known.unwrap_or_default();
        let known: std::collections::HashSet<_> = known.iter().map(|(key, _)| key.as_str()).collect();
        if moved.iter().any(|(key, _)| known.contains(key.as_str())) {
            return Err(fail(EditFault::Duplicate));
        }
        self.whole(document, |editor| {
            let is_unfolded = editor.unfold(document, to)?;
            if is_unfolded && editor.merge_lines(document, from, to, &moved)? {
                return Ok(());
            }
            let added: Vec<_> = moved.iter().map(|(key, value)| (key.as_str(), value)).collect();
            editor.set_all(document, to, &added)?;
            editor.remove(document, from)
        })
    }

    /// Moves the lines; nothing is done where they are not lines of their own.
    fn merge_lines(
        &mut self,
        document: usize,
        from: &[&str],
        to: &[&str],
        moved: &[(String, Node)],
    ) -> Result<bool, EditError> {
        let (content, text) = self.part(document)?;
        let target = self.find(document, content, to)?.place;
        let source = self.find(document, content, from)?.place;
        let Some(splices) = lines(text, source, target) else {
            return Ok(false);
        };
        self.commit(document, from, splices, |root| {
            tree::take(root, from)?;
            let mut path = to.to_vec();
            for (key, value) in moved {
                path.push(key);
                tree::put(root, &path, value.copy())?;
                path.pop();
            }
            Some(())
        })?;
        Ok(true)
    }

    /// Makes lines of a mapping in brackets, and says whether there are any now.
    fn unfold(&mut self, document: usize, path: &[&str]) -> Result<bool, EditError> {
        let (content, text) = self.part(document)?;
        let place = self.find(document, content, path)?.place;
        let (Some(owner), Some(collection)) = (place.owner, place.piece.collection()) else {
            return Ok(false);
        };
        if collection.is_block() {
            return Ok(!collection.entries.is_empty());
        }
        let is_possible = content.manner.format == Format::Yaml
            && owner.collection.is_block()
            && !collection.entries.is_empty()
            && is_first(text, owner.entry.start);
        let Some(lines) = unfolded(text, owner.entry, collection).filter(|_| is_possible) else {
            return Ok(false);
        };
        let column = column(text, owner.entry.start) + content.manner.step;
        let line_break = line_break(text, owner.entry.end());
        let mut output = Output::default();
        for line in &lines {
            push_line(&mut output, line_break, column, line);
        }
        let end = owner.entry.end();
        let splices = vec![
            Splice::remove(owner.entry.value_at()..end),
            Splice::insert(line_end(text, end), output.finish()),
        ];
        self.commit(document, path, splices, |_| Some(()))?;
        Ok(true)
    }
}

/// The splices that move all that stands in `source` to the end of `target`.
fn lines(text: &str, source: Place<'_>, target: Place<'_>) -> Option<Vec<Splice>> {
    let (from, to) = (source.owner?, target.owner?);
    let first = target.piece.collection()?.entries.first()?;
    let to_column = column(text, first.start);
    let in_lines = Some(from).filter(|from| from.collection.is_block());
    let extent = in_lines.and_then(|from| extent(text, from))?;
    let at = tail_end(text, to.entry.end(), column(text, to.entry.start));
    let lines = cut(text, from, &extent, to_column, line_break(text, at))?;
    Some(vec![Splice::insert(at, lines), Splice::remove(extent)])
}

/// The comments and the entries of a mapping, with a line break in front of each line.
fn cut(text: &str, owner: Owner<'_>, extent: &Range<usize>, to: usize, line_break: &str) -> Option<Zeroizing<String>> {
    let entry = owner.entry;
    let (mut below, mut after, mut inside) = (None, entry.end(), Vec::new());
    let mut output = Output::default();
    let above = text.get(extent.start..line_start(text, entry.start).max(extent.start))?;
    for line in above.trim_start_matches(['\r', '\n']).lines() {
        push(&mut output, line_break, &shifted(line, column(text, entry.start), to));
    }
    match entry.value.collection() {
        Some(collection) if collection.is_block() => {
            below = Some(column(text, collection.entries.first()?.start));
            after = entry.value_at();
        }
        Some(collection) => inside = unfolded(text, entry, collection)?,
        None => {}
    }
    let on_line = text.get(after..line_end(text, after))?.trim();
    if !on_line.is_empty() {
        push_line(&mut output, line_break, to, on_line);
    }
    for line in &inside {
        push_line(&mut output, line_break, to, line);
    }
    let rest = next_line(text, after).min(extent.end)..extent.end;
    for line in text.get(rest)?.lines() {
        // Below brackets there are comments alone.
        let from = below.unwrap_or(line.len() - line.trim_start().len());
        push(&mut output, line_break, &shifted(line, from, to));
    }
    Some(output.finish())
}

/// The entries and the comments in brackets, each for a line of its own; nothing where a value has several lines itself.
fn unfolded(text: &str, owner: &Entry, collection: &Collection) -> Option<Vec<Zeroizing<String>>> {
    let mut lines: Vec<Zeroizing<String>> = Vec::new();
    let mut at = owner.value_at();
    for entry in &collection.entries {
        let is_plain = matches!(entry.name, Name::Text(_)) && entry.start == entry.key.start;
        let value = text.get(entry.value.start()..entry.value.end())?;
        if !is_plain || value.contains(['\r', '\n']) {
            return None;
        }
        push_comments(text, at..entry.start, &mut lines)?;
        let between = entry.key.end..entry.value.start().max(entry.key.end);
        let comments = comments_in(text, between).filter_map(|comment| text.get(comment));
        lines.extend(comments.map(|comment| Zeroizing::new(comment.to_owned())));
        lines.push(Zeroizing::new(format!("{}: {value}", text.get(entry.key.clone())?)));
        at = entry.end();
    }
    push_comments(text, at..owner.value.span.end, &mut lines)?;
    Some(lines)
}

/// The comments between two entries: what stands on the line of the one before stays there.
fn push_comments(text: &str, range: Range<usize>, lines: &mut Vec<Zeroizing<String>>) -> Option<()> {
    for comment in comments_in(text, range.clone()) {
        let is_behind = !text.get(range.start..comment.start)?.contains(['\r', '\n']);
        let comment = text.get(comment)?;
        match lines.last_mut().filter(|_| is_behind) {
            Some(last) => *last = Zeroizing::new(format!("{} {comment}", last.as_str())),
            None => lines.push(Zeroizing::new(comment.to_owned())),
        }
    }
    Some(())
}

fn push(output: &mut Output, line_break: &str, line: &str) {
    output.push_str(line_break);
    output.push_str(line);
}

fn push_line(output: &mut Output, line_break: &str, column: usize, line: &str) {
    push(output, line_break, &" ".repeat(column));
    output.push_str(line);
}

/// The entries of a mapping, and of nothing none.
fn entries(root: Option<&Node>, path: &[&str]) -> Option<Vec<(String, Node)>> {
    match &tree::get(root?, path)?.value {
        Value::Mapping(mapping) => Some(
            mapping
                .entries()
                .map(|(key, node)| (key.name.clone(), node.copy()))
                .collect(),
        ),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}
