//! A kubeconfig whose user comes from a plugin.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    thread,
};

use program::Desk;

/// Answers every request with `body`; its address.
fn serve(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            let _ = request.lines().map_while(Result::ok).find(String::is_empty);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    format!("http://{address}")
}

#[test]
fn a_login_takes_no_time_from_the_request() {
    let desk = Desk::new();
    let server = serve("{\"spec\": {\"ports\": [{\"name\": \"http\"}]}}");
    // Longer than the limit below.
    let login = desk.write(
        "login",
        "#!/bin/sh\n/bin/sleep 4\necho '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"t\"}}'\n",
    );
    fs::set_permissions(&login, Permissions::from_mode(0o755)).unwrap();
    desk.write(
        "kubeconfig",
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{server: \"{server}\"}}}}]\n\
             users: [{{name: u, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {}, interactiveMode: Never}}}}}}]\n",
            login.display()
        ),
    );
    let run = desk.run(
        &[
            "kubeseal",
            "--fetch-cert",
            "--kubeconfig",
            "kubeconfig",
            "--request-timeout",
            "3s",
        ],
        "",
    );
    // The same answer to both requests: what is fetched is shown as it came.
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with("{\"spec\""));
}
