use serde_json::Value as Json;
use signet_document::{
    Limits,
    tree::{Layout, Source, TreeFormat, write},
};

use crate::shown;

/// What SOPS' own code made of a text.
pub(crate) struct Vector {
    pub(crate) text: String,
    /// The trees; none of a text that it refuses.
    pub(crate) trees: Option<Json>,
    /// The trees as it writes them.
    pub(crate) written: Option<String>,
}

pub(crate) fn read(file: &str) -> Vec<Vector> {
    let vectors: Vec<Json> = serde_json::from_str(file).unwrap();
    let vectors = vectors.into_iter().map(|vector| Vector {
        text: vector["text"].as_str().unwrap().to_owned(),
        trees: vector.get("trees").cloned(),
        written: vector.get("written").map(|text| text.as_str().unwrap().to_owned()),
    });
    vectors.collect()
}

/// Every text is read as SOPS reads it, but for those that are known to differ.
pub(crate) fn check_reading(file: &str, format: TreeFormat, differs: impl Fn(&str) -> bool) {
    for vector in read(file) {
        let read = Source::read(vector.text.as_bytes(), format, &Limits::default());
        let ours = read.as_ref().ok().map(|(_, trees)| shown::trees(trees));
        if differs(&vector.text) {
            assert_ne!(ours, vector.trees, "no difference any more: {:?}", vector.text);
            continue;
        }
        let why = read.err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(ours, vector.trees, "{why}: {:?}", vector.text);
    }
}

/// Every text that is accepted is written byte for byte when nothing was changed.
pub(crate) fn check_keeping(file: &str, format: TreeFormat) {
    for vector in read(file) {
        if let Ok((source, trees)) = Source::read(vector.text.as_bytes(), format, &Limits::default()) {
            let text = source.write(&trees, &Layout::default()).unwrap();
            assert_eq!(String::from_utf8_lossy(&text), vector.text);
        }
    }
}

/// Trees are written as SOPS writes them, but for texts that are known to differ.
pub(crate) fn check_writing(file: &str, format: TreeFormat, differs: impl Fn(&str) -> bool) {
    let mut count = 0;
    for vector in read(file) {
        let Some(written) = vector.written.filter(|_| !differs(&vector.text)) else {
            continue;
        };
        let (_, trees) = Source::read(vector.text.as_bytes(), format, &Limits::default()).unwrap();
        let ours = write(&trees, format, &Layout::default()).unwrap();
        assert_eq!(String::from_utf8_lossy(&ours), written, "{:?}", vector.text);
        count += 1;
    }
    assert!(count > 10, "only {count} texts were compared");
}
