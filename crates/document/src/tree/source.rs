//! A text, and the trees that stand in it.

use zeroize::Zeroizing;

use super::{Tree, TreeFormat, WriteError, yaml};
use crate::{Limits, ReadError};

/// A text that was read, with the place of everything in it: it can follow changes of its trees and keep all other bytes.
///
/// It has no `Debug`: it holds plaintext.
pub struct Source(Kind);

enum Kind {
    Yaml(yaml::Source),
}

/// How a text is written that follows no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Blanks for a level of YAML.
    pub yaml_indent: usize,
    /// Blanks for a level of JSON; a tab where there is none.
    pub json_indent: Option<usize>,
}

impl Default for Layout {
    /// Four blanks in YAML, a tab in JSON, as upstream has it.
    fn default() -> Self {
        Self {
            yaml_indent: 4,
            json_indent: None,
        }
    }
}

impl Source {
    /// Reads a text as upstream reads it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read(text: &[u8], format: TreeFormat, limits: &Limits) -> Result<(Self, Vec<Tree>), ReadError> {
        if text.len() > limits.bytes {
            return Err(ReadError::TooLarge {
                position: Default::default(),
                limit: limits.bytes,
            });
        }
        let (kind, trees) = match format {
            #[rustfmt::skip]
            TreeFormat::Json | TreeFormat::Dotenv | TreeFormat::Ini | TreeFormat::Binary => return Err(ReadError::Control(Default::default())),
            TreeFormat::Yaml => yaml::Source::read(text, limits).map(|(source, trees)| (Kind::Yaml(source), trees))?,
        };
        Ok((Self(kind), trees))
    }

    /// The text as it was read, with what has changed in the trees since: values and comments that were set, entries that were added or
    /// taken away. Every other byte is what it was. The trees must be those that were read with it.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(&self, trees: &[Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        match &self.0 {
            Kind::Yaml(source) => source.write(trees, layout),
        }
    }
}

/// Writes trees as upstream writes them.
///
/// # Errors
/// [`WriteError`].
pub fn write(trees: &[Tree], format: TreeFormat, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    match format {
        _ => yaml::write(trees, layout),
    }
}
