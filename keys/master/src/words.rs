//! A command line split into words as by a shell that expands nothing (Go's `github.com/google/shlex`).

/// The words of a command line.
///
/// # Errors
/// [`SplitError`].
pub fn split(line: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => {}
            '#' => while characters.next().is_some_and(|character| character != '\n') {},
            first => words.push(word(first, &mut characters)?),
        }
    }
    Ok(words)
}

/// The word that starts with `first`; takes the blank behind it too.
fn word(first: char, rest: &mut impl Iterator<Item = char>) -> Result<String, SplitError> {
    let mut word = String::new();
    let mut next = Some(first);
    while let Some(character) = next {
        match character {
            ' ' | '\t' | '\r' | '\n' => break,
            '"' => double_quoted(rest, &mut word)?,
            '\'' => loop {
                match rest.next().ok_or(SplitError::Quote)? {
                    '\'' => break,
                    other => word.push(other),
                }
            },
            '\\' => word.push(rest.next().ok_or(SplitError::Escape)?),
            other => word.push(other),
        }
        next = rest.next();
    }
    Ok(word)
}

fn double_quoted(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), SplitError> {
    loop {
        match rest.next().ok_or(SplitError::Quote)? {
            '"' => return Ok(()),
            '\\' => word.push(rest.next().ok_or(SplitError::Escape)?),
            other => word.push(other),
        }
    }
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Nothing stands behind a `\\`.
    #[error("EOF found after escape character")]
    Escape,
    /// A quote does not end.
    #[error("EOF found when expecting closing quote")]
    Quote,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line() {
        for (line, expected) in [
            ("", &[][..]),
            (" \t\n", &[]),
            ("a b", &["a", "b"]),
            ("  a\tb\r\nc ", &["a", "b", "c"]),
            ("'a b' \"c d\"", &["a b", "c d"]),
            ("a'b c'd", &["ab cd"]),
            ("'' x", &["", "x"]),
            (r#""a\"b" 'c\d' e\ f"#, &["a\"b", r"c\d", "e f"]),
            ("a # b\nc", &["a", "c"]),
            ("a#b", &["a#b"]),
            ("$HOME `x` | y", &["$HOME", "`x`", "|", "y"]),
        ] {
            assert_eq!(
                split(line).as_deref(),
                Ok(&expected.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..]),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_not_closed_is_no_line() {
        for (line, error) in [
            ("\\", SplitError::Escape),
            ("a \\", SplitError::Escape),
            ("\"a\\", SplitError::Escape),
            ("\"a", SplitError::Quote),
            ("a 'b", SplitError::Quote),
            ("'\\", SplitError::Quote),
        ] {
            assert_eq!(split(line), Err(error), "{line}");
        }
    }
}
