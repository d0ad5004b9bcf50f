//! Values that hold values, dropped without recursion: a template can nest lists as deep as its steps allow.

use super::Value;

/// Drops the values, and those that only they hold.
pub(super) fn release(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        match value {
            Value::List(list) => values.extend(list.dissolve().into_iter().flatten()),
            Value::Map(map) => values.extend(map.dissolve().into_iter().flatten()),
            _ => {}
        }
    }
}
