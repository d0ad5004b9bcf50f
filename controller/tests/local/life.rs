//! A Secret comes, changes and goes.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
};

use crate::desk::{Desk, secret, without_owner};

#[test]
fn a_secret_follows_its_manifest() {
    let desk = Desk::new();
    let controller = desk.start(&[]);
    desk.seal(
        "apps/db.yaml",
        &secret("team", "db", &[("user", "u1"), ("password", "p1")]),
    );
    desk.wait_for_file("secrets/team/db/password", "p1");
    assert_eq!(
        desk.files("secrets/team"),
        ["db/.signet.json", "db/password", "db/user"]
    );
    assert_eq!(
        (
            desk.mode("secrets"),
            desk.mode("secrets/team/db"),
            desk.mode("secrets/team/db/user")
        ),
        (0o700, 0o700, 0o600)
    );
    let line = desk.wait_for("team", "db", "Unsealed");
    assert_eq!((&line["ready"], &line["generation"]), (&true.into(), &1.into()));
    assert!(
        line["file"]
            .as_str()
            .is_some_and(|file| file.starts_with("apps/db.yaml")),
        "{line}"
    );

    desk.seal("apps/db.yaml", &secret("team", "db", &[("password", "p2")]));
    desk.wait_for_file("secrets/team/db/password", "p2");
    desk.wait_for_files("secrets/team", &["db/.signet.json", "db/password"]);

    desk.remove("manifests/apps/db.yaml");
    desk.wait_for_absence("secrets/team/db");
    assert_eq!(desk.wait_for("team", "db", "Removed")["ready"], false);
    assert_eq!(controller.terminate().code(), Some(0));
}

#[test]
fn several_documents_in_one_file_and_a_file_that_moves() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    let both = desk.sealed(&secret("team", "a", &[("k", "a")])) + &desk.sealed(&secret("team", "b", &[("k", "b")]));
    desk.write("manifests/all.yaml", &both);
    desk.wait_for_file("secrets/team/a/k", "a");
    desk.wait_for_file("secrets/team/b/k", "b");
    fs::create_dir_all(desk.path("manifests/deep/below")).expect("a directory");
    fs::rename(
        desk.path("manifests/all.yaml"),
        desk.path("manifests/deep/below/all.yaml"),
    )
    .expect("moved");
    desk.seal("c.yaml", &secret("team", "c", &[("k", "c")]));
    desk.wait_for_file("secrets/team/c/k", "c");
    assert_eq!(desk.read("secrets/team/a/k").as_deref(), Some(&b"a"[..]));
}

#[test]
fn what_is_changed_or_removed_by_hand_is_put_right() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.seal("db.yaml", &secret("team", "db", &[("password", "p1"), ("user", "u1")]));
    desk.wait_for_file("secrets/team/db/password", "p1");
    desk.write("secrets/team/db/password", "by hand");
    desk.wait_for_file("secrets/team/db/password", "p1");
    desk.remove("secrets/team/db/user");
    desk.wait_for_file("secrets/team/db/user", "u1");
    desk.write("secrets/team/db/stray", "by hand");
    desk.wait_for_absence("secrets/team/db/stray");
    fs::remove_dir_all(desk.path("secrets/team")).expect("removed");
    desk.wait_for_file("secrets/team/db/password", "p1");
}

#[test]
fn a_restart_keeps_keys_and_secrets_and_removes_what_lost_its_manifest() {
    let desk = Desk::new();
    let controller = desk.start(&[]);
    for name in ["stays", "goes", "breaks"] {
        desk.seal(&format!("{name}.yaml"), &secret("team", name, &[("k", "v")]));
        desk.wait_for_file(&format!("secrets/team/{name}/k"), "v");
    }
    let keys = desk.files("keys");
    assert_eq!((keys.len(), controller.terminate().code()), (1, Some(0)));
    desk.remove("manifests/goes.yaml");
    desk.write("manifests/breaks.yaml", "<<<<<<< HEAD\nkind: SealedSecret\n=======\n");
    let changed = fs::metadata(desk.path("secrets/team/stays/k"))
        .expect("metadata")
        .modified()
        .expect("a time");

    let _controller = desk.start(&[]);
    desk.wait_for_absence("secrets/team/goes");
    desk.wait_for("team", "stays", "Unsealed");
    assert_eq!(desk.files("keys"), keys);
    // A Secret goes by a rename and then a removal: between the two a directory of another name is there.
    desk.wait_for_files(
        "secrets/team",
        &["breaks/.signet.json", "breaks/k", "stays/.signet.json", "stays/k"],
    );
    let now = fs::metadata(desk.path("secrets/team/stays/k"))
        .expect("metadata")
        .modified()
        .expect("a time");
    assert_eq!(now, changed, "an unchanged Secret is not written");
}

