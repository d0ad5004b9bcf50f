//! Fields: entries of maps, methods, fields of structs.

use crate::{Value, function::Failure, methods, parse::tree::Operand};

use super::{Execution, location::At};

impl<'t> Execution<'t, '_> {
    /// Fields of fields; the arguments go to the last.
    pub(super) fn fields(
        &mut self,
        dot: &Value,
        receiver: Value,
        operand: &'t Operand,
        names: &'t [String],
        rest: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let Some((name, before)) = names.split_last() else {
            return Ok(receiver);
        };
        let mut receiver = receiver;
        for name in before {
            receiver = self.field(dot, name, operand, &[], None, receiver)?;
        }
        self.field(dot, name, operand, rest, last, receiver)
    }

    fn field(
        &mut self,
        dot: &Value,
        name: &'t str,
        operand: &'t Operand,
        rest: &'t [Operand],
        last: Option<Value>,
        receiver: Value,
    ) -> Result<Value, Failure> {
        self.call.step()?;
        let kind = match receiver.type_of() {
            Some(kind) => kind,
            None if matches!(receiver, Value::Nil) => {
                return Err(format!("nil pointer evaluating interface {{}}.{name}").into());
            }
            None => return Ok(Value::Missing),
        };
        if let Some(method) = methods::find(&receiver, name) {
            return self.invoke_function(dot, method, Some(receiver), At::Operand(operand), rest, last);
        }
        let has_arguments = !rest.is_empty() || last.is_some();
        match &receiver {
            Value::Map(_) if has_arguments => Err(format!("{name} is not a method but has arguments").into()),
            Value::Map(map) => Ok(map.get(name.as_bytes()).unwrap_or(Value::Missing)),
            Value::Certificate(certificate) => {
                let field = match name {
                    "Cert" => &certificate.certificate,
                    "Key" => &certificate.key,
                    _ => return Err(format!("can't evaluate field {name} in type {kind}").into()),
                };
                if has_arguments {
                    return Err(format!("{name} has arguments but cannot be invoked as function").into());
                }
                Ok(Value::String(field.clone()))
            }
            _ => Err(format!("can't evaluate field {name} in type {kind}").into()),
        }
    }
}
