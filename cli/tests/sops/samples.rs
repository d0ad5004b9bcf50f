//! What real sops has encrypted.

use std::fs;

use crate::desk::{AGE1, Sops, vector, vectors};

/// Each sample's name, with its encrypted bytes and what they decrypt to.
fn samples() -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut samples = Vec::new();
    for format in ["yaml", "json", "dotenv", "ini", "binary"] {
        for entry in fs::read_dir(vectors().join(format)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some((stem, extension)) = name.split_once(".enc.") {
                // What was tampered with has none.
                let Ok(decrypted) = fs::read(path.with_file_name(format!("{stem}.dec.{extension}"))) else {
                    continue;
                };
                samples.push((name, fs::read(&path).unwrap(), decrypted));
            }
        }
    }
    assert!(samples.len() >= 28, "{}", samples.len());
    samples
}

/// Where real sops loses something that is kept here.
fn better(name: &str, text: &str) -> String {
    match name {
        // A comment in an empty collection.
        "comments.enc.yaml" => text.replace(
            "emptymap: {}\nemptylist: []\n",
            "emptymap: {\n    # em\n}\nemptylist:\n    # el\n    []\n",
        ),
        // Read again, `-0` is another value than was encrypted.
        "basic.enc.json" => text.replace(": -0,", ": -0.0,"),
        _ => text.to_owned(),
    }
}

#[test]
fn are_decrypted_as_real_sops_does() {
    let sops = Sops::new();
    for (name, encrypted, decrypted) in samples() {
        sops.desk.write(&name, encrypted);
        let target = sops.desk.path("plain");
        let run = sops.run(&["decrypt", "--output", target.to_str().unwrap(), &name]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.stderr);
        let found = fs::read(target).unwrap();
        let is_same = match (String::from_utf8(found.clone()), String::from_utf8(decrypted.clone())) {
            (Ok(found), Ok(decrypted)) => found == better(&name, &decrypted),
            _ => found == decrypted,
        };
        assert!(is_same, "{name}:\n{}", String::from_utf8_lossy(&found));
    }
}

#[test]
fn encrypted_over_themselves_they_do_not_change() {
    let sops = Sops::new();
    for (name, encrypted, _) in samples() {
        sops.desk.write(&name, &encrypted);
        let extension = name.split('.').next_back().unwrap();
        let plain = format!("plain.{extension}");
        sops.succeed(&["decrypt", "--output", &plain, &name]);
        let rule = rule(&String::from_utf8_lossy(&encrypted));
        let mut arguments = rule.iter().map(String::as_str).collect::<Vec<_>>();
        arguments.extend(["-e", "--age", AGE1, "--output", &name, &plain]);
        sops.succeed(&arguments);
        assert!(fs::read(sops.desk.path(&name)).unwrap() == encrypted, "{name}");
    }
}

/// The flags that say what a sample's metadata say.
fn rule(text: &str) -> Vec<String> {
    let mut flags = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_end_matches(',').replace(['"', '\''], "");
        let Some((name, value)) = line.split_once([':', '=']) else {
            continue;
        };
        let name = name.trim().trim_start_matches("sops_").replace('_', "-");
        let is_rule =
            name.ends_with("encrypted-suffix") || name.ends_with("crypted-regex") || name.ends_with("comment-regex");
        match is_rule {
            true => flags.push(format!("--{name}={}", value.trim())),
            false if name == "mac-only-encrypted" => flags.push("--mac-only-encrypted".to_owned()),
            false => {}
        }
    }
    flags.dedup();
    flags
}

#[test]
fn of_every_kind_of_key() {
    let sops = Sops::with_both_keys();
    let plain = String::from_utf8(vector("keysources/plain.yaml")).unwrap();
    for (name, variable, key) in [
        ("age_pq.enc.yaml", "SOPS_AGE_KEY_FILE", "age_pq.txt"),
        (
            "age_ssh_ed25519.enc.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            "id_ed25519",
        ),
        ("age_ssh_rsa.enc.yaml", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "id_rsa"),
        ("shamir_2of2.enc.yaml", "X", ""),
    ] {
        sops.desk.write(name, vector(&format!("keysources/{name}")));
        let path = vectors().join("keys").join(key);
        let run = sops.run_with(&["decrypt", name], "", |command| {
            command.env(variable, &path);
        });
        assert_eq!((run.code, &*run.stdout), (Some(0), &*plain), "{name}: {}", run.stderr);
    }
    for name in ["shamir_2of2.enc.json", "shamir_2of2.enc.ini", "shamir_2of2.enc.env"] {
        sops.desk.write(name, vector(&format!("keysources/{name}")));
        sops.succeed(&["decrypt", name]);
    }
}