#[test]
fn a_secret_without_owner_outlives_its_manifest() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.seal("a.yaml", &without_owner(secret("team", "a", &[("k", "a")])));
    desk.seal("b.yaml", &secret("team", "b", &[("k", "b")]));
    desk.wait_for_file("secrets/team/a/k", "a");
    desk.wait_for_file("secrets/team/b/k", "b");
    desk.remove("manifests/a.yaml");
    desk.remove("manifests/b.yaml");
    desk.wait_for_absence("secrets/team/b");
    assert_eq!(desk.read("secrets/team/a/k").as_deref(), Some(&b"a"[..]));
}

#[test]
fn failures_of_the_file_system_are_retried() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.write("secrets/team", "in the way");
    desk.seal("a.yaml", &secret("team", "a", &[("k", "a")]));
    let line = desk.wait_for("team", "a", "ApiError");
    assert!(
        line["message"]
            .as_str()
            .is_some_and(|message| message.contains("is not a directory")),
        "{line}"
    );
    desk.remove("secrets/team");
    desk.wait_for_file("secrets/team/a/k", "a");
    desk.wait_for("team", "a", "Unsealed");
}

#[test]
fn the_status_file_tells_all() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.seal("a.yaml", &secret("team", "a", &[("k", "a")]));
    desk.write("manifests/b.yaml", "kind: SealedSecret\n\"\n");
    desk.wait_for("team", "a", "Unsealed");
    crate::desk::wait("the status file", || {
        let status = desk.status_file();
        status["objects"][0]["conditions"][1]["reason"] == "Unsealed" && status["faults"][0]["file"] == "b.yaml"
    });
    let status = desk.status_file();
    assert_eq!(status["objects"].as_array().map(Vec::len), Some(1));
    let object = &status["objects"][0];
    assert_eq!((&object["namespace"], &object["name"]), (&"team".into(), &"a".into()));
    let synced = &object["conditions"][0];
    assert_eq!((&synced["type"], &synced["status"]), (&"Synced".into(), &"True".into()));
    assert_eq!(object["conditions"][1]["type"], "Ready");
    assert_eq!(status["faults"][0]["line"], 2);
}

#[test]
fn health_certificate_and_readiness_are_served() {
    let desk = Desk::new();
    let controller = desk.start(&[]);
    assert_eq!(controller.get("/healthz").map(|(status, _)| status), Some(200));
    let (status, body) = controller.get("/v1/cert.pem").expect("an answer");
    assert_eq!((status, body.trim()), (200, desk.certificate().to_pem().trim()));
}

#[test]
fn nothing_hidden_and_nothing_outside_is_read() {
    let desk = Desk::new();
    let _controller = desk.start(&[]);
    desk.write(
        "outside/out.yaml",
        desk.sealed(&secret("team", "outside", &[("k", "v")])),
    );
    desk.seal(".git/hidden.yaml", &secret("team", "hidden", &[("k", "v")]));
    std::os::unix::fs::symlink("../outside", desk.path("manifests/link")).expect("a link");
    std::os::unix::fs::symlink("../outside/out.yaml", desk.path("manifests/link.yaml")).expect("a link");
    desk.seal("z.yaml", &secret("team", "seen", &[("k", "v")]));
    desk.wait_for_file("secrets/team/seen/k", "v");
    assert_eq!(desk.files("secrets/team"), ["seen/.signet.json", "seen/k"]);
}

#[test]
fn modes_of_existing_directories_are_the_administrators() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("secrets/team")).expect("a directory");
    for path in ["secrets", "secrets/team"] {
        fs::set_permissions(desk.path(path), Permissions::from_mode(0o750)).expect("chmod");
    }
    let _controller = desk.start(&[]);
    desk.seal("a.yaml", &secret("team", "a", &[("k", "a")]));
    desk.wait_for_file("secrets/team/a/k", "a");
    assert_eq!(
        (
            desk.mode("secrets"),
            desk.mode("secrets/team"),
            desk.mode("secrets/team/a")
        ),
        (0o750, 0o750, 0o700)
    );
}
