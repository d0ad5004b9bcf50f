use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::Seen;

/// What a run has left.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; none where it was ended for taking too long.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Seen,
    /// Standard error.
    pub stderr: String,
    /// The files of its folder: type and mode, and what is in them.
    pub files: BTreeMap<String, (u32, Seen)>,
}

impl Outcome {
    pub(crate) fn files(folder: &Path) -> BTreeMap<String, (u32, Seen)> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let text = if metadata.is_file() {
                fs::read(&path).unwrap()
            } else {
                Vec::new()
            };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.insert(draft_name(&name), (metadata.permissions().mode(), Seen::of(&text)));
        }
        files
    }
}

/// A temporary file of the real one has a random number at its end: `.sealed.json123`.
fn draft_name(name: &str) -> String {
    if !name.starts_with('.') {
        return name.to_owned();
    }
    format!(
        "{}#",
        name.trim_end_matches(|character: char| character.is_ascii_digit())
    )
}
