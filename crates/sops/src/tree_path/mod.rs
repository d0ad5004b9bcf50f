//! Paths into a document, as `--extract`, `set` and `unset` take them: `["key"][0]['other']`.

mod branch;
mod follow;
mod parse;

pub(crate) use branch::{detached, replace};
pub use follow::{PathError, PathFault};
pub use parse::{TreePathError, TreePathFault};

use std::fmt;

/// A path from the top of a document to a value in it. It starts with a key, because a document is a mapping.
///
/// The index of a sequence counts its values from 0, and not the comments between them. (Upstream counts those too, so that a comment
/// moves the values behind it.) Where a key stands more than once, the first one is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreePath {
    first: Box<str>,
    rest: Vec<Step>,
}

/// A part of a path behind its first key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(Box<str>),
    Index(usize),
}

impl TreePath {
    /// The first steps of it, `steps` behind the first key, as they are written.
    fn start(&self, steps: usize) -> String {
        let steps = self.rest.iter().take(steps).map(Step::to_string);
        steps.fold(format!("[{:?}]", self.first), |path, step| path + &step)
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start(self.rest.len()))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "[{key:?}]"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}
