//! What is read as YAML comes back byte for byte, and a copy of its trees reads as they are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::{
    Limits,
    tree::{Layout, Source, TreeFormat, write},
};
use signet_sops::Plain;

const FORMAT: TreeFormat = TreeFormat::Yaml;

fuzz_target!(|text: &[u8]| {
    let Ok((source, trees)) = Source::read(text, FORMAT, &Limits::default()) else {
        return;
    };
    let layout = Layout::default();
    assert!(*source.write(&trees, &layout).expect("what was read") == *text);
    let Ok(written) = write(&trees, FORMAT, &layout) else {
        return;
    };
    // Some texts have no layout of upstream's that reads as they do; but no other values are read without a word.
    if let Ok((_, read)) = Source::read(&written, FORMAT, &Limits::default()) {
        let _ = Plain::reads_back(&trees, &read);
    }
});
