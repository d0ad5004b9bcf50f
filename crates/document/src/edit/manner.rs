use super::{
    layout::{Collection, Layout, Piece, Shape},
    lines::{column, is_first, line_start},
};
use crate::Format;

/// How a document is written, found out from what stands there.
pub(super) struct Manner {
    pub(super) format: Format,
    /// Spaces by which a mapping is indented below its key.
    pub(super) step: usize,
    /// Spaces by which a sequence is indented below its key.
    pub(super) sequence: usize,
    /// What a line in brackets is indented by; nothing where brackets are on one line.
    pub(super) unit: Option<String>,
    /// Whether a blank stands behind the colon in brackets.
    pub(super) is_spaced: bool,
}

impl Manner {
    pub(super) fn of(text: &str, layout: &Layout, format: Format) -> Self {
        let mut manner = Self {
            format,
            step: 2,
            sequence: 0,
            unit: None,
            is_spaced: true,
        };
        let mut seen = Seen::default();
        layout.root.each(&mut |piece| manner.learn(text, piece, &mut seen));
        manner
    }

    /// The first place of each kind decides.
    fn learn(&mut self, text: &str, piece: &Piece, seen: &mut Seen) {
        let Some(collection) = piece.collection() else { return };
        if collection.is_flow {
            return self.learn_flow(text, piece, collection, seen);
        }
        for entry in &collection.entries {
            let Some(inner) = entry.value.collection().filter(|inner| inner.is_block()) else {
                continue;
            };
            let Some(first) = inner.entries.first().filter(|first| is_first(text, first.start)) else {
                continue;
            };
            let Some(deeper) = column(text, first.start).checked_sub(column(text, entry.start)) else {
                continue;
            };
            match inner.shape {
                _ if collection.shape != Shape::Mapping => {}
                Shape::Sequence if !seen.sequence => (self.sequence, seen.sequence) = (deeper, true),
                Shape::Mapping if !seen.step && deeper > 0 => (self.step, seen.step) = (deeper, true),
                _ => {}
            }
        }
    }

    fn learn_flow(&mut self, text: &str, piece: &Piece, collection: &Collection, seen: &mut Seen) {
        let Some(first) = collection.entries.first() else {
            return;
        };
        if !seen.unit && is_first(text, first.start) {
            let (outer, inner) = (indentation(text, piece.span.start), indentation(text, first.start));
            self.unit = inner.strip_prefix(outer).map(str::to_owned);
            seen.unit = true;
        }
        if let Some(colon) = first
            .colon
            .filter(|_| !seen.colon && collection.shape == Shape::Mapping)
        {
            self.is_spaced = first.value.start() != colon;
            seen.colon = true;
        }
    }
}

/// What has been found out already.
#[derive(Default)]
struct Seen {
    step: bool,
    sequence: bool,
    unit: bool,
    colon: bool,
}

/// The blanks that start the line of `offset`.
fn indentation(text: &str, offset: usize) -> &str {
    let line = text.get(line_start(text, offset)..offset).unwrap_or_default();
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}
