//! A sealed file is edited as plaintext, which is gone afterwards.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{os::unix::fs::PermissionsExt, process::Command};

use program::{Desk, Run, fixture};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t, user: admin}\ndata: {binary: /w==}\n";

fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let sealed = desk.succeed(&["seal", "--cert", &fixture("certificate.pem")], SECRET);
    let text = format!("# of the team\n{}", sealed.replace("    user:", "    # who\n    user:"));
    desk.write("app.yaml", &text);
    (desk, text)
}

/// Edits with a shell script as the editor; it finds the file in `$1`.
fn edit(desk: &Desk, script: &str) -> Run {
    let editor = desk.write("editor", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    let arguments = ["edit", "--cert", &certificate, "--key", &key, "app.yaml"];
    desk.run_with(&arguments, "", |command| {
        command
            .env("EDITOR", format!("{} -x", editor.display()))
            .env("PATH", "/usr/bin:/bin");
    })
}

fn items(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.len() > 300).collect()
}

#[test]
fn what_changed_is_sealed_and_the_rest_stays() {
    let (desk, before) = desk();
    // The option of $EDITOR comes first.
    let run = edit(
        &desk,
        "cp \"$2\" seen; stat -c %a \"$(dirname \"$2\")\" \"$2\" > modes; sed -i 's/s3cr3t/n3w/' \"$2\"",
    );
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(
        desk.read("seen").lines().skip(1).collect::<Vec<_>>().join("\n"),
        "apiVersion: v1\ndata:\n  binary: /w==\nkind: Secret\nmetadata:\n  name: app\n  namespace: team\nstringData:\n  password: s3cr3t\n  user: admin"
    );
    assert_eq!(desk.read("modes"), "700\n600\n");
    let after = desk.read("app.yaml");
    let same: Vec<bool> = items(&before).iter().zip(items(&after)).map(|(a, b)| *a == b).collect();
    assert_eq!(same, [true, false, true], "binary, password, user");
    let secret = desk.succeed(&["unseal", "--key", &fixture("key.pem"), "app.yaml"], "");
    assert!(
        secret.contains("password: bjN3\n") && secret.contains("binary: /w==\n"),
        "{secret}"
    );
    assert!(after.starts_with("# of the team\n") && after.contains("    # who\n"));
}

#[test]
fn items_come_and_go() {
    let (desk, _) = desk();
    let run = edit(
        &desk,
        "sed -i -e '/user:/d' -e 's/^stringData:/&\\n  \"new\": |\\n    a\\n    b/' \"$2\"",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = desk.read("app.yaml");
    assert!(!after.contains("user") && !after.contains("# who"), "{after}");
    let secret = desk.succeed(&["unseal", "--key", &fixture("key.pem"), "app.yaml"], "");
    assert!(secret.contains("new: YQpiCg==\n"), "{secret}");
}

#[test]
fn nothing_changed_is_nothing_done() {
    let (desk, before) = desk();
    let run = edit(&desk, "touch \"$2\"");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), "nothing changed\n"));
    assert_eq!(desk.read("app.yaml"), before);
}

#[test]
fn the_plaintext_is_gone_in_any_case() {
    let (desk, before) = desk();
    for (script, code) in [("true", 0), ("false", 3), ("echo '{' > \"$2\"", 3)] {
        let run = edit(&desk, &format!("dirname \"$2\" > place; cp \"$2\" \"$2~\"; {script}"));
        assert_eq!(run.code, Some(code), "{}", run.stderr);
        let place = desk.read("place");
        assert!(
            place.contains("signet-") && !std::path::Path::new(place.trim()).exists(),
            "{place}"
        );
        assert_eq!(desk.read("app.yaml"), before);
    }
}

