use super::{Kind, Layout, Source};
use crate::tree::Place;

/// How values are written that stand nowhere yet.
pub(super) struct Style {
    /// What ends a line.
    pub(super) newline: &'static str,
    /// The indentation of a level.
    pub(super) indent: String,
    /// What stands between a key and its value.
    pub(super) colon: &'static str,
    /// What stands between items on one line.
    pub(super) comma: &'static str,
    /// Whether the document has a line for each of its pairs.
    pub(super) has_lines: bool,
}

impl Style {
    /// As upstream has it.
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            newline: "\n",
            indent: layout.json_indent.map_or("\t".to_owned(), |blanks| " ".repeat(blanks)),
            colon: ": ",
            comma: ", ",
            has_lines: true,
        }
    }

    /// As the first pair of a text has it.
    pub(super) fn of(source: &Source, layout: &Layout) -> Self {
        let mut style = Self::new(layout);
        if let Some(at) = source.text.as_bytes().iter().position(|byte| *byte == b'\n')
            && source.bytes(0..at).ends_with(b"\r")
        {
            style.newline = "\r\n";
        }
        let Some(root) = source.part(Place::new(0)) else {
            return style;
        };
        let Some(first) = source
            .children(Place::new(0))
            .next()
            .and_then(|place| source.part(place))
        else {
            return style;
        };
        let before = source.bytes(root.value().start + 1..first.whole().start);
        style.has_lines = before.contains(&b'\n');
        if style.has_lines {
            let indent = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            style.indent = String::from_utf8_lossy(indent).into_owned();
        }
        if source.kind(root) == Kind::Mapping && source.bytes(source.colon(first)) == b":" {
            (style.colon, style.comma) = (":", ",");
        }
        style
    }
}
