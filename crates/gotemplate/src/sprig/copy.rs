//! Values copied with all that they hold (github.com/mitchellh/copystructure 1.2).

use crate::{
    List, Map, Value, Version, Zone,
    budget::{Limit, VALUE_DEPTH},
    function::{Arguments, Call, Failure},
};

/// A copy that shares nothing that could be changed.
pub(super) fn deep(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match arguments.value(0)? {
        Value::Nil | Value::Missing => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => copied(call, value, VALUE_DEPTH),
    }
}

fn copied(call: &mut Call<'_>, value: &Value, depth: usize) -> Result<Value, Failure> {
    let depth = depth.checked_sub(1).ok_or(Limit::Depth)?;
    call.charge(64)?;
    Ok(match value {
        Value::List(list) if list.is_nil() => value.clone(),
        Value::List(list) => {
            let items = list.items().iter().map(|item| copied(call, item, depth));
            List::new(list.element(), items.collect::<Result<_, _>>()?).into()
        }
        Value::Map(map) if map.is_nil() => value.clone(),
        Value::Map(map) => {
            let entries = map
                .entries()
                .into_iter()
                .map(|(key, value)| Ok((key, copied(call, &value, depth)?)));
            Map::new(map.element(), entries.collect::<Result<Vec<_>, Failure>>()?).into()
        }
        // The copy has only what Go exports of a struct, and these export nothing.
        Value::Version { pointer, .. } => Value::Version {
            version: Version::default().into(),
            pointer: *pointer,
        },
        Value::Location(_) => Value::Location(Zone::Fixed {
            name: "".into(),
            offset: 0,
        }),
        other => other.clone(),
    })
}
