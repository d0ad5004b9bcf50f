use std::ops::Range;

use zeroize::Zeroizing;

/// A value that was read, and what stands behind it.
pub(super) struct Value {
    pub(super) text: Zeroizing<String>,
    /// Where it stands, with its quotes.
    pub(super) range: Range<usize>,
    /// The comment behind it.
    pub(super) comment: Option<Range<usize>>,
    /// The end of the last line that was read, behind its line break.
    pub(super) end: usize,
}

/// The end of the line that an offset stands in, behind its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |length| at + length + 1)
}

/// A range without the blanks at its ends; where there is nothing else, what is before the line break.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let line = text.get(range.clone()).unwrap_or_default();
    let start = match line.trim_start() {
        "" => range.start + content(line).len(),
        rest => range.end - rest.len(),
    };
    start..start + line.trim().len()
}

/// A line without its line break.
pub(super) fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Reads a value that starts at an offset, as far as it goes over lines (ini.v1 `readValue`). Nothing comes of quotes that do not close.
pub(super) fn read(text: &str, at: usize) -> Option<Value> {
    let end = line_end(text, at);
    let range = trimmed(text, at..end);
    // With its line break, which is part of what upstream looks at.
    let line = text.get(range.start..end).unwrap_or_default();
    let quote = match line {
        _ if line.len() > 3 && line.starts_with("\"\"\"") => "\"\"\"",
        _ if line.starts_with('`') => "`",
        _ => return plain(text, range, end),
    };
    let inner = range.start + quote.len();
    let rest = text.get(inner..end).unwrap_or_default();
    match rest.rfind(quote) {
        Some(length) => Some(Value {
            text: Zeroizing::new(rest.get(..length).unwrap_or_default().to_owned()),
            range: range.start..inner + length + quote.len(),
            comment: None,
            end,
        }),
        None => quoted_lines(text, range.start, end, quote),
    }
}

/// A value in quotes that do not close on its first line (ini.v1 `readMultilines`).
fn quoted_lines(text: &str, start: usize, first_end: usize, quote: &str) -> Option<Value> {
    let mut at = first_end;
    loop {
        let end = line_end(text, at);
        let line = text.get(at..end)?;
        let close = line.rfind(quote).filter(|close| {
            let behind = line.get(close + quote.len()..).unwrap_or_default();
            !behind.trim().ends_with('\\')
        });
        if let Some(close) = close {
            let behind = line.get(close..).unwrap_or_default();
            let comment = behind.find(['#', ';']).map(|comment| at + close + comment..end);
            return Some(Value {
                text: Zeroizing::new(text.get(start + quote.len()..at + close)?.to_owned()),
                range: start..at + close + quote.len(),
                comment: comment.map(|comment| trimmed(text, comment)),
                end,
            });
        }
        // The last line has no line break behind it, and may be empty.
        if !line.ends_with('\n') {
            return None;
        }
        at = end;
    }
}

/// A value without such quotes; `range` is without the blanks around it.
fn plain(text: &str, range: Range<usize>, end: usize) -> Option<Value> {
    let line = text.get(range.clone())?;
    if let Some(first) = line.strip_suffix('\\') {
        return Some(continued(text, first, range.start, end));
    }
    let comment = line.find(['#', ';']).map(|length| range.start + length..range.end);
    let value = comment
        .as_ref()
        .map_or(range.clone(), |comment| trimmed(text, range.start..comment.start));
    // Nothing before a comment: the blanks are all behind it.
    let value = if value.is_empty() {
        range.start..range.start
    } else {
        value
    };
    let raw = text.get(value.clone())?;
    let inner = ['\'', '"'].into_iter().find_map(|quote| {
        let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then_some(inner)
    });
    Some(Value {
        text: Zeroizing::new(inner.unwrap_or(raw).to_owned()),
        range: value,
        comment,
        end,
    })
}

/// A value whose lines end with backslashes (ini.v1 `readContinuationLines`).
fn continued(text: &str, first: &str, start: usize, first_end: usize) -> Value {
    let (mut end, mut pieces) = (first_end, vec![first]);
    let mut last = start + first.len() + 1;
    while end < text.len() {
        let range = trimmed(text, end..line_end(text, end));
        let line = text.get(range.clone()).unwrap_or_default();
        if line.is_empty() {
            break;
        }
        end = line_end(text, end);
        last = range.end;
        let more = line.strip_suffix('\\');
        pieces.push(more.unwrap_or(line));
        if more.is_none() {
            break;
        }
    }
    Value {
        text: Zeroizing::new(pieces.concat()),
        range: start..last,
        comment: None,
        end,
    }
}
