use zeroize::Zeroizing;

use super::cursor::Mark;

/// A piece of YAML's syntax (YAML 1.1, chapter 4; the names are libyaml's).
pub(in crate::tree::yaml) struct Token {
    pub(in crate::tree::yaml) kind: TokenKind,
    pub(in crate::tree::yaml) start: Mark,
    /// Byte behind its last.
    pub(in crate::tree::yaml) end: usize,
}

pub(in crate::tree::yaml) enum TokenKind {
    StreamEnd,
    VersionDirective { major: u8, minor: u8 },
    TagDirective { handle: String, prefix: String },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag(Tag),
    Scalar { style: Style, text: Text },
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::tree::yaml) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// What a scalar holds.
pub(in crate::tree::yaml) enum Text {
    /// Bytes of the source, from and to, as they are.
    Range(usize, usize),
    /// What its escapes, lines and folds make of it.
    Owned(Zeroizing<String>),
}

/// A tag as it stands in the text.
pub(in crate::tree::yaml) struct Tag {
    /// `!`, `!!` or `!NAME!`; empty for `!<…>` and for `!` alone.
    pub(in crate::tree::yaml) handle: String,
    pub(in crate::tree::yaml) suffix: String,
}
