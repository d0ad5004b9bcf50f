//! Another user to run a command as.

use std::{fs, io, os::unix::fs::chown, path::Path};

use rustix::thread::{Gid, Uid, set_thread_groups, set_thread_res_gid, set_thread_res_uid};

use super::generic;
use crate::{io::file::reason, sops::Error};

/// A user of `/etc/passwd` (passwd(5)), with the groups of `/etc/group`.
pub(super) struct User {
    name: String,
    home: String,
    id: u32,
    group: u32,
    groups: Vec<u32>,
}

impl User {
    /// The user of that name; none for an empty one.
    ///
    /// # Errors
    /// There is no such user.
    pub(super) fn find(name: &str) -> Result<Option<Self>, Error> {
        if name.is_empty() {
            return Ok(None);
        }
        let [users, groups] = ["/etc/passwd", "/etc/group"].map(|path| {
            fs::read_to_string(path).map_err(|error| generic(&format!("cannot read {path}: {}", reason(&error))))
        });
        let user = Self::of(name, &users?, &groups?);
        user.map(Some)
            .ok_or_else(|| generic(&format!("user: unknown user {name}")))
    }

    fn of(name: &str, users: &str, groups: &str) -> Option<Self> {
        let mut lines = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let (id, group, home) = lines.find_map(|fields| match fields.as_slice() {
            [own, _, id, group, _, home, ..] if *own == name => {
                Some((id.parse().ok()?, group.parse().ok()?, (*home).to_owned()))
            }
            _ => None,
        })?;
        let mut all = vec![group];
        for line in groups.lines() {
            if let [_, _, id, members] = line.split(':').collect::<Vec<_>>().as_slice()
                && members.split(',').any(|member| member == name)
                && let Ok(id) = id.parse()
                && !all.contains(&id)
            {
                all.push(id);
            }
        }
        Some(Self {
            name: name.to_owned(),
            home,
            id,
            group,
            groups: all,
        })
    }

    /// What a login would set.
    pub(super) fn variables(&self) -> [(&'static str, &str); 3] {
        [("HOME", &self.home), ("USER", &self.name), ("LOGNAME", &self.name)]
    }

    /// Gives files to the user.
    ///
    /// # Errors
    /// We may not.
    pub(super) fn own(&self, paths: &[&Path]) -> Result<(), Error> {
        paths
            .iter()
            .try_for_each(|path| chown(path, Some(self.id), Some(self.group)))
            .map_err(|error| self.refused(&error))
    }

    /// Gives the thread, and what it starts, the user's identity.
    ///
    /// # Errors
    /// We may not.
    pub(super) fn become_it(&self) -> Result<(), Error> {
        let groups: Vec<_> = self.groups.iter().copied().map(Gid::from_raw).collect();
        let (id, group) = (Uid::from_raw(self.id), Gid::from_raw(self.group));
        set_thread_groups(&groups)
            .and_then(|()| set_thread_res_gid(group, group, group))
            .and_then(|()| set_thread_res_uid(id, id, id))
            .map_err(|error| self.refused(&io::Error::from(error)))
    }

    fn refused(&self, error: &io::Error) -> Error {
        generic(&format!("cannot run as {}: {}", self.name, reason(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_the_groups_that_name_it() {
        let users = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\nbroken\n";
        let groups = "users:x:100:ann\nwheel:x:10:bob,ann\ntape:x:26:bob\nodd\n";
        let ann = User::of("ann", users, groups).map(|user| (user.id, user.groups, user.home));
        assert_eq!(ann, Some((1000, vec![100, 10], "/home/ann".to_owned())));
        assert!(User::of("bob", users, groups).is_none());
        assert!(User::of("", users, groups).is_none());
    }
}
