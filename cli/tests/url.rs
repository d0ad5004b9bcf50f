//! A certificate by URL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod program;

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

use program::{Desk, fixture};

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";

/// Answers every request with `status` and `body`; its address.
fn serve(status: &'static str, body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            let end = request.lines().map_while(Result::ok).find(String::is_empty);
            assert!(end.is_some());
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            // Whoever has read enough may go.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    format!("http://{address}")
}

#[test]
fn seals_with_what_is_served() {
    let desk = Desk::new();
    let pem = std::fs::read(fixture("certificate.pem")).unwrap();
    let url = format!("{}/v1/cert.pem", serve("200 OK", pem.clone()));
    for program in [&["seal"][..], &["kubeseal"]] {
        let sealed = desk.succeed(&[program, &["--cert", &url]].concat(), SECRET);
        desk.succeed(&["unseal", "--key", &fixture("key.pem")], sealed);
    }
    let fetched = desk.succeed(&["kubeseal", "--fetch-cert", "--cert", &url], "");
    assert_eq!(fetched.as_bytes(), pem);
}

#[test]
fn a_file_url_is_a_file() {
    let url = format!("file://{}", fixture("certificate.pem"));
    Desk::new().succeed(&["seal", "--cert", &url], SECRET);
}

#[test]
fn another_status_is_no_certificate() {
    let desk = Desk::new();
    let url = serve("404 Not Found", b"no".to_vec()) + "/v1/cert.pem";
    let run = desk.run(&["seal", "--cert", &url], SECRET);
    assert_eq!(
        (run.code, run.stderr),
        (Some(7), format!("error: cannot fetch \"{url}\": 404 Not Found\n"))
    );
    let run = desk.run(&["kubeseal", "--cert", &url], SECRET);
    assert_eq!(
        (run.code, run.stderr),
        (Some(1), format!("error: cannot fetch \"{url}\": 404 Not Found\n"))
    );
}

#[test]
fn an_endless_answer_is_cut_off() {
    let desk = Desk::new();
    let url = serve("200 OK", vec![b'a'; 3 << 20]) + "/";
    let run = desk.run(&["cert", "--cert", &url], "");
    assert_eq!(
        (run.code, run.stderr),
        (Some(7), format!("error: Get \"{url}\": more than 1048576 bytes\n"))
    );
}
