//! What is read as INI comes back byte for byte, also after metadata came and went.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::tree::TreeFormat;
use signet_fuzz::{read, with_metadata_come_and_gone};

const FORMAT: TreeFormat = TreeFormat::Ini;

fuzz_target!(|text: &[u8]| {
    let Some((source, trees)) = read(text, FORMAT) else {
        return;
    };
    if let Some(again) = with_metadata_come_and_gone(&source, trees, FORMAT) {
        // Three quotes at the very end are a value, and in any other place the start of one; a carriage return there becomes one with a line break.
        assert!(again == text || text.ends_with(b"\"\"\"") || text.ends_with(b"\r"));
    }
});
