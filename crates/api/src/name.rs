//! The names that Kubernetes takes.

/// Whether `text` is a DNS-1123 label, as a namespace's name must be: at most 63 of `a-z0-9-`, an alphanumeric at both ends.
pub fn is_label(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (Some(&first), Some(&last)) = (text.as_bytes().first(), text.as_bytes().last()) else {
        return false;
    };
    text.len() <= 63
        && alphanumeric(first)
        && alphanumeric(last)
        && text.bytes().all(|byte| alphanumeric(byte) || byte == b'-')
}

/// Whether `text` is a DNS-1123 subdomain, as a Secret's name must be: labels joined by dots, at most 253 characters.
pub fn is_subdomain(text: &str) -> bool {
    // A part of a subdomain may be longer than a label on its own: Kubernetes checks the whole length only.
    text.len() <= 253
        && text.split('.').all(|part| {
            let bytes = part.as_bytes();
            let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            bytes.first().is_some_and(alphanumeric)
                && bytes.last().is_some_and(alphanumeric)
                && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
        })
}

/// Whether `text` may be a key of a Secret's data: 1 to 253 of `A-Za-z0-9-_.`, not `.`, and not starting with `..`.
pub fn is_data_key(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text != "."
        && !text.starts_with("..")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Whether `text` may be the name of a label or, in lower case, of an annotation: at most 63 of `A-Za-z0-9-_.`, an alphanumeric at both
/// ends, and maybe a subdomain and a slash before it.
pub fn is_qualified_name(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    prefix.is_none_or(is_subdomain) && !name.is_empty() && is_label_value(name)
}

/// Whether `text` may be the value of a label: nothing, or at most 63 of `A-Za-z0-9-_.`, an alphanumeric at both ends.
pub fn is_label_value(text: &str) -> bool {
    let is_alphanumeric = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    text.len() <= 63
        && is_alphanumeric(text.as_bytes().first())
        && is_alphanumeric(text.as_bytes().last())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        assert!(is_label("team-1") && is_label("0") && is_label(&"a".repeat(63)));
        for wrong in ["", "-a", "a-", "A", "a.b", "a/b", "..", "ä", "a b", &"a".repeat(64)] {
            assert!(!is_label(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn subdomains() {
        assert!(is_subdomain("app") && is_subdomain("a.b-c.0") && is_subdomain(&"a".repeat(253)));
        for wrong in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a.",
            "A",
            "a/b",
            "../a",
            "a_b",
            &"a".repeat(254),
        ] {
            assert!(!is_subdomain(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn names_and_values_of_labels() {
        assert!(
            is_qualified_name("a") && is_qualified_name("example.com/A_b-1.c") && is_qualified_name(&"a".repeat(63))
        );
        for wrong in [
            "",
            "/a",
            "a/",
            "a/b/c",
            "Example.com/a",
            "-a",
            "a.",
            "a b",
            "ä",
            &"a".repeat(64),
        ] {
            assert!(!is_qualified_name(wrong), "{wrong:?}");
        }
        assert!(is_label_value("") && is_label_value("A_b-1.c"));
        for wrong in ["-", "_a", "a.", "a/b", "a=b", &"a".repeat(64)] {
            assert!(!is_label_value(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn data_keys() {
        assert!(is_data_key("tls.crt") && is_data_key(".env") && is_data_key("A_b-1"));
        for wrong in ["", ".", "..", "..data", "a/b", "a b", "ä", &"a".repeat(254)] {
            assert!(!is_data_key(wrong), "{wrong:?}");
        }
    }
}
