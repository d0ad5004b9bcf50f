use std::cmp::Ordering;

/// Sorts by the order of keys in go.yaml.in/yaml/v2 (`sorter.go`): numbers inside by their value, so `a2` before `a10`, other characters
/// before letters, capitals before small letters. Only the digits of ASCII count as digits.
///
/// That order is not transitive: `9a` < `10` < `90` < `9a`. The standard library's sort may panic then and Go's result varies from run to
/// run; here it is always the same.
pub(super) fn sort<T>(mut items: Vec<T>, name: impl Fn(&T) -> &str + Copy) -> Vec<T> {
    items.sort_by(|a, b| name(a).cmp(name(b)));
    merge_sort(items, name)
}

fn merge_sort<T>(mut items: Vec<T>, name: impl Fn(&T) -> &str + Copy) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let mut sorted = Vec::with_capacity(items.len());
    let mut right = merge_sort(items.split_off(items.len() / 2), name)
        .into_iter()
        .peekable();
    for left in merge_sort(items, name) {
        while let Some(item) = right.next_if(|item| compare(name(item), name(&left)).is_lt()) {
            sorted.push(item);
        }
        sorted.push(left);
    }
    sorted.extend(right);
    sorted
}

fn compare(a: &str, b: &str) -> Ordering {
    let shared = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b);
    let Some(((at, first), second)) = shared else {
        return a.len().cmp(&b.len());
    };
    match (first.is_alphabetic(), second.is_alphabetic()) {
        (true, true) => return first.cmp(&second),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (before, tail) = a.split_at(at);
    let other = b.get(at..).unwrap_or_default();
    // A zero behind a number that has begun is a digit of it, not a leading zero.
    let begun = (first == '0' || second == '0')
        && before
            .bytes()
            .rev()
            .take_while(u8::is_ascii_digit)
            .any(|digit| digit != b'0');
    let key = |text| number(text, begun.into());
    key(tail).cmp(&key(other)).then(first.cmp(&second))
}

/// The value of the digits at the start, behind a `leading` one, and how many there are. It overflows as Go's does.
fn number(text: &str, leading: i64) -> (i64, usize) {
    let digits = || text.bytes().take_while(u8::is_ascii_digit);
    let value = digits().fold(leading, |value, digit| {
        value.wrapping_mul(10).wrapping_add((digit - b'0').into())
    });
    (value, digits().count())
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::sort;

    fn sorted(texts: &[&str]) -> String {
        sort(texts.to_vec(), |text| text).join(" ")
    }

    #[test]
    fn numbers_go_by_value_and_letters_come_last() {
        assert_eq!(sorted(&["a10", "a2", "B", "a", "_", "1", "A1"]), "_ 1 A1 B a a2 a10");
        assert_eq!(sorted(&["100", "12", "00", "0", "1-"]), "0 00 1- 12 100");
    }

    #[test]
    fn a_cycle_has_one_result() {
        assert_eq!(sorted(&["9a", "10", "90"]), sorted(&["90", "9a", "10"]));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(texts in vec("[019a-cB._/é٣-]{0,3}|[09]{36,42}", 0..80)) {
            let mut result = sort(texts.clone(), |text| text);
            let mut expected = texts;
            result.sort();
            expected.sort();
            prop_assert_eq!(result, expected);
        }
    }
}
