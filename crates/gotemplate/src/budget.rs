//! What a rendering may use up.

use std::fmt;

/// Bounds of a rendering, and of parsing. Upstream has none but a depth of 100,000.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a template.
    pub text: usize,
    /// Bytes of output.
    pub output: usize,
    /// Bytes that all strings and lists made on the way may take together.
    pub memory: usize,
    /// Nodes of the template that are walked, calls, items looked at.
    pub steps: u64,
    /// Templates calling templates. The default is upstream's.
    pub depth: usize,
}

impl Default for Limits {
    /// An object of Kubernetes ends at 1.5 MiB.
    fn default() -> Self {
        Self {
            text: 2 << 20,
            output: 4 << 20,
            memory: 256 << 20,
            steps: 10_000_000,
            depth: 100_000,
        }
    }
}

/// The bound that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Templates calling templates, or values holding values.
    Depth,
    /// Bytes of strings and lists.
    Memory,
    /// Bytes of output.
    Output,
    /// Steps.
    Steps,
    /// Bytes of the template itself.
    Text,
    /// The caller's deadline.
    Time,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "the template nests too deep",
            Self::Memory => "the template needs too much memory",
            Self::Output => "the output of the template is too large",
            Self::Steps => "the template takes too many steps",
            Self::Text => "the template is too long",
            Self::Time => "the template takes too long",
        })
    }
}

/// How deep values may hold values where they are walked: printed, compared, copied, written as JSON.
pub(crate) const VALUE_DEPTH: usize = 500;

/// What is left of the limits.
pub(crate) struct Budget<'e> {
    memory: usize,
    steps: u64,
    expired: &'e dyn Fn() -> bool,
}

impl<'e> Budget<'e> {
    pub(crate) fn new(limits: &Limits, expired: &'e dyn Fn() -> bool) -> Self {
        Self {
            memory: limits.memory,
            steps: limits.steps,
            expired,
        }
    }

    /// Counts steps, and looks at the deadline from time to time.
    pub(crate) fn step(&mut self, count: u64) -> Result<(), Limit> {
        let before = self.steps / STEPS_PER_LOOK;
        self.steps = self.steps.checked_sub(count).ok_or(Limit::Steps)?;
        if self.steps / STEPS_PER_LOOK != before && (self.expired)() {
            return Err(Limit::Time);
        }
        Ok(())
    }

    /// Counts bytes before they are made. Making them takes time, too.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Limit> {
        self.memory = self.memory.checked_sub(bytes).ok_or(Limit::Memory)?;
        self.step(bytes as u64 / BYTES_PER_STEP)
    }
}

/// Looking at the clock costs as much as some dozens of steps.
const STEPS_PER_LOOK: u64 = 1024;

/// Copying so many bytes takes about as long as a step.
const BYTES_PER_STEP: u64 = 64;
