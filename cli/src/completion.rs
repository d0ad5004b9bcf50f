use clap_complete::Shell;

use crate::{
    arguments,
    io::output::{OutputError, write_stdout},
};

/// `signet completion`: the script by which a shell completes our arguments.
pub(crate) struct Completion {
    pub(crate) shell: Shell,
}

impl Completion {
    pub(crate) fn run(&self) -> Result<(), OutputError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut arguments::definition(), "signet", &mut script);
        write_stdout(&script)
    }
}
