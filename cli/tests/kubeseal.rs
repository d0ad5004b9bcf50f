//! The layout of kubeseal 0.40.0, byte for byte but for the ciphertexts: `tests/kubeseal`.

mod program;

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, path::Path};

use program::{Desk, fixture, without_ciphertexts};

#[test]
fn output_as_of_the_real_one() {
    let desk = Desk::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kubeseal");
    let read = |name: &str, extension: &str| fs::read_to_string(folder.join(format!("{name}.{extension}"))).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "in") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        let arguments = read(name, "arguments");
        for format in ["json", "yaml"] {
            let mut all = vec!["kubeseal", "--cert"];
            let certificate = fixture("certificate.pem");
            all.extend([certificate.as_str(), "-o", format]);
            all.extend(arguments.lines());
            let text = desk.succeed(&all, read(name, "in"));
            assert_eq!(without_ciphertexts(&text), read(name, format), "{name} as {format}");
            seen += 1;
        }
    }
    assert_eq!(seen, 18);
}

#[test]
fn raw_values_open_where_they_should() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    let scopes: [&[&str]; 3] = [
        &["--name", "app", "-n", "team"],
        &["--scope", "namespace-wide", "-n", "team"],
        &["--scope", "cluster-wide"],
    ];
    for (arguments, annotation) in scopes.into_iter().zip(["none", "namespace-wide", "cluster-wide"]) {
        let mut all = vec!["kubeseal", "--raw", "--cert", &certificate];
        all.extend(arguments);
        let item = desk.succeed(&all, "s3cr3t\n");
        assert!(!item.ends_with('\n'));
        let sealed = format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: app\n  namespace: team\n  annotations:\n    \
             sealedsecrets.bitnami.com/{annotation}: \"true\"\nspec:\n  encryptedData:\n    password: {item}\n"
        );
        let opened = desk.succeed(&["unseal", "--key", &fixture("key.pem")], sealed);
        assert!(opened.contains("password: czNjcjN0Cg=="), "{annotation}");
    }
}

#[test]
fn called_by_its_name() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_signet"), desk.path("kubeseal")).unwrap();
    let output = std::process::Command::new(desk.path("kubeseal"))
        .arg("--version")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "kubeseal version: v0.40.0\n");
}

#[test]
fn arguments_without_a_dash_are_ignored() {
    let desk = Desk::new();
    assert_eq!(
        desk.succeed(&["kubeseal", "seal", "--version", "--", "--frobnicate"], ""),
        "kubeseal version: v0.40.0\n"
    );
}

const SECRET: &str = "kind: Secret\nmetadata: {name: app, namespace: team}\nstringData: {password: s3cr3t}\n";

#[test]
fn documents_of_nothing_are_passed_over() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    let text = desk.succeed(
        &["kubeseal", "--cert", &certificate],
        format!("null\n---\n{SECRET}---\n~\n"),
    );
    assert_eq!(text.matches("SealedSecret").count(), 1);
}

#[test]
fn a_timeout_that_nothing_needs_is_not_read() {
    let certificate = fixture("certificate.pem");
    Desk::new().succeed(
        &["kubeseal", "--cert", &certificate, "--request-timeout", "soon"],
        SECRET,
    );
}

#[test]
fn an_object_of_another_version_is_not_unsealed() {
    let desk = Desk::new();
    let sealed = fs::read_to_string(fixture("sealed.yaml")).unwrap();
    let arguments = [
        "kubeseal",
        "--recovery-unseal",
        "--recovery-private-key",
        &fixture("key.pem"),
    ];
    for version in ["v1", "bitnami.com/v1beta1"] {
        let run = desk.run(&arguments, sealed.replace("bitnami.com/v1alpha1", version));
        let message =
            format!("error: converting ({version}.SealedSecret) to (v1alpha1.SealedSecret): unknown conversion\n");
        assert_eq!((run.code, run.stderr), (Some(1), message));
    }
}

#[test]
fn a_path_need_not_be_text_but_a_name_must() {
    let desk = Desk::new();
    let certificate = fixture("certificate.pem");
    let run = desk.run_with(&["kubeseal", "--cert", &certificate, "-w"], SECRET, |command| {
        command.arg(OsStr::from_bytes(b"sealed-\xff.json"));
    });
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(desk.path("").join(OsStr::from_bytes(b"sealed-\xff.json")).exists());

    let run = desk.run_with(&["kubeseal", "--cert", &certificate, "--name"], SECRET, |command| {
        command.arg(OsStr::from_bytes(b"app\xff"));
    });
    assert_eq!(run.code, Some(2));
    assert!(run.stdout.ends_with("for \"--name\" flag: is not UTF-8\n"));
}
