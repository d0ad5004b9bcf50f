//! The command lines by which other programs call sops: helm-secrets, editors and Git.

use std::process::Command;

use crate::{
    desk::{AGE1, Sops},
    program::Run,
};

const VALUES: &str = "# of the chart\npassword: s3cr3t\nimage:\n    tag: v1\n";

fn desk() -> Sops {
    let sops = Sops::new();
    sops.desk
        .write(".sops.yaml", format!("creation_rules:\n  - age: {AGE1}\n"));
    sops
}

/// What a shell prints in the folder, with the program as `HELM_SECRETS_SOPS_PATH`, which helm-secrets expands without quotes.
fn shell(sops: &Sops, script: &str) -> String {
    let program = format!("{} sops", env!("CARGO_BIN_EXE_signet"));
    let output = Command::new("sh")
        .args(["-eu", "-c", script])
        .current_dir(sops.desk.path(""))
        .env("sops", program)
        .env(
            "SOPS_AGE_KEY",
            String::from_utf8(crate::desk::vector("keys/age1.txt")).unwrap(),
        )
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{script}: {stdout}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}

#[test]
fn helm_secrets_encrypts_sniffs_and_decrypts() {
    let sops = desk();
    for (name, text, kind) in [
        ("secrets.yaml", VALUES, "yaml"),
        ("secrets.json", "{\"a\": \"s3cr3t\", \"b\": [1, 2]}\n", "json"),
        ("secrets.bin", "s3cr3t\n", "binary"),
    ] {
        sops.desk.write(name, text);
        shell(
            &sops,
            &format!("$sops --encrypt --input-type {kind} --output-type {kind} --output enc.{name} {name}"),
        );
        // How it tells an encrypted file, and of which type it is.
        let sniffed = shell(
            &sops,
            &format!(
                "grep -q 'mac.*,type:str]' enc.{name}
                if grep -q '^sops:[[:space:]]*$' enc.{name}; then echo yaml
                elif grep -q '\"data\": \"ENC' enc.{name}; then echo binary
                else echo json; fi"
            ),
        );
        assert_eq!(sniffed, format!("{kind}\n"), "{name}");
        let decrypt = format!("$sops --decrypt --input-type {kind} --output-type {kind}");
        let to_stdout = shell(&sops, &format!("{decrypt} enc.{name}"));
        shell(&sops, &format!("{decrypt} --output dec.{name} enc.{name}"));
        assert_eq!(to_stdout, sops.desk.read(&format!("dec.{name}")));
        assert_eq!(to_stdout, text, "{name}");
        shell(&sops, &format!("{decrypt} --in-place enc.{name}"));
        assert_eq!(sops.desk.read(&format!("enc.{name}")), text);
        shell(
            &sops,
            &format!(
                "$sops --encrypt --input-type {kind} --output-type {kind} --in-place enc.{name}; {decrypt} enc.{name} >/dev/null"
            ),
        );
    }
    let literal = "$sops --encrypt --input-type json --output-type json secrets.json | $sops --decrypt --input-type json --output-type json /dev/stdin";
    assert_eq!(shell(&sops, literal), sops.desk.read("secrets.json"));
}

#[test]
fn helm_secrets_edits_and_passes_arguments_before_the_mode() {
    let sops = desk();
    sops.desk.write("secrets.yaml", VALUES);
    shell(
        &sops,
        "$sops --verbose --encrypt --input-type yaml --output-type yaml --in-place secrets.yaml",
    );
    shell(
        &sops,
        "EDITOR='sed -i s/v1/v2/' $sops --input-type yaml --output-type yaml secrets.yaml",
    );
    assert_eq!(sops.succeed(&["--decrypt", "secrets.yaml"]), VALUES.replace("v1", "v2"));
}

#[test]
fn editors_decrypt_a_file_and_save_it_by_way_of_an_editor_that_copies() {
    let sops = desk();
    let before = sops.encrypted("app.yaml", VALUES);
    // vscode-sops: what it shows; Emacs' sops-mode: the same with the old flag.
    let shown = sops.succeed(&["decrypt", "app.yaml"]);
    assert_eq!(sops.succeed(&["-d", "app.yaml"]), shown);
    sops.desk.write("saved", shown.replace("s3cr3t", "other"));
    let save = |file: &str| -> Run {
        let saved = sops.desk.path("saved");
        sops.run_with(&[file], "", |command| {
            command.env("EDITOR", format!("cp {}", saved.display()));
        })
    };
    let run = save("app.yaml");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let after = sops.desk.read("app.yaml");
    assert_eq!(sops.succeed(&["-d", "app.yaml"]), sops.desk.read("saved"));
    let tag = |text: &str| text.lines().find(|line| line.contains("tag:")).map(str::to_owned);
    assert_eq!(tag(&before), tag(&after));
    assert_eq!(save("app.yaml").code, Some(200));
}

#[test]
fn an_editor_encrypts_a_buffer_under_the_name_of_its_file() {
    let sops = desk();
    let arguments = [
        "encrypt",
        "--filename-override",
        "app.yaml",
        "--input-type",
        "yaml",
        "--output-type",
        "yaml",
        "/dev/stdin",
    ];
    let run = sops.run_with(&arguments, VALUES, |_| ());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let arguments = ["decrypt", "--filename-override", "app.yaml", "/dev/stdin"];
    let run = sops.run_with(&arguments, &run.stdout, |_| ());
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), VALUES), "{}", run.stderr);
}
