use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};

use crate::{DEADLINE, wait_for};

/// A program that runs beside the test, its output going to files; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Process {
    /// Starts `command`; its output is appended to `NAME.stdout` and `NAME.stderr` in `folder`.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn spawn(name: &str, command: &mut Command, folder: &Path) -> Self {
        let [stdout, stderr] = ["stdout", "stderr"].map(|stream| folder.join(format!("{name}.{stream}")));
        let child = command
            .stdin(Stdio::null())
            .stdout(append(&stdout))
            .stderr(append(&stderr))
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        Self { child, stdout, stderr }
    }

    /// All that it has written to stdout so far, and earlier processes of the same name.
    pub fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap()
    }

    /// All that it has written to stderr so far, and earlier processes of the same name.
    pub fn stderr(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills it (SIGKILL) and waits for its end.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end (SIGTERM) and waits for that.
    ///
    /// # Panics
    ///
    /// When it does not end within [`DEADLINE`].
    pub fn terminate(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.wait()
    }

    /// Stops it where it is (SIGSTOP) until [`Process::resume`].
    pub fn pause(&self) {
        kill_process(Pid::from_child(&self.child), Signal::STOP).unwrap();
    }

    /// Lets it go on (SIGCONT).
    pub fn resume(&self) {
        kill_process(Pid::from_child(&self.child), Signal::CONT).unwrap();
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end within [`DEADLINE`].
    pub fn wait(&mut self) -> ExitStatus {
        wait_for("the end of a process", DEADLINE, || self.child.try_wait().unwrap())
    }

    /// Its resident memory in bytes, now.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most resident memory in bytes that it has had.
    pub fn peak_resident(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The seconds of a processor that it has used (proc(5), `stat`).
    pub fn processor_seconds(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, fields) = text.rsplit_once(')').expect("a name in brackets");
        let ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<f64>().unwrap());
        ticks.sum::<f64>() / clock_ticks_per_second() as f64
    }

    /// A line of `/proc/PID/status` (proc(5)), which are in kibibytes.
    fn status(&self, field: &str) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(field))
            .expect("a running process");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
    }
}

fn append(path: &Path) -> File {
    File::options().create(true).append(true).open(path).unwrap()
}
