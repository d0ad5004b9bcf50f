//! What is written is written whole or not at all.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use program::{Desk, fixture};

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn keeps_the_mode_of_what_it_replaces() {
    let desk = Desk::new();
    let sealed = desk.write("sealed.yaml", "old");
    fs::set_permissions(&sealed, Permissions::from_mode(0o604)).unwrap();
    let inode = fs::metadata(&sealed).unwrap().ino();
    desk.succeed(
        &["seal", "--cert", &fixture("certificate.pem"), "-w", "sealed.yaml"],
        SECRET,
    );
    assert_eq!(mode(&sealed), 0o604);
    assert_ne!(
        fs::metadata(&sealed).unwrap().ino(),
        inode,
        "written in place, where a reader sees half of it"
    );
    assert!(desk.read("sealed.yaml").contains("kind: SealedSecret"));
    assert_eq!(desk.names(), ["sealed.yaml"]);
}

#[test]
fn new_files_with_plaintext_are_private() {
    let desk = Desk::new();
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
    desk.succeed(&["unseal", "--key", &fixture("key.pem"), "-w", "secret.yaml"], &sealed);
    assert_eq!(mode(&desk.path("secret.yaml")), 0o600);
    desk.succeed(
        &["kubeseal", "--cert", &fixture("certificate.pem"), "-w", "sealed.yaml"],
        SECRET,
    );
    assert_eq!(mode(&desk.path("sealed.yaml")), 0o600);
}

#[test]
fn kubeseal_makes_every_file_private() {
    let desk = Desk::new();
    let sealed = desk.write("sealed.json", "old");
    fs::set_permissions(&sealed, Permissions::from_mode(0o644)).unwrap();
    desk.succeed(
        &["kubeseal", "--cert", &fixture("certificate.pem"), "-w", "sealed.json"],
        SECRET,
    );
    assert_eq!(mode(&sealed), 0o600);
}

#[test]
fn the_extension_says_the_format() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    desk.succeed(&["seal", "--cert", &certificate, "-w", "sealed.json"], SECRET);
    assert!(desk.read("sealed.json").starts_with("{\n"));
    desk.succeed(
        &["kubeseal", "--cert", &certificate, "-o", "json", "-w", "sealed.yml"],
        SECRET,
    );
    assert!(desk.read("sealed.yml").starts_with("---\napiVersion"));
}

#[test]
fn a_link_stays_a_link() {
    let desk = Desk::new();
    desk.write("real.yaml", "old");
    symlink("real.yaml", desk.path("link.yaml")).unwrap();
    desk.succeed(
        &["seal", "--cert", &fixture("certificate.pem"), "-w", "link.yaml"],
        SECRET,
    );
    assert!(fs::symlink_metadata(desk.path("link.yaml")).unwrap().is_symlink());
    assert!(desk.read("real.yaml").contains("kind: SealedSecret"));

    fs::create_dir(desk.path("folder")).unwrap();
    symlink("folder/next.yaml", desk.path("dangling.yaml")).unwrap();
    symlink("new.yaml", desk.path("folder/next.yaml")).unwrap();
    desk.succeed(
        &["seal", "--cert", &fixture("certificate.pem"), "-w", "dangling.yaml"],
        SECRET,
    );
    assert!(fs::symlink_metadata(desk.path("dangling.yaml")).unwrap().is_symlink());
    assert!(desk.read("folder/new.yaml").contains("kind: SealedSecret"));
}

#[test]
fn what_is_no_file_is_written_to() {
    let desk = Desk::new();
    let sealed = desk.succeed(
        &["seal", "--cert", &fixture("certificate.pem"), "-w", "/dev/stdout"],
        SECRET,
    );
    assert!(sealed.contains("kind: SealedSecret"));
}

