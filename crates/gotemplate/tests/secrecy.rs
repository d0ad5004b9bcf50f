//! What an error says is read by more people than the values are.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

mod common;

use signet_gotemplate::Limits;

/// The error of a template over a value that nobody may see.
fn error(template: &str) -> String {
    let data = common::strings([("k", &b"canary"[..]), ("json", &b"{\"canary\": canary}"[..])]);
    match common::render_within(template, &data, &Limits::default()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{template} is rendered"),
    }
}

#[test]
fn fail_says_what_stands_in_the_template() {
    for template in ["{{ fail \"is not set\" }}", "{{ \"is not set\" | fail }}"] {
        assert!(
            error(template).ends_with("error calling fail: is not set"),
            "{template}"
        );
    }
}

#[test]
fn fail_says_nothing_that_the_template_makes() {
    for template in [
        "{{ fail .k }}",
        "{{ .k | b64enc | fail }}",
        "{{ fail (printf \"is %s\" .k) }}",
        "{{ fail (substr 0 1 .k | cat \"first:\") }}",
        "{{ define \"t\" }}{{ fail . }}{{ end }}{{ template \"t\" .k }}",
    ] {
        let error = error(template);
        assert!(error.ends_with("which is not shown"), "{error}");
    }
}

#[test]
fn no_function_quotes_its_argument() {
    for template in [
        "{{ mustFromJson .json }}",
        "{{ mustRegexMatch (cat \"(\" .k) \"a\" }}",
        "{{ mustToDate \"2006\" .k }}",
        "{{ semver .k }}",
        "{{ semverCompare .k \"1.0.0\" }}",
        "{{ index (dict) .k 1 }}",
        "{{ .k | mustUniq }}",
        "{{ genPrivateKey .k | decryptAES .k }}",
        "{{ template .k }}",
        "{{ urlParse (cat .k \"://%zz\") }}",
        "{{ .k.field }}",
        "{{ add 1 (index .k 99) }}",
        "{{ buildCustomCert .k .k }}",
        "{{ mustDateModify .k now }}",
        "{{ derivePassword 1 .k .k .k .k | fail }}",
        "{{ lt .k 1 }}",
        "{{ slice .k 1 99 }}",
        "{{ toDecimal .k | div 0 1 }}",
    ] {
        let error = error(template);
        assert!(!error.contains("canary"), "{error}");
    }
}
