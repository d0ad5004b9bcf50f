//! `--format manifest`, and the way from one format to the other.

use signet_api::{Reading, Secret};
use signet_document::Limits;

use crate::desk::{Desk, secret};

#[test]
fn a_secret_as_a_manifest_holds_all_of_it_and_no_owner() {
    let desk = Desk::new();
    let _controller = desk.start(&["--format", "manifest"]);
    let mut given = secret("team", "db", &[("password", "p1\n"), ("empty", "")]);
    given.type_ = Some("example.com/db".to_owned());
    given.immutable = Some(false);
    given.metadata.labels = Some([("app".to_owned(), "on".to_owned())].into());
    desk.seal("db.yaml", &given);
    desk.wait_for("team", "db", "Unsealed");

    assert_eq!(
        (desk.files("secrets/team"), desk.mode("secrets/team/db.yaml")),
        (vec!["db.yaml".to_owned()], 0o600)
    );
    let bytes = desk.read("secrets/team/db.yaml").expect("a file");
    let document = signet_document::read(&bytes, &Limits::default())
        .next()
        .expect("a document")
        .expect("YAML");
    let made = Secret::from_document(&document, Reading::Strict).expect("a Secret");
    assert_eq!(
        (made.namespace(), made.name(), made.effective_type()),
        ("team", "db", "example.com/db")
    );
    assert_eq!(
        (made.immutable, &made.metadata.labels, &made.metadata.owner_references),
        (Some(false), &given.metadata.labels, &None)
    );
    assert!(made.data["password"].same(&given.data["password"]) && made.data["empty"].is_empty());

    desk.seal("db.yaml", &secret("team", "other", &[("password", "p2")]));
    desk.wait_for_absence("secrets/team/db.yaml");
    desk.wait_for("team", "other", "Unsealed");
}

#[test]
fn a_manifest_changed_by_hand_is_put_right_and_a_foreign_one_is_not_touched() {
    let desk = Desk::new();
    desk.write("secrets/team/foreign.yaml", "kind: Secret\n");
    let _controller = desk.start(&["--format", "manifest"]);
    desk.seal("ours.yaml", &secret("team", "ours", &[("k", "v")]));
    desk.seal("foreign.yaml", &secret("team", "foreign", &[("k", "v")]));
    desk.wait_for("team", "ours", "Unsealed");
    desk.wait_for("team", "foreign", "NotOwned");
    let made = desk.shown("secrets/team/ours.yaml");
    desk.write("secrets/team/ours.yaml", made.replace("k: dg==", "k: YnkgaGFuZA=="));
    desk.wait_for_file("secrets/team/ours.yaml", &made);
    assert_eq!(desk.shown("secrets/team/foreign.yaml"), "kind: Secret\n");
}

#[test]
fn another_format_takes_the_place_of_the_first() {
    let desk = Desk::new();
    desk.seal("a.yaml", &secret("team", "a", &[("k", "v")]));
    for (format, files) in [
        ("files", vec!["a/.signet.json", "a/k"]),
        ("manifest", vec!["a.yaml"]),
        ("files", vec!["a/.signet.json", "a/k"]),
    ] {
        assert_eq!(desk.once(&["--format", format]).status.code(), Some(0));
        assert_eq!(desk.files("secrets/team"), files);
    }
}
