use super::{Branch, Comment, Entry, Pair, Tree, text::text};

/// Where a tree of a format that has texts alone differs from the one that was to be written: the keys from the top. Comments count only
/// where they must be kept.
pub(super) fn difference(wanted: &Tree, found: &Tree, with_comments: bool) -> Option<String> {
    let mut found = shown(found, with_comments);
    for entry in shown(wanted, with_comments) {
        let path = match (entry, found.next()) {
            (Entry::Comment(wanted), Some(Entry::Comment(found))) => in_comment(wanted, found),
            (Entry::Pair(wanted), Some(Entry::Pair(found))) => in_pair(wanted, found, with_comments),
            (Entry::Pair(wanted), _) => Some(wanted.key.to_string()),
            (Entry::Comment(_), _) => Some("#".to_owned()),
        };
        if path.is_some() {
            return path;
        }
    }
    found.next().map(|entry| match entry {
        Entry::Pair(pair) => pair.key.to_string(),
        Entry::Comment(_) => "#".to_owned(),
    })
}

fn shown(tree: &Tree, with_comments: bool) -> impl Iterator<Item = &Entry> {
    let is_shown = move |entry: &&Entry| with_comments || matches!(entry, Entry::Pair(_));
    tree.entries.iter().filter(is_shown)
}

fn in_comment(wanted: &Comment, found: &Comment) -> Option<String> {
    (wanted.text() != found.text()).then(|| "#".to_owned())
}

fn in_pair(wanted: &Pair, found: &Pair, with_comments: bool) -> Option<String> {
    let is_same = match (&wanted.value, &found.value) {
        _ if wanted.key != found.key => false,
        (Branch::Mapping(one), Branch::Mapping(other)) => {
            let inner = difference(one, other, with_comments)?;
            return Some(format!("{}.{inner}", wanted.key));
        }
        (Branch::Leaf(one), Branch::Leaf(other)) => text(one.scalar()) == text(other.scalar()),
        _ => false,
    };
    (!is_same).then(|| wanted.key.to_string())
}
