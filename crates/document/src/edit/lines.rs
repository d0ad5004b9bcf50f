//! Lines of a text, whichever way they end.

/// The start of the line that `offset` is in.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind(BREAKS).map_or(0, |at| at + 1)
}

/// The end of the line that `offset` is in, before its line break.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let behind = text.get(offset..).unwrap_or_default();
    behind.find(BREAKS).map_or(text.len(), |at| offset + at)
}

/// The start of the line behind the one that `offset` is in.
pub(super) fn next_line(text: &str, offset: usize) -> usize {
    let end = line_end(text, offset);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(!rest.is_empty())
    }
}

/// The start of the line before the one that starts at `start`.
pub(super) fn previous_line(text: &str, start: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let before = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(BREAKS))?;
    Some(line_start(text, before.len()))
}

/// The line that `offset` is in, without its line break.
pub(super) fn line(text: &str, offset: usize) -> &str {
    text.get(line_start(text, offset)..line_end(text, offset))
        .unwrap_or_default()
}

/// Characters on the line before `offset`.
pub(super) fn column(text: &str, offset: usize) -> usize {
    let before = text.get(line_start(text, offset)..offset).unwrap_or_default();
    before.trim_start_matches(BYTE_ORDER_MARK).chars().count()
}

/// Whether nothing but blanks stands before `offset` on its line.
pub(super) fn is_first(text: &str, offset: usize) -> bool {
    let before = text.get(line_start(text, offset)..offset).unwrap_or_default();
    before
        .trim_start_matches(BYTE_ORDER_MARK)
        .trim_matches(BLANKS)
        .is_empty()
}

/// Whether nothing but blanks and a comment stands behind `offset` on its line.
pub(super) fn is_last(text: &str, offset: usize) -> bool {
    let behind = text.get(offset..line_end(text, offset)).unwrap_or_default();
    let trimmed = behind.trim_start_matches(BLANKS);
    trimmed.is_empty() || (trimmed.starts_with('#') && trimmed.len() < behind.len())
}

/// The next place from `offset` on that is neither blank nor comment.
pub(super) fn skip_blanks(text: &str, offset: usize) -> usize {
    let mut at = offset;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches(SPACE).len();
        let separated = blanks > 0 || at == 0 || is_first(text, at);
        at += blanks;
        if separated && text.get(at..).is_some_and(|rest| rest.starts_with('#')) {
            at = line_end(text, at);
        } else {
            return at;
        }
    }
}

/// The place behind what stands before `offset` on its line, blanks left out.
pub(super) fn trim_end(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().trim_end_matches(BLANKS).len()
}

/// How the line that `offset` is in ends; the last line as the first one does.
pub(super) fn line_break(text: &str, offset: usize) -> &'static str {
    let of = |offset| text.get(line_end(text, offset)..next_line(text, offset));
    match of(offset).filter(|found| !found.is_empty()).or_else(|| of(0)) {
        Some("\r\n") => "\r\n",
        Some("\r") => "\r",
        _ => "\n",
    }
}

const BLANKS: [char; 2] = [' ', '\t'];
const BREAKS: [char; 2] = ['\n', '\r'];
const BYTE_ORDER_MARK: char = '\u{feff}';
const SPACE: [char; 5] = [' ', '\t', '\n', '\r', BYTE_ORDER_MARK];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end() {
        for (text, lines) in [
            ("a\r\nbc\r\n", [0, 3, 7]),
            ("a\nbc\n", [0, 2, 5]),
            ("a\rbc\r", [0, 2, 5]),
        ] {
            let [first, second, third] = lines;
            assert_eq!(
                (line_start(text, second + 1), line_end(text, second)),
                (second, second + 2),
                "{text:?}"
            );
            assert_eq!(
                (next_line(text, first), next_line(text, second)),
                (second, third),
                "{text:?}"
            );
            assert_eq!(
                (previous_line(text, third), previous_line(text, first)),
                (Some(second), None),
                "{text:?}"
            );
            assert_eq!(
                (line(text, second + 1), column(text, second + 1)),
                ("bc", 1),
                "{text:?}"
            );
            let found = line_break(text, third);
            assert_eq!(text.get(1..1 + found.len()), Some(found));
        }
        assert_eq!(
            (line_break("a", 1), line_break("", 0), line_break("a\n\r\n", 2)),
            ("\n", "\n", "\r\n")
        );
    }

    #[test]
    fn a_comment_starts_behind_a_blank_only() {
        for (text, at) in [("# c\n  x", 6), (" # c\r\n\r\n#d\r\nx", 12), ("x # c", 0), ("#", 1)] {
            assert_eq!(skip_blanks(text, 0), at, "{text:?}");
        }
        assert_eq!(skip_blanks("&a#b", 2), 2);
        assert!(is_last("a # c", 1) && is_last("a ", 1) && is_last("a", 1) && !is_last("a#c", 1) && !is_last("a b", 1));
        assert!(is_first("a\n\t b", 4) && is_first("\u{feff} a", 4) && !is_first("- a", 2));
    }
}
