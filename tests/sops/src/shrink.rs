use crate::{Complaint, Desk, Document, Entry, Fault, Format, Kind};

/// A smaller document with a complaint of the same kind: items are left out, then lines, halves first, as long as the
/// complaint stays.
///
/// # Errors
///
/// If a program cannot be run at all.
pub fn shrink(
    desk: &Desk,
    document: Document,
    number: u64,
    complaint: Complaint,
) -> Result<(Document, Complaint), Fault> {
    // What makes a document a bad one may not be left out.
    if complaint.kind == Kind::Generator {
        return Ok((document, complaint));
    }
    let (document, complaint) = parts_left_out(desk, document, number, complaint)?;
    parts_left_out(desk, in_lines(document), number, complaint)
}

fn parts_left_out(
    desk: &Desk,
    document: Document,
    number: u64,
    complaint: Complaint,
) -> Result<(Document, Complaint), Fault> {
    let mut least = (document, complaint);
    let mut part = least.0.entries.len().div_ceil(2);
    while part > 0 {
        let mut start = 0;
        while start < least.0.entries.len() {
            let smaller = without(&least.0, start, part);
            match desk.cross(&smaller, number)? {
                Some(complaint) if complaint.kind == least.1.kind => least = (smaller, complaint),
                _ => start += part,
            }
        }
        part /= 2;
    }
    Ok(least)
}

/// Each line as a part of its own, where lines are what a document is of.
fn in_lines(mut document: Document) -> Document {
    if matches!(document.format, Format::Yaml | Format::Dotenv | Format::Ini) {
        let entries = document.entries.iter();
        let lines = entries.flat_map(|entry| entry.text.split_inclusive(|&byte| byte == b'\n'));
        document.entries = lines.map(|line| Entry::new(line, 0)).collect();
    }
    document
}

fn without(document: &Document, start: usize, count: usize) -> Document {
    let mut smaller = document.clone();
    let end = (start + count).min(smaller.entries.len());
    smaller.entries.drain(start..end);
    smaller
}
