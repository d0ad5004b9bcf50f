//! The exit codes of sops (`cmd/sops/codes/codes.go`), without those that it defines and never uses. The exit code of a command that exec-env or exec-file ran is passed on instead.

use std::process::ExitCode;

/// Why sops ends, as a number that scripts test for. Done is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Anything without a code of its own: wrong use, no rule for a file, broken metadata.
    Generic = 1,
    /// Arguments that do not go together: of signet's own verbs alone.
    Usage = 11,
    /// Two versions of a file do not merge: of `signet merge` alone.
    Conflict = 10,
    /// The plaintext cannot be read or parsed.
    CouldNotReadInputFile = 2,
    /// The output cannot be made. The flag library uses the number too, for a help topic that there is not.
    CouldNotWriteOutputFile = 3,
    /// The values cannot be written in the format asked for.
    ErrorDumpingTree = 4,
    /// `--encryption-context` is not `key:value,…`.
    InvalidKmsEncryptionContextFormat = 6,
    /// The index or the value of `set` or `unset` is malformed.
    InvalidSetFormat = 7,
    /// Flags that exclude each other.
    ConflictingParameters = 8,
    /// A value cannot be encrypted, or a key is of no supported type.
    ErrorEncryptingTree = 23,
    /// A value cannot be decrypted.
    ErrorDecryptingTree = 25,
    /// Keys are to be added to a file, or removed from it, that is not there.
    CannotChangeKeysFromNonExistentFile = 49,
    /// The MAC is wrong or missing.
    MacMismatch = 51,
    /// `--extract` is no path into a document.
    InvalidTreePathFormat = 91,
    /// The input holds no document.
    NeedAtLeastOneDocument = 92,
    /// No file was named, or it is not there.
    NoFileSpecified = 100,
    /// `--decryption-order` names a type twice.
    DuplicateDecryptionKeyType = 112,
    /// No key opens the file.
    CouldNotRetrieveKey = 128,
    /// The editor left the file as it was.
    FileHasNotBeenModified = 200,
    /// No editor, or it failed.
    NoEditorFound = 201,
    /// A plaintext that already holds sops' metadata.
    FileAlreadyEncrypted = 203,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
