use std::{cell::RefCell, rc::Rc};

/// What identities have to say about why they could not be asked. The `age` crate's errors have no room for it, and one identity that failed must
/// not keep the others from being tried.
#[derive(Clone, Default)]
pub(super) struct Failures(Rc<RefCell<Vec<String>>>);

impl Failures {
    pub(super) fn add(&self, message: String) {
        self.0.borrow_mut().push(message);
    }

    /// Forgets and returns them.
    pub(super) fn take(&self) -> Vec<String> {
        self.0.take()
    }
}
