use std::ops::Range;

use zeroize::Zeroizing;

use super::{json, layout::Layout, manner::Manner, yaml};
use crate::{Format, Limits, ReadError};

/// The text of one document with all that belongs to it: comments in front of it, directives, `---`.
pub(super) struct Part {
    pub(super) text: Zeroizing<String>,
    pub(super) content: Option<Content>,
}

/// What a document has in it.
pub(super) struct Content {
    pub(super) layout: Layout,
    pub(super) manner: Manner,
}

impl Part {
    /// A text in parts, which make up the whole of it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(super) fn all(text: &str, format: Format, limits: &Limits) -> Result<Vec<Self>, ReadError> {
        let part = |(range, layout): (Range<usize>, Option<Layout>)| {
            let own = text.get(range).unwrap_or_default();
            Self {
                text: Zeroizing::new(own.to_owned()),
                content: layout.map(|layout| Content {
                    manner: Manner::of(own, &layout, format),
                    layout,
                }),
            }
        };
        let parts = match format {
            Format::Json => json::parts(text, limits)?,
            Format::Yaml => yaml::parts(text, limits)?,
        };
        Ok(parts.into_iter().map(part).collect())
    }

    /// A text of one document; nothing where it is not.
    pub(super) fn one(text: Zeroizing<String>, format: Format, limits: &Limits) -> Option<Self> {
        let mut parts = Self::all(&text, format, limits).ok()?;
        let part = parts.pop()?;
        (parts.is_empty() && part.content.is_some()).then_some(part)
    }
}
