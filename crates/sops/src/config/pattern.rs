use std::sync::OnceLock;

use signet_document::Position;
use signet_regex::Regex;

use super::{
    error::{ConfigError, ConfigFault},
    fields::Fields,
};
use crate::selection::{PatternError, compile};

/// The `path_regex` of a rule.
pub(super) struct PathPattern {
    pattern: String,
    place: (Position, String),
    /// Compiled when it is needed: a wrong one behind the rule that matches is no error, as in upstream.
    compiled: OnceLock<Result<Regex, PatternError>>,
}

impl PathPattern {
    /// Takes it from a rule. An empty one is none.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] if it is no text.
    pub(super) fn take(fields: &mut Fields<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(at) = fields.take("path_regex") else {
            return Ok(None);
        };
        let pattern = at.text()?;
        Ok((!pattern.is_empty()).then(|| Self {
            pattern,
            place: at.place(),
            compiled: OnceLock::new(),
        }))
    }

    /// Whether it is found anywhere in a path.
    ///
    /// # Errors
    /// [`ConfigFault::PathRegex`].
    pub(super) fn matches(&self, path: &str) -> Result<bool, ConfigError> {
        match self.compiled.get_or_init(|| compile(&self.pattern)) {
            Ok(regex) => Ok(regex.is_match(path)),
            Err(error) => {
                let (position, path) = self.place.clone();
                let fault = ConfigFault::PathRegex(error.clone());
                Err(ConfigError::Wrong { position, path, fault })
            }
        }
    }
}
