use crate::Position;

/// What to try about a text that is wrong at `position`.
pub(crate) fn about(text: &str, position: Position) -> Option<&'static str> {
    let line = text.lines().nth(position.line.saturating_sub(1)).unwrap_or_default();
    if text.lines().any(is_conflict_marker) {
        Some("resolve the merge conflict: remove the lines <<<<<<<, ======= and >>>>>>>")
    } else if line.contains("{{") {
        Some(TEMPLATE)
    } else if line.trim_start_matches(' ').starts_with('\t') {
        Some(TABS)
    } else {
        None
    }
}

fn is_conflict_marker(line: &str) -> bool {
    line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")
}

pub(crate) const TEMPLATE: &str = "put a template in quotes: \"{{ … }}\"";

pub(crate) const TABS: &str = "indent with spaces, not with tabs";
