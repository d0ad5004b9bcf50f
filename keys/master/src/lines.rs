//! Text in lines of a width (what Go's `github.com/mitchellh/go-wordwrap` makes of it).

/// Breaks lines at blanks so that they have no more than `width` characters, as far as words allow.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut lines = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            lines.push('\n');
        }
        wrap_line(line, width, &mut lines);
    }
    lines
}

fn wrap_line(line: &str, width: usize, lines: &mut String) {
    let mut written = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let (blanks, behind) = rest.split_at(rest.find(|character| !is_blank(character)).unwrap_or(rest.len()));
        let (word, behind) = behind.split_at(behind.find(is_blank).unwrap_or(behind.len()));
        let (gap, length) = (blanks.chars().count(), word.chars().count());
        if word.is_empty() {
            // Blanks at the end stay where there is room.
            if written + gap <= width {
                lines.push_str(blanks);
            }
        } else if breaks(written + gap, length, width) {
            lines.push('\n');
            lines.push_str(word);
            written = length;
        } else {
            lines.push_str(blanks);
            lines.push_str(word);
            written += gap + length;
        }
        rest = behind;
    }
}

/// Whether a word goes to the next line. One that is as long as a line stays, unless so little of it fits that it does not matter.
fn breaks(before: usize, length: usize, width: usize) -> bool {
    // Upstream decides at each character, and no longer once the word has the width of a line.
    before + length.min(width.saturating_sub(1)) > width
}

/// A no-break space is none.
fn is_blank(character: char) -> bool {
    character.is_whitespace() && character != '\u{A0}'
}
