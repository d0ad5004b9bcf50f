//! Fields of a mapping, read as leniently as upstream reads them: flat formats have texts alone.

use signet_document::tree::{Branch, Element, Item, Scalar, Time, Tree};

use super::error::{MetadataError, MetadataFault};
use crate::value::{Kind, plaintext};

/// A mapping, and the name of its place.
pub(super) struct Fields<'a> {
    pub(super) tree: &'a Tree,
    /// With a dot behind it, if anything.
    pub(super) prefix: String,
}

impl<'a> Fields<'a> {
    /// A field by its name; the case of letters counts only where there is another choice (upstream's `mapstructure`).
    fn find(&self, name: &str) -> Option<&'a Branch> {
        let similar = || self.tree.pairs().find(|pair| pair.key.eq_ignore_ascii_case(name));
        self.tree.get(name).or_else(|| similar().map(|pair| &pair.value))
    }

    /// A field's text; an empty one where there is no such field.
    pub(super) fn text(&self, name: &str) -> Result<String, MetadataError> {
        Ok(match self.find(name) {
            None => String::new(),
            Some(Branch::Leaf(leaf)) => match leaf.scalar() {
                Scalar::Null => String::new(),
                Scalar::Text(_) => leaf
                    .scalar()
                    .as_str()
                    .ok_or_else(|| self.wrong(name, "a text"))?
                    .to_owned(),
                Scalar::Bool(value) => u8::from(*value).to_string(),
                scalar => {
                    let text = plaintext(scalar).and_then(|(text, _)| String::from_utf8(text.to_vec()).ok());
                    text.unwrap_or_default()
                }
            },
            Some(_) => return Err(self.wrong(name, "a text")),
        })
    }

    /// As [`Fields::text`], where an empty one is none.
    pub(super) fn optional(&self, name: &str) -> Result<Option<String>, MetadataError> {
        Ok(Some(self.text(name)?).filter(|text| !text.is_empty()))
    }

    /// A point in time (RFC 3339).
    pub(super) fn time(&self, name: &str) -> Result<Time, MetadataError> {
        let wrong = || self.wrong(name, "a time as in 2026-01-02T15:04:05Z");
        if let Some(Branch::Leaf(leaf)) = self.find(name)
            && let Scalar::Time(time) = leaf.scalar()
        {
            return Ok(**time);
        }
        let text = self.text(name)?;
        match Kind::Time.read(text.into_bytes().into()) {
            Ok(Scalar::Time(time)) => Ok(*time),
            _ => Err(wrong()),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u32>, MetadataError> {
        let text = self.optional(name)?;
        text.map(|text| text.parse().map_err(|_| self.wrong(name, "a number")))
            .transpose()
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, MetadataError> {
        let Some(text) = self.optional(name)? else {
            return Ok(false);
        };
        match Kind::Bool.read(text.into_bytes().into()) {
            Ok(Scalar::Bool(value)) => Ok(value),
            _ => Err(self.wrong(name, "true or false")),
        }
    }

    /// The mappings of a sequence; none where there is no such field, or where it is null. A mapping in place of the sequence is its only one.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Self>, MetadataError> {
        let elements = match self.find(name) {
            None => return Ok(Vec::new()),
            Some(Branch::Leaf(leaf)) if matches!(leaf.scalar(), Scalar::Null) => return Ok(Vec::new()),
            Some(Branch::Mapping(tree)) if tree.pairs().next().is_none() => return Ok(Vec::new()),
            Some(Branch::Mapping(tree)) => {
                let prefix = format!("{}{name}.0.", self.prefix);
                return Ok(vec![Self { tree, prefix }]);
            }
            Some(Branch::Sequence(elements)) => elements,
            Some(_) => return Err(self.wrong(name, "a list")),
        };
        let items = elements.iter().filter_map(|element| match element {
            Element::Item(Item { value, .. }) => Some(value),
            Element::Comment(_) => None,
        });
        let fields = items.enumerate().map(|(index, value)| match value {
            Branch::Mapping(tree) => Ok(Self {
                tree,
                prefix: format!("{}{name}.{index}.", self.prefix),
            }),
            _ => Err(self.wrong(&format!("{name}.{index}"), "a mapping")),
        });
        fields.collect()
    }

    /// The texts of a mapping.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<(String, String)>, MetadataError> {
        let tree = match self.find(name) {
            None => return Ok(Vec::new()),
            Some(Branch::Leaf(leaf)) if matches!(leaf.scalar(), Scalar::Null) => return Ok(Vec::new()),
            Some(Branch::Mapping(tree)) => tree,
            Some(_) => return Err(self.wrong(name, "a mapping")),
        };
        let fields = Fields {
            tree,
            prefix: format!("{}{name}.", self.prefix),
        };
        let texts = tree
            .pairs()
            .map(|pair| Ok((pair.key.to_string(), fields.text(&pair.key)?)));
        texts.collect()
    }

    pub(super) fn wrong(&self, name: &str, expected: &'static str) -> MetadataError {
        MetadataError::new(format!("{}{name}", self.prefix), MetadataFault::Type(expected))
    }
}
