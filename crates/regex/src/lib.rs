//! Go's regular expressions, on the engine of regex-automata.
//!
//! The engine has a syntax of its own, in which `[a&&b]`, `[[a]]`, `\\w`, `\\d`, `\\s` and `\\b` mean something else than in Go: a rule that
//! selects what is encrypted would select other values. So expressions are read here as Go reads them (package regexp/syntax), and only
//! the search is the engine's.
//!
//! ```
//! use signet_regex::Regex;
//!
//! // In the engine's own syntax this is an intersection, which is empty.
//! assert!(Regex::new("^[a&&b]+$")?.is_match("a&b"));
//! assert!(Regex::new("(?=a)").is_err());
//! # Ok::<(), signet_regex::Error>(())
//! ```

mod class;
mod parse;

use regex_automata::meta;

pub use parse::{Parsed, Refusal, parse};

/// A compiled expression. Searching takes time in proportion to the text.
#[derive(Clone, Debug)]
pub struct Regex(meta::Regex);

/// A text that is no regular expression to Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(Refusal);

impl Regex {
    /// Compiles an expression.
    ///
    /// # Errors
    /// [`Error`]: it is none, or takes more than 8 MiB.
    pub fn new(text: &str) -> Result<Self, Error> {
        let parsed = parse(text).map_err(Error)?;
        let config = meta::Config::new().nfa_size_limit(Some(MOST_MEMORY));
        let regex = meta::Regex::builder().configure(config).build_from_hir(&parsed.hir);
        regex
            .map(Self)
            .map_err(|_| Error("error parsing regexp: expression too large"))
    }

    /// Whether it matches somewhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

const MOST_MEMORY: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go's package regexp answered.
    #[test]
    fn matches_as_go_does() {
        for (expression, text, expected) in [
            ("^[a&&b]$", "&", true),
            ("^[[a]]$", "[]", true),
            ("^[[a]]$", "a", false),
            ("^[a-c--b]$", "b", true),
            (r"^\w$", "é", false),
            (r"^\d$", "٣", false),
            (r"^\s$", "\u{a0}", false),
            (r"\bé", "é", false),
            (r"^\Qa.b\E\.c$", "a.b.c", true),
            (r"^\Qa.b\E\.c$", "aXb.c", false),
            (r"^\Qa.b", "a.bc", true),
            ("(?i)^STRASSE$", "strasse", true),
            ("^(?P<name>x)$", "x", true),
            ("^.$", "\n", false),
            ("(?s)^.$", "\n", true),
            (r"^\pL+$", "é", true),
            (r"^\z$", "", true),
            ("a{2,3}$", "caaa", true),
            ("^$", "", true),
        ] {
            let regex = Regex::new(expression);
            assert_eq!(
                regex.map(|regex| regex.is_match(text)),
                Ok(expected),
                "{expression} in {text:?}"
            );
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for wrong in [
            "[",
            "(",
            ")",
            "*",
            "a**",
            "a{2,1}",
            "\\",
            "(?=a)",
            "(?<!a)",
            r"\1",
            r"\pX",
            r"\8",
            "a{1001}",
            "[b-a]",
            "(?z)",
            "x{1000}{1000}",
        ] {
            assert!(Regex::new(wrong).is_err(), "{wrong}");
        }
    }
}
