//! A folder with an age identity, and the program called `sops` or by its own name.

// Each suite uses its own part of it.
#![allow(dead_code, reason = "a module of each suite")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::program::{Desk, Run};

pub(crate) const AGE1: &str = "age1fmhvl6k38yzn29z8l6apc6jpnf9ccadtxnrh4qa63na2hx05c99q23r0fh";

/// Where the vectors are that real sops made.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/sops")
}

pub(crate) fn vector(name: &str) -> Vec<u8> {
    fs::read(vectors().join(name)).unwrap()
}

/// A desk.
pub(crate) struct Sops {
    pub(crate) desk: Desk,
    identities: String,
}

impl Sops {
    /// With the first of the test keys.
    pub(crate) fn new() -> Self {
        let identities = String::from_utf8(vector("keys/age1.txt")).unwrap();
        Self {
            desk: Desk::new(),
            identities,
        }
    }

    /// With both.
    pub(crate) fn with_both_keys() -> Self {
        let mut sops = Self::new();
        sops.identities += &String::from_utf8(vector("keys/age2.txt")).unwrap();
        sops
    }

    /// With the second alone.
    pub(crate) fn with_second_key() -> Self {
        Self::with_identities(&String::from_utf8(vector("keys/age2.txt")).unwrap())
    }

    pub(crate) fn with_identities(identities: &str) -> Self {
        Self {
            desk: Desk::new(),
            identities: identities.to_owned(),
        }
    }

    /// Runs `signet` itself.
    pub(crate) fn run_signet(&self, arguments: &[&str]) -> Run {
        self.run_signet_with(arguments, |_| ())
    }

    pub(crate) fn run_signet_stdin(&self, arguments: &[&str], stdin: &str) -> Run {
        self.run_program(arguments, stdin, |_| ())
    }

    pub(crate) fn run_signet_with(&self, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Run {
        self.run_program(arguments, "", change)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "", |_| ())
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str, change: impl FnOnce(&mut Command)) -> Run {
        self.run_program(&[&["sops"], arguments].concat(), stdin, change)
    }

    fn run_program(&self, arguments: &[&str], stdin: &str, change: impl FnOnce(&mut Command)) -> Run {
        self.desk.run_with(arguments, stdin, |command| {
            command.env("SOPS_AGE_KEY", &self.identities);
            command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
            change(command);
        })
    }

    /// Standard output of a run that must succeed.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// What a run that must fail says, with its code.
    pub(crate) fn fail(&self, arguments: &[&str], code: i32) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
        run.stderr
    }

    /// A file with that plaintext, encrypted in place for the first key.
    pub(crate) fn encrypted(&self, name: &str, plaintext: &str) -> String {
        self.desk.write(name, plaintext);
        self.succeed(&["encrypt", "-i", "--age", AGE1, name]);
        self.desk.read(name)
    }
}

/// The lines of one text that are not in the other, line by line.
pub(crate) fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let before: Vec<_> = before.split('\n').collect();
    let lines = after.split('\n').filter(|line| !before.contains(line));
    lines.map(str::to_owned).collect()
}
