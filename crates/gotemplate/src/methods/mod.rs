//! Methods of the values that have some.

mod duration;
mod time;
mod version;

use crate::{Kind, Value, function::Function};

/// The method of the name. Its receiver is its first argument, which its parameters do not name.
pub(crate) fn find(receiver: &Value, name: &str) -> Option<&'static Function> {
    let methods: &[Function] = match receiver {
        Value::Time(_) => &time::METHODS,
        Value::Location(_) => &time::LOCATION_METHODS,
        Value::Version { pointer: true, .. } => {
            let of_pointer = version::POINTER_METHODS.iter();
            return of_pointer.chain(&version::METHODS).find(|method| method.name == name);
        }
        Value::Version { .. } => &version::METHODS,
        Value::Integer(integer) => match integer.kind() {
            Kind::Duration => &duration::METHODS,
            Kind::Month | Kind::Weekday => &time::NAME_METHODS,
            _ => &[],
        },
        _ => &[],
    };
    methods.iter().find(|method| method.name == name)
}
