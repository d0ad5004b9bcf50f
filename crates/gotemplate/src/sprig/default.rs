//! Functions of what is empty, and of what kind a value is.

use super::equal;
use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const ANY: Type = Type::Any;
const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("all", &[], ANY, |_, arguments| {
        Ok(arguments.iter().all(Value::truth).into())
    }),
    Function::variadic("any", &[], ANY, |_, arguments| {
        Ok(arguments.iter().any(Value::truth).into())
    }),
    Function::variadic("coalesce", &[], ANY, |_, arguments| {
        Ok(arguments
            .iter()
            .find(|value| value.truth())
            .cloned()
            .unwrap_or(Value::Nil))
    }),
    Function::new("deepEqual", &[ANY, ANY], |call, arguments| {
        Ok(equal::deep(call, arguments.value(0)?, arguments.value(1)?)?.into())
    }),
    Function::variadic("default", &[ANY], ANY, |_, arguments| {
        let given = arguments.get(1).filter(|given| given.truth());
        Ok(given.unwrap_or(arguments.value(0)?).clone())
    }),
    Function::new(
        "empty",
        &[ANY],
        |_, arguments| Ok((!arguments.value(0)?.truth()).into()),
    ),
    Function::new("kindIs", &[STRING, ANY], |_, arguments| {
        Ok((arguments.text(0)?.as_bytes() == kind(arguments.value(1)?).as_bytes()).into())
    }),
    Function::new("kindOf", &[ANY], |_, arguments| {
        Ok(Value::text(kind(arguments.value(0)?)))
    }),
    Function::new("ternary", &[ANY, ANY, Type::Bool], |_, arguments| {
        Ok(arguments.value(usize::from(!arguments.bool(2)?))?.clone())
    }),
    Function::new("typeIs", &[STRING, ANY], |_, arguments| {
        Ok((arguments.text(0)?.as_bytes() == name(arguments.value(1)?).as_bytes()).into())
    }),
    Function::new("typeIsLike", &[STRING, ANY], type_is_like),
    Function::new("typeOf", &[ANY], |_, arguments| {
        Ok(Value::text(name(arguments.value(0)?)))
    }),
];

fn kind(value: &Value) -> &'static str {
    value.type_of().map_or("invalid", Type::kind_name)
}

fn name(value: &Value) -> String {
    value.type_of().map_or("<nil>".to_owned(), |found| found.to_string())
}

/// The type, or a pointer to it.
fn type_is_like(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (target, name) = (arguments.text(0)?.as_bytes(), name(arguments.value(1)?));
    let pointed = name.strip_prefix('*').unwrap_or(&name);
    Ok((target == name.as_bytes() || target == pointed.as_bytes()).into())
}
