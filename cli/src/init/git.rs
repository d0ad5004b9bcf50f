//! The drivers, which Git keeps in each clone.

use std::{path::Path, process::Command};

use crate::sops::{Error, Exit};

/// A setting of Git.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) value: &'static str,
}

/// The settings that a clone has not, or has otherwise; none of a folder that is no clone, or where there is no Git.
pub(super) fn missing(folder: &Path) -> Vec<&'static Setting> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .output()
            .ok()?;
        output.status.success().then_some(output.stdout)
    };
    if git(&["rev-parse", "--git-dir"]).is_none() {
        return Vec::new();
    }
    let is_set = |setting: &&Setting| {
        let value = git(&["config", "--get", setting.name]).unwrap_or_default();
        value.trim_ascii_end() == setting.value.as_bytes()
    };
    SETTINGS.iter().filter(|setting| !is_set(setting)).collect()
}

impl Setting {
    /// Sets it in the clone.
    ///
    /// # Errors
    /// Git does not.
    pub(super) fn set(&self, folder: &Path) -> Result<(), Error> {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(["config", self.name, self.value]);
        match git.status() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Error::new(
                Exit::CouldNotWriteOutputFile,
                format!("git config {}: git did not set it", self.name),
            )),
        }
    }
}

static SETTINGS: [Setting; 3] = [
    Setting {
        name: "diff.signet.textconv",
        value: "signet diff --textconv",
    },
    Setting {
        name: "merge.signet.name",
        value: "signet, value by value",
    },
    Setting {
        name: "merge.signet.driver",
        value: "signet merge %O %A %B --path %P",
    },
];
