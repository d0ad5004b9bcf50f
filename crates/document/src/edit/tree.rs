//! The tree that the edited text must read as.

use crate::{Node, Value};

/// The value at a path. An element is a key, or a place in a sequence from 0 on.
pub(super) fn get<'a>(root: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(root, |node, name| match &node.value {
        Value::Mapping(mapping) => mapping.get(name),
        Value::Sequence(items) => items.get(index(name)?),
        _ => None,
    })
}

/// Puts a value at a path, in place of another one or behind the other entries; missing mappings are made.
pub(super) fn put(root: &mut Node, path: &[&str], value: Node) -> Option<()> {
    let Some((name, rest)) = path.split_first() else {
        root.value = value.value;
        return Some(());
    };
    if matches!(root.value, Value::Null) {
        root.value = Node::mapping::<String>([]).value;
    }
    match &mut root.value {
        Value::Mapping(mapping) => {
            if mapping.get(name).is_none() {
                mapping.insert(name, Value::Null.into());
            }
            put(mapping.get_mut(name)?, rest, value)
        }
        Value::Sequence(items) => put(items.get_mut(index(name)?)?, rest, value),
        _ => None,
    }
}

/// Takes the value at a path away.
pub(super) fn take(root: &mut Node, path: &[&str]) -> Option<Node> {
    let (name, rest) = path.split_first()?;
    let child = match &mut root.value {
        Value::Mapping(mapping) if rest.is_empty() => return mapping.remove(name),
        Value::Sequence(items) if rest.is_empty() => {
            let index = index(name).filter(|index| *index < items.len())?;
            return Some(items.remove(index));
        }
        Value::Mapping(mapping) => mapping.get_mut(name)?,
        Value::Sequence(items) => items.get_mut(index(name)?)?,
        _ => return None,
    };
    take(child, rest)
}

/// Whether both are the same values in the same order.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Sequence(a), Value::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Mapping(a), Value::Mapping(b)) => {
            let mut pairs = a.entries().zip(b.entries());
            a.len() == b.len() && pairs.all(|((a, one), (b, other))| a.name == b.name && same(one, other))
        }
        _ => false,
    }
}

/// The place in a sequence that a path's element says.
pub(super) fn index(name: &str) -> Option<usize> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    is_plain.then(|| name.parse().ok())?
}
