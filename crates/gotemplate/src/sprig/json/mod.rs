//! Functions of JSON (Go's package encoding/json).

mod read;
mod write;

use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const ANY: &[Type] = &[Type::Any];
const STRING: &[Type] = &[Type::String];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("fromJson", STRING, |call, arguments| {
        match read::read(call, arguments.text(0)?.as_bytes()) {
            Ok(read) => Ok(read.value),
            Err(Failure::Message(_)) => Ok(Value::Nil),
            Err(limit) => Err(limit),
        }
    }),
    Function::new("mustFromJson", STRING, must_from_json),
    Function::new("mustToJson", ANY, |call, arguments| {
        written(call, arguments, true, false)
    }),
    Function::new("mustToPrettyJson", ANY, |call, arguments| {
        written(call, arguments, true, true)
    }),
    Function::new("mustToRawJson", ANY, |call, arguments| {
        written(call, arguments, false, false)
    }),
    Function::new("toJson", ANY, |call, arguments| {
        softened(written(call, arguments, true, false))
    }),
    Function::new("toPrettyJson", ANY, |call, arguments| {
        softened(written(call, arguments, true, true))
    }),
    Function::new("toRawJson", ANY, |call, arguments| {
        written(call, arguments, false, false)
    }),
];

fn must_from_json(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let read = read::read(call, arguments.text(0)?.as_bytes())?;
    if read.out_of_range {
        return Err("json: cannot unmarshal number into Go value of type float64".into());
    }
    Ok(read.value)
}

fn written(call: &mut Call<'_>, arguments: &[Value], html: bool, pretty: bool) -> Result<Value, Failure> {
    Ok(Value::String(write::write(call, arguments.value(0)?, html, pretty)?))
}

/// What cannot be written gives the empty string.
fn softened(written: Result<Value, Failure>) -> Result<Value, Failure> {
    match written {
        Err(Failure::Message(_)) => Ok(Value::text("")),
        other => other,
    }
}
