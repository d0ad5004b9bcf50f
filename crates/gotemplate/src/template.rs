//! A template, from its text to its output.

use crate::{
    Environment, Error, Limits, Rendered, Value, exec, functions,
    parse::{self, tree::Trees},
};

/// A template and those that its text defines.
pub struct Template {
    name: String,
    text: String,
    trees: Trees,
}

impl Template {
    /// Reads a template. The name stands in errors, and is that by which the text could call itself.
    ///
    /// # Errors
    /// - [`Error::Syntax`] with Go's message: it is no template, or names a function that there is not.
    /// - [`Error::Limit`]: it is too long.
    pub fn parse(name: &str, text: &str, limits: &Limits) -> Result<Self, Error> {
        let trees = parse::parse(name, text, limits, |name| functions::find(name).is_some())?;
        Ok(Self {
            name: name.to_owned(),
            text: text.to_owned(),
            trees,
        })
    }

    /// Renders it with the data as its dot.
    ///
    /// # Errors
    /// - [`Error::Execution`] with Go's message, without the values that Go quotes.
    /// - [`Error::Limit`]: it met one of the limits.
    pub fn render(&self, data: &Value, limits: &Limits, environment: Environment<'_>) -> Result<Rendered, Error> {
        exec::render(&self.trees, &self.name, &self.text, data, limits, environment)
    }
}
