//! The comments of a document.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    editor::Editor,
    layout::{Kind, Layout, Piece, Style},
    lines::line_end,
};
use crate::Format;

impl Editor {
    /// The comments of a document from `#` on, sorted: by them it can be told whether one was lost.
    pub fn comments(&self, document: usize) -> Vec<Zeroizing<String>> {
        let Ok((content, text)) = self.part(document) else {
            return Vec::new();
        };
        if content.manner.format == Format::Json {
            return Vec::new();
        }
        let (mut comments, mut at) = (Vec::new(), 0);
        let end = text.len()..text.len();
        for taken in taken(text, &content.layout).into_iter().chain([end]) {
            let found = comments_in(text, at..taken.start.max(at));
            let found = found.filter_map(|range| text.get(range));
            comments.extend(found.map(|comment| Zeroizing::new(comment.trim_end().to_owned())));
            at = at.max(taken.end);
        }
        comments.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        comments
    }
}

/// The comments in a range of which nothing is a key or a scalar.
pub(super) fn comments_in(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'_> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        while let Some(found) = text.get(at..range.end).and_then(|rest| rest.find('#')) {
            let start = at + found;
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            at = start + 1;
            if before.is_none_or(|before| before.is_whitespace() || before == '\u{feff}') {
                let end = line_end(text, start).min(range.end);
                at = end;
                return Some(start..end);
            }
        }
        None
    })
}

/// The places of all keys and scalars, in order.
fn taken(text: &str, layout: &Layout) -> Vec<Range<usize>> {
    let mut taken = Vec::new();
    layout.root.each(&mut |piece| take(text, piece, &mut taken));
    taken.sort_unstable_by_key(|range| range.start);
    taken
}

fn take(text: &str, piece: &Piece, taken: &mut Vec<Range<usize>>) {
    match &piece.kind {
        Kind::Collection(collection) => taken.extend(collection.entries.iter().map(|entry| entry.key.clone())),
        // A comment may stand behind the indicators.
        Kind::Scalar(Style::Block { header, .. }) => {
            let lines = line_end(text, *header).min(piece.span.end)..piece.span.end;
            taken.extend([piece.span.start..*header, lines]);
        }
        _ => taken.push(piece.span.clone()),
    }
}
