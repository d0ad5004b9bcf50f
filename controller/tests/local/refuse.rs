//! What is not made.

use std::fs;

use signet_api::Scope;

use crate::desk::{Desk, scoped, secret};

#[test]
fn a_copy_under_another_name_or_namespace_or_scope_never_opens() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let sealed = desk.sealed(&secret("team", "db", &[("password", "p")]));
    let annotated = |scope: &str| {
        let annotations = format!("metadata:\n  annotations:\n    sealedsecrets.bitnami.com/{scope}: \"true\"\n");
        sealed.replacen("metadata:\n", &annotations, 1)
    };
    let copies = [
        (
            "namespace",
            "other",
            "db",
            sealed.replace("namespace: team", "namespace: other"),
        ),
        ("name", "team", "other", sealed.replace("name: db", "name: other")),
        (
            "wide",
            "wide",
            "db",
            annotated("namespace-wide").replace("namespace: team", "namespace: wide"),
        ),
        (
            "cluster",
            "cluster",
            "db",
            annotated("cluster-wide").replace("namespace: team", "namespace: cluster"),
        ),
    ];
    for (file, namespace, name, text) in &copies {
        desk.write(&format!("manifests/{file}.yaml"), text);
        let line = desk.wait_for(namespace, name, "UnsealFailed");
        assert_eq!(line["ready"], false);
        assert!(
            line["message"]
                .as_str()
                .is_some_and(|message| message.contains("no key could decrypt secret (password)")),
            "{line}"
        );
    }
    assert_eq!(desk.secrets(), Vec::<String>::new());
}

#[test]
fn wider_scopes_open_as_far_as_they_go() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let wide = desk.sealed(&scoped(secret("team", "db", &[("k", "wide")]), Scope::NamespaceWide));
    desk.write("manifests/a.yaml", wide.replace("name: db", "name: other"));
    desk.write(
        "manifests/b.yaml",
        wide.replace("namespace: team", "namespace: elsewhere"),
    );
    let cluster = desk.sealed(&scoped(secret("team", "db", &[("k", "cluster")]), Scope::ClusterWide));
    desk.write(
        "manifests/c.yaml",
        cluster
            .replace("name: db", "name: any")
            .replace("namespace: team", "namespace: where"),
    );
    desk.wait_for_file("secrets/team/other/k", "wide");
    desk.wait_for_file("secrets/where/any/k", "cluster");
    desk.wait_for("elsewhere", "db", "UnsealFailed");
}

#[test]
fn what_someone_else_made_is_not_touched_and_made_when_it_has_gone() {
    let desk = Desk::new();
    desk.write("secrets/team/db/password", "theirs");
    let _controller = desk.start(&[]);
    desk.seal("db.yaml", &secret("team", "db", &[("password", "ours")]));
    let line = desk.wait_for("team", "db", "NotOwned");
    assert!(
        line["message"]
            .as_str()
            .is_some_and(|message| message.contains("already exists and is not managed by SealedSecret")),
        "{line}"
    );
    assert_eq!(desk.files("secrets/team"), ["db/password"]);
    fs::remove_dir_all(desk.path("secrets/team/db")).expect("removed");
    desk.wait_for_file("secrets/team/db/password", "ours");
}

#[test]
fn of_two_manifests_for_one_secret_the_later_path_is_refused() {
    let desk = Desk::new();
    desk.seal("b.yaml", &secret("team", "db", &[("k", "b")]));
    desk.seal("a.yaml", &secret("team", "db", &[("k", "a")]));
    let _controller = desk.start(&[]);
    desk.wait_for_file("secrets/team/db/k", "a");
    let lines = desk.lines();
    let refused = lines.iter().find(|line| line["reason"] == "Duplicate").expect("a line");
    assert_eq!(
        (&refused["name"], &refused["file"]),
        (&"db".into(), &"b.yaml:2:1".into())
    );
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|message| message.contains("a.yaml:2:1")),
        "{refused}"
    );
    desk.remove("manifests/a.yaml");
    desk.wait_for_file("secrets/team/db/k", "b");
}

#[test]
fn a_malformed_file_is_told_with_its_place_and_takes_nothing_away() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.seal("good.yaml", &secret("team", "good", &[("k", "v")]));
    desk.seal("edited.yaml", &secret("team", "edited", &[("k", "v")]));
    desk.wait_for_file("secrets/team/edited/k", "v");
    desk.write("manifests/edited.yaml", "kind: SealedSecret\nmetadata: [\n");
    crate::desk::wait("a line about the file", || {
        desk.lines().iter().any(|line| {
            line["file"]
                .as_str()
                .is_some_and(|file| file.starts_with("edited.yaml:"))
                && line["reason"] == "Malformed"
        })
    });
    desk.seal("good.yaml", &secret("team", "good", &[("k", "w")]));
    desk.wait_for_file("secrets/team/good/k", "w");
    assert_eq!(desk.read("secrets/team/edited/k").as_deref(), Some(&b"v"[..]));
    desk.seal("edited.yaml", &secret("team", "edited", &[("k", "w")]));
    desk.wait_for_file("secrets/team/edited/k", "w");
}

#[test]
fn names_never_lead_out_of_the_directory() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let sealed = desk.sealed(&scoped(secret("team", "db", &[("k", "v")]), Scope::ClusterWide));
    for (index, (from, to)) in [
        ("namespace: team", "namespace: ../../escaped"),
        ("namespace: team", "namespace: .."),
        ("name: db", "name: ../../escaped"),
        ("name: db", "name: .."),
        ("name: db", "name: /escaped"),
        ("    k:", "    ../../../escaped:"),
        ("    k:", "    /escaped:"),
        ("    k:", "    ..escaped:"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(sealed.contains(from), "{from} in {sealed}");
        desk.write(&format!("manifests/{index}.yaml"), sealed.replace(from, to));
    }
    // A key that is valid, but ours.
    desk.seal("marker.yaml", &secret("team", "marker", &[(".signet.json", "{}")]));
    desk.wait_for("team", "marker", "ApiError");
    crate::desk::wait("eight lines", || {
        desk.lines()
            .iter()
            .filter(|line| line["reason"] == "InvalidName")
            .count()
            == 8
    });
    assert_eq!(desk.secrets(), Vec::<String>::new());
    assert!(!desk.path("escaped").exists());
}

#[test]
fn immutable_data_and_types_do_not_change() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let mut one = secret("team", "db", &[("k", "one")]);
    one.immutable = Some(true);
    desk.seal("a.yaml", &one);
    desk.wait_for_file("secrets/team/db/k", "one");
    let mut two = secret("team", "db", &[("k", "two")]);
    two.immutable = Some(true);
    desk.seal("a.yaml", &two);
    desk.wait_for("team", "db", "Immutable");
    let mut typed = secret("team", "db", &[("k", "one")]);
    typed.immutable = Some(true);
    typed.type_ = Some("example.com/other".to_owned());
    desk.seal("a.yaml", &typed);
    desk.wait_for("team", "db", "TypeChanged");
    assert_eq!(desk.read("secrets/team/db/k").as_deref(), Some(&b"one"[..]));
}
