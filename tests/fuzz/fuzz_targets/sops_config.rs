//! No `.sops.yaml` and no path into a document makes a reader panic or run on; errors stand inside the text, and what a path sets is what it
//! finds and takes away.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use signet_document::tree::{Scalar, Tree};
use signet_sops::{TreePath, config::Config};

// The first line is the path of a file, and a path into a document; what follows is the configuration.
fuzz_target!(|text: &str| {
    let (path, config) = text.split_once('\n').unwrap_or((text, ""));
    rules(config, path);
    if let Ok(path) = TreePath::parse(path) {
        set_and_unset(&path);
    }
});

fn rules(text: &str, path: &str) {
    let lines = text.matches(['\n', '\r']).count() + 1;
    let Ok(config) = Config::read(text.as_bytes()) else {
        return;
    };
    for error in config.errors() {
        assert!(error.position().is_some_and(|position| position.line <= lines));
    }
    assert!(config.warnings().iter().all(|warning| warning.position.line <= lines));
    let _ = config.destination_rule(path);
    let Ok(Some(rule)) = config.creation_rule(path) else {
        return;
    };
    for group in rule.key_groups().unwrap_or_default() {
        assert!(rule.has_keys());
        let mut known = HashSet::new();
        assert!(group.iter().all(|key| known.insert(key)));
    }
}

fn set_and_unset(path: &TreePath) {
    let value = || Scalar::text("a").into();
    let mut tree = Tree::default();
    assert!(path.get(&tree).is_err());
    assert_eq!(path.set(&mut tree, value()), Ok(true));
    // Behind an index that is not 0 it is not where the path says, because a sequence has no holes.
    if path.get(&tree).is_ok() {
        assert_eq!(path.set(&mut tree, value()), Ok(false));
        assert_eq!(path.unset(&mut tree), Ok(()));
    }
    assert!(path.get(&tree).is_err());
}
