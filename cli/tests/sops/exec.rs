//! Commands that have the plaintext while they run.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::desk::{Sops, vectors};

#[test]
fn values_are_in_the_environment() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: one\nb: 2\nc: true\nd: null\ne: 1.0\n");
    let shown = sops.succeed(&["exec-env", "f.yaml", "echo \"$a $b $c [$d] $e $HOME\""]);
    assert_eq!(shown, "one 2 true [] 1.0 /nonexistent\n");
    let shown = sops.succeed(&["exec-env", "--pristine", "f.yaml", "echo \"$a [$HOME]\""]);
    assert_eq!(shown, "one []\n");
    let shown = sops.succeed(&["exec-env", "--same-process", "f.yaml", "echo \"$a\""]);
    assert_eq!(shown, "one\n");
    let shown = sops.succeed(&["exec-env", "--user", "root", "f.yaml", "echo \"$a $HOME $USER\""]);
    assert_eq!(shown, "one /root root\n");
}

#[test]
fn the_command_s_code_is_passed_on() {
    let sops = Sops::new();
    sops.encrypted("f.env", "A=1\n");
    for (command, code, said) in [
        ("exit 0", 0, ""),
        ("exit 7", 7, "exit status 7"),
        ("exit 255", 255, "exit status 255"),
        ("kill -9 $$", 255, "signal"),
    ] {
        for verb in ["exec-env", "exec-file"] {
            let run = sops.run(&[verb, "f.env", command]);
            assert_eq!(run.code, Some(code), "{verb} {command}");
            assert!(run.stderr.contains(said), "{verb} {command}: {}", run.stderr);
        }
    }
}

#[test]
fn what_an_environment_cannot_hold_is_refused() {
    let sops = Sops::new();
    for (text, said) in [
        ("a: {b: 1}\n", "complex value"),
        ("a: [1]\n", "complex value"),
        ("'a=b': 1\n", "keys with '='"),
        ("a: \"\\0\"\n", "NUL"),
    ] {
        sops.encrypted("f.yaml", text);
        let said_ = sops.fail(&["exec-env", "f.yaml", "true"], 1);
        assert!(said_.contains(said), "{text}: {said_}");
    }
    sops.fail(&["exec-env", "f.yaml"], 1);
    sops.fail(&["exec-env", "--user", "nobody-of-this-name", "f.yaml", "true"], 1);
}

#[test]
fn a_file_is_a_pipe_or_a_private_file_and_gone_afterwards() {
    let sops = Sops::new();
    sops.encrypted("f.yaml", "a: one\n");
    for (arguments, kind) in [(&[][..], "p"), (&["--no-fifo"], "-")] {
        let command = "ls -l {} | cut -c1; cat {}; echo {} > where; stat -c %a $(dirname {})";
        let line = [&["exec-file"], arguments, &["f.yaml", command]].concat();
        assert_eq!(sops.succeed(&line), format!("{kind}\na: one\n700\n"));
        let path = sops.desk.read("where");
        assert!(path.trim().ends_with("/tmp-file") && !std::path::Path::new(path.trim()).exists());
    }
    let shown = sops.succeed(&[
        "exec-file",
        "--filename",
        "x.json",
        "--output-type",
        "json",
        "f.yaml",
        "basename {}; cat {}",
    ]);
    assert_eq!(shown, "x.json\n{\n\t\"a\": \"one\"\n}\n");
    for name in ["../x", "/tmp/x", "a/b", "."] {
        sops.fail(&["exec-file", "--filename", name, "f.yaml", "true"], 1);
    }
    // A command that does not read it does not keep us.
    sops.succeed(&["exec-file", "f.yaml", "true"]);
}

#[test]
fn a_signal_reaches_the_command() {
    let sops = Sops::new();
    sops.encrypted("f.env", "A=1\n");
    let script = "trap 'echo got it; exit 4' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = Command::new(env!("CARGO_BIN_EXE_signet"))
        .args(["sops", "exec-env", "f.env", script])
        .current_dir(sops.desk.path("."))
        .env("SOPS_AGE_KEY_FILE", vectors().join("keys/age1.txt"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(4));
    line.clear();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "got it\n");
}
