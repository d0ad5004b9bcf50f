//! The arrows between the crates, what the pure ones may reach, and what nobody may.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on is a failed test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every arrow that ARCHITECTURE.md draws: a package and those of ours that it may depend on.
const ARROWS: [(&str, &[&str]); 11] = [
    ("signet-plaintext", &[]),
    ("signet-regex", &[]),
    ("signet-gotemplate", &["signet-plaintext", "signet-regex"]),
    ("signet-document", &["signet-plaintext"]),
    ("signet-api", &["signet-document", "signet-plaintext"]),
    ("signet-sealing-keys", &["signet-api", "signet-plaintext"]),
    (
        "signet-seal",
        &[
            "signet-api",
            "signet-gotemplate",
            "signet-plaintext",
            "signet-sealing-keys",
        ],
    ),
    ("signet-sops", &["signet-document", "signet-plaintext", "signet-regex"]),
    (
        "signet-master-keys",
        &["signet-document", "signet-plaintext", "signet-sops"],
    ),
    ("signet", &CLI),
    ("signet-controller", &PURE),
];

/// Values in, values out.
const PURE: [&str; 8] = [
    "signet-plaintext",
    "signet-regex",
    "signet-gotemplate",
    "signet-document",
    "signet-api",
    "signet-sealing-keys",
    "signet-seal",
    "signet-sops",
];

/// What the command line may depend on: the pure ones, and the master keys of SOPS.
const CLI: [&str; 9] = [
    "signet-plaintext",
    "signet-regex",
    "signet-gotemplate",
    "signet-document",
    "signet-api",
    "signet-sealing-keys",
    "signet-seal",
    "signet-sops",
    "signet-master-keys",
];

/// What a pure crate would need for an effect.
const EFFECTS: [&str; 8] = [
    "tokio",
    "mio",
    "hyper",
    "reqwest",
    "rustix",
    "socket2",
    "kube-client",
    "tempfile",
];

/// Second C libraries, unmaintained YAML.
const BANNED: [&str; 6] = [
    "ring",
    "openssl",
    "openssl-sys",
    "native-tls",
    "serde_yaml",
    "unsafe-libyaml",
];

fn metadata() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .features(CargoOpt::SomeFeatures(Vec::new()))
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("cargo metadata")
}

/// For each package, what it depends on in normal use.
fn normal_dependencies(metadata: &Metadata) -> BTreeMap<&PackageId, Vec<&PackageId>> {
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let is_normal =
        |kinds: &[cargo_metadata::DepKindInfo]| kinds.iter().any(|info| info.kind == DependencyKind::Normal);
    resolve
        .nodes
        .iter()
        .map(|node| {
            (
                &node.id,
                node.deps
                    .iter()
                    .filter(|dep| is_normal(&dep.dep_kinds))
                    .map(|dep| &dep.pkg)
                    .collect(),
            )
        })
        .collect()
}

/// The names of all packages that are built into `package` when it is built alone: in the graph of the whole workspace, it would
/// have the features that others ask for.
fn reached(package: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "tree",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
            package,
        ])
        .output()
        .expect("cargo tree");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let lines = String::from_utf8(tree.stdout).expect("text");
    lines
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

fn find<'a>(metadata: &'a Metadata, name: &str) -> &'a cargo_metadata::Package {
    metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name == name)
        .expect("a package of the workspace")
}

#[test]
fn no_arrow_but_those_drawn() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let graph = normal_dependencies(&metadata);
    for (name, allowed) in ARROWS {
        let found = graph[&find(&metadata, name).id]
            .iter()
            .map(|id| metadata[*id].name.as_str());
        for dependency in found.filter(|dependency| ours.contains(dependency)) {
            assert!(allowed.contains(&dependency), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn every_member_is_drawn() {
    let metadata = metadata();
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let page = include_str!("../../../ARCHITECTURE.md");
    for package in metadata.workspace_packages() {
        let folder = package.manifest_path.parent().expect("a folder");
        let folder = folder
            .strip_prefix(&metadata.workspace_root)
            .expect("inside the workspace");
        let is_test = folder.starts_with("tests");
        assert!(
            is_test || drawn.contains(package.name.as_str()),
            "{} has no arrows in this test",
            package.name
        );
        let room = folder.file_name().expect("a name");
        assert!(
            page.contains(&format!("{room}/")),
            "ARCHITECTURE.md does not name {folder}"
        );
    }
}

#[test]
fn pure_crates_reach_no_effects() {
    for name in PURE {
        let reached = reached(name);
        assert!(reached.len() > 1, "{name}: this is not its graph");
        for effect in EFFECTS {
            assert!(!reached.contains(effect), "{name} reaches {effect}");
        }
    }
}

#[test]
fn nothing_reaches_what_is_banned() {
    for name in ["signet", "signet-controller", "signet-master-keys"] {
        let reached = reached(name);
        assert!(reached.contains("aws-lc-rs"), "{name}: this is not its graph");
        for banned in BANNED {
            assert!(!reached.contains(banned), "{name} reaches {banned}");
        }
    }
}

/// The `rsa` crate is not in constant time (RUSTSEC-2023-0071). age needs it for SSH keys and Sequoia for OpenPGP, with which `keys/master` unwraps
/// the key of a file at hand, on the user's own computer. The controller answers over a network.
#[test]
fn rsa_in_variable_time_is_for_master_keys_only() {
    let metadata = metadata();
    for (package, dependencies) in normal_dependencies(&metadata) {
        let name = metadata[package].name.as_str();
        let has_rsa = dependencies
            .iter()
            .any(|dependency| metadata[*dependency].name == "rsa");
        assert!(
            !has_rsa || matches!(name, "age" | "sequoia-openpgp"),
            "{name} depends on rsa"
        );
    }
    assert!(
        reached("signet-master-keys").contains("rsa"),
        "SSH and OpenPGP keys of RSA are gone"
    );
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        if !matches!(name, "signet" | "signet-master-keys") {
            assert!(!reached(name).contains("rsa"), "{name} reaches rsa");
        }
    }
}
