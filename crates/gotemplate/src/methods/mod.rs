//! Methods of the values that have some.

mod duration;

use crate::{Kind, Value, function::Function};

/// The method of the name. Its receiver is its first argument, which its parameters do not name.
pub(crate) fn find(receiver: &Value, name: &str) -> Option<&'static Function> {
    let methods: &[Function] = match receiver {
        Value::Integer(integer) => match integer.kind() {
            Kind::Duration => &duration::METHODS,
            _ => &[],
        },
        _ => &[],
    };
    methods.iter().find(|method| method.name == name)
}
