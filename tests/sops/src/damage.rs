//! Encrypted files that somebody has changed.

use crate::random::Random;

/// The file with one change, for every third number; or none where there is nothing to change.
pub(crate) fn damaged(encrypted: &[u8], number: u64) -> Option<Vec<u8>> {
    if !number.is_multiple_of(3) {
        return None;
    }
    let mut random = Random::new(!number);
    let text = std::str::from_utf8(encrypted).ok()?;
    let mark = random.pick(&[
        ",data:",
        ",iv:",
        ",tag:",
        ",type:",
        "lastmodified",
        "mac",
        "ENC[",
        "sops",
        "_unencrypted",
    ]);
    let places: Vec<usize> = text.match_indices(mark).map(|(place, _)| place).collect();
    if places.is_empty() {
        return None;
    }
    let place = random.pick(&places);
    let changed = match random.below(4) {
        0 => without_line(text, place),
        1 => format!("{}{}", &text[..place], &text[place + mark.len()..]),
        _ => with_another(text, place + mark.len(), &mut random),
    };
    (changed != text).then(|| changed.into_bytes())
}

fn without_line(text: &str, place: usize) -> String {
    let start = text[..place].rfind('\n').map_or(0, |end| end + 1);
    let end = text[place..].find('\n').map_or(text.len(), |end| place + end + 1);
    format!("{}{}", &text[..start], &text[end..])
}

/// Another letter or digit in the place of the next.
fn with_another(text: &str, from: usize, random: &mut Random) -> String {
    let Some(place) = text[from..].find(|letter: char| letter.is_ascii_alphanumeric()) else {
        return text.to_owned();
    };
    let place = from + place;
    let letter = random.pick(&['A', 'b', 'Q', '0', '7']);
    format!("{}{letter}{}", &text[..place], &text[place + 1..])
}
