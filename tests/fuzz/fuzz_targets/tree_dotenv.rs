//! What is read as dotenv comes back byte for byte, also after metadata came and went.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::tree::TreeFormat;
use signet_fuzz::{read, with_metadata_come_and_gone};

const FORMAT: TreeFormat = TreeFormat::Dotenv;

fuzz_target!(|text: &[u8]| {
    let Some((source, trees)) = read(text, FORMAT) else {
        return;
    };
    if let Some(again) = with_metadata_come_and_gone(&source, trees, FORMAT) {
        assert!(again == text);
    }
});
