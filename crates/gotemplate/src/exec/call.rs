//! Calls of functions and methods.

use crate::{
    Type, Value,
    function::{Failure, Function},
    parse::tree::Operand,
};

use super::{Execution, evaluate::fit, location::At};

impl<'t> Execution<'t, '_> {
    /// Calls a function, or a method with its receiver. The last argument may come from the pipeline.
    pub(super) fn invoke_function(
        &mut self,
        dot: &Value,
        function: &'static Function,
        receiver: Option<Value>,
        at: At<'t>,
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        check_count(function, operands.len(), last.is_some())?;
        if let Some(refusal) = function.refusal {
            return Err(refusal.into());
        }
        if matches!(function.name, "and" | "or") {
            return self.short_circuit(dot, function.name == "or", operands, last);
        }
        let mut arguments: Vec<Value> = receiver.into_iter().collect();
        let offset = arguments.len();
        for (index, operand) in operands.iter().enumerate() {
            let value = self.argument(dot, Some(parameter(function, index)), operand)?;
            arguments.push(value);
        }
        if let Some(last) = last {
            let kind = parameter(function, arguments.len() - offset);
            arguments.push(fit(last, Some(kind))?);
        }
        self.call.enter(function, &arguments).map_err(|failure| match failure {
            Failure::Limit(limit) => Failure::Limit(limit),
            Failure::Message(message) => {
                self.at = at;
                format!("error calling {}: {message}", function.name).into()
            }
        })
    }

    /// `and` and `or`: the first argument that settles it, the others unseen.
    fn short_circuit(
        &mut self,
        dot: &Value,
        or: bool,
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let mut value = Value::Missing;
        for operand in operands {
            value = self.argument(dot, Some(Type::Reflected), operand)?;
            if value.truth() == or {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }
}

fn check_count(function: &Function, operands: usize, has_last: bool) -> Result<(), Failure> {
    let (name, fixed) = (function.name, function.params.len());
    let given = operands + usize::from(has_last);
    match function.variadic {
        Some(_) if given < fixed => {
            Err(format!("wrong number of args for {name}: want at least {fixed} got {operands}").into())
        }
        None if given != fixed => Err(format!("wrong number of args for {name}: want {fixed} got {given}").into()),
        _ => Ok(()),
    }
}

fn parameter(function: &Function, index: usize) -> Type {
    let fixed = function.params.get(index).copied();
    fixed.or(function.variadic).unwrap_or(Type::Any)
}
