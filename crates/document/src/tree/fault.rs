use super::{WriteError, WriteFault};

/// A fault of the thing itself; [`WriteError::under`] adds where it stands on the way up, so that a path costs nothing until then.
pub(super) fn fault(fault: WriteFault) -> WriteError {
    WriteError {
        path: String::new(),
        fault,
    }
}

impl WriteError {
    /// The same fault, below a key.
    pub(super) fn under(mut self, key: &str) -> Self {
        if !self.path.is_empty() {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, key);
        self
    }
}
