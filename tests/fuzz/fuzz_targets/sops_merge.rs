//! Three versions of a document merge without a panic; a version that did not change takes what the other has, and keeps what it has itself
//! where the other did not change.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use signet_document::{
    Limits,
    tree::{Branch, Layout, Pair, Source, Tree, TreeFormat},
};
use signet_fuzz::{read, sorted};
use signet_sops::{Plain, merge};

// The versions stand behind each other, with a line between two.
fuzz_target!(|text: &str| {
    let mut versions = text.splitn(3, SEPARATOR);
    let [base, ours, theirs] = [(); 3].map(|()| versions.next().unwrap_or_default());
    if [base, ours, theirs].iter().any(|text| trees(text).is_none()) {
        return;
    }
    merges(base, ours, theirs);
    for version in [base, ours, theirs] {
        assert!(merges(version, version, version));
        stays(base, version);
        becomes(base, version);
    }
});

/// Whether they merge without a conflict. What came out reads back where the text says that it does.
fn merges(base: &str, ours: &str, theirs: &str) -> bool {
    let [Some((source, mut own)), Some((_, base)), Some((_, theirs))] = [ours, base, theirs].map(trees) else {
        return true;
    };
    let conflicts = merge(&base, &mut own, theirs);
    if !source.may_read_otherwise(&own)
        && let Ok(written) = source.write(&own, &Layout::default())
    {
        let (_, again) = Source::read(&written, FORMAT, &Limits::default()).expect("what was written");
        assert!(Plain::reads_back(&own, &again));
    }
    conflicts.is_empty()
}

/// Theirs changed nothing: ours stays byte for byte.
fn stays(base: &str, ours: &str) {
    let [Some((source, mut own)), Some((_, before)), Some((_, theirs))] = [ours, base, base].map(trees) else {
        return;
    };
    let is_same_number = own.len() == theirs.len();
    let conflicts = merge(&before, &mut own, theirs);
    assert_eq!(conflicts.is_empty(), is_same_number);
    let text = source.write(&own, &Layout::default()).expect("what was read");
    assert!(*text == *ours.as_bytes());
}

/// Ours changed nothing: it gets the values of theirs.
fn becomes(base: &str, theirs: &str) {
    let [
        Some((_, mut own)),
        Some((_, before)),
        Some((_, theirs)),
        Some((_, mut expected)),
    ] = [base, base, theirs, theirs].map(trees)
    else {
        return;
    };
    if own.len() != expected.len() {
        return;
    }
    let conflicts = merge(&before, &mut own, theirs);
    // Who changed a mapping in which a key stands twice is not merged.
    if has_repeated_keys(&own) || has_repeated_keys(&expected) {
        return;
    }
    assert!(conflicts.is_empty());
    sorted(&mut own);
    sorted(&mut expected);
    assert!(Plain::reads_back(&own, &expected));
}

fn has_repeated_keys(trees: &[Tree]) -> bool {
    trees.iter().any(|tree| {
        let mut known = HashSet::new();
        let is_repeated = |pair: &Pair| !known.insert(pair.key.clone()) || branch_has_repeated_keys(&pair.value);
        tree.pairs().any(is_repeated)
    })
}

fn branch_has_repeated_keys(branch: &Branch) -> bool {
    match branch {
        Branch::Mapping(tree) => has_repeated_keys(std::slice::from_ref(tree)),
        _ => false,
    }
}

fn trees(text: &str) -> Option<(Source, Vec<Tree>)> {
    read(text.as_bytes(), FORMAT)
}

const FORMAT: TreeFormat = TreeFormat::Yaml;
const SEPARATOR: &str = "\n%%%\n";
