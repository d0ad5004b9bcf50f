//! What the controller is asked through the API server, and what comes of its answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod server;

use std::fs;

use program::{Desk, Run, fixture};
use server::{Answer, Request, Server};

fn sealed() -> String {
    fs::read_to_string(fixture("sealed.yaml")).unwrap()
}

/// A desk with `sealed.yaml` and a kubeconfig.
fn desk(server: &Server) -> Desk {
    let desk = Desk::new();
    desk.write("sealed.yaml", sealed());
    desk.write("kubeconfig", server.kubeconfig("{token: t0ken}"));
    desk
}

fn run(desk: &Desk, arguments: &[&str], input: &str) -> Run {
    desk.run(
        &[&["kubeseal", "--kubeconfig", "kubeconfig"], arguments].concat(),
        input,
    )
}

fn echo(request: &Request) -> Answer {
    Answer("200 OK", &[], request.body.clone())
}

#[test]
fn each_document_is_posted_whole() {
    let server = Server::of_controller(|_, _| Answer("200 OK", &[], String::new()));
    let desk = desk(&server);
    let run = run(&desk, &["--validate"], &format!("{}---\n{}", sealed(), sealed()));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    let [service, one, two] = server.requests().try_into().unwrap();
    assert_eq!(
        service.line,
        "GET /api/v1/namespaces/kube-system/services/sealed-secrets-controller"
    );
    for posted in [one, two] {
        let path = "/api/v1/namespaces/kube-system/services/http:sealed-secrets-controller:http/proxy/v1/verify";
        assert_eq!(posted.line, format!("POST {path}"));
        assert!(posted.body.contains("\"kind\": \"SealedSecret\"") && posted.body.contains("\"password\": \"AQ"));
    }
}

#[test]
fn who_is_told_to_wait_asks_again() {
    let server = Server::of_controller(|number, request| match number {
        1 | 2 => Answer(
            "429 Too Many Requests",
            &["Retry-After: 0"],
            "limit exceeded".to_owned(),
        ),
        _ => echo(request),
    });
    let desk = desk(&server);
    let run = run(&desk, &["--re-encrypt", "-o", "yaml"], &sealed());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn who_is_always_told_to_wait_gives_up() {
    let server = Server::of_controller(|_, _| {
        Answer(
            "429 Too Many Requests",
            &["Retry-After: 0"],
            "limit exceeded".to_owned(),
        )
    });
    let run = run(&desk(&server), &["--validate"], &sealed());
    let message =
        "error: cannot validate sealed secret: app (stdin:1:1): the answer was 429 Too Many Requests: limit exceeded\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), message));
}

#[test]
fn a_refusal_names_the_document() {
    let server = Server::of_controller(|number, request| match number {
        1 => echo(request),
        _ => Answer("409 Conflict", &[], String::new()),
    });
    let desk = desk(&server);
    let second = sealed().replacen("name: app", "name: web", 1);
    let run = run(&desk, &["--validate"], &format!("{}---\n{second}", sealed()));
    let line = sealed().lines().count() + 2;
    let message = format!("error: unable to decrypt sealed secret: web (stdin:{line}:1)\n");
    assert_eq!((run.code, run.stderr), (Some(1), message));
}

#[test]
fn the_file_is_replaced_only_when_all_went_well() {
    let good = Server::of_controller(|_, request| echo(request));
    let good_desk = desk(&good);
    assert_eq!(
        run(&good_desk, &["--re-encrypt", "-f", "sealed.yaml"], "").code,
        Some(0)
    );
    assert!(
        good_desk
            .read("sealed.yaml")
            .starts_with("---\napiVersion: bitnami.com/v1alpha1\n")
    );

    let answers: [fn(usize, &Request) -> Answer; 6] = [
        |_, _| Answer("500 Internal Server Error", &[], String::new()),
        |_, _| Answer("200 OK", &[], String::new()),
        |_, _| Answer("200 OK", &[], "<html>".to_owned()),
        |_, _| Answer("200 OK", &[], "{}".to_owned()),
        |_, _| Answer("200 OK", &[], "x".repeat(17 << 20)),
        |number, request| match number {
            1 => echo(request),
            _ => Answer(
                "403 Forbidden",
                &[],
                r#"{"kind": "Status", "message": "not you"}"#.to_owned(),
            ),
        },
    ];
    for (answer, message) in answers.into_iter().zip([
        "the answer was 500 Internal Server Error",
        "the answer is no SealedSecret",
        "the answer is no SealedSecret",
        "the answer is no SealedSecret",
        "more than 16777216 bytes",
        "not you",
    ]) {
        let server = Server::of_controller(answer);
        let desk = desk(&server);
        let two = format!("{}---\n{}", sealed(), sealed());
        desk.write("sealed.yaml", &two);
        let run = run(&desk, &["--re-encrypt", "-f", "sealed.yaml"], "");
        assert_eq!(run.code, Some(1), "{message}");
        assert!(
            run.stderr
                .starts_with("error: cannot re-encrypt secret: app (sealed.yaml:"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.ends_with(&format!(": {message}\n")), "{}", run.stderr);
        assert_eq!(desk.read("sealed.yaml"), two);
        assert_eq!(desk.names(), ["kubeconfig", "sealed.yaml"]);
    }
}

#[test]
fn what_is_no_sealed_secret_is_not_posted() {
    let server = Server::of_controller(|_, request| echo(request));
    let desk = desk(&server);
    for input in [
        "kind: Secret\napiVersion: v1\nmetadata: {name: app}\n",
        "foo\n",
        "[]\n",
        "a: b: c\n",
        "metadata: {name: app}\n",
    ] {
        for mode in ["--validate", "--re-encrypt"] {
            let run = run(&desk, &[mode], input);
            assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{input}");
            assert!(run.stderr.starts_with("error: stdin:1:"), "{}", run.stderr);
        }
    }
    assert!(server.requests().iter().all(|request| request.line.starts_with("GET")));
}

#[test]
fn an_endless_certificate_is_cut_off() {
    let server = Server::of_controller(|_, _| Answer("200 OK", &[], "x".repeat(2 << 20)));
    let run = run(&desk(&server), &["--fetch-cert"], "");
    let message = "error: cannot fetch certificate: more than 1048576 bytes\n";
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(1), "", message)
    );
}

