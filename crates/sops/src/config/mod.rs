//! `.sops.yaml`: which keys encrypt a new file, and which of its values (upstream `config/config.go`).
//!
//! ```text
//! text ─▶ Config::read ─▶ Config ─▶ creation_rule(path) ─▶ CreationRule
//! ```
//!
//! Where the file is, and how a path is told from its folder, is the programs' matter.

mod destination;
mod error;
mod fields;
mod groups;
mod keys;
mod pattern;
mod rule;
mod stores;
mod written;

pub use destination::{Destination, DestinationRule, VaultVersion};
pub use error::{ConfigError, ConfigFault, EmptyKeyGroup, Warning, WarningReason};
pub use keys::KeyFault;
pub use rule::CreationRule;
pub use stores::Stores;

use signet_document::{Limits, read};

use error::warn;
use fields::At;
use pattern::PathPattern;
use written::Written;

/// What a `.sops.yaml` says.
///
/// What is wrong inside a rule is an error of that rule: it shows where the rule is asked for, as in upstream. So a mistake in the rule of
/// one folder leaves the others alone. [`Config::errors`] lists them all.
pub struct Config {
    creation: Option<Vec<Entry<CreationRule>>>,
    destinations: Vec<Entry<DestinationRule>>,
    stores: Stores,
    warnings: Vec<Warning>,
}

/// A rule of a list, and the paths that it is for.
struct Entry<T> {
    /// None is for all paths.
    pattern: Option<PathPattern>,
    rule: Result<T, ConfigError>,
}

/// Larger than any that people write, and small enough that nothing about it takes long.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 100,
    nodes: 100_000,
};

impl Config {
    /// Reads a configuration: the first document of a YAML or JSON text of up to 1 MiB. An empty one has no rules.
    ///
    /// # Errors
    /// [`ConfigError::Read`] for what is no YAML, [`ConfigError::Wrong`] for what has another form than a configuration.
    pub fn read(text: &[u8]) -> Result<Self, ConfigError> {
        let mut config = Self {
            creation: None,
            destinations: Vec::new(),
            stores: Stores::default(),
            warnings: Vec::new(),
        };
        let mut documents = read(text, &LIMITS);
        let Some(document) = documents.next().transpose()? else {
            return Ok(config);
        };
        if let Some(duplicate) = document.duplicates().into_iter().next() {
            return Err(error::duplicate(duplicate));
        }
        let written = Written::new(text);
        config.fill(At::top(&document.root, &written))?;
        if let Some(next) = documents.next() {
            let position = next.map_or_else(|error| error.position(), |document| document.start);
            warn(&mut config.warnings, position, "", WarningReason::Document);
        }
        config.warnings.sort_by_key(|warning| warning.position);
        Ok(config)
    }

    fn fill(&mut self, top: At<'_>) -> Result<(), ConfigError> {
        let warnings = &mut self.warnings;
        let mut fields = top.fields()?;
        if let Some(rules) = fields.take("creation_rules") {
            self.creation = Some(entries(&rules, warnings, rule::read)?);
        }
        if let Some(rules) = fields.take("destination_rules") {
            self.destinations = entries(&rules, warnings, destination::read)?;
        }
        if let Some(stores) = fields.take("stores") {
            self.stores = stores::read(stores, warnings)?;
        }
        fields.finish(warnings);
        Ok(())
    }

    /// The first creation rule for a file, or none where the configuration has no `creation_rules`, as if there were no configuration.
    ///
    /// `path_in_config` is the path from the configuration's folder, with `/`; of a file outside of it the absolute path.
    ///
    /// # Errors
    /// [`ConfigError::NoCreationRule`] where there are rules and none is for this file, [`ConfigError::Wrong`] where the rule, or the
    /// `path_regex` of one before it, is wrong.
    pub fn creation_rule(&self, path_in_config: &str) -> Result<Option<CreationRule>, ConfigError> {
        match &self.creation {
            None => Ok(None),
            Some(rules) => first(rules, path_in_config)?
                .ok_or(ConfigError::NoCreationRule)
                .map(Some),
        }
    }

    /// Whether the creation rule for a file is one with a `path_regex`, and so names it. The path is as for [`Config::creation_rule`].
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] where the `path_regex` is wrong, or that of a rule before it.
    pub fn names(&self, path_in_config: &str) -> Result<bool, ConfigError> {
        let rules = self.creation.iter().flatten();
        for pattern in rules.map(|entry| entry.pattern.as_ref()) {
            match pattern {
                None => return Ok(false),
                Some(pattern) if pattern.matches(path_in_config)? => return Ok(true),
                Some(_) => {}
            }
        }
        Ok(false)
    }

    /// The first destination rule for a file. The path is the one that was given on the command line.
    ///
    /// # Errors
    /// [`ConfigError::NoDestinationRule`] where none is for this file, [`ConfigError::Wrong`] where the rule, or the `path_regex` of one
    /// before it, is wrong.
    pub fn destination_rule(&self, path: &str) -> Result<DestinationRule, ConfigError> {
        first(&self.destinations, path)?.ok_or(ConfigError::NoDestinationRule)
    }

    /// How files are laid out.
    pub fn stores(&self) -> Stores {
        self.stores
    }

    /// What upstream ignores without a word, and people seldom mean; in the order of the text.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What is wrong in the rules, whether or not they are for some file.
    pub fn errors(&self) -> impl Iterator<Item = ConfigError> {
        let creation = self.creation.iter().flatten().flat_map(Entry::errors);
        creation.chain(self.destinations.iter().flat_map(Entry::errors))
    }
}

impl<T> Entry<T> {
    fn errors(&self) -> impl Iterator<Item = ConfigError> {
        let pattern = self.pattern.as_ref().and_then(|pattern| pattern.matches("").err());
        pattern.into_iter().chain(self.rule.as_ref().err().cloned())
    }
}

fn entries<T>(
    rules: &At<'_>,
    warnings: &mut Vec<Warning>,
    read: impl Fn(fields::Fields<'_>, &mut Vec<Warning>) -> Result<T, ConfigError>,
) -> Result<Vec<Entry<T>>, ConfigError> {
    let entry = |at: At<'_>| {
        let mut fields = at.fields()?;
        let pattern = PathPattern::take(&mut fields)?;
        let rule = read(fields, warnings);
        Ok(Entry { pattern, rule })
    };
    rules.items()?.map(entry).collect()
}

fn first<T: Clone>(rules: &[Entry<T>], path: &str) -> Result<Option<T>, ConfigError> {
    for entry in rules {
        let matches = entry.pattern.as_ref().map_or(Ok(true), |pattern| pattern.matches(path));
        if matches? {
            return entry.rule.clone().map(Some);
        }
    }
    Ok(None)
}
