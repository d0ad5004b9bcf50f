//! Plain items of a template, rendered over the sealed ones.

use crate::desk::{Desk, secret};

#[test]
fn a_template_sees_sealed_and_plain_items_and_sealed_ones_win() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let items = [
        "url: 'https://{{ .user }}:{{ .password | urlquery }}@{{ .host }}/'",
        "host: example.com",
        "user: plain",
        "password: null",
        "shown: '{{ .user | b64enc }}'",
    ];
    let sealed = [("user", "u1"), ("password", "p/1")];
    desk.write(
        "manifests/a.yaml",
        with_template(&desk, "db", &sealed, &items.join("\n      ")),
    );
    desk.wait_for("team", "db", "Unsealed");
    assert_eq!(
        desk.files("secrets/team/db"),
        [".signet.json", "host", "shown", "url", "user"]
    );
    for (key, value) in [
        ("url", "https://u1:p%2F1@example.com/"),
        ("host", "example.com"),
        ("user", "u1"),
        ("shown", "dTE="),
    ] {
        assert_eq!(desk.shown(&format!("secrets/team/db/{key}")), value, "{key}");
    }
}

#[test]
fn what_a_template_made_at_random_stays_until_its_manifest_changes() {
    let desk = Desk::new();
    let controller = desk.start(&[]);
    let write = |user: &str| {
        let items = "token: '{{ randAlphaNum 32 }}'\n      login: '{{ .user }}'";
        desk.write("manifests/a.yaml", with_template(&desk, "db", &[("user", user)], items));
        desk.wait_for_file("secrets/team/db/login", user);
        desk.shown("secrets/team/db/token")
    };
    let first = write("u1");
    assert_eq!(first.len(), 32);
    desk.write("secrets/team/db/login", "by hand");
    desk.wait_for_file("secrets/team/db/login", "u1");
    assert_eq!(desk.shown("secrets/team/db/token"), first, "another item was put right");

    assert_eq!(controller.terminate().code(), Some(0));
    let _controller = desk.start(&[]);
    desk.seal("after.yaml", &secret("team", "after", &[("k", "v")]));
    desk.wait_for_file("secrets/team/after/k", "v");
    assert_eq!(desk.shown("secrets/team/db/token"), first, "a restart");
    assert_ne!(write("u2"), first, "another manifest");
}

#[test]
fn a_template_that_fails_is_told_and_makes_no_half_of_a_secret() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    for (file, text, told) in [
        (
            "syntax",
            "x{{ .k }",
            "template: url:1: unexpected \"}\" in operand (url)",
        ),
        (
            "missing",
            "{{ .absent | upper }}",
            "invalid value; expected string (url)",
        ),
        ("fails", "{{ fail .k }}", "error calling fail"),
        (
            "endless",
            "{{ range 9223372036854775807 }}{{ end }}",
            "the template takes too",
        ),
    ] {
        let items = format!("other: fine\n      url: '{text}'");
        desk.write(
            &format!("manifests/{file}.yaml"),
            with_template(&desk, file, &[("k", "canary")], &items),
        );
        let line = desk.wait_for("team", file, "TemplateFailed");
        let message = line["message"].as_str().expect("a message");
        assert!(message.contains(told) && !message.contains("canary"), "{line}");
    }
    assert!(!desk.path("secrets/team").exists());
}

/// The manifest of a SealedSecret whose template has these plain items.
fn with_template(desk: &Desk, name: &str, sealed: &[(&str, &str)], items: &str) -> String {
    let text = desk.sealed(&secret("team", name, sealed));
    text.replace("  template:\n", &format!("  template:\n    data:\n      {items}\n"))
}
