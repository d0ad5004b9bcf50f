//! What is read as YAML comes back byte for byte, also after metadata came and went; and a copy of its trees reads as they are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::tree::TreeFormat;
use signet_fuzz::{read, with_metadata_come_and_gone, written_and_read};
use signet_sops::Plain;

const FORMAT: TreeFormat = TreeFormat::Yaml;

fuzz_target!(|text: &[u8]| {
    let Some((source, trees)) = read(text, FORMAT) else {
        return;
    };
    // Some texts have no layout of upstream's that reads as they do; but no other values are read without a word.
    if let Some(read) = written_and_read(&trees, FORMAT) {
        assert!(Plain::reads_back(&trees, &read));
    }
    if let Some(again) = with_metadata_come_and_gone(&source, trees, FORMAT) {
        // A last line gets a line break; a block that had none says so from then on, by its `-`.
        let is_open = || !text.ends_with(b"\n") && without_signs(&again) == without_signs(text);
        assert!(again == text || is_open());
    }
});

fn without_signs(text: &[u8]) -> Vec<u8> {
    let is_sign = |byte: &u8| matches!(byte, b'+' | b'-');
    text.trim_ascii_end().iter().copied().filter(|byte| !is_sign(byte)).collect()
}
