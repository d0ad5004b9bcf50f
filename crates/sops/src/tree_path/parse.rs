use super::{Step, TreePath};

/// A text that is no path. It does not hold the text, which may be the value by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {column} of the path: {fault}")]
pub struct TreePathError {
    /// Which character of the text is wrong, from 1.
    pub column: usize,
    /// What is wrong.
    pub fault: TreePathFault,
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreePathFault {
    /// The path ends where a part starts, or there is none at all.
    #[error("expected a key in quotes or an index")]
    Empty,
    /// An index at the top.
    #[error("expected a key first, because a document is a mapping")]
    First,
    /// Neither a key in quotes nor a number that can be an index.
    #[error("not an index: expected a whole number from 0, or a key in quotes")]
    Index,
    /// Something between the parts.
    #[error("expected a [")]
    Open,
    /// More parts than a document has levels.
    #[error("more than {MOST} parts")]
    TooLong,
    /// A part without end.
    #[error("the component doesn't end with ], or its quotes do not end")]
    Unclosed,
}

/// As deep as a document that is read can be.
const MOST: usize = 100;

impl TreePath {
    /// Reads a path: parts in brackets, each a key in double or single quotes or a number. Nothing is an escape in a key; it ends where
    /// its quote and a `]` are followed by another part or by nothing.
    ///
    /// # Errors
    /// [`TreePathError`].
    pub fn parse(text: &str) -> Result<Self, TreePathError> {
        let error = |at: usize, fault| TreePathError {
            column: text.get(..at).unwrap_or_default().chars().count() + 1,
            fault,
        };
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            if steps.len() == MOST {
                return Err(error(at, TreePathFault::TooLong));
            }
            let inside = rest.strip_prefix('[').ok_or_else(|| error(at, TreePathFault::Open))?;
            let (step, behind) = step(inside).map_err(|fault| error(at + 1, fault))?;
            steps.push(step);
            rest = behind;
        }
        let mut steps = steps.into_iter();
        match steps.next() {
            Some(Step::Key(first)) => Ok(Self {
                first,
                rest: steps.collect(),
            }),
            Some(Step::Index(_)) => Err(error(1, TreePathFault::First)),
            None => Err(error(0, TreePathFault::Empty)),
        }
    }
}

/// The part that starts behind a `[`, and what follows its `]`.
fn step(inside: &str) -> Result<(Step, &str), TreePathFault> {
    for quote in ['"', '\''] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            return key(quoted, quote);
        }
    }
    let (index, behind) = inside.split_once(']').ok_or(TreePathFault::Unclosed)?;
    if index.is_empty() {
        return Err(TreePathFault::Empty);
    }
    let index = index.parse().map_err(|_| TreePathFault::Index)?;
    Ok((Step::Index(index), behind))
}

fn key(quoted: &str, quote: char) -> Result<(Step, &str), TreePathFault> {
    for (at, _) in quoted.match_indices(quote) {
        let (key, end) = quoted.split_at(at);
        let behind = end.strip_prefix(quote).and_then(|end| end.strip_prefix(']'));
        if let Some(behind) = behind.filter(|behind| behind.is_empty() || behind.starts_with('[')) {
            return Ok((Step::Key(key.into()), behind));
        }
    }
    Err(TreePathFault::Unclosed)
}
