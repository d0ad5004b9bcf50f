//! Under the name `kubeseal`: each mistake has its own message, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::Read,
    process::Stdio,
};

use program::{Desk, Run, fixture};

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";

/// Seals over a file that must stay as it is.
fn fail(certificate: &str, input: &[u8]) -> Run {
    let desk = Desk::new();
    desk.write("sealed.yaml", "old");
    let run = desk.run(&["kubeseal", "--cert", certificate, "-w", "sealed.yaml"], input);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert_eq!(desk.read("sealed.yaml"), "old");
    assert_eq!(desk.names(), ["sealed.yaml"]);
    assert!(
        run.stderr.starts_with("error: ") && !run.stderr.contains("s3cr3t"),
        "{}",
        run.stderr
    );
    run
}

#[test]
fn every_text_that_is_no_secret_has_a_message_of_its_own() {
    let long = format!("stringData: {{a: {}}}\n", "[".repeat(200));
    let texts: [(&[u8], &str); 14] = [
        (b"", "no secrets found"),
        (b"metadata: {name: app, namespace: team}\n", "secret.data is empty"),
        (
            b"metadata: {namespace: team}\nstringData: {a: s3cr3t}\n",
            "missing metadata.name",
        ),
        (
            b"metadata: {name: app}\nstringData: {a: s3cr3t}\n",
            "secret must declare a namespace",
        ),
        (
            b"metadata: {name: app, namespace: team}\ndata: {a: 's3cr3t!'}\n",
            "data.a: illegal base64",
        ),
        (
            b"metadata:\n\tname: app\n",
            "stdin:2:2: a tab where spaces have to be\nhint: indent with spaces",
        ),
        (
            b"stringData: {a: {{ .Values.s3cr3t }}}\n",
            "hint: put a template in quotes",
        ),
        (
            b"{{- if .Values.x }}\nkind: Secret\n{{- end }}\n",
            "hint: put a template in quotes",
        ),
        (
            b"<<<<<<< HEAD\nkind: Secret\n=======\n",
            "hint: resolve the merge conflict",
        ),
        (b"metadata: {name: app\n", "a bracket that is not closed"),
        (b"\xff\xfek\0", "stdin:1:1: not UTF-8"),
        (b"stringData: {a: *nowhere}\n", "stdin:1:17"),
        (b"foo\n", "must be a mapping, is a text"),
        (long.as_bytes(), "stdin:1:"),
    ];
    let mut messages = BTreeSet::new();
    for (text, message) in texts {
        let run = fail(&fixture("certificate.pem"), text);
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
        messages.insert(run.stderr);
    }
    assert_eq!(messages.len(), texts.len());
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_taken() {
    let desk = Desk::new();
    for text in [SECRET.replace('\n', "\r\n"), format!("\u{feff}{SECRET}")] {
        let sealed = desk.succeed(&["kubeseal", "--cert", &fixture("certificate.pem")], text);
        assert!(sealed.contains("\"password\""));
    }
}

#[test]
fn every_text_that_is_no_certificate_is_refused() {
    let desk = Desk::new();
    let pem = fs::read_to_string(fixture("certificate.pem")).unwrap();
    let half = desk.write("half", &pem[..pem.len() / 2]);
    let folder = desk.write("a", "").parent().unwrap().to_owned();
    for (path, message) in [
        ("missing.pem".into(), "open missing.pem: no such file or directory"),
        (folder, ": is a directory"),
        (half, "does not contain any valid RSA or ECDSA certificates"),
        (fixture("expired.pem").into(), "an expired certificate on November"),
        (
            fixture("key.pem").into(),
            "hint: there is a private key in it, not a certificate",
        ),
        (
            fixture("sealed.yaml").into(),
            "does not contain any valid RSA or ECDSA certificates",
        ),
    ] {
        let run = fail(path.to_str().unwrap(), SECRET.as_bytes());
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
}

#[test]
fn a_file_of_a_gigabyte_is_not_read_into_memory() {
    let desk = Desk::new();
    File::create(desk.path("large.yaml")).unwrap().set_len(1 << 30).unwrap();
    let run = desk.run(
        &["kubeseal", "--cert", &fixture("certificate.pem"), "-f", "large.yaml"],
        "",
    );
    let message = "error: read large.yaml: more than 67108864 bytes\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), message));
}

#[test]
fn a_full_disk_is_an_error() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    let message = "no space left on device\n";
    let run = desk.run_with(&["kubeseal", "--cert", &certificate], SECRET, |command| {
        command.stdout(OpenOptions::new().write(true).open("/dev/full").unwrap());
    });
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.ends_with(message), "{}", run.stderr);
    let run = desk.run(&["kubeseal", "--cert", &certificate, "-w", "/dev/full"], SECRET);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.ends_with(message), "{}", run.stderr);
}

#[test]
fn a_reader_who_goes_is_no_error() {
    let desk = Desk::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = desk.run_with(
        &["kubeseal", "--cert", &fixture("certificate.pem")],
        SECRET,
        |command| {
            command.stdout(Stdio::from(writer));
        },
    );
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn nobody_else_may_read_what_is_recovered() {
    let desk = Desk::new();
    let arguments = [
        "kubeseal",
        "--recovery-unseal",
        "--recovery-private-key",
        &fixture("key.pem"),
        "-w",
        "secret.yaml",
    ];
    desk.succeed(&arguments, fs::read(fixture("sealed.yaml")).unwrap());
    let mut text = String::new();
    let mut file = File::open(desk.path("secret.yaml")).unwrap();
    file.read_to_string(&mut text).unwrap();
    assert!(text.contains("czNjcjN0"));
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}
