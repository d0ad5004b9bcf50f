//! A text, and the trees that stand in it.

use zeroize::Zeroizing;

use super::{Branch, Tree, TreeFormat, WriteError, WriteFault, binary, dotenv, fault::fault, ini, json, yaml};
use crate::{Limits, ReadError};

/// A text that was read, with the place of everything in it: it can follow changes of its trees and keep all other bytes.
///
/// It has no `Debug`: it holds plaintext.
pub struct Source(Kind);

enum Kind {
    Yaml(yaml::Source),
    Json(json::Source),
    Dotenv(dotenv::Source),
    Ini(ini::Source),
    Binary,
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
        Self::read_owned(Zeroizing::new(text.to_vec()), format, limits)
    }

    /// As [`Source::read`], of a text that is not needed elsewhere.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read_owned(
        text: Zeroizing<Vec<u8>>,
        format: TreeFormat,
        limits: &Limits,
    ) -> Result<(Self, Vec<Tree>), ReadError> {
        if text.len() > limits.bytes {
            return Err(ReadError::TooLarge {
                position: Default::default(),
                limit: limits.bytes,
            });
        }
        let (kind, tree) = match format {
            TreeFormat::Yaml => {
                let (source, trees) = yaml::Source::read(text, limits)?;
                return Ok((Self(Kind::Yaml(source)), trees));
            }
            TreeFormat::Json => json::Source::read(text, limits).map(|(source, tree)| (Kind::Json(source), tree))?,
            TreeFormat::Dotenv => {
                dotenv::Source::read(&text, limits).map(|(source, tree)| (Kind::Dotenv(source), tree))?
            }
            TreeFormat::Ini => ini::Source::read(&text, limits).map(|(source, tree)| (Kind::Ini(source), tree))?,
            TreeFormat::Binary => (Kind::Binary, binary::read(text)),
        };
        Ok((Self(kind), vec![tree]))
    }

    /// Whether the text that follows changes of its trees might read otherwise than they are: in YAML, a comment may come to belong elsewhere, and a
    /// text of several lines depends on the lines behind it. Who writes such a text should read it again.
    pub fn may_read_otherwise(&self, trees: &[Tree]) -> bool {
        match &self.0 {
            Kind::Yaml(source) => source.may_read_otherwise(trees),
            Kind::Json(_) | Kind::Dotenv(_) | Kind::Ini(_) | Kind::Binary => false,
        }
    }

    /// The text as it was read, with what has changed in the trees since: values and comments that were set, entries that were added or
    /// taken away. Every other byte is what it was. The trees must be those that were read with it.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(&self, trees: &[Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        match &self.0 {
            Kind::Yaml(source) => source.write(trees, layout),
            Kind::Json(source) => source.write(only(trees)?, layout),
            Kind::Dotenv(source) => source.write(only(trees)?),
            Kind::Ini(source) => source.write(only(trees)?),
            Kind::Binary => binary::write(only(trees)?),
        }
    }

    /// As [`Source::write`], for somebody who needs neither the text nor, but for their values, the trees any more: it costs less memory.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn into_written(self, trees: &mut [Tree], layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        match self.0 {
            Kind::Json(source) => source.into_written(only_mut(trees)?, layout),
            Kind::Binary => binary::take(only_mut(trees)?),
            other => Self(other).write(trees, layout),
        }
    }
}

/// Writes trees as upstream writes them.
///
/// # Errors
/// [`WriteError`].
pub fn write(trees: &[Tree], format: TreeFormat, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    match format {
        TreeFormat::Yaml => yaml::write(trees, layout),
        TreeFormat::Json => json::write(only(trees)?, layout),
        TreeFormat::Dotenv => dotenv::write(only(trees)?),
        TreeFormat::Ini => ini::write(only(trees)?),
        TreeFormat::Binary => binary::write(only(trees)?),
    }
}

/// As [`write`], of trees that are not needed any more: bytes that are no document are taken out of them.
///
/// # Errors
/// [`WriteError`].
pub fn write_once(trees: &mut [Tree], format: TreeFormat, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    match format {
        TreeFormat::Binary => binary::take(only_mut(trees)?),
        _ => write(trees, format, layout),
    }
}

/// Writes a value that is no document, as upstream writes what is taken out of one: a mapping as a document, in YAML and JSON anything.
///
/// # Errors
/// [`WriteError`], also for a value that is no mapping in a format that has no single values.
pub fn write_value(value: &Branch, format: TreeFormat, layout: &Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    match (value, format) {
        (Branch::Mapping(tree), _) => write(std::slice::from_ref(tree), format, layout),
        (value, TreeFormat::Yaml) => Ok(yaml::write_value(value)),
        (value, TreeFormat::Json | TreeFormat::Ini) => json::write_value(value, layout),
        (_, TreeFormat::Dotenv | TreeFormat::Binary) => Err(fault(WriteFault::Value)),
    }
}

fn only_mut(trees: &mut [Tree]) -> Result<&mut Tree, WriteError> {
    only(trees)?;
    trees.first_mut().ok_or_else(|| fault(WriteFault::Documents))
}

/// The one document of a format that has one. Upstream writes the first of several, and the MAC of such a file is wrong.
fn only(trees: &[Tree]) -> Result<&Tree, WriteError> {
    match trees {
        [tree] => Ok(tree),
        _ => Err(fault(WriteFault::Documents)),
    }
}
