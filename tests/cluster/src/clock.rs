use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Cluster, output};

/// A wall clock of its own for a program that is linked dynamically; that of the computer stays.
#[derive(Debug)]
pub struct Clock {
    library: PathBuf,
    offset: PathBuf,
}

impl Clock {
    /// One that is right.
    ///
    /// # Panics
    ///
    /// When there is no C compiler.
    pub fn new(cluster: &Cluster) -> Self {
        let library = cluster.directory().join("clock.so");
        let mut compiler = cluster.command("cc");
        compiler.args(["-shared", "-fPIC", "-O", "-o"]).arg(&library);
        compiler.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clock.c"));
        output(&mut compiler, "").success();
        let clock = Self {
            library,
            offset: cluster.directory().join("clock"),
        };
        clock.set(0);
        clock
    }

    /// So many days ahead, or behind.
    pub fn set(&self, days: i64) {
        let next = self.offset.with_extension("next");
        fs::write(&next, (days * 86_400).to_string()).unwrap();
        fs::rename(next, &self.offset).unwrap();
    }

    /// Makes a program see it.
    pub(crate) fn show(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("SIGNET_TEST_CLOCK", &self.offset);
    }
}
