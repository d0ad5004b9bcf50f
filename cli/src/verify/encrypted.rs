//! The defects of files that sops encrypts.

use std::path::Path;

use signet_document::Position;

use super::{
    finding::Findings,
    rule::{
        ENCRYPTED_BROKEN, ENCRYPTED_CHANGED, ENCRYPTED_UNOPENED, MAC_MISSING, NOT_ENCRYPTED, RECIPIENT_MISSING,
        RECIPIENT_STALE, RULE_UNUSABLE, Rule, VALUE_READABLE,
    },
};
use crate::{
    documents::Sessions,
    io::tree,
    sops::{
        self,
        file::{Expected, Fault, inspect},
    },
};

/// Looks at a text, where it is one that sops has encrypted or should have.
pub(super) fn check(sessions: &Sessions, is_opened: bool, file: &Path, text: &[u8], findings: &mut Findings) {
    let session = match sessions.of(file) {
        Ok(session) => session,
        Err(error) => return push(findings, &RULE_UNUSABLE, &error),
    };
    let expected = Expected {
        session: &session,
        is_opened,
    };
    let Some(faults) = inspect(&expected, file, text) else {
        return;
    };
    findings.documents += 1;
    for fault in faults {
        tell(fault, findings);
    }
}

/// Whether a file that is no manifest can be a matter of sops: one that a rule names, or one that can be encrypted to judge by its name or by
/// how it begins. The other files of a tree need not be read.
pub(super) fn may_be_encrypted(sessions: &Sessions, file: &Path) -> bool {
    let is_named = || {
        let session = sessions.of(file).ok()?;
        session.names(&sops::file::absolute(file).ok()?).ok()
    };
    let extension = file.extension().unwrap_or_default();
    let is_flat = extension == "env" || extension == "ini" || file.file_name().is_some_and(|name| name == ".env");
    is_flat || is_named().unwrap_or_default() || tree::begins_with(file, b'{')
}

fn tell(fault: Fault, findings: &mut Findings) {
    let top = Position::default();
    let update = "signet updatekeys brings the keys to those of the rule";
    match fault {
        Fault::Broken(error) => push(findings, &ENCRYPTED_BROKEN, &error),
        Fault::Changed(error) => push(findings, &ENCRYPTED_CHANGED, &error),
        Fault::NotOpened(error) => push(findings, &ENCRYPTED_UNOPENED, &error),
        Fault::Rule(error) => push(findings, &RULE_UNUSABLE, &error),
        Fault::KeysMissing(names) => {
            let message = format!("encrypted without {}, which its rule names", names.join(", "));
            findings.push_with_hint(&RECIPIENT_MISSING, top, message, update);
        }
        Fault::KeysStale(names) => {
            let message = format!("encrypted for {}, which its rule does not name", names.join(", "));
            let hint = "signet updatekeys --rotate takes the key away and gives the file a new data key";
            findings.push_with_hint(&RECIPIENT_STALE, top, message, hint);
        }
        Fault::NoMac => findings.push(
            &MAC_MISSING,
            top,
            "there is no MAC: nobody could tell whether it was changed",
        ),
        Fault::NotEncrypted => findings.push_with_hint(
            &NOT_ENCRYPTED,
            top,
            "a creation rule names this file, and it is not encrypted",
            "signet encrypt --in-place encrypts it; if it was committed, change the values",
        ),
        Fault::Readable(value) => findings.push_with_hint(
            &VALUE_READABLE,
            top,
            match value.document {
                0 => format!("{} is not encrypted", value.path),
                document => format!("document {}: {} is not encrypted", document + 1, value.path),
            },
            "signet set writes a value encrypted; if it was committed, change it",
        ),
    }
}

fn push(findings: &mut Findings, rule: &'static Rule, error: &sops::Error) {
    let message = error.brief.as_ref().unwrap_or(&error.message).replace('\n', "; ");
    match &error.hint {
        Some(hint) => findings.push_with_hint(rule, Position::default(), message, hint.clone()),
        None => findings.push(rule, Position::default(), message),
    }
}
