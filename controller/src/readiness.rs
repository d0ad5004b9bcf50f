//! Whether the program is ready to be used.

use std::sync::{Arc, Weak};

/// Ready once every handle has been dropped. There is no flag that could be set too early or forgotten.
#[derive(Clone)]
pub(crate) struct Readiness(Weak<()>);

/// Something that has to happen first. Dropping it says that it has.
#[derive(Clone)]
pub(crate) struct Pending {
    _token: Arc<()>,
}

impl Readiness {
    /// Not ready before that handle, and every clone of it, is dropped.
    pub(crate) fn new() -> (Self, Pending) {
        let token = Arc::new(());
        (Self(Arc::downgrade(&token)), Pending { _token: token })
    }

    /// Whether nothing is pending.
    pub(crate) fn is_ready(&self) -> bool {
        self.0.strong_count() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_when_the_last_handle_is_dropped() {
        let (readiness, pending) = Readiness::new();
        let other = pending.clone();
        drop(pending);
        assert!(!readiness.is_ready());
        drop(other);
        assert!(readiness.is_ready());
    }
}
