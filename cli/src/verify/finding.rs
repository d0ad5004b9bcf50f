use signet_document::Position;

use super::rule::Rule;

/// A defect and its place. It names fields and items, never values.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) position: Position,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// What was found in one text.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) found: Vec<Finding>,
    /// Objects with sealed items.
    pub(crate) objects: usize,
    pub(crate) items: usize,
    /// Files that sops has encrypted, or should have.
    pub(crate) documents: usize,
    /// Lines before the part of the text that is looked at: a place in the part is further down in the text.
    pub(crate) lines_before: usize,
}

impl Findings {
    pub(crate) fn push(&mut self, rule: &'static Rule, position: Position, message: impl Into<String>) {
        self.found.push(Finding {
            rule,
            position: self.place(position),
            message: message.into(),
            hint: None,
        });
    }

    /// The place in the whole text.
    pub(crate) fn place(&self, position: Position) -> Position {
        Position {
            line: position.line + self.lines_before,
            ..position
        }
    }

    /// As [`Self::push`], with the way out.
    pub(crate) fn push_with_hint(
        &mut self,
        rule: &'static Rule,
        position: Position,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.push(rule, position, message);
        if let Some(last) = self.found.last_mut() {
            last.hint = Some(hint.into());
        }
    }
}