#[test]
fn a_server_that_does_not_answer_is_not_waited_for() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let desk = Desk::new();
    desk.write("sealed.yaml", sealed());
    for mode in ["--fetch-cert", "--validate", "--re-encrypt"] {
        let run = desk.run(
            &[
                "kubeseal",
                mode,
                "--server",
                &server,
                "--request-timeout",
                "100ms",
                "-f",
                "sealed.yaml",
            ],
            "",
        );
        assert_eq!(run.code, Some(1));
        assert!(
            run.stderr.contains("the API server did not answer within 0.1 s"),
            "{}",
            run.stderr
        );
        assert_eq!(desk.read("sealed.yaml"), sealed());
    }
}

#[test]
fn what_is_no_service_is_an_error() {
    for (body, message) in [
        ("<html>", "the answer is no Service"),
        ("{}", "it has no port"),
        (r#"{"spec": {"ports": []}}"#, "it has no port"),
    ] {
        let server = Server::start(move |_| Answer("200 OK", &[], body.to_owned()));
        let run = run(&desk(&server), &["--fetch-cert"], "");
        assert_eq!(
            (run.code, run.stderr),
            (Some(1), format!("error: cannot get sealed secret service: {message}\n"))
        );
    }
}

#[test]
fn plain_items_are_kept_though_the_answer_has_none() {
    let server = Server::of_controller(|_, request| {
        assert!(request.body.contains("\"data\": {"));
        Answer("200 OK", &[], request.body.replace("\"data\": {", "\"unknown\": {"))
    });
    let plain = sealed().replace(
        "  template:\n",
        "  template:\n    data: {url: 'postgres://{{ .password }}@db'}\n",
    );
    let run = run(&desk(&server), &["--re-encrypt", "-o", "yaml"], &plain);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("url: postgres://{{ .password }}@db"),
        "{}",
        run.stdout
    );
}
