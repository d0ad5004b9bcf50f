//! The functions of `text/template` itself. Its `slice` is not here: sprig's hides it.

mod compare;
mod escape;
mod index;

use crate::{
    Type, Value, fmt,
    function::{Arguments, Call, Failure, Function},
};

/// All of them.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter()
}

/// `and` and `or` are seen to where calls are made: not all of their arguments are evaluated.
static FUNCTIONS: [Function; 18] = [
    Function::variadic("and", &[Type::Reflected], Type::Reflected, settled),
    Function::variadic("call", &[Type::Reflected], Type::Reflected, call),
    Function::variadic("eq", &[Type::Reflected], Type::Reflected, compare::eq),
    Function::new("ge", &[Type::Reflected, Type::Reflected], compare::ge),
    Function::new("gt", &[Type::Reflected, Type::Reflected], compare::gt),
    Function::variadic("html", &[], Type::Any, escape::html),
    Function::variadic("index", &[Type::Reflected], Type::Reflected, index::index),
    Function::variadic("js", &[], Type::Any, escape::js),
    Function::new("le", &[Type::Reflected, Type::Reflected], compare::le),
    Function::new("len", &[Type::Reflected], index::len),
    Function::new("lt", &[Type::Reflected, Type::Reflected], compare::lt),
    Function::new("ne", &[Type::Reflected, Type::Reflected], compare::ne),
    Function::new("not", &[Type::Reflected], |_, arguments| {
        Ok(Value::Bool(!arguments.value(0)?.truth()))
    }),
    Function::variadic("or", &[Type::Reflected], Type::Reflected, settled),
    Function::variadic("print", &[], Type::Any, |call, arguments| {
        Ok(fmt::print(call, arguments)?.into())
    }),
    Function::variadic("printf", &[Type::String], Type::Any, |call, arguments| {
        let rest = arguments.get(1..).unwrap_or_default();
        Ok(fmt::printf(call, arguments.text(0)?.as_bytes(), rest)?.into())
    }),
    Function::variadic("println", &[], Type::Any, |call, arguments| {
        Ok(fmt::println(call, arguments)?.into())
    }),
    Function::variadic("urlquery", &[], Type::Any, escape::urlquery),
];

fn settled(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(arguments.last().cloned().unwrap_or(Value::Missing))
}

/// No value of a template is a function.
fn call(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match arguments.value(0)?.type_of() {
        None => Err("call of nil".into()),
        Some(kind) => Err(format!("non-function of type {kind}").into()),
    }
}
