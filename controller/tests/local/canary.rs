//! A known plaintext goes through everything and comes out in the Secret only.

use signet_api::base64;

use crate::desk::{Desk, secret, text, unfinished};

const CANARY: &str = "canary-5f0b1e7c";

#[test]
fn the_plaintext_is_in_the_secret_and_nowhere_else() {
    for (format, place) in [("files", "team/db/password"), ("manifest", "team/db.yaml")] {
        let desk = Desk::new();
        let controller = desk.start(&["--format", format, "--log-level", "debug", "--key-renew-period", "2s"]);
        let mut first = secret("team", "db", &[("password", CANARY)]);
        first.immutable = Some(true);
        desk.seal("db.yaml", &first);
        desk.wait_for("team", "db", "Unsealed");
        desk.write("secrets/team/foreign/k", "theirs");
        desk.write("secrets/team/foreign.yaml", "theirs");
        desk.write("secrets/blocked", "");
        let mut second = secret("team", "db", &[("password", &format!("{CANARY}-2"))]);
        second.immutable = Some(true);
        desk.seal("db.yaml", &second);
        desk.wait_for("team", "db", "Immutable");
        for (namespace, name, reason) in [("team", "foreign", "NotOwned"), ("blocked", "db", "ApiError")] {
            desk.seal(
                &format!("{namespace}.yaml"),
                &secret(namespace, name, &[("password", CANARY)]),
            );
            desk.wait_for(namespace, name, reason);
        }
        let sealed = desk.sealed(&secret("team", "copy", &[("password", CANARY)]));
        desk.write("manifests/copy.yaml", sealed.replace("name: copy", "name: other"));
        desk.wait_for("team", "other", "UnsealFailed");
        let answers = ["/v1/cert.pem", "/healthz", "/readyz", "/metrics", "/"]
            .map(|path| controller.get(path).expect("an answer").1);
        controller.kill();
        let again = desk.once(&["--format", format]);

        let secrets = desk.files("secrets");
        assert!(unfinished(&secrets).is_empty(), "{secrets:?}");
        let others = secrets
            .iter()
            .filter(|path| *path != place)
            .map(|path| format!("secrets/{path}"));
        let mut texts: Vec<_> = others
            .chain(["stdout".to_owned(), "stderr".to_owned()])
            .map(|path| desk.shown(&path))
            .collect();
        texts.extend(
            desk.files("keys")
                .iter()
                .map(|path| desk.shown(&format!("keys/{path}"))),
        );
        texts.extend(answers);
        texts.extend([text(&again.stdout), text(&again.stderr)]);
        let encoded = base64::encode(CANARY.as_bytes());
        for (index, text) in texts.iter().enumerate() {
            assert!(
                !text.contains(CANARY) && !text.contains(&encoded[..12]),
                "{format}, text {index}: {text}"
            );
        }
        let made = desk.shown(&format!("secrets/{place}"));
        assert!(made.contains(CANARY) || made.contains(&encoded[..12]), "{made}");
    }
}

#[test]
fn a_private_key_is_in_its_file_and_nowhere_else() {
    let desk = Desk::new();
    let controller = desk.start(&["--log-level", "debug"]);
    desk.seal("a.yaml", &secret("team", "a", &[("k", "v")]));
    desk.wait_for("team", "a", "Unsealed");
    let answers = ["/v1/cert.pem", "/metrics"].map(|path| controller.get(path).expect("an answer").1);
    let pem = desk.keys()[0].private_key().to_pem();
    let line = pem.lines().nth(3).expect("a line of base64");
    controller.kill();
    for text in [
        desk.shown("stdout"),
        desk.shown("stderr"),
        desk.shown("secrets/.signet-status.json"),
    ]
    .iter()
    .chain(&answers)
    {
        assert!(!text.contains("PRIVATE KEY") && !text.contains(line), "{text}");
    }
}
