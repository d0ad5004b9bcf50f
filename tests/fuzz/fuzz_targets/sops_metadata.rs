//! Metadata of any form are read without a panic, and what was read is written so that it reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_document::{
    Limits,
    tree::{Layout, Source, TreeFormat, write},
};
use signet_sops::{Encrypted, Form};

fuzz_target!(|text: &[u8]| {
    for (format, form) in [
        (TreeFormat::Yaml, Form::Nested),
        (TreeFormat::Json, Form::Nested),
        (TreeFormat::Ini, Form::Section),
        (TreeFormat::Dotenv, Form::Prefixed),
    ] {
        let Ok((source, trees)) = Source::read(text, format, &Limits::default()) else {
            continue;
        };
        let Ok(encrypted) = Encrypted::read(trees, form) else {
            continue;
        };
        let metadata = encrypted.metadata.clone();
        // Groups without keys are not written, and metadata without keys not read.
        if metadata.key_groups.iter().any(|group| group.keys.is_empty()) {
            continue;
        }
        let Ok(trees) = encrypted.write(form) else { continue };
        let layout = Layout::default();
        let written = source.write(&trees, &layout).or_else(|_| write(&trees, format, &layout));
        let Ok(written) = written else { continue };
        let Ok((_, trees)) = Source::read(&written, format, &Limits::default()) else {
            continue;
        };
        let again = Encrypted::read(trees, form).map(|encrypted| encrypted.metadata);
        assert!(again.is_ok_and(|again| again == metadata), "{format:?}");
    }
});
