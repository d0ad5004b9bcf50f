//! Trees become text.

mod call;
mod evaluate;
mod field;
mod location;
mod walk;

use std::collections::BTreeSet;

use signet_plaintext::Plaintext;

use crate::{
    Environment, Error, Limit, Limits, Value,
    budget::Budget,
    buffer::Buffer,
    fmt,
    function::{Call, Failure},
    parse::tree::{Invocation, List, Trees},
};

use location::At;

/// What a rendering made.
pub struct Rendered {
    /// The text.
    pub output: Plaintext,
    /// Names of the functions it called that do not give the same for the same arguments, such as `now` and `genCA`.
    pub nondeterministic: BTreeSet<&'static str>,
}

/// A template in the course of being rendered.
pub(crate) struct Execution<'t, 'r> {
    trees: &'t Trees,
    /// The template that runs.
    template: &'t str,
    /// Where in it, for errors.
    at: At<'t>,
    variables: Vec<(&'t str, Value)>,
    depth: usize,
    limits: &'r Limits,
    call: Call<'r>,
    output: Buffer,
}

/// Renders the template of the name.
pub(crate) fn render<'t>(
    trees: &'t Trees,
    name: &'t str,
    text: &str,
    data: &Value,
    limits: &Limits,
    environment: Environment<'_>,
) -> Result<Rendered, Error> {
    let budget = Budget::new(limits, environment.expired);
    let mut execution = Execution {
        trees,
        template: name,
        at: At::Nothing,
        variables: vec![("$", data.clone())],
        depth: 0,
        limits,
        call: Call::new(budget, environment.now, environment.random),
        output: Buffer::default(),
    };
    let root: &List = trees.templates.get(name).ok_or_else(|| {
        let name = crate::parse::quoted(name);
        Error::Execution(format!("template: {name} is an incomplete or empty template"))
    })?;
    match execution.walk(root, data) {
        Ok(()) => Ok(Rendered {
            nondeterministic: execution.call.nondeterministic().clone(),
            output: std::mem::take(&mut execution.output).into_bytes().into(),
        }),
        Err(failure) => Err(execution.error(failure, name, text)),
    }
}

/// The message, but for what `fail` says unless it stands in the template as it is: it may be made of a value.
fn shown<'m>(message: &'m str, text: &str) -> &'m str {
    match message.strip_prefix("error calling fail: ") {
        Some(told) if !text.contains(told) => {
            "error calling fail: with a text that the template makes, which is not shown"
        }
        _ => message,
    }
}

impl<'t> Execution<'t, '_> {
    /// The failure with its place.
    fn error(&self, failure: Failure, name: &str, text: &str) -> Error {
        let location = self.at.location(name, text);
        match failure {
            Failure::Limit(limit) => Error::Limit { limit, location },
            Failure::Message(message) => {
                let template = crate::parse::quoted(self.template);
                let context = self.at.to_string();
                let message = shown(&message, text);
                Error::Execution(format!(
                    "template: {location}: executing {template} at <{context}>: {message}"
                ))
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.len() > self.limits.output.saturating_sub(self.output.len()) {
            return Err(Limit::Output.into());
        }
        self.output.push(bytes);
        Ok(())
    }

    /// Prints the value of an action.
    fn print(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::Missing => self.write(b"<no value>"),
            Value::String(text) => self.write(text.as_bytes()),
            _ => {
                let text = fmt::print(&mut self.call, std::slice::from_ref(value))?;
                self.write(text.as_bytes())
            }
        }
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let found = self.variables.iter_mut().rev().find(|(variable, _)| *variable == name);
        let (_, place) = found.ok_or_else(|| format!("undefined variable: {name}"))?;
        *place = value;
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<Value, Failure> {
        let found = self.variables.iter().rev().find(|(variable, _)| *variable == name);
        let (_, value) = found.ok_or_else(|| format!("undefined variable: {name}"))?;
        Ok(value.clone())
    }

    /// The content of a template that is called.
    fn template(&self, invocation: &'t Invocation) -> Result<(&'t str, &'t List), Failure> {
        let found = self.trees.templates.get_key_value(&invocation.name);
        let (name, list) =
            found.ok_or_else(|| format!("template {} not defined", crate::parse::quoted(&invocation.name)))?;
        Ok((name, list))
    }
}
