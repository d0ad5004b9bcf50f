use super::cursor::{Cursor, Mark};

/// Where a key may have started that nothing but the `:` behind it shows: at most one on each level of brackets (YAML 1.1, section 5.2.2).
pub(super) struct SimpleKeys {
    /// In the order of levels, and so of their tokens.
    candidates: Vec<Candidate>,
    level: usize,
    /// Whether a key may start here.
    pub(super) is_allowed: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Candidate {
    level: usize,
    /// The number of the token that it starts with.
    pub(super) token: usize,
    pub(super) mark: Mark,
    /// Whether nothing else can stand here.
    is_required: bool,
}

impl SimpleKeys {
    pub(super) fn new() -> Self {
        Self {
            candidates: Vec::new(),
            level: 0,
            is_allowed: true,
        }
    }

    pub(super) fn enter(&mut self) {
        self.level += 1;
    }

    pub(super) fn leave(&mut self) {
        self.candidates.pop_if(|candidate| candidate.level == self.level);
        self.level = self.level.saturating_sub(1);
    }

    /// Notes that a key may start with the next token.
    ///
    /// # Errors
    /// Where a key stands that has no `:`.
    pub(super) fn save(&mut self, token: usize, mark: Mark, is_required: bool) -> Result<(), Mark> {
        if !self.is_allowed {
            return Ok(());
        }
        self.remove()?;
        self.candidates.push(Candidate {
            level: self.level,
            token,
            mark,
            is_required,
        });
        Ok(())
    }

    /// Forgets the candidate on this level.
    ///
    /// # Errors
    /// Where a key stands that has no `:`.
    pub(super) fn remove(&mut self) -> Result<(), Mark> {
        match self.candidates.pop_if(|candidate| candidate.level == self.level) {
            Some(candidate) if candidate.is_required => Err(candidate.mark),
            _ => Ok(()),
        }
    }

    /// Takes the candidate on this level, if the `:` here can make it a key.
    ///
    /// # Errors
    /// Where a key stands that has no `:`.
    pub(super) fn take(&mut self, cursor: &Cursor<'_>) -> Result<Option<Candidate>, Mark> {
        let candidate = self.candidates.pop_if(|candidate| candidate.level == self.level);
        match candidate {
            Some(candidate) if candidate.is_stale(cursor) => match candidate.is_required {
                true => Err(candidate.mark),
                false => Ok(None),
            },
            candidate => Ok(candidate),
        }
    }

    /// Whether the token with this number may still turn out to start a key.
    ///
    /// # Errors
    /// Where a key stands that has no `:`.
    pub(super) fn check(&mut self, token: usize, cursor: &Cursor<'_>) -> Result<bool, Mark> {
        let Ok(at) = self
            .candidates
            .binary_search_by_key(&token, |candidate| candidate.token)
        else {
            return Ok(false);
        };
        match self.candidates.get(at).copied() {
            Some(candidate) if candidate.is_stale(cursor) => {
                self.candidates.remove(at);
                match candidate.is_required {
                    true => Err(candidate.mark),
                    false => Ok(false),
                }
            }
            candidate => Ok(candidate.is_some()),
        }
    }
}

impl Candidate {
    /// A key has one line and at most 1024 characters.
    fn is_stale(&self, cursor: &Cursor<'_>) -> bool {
        let here = cursor.mark;
        let is_long = || match here.index - self.mark.index {
            0..=MAXIMUM => false,
            bytes if bytes > 4 * MAXIMUM => true,
            _ => cursor.slice(self.mark.index, here.index).chars().count() > MAXIMUM,
        };
        self.mark.line < here.line || is_long()
    }
}

const MAXIMUM: usize = 1024;