#[test]
fn what_is_wrong_changes_nothing_and_shows_nothing() {
    let (desk, before) = desk();
    for (script, message) in [
        ("exit 7", "the editor failed (exit status: 7), so nothing was changed"),
        ("kill -TERM $$", "the editor failed"),
        (": > \"$2\"", "the edited text: there is no Secret in it"),
        (
            "echo 'a: [s3cr3t' >> \"$2\"",
            "the edited text:12:4: a bracket that is not closed",
        ),
        (
            "sed -i 's/name: app/name: other/' \"$2\"",
            "only what is below data and stringData can be edited here",
        ),
        (
            "sed -i 's/^  name: app/  labels: {a: b}\\n&/' \"$2\"",
            "only what is below data and stringData can be edited here",
        ),
        (
            "echo 'type: kubernetes.io/basic-auth' >> \"$2\"",
            "only what is below data and stringData can be edited here",
        ),
        ("sed -i 's/s3cr3t/1234/' \"$2\"", "reads as an integer"),
        ("sed -i 's/password:/pass word:/' \"$2\"", "is no key for a Secret"),
        ("printf -- '---\\na: 1\\n' >> \"$2\"", "there is no Secret in it"),
        ("rm \"$2\"", "cannot open"),
    ] {
        let run = edit(&desk, script);
        assert_ne!(run.code, Some(0), "{script}");
        assert!(run.stderr.contains(message), "{script}: {}", run.stderr);
        assert!(!run.stderr.contains("s3cr3t"), "{}", run.stderr);
        assert_eq!(desk.read("app.yaml"), before);
    }
}

#[test]
fn what_others_wrote_meanwhile_stays() {
    let (desk, before) = desk();
    let run = edit(&desk, "echo '# theirs' >> app.yaml; sed -i 's/s3cr3t/n3w/' \"$2\"");
    assert_eq!(run.code, Some(4));
    assert_eq!(
        run.stderr,
        "error: app.yaml: somebody else has changed it meanwhile, so nothing was written\nhint: do it again, on the file as it is now\n"
    );
    assert_eq!(desk.read("app.yaml"), format!("{before}# theirs\n"));
}

#[test]
fn without_a_key_that_opens_all_there_is_no_editing() {
    let (desk, before) = desk();
    let certificate = fixture("certificate.pem");
    let (key, other) = (fixture("key.pem"), fixture("other-key.pem"));
    for (arguments, code, message) in [
        (vec!["edit", "--cert", &certificate, "app.yaml"], 2, "--key"),
        (
            vec!["edit", "--cert", &certificate, "--key", &other, "app.yaml"],
            5,
            "no key could decrypt secret",
        ),
        (
            vec!["edit", "--cert", &certificate, "--key", "missing", "app.yaml"],
            3,
            "cannot open missing",
        ),
        (
            vec!["edit", "--cert", "missing", "--key", &key, "app.yaml"],
            3,
            "cannot open missing",
        ),
        (
            vec!["edit", "--cert", &certificate, "--key", &key, "--name", "x", "app.yaml"],
            3,
            "there is no SealedSecret",
        ),
    ] {
        let run = desk.run_with(&arguments, "", |command| {
            command.env("VISUAL", "touch started; false");
        });
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(desk.read("app.yaml"), before);
    assert_eq!(desk.names(), ["app.yaml"]);
}

#[test]
fn ended_it_wipes_the_plaintext() {
    let (desk, before) = desk();
    let editor = desk.write(
        "editor",
        "#!/bin/sh\ndirname \"$1\" > place.new; mv place.new place; exec sleep 60\n",
    );
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (certificate, key) = (fixture("certificate.pem"), fixture("key.pem"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
    command
        .args(["edit", "--cert", &certificate, "--key", &key, "app.yaml"])
        .current_dir(desk.path("."))
        .env("VISUAL", &editor);
    let mut child = command.spawn().expect("a start");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !desk.path("place").exists() {
        assert!(std::time::Instant::now() < deadline, "the editor did not start");
        std::thread::yield_now();
    }
    let place = desk.read("place");
    assert!(std::path::Path::new(place.trim()).exists());
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("a signal");
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    assert!(!std::path::Path::new(place.trim()).exists());
    assert_eq!(desk.read("app.yaml"), before);
}
