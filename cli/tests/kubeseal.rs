//! The layout of kubeseal 0.40.0, byte for byte but for the ciphertexts: `tests/kubeseal`.

mod program;

use std::{fs, path::Path};

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
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "kubeseal version: 0.40.0\n");
}

#[test]
fn arguments_without_a_dash_are_ignored() {
    let desk = Desk::new();
    assert_eq!(
        desk.succeed(&["kubeseal", "seal", "--version", "--", "--frobnicate"], ""),
        "kubeseal version: 0.40.0\n"
    );
}
