//! What one program seals, the other one opens.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on is a failed test"
)]

mod secrets;

use signet_document::{Format, Limits, read, write_json};
use signet_kubeseal_tests::{Case, Program, fixture};

#[test]
fn secrets_sealed_by_ours_are_recovered_by_theirs() {
    cross(&Program::ours(), &Program::theirs(), 1);
}

#[test]
fn secrets_sealed_by_theirs_are_recovered_by_ours() {
    cross(&Program::theirs(), &Program::ours(), 2);
}

/// 500 random Secrets, sealed in one run for each format and recovered one by one: the real one opens one document.
fn cross(sealer: &Program, opener: &Program, seed: u64) {
    let mut number = 0;
    for (format, round) in [("yaml", 0), ("json", 1)] {
        let secrets = secrets::random(250, seed * 2 + round);
        let stream: Vec<_> = secrets.iter().map(|secret| secret.manifest.as_str()).collect();
        let seal = Case::new("seal", &format!("--cert cert.pem --allow-empty-data -o {format}"))
            .file("cert.pem", fixture("certificate.pem"))
            .stdin(stream.concat());
        let sealed = sealer.run_for_text(&seal);
        let documents: Vec<_> = read(&sealed, &Limits::default()).map(Result::unwrap).collect();
        assert_eq!(documents.len(), secrets.len());
        for (document, secret) in documents.iter().zip(&secrets) {
            assert_eq!(
                document.format,
                if format == "yaml" { Format::Yaml } else { Format::Json }
            );
            let open = Case::new("open", "--recovery-unseal --recovery-private-key key.pem")
                .file("key.pem", fixture("key.pem"))
                .stdin(write_json(&document.root).as_bytes());
            secret.must_be(&opener.run_for_text(&open));
            number += 1;
        }
    }
    assert_eq!(number, 500);
}
