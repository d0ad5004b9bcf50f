//! Lists with commas between their items.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
};

/// The items of one argument. Where it is not UTF-8 there is no quoting.
pub(super) fn split(argument: &OsStr) -> Result<Vec<OsString>, String> {
    match argument.to_str() {
        Some(text) => Ok(split_text(text)?.into_iter().map(OsString::from).collect()),
        None => {
            let items = argument.as_bytes().split(|byte| *byte == b',');
            Ok(items.map(|item| OsStr::from_bytes(item).to_owned()).collect())
        }
    }
}

/// One line of CSV (RFC 4180) as Go's `encoding/csv` reads it; nothing at all is no item.
fn split_text(text: &str) -> Result<Vec<String>, String> {
    let mut items = Vec::new();
    let mut rest = text;
    while !rest.is_empty() || !items.is_empty() {
        let column = |left: &str| text.len() - left.len() + 1;
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_item(quoted).map_err(|left| {
                format!(
                    "parse error on line 1, column {}: extraneous or missing \" in quoted-field",
                    column(left)
                )
            })?,
            None => {
                let (item, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                if let Some(quote) = item.find('"') {
                    let column = column(&rest[quote..]);
                    return Err(format!(
                        "parse error on line 1, column {column}: bare \" in non-quoted-field"
                    ));
                }
                (item.to_owned(), after)
            }
        };
        items.push(item);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    Ok(items)
}

/// The item behind an opening quote, and what follows it; or where it goes wrong.
fn quoted_item(quoted: &str) -> Result<(String, &str), &str> {
    let mut item = String::new();
    let mut left = quoted;
    loop {
        let (part, after) = left.split_once('"').ok_or("")?;
        item.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                item.push('"');
                left = more;
            }
            None if after.is_empty() || after.starts_with(',') => return Ok((item, after)),
            None => return Err(&left[part.len()..]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_split_too() {
        let items = split(OsStr::from_bytes(b"a\xff,b")).ok();
        assert_eq!(items, Some(vec![OsStr::from_bytes(b"a\xff").to_owned(), "b".into()]));
        assert_eq!(split(OsStr::new("")), Ok(Vec::new()));
    }
}
