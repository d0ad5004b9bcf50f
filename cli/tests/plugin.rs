//! A kubeconfig whose user comes from a plugin.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod server;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use program::{Desk, Run, fixture};
use server::{Answer, Server};

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";
const TOKEN: &str =
    r#"{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t0ken"}}"#;

/// A controller that serves the test certificate.
fn controller() -> Server {
    Server::of_controller(|_, _| Answer("200 OK", &[], fs::read_to_string(fixture("certificate.pem")).unwrap()))
}

/// A desk with `login`, a script, and a kubeconfig that asks it.
fn desk(server: &Server, script: &str) -> Desk {
    let desk = Desk::new();
    let login = desk.write("login", format!("#!/bin/sh\necho run >>runs\n{script}\n"));
    fs::set_permissions(&login, Permissions::from_mode(0o755)).unwrap();
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, interactiveMode: IfAvailable}}";
    desk.write("kubeconfig", server.kubeconfig(user));
    desk
}

fn seal(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(
        &[&["kubeseal", "--kubeconfig", "kubeconfig"], arguments].concat(),
        SECRET,
    )
}

#[test]
fn it_is_asked_once_and_not_given_the_secret() {
    let server = controller();
    let desk = desk(&server, &format!("/bin/cat\necho '{TOKEN}'"));
    let run = seal(&desk, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(desk.read("runs"), "run\n");
    for request in server.requests() {
        let is_token = |line: &String| line.eq_ignore_ascii_case("authorization: Bearer t0ken");
        assert!(request.head.iter().any(is_token), "{:?}", request.head);
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_login_takes_no_time_from_the_request() {
    let server = controller();
    // Longer than the limit.
    let desk = desk(&server, &format!("/bin/sleep 4\necho '{TOKEN}'"));
    let run = seal(&desk, &["--request-timeout", "3s"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn another_identity_makes_it_needless() {
    let server = controller();
    let desk = desk(&server, "exit 1");
    assert_eq!(seal(&desk, &["--token", "given"]).code, Some(0));
    assert!(!desk.path("runs").exists());
}

#[test]
fn what_is_no_answer_is_an_error_that_does_not_quote_it() {
    let server = controller();
    for (script, message) in [
        ("exit 3", "exec: executable ./login failed with exit status: 3"),
        ("echo c4n4ry", "exec plugin's answer is no ExecCredential"),
        (
            "echo '{\"status\": {}}'",
            "exec plugin didn't return a token or cert/key pair",
        ),
        ("echo '{\"c4n4ry\": 1}'", "exec plugin didn't return a status field"),
    ] {
        let desk = desk(&server, script);
        let run = seal(&desk, &[]);
        assert_eq!(run.code, Some(1));
        assert_eq!(run.stderr, format!("error: getting credentials: {message}\n"));
        assert_eq!(desk.read("runs"), "run\n");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn one_that_is_not_there_says_how_to_get_it() {
    let server = controller();
    let desk = Desk::new();
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: nowhere, installHint: get it, interactiveMode: Never}}";
    desk.write("kubeconfig", server.kubeconfig(user));
    let run = seal(&desk, &[]);
    let message = "error: getting credentials: exec: executable nowhere not found\n\nget it\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), message));
}
