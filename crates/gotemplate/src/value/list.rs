//! Go's slices.

use std::{cell::OnceCell, rc::Rc};

use super::{Type, Value, release};

/// A slice that nothing changes but sorting: each function of sprig that alters one makes a new one, except `sortAlpha`.
#[derive(Clone)]
pub struct List(Rc<Items>);

pub(super) struct Items {
    element: Type,
    items: Vec<Value>,
    sorted: OnceCell<Vec<Value>>,
    nil: bool,
}

impl List {
    /// A slice of elements of the type. In a `[]interface{}` they are anything but [`Value::Missing`].
    pub fn new(element: Type, items: Vec<Value>) -> Self {
        Self(Rc::new(Items {
            element,
            items,
            sorted: OnceCell::new(),
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
            sorted: OnceCell::new(),
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
        self.0.sorted.get().unwrap_or(&self.0.items)
    }

    /// Puts the strings of a `[]string` in order, for everyone who shares it.
    pub(crate) fn sort(&self) {
        self.0.sorted.get_or_init(|| {
            let mut items = self.0.items.clone();
            items.sort_unstable_by(|left, right| match (left, right) {
                (Value::String(left), Value::String(right)) => left.cmp(right),
                _ => std::cmp::Ordering::Equal,
            });
            items
        });
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
