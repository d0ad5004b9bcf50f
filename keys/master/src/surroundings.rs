use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    sync::Arc,
};

use crate::{Prompt, Terminal};

/// What master keys are looked for in: everything that a program would otherwise take from its process.
///
/// Commands run with exactly these variables. Only plugins of age, which the `age` crate starts, are found in the `PATH` of the process and
/// inherit its environment.
#[derive(Clone)]
pub struct Surroundings {
    /// The environment.
    pub variables: BTreeMap<OsString, OsString>,
    /// The user's home directory, in which `.ssh` is.
    pub home: Option<PathBuf>,
    /// The user's directory of settings, in which `sops/age/keys.txt` is.
    pub config_dir: Option<PathBuf>,
    /// Who is asked for passphrases.
    pub prompt: Arc<dyn Prompt>,
}

impl Surroundings {
    /// Those of this process, with its terminal.
    pub fn of_process() -> Self {
        Self::from_variables(env::vars_os().collect(), Arc::new(Terminal))
    }

    /// With the directories that the variables tell (Go's `os.UserHomeDir` and `os.UserConfigDir`).
    pub fn from_variables(variables: BTreeMap<OsString, OsString>, prompt: Arc<dyn Prompt>) -> Self {
        let given = |name: &str| variables.get(OsStr::new(name)).filter(|value| !value.is_empty());
        let home = given("HOME").map(PathBuf::from);
        let config_dir = match given("XDG_CONFIG_HOME").map(PathBuf::from) {
            Some(path) => Some(path).filter(|path| path.is_absolute()),
            None if cfg!(target_os = "macos") => home.as_ref().map(|home| home.join("Library/Application Support")),
            None => home.as_ref().map(|home| home.join(".config")),
        };
        Self {
            variables,
            home,
            config_dir,
            prompt,
        }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Surroundings {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Surroundings::from_variables(variables.collect(), Arc::new(Terminal))
    }

    #[test]
    fn directories() {
        for (variables, home, config) in [
            (&[][..], None, None),
            (&[("HOME", "")], None, None),
            (&[("HOME", "/h")], Some("/h"), Some("/h/.config")),
            (
                &[("HOME", "/h"), ("XDG_CONFIG_HOME", "")],
                Some("/h"),
                Some("/h/.config"),
            ),
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")], Some("/h"), Some("/c")),
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "c")], Some("/h"), None),
            (&[("XDG_CONFIG_HOME", "/c")], None, Some("/c")),
        ] {
            let found = of(variables);
            assert_eq!(found.home, home.map(PathBuf::from), "{variables:?}");
            if cfg!(target_os = "linux") {
                assert_eq!(found.config_dir, config.map(PathBuf::from), "{variables:?}");
            }
        }
    }
}
