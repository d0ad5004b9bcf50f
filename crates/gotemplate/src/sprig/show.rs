//! Values as texts.

use crate::{
    Text, Type, Value, fmt,
    function::{Call, Failure},
};

/// A value as sprig takes it for a text (`strval`): a string or bytes as they are, anything else printed.
pub(super) fn text(call: &mut Call<'_>, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::List(list) if list.element() == Type::BYTE => {
            call.charge(list.len())?;
            let byte = |value: &Value| match value {
                Value::Integer(integer) => integer.bits() as u8,
                _ => 0,
            };
            Ok(list.items().iter().map(byte).collect::<Vec<u8>>().into())
        }
        _ => plain(call, value),
    }
}

/// A value printed (`%v`).
pub(super) fn plain(call: &mut Call<'_>, value: &Value) -> Result<Text, Failure> {
    fmt::print(call, std::slice::from_ref(value))
}

/// The items of a list but nil as texts, or a single value as the only one (`strslice`).
pub(super) fn texts(call: &mut Call<'_>, value: &Value) -> Result<Vec<Text>, Failure> {
    let items = match value {
        Value::Nil | Value::Missing => return Ok(Vec::new()),
        Value::List(list) => list.items(),
        single => std::slice::from_ref(single),
    };
    let items = items.iter().filter(|item| !matches!(item, Value::Nil | Value::Missing));
    items.map(|item| text(call, item)).collect()
}
