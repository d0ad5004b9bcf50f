//! The differences that are meant: `differences.md`, under the rows of `docs/compatibility.md` that they stand for.

use std::collections::BTreeSet;

use crate::comparison::Difference;

/// A row of the page, by the text of its first column, and what differs because of it.
pub(crate) struct Row {
    pub(crate) title: &'static str,
    pub(crate) differences: Vec<Difference>,
}

/// All rows of the list.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut lines = include_str!("differences.md").lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            rows.push(Row {
                title,
                differences: Vec::new(),
            });
        } else if let Some(place) = line.strip_prefix("- ") {
            let starts = PARTS.iter().filter_map(|part| place.find(part)).min();
            let (situation, path) = place.split_at(starts.expect("SITUATION: PATH"));
            let mut value = |prefix: &str| {
                let line = lines.next().and_then(|line| line.strip_prefix(prefix));
                line.unwrap_or_else(|| panic!("{prefix:?} below {place:?}")).to_owned()
            };
            let row = rows.last_mut().expect("a row before its differences");
            row.differences.push(Difference {
                situation: situation.to_owned(),
                path: path.trim_start_matches(": ").to_owned(),
                theirs: value("  theirs: "),
                ours: value("  ours:   "),
            });
        }
    }
    rows
}

/// All differences of the list.
pub(crate) fn all() -> BTreeSet<Difference> {
    rows().into_iter().flat_map(|row| row.differences).collect()
}

/// Where the path starts.
const PARTS: [&str; 3] = [": secrets/", ": sealed/", ": events/"];

#[test]
fn every_row_is_one_of_the_page() {
    let page = include_str!("../../../../docs/compatibility.md");
    let titles: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .collect();
    for Row { title, differences } in rows() {
        assert!(titles.contains(title), "no row of the page: {title}");
        assert!(!differences.is_empty(), "{title}");
    }
}