#[test]
fn a_descriptor_keeps_what_is_in_its_file() {
    let desk = Desk::new();
    symlink("/dev/stdout", desk.path("link")).unwrap();
    let certificate = fixture("certificate.pem");
    for (name, is_stdout) in [
        ("/dev/stdout", true),
        ("/dev/fd/2", false),
        ("/proc/self/fd/1", true),
        ("link", true),
    ] {
        let mut log = File::create(desk.path("log")).unwrap();
        log.write_all(b"before\n").unwrap();
        let stream = log.try_clone().unwrap();
        let run = desk.run_with(&["seal", "--cert", &certificate, "-w", name], SECRET, |command| {
            if is_stdout {
                command.stdout(stream);
            } else {
                command.stderr(stream);
            }
        });
        assert_eq!(run.code, Some(0), "{name}");
        log.write_all(b"after\n").unwrap();
        let text = desk.read("log");
        assert!(
            text.starts_with("before\napiVersion") && text.ends_with("after\n"),
            "{name}: {text}"
        );
        assert_eq!(desk.names(), ["link", "log"]);
    }
}

#[test]
fn a_folder_that_cannot_be_listed_is_written_to() {
    let desk = Desk::new();
    desk.write("certificate.pem", fs::read(fixture("certificate.pem")).unwrap());
    let folder = desk.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o300)).unwrap();
    let run = desk.run_as_nobody(
        &["seal", "--cert", "certificate.pem", "-w", "folder/sealed.yaml"],
        SECRET,
    );
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    assert!(desk.read("folder/sealed.yaml").contains("kind: SealedSecret"));
}

#[test]
fn a_failure_leaves_the_old_file_and_nothing_else() {
    let desk = Desk::new();
    desk.write("sealed.yaml", "old");
    let certificate = fixture("certificate.pem");
    let bad = SECRET.replace("name: app", "name: 1");
    for arguments in [
        vec!["seal", "--cert", &certificate, "-w", "sealed.yaml"],
        vec!["seal", "--cert", "nope.pem", "-w", "sealed.yaml"],
        vec!["unseal", "--key", &certificate, "-w", "sealed.yaml"],
        vec!["cert", "--cert", "nope.pem", "-w", "sealed.yaml"],
        vec!["kubeseal", "--cert", &certificate, "-w", "sealed.yaml", "-n", "other"],
        vec!["kubeseal", "--cert", "nope.pem", "-w", "sealed.yaml"],
        vec!["kubeseal", "--validate", "-w", "sealed.yaml"],
    ] {
        let run = desk.run(&arguments, &bad);
        assert_ne!(run.code, Some(0), "{arguments:?}");
        assert_eq!(desk.read("sealed.yaml"), "old");
        assert_eq!(desk.names(), ["sealed.yaml"], "{arguments:?}");
    }
}

#[test]
fn interrupted_it_leaves_the_old_file_and_nothing_else() {
    let desk = Desk::new();
    desk.write("sealed.yaml", "old");
    // It waits for the rest of its input.
    let mut child = desk.start(&["seal", "--cert", &fixture("certificate.pem"), "-w", "sealed.yaml"]);
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(desk.read("sealed.yaml"), "old");
    assert_eq!(desk.names(), ["sealed.yaml"]);
}

#[test]
fn the_input_may_be_the_output() {
    let desk = Desk::new();
    desk.write("secret.yaml", SECRET);
    desk.succeed(
        &[
            "seal",
            "--cert",
            &fixture("certificate.pem"),
            "-w",
            "secret.yaml",
            "secret.yaml",
        ],
        "",
    );
    assert!(desk.read("secret.yaml").contains("kind: SealedSecret"));
}

#[test]
fn no_core_is_dumped() {
    let desk = Desk::new();
    // It waits for its input.
    desk.write("key.pem", fs::read(fixture("key.pem")).unwrap());
    let mut child = desk.start_as_nobody(&["unseal", "--key", "key.pem"]);
    // The system gives what is about a process that is not dumpable to root (proc(5)).
    let status = format!("/proc/{}/status", child.id());
    let end = Instant::now() + Duration::from_secs(30);
    while fs::metadata(&status).unwrap().uid() != 0 {
        assert!(Instant::now() < end, "dumpable");
        thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
