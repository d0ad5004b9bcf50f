//! A program that is killed leaves the old file or the new one.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::desk::{Sops, vectors};

/// How often it is killed, at moments spread over the time that it takes.
const KILLS: u32 = 200;

#[test]
fn the_file_is_whole_whenever_it_is_killed() {
    let sops = Sops::new();
    let text: String = (0..4_000)
        .map(|number| format!("key{number}: value{number}\n"))
        .collect();
    let mut before = sops.encrypted("f.yaml", &text);
    let identities = vectors().join("keys/age1.txt");
    let start = |number: u32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
        command
            .args(["sops", "set", "f.yaml", r#"["key7"]"#, &format!("\"{number}\"")])
            .current_dir(sops.desk.path("."))
            .env("SOPS_AGE_KEY_FILE", &identities)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let started = Instant::now();
    assert!(start(0).wait().unwrap().success());
    let whole = started.elapsed();
    let mut changed = 0;
    for number in 1..=KILLS {
        let mut child = start(number);
        sleep(whole * number / KILLS);
        let _ = child.kill();
        child.wait().unwrap();
        let after = sops.desk.read("f.yaml");
        assert!(after.ends_with("version: 3.13.3\n"), "kill {number}");
        let values = after.matches("ENC[").count();
        assert_eq!(values, 4_001, "kill {number}");
        changed += u32::from(after != before);
        before = after;
    }
    assert_eq!(sops.run(&["decrypt", "f.yaml"]).code, Some(0));
    // The new file has a name of its own for a moment before it takes the other's; what is left of that is whole, and encrypted.
    for name in sops.desk.names() {
        assert_eq!(sops.desk.read(&name).matches("ENC[").count(), 4_001, "{name}");
    }
    println!("{changed} of {KILLS} runs had written before they were killed");
}

#[test]
fn a_write_that_is_watched_is_never_seen_half() {
    let sops = Sops::new();
    let text: String = (0..2_000)
        .map(|number| format!("key{number}: value{number}\n"))
        .collect();
    sops.encrypted("f.yaml", &text);
    let path = sops.desk.path("f.yaml");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..5 {
                sops.succeed(&["rotate", "-i", "f.yaml"]);
            }
        });
        while !writer.is_finished() {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.ends_with("version: 3.13.3\n"));
            sleep(Duration::from_millis(1));
        }
    });
}
