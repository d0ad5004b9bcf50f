//! What is read as dotenv comes back byte for byte, also after metadata came and went.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::{
    Limits,
    tree::{Entry, Layout, Scalar, Source, Tree, TreeFormat},
};

const FORMAT: TreeFormat = TreeFormat::Dotenv;

fuzz_target!(|text: &[u8]| {
    let Ok((source, mut trees)) = Source::read(text, FORMAT, &Limits::default()) else {
        return;
    };
    let layout = Layout::default();
    assert!(*source.write(&trees, &layout).expect("what was read") == *text);
    let Some(tree) = trees.first_mut() else { return };
    if tree.pairs().any(|pair| pair.key.starts_with("sops")) {
        return;
    }
    push(tree);
    let Ok(with) = source.write(&trees, &layout) else {
        return;
    };
    let (source, mut trees) = Source::read(&with, FORMAT, &Limits::default()).expect("what was written");
    let Some(tree) = trees.first_mut() else { return };
    let before = tree.entries.len();
    tree.entries
        .retain(|entry| !matches!(entry, Entry::Pair(pair) if pair.key.starts_with("sops")));
    assert_eq!(tree.entries.len() + 1, before);
    let without = source.write(&trees, &layout).expect("what was read");
    assert!(*without == *text);
});

fn push(tree: &mut Tree) {
    tree.push("sops_mac", Scalar::text("ENC[x]"));
}
