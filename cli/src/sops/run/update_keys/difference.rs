//! Which keys a file has, and which it is to have.

use std::{
    env, fmt,
    io::{IsTerminal, stdout},
};

use signet_sops::{KeyGroup, MasterKey};

/// It displays as upstream shows it.
pub(in crate::sops::run) struct Difference {
    groups: Vec<Group>,
    /// What the metadata say; 0 for nothing.
    before: u32,
    after: u32,
}

#[derive(Default)]
struct Group {
    common: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
}

impl Difference {
    /// A threshold is lowered where there are not so many groups, and else stays.
    pub(in crate::sops::run) fn new(before: &[KeyGroup], wanted: &[Vec<MasterKey>], threshold: Option<u32>) -> Self {
        let mut groups = Vec::new();
        for index in 0..before.len().max(wanted.len()) {
            let old = before.get(index).map_or(&[][..], |group| &group.keys);
            let old: Vec<_> = old.iter().map(|key| key.key.to_string()).collect();
            let new = wanted.get(index).map_or(&[][..], Vec::as_slice);
            let new: Vec<_> = new.iter().map(MasterKey::to_string).collect();
            let removed = old.iter().filter(|key| !new.contains(key)).cloned().collect();
            let (common, added) = new.into_iter().partition(|key| old.contains(key));
            groups.push(Group { common, added, removed });
        }
        let before = threshold.unwrap_or_default();
        let most = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
        Self {
            groups,
            before,
            after: before.min(most),
        }
    }

    pub(in crate::sops::run) fn is_none(&self) -> bool {
        let is_same = |group: &Group| group.added.is_empty() && group.removed.is_empty();
        self.before == self.after && self.groups.iter().all(is_same)
    }

    /// The names of keys that the file is to have and has not, and of those that it has and is not to have.
    pub(in crate::sops::run) fn names(&self) -> (Vec<String>, Vec<String>) {
        let names = |of: fn(&Group) -> &[String]| self.groups.iter().flat_map(of).cloned().collect();
        (names(|group| &group.added), names(|group| &group.removed))
    }

    /// What the metadata are to say.
    pub(super) fn threshold(&self) -> Option<u32> {
        Some(self.after).filter(|threshold| *threshold > 0)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The following changes will be made to the file's groups:")?;
        let (before, after) = (self.before, self.after);
        if before > 0 && before == after {
            writeln!(f, "shamir_threshold: {after}")?;
        } else {
            if after > 0 {
                writeln!(f, "{}", painted(GREEN, &format!("+++ shamir_threshold: {after}")))?;
            }
            if before > 0 {
                writeln!(f, "{}", painted(RED, &format!("--- shamir_threshold: {before}")))?;
            }
        }
        for (number, group) in (1..).zip(&self.groups) {
            writeln!(f, "{}", painted(UNDERLINED, &format!("Group {number}")))?;
            for key in &group.common {
                writeln!(f, "    {key}")?;
            }
            for key in &group.added {
                writeln!(f, "{}", painted(GREEN, &format!("+++ {key}")))?;
            }
            for key in &group.removed {
                writeln!(f, "{}", painted(RED, &format!("--- {key}")))?;
            }
        }
        Ok(())
    }
}

/// Only a person at a terminal sees colours.
fn painted(code: u8, text: &str) -> String {
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match stdout().is_terminal() && !is_plain {
        true => format!("\x1b[{code}m{text}\x1b[0m"),
        false => text.to_owned(),
    }
}

const GREEN: u8 = 32;
const RED: u8 = 31;
const UNDERLINED: u8 = 4;
