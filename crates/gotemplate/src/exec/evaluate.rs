//! Pipelines, commands and operands.

use crate::{
    Integer, List, Map, Type, Value,
    function::Failure,
    functions,
    parse::tree::{Command, Number, Operand, Pipe, Term},
};

use super::{Execution, location::At};

impl<'t> Execution<'t, '_> {
    /// The value of a pipeline; sets its variables.
    pub(super) fn pipeline(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value, Failure> {
        self.at = At::Pipe(pipe);
        let mut value = None;
        for command in &pipe.commands {
            value = Some(match self.command(dot, command, value)? {
                Value::Nil => Value::Missing,
                value => value,
            });
        }
        let value = value.unwrap_or(Value::Missing);
        for name in &pipe.variables {
            if pipe.assigns {
                self.set_variable(name, value.clone())?;
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, dot: &Value, command: &'t Command, last: Option<Value>) -> Result<Value, Failure> {
        self.call.step()?;
        let Some((first, rest)) = command.operands.split_first() else {
            return Err("empty command".into());
        };
        match &first.term {
            Term::Field(names) => {
                self.at = At::Operand(first);
                self.fields(dot, dot.clone(), first, names, rest, last)
            }
            Term::Chain(node, names) => self.chain(dot, first, node, names, rest, last),
            Term::Function(name) => {
                self.at = At::Operand(first);
                self.function(dot, name, At::Command(command), rest, last)
            }
            Term::Pipe(pipe) => {
                self.not_a_function(first, rest, last.as_ref())?;
                self.pipeline(dot, pipe)
            }
            Term::Variable(names) => self.variable_fields(dot, first, names, rest, last),
            _ => {
                self.at = At::Operand(first);
                self.not_a_function(first, rest, last.as_ref())?;
                match &first.term {
                    Term::Nil => Err("nil is not a command".into()),
                    _ => self.constant(dot, first),
                }
            }
        }
    }

    fn not_a_function(&self, first: &Operand, rest: &[Operand], last: Option<&Value>) -> Result<(), Failure> {
        if rest.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(format!("can't give argument to non-function {first}").into())
    }

    /// A variable, or fields of it.
    fn variable_fields(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        names: &'t [String],
        rest: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        self.at = At::Operand(operand);
        let Some((name, fields)) = names.split_first() else {
            return Ok(Value::Missing);
        };
        let value = self.variable(name)?;
        if fields.is_empty() {
            self.not_a_function(operand, rest, last.as_ref())?;
            return Ok(value);
        }
        self.fields(dot, value, operand, fields, rest, last)
    }

    fn chain(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        node: &'t Operand,
        names: &'t [String],
        rest: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        self.at = At::Operand(operand);
        let receiver = self.argument(dot, None, node)?;
        self.fields(dot, receiver, operand, names, rest, last)
    }

    fn function(
        &mut self,
        dot: &Value,
        name: &'t str,
        at: At<'t>,
        rest: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let found = functions::find(name).ok_or_else(|| format!("{name:?} is not a defined function"))?;
        self.invoke_function(dot, found, None, at, rest, last)
    }

    /// An operand as an argument of the type; of any, where there is none.
    pub(super) fn argument(&mut self, dot: &Value, kind: Option<Type>, operand: &'t Operand) -> Result<Value, Failure> {
        self.at = At::Operand(operand);
        let value = match &operand.term {
            Term::Dot => dot.clone(),
            Term::Nil => return nil_of(kind),
            Term::Field(names) => self.fields(dot, dot.clone(), operand, names, &[], None)?,
            Term::Variable(names) => self.variable_fields(dot, operand, names, &[], None)?,
            Term::Pipe(pipe) => self.pipeline(dot, pipe)?,
            Term::Function(name) => self.function(dot, name, At::Operand(operand), &[], None)?,
            Term::Chain(node, names) => self.chain(dot, operand, node, names, &[], None)?,
            Term::Bool(_) | Term::Number(_) | Term::String { .. } => {
                return match kind {
                    None | Some(Type::Any | Type::Reflected) => self.constant(dot, operand),
                    Some(kind) => typed_constant(kind, operand),
                };
            }
        };
        fit(value, kind)
    }

    /// A constant of the type that it has by itself.
    fn constant(&mut self, dot: &Value, operand: &'t Operand) -> Result<Value, Failure> {
        self.at = At::Operand(operand);
        match &operand.term {
            Term::Bool(value) => Ok(Value::Bool(*value)),
            Term::Number(number) => number_by_itself(number),
            Term::String { text, .. } => Ok(Value::String(text.clone())),
            Term::Dot => Ok(dot.clone()),
            _ => Err(format!("can't evaluate command {operand}").into()),
        }
    }
}

fn number_by_itself(number: &Number) -> Result<Value, Failure> {
    if let Some((real, imaginary)) = number.complex {
        return Ok(Value::Complex(real, imaginary));
    }
    if let Some(float) = number.float.filter(|_| number.is_float_by_itself()) {
        return Ok(Value::Float(float));
    }
    match number.int {
        Some(int) => Ok(Value::int(int)),
        None => Err(format!("{} overflows int", number.literal).into()),
    }
}

/// A constant as the type that a parameter has.
fn typed_constant(kind: Type, operand: &Operand) -> Result<Value, Failure> {
    let expected = |what: &str| Failure::Message(format!("expected {what}; found {operand}"));
    let number = match &operand.term {
        Term::Number(number) => Some(number),
        _ => None,
    };
    match kind {
        Type::Bool => match operand.term {
            Term::Bool(value) => Ok(Value::Bool(value)),
            _ => Err(expected("bool")),
        },
        Type::String => match &operand.term {
            Term::String { text, .. } => Ok(Value::String(text.clone())),
            _ => Err(expected("string")),
        },
        Type::Float64 => match number.and_then(|number| number.float) {
            Some(float) => Ok(Value::Float(float)),
            None => Err(expected("float")),
        },
        Type::Integer(kind) if kind.is_signed() => match number.and_then(|number| number.int) {
            Some(int) => Ok(Value::Integer(Integer::new(kind, int))),
            None => Err(expected("integer")),
        },
        Type::Integer(kind) => match number.and_then(|number| number.uint) {
            Some(uint) => Ok(Value::Integer(Integer::unsigned(kind, kind.wrap(uint)))),
            None => Err(expected("unsigned integer")),
        },
        _ => Err(format!("can't handle {operand} for arg of type {kind}").into()),
    }
}

/// The value as an argument of the type.
pub(super) fn fit(value: Value, kind: Option<Type>) -> Result<Value, Failure> {
    let Some(kind) = kind else { return Ok(value) };
    match (value.type_of(), kind) {
        (_, Type::Reflected) => Ok(value),
        (None, Type::Any) => Ok(Value::Nil),
        (_, Type::Any) => Ok(value),
        (None, _) if matches!(value, Value::Missing) => match nil_of(Some(kind)) {
            Ok(nil) => Ok(nil),
            Err(_) => Err(format!("invalid value; expected {kind}").into()),
        },
        (None, _) => Err(format!("wrong type for value; expected {kind}; got interface {{}}").into()),
        (Some(found), _) if found == kind => Ok(value),
        (Some(found), _) => Err(format!("wrong type for value; expected {kind}; got {found}").into()),
    }
}

/// The nil of the type.
fn nil_of(kind: Option<Type>) -> Result<Value, Failure> {
    match kind {
        None | Some(Type::Reflected) => Ok(Value::Missing),
        Some(Type::Map(element)) => Ok(Value::Map(Map::nil(*element))),
        Some(Type::Slice(element)) => Ok(Value::List(List::nil(*element))),
        Some(kind) if kind.can_be_nil() => Ok(Value::Nil),
        Some(kind) => Err(format!("cannot assign nil to {kind}").into()),
    }
}
