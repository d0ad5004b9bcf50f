//! Values of a configuration with the names of their places.

use signet_document::{Key, Node, Position, Value};

use super::{
    error::{ConfigError, ConfigFault, TEXT, TEXTS, Warning, WarningReason, warn},
    written::Written,
};

/// A value and where it stands.
pub(super) struct At<'a> {
    node: &'a Node,
    path: String,
    written: &'a Written,
}

/// The entries of a mapping that nobody has taken yet.
pub(super) struct Fields<'a> {
    position: Position,
    path: String,
    left: Vec<(&'a Key, &'a Node)>,
    written: &'a Written,
}

impl<'a> At<'a> {
    pub(super) fn top(node: &'a Node, written: &'a Written) -> Self {
        let path = String::new();
        Self { node, path, written }
    }

    /// The position, and the names and indices from the top joined by dots.
    pub(super) fn place(&self) -> (Position, String) {
        (self.node.position, self.path.clone())
    }

    pub(super) fn wrong(&self, fault: impl Into<ConfigFault>) -> ConfigError {
        ConfigError::Wrong {
            position: self.node.position,
            path: self.path.clone(),
            fault: fault.into(),
        }
    }

    fn is_not(&self, expected: &'static str) -> ConfigError {
        let found = self.node.kind();
        self.wrong(ConfigFault::Kind { expected, found })
    }

    /// The entries of a mapping; null has none.
    pub(super) fn fields(self) -> Result<Fields<'a>, ConfigError> {
        let left = match &self.node.value {
            Value::Null => Vec::new(),
            Value::Mapping(mapping) => mapping.entries().collect(),
            _ => return Err(self.is_not("a mapping")),
        };
        Ok(Fields {
            position: self.node.position,
            path: self.path,
            left,
            written: self.written,
        })
    }

    /// The elements of a sequence, without those that are null: Go leaves them out where it knows of what type they are.
    pub(super) fn items(&self) -> Result<impl Iterator<Item = At<'a>>, ConfigError> {
        let items = self.all_items()?;
        Ok(items.filter(|at| !matches!(at.node.value, Value::Null)))
    }

    fn all_items(&self) -> Result<impl Iterator<Item = At<'a>>, ConfigError> {
        let Value::Sequence(items) = &self.node.value else {
            return Err(self.is_not("a sequence"));
        };
        Ok(items.iter().enumerate().map(|(index, node)| At {
            node,
            path: join(&self.path, &index.to_string()),
            written: self.written,
        }))
    }

    /// A text, or all elements of a sequence.
    pub(super) fn one_or_more(&self) -> Result<OneOrMore<'a>, ConfigError> {
        match &self.node.value {
            Value::String(text) => Ok(OneOrMore::One(text.to_string())),
            Value::Sequence(_) => self.all_items().map(|items| OneOrMore::More(items.collect())),
            _ => Err(self.is_not(TEXTS)),
        }
    }

    /// A text. Like upstream, takes a number or a boolean for the characters that it is written with.
    pub(super) fn text(&self) -> Result<String, ConfigError> {
        match &self.node.value {
            Value::String(text) => Ok(text.to_string()),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) => self
                .written
                .plain(self.node)
                .ok_or_else(|| self.wrong(ConfigFault::Unquoted(self.node.kind()))),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => Err(self.is_not(TEXT)),
        }
    }

    /// A text that is no number without quotes either: where upstream looks at the kind of a value.
    pub(super) fn exact_text(&self) -> Result<String, ConfigError> {
        match &self.node.value {
            Value::String(text) => Ok(text.to_string()),
            _ => Err(self.is_not(TEXT)),
        }
    }

    fn boolean(&self) -> Result<bool, ConfigError> {
        match self.node.value {
            Value::Bool(value) => Ok(value),
            _ => Err(self.is_not("a boolean")),
        }
    }

    fn integer(&self, least: i128, most: i128) -> Result<i128, ConfigError> {
        match self.node.value {
            Value::Integer(number) if (least..=most).contains(&number) => Ok(number),
            Value::Integer(number) => Err(self.wrong(ConfigFault::Range { number, least, most })),
            _ => Err(self.is_not("an integer")),
        }
    }
}

/// What stands where a text or several can.
pub(super) enum OneOrMore<'a> {
    One(String),
    More(Vec<At<'a>>),
}

impl<'a> Fields<'a> {
    /// The value of a name; none for null too, as in Go.
    pub(super) fn take(&mut self, name: &str) -> Option<At<'a>> {
        let at = self.left.iter().position(|(key, _)| key.name == name)?;
        let (_, node) = self.left.remove(at);
        let present = !matches!(node.value, Value::Null);
        present.then(|| At {
            node,
            path: join(&self.path, name),
            written: self.written,
        })
    }

    /// A text; none for an empty one, as in Go.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ConfigError> {
        let text = self.take(name).map(|at| at.text()).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, name: &'static str) -> Result<String, ConfigError> {
        self.text(name)?.ok_or_else(|| self.wrong(ConfigFault::Missing(name)))
    }

    pub(super) fn boolean(&mut self, name: &str) -> Result<bool, ConfigError> {
        self.take(name).map_or(Ok(false), |at| at.boolean())
    }

    pub(super) fn integer(&mut self, name: &str, least: i128, most: i128) -> Result<Option<i128>, ConfigError> {
        self.take(name).map(|at| at.integer(least, most)).transpose()
    }

    /// All entries that are left: those of a mapping with names of anyone's choice.
    pub(super) fn rest(self) -> impl Iterator<Item = (&'a Key, At<'a>)> {
        let Self { path, written, .. } = self;
        self.left.into_iter().map(move |(key, node)| {
            let path = join(&path, &key.name);
            (key, At { node, path, written })
        })
    }

    pub(super) fn wrong(&self, fault: impl Into<ConfigFault>) -> ConfigError {
        ConfigError::Wrong {
            position: self.position,
            path: self.path.clone(),
            fault: fault.into(),
        }
    }

    /// Warns of entries that have no effect, because of others.
    pub(super) fn ignore(&mut self, names: &[&str], reason: WarningReason, warnings: &mut Vec<Warning>) {
        let Self { path, left, .. } = self;
        left.retain(|(key, _)| {
            let ignored = names.contains(&key.name.as_str());
            if ignored {
                warn(warnings, key.position, join(path, &key.name), reason);
            }
            !ignored
        });
    }

    /// Warns of what is left.
    pub(super) fn finish(self, warnings: &mut Vec<Warning>) {
        for (key, _) in self.left {
            warn(
                warnings,
                key.position,
                join(&self.path, &key.name),
                WarningReason::Unknown,
            );
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
