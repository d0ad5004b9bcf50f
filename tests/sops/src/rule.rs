use crate::random::Random;

/// Which values of a document are encrypted, and what its MAC is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What decides about a value.
    pub selection: Selection,
    /// Whether the MAC is over encrypted values only.
    pub mac_only_encrypted: bool,
}

/// What decides about a value. The words are those of the generator's keys and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Nothing is said: keys that end in `_unencrypted` are clear.
    Default,
    /// Keys that end in `_clear` are clear.
    UnencryptedSuffix,
    /// Keys that end in `_secret` are encrypted.
    EncryptedSuffix,
    /// Keys that match are clear.
    UnencryptedRegex,
    /// Keys that match are encrypted.
    EncryptedRegex,
    /// What stands below a comment that matches is clear.
    UnencryptedComment,
    /// What stands below a comment that matches is encrypted.
    EncryptedComment,
}

impl Rule {
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            selection: random.pick(&[
                Selection::Default,
                Selection::Default,
                Selection::UnencryptedSuffix,
                Selection::EncryptedSuffix,
                Selection::UnencryptedRegex,
                Selection::EncryptedRegex,
                Selection::UnencryptedComment,
                Selection::EncryptedComment,
            ]),
            mac_only_encrypted: random.percent(20),
        }
    }

    /// Whether comments decide.
    pub(crate) fn is_by_comment(self) -> bool {
        matches!(
            self.selection,
            Selection::UnencryptedComment | Selection::EncryptedComment
        )
    }

    /// The `.sops.yaml` of one recipient that says so.
    pub(crate) fn config(self, recipient: &str) -> String {
        let mut text = format!("creation_rules:\n  - age: {recipient}\n");
        if let Some(line) = self.selection.line() {
            text += &format!("    {line}\n");
        }
        if self.mac_only_encrypted {
            text += "    mac_only_encrypted: true\n";
        }
        text
    }
}

impl Selection {
    // Base64 never has an exclamation mark. With a mark that it can have, real sops fails at random: it asks the comments that it has just
    // encrypted too (sops-quirks: "unencrypted_comment_regex that can match base64 by chance").
    fn line(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::UnencryptedSuffix => Some("unencrypted_suffix: _clear"),
            Self::EncryptedSuffix => Some("encrypted_suffix: _secret"),
            Self::UnencryptedRegex => Some("unencrypted_regex: '^(kind|port)|_clear$'"),
            Self::EncryptedRegex => Some("encrypted_regex: '^(data|stringData)$|secret'"),
            Self::UnencryptedComment => Some("unencrypted_comment_regex: 'keep!'"),
            Self::EncryptedComment => Some("encrypted_comment_regex: 'hide!'"),
        }
    }
}
