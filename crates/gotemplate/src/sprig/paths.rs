//! Functions of paths. Those of the operating system are the same where the separator is a slash.

use super::path;
use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRING: &[Type] = &[Type::String];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", STRING, base),
    Function::new("clean", STRING, clean),
    Function::new("dir", STRING, directory),
    Function::new("ext", STRING, extension),
    Function::new("isAbs", STRING, is_absolute),
    Function::new("osBase", STRING, base),
    Function::new("osClean", STRING, clean),
    Function::new("osDir", STRING, directory),
    Function::new("osExt", STRING, extension),
    Function::new("osIsAbs", STRING, is_absolute),
];

fn given<'a>(call: &mut Call<'_>, arguments: &'a [Value]) -> Result<&'a [u8], Failure> {
    let path = arguments.text(0)?.as_bytes();
    call.charge(path.len())?;
    Ok(path)
}

fn base(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::text(path::base(given(call, arguments)?)))
}

fn clean(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::text(path::clean(given(call, arguments)?)))
}

fn directory(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::text(path::directory(given(call, arguments)?)))
}

fn extension(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::text(path::extension(given(call, arguments)?)))
}

fn is_absolute(_: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(path::is_absolute(arguments.text(0)?.as_bytes()).into())
}
