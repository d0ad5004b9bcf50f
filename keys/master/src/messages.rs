//! Upstream's words where the standard library has others.

use std::io;

/// The reason of an error of the system: lower case, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_system() {
        let missing = || io::Error::from_raw_os_error(2);
        assert_eq!(reason(&missing()), "no such file or directory");
        assert_eq!(reason(&io::Error::other("")), "");
        assert_eq!(reason(&io::Error::other("Élan")), "élan");
    }
}
