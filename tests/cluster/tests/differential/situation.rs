use crate::steps::Step;

/// A script of what people do in a namespace.
pub(crate) struct Situation {
    /// What happens, in words. No other has the same.
    pub(crate) name: String,
    /// One after the other, each once the controller has come to rest after the one before.
    pub(crate) steps: Vec<Step>,
}

impl Situation {
    pub(crate) fn new(name: impl Into<String>, steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            name: name.into(),
            steps: steps.into_iter().collect(),
        }
    }
}
