//! The directory of keys.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
};

use crate::desk::{Desk, secret, text, wait};

#[test]
fn the_first_key_is_made_in_private() {
    let desk = Desk::new();
    let _controller = desk.start(&["--my-cn", "here"]);
    let keys = desk.files("keys");
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (desk.mode("keys"), desk.mode(&format!("keys/{}", keys[0]))),
        (0o700, 0o600)
    );
    assert_eq!(desk.keys().len(), 1);
}

#[test]
fn a_malformed_key_is_a_warning_and_the_others_load() {
    let desk = Desk::new();
    desk.seal("a.yaml", &secret("team", "a", &[("k", "v")]));
    desk.write(
        "keys/bad.yaml",
        "apiVersion: v1\nkind: Secret\ndata:\n  tls.key: Y2FuYXJ5\n",
    );
    let _controller = desk.start(&[]);
    desk.wait_for_file("secrets/team/a/k", "v");
    wait("a warning", || {
        desk.shown("stderr")
            .lines()
            .any(|line| line.contains("WARN") && line.contains("bad.yaml"))
    });
    assert_eq!(desk.files("keys").len(), 2, "no new key is made");
}

#[test]
fn keys_that_come_open_what_was_sealed_for_them_and_keys_that_go_open_no_more() {
    let (desk, other) = (Desk::new(), Desk::new());
    let _controller = desk.start(&[]);
    desk.write("manifests/a.yaml", other.sealed(&secret("team", "a", &[("k", "v")])));
    desk.wait_for("team", "a", "UnsealFailed");
    let name = &other.files("keys")[0];
    fs::copy(other.path(&format!("keys/{name}")), desk.path(&format!("keys/{name}"))).expect("copied");
    desk.wait_for_file("secrets/team/a/k", "v");
    desk.remove(&format!("keys/{name}"));
    desk.write("manifests/a.yaml", other.sealed(&secret("team", "a", &[("k", "w")])));
    desk.wait_for("team", "a", "UnsealFailed");
    assert_eq!(
        desk.read("secrets/team/a/k").as_deref(),
        Some(&b"v"[..]),
        "a failure takes nothing away"
    );
}

#[test]
fn a_renewed_key_seals_and_the_old_one_still_opens() {
    let desk = Desk::new();
    desk.seal("old.yaml", &secret("team", "old", &[("k", "v")]));
    let before = desk.certificate().to_pem();
    let controller = desk.start(&["--key-renew-period", "1s"]);
    wait("a new certificate", || {
        controller
            .get("/v1/cert.pem")
            .is_some_and(|(_, body)| body.trim() != before.trim())
    });
    desk.seal("new.yaml", &secret("team", "new", &[("k", "v")]));
    desk.wait_for_file("secrets/team/old/k", "v");
    desk.wait_for_file("secrets/team/new/k", "v");
}

#[test]
fn without_any_key_file_a_running_controller_makes_a_new_one() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let first = desk.files("keys");
    desk.remove(&format!("keys/{}", first[0]));
    wait("a new key", || {
        desk.files("keys")
            .first()
            .is_some_and(|name| *name != first[0] && name.ends_with(".yaml"))
    });
}

#[test]
fn a_directory_that_others_reach_is_refused() {
    let desk = Desk::new();
    fs::create_dir(desk.path("keys")).expect("a directory");
    fs::set_permissions(desk.path("keys"), Permissions::from_mode(0o755)).expect("chmod");
    let output = desk.once(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("has mode 0755"),
        "{}",
        text(&output.stderr)
    );
    assert!(
        text(&output.stderr).contains("hint: chmod 700"),
        "{}",
        text(&output.stderr)
    );
    assert!(desk.files("keys").is_empty());
}

#[test]
fn two_controllers_do_not_share_directories() {
    let (desk, other) = (Desk::new(), Desk::new());
    let _controller = desk.start(&[]);
    let output = desk.once(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("in use by another controller"),
        "{}",
        text(&output.stderr)
    );
    let output = other.once(&["--secrets", &desk.path("secrets").display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
}
