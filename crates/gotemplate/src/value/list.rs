//! Go's slices.

use std::rc::Rc;

use super::{Type, Value, release};

/// A slice that nothing changes: each function of sprig that alters one makes a new one.
#[derive(Clone)]
pub struct List(Rc<Items>);

pub(super) struct Items {
    element: Type,
    pub(super) items: Vec<Value>,
    nil: bool,
}

impl List {
    /// A slice of elements of the type. In a `[]interface{}` they are anything but [`Value::Missing`].
    pub fn new(element: Type, items: Vec<Value>) -> Self {
        Self(Rc::new(Items {
            element,
            items,
            nil: false,
        }))
    }

    /// A `[]byte`, or `[]uint8`.
    pub fn bytes(bytes: &[u8]) -> Self {
        let byte = |&byte: &u8| Value::Integer(super::Integer::unsigned(super::Kind::Uint8, byte.into()));
        Self::new(Type::BYTE, bytes.iter().map(byte).collect())
    }

    /// The nil slice of the type: empty, and `null` in JSON.
    pub fn nil(element: Type) -> Self {
        Self(Rc::new(Items {
            element,
            items: Vec::new(),
            nil: true,
        }))
    }

    /// Type of the elements.
    pub fn element(&self) -> Type {
        self.0.element
    }

    /// Type of the slice.
    pub fn type_of(&self) -> Type {
        Type::slice(self.0.element)
    }

    /// The elements.
    pub fn items(&self) -> &[Value] {
        &self.0.items
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.0.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.items.is_empty()
    }

    /// Whether it is the nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Whether both are one slice.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The elements, if nothing else shares them.
    pub(super) fn dissolve(self) -> Option<Vec<Value>> {
        Rc::into_inner(self.0).map(|mut items| std::mem::take(&mut items.items))
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        release::release(std::mem::take(&mut self.items));
    }
}
