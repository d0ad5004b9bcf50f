//! Slash-separated paths (Go's package path, and path/filepath where the separator is a slash).

/// The shortest path that means the same, by its letters alone.
pub(super) fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|&byte| byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if rooted => {}
            _ => kept.push(element),
        }
    }
    let joined = kept.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

/// The last element: `.` of an empty path, `/` of slashes alone.
pub(super) fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let Some(end) = path.iter().rposition(|&byte| byte != b'/') else {
        return b"/";
    };
    let path = &path[..=end];
    path.iter()
        .rposition(|&byte| byte == b'/')
        .map_or(path, |slash| &path[slash + 1..])
}

/// All but the last element, cleaned.
pub(super) fn directory(path: &[u8]) -> Vec<u8> {
    clean(
        path.iter()
            .rposition(|&byte| byte == b'/')
            .map_or(b"".as_slice(), |slash| &path[..=slash]),
    )
}

/// The last element from its last dot on.
pub(super) fn extension(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| matches!(byte, b'.' | b'/')) {
        Some(at) if path[at] == b'.' => &path[at..],
        _ => b"",
    }
}

/// Whether it starts at the root.
pub(super) fn is_absolute(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_by_their_letters() {
        for (path, expected) in [
            ("", "."),
            ("/", "/"),
            ("//a//", "/a"),
            ("../../a", "../../a"),
            ("/../a", "/a"),
            ("a/../..", ".."),
            ("a/./b/../c", "a/c"),
            ("./..", ".."),
            ("...", "..."),
        ] {
            assert_eq!(clean(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }

    #[test]
    fn parts_of_a_path() {
        for (path, last, parent, suffix) in [
            ("a//", "a", "a", ""),
            ("///", "/", "/", ""),
            ("/.x", ".x", "/", ".x"),
            ("a.b/c", "c", "a.b", ""),
            ("", ".", ".", ""),
        ] {
            let bytes = path.as_bytes();
            assert_eq!(
                (base(bytes), directory(bytes).as_slice(), extension(bytes)),
                (last.as_bytes(), parent.as_bytes(), suffix.as_bytes()),
                "{path}"
            );
        }
    }
}
