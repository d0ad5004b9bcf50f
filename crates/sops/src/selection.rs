//! Which values of a document are encrypted (upstream `sops.go`, `shouldBeEncrypted`).

use signet_regex::Regex;

/// Which values are encrypted, and whether the others count for the MAC.
pub struct Selection {
    rule: Rule,
    /// Whether the MAC is of the encrypted values alone.
    pub mac_only_encrypted: bool,
}

enum Rule {
    /// All are, but those below a key that matches.
    Except(Pattern),
    /// Those below a key that matches are.
    Only(Pattern),
    /// All are, but those behind a comment that matches.
    ExceptCommented(Regex),
    /// Those behind a comment that matches are.
    OnlyCommented(Regex),
}

enum Pattern {
    Suffix(String),
    Regex(Regex),
}

/// A rule as it is written, in the metadata of a document or in a creation rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenRule {
    /// `unencrypted_suffix`.
    UnencryptedSuffix(String),
    /// `encrypted_suffix`.
    EncryptedSuffix(String),
    /// `unencrypted_regex`.
    UnencryptedRegex(String),
    /// `encrypted_regex`.
    EncryptedRegex(String),
    /// `unencrypted_comment_regex`.
    UnencryptedCommentRegex(String),
    /// `encrypted_comment_regex`.
    EncryptedCommentRegex(String),
}

impl Default for WrittenRule {
    /// What upstream has where nobody says otherwise.
    fn default() -> Self {
        Self::UnencryptedSuffix("_unencrypted".to_owned())
    }
}

/// A regular expression that is none. Upstream takes it for one that matches nothing, and leaves every value in clear.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no regular expression")]
pub struct PatternError(String);

impl Selection {
    /// The selection of a rule.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn new(rule: &WrittenRule, mac_only_encrypted: bool) -> Result<Self, PatternError> {
        let rule = match rule {
            WrittenRule::UnencryptedSuffix(suffix) => Rule::Except(Pattern::Suffix(suffix.clone())),
            WrittenRule::EncryptedSuffix(suffix) => Rule::Only(Pattern::Suffix(suffix.clone())),
            WrittenRule::UnencryptedRegex(regex) => Rule::Except(Pattern::Regex(compile(regex)?)),
            WrittenRule::EncryptedRegex(regex) => Rule::Only(Pattern::Regex(compile(regex)?)),
            WrittenRule::UnencryptedCommentRegex(regex) => Rule::ExceptCommented(compile(regex)?),
            WrittenRule::EncryptedCommentRegex(regex) => Rule::OnlyCommented(compile(regex)?),
        };
        Ok(Self {
            rule,
            mac_only_encrypted,
        })
    }

    /// Whether a key is one that the rule is about.
    pub(crate) fn matches_key(&self, key: &str) -> bool {
        match &self.rule {
            Rule::Except(Pattern::Suffix(suffix)) | Rule::Only(Pattern::Suffix(suffix)) => key.ends_with(suffix),
            Rule::Except(Pattern::Regex(regex)) | Rule::Only(Pattern::Regex(regex)) => regex.is_match(key),
            Rule::ExceptCommented(_) | Rule::OnlyCommented(_) => false,
        }
    }

    /// Whether a comment is one that the rule is about.
    pub(crate) fn matches_comment(&self, comment: &str) -> bool {
        match &self.rule {
            Rule::ExceptCommented(regex) | Rule::OnlyCommented(regex) => regex.is_match(comment),
            Rule::Except(_) | Rule::Only(_) => false,
        }
    }

    /// Whether a value is encrypted, where a key above it matches, or a comment in front of it or of what it stands in.
    pub(crate) fn selects(&self, matches: bool) -> bool {
        match self.rule {
            Rule::Except(_) | Rule::ExceptCommented(_) => !matches,
            Rule::Only(_) | Rule::OnlyCommented(_) => matches,
        }
    }

    /// Whether a comment counts for itself: one that turns encryption on stays readable, one that turns it off does so for itself too.
    pub(crate) fn counts_itself(&self) -> bool {
        matches!(self.rule, Rule::ExceptCommented(_))
    }
}

/// A regular expression as Go writes it.
///
/// # Errors
/// [`PatternError`].
pub(crate) fn compile(pattern: &str) -> Result<Regex, PatternError> {
    Regex::new(pattern).map_err(|_| PatternError(pattern.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(rule: WrittenRule) -> Selection {
        Selection::new(&rule, false).expect("a selection")
    }

    #[test]
    fn keys_match_at_their_end_or_anywhere() {
        let suffix = selection(WrittenRule::default());
        assert!(suffix.matches_key("a_unencrypted") && !suffix.matches_key("a_unencrypted_b"));
        assert!(suffix.selects(false) && !suffix.selects(true));
        let regex = selection(WrittenRule::EncryptedRegex("^(data|stringData)$".to_owned()));
        assert!(regex.matches_key("data") && !regex.matches_key("datas"));
        assert!(!regex.selects(false) && regex.selects(true));
        let regex = selection(WrittenRule::UnencryptedRegex("at".to_owned()));
        assert!(regex.matches_key("data") && regex.selects(false));
        let quoted = selection(WrittenRule::EncryptedRegex(r"^\Qa.b\E\.c$".to_owned()));
        assert!(quoted.matches_key("a.b.c") && !quoted.matches_key("aXb.c"));
    }

    #[test]
    fn what_is_no_regular_expression_is_refused() {
        for wrong in ["[", "(", "a{2,1}", "*", "\\", "(?=a)"] {
            for rule in [
                WrittenRule::EncryptedRegex,
                WrittenRule::UnencryptedRegex,
                WrittenRule::EncryptedCommentRegex,
                WrittenRule::UnencryptedCommentRegex,
            ] {
                let error = Selection::new(&rule(wrong.to_owned()), false).err();
                assert_eq!(error, Some(PatternError(wrong.to_owned())));
            }
        }
    }
}
