use crate::Position;

/// An edit that is refused. Nothing has been changed by it. It shows keys, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {path}: {fault}")]
pub struct EditError {
    /// Where the obstacle stands in the text as edited so far.
    pub position: Position,
    /// The path of the edit up to the obstacle, joined by dots; `document` for the whole of it.
    pub path: String,
    /// What is in the way.
    pub fault: EditFault,
}

/// What is in the way of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditFault {
    /// The path goes on below an alias: what it shows is written elsewhere.
    #[error("is an alias of a value elsewhere")]
    Alias,
    /// A comment would be lost.
    #[error("a comment in it would be lost")]
    Comment,
    /// The key stands more than once in its mapping.
    #[error("stands more than once")]
    Duplicate,
    /// The edit would change, or lose, something else.
    #[error("cannot be changed without changing something else")]
    Entangled,
    /// The key stands behind `?`, or is an alias.
    #[error("is a key behind '?' or by an alias")]
    Key,
    /// The value comes from a merge (`<<`).
    #[error("comes from a merge of another mapping")]
    Merged,
    /// There is no such value, or no such document.
    #[error("is not there")]
    Missing,
    /// The path goes on below something that has nothing below it.
    #[error("is {found}, so nothing can be below it")]
    NotMapping {
        /// What stands there: `a text`, `a sequence`.
        found: &'static str,
    },
    /// An alias elsewhere repeats the value, or something in it, and would change too.
    #[error("is repeated elsewhere by its anchor")]
    Shared,
    /// The documents are not of one notation.
    #[error("stands among JSON and YAML in one text")]
    Unclear,
}

impl EditError {
    /// What to try, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self.fault {
            EditFault::Alias => Some("write the value itself in place of the alias, or edit what the alias names"),
            EditFault::Comment => Some("move the comment to a line of its own, above an entry that stays"),
            EditFault::Duplicate => Some("remove one of the two"),
            EditFault::Entangled => Some("edit it by hand"),
            EditFault::Key => Some("write the key in front of its value, as in key: value"),
            EditFault::Merged => Some("edit the mapping that is merged, or write the key into this one by hand"),
            EditFault::Shared => Some("write the value itself in place of each alias"),
            EditFault::Unclear => Some("write all documents in one notation"),
            EditFault::Missing | EditFault::NotMapping { .. } => None,
        }
    }
}
